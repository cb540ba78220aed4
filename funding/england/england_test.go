package england_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/england"
	"github.com/socialprescribing/sp/internal/shared"
)

// published reads a file of the reference data, which must have no issues but
// those that may be.
func published(tb testing.TB, name string, l area.Layout, may ...string) *area.Table {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/funding", name))
	require.NoError(tb, err)
	defer f.Close()
	areas, issues, err := area.Read(f, l, england.Known()...)
	require.NoError(tb, err)
	for _, issue := range issues {
		require.Contains(tb, may, issue.Code, issue)
	}
	return areas
}

func england2025(tb testing.TB) *area.Table {
	tb.Helper()
	return published(tb, "lsoa21_england_imd2025_census2021.csv", england.IoD2025())
}

func TestEnglandsLayoutsReadTheFilesAsPublished(t *testing.T) {
	for file, l := range map[string]area.Layout{
		"lsoa21_england_imd2025_census2021.csv":       england.IoD2025(),
		"lsoa11_england_iod2019.csv":                  england.IoD2019(),
		"lsoa11_england_age_bands_mid2020.csv":        england.AgeBands2020(),
		"gp_practice_weighted_population_2025_26.csv": england.Practices(2025),
		"gp_practice_weighted_population_2024_25.csv": england.Practices(2024),
		"gp_practice_weighted_population_2023_24.csv": england.Practices(2023),
	} {
		areas := published(t, file, l)
		require.Equal(t, l.Rows, areas.Len(), file)
		require.Equal(t, l.Boundary, areas.Boundary())
		require.Equal(t, areas.Columns(), published(t, file, area.Layout{}).Columns(), "recognised by its header")
	}
	ccgs := published(t, "ccg_2013_14_target_allocation_annex_a_extract.csv", area.Layout{}, "total-row")
	require.Equal(t, []string{"Q44", "Q45"}, ccgs.Totals(), "the area teams")
	require.Equal(t, "raw_population", ccgs.Population())
	require.Contains(t, ccgs.Columns(), "allocation")
	require.Contains(t, ccgs.Columns(), "name", "which the layout of the file does not need")
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/funding/gp_practice_weighted_population_2022_23.csv"))
	require.NoError(t, err)
	defer f.Close()
	practices, issues, err := area.Read(f, england.Practices(2022))
	require.NoError(t, err)
	require.Len(t, issues, 17, "wp_maternity is not known for 17 practices")
	require.Equal(t, "missing", issues[0].Code)
	require.Equal(t, "wp_maternity", issues[0].Field)
	_, err = funding.Allocate(sp.Pounds(1), practices, funding.Policy{Formula: funding.Formula{Base: "wp_maternity"}})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, issues[0].Record)
	require.Empty(t, cmp.Diff(area.Layout{}, england.Practices(2019)))
}

// ranked returns how far the ranks that follow from scores are from the published
// ones: the part that is equal, and the largest difference.
func ranked(tb testing.TB, areas *area.Table, scores []float64) (equal float64, furthest int) {
	tb.Helper()
	published, err := areas.Floats("imd_rank")
	require.NoError(tb, err)
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	same := 0
	for place, i := range order {
		off := place + 1 - int(published[i])
		furthest = max(furthest, off, -off)
		if off == 0 {
			same++
		}
	}
	return float64(same) / float64(len(scores)), furthest
}

