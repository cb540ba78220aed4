package repo

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// The public surface of every package stands in testdata/api beside this file, a line for each
// name, so that every change of it is a line in a review. To accept a change:
//
//	go test ./internal/repo -run TestRepoPublicSurfaceIsThatOfTheGoldenFiles -update

const mostNames = 60

// roomy lists the packages that export more than mostNames, and why.
var roomy = map[string]string{
	"consent":           "the codes of permission, each a type and its list: one decision reads all of them",
	"evaluation/facts":  "a list of facts, a line each, that indicators pick from by name",
	"directory":         "one small type for each fact that a service states; they are read together or not at all",
	"funding/grant":     "two ledgers that balance, a fund's and an award's, each with an event for whatever happens to it",
	"needs":             "an assessment is one record of needs, goals, plan and series of measures, each with its events",
	"referral/caseload": "whom a case is given to: what is carried, how much anybody may carry, and handing over, each with its codes, decide together",
	"referral":          "a referral is one machine, of which each event is a type and each list of codes another; they are read together",
	"store":             "the contract of every backend, and what repositories are made of; neither is of use without the other",
}

func TestRepoPublicSurfaceIsThatOfTheGoldenFiles(t *testing.T) {
	const dir = "testdata/api"
	written := make(map[string]bool)
	for _, f := range folders(t) {
		if f.program() || len(f.shipped) == 0 || strings.HasPrefix(f.path, "examples") || f.internal() {
			continue
		}
		surface := f.surface(t)
		if names := surface.names; names > mostNames && roomy[f.path] == "" {
			t.Errorf("package %s exports %d names: beyond %d it is two packages, or has a reason in roomy", f.name(), names, mostNames)
		}
		golden := filepath.Join(dir, strings.ReplaceAll(f.name(), "/", ".")+".txt")
		written[golden] = true
		got := strings.Join(surface.lines, "\n") + "\n"
		if *update {
			require.NoError(t, os.MkdirAll(dir, 0o755))
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Errorf("package %s has no golden file of its surface: %v", f.name(), err)
		} else if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("the public surface of %s has changed (-was +is); accept it with -update:\n%s", f.name(), diff)
		}
	}
	stale, err := filepath.Glob(dir + "/*.txt")
	require.NoError(t, err)
	for _, golden := range stale {
		if written[golden] {
			continue
		}
		if *update {
			require.NoError(t, os.Remove(golden))
		} else {
			t.Errorf("%s is the surface of a package that is gone", golden)
		}
	}
}

// The vocabulary is learnt by everybody who uses any package, so it stays one page.
func TestRepoListsTheVocabularyInFiftyLines(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "doc", "-short", ".")
	cmd.Dir = at(".")
	list, err := cmd.Output()
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(list), "\n"), 50, "%s", list)
}

// A surface is what a package exports. A block of constants counts as one name,
// as it is one thing to learn; methods and fields belong to their type.
type surface struct {
	lines []string
	names int
}

func (f folder) surface(t *testing.T) surface {
	t.Helper()
	var s surface
	for _, file := range f.shipped {
		for _, decl := range f.files[file].Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				s.addFunc(f, decl)
			case *ast.GenDecl:
				s.addBlock(f, decl)
			}
		}
	}
	slices.Sort(s.lines)
	require.Len(t, slices.Compact(slices.Clone(s.lines)), len(s.lines), "%s exports a name twice", f.path)
	return s
}

func (s *surface) add(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

func (s *surface) addFunc(f folder, decl *ast.FuncDecl) {
	if !decl.Name.IsExported() {
		return
	}
	signature := strings.TrimPrefix(f.source(decl.Type), "func")
	if decl.Recv == nil {
		s.names++
		s.add("func %s%s", decl.Name.Name, signature)
		return
	}
	receiver := decl.Recv.List[0].Type
	if ast.IsExported(strings.TrimLeft(f.source(receiver), "*")) {
		s.add("method (%s) %s%s", f.source(receiver), decl.Name.Name, signature)
	}
}

func (s *surface) addBlock(f folder, decl *ast.GenDecl) {
	var above *ast.ValueSpec // whose type and values constants without any repeat
	before := len(s.lines)
	for line, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.addType(f, spec)
		case *ast.ValueSpec:
			if spec.Type != nil || len(spec.Values) > 0 {
				above = spec
			}
			s.addValues(f, decl.Tok, spec.Names, above, line)
		}
	}
	if decl.Tok == token.CONST && len(s.lines) > before {
		s.names++
	}
}

// addValues adds the names of one line of a block: variables with their type,
// constants with their value as well, which is part of what they promise.
func (s *surface) addValues(f folder, tok token.Token, names []*ast.Ident, spec *ast.ValueSpec, line int) {
	kind := ""
	if spec.Type != nil {
		kind = " " + f.source(spec.Type)
	}
	for i, name := range names {
		if !name.IsExported() {
			continue
		}
		value := ""
		if tok == token.CONST {
			value = " = " + counter.ReplaceAllString(f.source(spec.Values[i]), strconv.Itoa(line))
		} else {
			s.names++
		}
		s.add("%s %s%s%s", tok, name.Name, kind, value)
	}
}

// counter is iota, which counts the lines of a block: a line that moves changes a value.
var counter = regexp.MustCompile(`\biota\b`)

func (s *surface) addType(f folder, spec *ast.TypeSpec) {
	if !spec.Name.IsExported() {
		return
	}
	s.names++
	name := spec.Name.Name
	if spec.TypeParams != nil {
		var params []string
		for _, field := range spec.TypeParams.List {
			for _, param := range field.Names {
				params = append(params, param.Name+" "+f.source(field.Type))
			}
		}
		name += "[" + strings.Join(params, ", ") + "]"
	}
	switch kind := spec.Type.(type) {
	case *ast.StructType:
		s.add("type %s struct", name)
		s.addFields(f, "field "+spec.Name.Name+".", kind.Fields)
	case *ast.InterfaceType:
		s.add("type %s interface", name)
		s.addFields(f, "method "+spec.Name.Name+".", kind.Methods)
	default:
		alias := ""
		if spec.Assign.IsValid() {
			alias = "= "
		}
		s.add("type %s %s%s", name, alias, f.source(kind))
	}
}

func (s *surface) addFields(f folder, prefix string, fields *ast.FieldList) {
	for _, field := range fields.List {
		text, tag := f.source(field.Type), ""
		if field.Tag != nil {
			tag = " " + field.Tag.Value
		}
		if len(field.Names) == 0 { // embedded
			s.add("%s(%s)%s", prefix, text, tag)
		}
		for _, name := range field.Names {
			if signature, method := strings.CutPrefix(text, "func"); method && strings.HasPrefix(prefix, "method") {
				s.add("%s%s%s", prefix, name.Name, signature)
			} else if name.IsExported() {
				s.add("%s%s %s%s", prefix, name.Name, text, tag)
			}
		}
	}
}

// source returns the node as gofmt writes it, on one line.
func (f folder) source(n ast.Node) string {
	var b strings.Builder
	if err := format.Node(&b, f.fset, n); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
