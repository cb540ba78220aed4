package chart

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWordsSay(t *testing.T) {
	w := Words{"a": "{n} of {of} {n:practice:practices}", "b": "{name}: {missing}"}
	require.Equal(t, "1 of 3 practice", w.say("a", "n", "1", "of", "3"))
	require.Equal(t, "2 of 3 practices", w.say("a", "n", "2", "of", "3"))
	require.Equal(t, "\u2068مرحبا\u2069: ", w.say("b", "name", "مرحبا"))
	require.Empty(t, w.say("there is none"))
}

func TestEnglishHasAllWordsAndNoOthers(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var code strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			code.Write(source)
		}
	}
	for key := range English() {
		stem := regexp.MustCompile(`\.[^.]*$`).ReplaceAllString(key, "") // what comes behind it may be computed
		said := slices.ContainsFunc([]string{key, stem, stem + "."}, func(k string) bool { return strings.Contains(code.String(), `"`+k+`"`) })
		require.True(t, said, "nothing says %s", key)
	}
	for _, key := range regexp.MustCompile(`w(?:\.say\(|\[)"([^"]*[^".])"`).FindAllStringSubmatch(code.String(), -1) {
		require.Contains(t, English(), key[1])
	}
}

func TestWordsOfACallerStandInForEnglishOnes(t *testing.T) {
	p, err := Funnel(practices(t, 30), FunnelOptions{About: About{Words: Words{"funnel.title.none": "Dim byd"}, Lang: "cy"}})
	require.NoError(t, err)
	require.Contains(t, string(p.SVG(Wide)), `lang="cy"`)
}
