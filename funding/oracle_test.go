package funding_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	english "github.com/socialprescribing/sp/funding/england"
	"github.com/socialprescribing/sp/internal/shared"
)

// published reads a file of the reference data, which must have no issues but
// those that may be.
func published(tb testing.TB, name string, l area.Layout, may ...string) *area.Table {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/funding", name))
	require.NoError(tb, err)
	defer f.Close()
	areas, issues, err := area.Read(f, l)
	require.NoError(tb, err)
	for _, issue := range issues {
		require.Contains(tb, may, issue.Code, issue)
	}
	return areas
}

func england(tb testing.TB) *area.Table {
	tb.Helper()
	return published(tb, "lsoa21_england_imd2025_census2021.csv", english.IoD2025())
}

func gradient(g string) funding.Formula {
	return funding.Formula{Factors: []funding.Factor{{Name: "deprivation", Column: "imd_decile", DecileGradient: g}}}
}

func allocate(tb testing.TB, total sp.Money, areas *area.Table, p funding.Policy) *funding.Allocation {
	tb.Helper()
	a, err := funding.Allocate(total, areas, p)
	require.NoError(tb, err)
	return a
}

func subtotals(tb testing.TB, a *funding.Allocation, by string) map[string]int64 {
	tb.Helper()
	groups, err := a.By(by)
	require.NoError(tb, err)
	out := map[string]int64{}
	for _, g := range groups {
		out[g.Group] = g.Amount.Minor()
	}
	return out
}

// Oracle A: NHS England, annex A 2013/14. All targets stand in one proportion to
// the weighted populations.
func TestAnAllocationHasTheTargetsOf2013OfNHSEngland(t *testing.T) {
	areas := published(t, "ccg_2013_14_target_allocation_annex_a_extract.csv", english.CCG2013(), "total-row")
	targets, err := funding.Given(areas, "target", sp.GBP)
	require.NoError(t, err)
	a := allocate(t, targets.Total(), areas, funding.Policy{Formula: funding.Formula{Base: "weighted_population"}, Opening: "allocation"})
	distances, err := a.Distances()
	require.NoError(t, err)
	for _, d := range distances {
		target, _ := targets.Of(d.Code)
		require.InDelta(t, float64(target.Minor())/100_000, float64(d.Target.Minor())/100_000, 1.0, "%s in thousands", d.Code)
		percent, ok := areas.Number(d.Code, "distance_percent")
		require.True(t, ok)
		require.True(t, percent.Equal(decimal.NewFromFloat(d.Before*100).Round(2)), d.Code)
		opening, _ := areas.Number(d.Code, "allocation")
		people, _ := areas.Number(d.Code, "raw_population")
		perHead, _ := areas.Number(d.Code, "allocation_gbp_per_head")
		require.True(t, opening.Div(people).Round(0).Equal(perHead), d.Code)
	}
	require.Len(t, distances, 16)
}

// Oracle B: the place-based tool of NHS England on its own data of 2025/26.
func TestTheNeedOfAnAllocationIsThatOfTheNHSTool(t *testing.T) {
	areas := published(t, "gp_practice_weighted_population_2025_26.csv", english.Practices(2025))
	columns := []string{
		"wp_general_acute", "wp_community", "wp_mental_health", "wp_maternity", "wp_health_inequalities",
		"wp_prescribing", "wp_core_overall", "wp_primary_medical_need", "wp_primary_medical_overall",
	}
	icbs, err := areas.Group("icb")
	require.NoError(t, err)
	lads, err := areas.Group("lad")
	require.NoError(t, err)
	people, err := areas.Floats("population")
	require.NoError(t, err)
	sum := func(values []float64, icb, lad string) (total float64) {
		for i, v := range values {
			if (icb == "" || icbs[i] == icb) && (lad == "" || lads[i] == lad) {
				total += v
			}
		}
		return total
	}
	for _, c := range []struct {
		icb, lad string
		people   float64
		want     []float64
	}{
		{"QE1", "", 1870895, []float64{1.141, 1.153, 1.077, 0.959, 1.319, 1.159, 1.113, 1.005, 1.052}},
		{"QE1", "E06000009", 180864, []float64{1.116, 1.225, 1.404, 1.045, 1.948, 1.103, 1.246, 1.069, 1.234}}, // Blackpool
		{"QE1", "E06000008", 187748, []float64{0.916, 0.825, 1.104, 1.195, 1.152, 0.961, 0.977, 0.963, 0.999}}, // Blackburn with Darwen
		{"QE1", "E07000124", 65613, []float64{0.972, 0.930, 0.766, 0.782, 0.570, 0.952, 0.890, 0.960, 0.886}},  // Ribble Valley
		{"QMF", "", 2472581, []float64{0.825, 0.645, 1.161, 1.218, 0.941, 0.809, 0.946, 0.981, 0.975}},
		{"QMF", "E09000030", 392278, []float64{0.880, 0.784, 1.097, 0.885, 1.049, 0.909, 0.937, 1.014, 1.019}}, // Tower Hamlets
	} {
		require.InDelta(t, c.people, sum(people, c.icb, c.lad), 0.5)
		parent := ""
		if c.lad != "" {
			parent = c.icb
		}
		for k, name := range columns {
			values, err := areas.Floats(name)
			require.NoError(t, err)
			index := sum(values, c.icb, c.lad) / sum(people, c.icb, c.lad) / (sum(values, parent, "") / sum(people, parent, ""))
			require.InDelta(t, c.want[k], index, 0.0005, "%s %s %s", c.icb, c.lad, name)
		}
	}
	blackpool := []float64{230188, 255278, 273663, 181130, 464753, 231146, 250897, 194219, 234799}
	for k, name := range columns {
		values, err := areas.Floats(name)
		require.NoError(t, err)
		require.InDelta(t, blackpool[k], sum(values, "QE1", "E06000009"), 0.5, name)
	}
}

