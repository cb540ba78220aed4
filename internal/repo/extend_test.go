package repo

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The pages of docs/extend show what compiles, and what is printed.
func TestRepoSnippetsOfThePagesAboutExtendingAreTheExamplesThatTheySpeakOf(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"examples/extend/*.go", "examples/filestore/*.go"} {
		files, err := filepath.Glob(at(pattern))
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			sources.WriteString(squeeze(string(source)) + "\n")
		}
	}
	printed := strings.NewReplacer("\n//   ", "\n", "\n// ", "\n").Replace(sources.String())
	pages, err := filepath.Glob(at("docs/extend/*.md"))
	require.NoError(t, err)
	require.Len(t, pages, 5)
	for _, page := range pages {
		file := path.Join("docs/extend", filepath.Base(page))
		snippets := fenced(t, file, "go")
		require.NotEmpty(t, snippets, file)
		for _, snippet := range snippets {
			if !strings.Contains(sources.String(), squeeze(snippet)) {
				t.Errorf("no example holds this snippet of %s:\n%s", file, snippet)
			}
		}
		for _, shown := range fenced(t, file, "text") {
			if !strings.Contains(printed, squeeze(shown)) {
				t.Errorf("no example prints what %s shows:\n%s", file, shown)
			}
		}
	}
}
