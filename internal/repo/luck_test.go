package repo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// draws are the methods that take the next number of a random stream.
var draws = []string{"IntN", "Int64N", "Uint64", "Float64", "NormFloat64", "ExpFloat64", "Shuffle", "Perm"}

// TestRepoHasNoTestThatPassesByTheOrderOfAMap finds tests that range over a map and let what they
// do depend on its order, so that one run in some fails: they build a fixture that
// grows with each turn, or draw from a random stream that all turns share.
func TestRepoHasNoTestThatPassesByTheOrderOfAMap(t *testing.T) {
	for _, f := range folders(t) {
		for _, name := range f.tests {
			ast.Inspect(f.files[name], func(n ast.Node) bool {
				loop, ok := n.(*ast.RangeStmt)
				if ok && isMap(loop.X) {
					for _, fault := range byOrder(loop) {
						t.Errorf("%s: %s", f.fset.Position(loop.Pos()), fault)
					}
				}
				return true
			})
		}
	}
}

// isMap reports whether what is ranged over is written as a map right there.
func isMap(x ast.Expr) bool {
	literal, ok := x.(*ast.CompositeLit)
	if !ok {
		return false
	}
	_, ok = literal.Type.(*ast.MapType)
	return ok
}

// byOrder returns what of a loop depends on the order of its turns.
func byOrder(loop *ast.RangeStmt) (faults []string) {
	own := make(map[string]bool) // names that begin within the loop
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, left := range n.Lhs {
					own[word(left)] = true
				}
			}
		case *ast.Field:
			for _, name := range n.Names {
				own[name.Name] = true
			}
		}
		return true
	})
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if grown := word(n.Lhs[0]); n.Tok == token.ASSIGN && grown != "" && !own[grown] && receiver(n.Rhs[0]) == grown {
				faults = append(faults, grown+" is built up in the order of a map")
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(draws, s.Sel.Name) {
				if stream := word(s.X); stream != "" && stream != "rand" && !own[stream] {
					faults = append(faults, stream+" is drawn from in the order of a map")
				}
			}
		}
		return true
	})
	return faults
}

// word returns the name that an expression is, or nothing.
func word(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// receiver returns the name of the variable whose method is called.
func receiver(x ast.Expr) string {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return ""
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	return word(s.X)
}

// parsed returns statements as a file.
func parsed(t *testing.T, statements string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "x_test.go", "package x\nfunc f() { "+statements+" }", parser.SkipObjectResolution)
	require.NoError(t, err)
	return file
}

func TestRepoSeesWhereTheOrderOfAMapMatters(t *testing.T) {
	for source, want := range map[string]string{
		`for n, v := range map[string]int{} { areas, err = areas.With(n, v) }`:             "areas is built up in the order of a map",
		`for n, v := range map[string]int{} { areas, err := areas.With(n, v); _ = areas }`: "",
		`for range map[string]int{} { x += stream.IntN(3) }`:                               "stream is drawn from in the order of a map",
		`for range map[string]int{} { stream := rand.New(s); x += stream.IntN(3) }`:        "",
		`for range []int{} { x += stream.IntN(3) }`:                                        "",
	} {
		var got []string
		ast.Inspect(parsed(t, source), func(n ast.Node) bool {
			if loop, ok := n.(*ast.RangeStmt); ok && isMap(loop.X) {
				got = append(got, byOrder(loop)...)
			}
			return true
		})
		require.Equal(t, want, strings.Join(got, "; "), source)
	}
}
