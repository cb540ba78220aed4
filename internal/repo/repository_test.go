package repo

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/socialprescribing/sp"

// at returns where a file of the repository is, seen from the folder of these tests.
// Names in messages are relative to the root.
func at(file string) string { return path.Join("../..", file) }

var update = flag.Bool("update", false, "write the golden files anew")

// A folder is one package of the repository as it is written, not as it is built.
type folder struct {
	path    string // relative to the root; "." is the root
	files   map[string]*ast.File
	shipped []string // names of files that users compile
	tests   []string
	fset    *token.FileSet
}

// name returns the package's path for people.
func (f folder) name() string {
	if f.path == "." {
		return "sp"
	}
	return f.path
}

// program reports whether f is a command.
func (f folder) program() bool {
	return len(f.shipped) > 0 && f.files[f.shipped[0]].Name.Name == "main"
}

// internal reports whether f is out of users' sight.
func (f folder) internal() bool { return strings.Contains("/"+f.path+"/", "/internal/") }

// folders returns every package below the root, whichever module it is in.
func folders(t *testing.T) []folder {
	t.Helper()
	all := make(map[string]*folder)
	for _, file := range sources(t) {
		if path.Ext(file) != ".go" {
			continue
		}
		dir := path.Dir(file)
		f := all[dir]
		if f == nil {
			f = &folder{path: dir, files: make(map[string]*ast.File), fset: token.NewFileSet()}
			all[dir] = f
		}
		source, err := os.ReadFile(at(file))
		require.NoError(t, err)
		parsed, err := parser.ParseFile(f.fset, file, source, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		f.files[file] = parsed
		if strings.HasSuffix(file, "_test.go") {
			f.tests = append(f.tests, file)
		} else {
			f.shipped = append(f.shipped, file)
		}
	}
	var found []folder
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		found = append(found, *all[dir])
	}
	return found
}

// sources returns the files of the repository, without test data and what Git
// would not keep.
func sources(t *testing.T) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(at(".")), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", ".cache", "bin", "testdata", "node_modules"}, d.Name()):
			return fs.SkipDir
		case !d.IsDir():
			found = append(found, file)
		}
		return nil
	})
	require.NoError(t, err)
	return found
}

// imports returns the packages that a file imports.
func imports(f *ast.File) []string {
	var found []string
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		found = append(found, imported)
	}
	return found
}

// inside returns the path below the root of a package of this repository.
func inside(imported string) (dir string, ok bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// standard reports whether a package belongs to the standard library.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}