// Oracle C: exact pence by ICB, computed in Python's integers.
func TestABillionByWeightedPopulationIsExactByICB(t *testing.T) {
	areas := published(t, "gp_practice_weighted_population_2025_26.csv", english.Practices(2025))
	for base, want := range map[string]map[string]int64{
		"wp_core_overall":        {"QE1": 3262718831, "QYG": 4928175180, "QU9": 2778391091, "QMF": 3661823991},
		"population":             {"QE1": 2930171253, "QU9": 3154263705},
		"wp_health_inequalities": {"QE1": 3865532671, "QU9": 2205469401},
	} {
		// By ICB first, and then within it.
		a := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: funding.Formula{Base: base}, Levels: []string{"icb"}})
		got := subtotals(t, a, "icb")
		for icb, pence := range want {
			require.Equal(t, pence, got[icb], "%s %s", base, icb)
		}
		groups, err := a.By("icb")
		require.NoError(t, err)
		need := map[string]float64{"wp_core_overall": 1.113, "population": 1, "wp_health_inequalities": 1.319}[base]
		require.InDelta(t, need, groups[0].Index, 0.0005, "the need index of QE1 in the tool of NHS England")
	}
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/funding/gp_practice_weighted_population_2022_23.csv"))
	require.NoError(t, err)
	defer f.Close()
	practices, _, err := area.Read(f, english.Practices(2022))
	require.NoError(t, err)
	a := allocate(t, sp.Pounds(20_000_000), practices, funding.Policy{Formula: funding.Formula{Base: "wp_core_overall"}, Levels: []string{"pcn"}})
	got := subtotals(t, a, "pcn")
	require.Len(t, got, 1256)
	for pcn, pence := range map[string]int64{"U16464": 9489359, "U13557": 7484377, "U89141": 1924145, "U64595": 264197} {
		require.Equal(t, pence, got[pcn], pcn)
	}
}

// The flat division and that by ICB differ by a penny here and there, which is why
// the rule stands in the result.
func TestAnAllocationTopDownDiffersFromAFlatOneByPennies(t *testing.T) {
	areas := published(t, "gp_practice_weighted_population_2025_26.csv", english.Practices(2025))
	formula := funding.Formula{Base: "wp_core_overall"}
	flat := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: formula})
	down := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: formula, Levels: []string{"icb"}})
	require.Equal(t, "hamilton over all areas", flat.Rule())
	require.Equal(t, "hamilton top down by icb", down.Rule())
	differ, largest := 0, int64(0)
	for i, pence := range flat.Minor() {
		if off := pence - down.Minor()[i]; off != 0 {
			require.LessOrEqual(t, max(off, -off), int64(1))
			differ++
		}
	}
	exact := subtotals(t, down, "icb")
	for icb, pence := range subtotals(t, flat, "icb") {
		largest = max(largest, pence-exact[icb], exact[icb]-pence)
	}
	require.Equal(t, 126, differ)
	require.Equal(t, int64(11), largest)
}

