package chart

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/referral/caseload"
)

// tilings are invented homes on grids of several sizes.
func tilings(tb testing.TB) (all []Tiling) {
	tb.Helper()
	origin := geo.Point{Lat: 54.05, Lon: -2.8}
	for _, size := range []geo.Distance{2000, 4000} {
		rng := rand.New(rand.NewPCG(9, 9))
		g := Grid{Origin: origin, Size: size}
		counts := map[string][]int64{}
		var order []string
		for range 2000 {
			home := geo.Point{Lat: origin.Lat + 0.03*rng.NormFloat64(), Lon: origin.Lon + 0.05*rng.NormFloat64()}
			tile := g.Tile(home)
			unmet := 0.2
			if home.Lon < origin.Lon-0.03 {
				unmet = 0.6
			}
			if rng.Float64() > unmet {
				continue
			}
			if counts[tile] == nil {
				counts[tile] = make([]int64, 1)
				order = append(order, tile)
			}
			counts[tile][0]++
		}
		table := disclosure.Table{Title: "Needs by tile", Columns: []string{"unmet"}}
		for _, tile := range order {
			table.Rows = append(table.Rows, disclosure.Row{Name: tile, Counts: counts[tile]})
		}
		r := released(tb, table)
		all = append(all, Tiling{Grid: g, Cases: Cases{Table: r}, Names: map[string]string{"-2,0": "Westgate", "-1,-1": "Sandholme Quay"}})
	}
	return all
}

// comparison is invented policies of an invented simulation.
func comparison() disclosure.Released[Comparison] {
	by := func(v, lower, upper float64) stat.Estimate {
		return stat.Estimate{Value: v, Interval: stat.Interval{Lower: lower, Upper: upper}, Level: 0.95, Method: stat.MethodStudent, Numerator: v, Denominator: 100}
	}
	return must(disclosure.NotPeople(Comparison{
		Measure: "median wait for a first session", Unit: "days", Against: "first come, first served", Better: evaluation.Lower,
		Rows: []Difference{
			{"urgency classes", by(-4.2, -5.1, -3.4)},
			{"one more link worker", by(-18.5, -20.2, -16.9)},
			{"a reminder two days before", by(-0.6, -1.5, 0.3)},
			{"places by deprivation", by(2.1, 0.8, 3.4)},
			{"the same once more", by(0, 0, 0)},
			{"no referrals at all", stat.Estimate{Undefined: stat.NoCases}},
		},
	}, "people who were simulated"))
}

// contracts are an invented book, and how many people each service has.
func contracts(tb testing.TB) (disclosure.Released[*contract.Book], disclosure.Released[disclosure.Safe]) {
	tb.Helper()
	year := sp.FinancialYear(2025)
	book, err := contract.NewBook([]contract.Terms{
		{ID: "A-1", Provider: "bay/green", Service: "bay/walks", Period: year, Amount: sp.Pounds(12_000)},
		{ID: "A-2", Provider: "bay/green", Service: "bay/garden", Period: sp.NewDate(2025, time.December, 1).Months(9), Amount: sp.Pounds(30_000)},
		{ID: "A-3", Provider: "bay/green", Service: "bay/garden", Period: sp.NewDate(2026, time.October, 1).Months(6), Amount: sp.Pounds(18_000)},
		{ID: "A-4", Provider: "bay/advice", Service: "bay/debt", Period: sp.NewDate(2025, time.April, 1).Months(36), Amount: sp.Pounds(90_000)},
		{ID: "A-5", Provider: "bay/advice", Period: sp.NewDate(2025, time.April, 1).Months(15), Amount: sp.Pounds(20_000)},
		{ID: "A-6", Provider: "bay/choir", Service: "bay/choir-monday", Period: sp.NewDate(2024, time.April, 1).Months(12), Amount: sp.Pounds(4_000)},
	})
	require.NoError(tb, err)
	return must(disclosure.NotPeople(book, "money by contract")), released(tb, disclosure.Table{Title: "People by service", Columns: []string{"people"}, Rows: []disclosure.Row{
		{Name: "bay/walks", Counts: []int64{42}}, {Name: "bay/garden", Counts: []int64{18}}, {Name: "bay/debt", Counts: []int64{4}}, {Name: "bay/choir-monday", Counts: []int64{25}},
	}})
}

// rooms are an invented team.
func rooms() disclosure.Released[[]caseload.Room] {
	people := caseload.Cap{People: true, Soft: 30, Hard: 35}
	return must(disclosure.Within([]caseload.Room{
		{Worker: "ann", Cap: people, Load: 24, Soft: 30, Hard: 35},
		{Worker: "bo", Cap: people, Load: 19, Soft: 15, Hard: 18},
		{Worker: "cem", Cap: caseload.Cap{Soft: 2000, Hard: 2500}, Load: 2105, Soft: 2000, Hard: 2500},
		{Worker: "dilys", Cap: people, Load: 0, Soft: 30, Hard: 35},
	}, disclosure.Team, "who can take somebody on"))
}
