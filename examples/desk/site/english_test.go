package site_test

import (
	"flag"
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

	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/examples/desk/site"
)

var update = flag.Bool("update", false, "write english.txt anew")

// spoken are the functions that look a text up, and which of their arguments it is.
var spoken = map[string]int{"say": 0, "check": 2, "needed": 1, "day": 1, "number": 1, "one": 2}

// says returns the texts that the source of a package looks up: those given to the functions that
// do, and those of the tables of words for codes.
func says(t *testing.T, folder string) (all []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	text := func(n ast.Expr) {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			all = append(all, s)
		}
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if i, ok := spoken[called(n.Fun)]; ok && i < len(n.Args) {
					text(n.Args[i])
				}
				if called(n.Fun) == "of" && len(n.Args) == 3 {
					for _, e := range elements(n.Args[1]) {
						text(e)
					}
				}
			case *ast.FuncDecl:
				if n.Name.Name == "label" { // the one table that is looked up by its caller
					ast.Inspect(n, func(n ast.Node) bool {
						if e, ok := n.(*ast.KeyValueExpr); ok {
							text(e.Value)
						}
						return true
					})
				}
			}
			return true
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// called returns the name of the function that is called.
func called(f ast.Expr) string {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// elements returns the values of a map that is written out.
func elements(n ast.Expr) (all []ast.Expr) {
	if lit, ok := n.(*ast.CompositeLit); ok {
		for _, e := range lit.Elts {
			if e, ok := e.(*ast.KeyValueExpr); ok {
				all = append(all, e.Value)
			}
		}
	}
	return all
}

func TestEnglishHoldsAllThatPagesAndSiteSay(t *testing.T) {
	found := says(t, ".")
	require.Greater(t, len(found), 300)
	require.Contains(t, found, "Write the last name", "a rule")
	require.Contains(t, found, "Nobody answers", "the word for a code")
	require.Contains(t, found, "May be left", "the name of a field")
	if *update {
		require.NoError(t, os.WriteFile("english.txt", []byte(strings.Join(found, "\n")+"\n"), 0o644))
	}
	text, err := os.ReadFile("english.txt")
	require.NoError(t, err)
	require.Equal(t, strings.Join(found, "\n")+"\n", string(text), "go test -update, and look at the difference")
	all, err := site.English()
	require.NoError(t, err)
	require.Subset(t, all, found)
	ofPages, err := page.English()
	require.NoError(t, err)
	require.Subset(t, all, ofPages)
	require.Subset(t, all, []string{"Monday", "December", "Loneliness"})
	require.True(t, slices.IsSorted(all))
}
