package tables_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/workforce"
)

func sorted(m map[string]int64) []string { return slices.Sorted(maps.Keys(m)) }

func TestReadPopulationKeepsSuppressedUnknownAndNoneApart(t *testing.T) {
	p, err := tables.ReadPopulation(strings.NewReader("Area;Group;People\nE01;;1,250\nE02;;*\nE03;;\nE04;;0\n"), "a.csv", source)
	require.NoError(t, err)
	var cells []tables.Cell
	for _, row := range p.Rows {
		cells = append(cells, row.People)
	}
	require.Equal(t, []tables.Cell{tables.Count(1250), tables.Suppressed(), {}, tables.Count(0)}, cells)
}

func TestReadingTablesNamesTheLineAndFieldOfEveryFault(t *testing.T) {
	_, err := tables.ReadPopulation(strings.NewReader("area,quintile,people\nE01,1,ten\nE02,6,5\n,2,-4\nE02,2,7\n"), "a.csv", source)
	require.ErrorIs(t, err, sp.ErrInvalid)
	for _, want := range []string{"a.csv:2: people", "a.csv:3: quintile", "a.csv:4: area", "a.csv:4: people", "a.csv:5: area", "stands twice"} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "ten", "what somebody typed is not repeated")
	for name, text := range map[string]string{"no column": "area\nE01\n", "nothing": "", "a short row": "area,people\nE01\n", "a workbook": "PK\x03\x04rest"} {
		_, err := tables.ReadPopulation(strings.NewReader(text), "a.csv", source)
		require.Error(t, err, name)
	}
	_, err = tables.ReadPopulation(strings.NewReader("area,people\nE01,5\n"), "a.csv", "")
	require.ErrorContains(t, err, "source")
	_, err = tables.ReadList(strings.NewReader("practice\nbay/hill\nbay/hill\nbay hill\n"), "a.csv", "practice", source)
	require.ErrorContains(t, err, "a.csv:3")
	require.ErrorContains(t, err, "a.csv:4")
	_, err = tables.ReadJourneys(strings.NewReader("placement,minutes\nPL-1,half an hour\n"), "a.csv", source)
	require.ErrorContains(t, err, "a.csv:2: minutes")
	_, err = tables.ReadUses(strings.NewReader("person,before,before days,after,after days,comparison\nP-1,1,1,1,1,perhaps\n"), "a.csv", source)
	require.ErrorContains(t, err, "a.csv:2: comparison")
}

func FuzzReadPopulation(f *testing.F) {
	f.Add(areas)
	f.Add(ages)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := tables.ReadPopulation(strings.NewReader(text), "a.csv", source)
		if err != nil {
			return
		}
		counts := map[string]int64{}
		for _, row := range p.Rows {
			require.NotEmpty(t, row.Area)
			counts[row.Area] = 1
		}
		_, err = tables.ReferralRate(p, "", counts, spring)
		require.NoError(t, err)
	})
}

// The rate is that of a plain sum over the areas that have a number, whatever is missing.
func TestReferralRateCountsWhatAPlainSumCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p tables.Population
		counts := map[string]int64{}
		var n, people, out int64
		for i := range rapid.IntRange(1, 8).Draw(t, "areas") {
			area := string(rune('A' + i))
			have := rapid.Int64Range(0, 9).Draw(t, "referrals")
			counts[area] = have
			switch lives := rapid.Int64Range(-2, 5000).Draw(t, "people"); lives {
			case -2:
				out += have // not in the table
			case -1:
				p.Rows = append(p.Rows, tables.PopulationRow{Area: area, People: tables.Suppressed()})
				out += have
			case 0:
				p.Rows = append(p.Rows, tables.PopulationRow{Area: area, People: tables.Count(0)})
				out += have
			default:
				p.Rows = append(p.Rows, tables.PopulationRow{Area: area, People: tables.Count(lives)})
				n, people = n+have, people+lives
			}
		}
		if people == 0 {
			return
		}
		f, err := tables.ReferralRate(p, "", counts, spring)
		require.NoError(t, err)
		require.InDelta(t, 1000*float64(n)/(float64(people)*73/365.25), f[0].Estimate.Value, 1e-9)
		require.Equal(t, out, f[0].Excluded)
		require.True(t, f[0].Estimate.Interval.Contains(f[0].Estimate.Value))
	})
}

