package barrier_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/voice"
)

var update = flag.Bool("update", false, "write docs/barriers.md anew")

const root = "../.."

// docs/barriers.md is written from the table of the package.
func TestAllIsTheTableOfTheDocs(t *testing.T) {
	const path = root + "/docs/barriers.md"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(page()), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, page(), string(got), "go test ./evaluation/barrier -run Docs -update")
}

// The mission: of each of the 25 there is something that acts, something that measures, and an example that
// shows both.
func TestAllNamesWhatActsWhatMeasuresAndWhereBothAreShown(t *testing.T) {
	all := barrier.All()
	require.Len(t, all, 25)
	in := repository{}
	for _, b := range all {
		t.Run(b.No, func(t *testing.T) { require.Empty(t, in.faults(b)) })
	}
	sub := []string{"1-1", "1-2", "2-1", "2-2", "2-3", "2-4", "3-1", "3-2", "4-1", "4-2", "4-3", "4-4", "4-5", "5-1", "5-2", "5-3", "6-1", "6-2", "6-3", "7-1", "7-2", "7-3", "8-1", "8-2", "8-3"}
	for i, b := range all {
		require.Equal(t, sub[i], b.No)
	}
}

// What the mission must not let pass: each change makes a fault.
func TestAllIsHeldToNamesCountersLinesAndFullCells(t *testing.T) {
	in := repository{}
	for name, spoil := range map[string]func(b *barrier.Barrier){
		"a function that is not there":   func(b *barrier.Barrier) { b.Acts[0] = "matching.Guess" },
		"a method that is not there":     func(b *barrier.Barrier) { b.Acts[0] = "matching/assign.Problem.Guess" },
		"a package that is not there":    func(b *barrier.Barrier) { b.Acts[0] = "magic.Do" },
		"a name that is not exported":    func(b *barrier.Barrier) { b.Acts[0] = "evaluation/barrier.barriers" },
		"nothing that acts":              func(b *barrier.Barrier) { b.Acts = nil },
		"a figure that nobody counts":    func(b *barrier.Barrier) { b.Figures = []string{"happiness"} },
		"a number that nobody counts":    func(b *barrier.Barrier) { b.Numbers = []int{0} },
		"a number beyond the list":       func(b *barrier.Barrier) { b.Numbers = []int{77} },
		"nothing that measures":          func(b *barrier.Barrier) { b.Figures, b.Numbers, b.Outside = nil, nil, nil },
		"a figure of tables unheard of":  func(b *barrier.Barrier) { b.Outside = []string{"weather"} },
		"a question that nobody asks":    func(b *barrier.Barrier) { b.Questions = []string{"exp-weather"} },
		"a line that is not printed":     func(b *barrier.Barrier) { b.Shows.Acts.Line = "all is well" },
		"a measure that is not printed":  func(b *barrier.Barrier) { b.Shows.Measures.Line = "all is well" },
		"an output that is not there":    func(b *barrier.Barrier) { b.Shows.Acts.Golden = "dream/default" },
		"an empty line":                  func(b *barrier.Barrier) { b.Shows.Measures.Line = "" },
		"no word of what the study says": func(b *barrier.Barrier) { b.Found = "" },
		"no name":                        func(b *barrier.Barrier) { b.Name = "" },
		"a sub-theme without a diary":    func(b *barrier.Barrier) { b.No = "9-1" },
	} {
		t.Run(name, func(t *testing.T) {
			b := barrier.All()[16]
			require.Empty(t, in.faults(b))
			spoil(&b)
			require.NotEmpty(t, in.faults(b))
		})
	}
	require.Equal(t, "6-1", barrier.All()[16].No, "what is returned is a copy")
	require.NotContains(t, barrier.All()[16].Acts, "matching.Guess")
}

// A repository holds the exported names of the packages that were looked into.
type repository map[string]map[string]bool

// faults returns what is wrong with a cell.
func (in repository) faults(b barrier.Barrier) (faults []string) {
	fault := func(is bool, format string, args ...any) {
		if is {
			faults = append(faults, b.No+": "+fmt.Sprintf(format, args...))
		}
	}
	fault(b.Name == "" || b.Found == "", "does not say what the study found")
	fault(len(b.Acts) == 0, "nothing acts on it")
	for _, name := range b.Acts {
		fault(!in.exports(name), "there is no %s", name)
	}
	counted := map[string]bool{}
	for _, i := range (barrier.Plan{}).Indicators() {
		counted[i.ID] = i.Rule != nil
	}
	for _, id := range b.Figures {
		fault(!counted[id], "nobody counts %s", id)
	}
	for _, id := range b.Outside {
		fault(!in.mentions("evaluation/tables", id), "no figure of evaluation/tables is %s", id)
	}
	fault(len(b.Numbers) == 0, "nothing measures it")
	for _, n := range b.Numbers {
		fault(!in.counts(n), "nobody counts number %d", n)
	}
	for _, code := range b.Questions {
		term, ok := voice.Standard().Term(voice.Code(code))
		fault(!ok || slices.Contains(term.Kinds, voice.Diary), "nobody asks %s", code)
	}
	asked := 0
	for _, s := range []voice.Speaker{voice.Person, voice.LinkWorker, voice.Referrer, voice.Provider, voice.Lead} {
		for _, term := range barrier.Questionnaire(voice.Standard(), s) {
			if term.Theme == b.No {
				asked++
			}
		}
	}
	fault(asked == 0, "nobody is asked about it")
	for what, s := range map[string]barrier.Shown{"acts": b.Shows.Acts, "measures": b.Shows.Measures} {
		example, output, _ := strings.Cut(s.Golden, "/")
		printed, err := os.ReadFile(filepath.Join(root, "examples", example, "testdata", output+".golden"))
		fault(err != nil || s.Line == "" || !strings.Contains(string(printed), s.Line), "%s: %s does not print %q", what, s.Golden, s.Line)
	}
	return faults
}

