package tables_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
)

// The figures of tables are computed a second time, in the plainest way.

// drawCell draws a number, or none of two kinds.
func drawCell(t *rapid.T, most int64) tables.Cell {
	switch n := rapid.Int64Range(-2, most).Draw(t, "cell"); n {
	case -2:
		return tables.Suppressed()
	case -1:
		return tables.Cell{}
	default:
		return tables.Count(n)
	}
}

func of(f evaluation.Figure) [2]float64 {
	return [2]float64{f.Estimate.Numerator, f.Estimate.Denominator}
}

func TestEquityOfAccessAndPeopleReachedAreThoseOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p tables.Population
		counts := map[string]int64{}
		var n, people [6]float64
		all := [2]float64{}
		for i := range rapid.IntRange(1, 12).Draw(t, "areas") {
			row := tables.PopulationRow{Area: fmt.Sprint("A", i), Quintile: rapid.IntRange(0, 5).Draw(t, "quintile"), People: drawCell(t, 900)}
			p.Rows = append(p.Rows, row)
			lives, _ := row.People.Number.Lookup()
			counts[row.Area] = rapid.Int64Range(0, min(lives+3, 9)).Draw(t, "count")
			if lives == 0 {
				continue
			}
			counts[row.Area] = min(counts[row.Area], lives)
			n[row.Quintile] += float64(counts[row.Area])
			people[row.Quintile] += float64(lives)
			all[0], all[1] = all[0]+float64(counts[row.Area]), all[1]+float64(lives)
		}
		reached, err := tables.PeopleReached(p, "", counts)
		require.NoError(t, err)
		require.Equal(t, all, of(reached[0]))
		e, err := tables.EquityOfAccess(p, counts, spring)
		require.NoError(t, err)
		if n[5] > 0 && people[1] > 0 {
			require.InDelta(t, (n[1]/people[1])/(n[5]/people[5]), e.Ratio.Estimate.Value, 1e-9)
		} else {
			require.False(t, e.Ratio.Defined())
		}
	})
}

func TestRepresentativenessAndListsAreThoseOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := []string{"a", "b", "c"}
		var p tables.Population
		counts, list := map[string]int64{}, tables.List{IDs: groups}
		var people, referred, reached float64
		lives := map[string]float64{}
		for _, g := range groups {
			n := rapid.Int64Range(1, 50).Draw(t, "people")
			p.Rows = append(p.Rows, tables.PopulationRow{Area: "E1", Stratum: g, People: tables.Count(n)}, tables.PopulationRow{Area: "E2", Stratum: g, People: tables.Count(2 * n)})
			counts[g] = rapid.Int64Range(0, 4).Draw(t, "referred")
			lives[g] = float64(3 * n)
			people, referred = people+lives[g], referred+float64(counts[g])
			if counts[g] > 0 {
				reached++
			}
		}
		f, err := tables.Representativeness(p, counts)
		require.NoError(t, err)
		for i, g := range groups {
			if referred > 0 {
				require.InDelta(t, 100*(float64(counts[g])/referred-lives[g]/people), f[i].Estimate.Value, 1e-9)
			}
		}
		for _, figure := range []func(tables.List, map[string]int64) (evaluation.Figure, error){tables.ReachInNeed, tables.PracticeCoverage} {
			got, err := figure(list, counts)
			require.NoError(t, err)
			require.Equal(t, [2]float64{reached, 3}, of(got))
		}
	})
}

