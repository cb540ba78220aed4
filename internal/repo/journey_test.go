package repo

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The journeys of a value through the library: what is called one after the other.
var journeys = []struct {
	what  string
	calls []string
}{
	{"a referral, from its receipt", []string{"referral.Referral.Receive", "store.Save"}},
	{"an offer, from a file to its rank", []string{"directory/hsds.ReadJSON", "matching.Rank"}},
	{"an amount, from a table to its explanation", []string{"funding/area.Read", "funding.Allocate", "funding.Allocation.Explain"}},
	{"a permission, to the letter that it opens", []string{"consent.Policy.Decide", "referral/letter.MessageBack"}},
	{"an event, into a merged tally", []string{"evaluation.Run.Add", "evaluation.Run.Merge"}},
}

// A journey is what the calls of a value go through. A chain of calls turns back where it enters a
// file that waits further up in the chain, with another between: who reads must go back too.
type journey struct {
	packages int
	turns    int // back, in the chain that does so most often
}

// A body is a function of the library and the file that it stands in.
type body struct {
	of   typed
	file string
	fn   *ast.FuncDecl
}

// bodiesOf returns the functions of the packages by the name of their package and their own.
func bodiesOf(packages []typed) map[string]body {
	found := make(map[string]body)
	for _, p := range packages {
		for _, file := range p.files {
			for _, decl := range file.Decls {
				if fn, is := decl.(*ast.FuncDecl); is && fn.Body != nil {
					found[p.dir+"."+holderOf(fn)+fn.Name.Name] = body{p, path.Join(p.dir, path.Base(p.fset.Position(fn.Pos()).Filename)), fn}
				}
			}
		}
	}
	return found
}

// calls returns the functions of the library that b names, in the order in which it does.
func (b body) calls() (names []string) {
	ast.Inspect(b.fn.Body, func(n ast.Node) bool {
		id, is := n.(*ast.Ident)
		if !is {
			return true
		}
		f, is := b.of.info.Uses[id].(*types.Func)
		if !is || f.Pkg() == nil {
			return true
		}
		dir, ours := inside(f.Pkg().Path())
		if !ours {
			return true
		}
		holder := ""
		if recv := f.Signature().Recv(); recv != nil {
			holder = holderIn(recv.Type()) + "."
		}
		names = append(names, dir+"."+holder+f.Origin().Name())
		return true
	})
	return names
}

// holderIn returns the name of the type of a receiver.
func holderIn(t types.Type) string {
	if p, is := t.(*types.Pointer); is {
		t = p.Elem()
	}
	if n, is := types.Unalias(t).(*types.Named); is {
		return n.Obj().Name()
	}
	return ""
}

// follow enters the calls, each function once: where it is first called.
func follow(t *testing.T, all map[string]body, calls []string) (j journey) {
	t.Helper()
	seen, packages := make(map[string]bool), make(map[string]bool)
	var enter func(name string, chain []string, turns int)
	enter = func(name string, chain []string, turns int) {
		b, is := all[name]
		if !is || seen[name] {
			return
		}
		seen[name], packages[b.of.dir] = true, true
		if turnsBack(chain, b.file) {
			turns++
		}
		chain = append(chain, b.file)
		j.turns = max(j.turns, turns)
		for _, next := range b.calls() {
			enter(next, chain, turns)
		}
	}
	for _, name := range calls {
		require.NotNil(t, all[name].fn, name)
		enter(name, nil, 0)
	}
	j.packages = len(packages)
	return j
}

// turnsBack reports whether a chain of files comes back with this one to one that it has left.
func turnsBack(chain []string, file string) bool {
	left := false
	for _, before := range slices.Backward(chain) {
		if before != file {
			left = true
		} else {
			return left
		}
	}
	return false
}

func TestRepoKnowsWhereAChainOfCallsTurnsBack(t *testing.T) {
	for chain, want := range map[string]bool{"": false, "a": false, "b": false, "a b": true, "a b a": false, "b c": false, "a b c": true} {
		require.Equal(t, want, turnsBack(strings.Fields(chain), "a"), chain)
	}
}

// docs/design.md tells how long the ways are, and were before they were walked.
func TestRepoDesignCountsTheJourneysOfAValue(t *testing.T) {
	page, err := os.ReadFile(at("docs/design.md"))
	require.NoError(t, err)
	all := bodiesOf(everyPackage(t))
	for _, x := range journeys {
		j := follow(t, all, x.calls)
		row := fmt.Sprintf("| %s | %d | %d |", x.what, j.packages, j.turns)
		if !strings.Contains(string(page), "\n"+row) {
			t.Errorf("docs/design.md: the table of journeys wants %q", row)
		}
	}
}
