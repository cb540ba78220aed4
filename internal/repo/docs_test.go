package repo

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const mostLines = 400

// long lists the files of more than mostLines lines, and why.
var long = map[string]string{}

// unshown lists the packages without an Example, and why. Internal packages are
// shown by those that use them.
var unshown = map[string]string{
	"examples":       "is itself nothing but examples",
	"store/postgres": "needs a server: the snippet in its introduction is what its tests run",
}

func TestRepoIntroducesEveryPackage(t *testing.T) {
	for _, f := range folders(t) {
		if len(f.shipped) == 0 {
			continue
		}
		var introductions []string
		for _, file := range f.shipped {
			if doc := f.files[file].Doc; doc != nil {
				introductions = append(introductions, doc.Text())
			}
		}
		if len(introductions) != 1 {
			t.Errorf("package %s has %d package comments, not one", f.name(), len(introductions))
			continue
		}
		start := "Package " + f.files[f.shipped[0]].Name.Name + " "
		if f.program() {
			start = "Command " + path.Base(f.path) + " "
		}
		if !strings.HasPrefix(introductions[0], start) {
			t.Errorf("the introduction of %s does not begin with %q", f.name(), start)
		}
		if !f.program() && !f.internal() && unshown[f.path] == "" && !f.hasExample() {
			t.Errorf("package %s has no tested Example", f.name())
		}
	}
}

// hasExample reports whether the tests of f hold an example whose output is checked.
func (f folder) hasExample() bool {
	for _, file := range f.tests {
		for _, decl := range f.files[file].Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Example") {
				continue
			}
			for _, c := range f.files[file].Comments {
				if fn.Body.Pos() < c.Pos() && c.End() < fn.Body.End() && regexp.MustCompile(`(?i)^(unordered )?output:`).MatchString(c.Text()) {
					return true
				}
			}
		}
	}
	return false
}

func TestRepoExplainsEveryExportedName(t *testing.T) {
	for _, f := range folders(t) {
		for _, file := range f.shipped {
			for _, decl := range f.files[file].Decls {
				for _, name := range unexplained(decl) {
					t.Errorf("%s: %s has no comment", file, name)
				}
			}
		}
	}
}

// unexplained returns the exported names of a declaration that have no comment
// of their own or of their block.
func unexplained(decl ast.Decl) []string {
	var names []string
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Doc == nil && decl.Name.IsExported() && (decl.Recv == nil || exportedReceiver(decl)) {
			names = append(names, decl.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && decl.Doc == nil && spec.Doc == nil {
					names = append(names, spec.Name.Name)
				}
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					if name.IsExported() && decl.Doc == nil && spec.Doc == nil && spec.Comment == nil {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

func exportedReceiver(decl *ast.FuncDecl) bool {
	exported := false
	ast.Inspect(decl.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !exported {
			exported = id.IsExported()
			return false
		}
		return true
	})
	return exported
}

// An s behind a link makes it none: go doc prints the brackets.
var brokenLink = regexp.MustCompile(`\[\*?[A-Z][\w.]*\]\w+`)

func TestRepoLinksInCommentsStandAlone(t *testing.T) {
	for _, f := range folders(t) {
		for _, file := range f.shipped {
			for _, c := range f.files[file].Comments {
				for line := range strings.Lines(c.Text()) {
					if found := brokenLink.FindString(line); found != "" && !strings.HasPrefix(line, "\t") {
						t.Errorf("%s: %q is no link, as letters follow it", file, found)
					}
				}
			}
		}
	}
}

func TestRepoFilesAreShort(t *testing.T) {
	for _, f := range folders(t) {
		for _, file := range f.shipped {
			if lines := f.fset.File(f.files[file].Pos()).LineCount() - 1; lines > mostLines && long[file] == "" {
				t.Errorf("%s has %d lines: beyond %d it is two files, or has a reason in long", file, lines, mostLines)
			}
		}
	}
}

func TestRepoSnippetsOfTheREADMEAreTestedExamples(t *testing.T) {
	var examples []string
	for _, f := range folders(t) {
		for _, file := range f.tests {
			source, err := os.ReadFile(at(file))
			require.NoError(t, err)
			examples = append(examples, squeeze(string(source)))
		}
	}
	snippets := fenced(t, "README.md", "go")
	require.NotEmpty(t, snippets)
	for _, snippet := range snippets {
		require.True(t, slices.ContainsFunc(examples, func(e string) bool {
			return strings.Contains(e, squeeze(snippet))
		}), "no test holds this snippet of README.md:\n%s", snippet)
	}
}

// The golden file is what .ci/run holds the program to, with all examples.
func TestRepoPolicyLabOfTheREADMEIsWhatTheProgramPrints(t *testing.T) {
	page, err := os.ReadFile(at("README.md"))
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "```\nCONTRACTS  ")
	require.True(t, found)
	table, below, _ := strings.Cut(table, "```\n")
	printed, err := os.ReadFile(at("examples/policylab/testdata/readme.golden"))
	require.NoError(t, err)
	require.Contains(t, string(printed), "\nCONTRACTS  "+table)
	require.Contains(t, strings.Join(strings.Fields(below[:min(len(below), 400)]), " "), "where the gaps were less than half as long, the choice would turn to 12 months with carry-over")
	require.Regexp(t, `(?m)^effects\.gap .* 12 months, carry-over +36 months, carry-over +about 0\.4`, string(printed), "what the README says of gaps")
}

func TestRepoSnippetsOfTheEmbeddingPageAreTheExampleThatItSpeaksOf(t *testing.T) {
	var sources []string
	for _, file := range []string{"intake.go", "http.go", "intake_test.go"} {
		source, err := os.ReadFile(at("examples/intake/" + file))
		require.NoError(t, err)
		sources = append(sources, squeeze(string(source)))
	}
	snippets := fenced(t, "docs/embedding.md", "go")
	require.Greater(t, len(snippets), 10)
	for _, snippet := range snippets {
		require.True(t, slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(s, squeeze(snippet)) }), "examples/intake does not hold this snippet of docs/embedding.md:\n%s", snippet)
	}
}

