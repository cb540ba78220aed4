package fhir_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// squeezed is text without the indentation of its lines.
func squeezed(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// docs/fhir.md shows what the examples do, and names tests that there are.
func TestThePageAboutFHIRShowsWhatIsTested(t *testing.T) {
	page, err := os.ReadFile("../../docs/fhir.md")
	require.NoError(t, err)
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var sources strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		sources.WriteString(squeezed(string(source)) + "\n")
	}
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.Len(t, snippets, 4)
	for _, s := range snippets {
		if !strings.Contains(sources.String(), squeezed(s[1])) {
			t.Errorf("no example holds this snippet:\n%s", s[1])
		}
	}
	tests := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(tests), 20)
	for _, name := range tests {
		if !strings.Contains(sources.String(), "func "+name[1]+"(t *testing.T)") {
			t.Errorf("there is no %s", name[1])
		}
	}
}
