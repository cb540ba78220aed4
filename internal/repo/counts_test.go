package repo

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/evaluation/barrier"
	indicators "github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/store"
)

var (
	numerals = strings.Fields("nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty")
	number   = `\b((?i:\d[\d,]*|` + strings.Join(numerals, "|") + `))`
)

// countable are the words for things of the repository that a page may count.
var countable = regexp.MustCompile(number + ` (?:barriers|sub-themes|themes|indicators|methods|recipients|purposes|kinds of information|cells|situations|authorities|tutorials|steps|packages|modules|programs|examples|pages|drivers|rows|hazards|functions|how-to)\b`)

// otherwise are counts of other things under the same words, by page.
var otherwise = map[string][]string{
	"CONTRIBUTING.md":    {"two methods"}, // that an interface of this library has at most: a rule
	"docs/design.md":     {"two methods"},
	"docs/assignment.md": {"ten steps"},                // of a cost that grows
	"docs/pictures.md":   {"Five steps", "three rows"}, // of a scale
	"docs/accuracy.md":   {"two rows", "three rows"},   // of a table of another program
	"docs/storage.md":    {"two methods"},              // of store.Wrapper
}

// A count is a sentence of a page, with % for each number in it, and what these numbers are.
type count struct {
	page, says string
	is         []int
}

func counts(t *testing.T) []count {
	t.Helper()
	themes := make(map[string]bool)
	for _, b := range barrier.All() {
		theme, _, _ := strings.Cut(b.No, "-")
		themes[theme] = true
	}
	barriers, methods := len(barrier.All()), reflect.TypeFor[store.Driver]().NumMethod()
	recipients, purposes, kinds := len(consent.Recipients()), len(consent.Purposes()), len(consent.Kinds())
	all := []count{
		{"docs/design.md", "names % themes with % sub-themes", []int{len(themes), barriers}},
		{"docs/design.md", "One storage interface with % methods", []int{methods}},
		{"docs/extend/driver.md", "It is % methods of", []int{methods}},
		{"docs/extend/driver.md", "Then the % methods", []int{methods}},
		{"docs/glossary.md", "the % methods that a database must have", []int{methods}},
		{"docs/storage.md", "`store.Driver`, with % methods", []int{methods}},
		{"docs/storage.md", "Then % methods", []int{methods}},
		{"docs/storage.md", "up to % names with one value each", []int{store.MaxTerms}},
		{"docs/storage.md", "any text of up to % bytes", []int{store.MaxName}},
		{"CONTRIBUTING.md", "the % methods of `store.Driver`", []int{methods}},
		{"docs/permission.md", "one of % authorities", []int{linesOf(t, "docs/permission.md", `(?m)^\| (?:agreement|implied|override|statutory) `)}},
		{"docs/permission.md", "% authorities, and a lawful basis", []int{linesOf(t, "docs/permission.md", `(?m)^\| (?:agreement|implied|override|statutory) `)}},
		{"docs/permission.md", "a letter for % recipients, % purposes and % kinds of information", []int{recipients, purposes, kinds}},
		{"docs/permission.md", "All % cells in % situations", []int{recipients * purposes * kinds, linesOf(t, "consent/testdata/decisions.txt", `(?m)^  `) / (recipients * purposes)}},
		{"docs/rough_edges.md", "Of the % indicators of the list", []int{len(indicators.Listings())}},
		{"docs/indicators.md", "For each of the % there is", []int{len(indicators.Listings())}},
		{"docs/embedding.md", "in % steps", []int{linesOf(t, "docs/embedding.md", `(?m)^## \d+\. `)}},
		{"README.md", "% tutorials:", []int{len(glob(t, "docs/tutorial/*.md"))}},
		{"README.md", "one person and % recipients", []int{linesOf(t, "examples/permission/testdata/default.golden", `(?m)^  (?:her|the|another|a) .*, for .*$`)}},
	}
	for _, page := range glob(t, "docs/tutorial/*.md") {
		all = append(all, count{page, "in % steps", []int{linesOf(t, page, `(?m)^## \d+\. `)}})
	}
	return all
}

// What pages count of the library in their sentences is so.
func TestRepoCountsOfThePagesAreThoseOfTheCode(t *testing.T) {
	held := make(map[string][]string) // by page
	for _, c := range counts(t) {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(c.says), "%", number)
		found := regexp.MustCompile(pattern).FindStringSubmatch(oneLine(t, c.page))
		if !assertLen(t, found, len(c.is)+1, c) {
			continue
		}
		for i, is := range c.is {
			require.Equal(t, is, valueOf(t, found[i+1]), "%s: %q", c.page, found[0])
		}
		held[c.page] = append(held[c.page], found[0])
	}
	for _, page := range append(pages(t), append(glob(t, "docs/tutorial/*.md"), "CONTRIBUTING.md")...) {
		for _, m := range countable.FindAllStringSubmatch(withoutEvidence(t, page), -1) {
			switch {
			case strings.HasSuffix(m[0], " barriers"), strings.HasSuffix(m[0], " sub-themes"):
				require.Equal(t, len(barrier.All()), valueOf(t, m[1]), "%s: %q", page, m[0])
			case slices.Contains(otherwise[page], m[0]):
			case !slices.ContainsFunc(held[page], func(h string) bool { return strings.Contains(h, m[0]) }):
				t.Errorf("%s: nothing holds %q: add it to counts, or say in otherwise of what it is", page, m[0])
			}
		}
	}
}

func assertLen(t *testing.T, found []string, n int, c count) bool {
	t.Helper()
	if len(found) != n {
		t.Errorf("%s does not say %q", c.page, c.says)
	}
	return len(found) == n
}

// valueOf returns the number that is written in digits or as a word.
func valueOf(t *testing.T, s string) int {
	t.Helper()
	if i := slices.Index(numerals, strings.ToLower(s)); i >= 0 {
		return i
	}
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	require.NoError(t, err)
	return n
}

// oneLine returns a page with its lines joined, so that a sentence is found wherever it is broken.
func oneLine(t *testing.T, page string) string {
	t.Helper()
	data, err := os.ReadFile(at(page))
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(data)), " ")
}

// withoutEvidence returns what a page says, but for code and for sections that name the command or the page that
// their figures are from.
func withoutEvidence(t *testing.T, page string) string {
	t.Helper()
	data, err := os.ReadFile(at(page))
	require.NoError(t, err)
	var all []string
	for _, section := range sectionsOf(string(data)) {
		if !evidence.MatchString(section) && !reference.MatchString(section) || strings.HasPrefix(page, "docs/tutorial/") {
			all = append(all, strings.Fields(codeBlock.ReplaceAllString(section, ""))...)
		}
	}
	return strings.Join(all, " ")
}

// linesOf counts what matches a pattern in a file.
func linesOf(t *testing.T, file, pattern string) int {
	t.Helper()
	data, err := os.ReadFile(at(file))
	require.NoError(t, err)
	return len(regexp.MustCompile(pattern).FindAll(data, -1))
}

// glob returns the files of a pattern, from the root.
func glob(t *testing.T, pattern string) (files []string) {
	t.Helper()
	found, err := filepath.Glob(at(pattern))
	require.NoError(t, err)
	require.NotEmpty(t, found, pattern)
	for _, file := range found {
		rel, err := filepath.Rel(at("."), file)
		require.NoError(t, err)
		files = append(files, filepath.ToSlash(rel))
	}
	return files
}
