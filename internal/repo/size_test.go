package repo

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a reader can hold in their head at once: lines of a function and its cyclomatic
// complexity (McCabe 1976, doi 10.1109/TSE.1976.233837), and lines of a file.
const (
	mostOfFunc = 50
	mostPaths  = 15
	mostInFile = 400
)

// A size is how large something is: lines, and the paths through it where it is a function.
type size struct{ lines, paths int }

// within reports whether s is no larger than what is allowed.
func (s size) within(o size) bool { return s.lines <= o.lines && s.paths <= o.paths }

// testdata/sizes.txt lists what is larger than that already, and how large it may be: none
// grows, and none is added. With -update what has become smaller is written down.
func TestRepoKeepsFunctionsAndFilesSmall(t *testing.T) {
	const golden = "testdata/sizes.txt"
	written, err := os.ReadFile(golden)
	require.NoError(t, err)
	known := make(map[string]size)
	for line := range strings.Lines(string(written)) {
		var what string
		var s size
		_, err := fmt.Sscanf(line, "%d %d %s\n", &s.lines, &s.paths, &what)
		require.NoError(t, err, "%s: %q", golden, line)
		known[what] = s
	}
	now := make(map[string]size)
	for _, f := range folders(t) {
		maps.Copy(now, f.large())
	}
	for _, what := range slices.Sorted(maps.Keys(now)) {
		if is := now[what]; !is.within(known[what]) {
			t.Errorf("%s has %d lines and %d paths: divide it where that reads better, or say in %s how large it may be", what, is.lines, is.paths, golden)
		}
	}
	if !*update || t.Failed() {
		return
	}
	var out strings.Builder
	for _, what := range slices.Sorted(maps.Keys(now)) {
		fmt.Fprintf(&out, "%d %d %s\n", now[what].lines, now[what].paths, what)
	}
	require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o644))
}

// large returns the files of f, and the functions that users compile, past the limits.
func (f folder) large() map[string]size {
	found := make(map[string]size)
	for file, parsed := range f.files {
		if n := f.lines(parsed); n > mostInFile {
			found[file] = size{lines: n}
		}
		if slices.Contains(f.tests, file) {
			continue
		}
		for _, decl := range parsed.Decls {
			fn, is := decl.(*ast.FuncDecl)
			if !is || fn.Body == nil {
				continue
			}
			if s := (size{f.lines(fn), paths(fn)}); !s.within(size{mostOfFunc, mostPaths}) {
				found[file+":"+holderOf(fn)+fn.Name.Name] = s
			}
		}
	}
	return found
}

func (f folder) lines(n ast.Node) int {
	if file, is := n.(*ast.File); is {
		return f.fset.Position(file.FileEnd).Line
	}
	return f.fset.Position(n.End()).Line - f.fset.Position(n.Pos()).Line + 1
}

// holderOf returns the name of the type that a method is of, with a point.
func holderOf(fn *ast.FuncDecl) (name string) {
	if fn.Recv == nil {
		return ""
	}
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if id, is := n.(*ast.Ident); is && name == "" {
			name = id.Name + "."
		}
		return true
	})
	return name
}

// paths counts the independent ways through a function.
func paths(fn *ast.FuncDecl) int {
	n := 1
	ast.Inspect(fn, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			n += min(len(x.List), 1)
		case *ast.CommClause:
			if x.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

func TestRepoCountsThePathsThroughAFunction(t *testing.T) {
	for body, want := range map[string]int{
		``:                                  1,
		`if a && b { }`:                     3,
		`for range x { if a { } else { } }`: 3,
		`switch a { case 1, 2: case 3: default: }`: 3,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+body+" }", parser.SkipObjectResolution)
		require.NoError(t, err)
		require.Equal(t, want, paths(file.Decls[0].(*ast.FuncDecl)), body)
	}
}