// testName is a test of a package, as a table of the docs names it.
var testName = regexp.MustCompile("`([a-z0-9/]+)\\.(Test\\w+)`")

func TestRepoHasTheTestsThatTheEmbeddingPageNames(t *testing.T) {
	tests := make(map[string]bool)
	for _, f := range folders(t) {
		for _, file := range f.tests {
			for _, decl := range f.files[file].Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok {
					tests[f.path+"."+fn.Name.Name] = true
				}
			}
		}
	}
	page, err := os.ReadFile(at("docs/embedding.md"))
	require.NoError(t, err)
	named := testName.FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(named), 20)
	for _, m := range named {
		require.True(t, tests[m[1]+"."+m[2]], "docs/embedding.md names %s.%s, which is not there", m[1], m[2])
	}
}

// squeeze removes indentation, so that a snippet is found inside a function.
func squeeze(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// fenced returns the code blocks of a language in a Markdown file.
func fenced(t *testing.T, file, language string) []string {
	t.Helper()
	data, err := os.ReadFile(at(file))
	require.NoError(t, err)
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codeBlock    = regexp.MustCompile("(?s)```.*?```") // where a call of a generic function looks like a link
	heading      = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

func TestRepoLinksInMarkdownLeadSomewhere(t *testing.T) {
	for _, file := range sources(t) {
		if path.Ext(file) != ".md" {
			continue
		}
		data, err := os.ReadFile(at(file))
		require.NoError(t, err)
		for _, m := range markdownLink.FindAllStringSubmatch(codeBlock.ReplaceAllString(string(data), ""), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			target, anchor, _ := strings.Cut(m[1], "#")
			if target = path.Join(path.Dir(file), target); strings.HasPrefix(m[1], "#") {
				target = file
			}
			text, err := os.ReadFile(at(target))
			if info, statErr := os.Stat(at(target)); statErr != nil || err != nil && !info.IsDir() {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			} else if anchor != "" && !slices.Contains(anchors(string(text)), anchor) {
				t.Errorf("%s links to %s, which has no such heading", file, m[1])
			}
		}
	}
}

// anchors returns the names by which the headings of a Markdown text are linked to.
func anchors(text string) []string {
	var all []string
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

// machinePath matches an absolute path of somebody's machine.
var machinePath = regexp.MustCompile("(?m)(^|[\\s\"'(`=:])/(work|root|home|Users)/[A-Za-z]")

func TestRepoSpeaksOfNobodysMachine(t *testing.T) {
	for _, file := range sources(t) {
		if !slices.Contains([]string{".go", ".md", ".yml", ".txt", ".sh", ".mod", ".work", ".svg", ""}, path.Ext(file)) {
			continue
		}
		data, err := os.ReadFile(at(file))
		require.NoError(t, err)
		if m := machinePath.Find(data); m != nil {
			t.Errorf("%s names %q", file, m)
		}
	}
}
