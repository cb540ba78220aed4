package repo

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An outline is what users of the packages can see, as source: their declarations
// without comments and bodies, and of those that are not exported only what the others
// are made of. It can be stored, read in a review, and type-checked years later.
type outline map[string]string // by the names of files

// outlineOf returns the outline of the files of packages.
func outlineOf(files map[string]string) (outline, error) {
	s := sketch{declared: make(map[name][]*declaration), methods: make(map[name][]*declaration)}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, files[file], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.add(path.Dir(file), file, parsed)
	}
	for _, n := range slices.SortedFunc(maps.Keys(s.declared), name.compare) {
		if ast.IsExported(n.name) && !strings.Contains("/"+n.dir+"/", "/internal/") {
			s.need(n)
		}
	}
	o := make(outline)
	for _, d := range s.all {
		if !d.needed {
			continue
		}
		source, err := d.source()
		if err != nil {
			return nil, err
		}
		if o[d.file] == "" {
			o[d.file] = d.head
		}
		o[d.file] += source
	}
	return o, nil
}

// A name is one that a package declares.
type name struct{ dir, name string }

func (n name) compare(m name) int {
	return strings.Compare(n.dir+"."+n.name, m.dir+"."+m.name)
}

// A declaration is of one function, method, type or variable, or of a block of constants,
// whose values may count on each other.
type declaration struct {
	dir, file string
	head      string            // of its file: package and imports
	imports   map[string]string // of its file: local names to paths
	node      ast.Node
	token     token.Token // what stands before a specification
	needed    bool
}

func (d *declaration) source() (string, error) {
	var b strings.Builder
	b.WriteString("\n")
	if d.token != token.ILLEGAL {
		b.WriteString(d.token.String() + " ")
	}
	if err := format.Node(&b, token.NewFileSet(), d.node); err != nil {
		return "", err
	}
	return b.String() + "\n", nil
}

// A sketch is an outline on which somebody works.
type sketch struct {
	all      []*declaration
	declared map[name][]*declaration
	methods  map[name][]*declaration
}

func (s *sketch) add(dir, file string, f *ast.File) {
	of := declaration{dir: dir, file: file, head: "package " + f.Name.Name + "\n\n", imports: make(map[string]string)}
	for _, spec := range f.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		local := path.Base(imported)
		if regexp.MustCompile(`^v\d+$`).MatchString(local) {
			local = path.Base(path.Dir(imported))
		}
		line := fmt.Sprintf("import %q\n", imported)
		if spec.Name != nil {
			local = spec.Name.Name
			line = fmt.Sprintf("import %s %q\n", local, imported)
		}
		of.imports[local] = imported
		of.head += line
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			n.Body = &ast.BlockStmt{Lbrace: n.Type.End(), Rbrace: n.Type.End()}
		case *ast.FuncLit:
			n.Body = &ast.BlockStmt{Lbrace: n.Type.End(), Rbrace: n.Type.End()}
		}
		return true
	})
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				s.declare(of, decl, token.ILLEGAL, s.declared, decl.Name.Name)
			} else {
				s.declare(of, decl, token.ILLEGAL, s.methods, methodOf(decl))
			}
		case *ast.GenDecl:
			s.block(of, decl)
		}
	}
}

// methodOf returns the name of the type that has a method.
func methodOf(decl *ast.FuncDecl) (found string) {
	ast.Inspect(decl.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && found == "" {
			found = id.Name
		}
		return found == ""
	})
	return found
}

func (s *sketch) block(of declaration, decl *ast.GenDecl) {
	var constants []string
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.declare(of, spec, token.TYPE, s.declared, spec.Name.Name)
		case *ast.ValueSpec:
			var names []string
			for _, id := range spec.Names {
				names = append(names, id.Name)
			}
			if decl.Tok == token.CONST {
				constants = append(constants, names...)
			} else {
				s.declare(of, spec, token.VAR, s.declared, names...)
			}
		}
	}
	if len(constants) > 0 {
		s.declare(of, decl, token.ILLEGAL, s.declared, constants...)
	}
}