// Oracle D: pace of change on the published rows of 2013/14, by exact fractions.
func TestPaceOfChangeIsExact(t *testing.T) {
	all := published(t, "ccg_2013_14_target_allocation_annex_a_extract.csv", english.CCG2013(), "total-row")
	rows := func() []string { // without the two totals of area teams
		f, err := os.Open(filepath.Join(shared.Dir(t), "data/funding/ccg_2013_14_target_allocation_annex_a_extract.csv"))
		require.NoError(t, err)
		defer f.Close()
		records, err := csv.NewReader(f).ReadAll()
		require.NoError(t, err)
		var codes []string
		for _, r := range records[1:] {
			if len(r[0]) == 3 && r[0][0] != 'Q' {
				codes = append(codes, r[0])
			}
		}
		return codes
	}()
	require.Len(t, rows, 14)
	values := func(name string) []int64 {
		out := make([]int64, len(rows))
		for i, code := range rows {
			d, ok := all.Number(code, name)
			require.True(t, ok)
			out[i] = d.IntPart()
		}
		return out
	}
	areas, err := area.New(rows, 0)
	require.NoError(t, err)
	for _, name := range []string{"raw_population", "allocation", "target"} {
		areas, err = areas.With(name, area.Meaning{}, 0, values(name))
		require.NoError(t, err)
	}
	areas, err = areas.WithPopulation("raw_population")
	require.NoError(t, err)
	p := funding.Policy{
		Formula: funding.Formula{Base: "target"}, Opening: "allocation",
		Floor: funding.Bound{Growth: "0.01"}, Cap: funding.Bound{Growth: "0.06"},
	}
	a := allocate(t, sp.Pence(399_734_039_000), areas, p)
	want := map[string]int64{
		"01C": 23_246_542_000, "01R": 20_517_996_000, "02E": 24_548_328_000, "00T": 35_102_854_000, "00V": 22_869_818_000,
		"00C": 13_163_936_000, "00D": 40_235_572_000, "00M": 38_694_716_000, "00W": 23_623_193_000,
		"02D": 12_372_893_233, "02F": 31_651_423_907, "12F": 45_651_203_471, "00J": 31_398_224_091, "00K": 36_657_339_298,
	}
	got := map[string]int64{}
	for code, money := range a.All() {
		got[code] = money.Minor()
	}
	require.Empty(t, cmp.Diff(want, got))

	// The same bounds as a pace of change that does not depend on the distance.
	p.Floor, p.Cap = funding.Bound{Pace: []funding.Pace{{"-0.05", "0.01"}, {"0.05", "0.01"}}}, funding.Bound{Pace: []funding.Pace{{"0", "0.06"}}}
	require.Equal(t, a.Minor(), allocate(t, a.Total(), areas, p).Minor())

	// Floor damping: one alpha scales what is above the floors.
	p.Floor, p.Cap, p.Damped = funding.Bound{Growth: "0.01"}, funding.Bound{}, true
	damped := allocate(t, a.Total(), areas, p)
	floors := map[string]int64{}
	for i, code := range rows {
		floors[code] = values("allocation")[i] * 101
	}
	distances, err := damped.Distances()
	require.NoError(t, err)
	for _, d := range distances {
		money, _ := damped.Of(d.Code)
		if gain := d.Target.Minor() - floors[d.Code]; gain > 0 {
			require.InDelta(t, 0.67138591788, float64(money.Minor()-floors[d.Code])/float64(gain), 1e-8, d.Code)
		} else {
			require.Equal(t, floors[d.Code], money.Minor(), d.Code)
		}
	}
}

// Oracle E: DCLG, settlement of 2008/09, relative needs amount of table T4, row 131.
func TestTheNeedOfAnAllocationAboveTheMinimumIsThatOfTheSettlement(t *testing.T) {
	areas, err := area.New([]string{"row 131", "all others", "the least needy"}, 0)
	require.NoError(t, err)
	// The others hold what the row lacks of the national sum of 0.28182146517103 per million.
	columns := [][]int64{
		{28220646943, 28178639046769, 0}, {7757199343, 0, 0}, {8084744283, 0, 0},
	}
	areas, err = areas.With("population", area.Meaning{}, 0, []int64{79602, 1_000_000, 500})
	require.NoError(t, err)
	areas, err = areas.WithPopulation("population")
	require.NoError(t, err)
	above := map[string]string{}
	for k, values := range columns {
		name := fmt.Sprintf("rnf%d", k)
		for i := range values {
			values[i] += 7 // a national minimum, which must not matter
		}
		areas, err = areas.With(name, area.Meaning{}, 14, values)
		require.NoError(t, err)
		above[name] = "1"
	}
	formula := funding.Formula{Factors: []funding.Factor{{Name: "relative needs", AboveMinimum: above}}}
	a := allocate(t, sp.Pounds(17_972_394_603), areas, funding.Policy{Formula: formula})
	got, _ := a.Of("row 131")
	require.InDelta(t, 2_236_793.456, got.Decimal().InexactFloat64(), 0.01)
	least, _ := a.Of("the least needy")
	require.True(t, least.IsZero())
}