func TestTravelBurdenAndServiceUseChangeAreThoseOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var j tables.Journeys
		var minutes []int64
		long := 0.0
		for i := range rapid.IntRange(1, 9).Draw(t, "journeys") {
			c := drawCell(t, 60)
			j.Rows = append(j.Rows, tables.Journey{Placement: placement.ID(fmt.Sprint("PL-", i)), Minutes: c})
			if n, known := c.Number.Lookup(); known {
				minutes = append(minutes, n)
				if n > 30 {
					long++
				}
			}
		}
		f, err := tables.TravelBurden(j)
		require.NoError(t, err)
		slices.Sort(minutes)
		if k := len(minutes); k > 0 {
			require.InDelta(t, float64(minutes[(k-1)/2]+minutes[k/2])/2, f[0].Estimate.Value, 1e-9)
		}
		require.Equal(t, [2]float64{long, float64(len(minutes))}, of(f[1]))

		var u tables.Uses
		var before, after, change [2]float64
		for i := range 6 {
			b, a := rapid.Int64Range(1, 20).Draw(t, "before"), rapid.Int64Range(0, 20).Draw(t, "after")
			u.Rows = append(u.Rows, tables.Use{Person: person.ID(fmt.Sprint("P-", i)), Comparison: i%2 == 1, Before: tables.Count(b), BeforeDays: tables.Count(365), After: tables.Count(a), AfterDays: tables.Count(730)})
			before[i%2], after[i%2] = before[i%2]+float64(b), after[i%2]+float64(a)
			change[i%2] += (float64(a)/2 - float64(b)) * 365.25 / 365 / 3
		}
		c, err := tables.ServiceUseChange(u, tables.Regression{})
		require.NoError(t, err)
		if after[0] > 0 {
			require.InDelta(t, after[0]/2/before[0], c.Ratio.Estimate.Value, 1e-9)
		}
		require.InDelta(t, change[0]-change[1], c.Difference.Estimate.Value, 1e-6)
	})
}

func TestFreeToUseFreshnessAndUtilisationAreThoseOfAPlainCount(t *testing.T) {
	on, at := sp.NewDate(2026, time.May, 1), time.Date(2026, time.May, 1, 9, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		var services []directory.Service
		var offers []directory.Offer
		var free, priced, fresh, active, taken, places float64
		for range rapid.IntRange(0, 12).Draw(t, "services") {
			var s directory.Service
			s.Status = rapid.SampledFrom([]directory.Status{directory.Active, directory.Inactive, ""}).Draw(t, "status")
			s.Cost.Charge = rapid.SampledFrom([]directory.Charge{directory.Free, directory.Donation, directory.Paid, ""}).Draw(t, "charge")
			if days := rapid.IntRange(-1, 200).Draw(t, "assured"); days >= 0 {
				s.Freshness.Assured = on.Add(-days)
				if days <= 92 && s.Status == directory.Active {
					fresh++
				}
			}
			services = append(services, s)
			if s.Status == directory.Active {
				active++
				if s.Cost.Charge != "" {
					priced++
				}
				if s.Cost.Charge == directory.Free || s.Cost.Charge == directory.Donation {
					free++
				}
			}
			var o directory.Offer
			most, left, days := rapid.IntRange(0, 9).Draw(t, "places"), rapid.IntRange(0, 9).Draw(t, "left"), rapid.IntRange(0, 60).Draw(t, "ago")
			o.Organisation, o.Capacity = "green", directory.Capacity{Maximum: sp.Know(most), Available: sp.Know(left), Updated: at.AddDate(0, 0, -days)}
			offers = append(offers, o)
			if left <= most && days <= 28 {
				taken, places = taken+float64(most-left), places+float64(most)
			}
		}
		f, err := tables.FreeToUse(services)
		require.NoError(t, err)
		require.Equal(t, [2]float64{free, priced}, of(f))
		ages, err := tables.Freshness(services, on, 0)
		require.NoError(t, err)
		require.Equal(t, [2]float64{fresh, active}, of(ages[0]))
		used, err := tables.Utilisation(offers, at)
		require.NoError(t, err)
		require.Equal(t, [2]float64{taken, places}, of(used[0]))
	})
}

func TestOptionDiversityIsThatOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		categories := []string{"debt", "grief", "housing"}
		var options []tables.Option
		for range rapid.IntRange(0, 12).Draw(t, "options") {
			options = append(options, tables.Option{
				Area: "E01", Category: rapid.SampledFrom(categories).Draw(t, "category"), Service: rapid.SampledFrom([]directory.ID{"a", "b", "c", "d"}).Draw(t, "service"),
				Minutes: tables.Count(rapid.Int64Range(20, 40).Draw(t, "minutes")), Open: sp.TruthOf(rapid.Bool().Draw(t, "open")),
			})
		}
		yes, total, counts := 0.0, 0, []int{}
		for _, category := range categories {
			var names []directory.ID
			for _, o := range options {
				if n, _ := o.Minutes.Number.Lookup(); o.Category == category && n <= 30 && o.Open == sp.Yes && !slices.Contains(names, o.Service) {
					names = append(names, o.Service)
				}
			}
			if len(names) >= 2 {
				yes++
			}
			counts, total = append(counts, len(names)), total+len(names)
		}
		index := 0.0
		for _, n := range counts {
			if n > 0 {
				index += float64(n) / float64(total) * math.Log(float64(total)/float64(n))
			}
		}
		got, err := tables.OptionDiversity([]string{"E01"}, categories, options, 0)
		require.NoError(t, err)
		require.Equal(t, [2]float64{yes, 3}, of(got[0].Two))
		require.InDelta(t, index, got[0].Diversity.Shannon, 1e-9)
	})
}

// Where everybody was followed to their end, survival is a plain share.
func TestProviderSurvivalAndContractLengthAreThoseOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []contract.Terms
		var months []int
		var alive, money, long float64
		n := rapid.IntRange(1, 7).Draw(t, "providers")
		for i := range n {
			length, pounds := rapid.IntRange(1, 30).Draw(t, "months"), rapid.Int64Range(1, 90).Draw(t, "pounds")
			all = append(all, terms(contract.ID(fmt.Sprint("C-", i)), directory.ID(fmt.Sprint("P-", i)), 0, length, pounds))
			months = append(months, length)
			if all[i].Period.End.Sub(april) > 365 {
				alive++
			}
			if money += float64(pounds); length >= 24 {
				long += float64(pounds)
			}
		}
		b := book(t, all...)
		f, err := tables.ProviderSurvival(b, april.AddMonths(60), 0)
		require.NoError(t, err)
		if f.Defined() {
			require.InDelta(t, alive/float64(n), f.Estimate.Value, 1e-9)
		}
		lengths, err := tables.ContractLength(b)
		require.NoError(t, err)
		slices.Sort(months)
		require.InDelta(t, float64(months[(n-1)/2]+months[n/2])/2, lengths[0].Estimate.Value, 1e-9)
		require.InDelta(t, long/money, lengths[1].Estimate.Value, 1e-9)
	})
}

// The concentration index is the covariance with position over the mean, area by area.
func TestFundingEquityIsThatOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p tables.Population
		amounts, rank := map[string]sp.Money{}, map[string]float64{}
		type area struct{ people, money float64 }
		var areas []area
		for i := range rapid.IntRange(3, 9).Draw(t, "areas") {
			name := fmt.Sprint("A", i)
			n, pounds := rapid.Int64Range(1, 99).Draw(t, "people"), rapid.Int64Range(1, 999).Draw(t, "pounds")
			p.Rows = append(p.Rows, tables.PopulationRow{Area: name, People: tables.Count(n)})
			amounts[name], rank[name] = sp.Pounds(pounds), float64(i+1)
			areas = append(areas, area{float64(n), float64(pounds)})
		}
		var people, money, below, sum float64
		for _, a := range areas {
			people, money = people+a.people, money+a.money
		}
		for _, a := range areas {
			sum += a.money * (below + a.people/2) / people
			below += a.people
		}
		e, err := tables.FundingEquity(p, "", amounts, rank)
		require.NoError(t, err)
		require.InDelta(t, 2*sum/money-1, e.Concentration.Estimate.Value, 1e-9)
	})
}