// counts reports whether a number of the list of 76 is counted: by an indicator, or by a function that
// is there.
func (in repository) counts(n int) bool {
	for _, i := range catalogue.All(catalogue.Standards{}) {
		if i.Number == n && n > 0 {
			return true
		}
	}
	for _, l := range catalogue.Listings() {
		if l.Number == n {
			return l.Computed != "" && in.exports(l.Computed)
		}
	}
	return false
}

// exports reports whether a package exports a name, or a type of it a method or a field: "matching.Rank",
// "funding/grant.Fund.CloseYear".
func (in repository) exports(name string) bool {
	folder, inside, found := strings.Cut(name, ".")
	if !found || !ast.IsExported(inside) {
		return false
	}
	if in[folder] == nil {
		in[folder] = map[string]bool{}
		for _, file := range parse(folder) {
			for _, d := range file.Decls {
				declared(d, in[folder])
			}
		}
	}
	return in[folder][inside]
}

// parse returns the files of a package that are no tests.
func parse(folder string) (files []*ast.File) {
	paths, _ := filepath.Glob(filepath.Join(root, folder, "*.go"))
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution); err == nil {
			files = append(files, f)
		}
	}
	return files
}

// declared notes the names of a declaration: of a method with its type before it.
func declared(d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names[d.Name.Name] = true
			return
		}
		of := d.Recv.List[0].Type
		if star, is := of.(*ast.StarExpr); is {
			of = star.X
		}
		if generic, is := of.(*ast.IndexExpr); is {
			of = generic.X
		}
		if name, is := of.(*ast.Ident); is {
			names[name.Name+"."+d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names[s.Name.Name] = true
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			}
		}
	}
}

// mentions reports whether a package has a text.
func (repository) mentions(folder, text string) (found bool) {
	for _, file := range parse(folder) {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, is := n.(*ast.BasicLit); is && lit.Value == strconv.Quote(text) {
				found = true
			}
			return !found
		})
	}
	return found
}

// page returns the table as people read it.
func page() string {
	var b strings.Builder
	b.WriteString(`# The 25 barriers

Why social prescribing fails in practice, by a study of Rafiei, Honary & Mezes (2024, doi 10.3389/frhs.2024.1413711) in our words, and what this library
has against each: what acts, what measures, and where an example shows both. It is made from the table of package ` + "`evaluation/barrier`" + ` by
` + "`go test ./evaluation/barrier -update`" + `. A test holds that every name is there, that somebody counts every indicator, that the examples print the lines, and
that no cell is empty.

Of each barrier it says what the library has that acts on it; the indicators that measure it, by their IDs where they are counted from the log of events, and by their
number in the list of 76 ([Indicators](indicators.md)); and what people are asked in questionnaires and diaries, with the code under which each of them answers. The same
package makes the report of what is so in one's own programme: ` + "`go run ./examples/evaluate -events FILE`" + `.
`)
	for _, x := range barrier.All() {
		fmt.Fprintf(&b, "\n## %s %s\n\n%s\n\n", x.No, x.Name, x.Found)
		if x.Perception {
			b.WriteString("It is how somebody sees it: what is measured says little without what is said, so both stand.\n\n")
		}
		fmt.Fprintf(&b, "- Acts: `%s`.\n", strings.Join(x.Acts, "`, `"))
		if len(x.Figures) > 0 {
			fmt.Fprintf(&b, "- Measured from the log: `%s`.\n", strings.Join(x.Figures, "`, `"))
		}
		numbers := make([]string, len(x.Numbers))
		for i, n := range x.Numbers {
			numbers[i] = strconv.Itoa(n)
		}
		fmt.Fprintf(&b, "- Measured, by number in the list: %s.\n", strings.Join(numbers, ", "))
		fmt.Fprintf(&b, "- Asked: %s.\n", strings.Join(asked(x), "; "))
		fmt.Fprintf(&b, "- `%s` shows that it is acted on: \"%s\".\n", golden(x.Shows.Acts), strings.ReplaceAll(strings.TrimSpace(x.Shows.Acts.Line), "\n    ", " - "))
		fmt.Fprintf(&b, "- `%s` shows that it is measured: \"%s\".\n", golden(x.Shows.Measures), strings.TrimSpace(x.Shows.Measures.Line))
	}
	return b.String()
}

func golden(s barrier.Shown) string {
	example, output, _ := strings.Cut(s.Golden, "/")
	return "examples/" + example + "/testdata/" + output + ".golden"
}

// asked returns what is asked about a barrier, with whom it is asked of: what several are asked in the same words
// stands there once.
func asked(b barrier.Barrier) (all []string) {
	last := ""
	for term := range voice.Standard().All() {
		if term.Theme != b.No && !slices.Contains(b.Questions, string(term.Code)) {
			continue
		}
		who := make([]string, len(term.Asked))
		for i, speaker := range term.Asked {
			who[i] = strings.ReplaceAll(string(speaker), "-", " ")
		}
		one := fmt.Sprintf("%s `%s`", strings.Join(who, " or "), term.Code)
		if term.Display == last {
			all[len(all)-1] += ", " + one
			continue
		}
		all, last = append(all, fmt.Sprintf("\"%s\" of a %s", term.Display, one)), term.Display
	}
	return all
}