func (s *sketch) declare(of declaration, node ast.Node, tok token.Token, in map[name][]*declaration, names ...string) {
	d := &of
	d.node, d.token = node, tok
	s.all = append(s.all, d)
	for _, n := range names {
		if n != "_" && (n != "init" || tok != token.ILLEGAL) {
			in[name{d.dir, n}] = append(in[name{d.dir, n}], d)
		}
	}
}

// need keeps a name, the methods of a type, and all that they mention. What only has the
// same name as something that is mentioned is kept too, which does no harm.
func (s *sketch) need(n name) {
	for _, d := range slices.Concat(s.declared[n], s.methods[n]) {
		if d.needed {
			continue
		}
		d.needed = true
		ast.Inspect(d.node, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Ident:
				s.need(name{d.dir, node.Name})
			case *ast.SelectorExpr:
				if id, ok := node.X.(*ast.Ident); ok {
					if dir, ours := inside(d.imports[id.Name]); ours {
						s.need(name{dir, node.Sel.Name})
					}
				}
			}
			return true
		})
	}
}

// A checker type-checks the packages of an outline. Those of others it reads as they
// were compiled.
type checker struct {
	outline outline
	others  types.Importer
	done    map[string]*types.Package
}

// check returns the packages of an outline by their folders.
func (o outline) check(others types.Importer) (map[string]*types.Package, error) {
	c := checker{outline: o, others: others, done: make(map[string]*types.Package)}
	for file := range o {
		if _, err := c.folder(path.Dir(file)); err != nil {
			return nil, err
		}
	}
	return c.done, nil
}

// Import makes a checker a types.Importer.
func (c checker) Import(imported string) (*types.Package, error) {
	if dir, ours := inside(imported); ours {
		return c.folder(dir)
	}
	return c.others.Import(imported)
}

func (c checker) folder(dir string) (*types.Package, error) {
	if p := c.done[dir]; p != nil {
		return p, nil
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, file := range slices.Sorted(maps.Keys(c.outline)) {
		if path.Dir(file) != dir {
			continue
		}
		parsed, err := parser.ParseFile(fset, file, c.outline[file], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	config := types.Config{Importer: c, IgnoreFuncBodies: true, DisableUnusedImportCheck: true}
	p, err := config.Check(path.Join(module, dir), fset, files, nil)
	if err != nil {
		return nil, err
	}
	c.done[dir] = p
	return p, nil
}

// used drops the imports of which an outline uses nothing, and returns the packages of
// others that are left.
func (o outline) used() []string {
	left := make(map[string]bool)
	line := regexp.MustCompile(`(?m)^import (?:(\w+) )?"(.*)"\n`)
	for file, source := range o {
		o[file] = line.ReplaceAllStringFunc(source, func(whole string) string {
			m := line.FindStringSubmatch(whole)
			local := m[1]
			if local == "" {
				local = regexp.MustCompile(`/v\d+$`).ReplaceAllString(m[2], "")
				local = path.Base(local)
			}
			if !regexp.MustCompile(`\b` + regexp.QuoteMeta(local) + `\.`).MatchString(source) {
				return ""
			}
			if _, ours := inside(m[2]); !ours {
				left[m[2]] = true
			}
			return whole
		})
	}
	return slices.Sorted(maps.Keys(left))
}

// compiled returns an importer of packages of others, which the go command compiles
// where that was not done before.
func compiled(t *testing.T, packages []string) types.Importer {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-export", "-f", "{{.ImportPath}}\t{{.Export}}"}, packages...)...)
	command.Dir = at(".")
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("packages that the public surface mentions: %v\n%s", err, complaints.String())
	}
	files := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		imported, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		files[imported] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(imported string) (io.ReadCloser, error) {
		return os.Open(files[imported])
	})
}
