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

// An instruction is a command of Go on a page, and the folder in which it is given.
type instruction struct {
	page, dir string
	words     []string // from "test" or "run" on
}

var (
	shBlock    = regexp.MustCompile("(?ms)^[ ]*```sh\n(.*?)^[ ]*```$")
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	indented   = regexp.MustCompile(`(?m)^    (go .+)$`)
	goCommand  = regexp.MustCompile(`\bgo (?:test|run)(?: +(?:'[^']*'|[^\s'&|>#)]+))+`)
	intoFolder = regexp.MustCompile(`\bcd ([\w./-]+)`)
	nameOfTest = regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz)[A-Z]\w+`)
	nameOfFlag = regexp.MustCompile(`^[a-z][a-z-]*$`)
	shellWord  = regexp.MustCompile(`'[^']*'|[^\s']+`)
)

// pages returns the README and all pages of the docs but the tutorials, which are followed to the letter.
func pages(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(sources(t), func(file string) bool {
		return path.Ext(file) != ".md" || file != "README.md" && !strings.HasPrefix(file, "docs/") || strings.HasPrefix(file, "docs/tutorial/")
	})
}

// commandsOf returns the commands of Go that a page shows.
func commandsOf(t *testing.T, page string) (all []instruction) {
	t.Helper()
	data, err := os.ReadFile(at(page))
	require.NoError(t, err)
	blocks := shBlock.FindAllStringSubmatch(string(data), -1)
	blocks = append(blocks, inlineCode.FindAllStringSubmatch(shBlock.ReplaceAllString(string(data), ""), -1)...)
	blocks = append(blocks, indented.FindAllStringSubmatch(string(data), -1)...)
	for _, block := range blocks {
		dir := "."
		for line := range strings.Lines(strings.ReplaceAll(block[1], `\|`, "|")) { // as it stands in a table
			in := dir
			if m := intoFolder.FindStringSubmatch(line); m != nil {
				if in = path.Join(in, m[1]); !strings.Contains(line, "(cd ") { // in brackets it is for that line alone
					dir = in
				}
			}
			all = append(all, instructions(page, in, line)...)
		}
	}
	return all
}

// instructions returns the commands in a text, given in a folder.
func instructions(page, dir, text string) (all []instruction) {
	for _, command := range goCommand.FindAllString(text, -1) {
		words := shellWord.FindAllString(command, -1)[1:]
		for i, word := range words {
			words[i] = strings.Trim(word, "'")
		}
		all = append(all, instruction{page: page, dir: dir, words: words})
	}
	return all
}

// flag returns the value of a flag, if it is given.
func (c instruction) flag(name string) (value string, given bool) {
	i := slices.Index(c.words, "-"+name)
	if i < 0 || i+1 == len(c.words) {
		return "", false
	}
	return c.words[i+1], true
}

// packages returns the packages that are tested or run: paths from the root, with "..." at the end where those below are meant.
func (c instruction) packages() (all []string) {
	for _, word := range c.words[1:] {
		if word == "-args" {
			break
		}
		if word == "." || strings.HasPrefix(word, "./") {
			all = append(all, path.Join(c.dir, word))
		}
	}
	if len(all) == 0 {
		all = []string{c.dir}
	}
	return all
}

// Flags that a program has from the libraries that it is made of.
var borrowed = []string{"runner", "endpoint"}

// What a page or the introduction of a program says to run has the flags that it names.
func TestRepoCommandsOfProgramsHaveTheFlagsThatTheyName(t *testing.T) {
	sources := make(map[string]string) // of a folder
	var all []instruction
	for _, f := range folders(t) {
		for _, file := range f.shipped {
			source, err := os.ReadFile(at(file))
			require.NoError(t, err)
			sources[f.path] += string(source)
			if doc := f.files[file].Doc; doc != nil && f.program() {
				from := "." // where the workspace is, or else the module of the program
				if strings.HasPrefix(f.path, "evaluation/") {
					from = path.Dir(f.path)
				}
				all = append(all, instructions(file, from, doc.Text())...)
			}
		}
	}
	for _, page := range pages(t) {
		all = append(all, commandsOf(t, page)...)
	}
	seen := 0
	for _, c := range all {
		if c.words[0] != "run" {
			continue
		}
		source := sources[c.packages()[0]]
		for _, word := range c.words[1:] {
			if name, is := strings.CutPrefix(word, "-"); is && nameOfFlag.MatchString(name) && !slices.Contains(borrowed, name) {
				seen++
				require.Contains(t, source, `"`+name+`"`, "%s: go %s", c.page, strings.Join(c.words, " "))
			}
		}
	}
	require.Greater(t, seen, 80)
}

func TestRepoCommandsOfThePagesNameWhatIsThere(t *testing.T) {
	tests := make(map[string][]string) // of a folder
	for _, f := range folders(t) {
		tests[f.path] = nil
		for _, file := range f.tests {
			for _, decl := range f.files[file].Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil {
					tests[f.path] = append(tests[f.path], fn.Name.Name)
				}
			}
		}
	}
	var all []string
	for _, of := range tests {
		all = append(all, of...)
	}
	seen := 0
	for _, page := range pages(t) {
		data, err := os.ReadFile(at(page))
		require.NoError(t, err)
		for _, name := range nameOfTest.FindAllString(string(data), -1) {
			if !slices.ContainsFunc(all, func(test string) bool { return strings.HasPrefix(test, name) }) {
				t.Errorf("%s names %s, which is not there", page, name)
			}
		}
		for _, c := range commandsOf(t, page) {
			if slices.Contains(c.words, "work") || slices.Contains(c.words, "...") {
				continue
			}
			seen++
			var names []string
			for _, p := range c.packages() {
				parent, below := strings.CutSuffix(p, "...")
				found := false
				for dir, of := range tests {
					if dir == p || below && strings.HasPrefix(dir+"/", parent) || p == "..." {
						found, names = true, append(names, of...)
					}
				}
				if !found {
					t.Errorf("%s: go %s: there is no package %s", page, strings.Join(c.words, " "), p)
				}
			}
			c.matches(t, "bench", "Benchmark", names)
			if _, bench := c.flag("bench"); !bench {
				c.matches(t, "run", "Test", names)
			}
		}
	}
	require.Greater(t, seen, 100)
}

// matches fails unless each of the names in a flag is that of some function of a kind, or a part of it.
func (c instruction) matches(t *testing.T, flag, kind string, names []string) {
	t.Helper()
	pattern, given := c.flag(flag)
	if !given || c.words[0] != "test" {
		return
	}
	function, _, _ := strings.Cut(pattern, "/")
	alternatives := []string{function}
	if !strings.Contains(function, "(") {
		alternatives = strings.Split(function, "|")
	}
	for _, one := range alternatives {
		of, err := regexp.Compile(one)
		require.NoError(t, err, "%s: go %s", c.page, strings.Join(c.words, " "))
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, kind) && of.MatchString(name) }) {
			t.Errorf("%s: go %s: -%s %s selects nothing", c.page, strings.Join(c.words, " "), flag, one)
		}
	}
}
