package economics_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/economics"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// What £62,000 a year achieved, with everything that was taken off on a line of its
// own, and the range that the assumptions allow (Social Value UK 2012).
func Example() {
	proxy := func(pounds int64) economics.Price {
		return economics.Price{Amount: sp.Pounds(pounds), Year: 2024, Source: "our own survey"}
	}
	r, err := economics.NewSROI([]economics.Outcome{
		{Name: "less lonely", Quantity: 80, Proxy: proxy(1300), Deadweight: 0.3, Attribution: 0.2, DropOff: 0.5, Years: 2},
		{Name: "GP appointments", Kind: economics.CapacityReleasing, Quantity: 310, Proxy: proxy(42), Deadweight: 0.25, Attribution: 0.1, Displacement: 0.05, Years: 1},
	}, proxy(62_000), economics.GreenBook())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range r.Lines {
		fmt.Printf("%s: £%.0f, less £%.0f deadweight, £%.0f attribution, £%.0f displacement: £%.0f now\n", l.Name, l.Gross, l.Deadweight, l.Attribution, l.Displacement, l.Present)
	}
	fmt.Printf("capacity alone £%.0f\n", r.Present[economics.CapacityReleasing])
	fmt.Printf("£%.2f (£%.2f to £%.2f) for each £1\n", r.Central, r.Low, r.High)
	// Output:
	// less lonely: £104000, less £31200 deadweight, £14560 attribution, £0 displacement: £83454 now
	// GP appointments: £13020, less £3255 deadweight, £976 attribution, £439 displacement: £8067 now
	// capacity alone £8067
	// £1.48 (£0.56 to £2.64) for each £1
}

// Of 300 people who were helped for £120,000 in all, 84 improved reliably. The limits
// are Wilson's of that share, turned round.
// (Wilson 1927, doi 10.1080/01621459.1927.10502953)
func ExampleCostPerOutcome() {
	total := economics.Price{Amount: sp.Pounds(120_000), Year: 2024, Source: "ledger"}
	e, _ := economics.CostPerOutcome(total, 84, 300, 0.95)
	fmt.Printf("£%.0f (£%.0f to £%.0f)\n", e.Value, e.Interval.Lower, e.Interval.Upper)
	// Output: £1429 (£1200 to £1723)
}

// A mean rise of 0.2 points of life satisfaction over 100 person-years, a quarter of
// which would have come about anyway, at HM Treasury's prices (July 2021).
func ExampleWellbys() {
	change := stat.Estimate{Value: 0.2, Interval: stat.Interval{Lower: 0.05, Upper: 0.35}, Level: 0.95, Method: stat.MethodStudent}
	wellbys, _ := economics.Wellbys(change, 100, 0.25)
	value, _ := economics.HMTWellby().Value(wellbys)
	fmt.Println(wellbys)
	fmt.Printf("£%.0f (£%.0f to £%.0f) at the central price of 2019\n", value.Central.Value, value.Central.Interval.Lower, value.Central.Interval.Upper)
	// Output:
	// 15 (3.75 to 26.2), Student's t 95 %
	// £195000 (£48750 to £341250) at the central price of 2019
}

// Money in three years is worth less than money now (HM Treasury, The Green Book,
// February 2026).
func ExampleNPV() {
	p, _ := economics.NPV([]economics.Flow{{0, -50_000}, {1, 20_000}, {2, 20_000}, {3, 20_000}}, economics.GreenBook())
	for _, l := range p.Lines {
		fmt.Printf("year %d: %.4f\n", l.Year, l.Factor)
	}
	fmt.Printf("£%.0f now\n", p.Total)
	// Output:
	// year 0: 1.0000
	// year 1: 0.9662
	// year 2: 0.9335
	// year 3: 0.9019
	// £6033 now
}

// Those who were helped cost more and did better, but the effect may be none, so no
// interval holds the cost for each unit of it (Fieller 1954); the net benefit has one
// all the same.
func ExampleCompare() {
	helped := []economics.Person{{620, 0.61}, {540, 0.55}, {700, 0.70}, {580, 0.58}}
	control := []economics.Person{{200, 0.60}, {260, 0.52}, {190, 0.63}, {240, 0.57}}
	d, _ := economics.Compare(helped, control, 0.95)
	fmt.Println(d.Verdict)
	fmt.Println("limits:", d.ICER.Shape)
	b := d.NetBenefit(20_000)
	fmt.Printf("net benefit at £20,000: £%.0f (£%.0f to £%.0f), worth it with probability %.2f\n", b.Value, b.Interval.Lower, b.Interval.Upper, d.Acceptable(20_000))
	// Output:
	// costs more and does more
	// limits: anything outside a range
	// net benefit at £20,000: £213 (£-1321 to £1746), worth it with probability 0.61
}

// Utilities at the start, after half a year and after a year, by a value set that the
// caller chose, make QALYs by straight lines between them (Manca and others 2005).
func ExampleQALYs() {
	q, _ := economics.QALYs([]economics.Utility{{0, 0.52}, {0.5, 0.60}, {1, 0.66}})
	fmt.Printf("%.3f QALYs, %.3f more than if nothing had changed\n", q.Total, q.Gain)
	// Output: 0.595 QALYs, 0.075 more than if nothing had changed
}

// The cost-effectiveness plane of samples drawn anew (Briggs, Wonderling & Mooney 1997).
func ExampleResample() {
	helped := []economics.Person{{620, 0.61}, {540, 0.58}, {700, 0.70}, {580, 0.66}}
	control := []economics.Person{{200, 0.60}, {260, 0.52}, {190, 0.55}, {240, 0.57}}
	p, _ := economics.Resample(rand.New(rand.NewPCG(1, 2)), helped, control, stat.Resampling{Replicates: 1000, Workers: 2})
	w, _ := p.At(20_000, 0.95)
	fmt.Printf("costs more and does more in %.0f %% of samples\n", 100*p.Quadrants()[economics.CostsMore])
	fmt.Printf("worth it at £20,000 with probability %.2f; to know would be worth £%.0f\n", w.Acceptable, w.EVPI)
	// Output:
	// costs more and does more in 100 % of samples
	// worth it at £20,000 with probability 0.98; to know would be worth £3
}
