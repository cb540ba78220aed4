package accuracy_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/economics"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func holdEconomics(s *section) {
	t := s.t
	l := s.line("GreenBook, GreenBookHealth", "the formula in R, by the table of the Green Book", closed, "")
	for _, r := range rows(t, "economic/green_book_discount_factors.csv") {
		for name, curve := range map[string]economics.Curve{"standard": economics.GreenBook(), "health": economics.GreenBookHealth()} {
			f, err := curve.Factor(int(number(t, r["year"])))
			require.NoError(t, err)
			l.text(t, r[name], f, r["year"])
		}
	}
	l = s.line("NPV", "its formula in R", closed, "")
	var flows []economics.Flow
	for _, r := range rows(t, "economic/npv_input.csv") {
		flows = append(flows, economics.Flow{Year: int(number(t, r["year"])), Amount: number(t, r["cash"])})
	}
	for name, rate := range map[string]float64{"npv_3.5": .035, "npv_1.5": .015} {
		p, err := economics.NPV(flows, economics.Flat(rate, "reference"))
		require.NoError(t, err)
		l.text(t, rows(t, "economic/npv_expected.csv")[0][name], p.Total)
	}
	l = s.line("QALYs", "trapezium in R", closed, "")
	_, people := groups(rows(t, "economic/qaly_auc_input.csv"), "id")
	for _, r := range rows(t, "economic/qaly_auc_expected.csv") {
		var u []economics.Utility
		for _, p := range people[r["id"]] {
			u = append(u, economics.Utility{Year: number(t, p["time"]), Value: number(t, p["utility"])})
		}
		q, err := economics.QALYs(u)
		require.NoError(t, err)
		l.text(t, r["qaly"], q.Total)
		l.text(t, r["qaly_gain_vs_baseline"], q.Gain)
	}
	holdCEA(s)
	holdSROI(s)
}

func arms(t *testing.T) (helped, control []economics.Person) {
	t.Helper()
	_, by := groups(rows(t, "economic/cea_input.csv"), "arm")
	persons := func(arm string) (all []economics.Person) {
		for _, r := range by[arm] {
			all = append(all, economics.Person{Cost: number(t, r["cost"]), Effect: number(t, r["effect"])})
		}
		return all
	}
	return persons("1"), persons("0")
}

func holdCEA(s *section) {
	t := s.t
	helped, control := arms(t)
	d, err := economics.Compare(helped, control, .95)
	require.NoError(t, err)
	l := s.line("Compare", "Fieller's formula in R", closed, "")
	r := rows(t, "economic/cea_summary.csv")[0]
	const z = 1.959963984540054
	se := func(e stat.Estimate) float64 { return (e.Interval.Upper - e.Value) / z }
	l.text(t, r["dC"], d.Cost.Value)
	l.text(t, r["dE"], d.Effect.Value)
	l.text(t, r["icer"], d.ICER.Value)
	l.text(t, r["varC"], math.Pow(se(d.Cost), 2))
	l.text(t, r["varE"], math.Pow(se(d.Effect), 2))
	l.same(t, r["fieller_bounded"] == "1", d.ICER.Shape == economics.Bounded)
	l.interval(t, r["fieller_lower"], r["fieller_upper"], d.ICER.Excluded, 1)
	l = s.line("Comparison.NetBenefit, Acceptable", "its formula in R", closed, "")
	for _, r := range rows(t, "economic/cea_inb.csv") {
		worth := number(t, r["lambda"])
		b := d.NetBenefit(worth)
		l.text(t, r["inb"], b.Value)
		l.text(t, r["se"], se(b))
		l.interval(t, r["lower"], r["upper"], b.Interval, 1)
		l.text(t, r["ceac_normal"], d.Acceptable(worth))
	}
	l = s.line("Plane.At, Plane.Quadrants", "the same draws in R", closed, "")
	var p economics.Plane
	for _, r := range rows(t, "economic/cea_boot_draws.csv") {
		p.Draws = append(p.Draws, economics.Person{Cost: number(t, r["dC"]), Effect: number(t, r["dE"])})
	}
	for _, r := range rows(t, "economic/cea_ceac.csv") {
		w, err := p.At(number(t, r["lambda"]), .95)
		require.NoError(t, err)
		l.text(t, r["ceac"], w.Acceptable)
		l.text(t, r["mean_inb"], w.NetBenefit.Value)
		l.text(t, r["evpi"], w.EVPI)
		l.interval(t, r["q025"], r["q975"], w.NetBenefit.Interval, 1)
	}
	quadrants := map[string]economics.Verdict{"NE": economics.CostsMore, "NW": economics.Dominated, "SW": economics.CostsLess, "SE": economics.Dominant}
	for _, r := range rows(t, "economic/cea_plane.csv") {
		l.text(t, r["share"], p.Quadrants()[quadrants[r["quadrant"]]])
	}
}

func holdSROI(s *section) {
	t := s.t
	l := s.line("NewSROI", "its formula in R", closed, "")
	price := func(pounds float64) economics.Price {
		return economics.Price{Amount: sp.Pence(int64(math.Round(100 * pounds))), Year: 2024, Source: "reference"}
	}
	var outcomes []economics.Outcome
	for _, r := range rows(t, "economic/sroi_input.csv") {
		outcomes = append(outcomes, economics.Outcome{
			Name: r["outcome"], Quantity: number(t, r["quantity"]), Proxy: price(number(t, r["proxy"])),
			Deadweight: number(t, r["deadweight"]), Attribution: number(t, r["attribution"]), Displacement: number(t, r["displacement"]),
			DropOff: number(t, r["dropoff"]), Years: int(number(t, r["duration"])),
		})
	}
	want := rows(t, "economic/sroi_expected.csv")[0]
	got, err := economics.NewSROI(outcomes, price(number(t, want["investment"])), economics.Flat(.035, "reference"))
	require.NoError(t, err)
	for i, r := range rows(t, "economic/sroi_by_outcome.csv") {
		l.text(t, r["year1_impact"], got.Lines[i].Impact)
		l.text(t, r["pv"], got.Lines[i].Present)
	}
	l.text(t, want["total_pv"], got.Total)
	l.text(t, want["sroi"], got.Central)
	l.text(t, want["net"], got.Net)
}
