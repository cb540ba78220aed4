package repo

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	figure    = regexp.MustCompile(`(?:^|[^\w.,])(\d[\d,.]*(?:(?: to | / |; )\d[\d,.]*)? ?(?:%|(?:ns|us|ms|s|seconds?|minutes?|hours?|bytes?|[kK]B|MB|GB|kilobytes?|megabytes?|gigabytes?|times|allocations?|instructions?|lines|million|thousand)\b))`)
	evidence  = regexp.MustCompile(`\.ci/\w|\bgo (?:test|run) |\b(?:Test|Benchmark|Fuzz)[A-Z]\w+`)
	reference = regexp.MustCompile(`\]\((?:\.\./|docs/)?(?:performance|reliability)\.md\b`)
	byATest   = regexp.MustCompile(`written by\s[^.]*\b(?:test|go test)\b`) // a page that says so before its first section
)

// given are figures that nobody measured: rules, laws and levels. Beside each stands who holds it.
var given = map[string][]string{
	"README.md":                {"200 lines", "60 lines"}, // TestRepoExamplesAreAsLongAsThePagesSay
	"docs/design.md":           {"60 lines"},
	"docs/embedding.md":        {"250 lines"},
	"docs/extend/driver.md":    {"200 lines", "200 bytes"}, // store.MaxName
	"docs/extend/indicator.md": {"7.5 %", "95 %"},          // TestRepoSnippetsOfThePagesAboutExtending...
	"docs/assignment.md":       {"650 lines"},
	"docs/directory.md":        {"64 megabytes", "16 megabytes", "18 megabytes", "32,768 lines"}, // the tests of directory/internal/importer and internal/csvfile
	"docs/glossary.md":         {"72 hours"},                                                     // the General Data Protection Regulation, article 33
	"docs/permission.md":       {"72 hours"},
	"docs/workforce.md":        {"10 hours", "95 %"}, // the association that is named beside it; the level of each interval
	"docs/pictures.md":         {"99.8 %"},           // the limits of package spc
}

// Whoever reads a figure can get it again: its section names a command that makes it or a test that holds it, or the
// page on which that stands.
func TestRepoFiguresOfThePagesHaveACommandOrATest(t *testing.T) {
	for _, page := range pages(t) {
		data, err := os.ReadFile(at(page))
		require.NoError(t, err)
		sections := sectionsOf(string(data))
		if byATest.MatchString(sections[0]) {
			continue
		}
		var excused []string
		for _, section := range sections {
			if evidence.MatchString(section) || reference.MatchString(section) {
				continue
			}
			for _, m := range figure.FindAllStringSubmatch(section, -1) {
				if excused = append(excused, m[1]); !slices.Contains(given[page], m[1]) {
					title, _, _ := strings.Cut(section, "\n")
					t.Errorf("%s, %s: %q has neither a command nor a test", page, title, m[1])
				}
			}
		}
		require.Subset(t, excused, given[page], "%s has lost what it is excused for", page)
	}
}

// sectionsOf returns the parts of a page, each from its heading on.
func sectionsOf(page string) (sections []string) {
	for line := range strings.Lines(page) {
		if len(sections) == 0 || strings.HasPrefix(line, "#") {
			sections = append(sections, "")
		}
		sections[len(sections)-1] += line
	}
	return sections
}

func TestRepoExamplesAreAsLongAsThePagesSay(t *testing.T) {
	for _, tt := range []struct {
		page, says, files string
		each              bool
		lines             int // without comments
	}{
		{page: "README.md", says: "a storage driver in some 200 lines", files: "examples/filestore/filestore.go", lines: 200},
		{page: "docs/extend/driver.md", says: "a whole one in some 200 lines", files: "examples/filestore/filestore.go", lines: 200},
		{page: "docs/tutorial/testing.md", says: "a driver in some 200 lines", files: "examples/filestore/filestore.go", lines: 200},
		{page: "README.md", says: "three of some 60 lines", files: "examples/small/*_test.go", each: true, lines: 60},
		{page: "docs/design.md", says: "each of them, in some 60 lines", files: "examples/small/*_test.go", each: true, lines: 60},
		{page: "docs/embedding.md", says: "some 250 lines", files: "examples/intake/[hi]*.go", lines: 250},
		{page: "docs/assignment.md", says: "some 650 lines", files: "matching/assign/internal/recheck/*.go", lines: 650},
	} {
		page, err := os.ReadFile(at(tt.page))
		require.NoError(t, err)
		require.Contains(t, string(page), tt.says)
		files, err := filepath.Glob(at(tt.files))
		require.NoError(t, err)
		total := 0
		for _, file := range files {
			if !tt.each && strings.HasSuffix(file, "_test.go") {
				continue
			}
			lines := codeLines(t, file)
			if total += lines; tt.each {
				require.InDelta(t, tt.lines, lines, float64(tt.lines)/5, file)
			}
		}
		if !tt.each {
			require.InDelta(t, tt.lines, total, float64(tt.lines)/5, tt.files)
		}
	}
}

// codeLines counts the lines of a file that are neither empty nor a comment alone.
func codeLines(t *testing.T, file string) (lines int) {
	t.Helper()
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(source)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	return lines
}