func TestStandardisedRateIsWhatTheStandardPopulationWouldHave(t *testing.T) {
	p := population(t, "area,group,people\nE01,young,3000\nE01,old,1000\nE01,none,*\n")
	f, err := tables.StandardisedRate(p, map[string]int64{"young": 6, "old": 8, "none": 1, "other": 2, evaluation.UnknownGroup: 3}, map[string]float64{"young": 1, "old": 1, "none": 1}, sp.FinancialYear(2026))
	require.NoError(t, err)
	years := 365 / 365.25
	require.InDelta(t, 1000*(6.0/3000+8.0/1000)/2/years, f.Estimate.Value, 1e-9)
	require.Equal(t, map[string]int64{tables.InSuppressed: 1, tables.NotInTable: 2, tables.NotStated: 3}, f.LeftOut)
}

func population(t *testing.T, text string) tables.Population {
	t.Helper()
	p, err := tables.ReadPopulation(strings.NewReader(text), "table.csv", source)
	require.NoError(t, err)
	return p
}

func TestEquityOfAccessHasASlopeWhereEveryFifthHasPeople(t *testing.T) {
	p := population(t, "area,quintile,people\nA,1,1000\nB,2,1000\nC,3,1000\nD,4,1000\nE,5,1000\n")
	e, err := tables.EquityOfAccess(p, map[string]int64{"A": 50, "B": 40, "C": 30, "D": 20, "E": 10}, sp.FinancialYear(2026))
	require.NoError(t, err)
	require.InDelta(t, 5, e.Ratio.Estimate.Value, 1e-9)
	require.InDelta(t, -50/(365/365.25), e.Slope.SII.Value, 1e-6, "ten fewer from fifth to fifth, over five of them")
	require.Contains(t, e.Ratio.String(), "times")
}

func TestPeopleReachedRefusesMorePeopleThanThereAre(t *testing.T) {
	_, err := tables.PeopleReached(population(t, "area,people\nE01,3\n"), "", map[string]int64{"E01": 4})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = tables.PeopleReached(population(t, "area,people\nE01,3\n"), "", map[string]int64{"E01": -1})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = tables.ReferralRate(population(t, "area,people\nE01,3\n"), "", nil, sp.Period{Start: spring.Start})
	require.ErrorIs(t, err, sp.ErrInvalid, "a period without an end")
}

