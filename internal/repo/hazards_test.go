package repo

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A hazard is one line of the log that DCB0129 asks of whoever makes health software.
type hazard struct {
	ID       string   `json:"id"`
	Hazard   string   `json:"hazard"`
	Causes   []string `json:"causes"`
	Harm     string   `json:"harm"`
	Initial  risk     `json:"initial"`  // without the controls
	Controls []string `json:"controls"` // by design
	Tests    []string `json:"tests"`    // that prove the controls: "referral.TestNo..."
	Residual risk     `json:"residual"`
	Deployer string   `json:"deployer"` // what is left to whoever deploys (DCB0160)
	Shows    []shown  `json:"shows"`
}

type risk struct {
	Likelihood  string `json:"likelihood"`
	Consequence string `json:"consequence"`
}

// shown is a line that an example prints.
type shown struct {
	Example string `json:"example"`
	Line    string `json:"line"`
}

var (
	likelihoods  = []string{"very low", "low", "medium", "high", "very high"}
	consequences = []string{"minor", "significant", "considerable", "major", "catastrophic"}

	// matrix is the one of NHS England's guidance to DCB0129: 5 is unacceptable, 4 must be
	// reduced, 3 is undesirable, 2 and 1 are acceptable.
	matrix = [][]int{{1, 1, 2, 2, 3}, {1, 2, 2, 3, 4}, {2, 2, 3, 3, 4}, {2, 3, 3, 4, 5}, {3, 4, 4, 5, 5}}
)

// rating returns the number of the matrix, and 0 for words that it does not have.
func (r risk) rating() int {
	i, j := slices.Index(likelihoods, r.Likelihood), slices.Index(consequences, r.Consequence)
	if i < 0 || j < 0 {
		return 0
	}
	return matrix[i][j]
}

func (r risk) String() string {
	return fmt.Sprintf("%s, %s: %d", r.Likelihood, r.Consequence, r.rating())
}

// The log of hazards is data. Every test that it names is there, every line that it says
// an example prints is printed, and the page that people read is made from it.
func TestRepoProvesTheControlsOfEveryHazardByTests(t *testing.T) {
	text, err := os.ReadFile(at("docs/hazards.json"))
	require.NoError(t, err)
	var log []hazard
	decode := json.NewDecoder(strings.NewReader(string(text)))
	decode.DisallowUnknownFields()
	require.NoError(t, decode.Decode(&log))
	require.GreaterOrEqual(t, len(log), 25)
	tests, seen := testsOf(t), make(map[string]bool)
	for _, h := range log {
		require.False(t, seen[h.ID], h.ID)
		seen[h.ID] = true
		require.NotEmpty(t, h.Hazard, h.ID)
		require.NotEmpty(t, h.Causes, h.ID)
		require.NotEmpty(t, h.Harm, h.ID)
		require.NotEmpty(t, h.Controls, h.ID)
		require.NotEmpty(t, h.Tests, h.ID)
		require.NotEmpty(t, h.Deployer, h.ID)
		require.Positive(t, h.Initial.rating(), h.ID)
		require.Positive(t, h.Residual.rating(), h.ID)
		require.LessOrEqual(t, h.Residual.rating(), 3, "%s: must be reduced further", h.ID)
		require.Less(t, slices.Index(likelihoods, h.Residual.Likelihood), slices.Index(likelihoods, h.Initial.Likelihood), "%s: the controls change nothing", h.ID)
		for _, name := range h.Tests {
			require.True(t, tests[name], "%s names %s, which is no test", h.ID, name)
		}
		for _, s := range h.Shows {
			printed, err := os.ReadFile(at("examples/" + s.Example + "/testdata/default.golden"))
			require.NoError(t, err, h.ID)
			require.Contains(t, string(printed), s.Line, "%s: example %s does not print it", h.ID, s.Example)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(at("docs/hazards.md"), []byte(page(log)), 0o644))
	}
	kept, err := os.ReadFile(at("docs/hazards.md"))
	require.NoError(t, err)
	require.Equal(t, string(kept), page(log), "make the page anew with -update")
}

// testsOf returns the names of all tests, with the folder of their package.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	for _, f := range folders(t) {
		for _, file := range f.tests {
			for _, decl := range f.files[file].Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") {
					names[f.path+"."+fn.Name.Name] = true
				}
			}
		}
	}
	return names
}

// page returns the log as people read it.
func page(log []hazard) string {
	var b strings.Builder
	b.WriteString(`# Hazards

What can go wrong with people's care where a service is built on this library, and what the library does about it: the log that DCB0129 asks of whoever
makes health software. It is made from ` + "`hazards.json`" + `, which a program can read into a log of its own; a test holds that every test it names is there
and that the examples print the lines that it quotes.

Likelihood and consequence are on the scales of DCB0129, with the rating of its matrix: 5 is unacceptable, 4 must be reduced, 3 is undesirable and only
acceptable if reducing it further is impractical, 2 and 1 are acceptable. They are this project's own judgement, for a service with a link worker and
no clinician, and no clinical safety officer has approved them. Whoever deploys a service has a log of their own to keep (DCB0160), in which what stands
under "left to whoever deploys" is to be found again.

| hazard | before | after |
|---|---|---|
`)
	for _, h := range log {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", h.Hazard, h.ID, h.Initial, h.Residual)
	}
	for _, h := range log {
		fmt.Fprintf(&b, "\n## %s\n\n%s: %s.\n\n", h.ID, h.Hazard, h.Harm)
		fmt.Fprintf(&b, "- Causes: %s.\n", strings.Join(h.Causes, "; "))
		fmt.Fprintf(&b, "- Before: %s. After: %s.\n", h.Initial, h.Residual)
		for _, c := range h.Controls {
			fmt.Fprintf(&b, "- By design, %s.\n", c)
		}
		fmt.Fprintf(&b, "- Proved by `%s`.\n", strings.Join(h.Tests, "`, `"))
		for _, s := range h.Shows {
			fmt.Fprintf(&b, "- `go run ./examples/%s` prints: \"%s\".\n", s.Example, strings.ReplaceAll(s.Line, "\n    ", " - "))
		}
		fmt.Fprintf(&b, "- Left to whoever deploys: %s.\n", h.Deployer)
	}
	return b.String()
}
