package repo

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	goBlock  = regexp.MustCompile("(?ms)^ *```go\n(.*?)^ *```$")
	declares = regexp.MustCompile(`(?m)^(?:   )?([a-z]\w*(?:, \w+)*) := `)
)

// Each snippet of a page stands in the sources, or is compiled beside a program: its variables are those of
// testdata/snippets.txt, and what it declares counts as used.
func TestRepoSnippetsOfAllPagesCompile(t *testing.T) {
	var sources []string
	for _, f := range folders(t) {
		for _, file := range slices.Concat(f.tests, f.shipped) {
			source, err := os.ReadFile(at(file))
			require.NoError(t, err)
			sources = append(sources, squeeze(string(source)))
		}
	}
	preamble, err := os.ReadFile("testdata/snippets.txt")
	require.NoError(t, err)
	var program strings.Builder
	program.Write(preamble)
	compiled := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(at(page))
		require.NoError(t, err)
		for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
			stands := slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(s, squeeze(m[1])) })
			if stands || strings.Contains(m[1], "mydb.") { // a driver that somebody will write
				continue
			}
			compiled++
			fmt.Fprintf(&program, "\n// Of %s.\nfunc _() {\n%s%s}\n", page, m[1], used(m[1]))
		}
	}
	require.Greater(t, compiled, 8)
	compile(t, program.String())
}

// used counts the variables that a snippet declares as used.
func used(snippet string) (text string) {
	for _, m := range declares.FindAllStringSubmatch(snippet, -1) {
		for name := range strings.SplitSeq(m[1], ", ") {
			text += "_ = " + name + "\n"
		}
	}
	return text
}

// compile compiles a file as one of examples/traced, whose module has all that a snippet imports.
func compile(t *testing.T, program string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "snippets.go")
	require.NoError(t, os.WriteFile(file, []byte(program), 0o600))
	beside, err := filepath.Abs(at("examples/traced/snippets.go"))
	require.NoError(t, err)
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {beside: file}})
	require.NoError(t, err)
	list := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(list, overlay, 0o600))
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", list, "-o", os.DevNull, ".")
	build.Dir = at("examples/traced")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s\n%s", program, out)
}
