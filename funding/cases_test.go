package funding_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	english "github.com/socialprescribing/sp/funding/england"
	"github.com/socialprescribing/sp/internal/shared"
)

// The files of the reference data that were once read or divided wrongly.
func TestTheGivenFilesOfAreasHaveTheRightResult(t *testing.T) {
	dir := filepath.Join(shared.Dir(t), "cases/funding")
	policy := func(name string) funding.Policy {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		p, err := funding.ParsePolicy(data)
		require.NoError(t, err)
		return p
	}
	for _, c := range []struct {
		file   string
		total  sp.Money
		policy funding.Policy
		issues []string
		want   []int64
	}{
		{"g01_nhs_weighted_populations_as_published.csv", sp.Pounds(1000), funding.Policy{}, []string{"empty-column"}, []int64{10004, 89996}},
		{"g02_iod2019_file7_as_published.csv", sp.Pounds(1000), funding.Policy{}, nil, []int64{25000, 25000, 50000}},
		{"g03_rank_before_population.csv", sp.Pounds(1000), funding.Policy{}, nil, []int64{25000, 25000, 50000}},
		{"g04_total_row.csv", sp.Pounds(1000), funding.Policy{}, []string{"total-row"}, []int64{25000, 75000}},
		{"g05_pandas_index.csv", sp.Pounds(1000), funding.Policy{}, []string{"index-column"}, []int64{25000, 75000}},
		{"g06_new_practice.csv", sp.Pounds(280), policy("g06_policy.json"), []string{"missing"}, []int64{11200, 11200, 5600}},
		{"g07_doubles_from_r.csv", sp.Pounds(1000), funding.Policy{}, []string{"rounded"}, []int64{33334, 33333, 33333}},
		{"g17_bom_before_a_quoted_header.csv", sp.Pounds(100), funding.Policy{}, nil, []int64{2500, 7500}},
		{"g18_areas.csv", sp.Pounds(1), funding.Policy{}, nil, []int64{50, 50}},
	} {
		t.Run(c.file, func(t *testing.T) {
			f, err := os.Open(filepath.Join(dir, c.file))
			require.NoError(t, err)
			defer f.Close()
			areas, issues, err := area.Read(f, area.Layout{}, english.Known()...)
			require.NoError(t, err)
			var codes []string
			for _, issue := range issues {
				codes = append(codes, issue.Code)
			}
			require.Subset(t, codes, c.issues)
			if c.file == "g07_doubles_from_r.csv" {
				for _, code := range areas.Codes() {
					_, known := areas.Number(code, "need")
					require.True(t, known, code)
				}
			}
			areas, err = areas.Without(areas.Totals()...)
			require.NoError(t, err)
			require.Equal(t, c.want, allocate(t, c.total, areas, c.policy).Minor())
			if c.file == "g18_areas.csv" {
				_, err := funding.Allocate(c.total, areas, policy("g18_table_with_one_value_twice.json"))
				require.ErrorIs(t, err, sp.ErrInvalid)
				require.ErrorContains(t, err, `"1.0" is the same as "1"`)
			}
		})
	}
}