func TestServiceUseChangeIsRefusedWithoutAnythingToHoldItAgainst(t *testing.T) {
	u := tables.Uses{Source: source}
	for _, n := range []int64{8, 12, 10} {
		u.Rows = append(u.Rows, tables.Use{Person: person.ID(rune('A' + n)), Before: tables.Count(n), BeforeDays: tables.Count(365), After: tables.Count(n / 2), AfterDays: tables.Count(365)})
	}
	_, err := tables.ServiceUseChange(u, tables.Regression{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	c, err := tables.ServiceUseChange(u, tables.Regression{Mean: 6, Retest: 0.5, Source: "a study"})
	require.NoError(t, err)
	require.Nil(t, c.Difference)
	year := 365.25 / 365
	// Of ten a year two would have gone anyway: half of the way from ten to six.
	require.InDelta(t, -5*year+(10*year-6)/2, c.Beyond.Estimate.Value, 1e-9)
	require.Contains(t, c.Ratio.Name, "uncontrolled")
}

func TestFreeToUseAndFreshnessAreOfServicesThatTakePeople(t *testing.T) {
	on := sp.NewDate(2026, time.July, 2)
	fresh := func(days int) directory.Freshness { return directory.Freshness{Assured: on.Add(-days)} }
	service := func(status directory.Status, charge directory.Charge, assured directory.Freshness) directory.Service {
		return directory.Service{Facts: directory.Facts{Status: status, Cost: directory.Cost{Charge: charge}, Freshness: assured}}
	}
	services := []directory.Service{
		service(directory.Active, directory.Free, fresh(92)), service(directory.Active, directory.Donation, fresh(93)),
		service(directory.Active, directory.Paid, directory.Freshness{}), service(directory.Active, "", fresh(1)),
		service(directory.Inactive, directory.Free, fresh(0)), service("", directory.Free, fresh(0)),
	}
	f, err := tables.FreeToUse(services)
	require.NoError(t, err)
	require.Equal(t, "all: 2 of 3.0 is 0.667; not stated whether it charges 1, not stated whether it takes people 1", said(f))
	both, err := tables.Freshness(services, on, 0)
	require.NoError(t, err)
	require.Equal(t, "all: 2 of 4.0 is 0.500; not stated whether it takes people 1", said(both[0]))
	require.Equal(t, "all: 0 of 3.0 is 92.000; never assured 1, not stated whether it takes people 1", said(both[1]))
}

func TestOptionDiversityCountsCategoriesWithAChoice(t *testing.T) {
	option := func(category, service string, minutes tables.Cell, open sp.Truth) tables.Option {
		return tables.Option{Area: "E01", Category: category, Service: directory.ID(service), Minutes: minutes, Open: open}
	}
	near := tables.Count(30)
	all, err := tables.OptionDiversity([]string{"E01", "E02"}, []string{"debt", "grief", "housing"}, []tables.Option{
		option("debt", "a", near, sp.Yes), option("debt", "b", near, sp.Yes), option("debt", "b", near, sp.Yes),
		option("grief", "c", near, sp.Yes), option("grief", "d", tables.Count(31), sp.Yes), option("grief", "e", near, sp.No),
		option("housing", "f", near, sp.Yes), option("housing", "g", tables.Cell{}, sp.Yes),
	}, 0)
	require.NoError(t, err)
	require.Equal(t, "E01: 1 of 2.0 is 0.500; not known whether there are two 1", said(all[0].Two))
	want := -(0.5*math.Log(0.5) + 2*0.25*math.Log(0.25))
	require.InDelta(t, want, all[0].Diversity.Shannon, 1e-12)
	require.Equal(t, "E02: 0 of 3.0 is 0.000", said(all[1].Two))
	require.Zero(t, all[1].Diversity.Shannon)
}

func TestUtilisationBelievesWhatWasSaidLately(t *testing.T) {
	at := time.Date(2026, time.May, 1, 9, 0, 0, 0, time.UTC)
	offer := func(provider directory.ID, most, left int, ago time.Duration) directory.Offer {
		var o directory.Offer
		o.Organisation = provider
		o.Capacity = directory.Capacity{Maximum: sp.Know(most), Available: sp.Know(left), Updated: at.Add(-ago)}
		return o
	}
	f, err := tables.Utilisation([]directory.Offer{
		offer("green", 10, 0, 0), offer("green", 5, 0, time.Hour), offer("blue", 8, 2, 0), offer("red", 4, 0, 0), offer("red", 9, 9, 40*24*time.Hour), offer("grey", 3, 4, 0),
	}, at)
	require.NoError(t, err)
	require.Equal(t, "all: 25 of 27.0 is 0.926; places not stated, or too long ago 2", said(f[0]))
	require.Equal(t, "all: 1 of 2.0 is 0.500; places not stated, or too long ago 2", said(f[1]))
}

func TestLoadByPayBandIsOfFullTimeWorkers(t *testing.T) {
	on := sp.NewDate(2026, time.May, 1)
	worker := func(id workforce.WorkerID, band string, wte int) workforce.Worker {
		return workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Employment: sp.Hide(workforce.Employment{WTE: wte, PayBand: band, Contract: sp.Period{Start: on.Add(-100)}})}
	}
	f, err := tables.LoadByPayBand([]workforce.Worker{
		worker("ann", "AfC-5", 100), worker("ben", "AfC-5", 50), worker("cy", "AfC-6", 100), worker("dee", "", 100), worker("eve", "AfC-5", 0), worker("flo", "AfC-5", 100),
	}, map[workforce.WorkerID]int{"ann": 4_000, "ben": 3_000, "cy": 2_000, "dee": 1_000, "eve": 500}, on)
	require.NoError(t, err)
	require.Len(t, f, 3)
	require.Equal(t, []string{tables.NotStated, "AfC-5", "AfC-6"}, []string{f[0].Category, f[1].Category, f[2].Category})
	require.Equal(t, map[string]int64{"hours not stated": 1, "load not stated": 1}, f[0].LeftOut)
	require.InDelta(t, (40.0+60)/2, f[1].Estimate.Value, 1e-9)
	require.Equal(t, stat.TooFewValues, f[2].Estimate.Undefined)
}

func TestPrivacyConcernsAreARateOfReferrals(t *testing.T) {
	f, err := tables.PrivacyConcerns(3, 1500)
	require.NoError(t, err)
	require.InDelta(t, 2, f.Estimate.Value, 1e-9)
	require.Contains(t, f.String(), "2.00 per 1,000 referrals")
	none, err := tables.PrivacyConcerns(0, 0)
	require.NoError(t, err)
	require.False(t, none.Defined())
	_, err = tables.PrivacyConcerns(-1, 5)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestDenominatorsAreOfOneIndicator(t *testing.T) {
	figures := []evaluation.Figure{
		{Indicator: "a", Group: "E01", Estimate: stat.Estimate{Denominator: 5}},
		{Indicator: "a", Group: "E02", Estimate: stat.Estimate{Denominator: 7}},
		{Indicator: "b", Group: "E01", Estimate: stat.Estimate{Denominator: 9}},
	}
	require.Equal(t, map[string]int64{"E01": 5, "E02": 7}, tables.Denominators(figures, "a"))
}
