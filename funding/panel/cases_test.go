package panel_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
	"github.com/socialprescribing/sp/internal/shared"
)

// The files of the reference data that were once read wrongly.
func TestTheGivenElectionsHaveTheRightResult(t *testing.T) {
	for file, c := range map[string]struct {
		says   []string // of the issues, which are no others
		funded []panel.ProjectID
	}{
		"g08_budget_with_thousands.pb":                 {[]string{"number-format"}, []panel.ProjectID{"1", "2"}},
		"g09_meta_without_header.pb":                   {[]string{"missing-header"}, []panel.ProjectID{"1", "2"}},
		"g10_ballots_against_the_rules_of_the_file.pb": {[]string{"1: votes:", "v1: vote: is for", "v2: vote: has a number", "v2: vote: is for"}, []panel.ProjectID{"1", "2"}},
		"g11_selected_3_and_beneficiaries.pb":          {[]string{"selected"}, []panel.ProjectID{"1", "2"}},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(shared.Dir(t), "cases/funding", file))
			require.NoError(t, err)
			e, issues := read(t, string(text))
			require.Len(t, issues, len(c.says), strings.Join(issues, "\n"))
			for i, says := range c.says {
				require.Contains(t, issues[i], says)
			}
			require.Equal(t, sp.Pounds(1000), e.Budget)
			require.Contains(t, e.Meta, panel.Fact{Key: "description", Value: "invented"})
			if strings.HasPrefix(file, "g11") {
				require.Equal(t, "3", e.Projects[0].SelectedCode)
				require.Equal(t, sp.Unknown, e.Projects[0].Selected)
				require.Equal(t, []string{"elderly", "youth"}, e.Projects[0].Targets)
			}
			o, err := panel.Greedy(e, panel.Votes)
			require.NoError(t, err)
			require.Equal(t, c.funded, o.Funded)
		})
	}
}