// Oracles F and G.
func TestEnglandsDeprivationIsRecomputedFromDomainRanks(t *testing.T) {
	areas := england2025(t)
	scores, err := england.Scores(areas)
	require.NoError(t, err)
	official, err := areas.Floats("imd_score")
	require.NoError(t, err)
	equal := 0
	for i := range scores {
		require.InDelta(t, official[i], scores[i], 0.0007)
		if math.Round(scores[i]*1000) == math.Round(official[i]*1000) {
			equal++
		}
	}
	require.InDelta(t, 0.99994, float64(equal)/float64(len(scores)), 0.00001)
	require.InDeltaSlice(t, []float64{8.742, 4.722, 9.250}, scores[:3], 0.0005)
	same, furthest := ranked(t, areas, scores)
	require.InDelta(t, 0.99994, same, 0.00001)
	require.Equal(t, 1, furthest)

	older := published(t, "lsoa11_england_iod2019.csv", england.IoD2019())
	scores, err = england.Scores(older)
	require.NoError(t, err)
	same, furthest = ranked(t, older, scores)
	require.InDelta(t, 0.9967, same, 0.00005)
	require.Equal(t, 2, furthest)
	summaries, err := england.Summarise(older, "lad19cd", "imd_rank", scores)
	require.NoError(t, err)
	require.Len(t, summaries, 317)
	of := map[string]england.Summary{}
	for _, s := range summaries {
		of[s.Group] = s
	}
	for code, rank := range map[string]float64{"E06000001": 22581.979, "E06000008": 23819.604, "E08000011": 26199.746} {
		require.InDelta(t, rank, of[code].AverageRank, 0.0005, code)
	}
	for _, row := range table(t, "lad19_imd2019_official_summary.csv") {
		s := of[row["lad19cd"]]
		require.InDelta(t, number(t, row["average_score"]), s.AverageScore, 0.00051, s.Group)
		require.InDelta(t, number(t, row["proportion_bottom_decile"]), s.Proportion, 0.00005001, s.Group)
		require.InDelta(t, number(t, row["average_rank"]), s.AverageRank, 0.14, s.Group)
	}
}

// The mean of two tied ranks is no whole number.
func TestEnglandsRanksWithFractionsKeepTheirOrder(t *testing.T) {
	areas, err := area.New([]string{"B", "A", "C"}, 0)
	require.NoError(t, err)
	areas, err = areas.With("people", area.Meaning{Kind: area.Count}, 0, []int64{10, 10, 10})
	require.NoError(t, err)
	areas, err = areas.WithPopulation("people")
	require.NoError(t, err)
	areas, err = areas.With("imd_rank", area.Meaning{Kind: area.Rank, Of: 3}, 1, []int64{15, 19, 12})
	require.NoError(t, err)
	areas, err = areas.WithGroup("lad", []string{"x", "x", "x"})
	require.NoError(t, err)
	summaries, err := england.Summarise(areas, "lad", "imd_rank", make([]float64, 3))
	require.NoError(t, err)
	require.InDelta(t, 4-1.2, summaries[0].LocalConcentration, 1e-12)
}

// The denominators of 2025 are not public; the residents of 2021 come close.
func TestSummariesOf2025AreCloseToTheOfficialOnes(t *testing.T) {
	areas := england2025(t)
	scores, err := areas.Floats("imd_score")
	require.NoError(t, err)
	summaries, err := england.Summarise(areas, "icb24cd", "imd_rank", scores)
	require.NoError(t, err)
	of := map[string]england.Summary{}
	for _, s := range summaries {
		of[s.Group] = s
	}
	var extent float64
	rows := table(t, "icb24_imd2025_official_summary.csv")
	for _, row := range rows {
		s := of[row["icb24cd"]]
		require.InDelta(t, number(t, row["imd_average_score"]), s.AverageScore, 0.094, s.Group)
		require.InDelta(t, number(t, row["imd_prop_lsoas_most_deprived_10pc"]), s.Proportion, 0.00005001, s.Group)
		require.InDelta(t, 1, s.LocalConcentration/number(t, row["imd_local_concentration"]), 0.005, s.Group)
		extent += math.Abs(number(t, row["imd_extent"])-s.Extent) / float64(len(rows))
	}
	require.Less(t, extent, 0.001)
}

func table(tb testing.TB, name string) []map[string]string {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/funding", name))
	require.NoError(tb, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func number(tb testing.TB, s string) float64 {
	tb.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(tb, err)
	return v
}
