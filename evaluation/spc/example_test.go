package spc_test

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// Referrals a month over a year and a half. A campaign in the thirteenth month
// changed the process, so the limits are calculated anew from there, with the reason
// stated (NHS England, Making Data Count).
// XmR chart by the rules of Making Data Count (NHS England), with the constants of Wheeler
// 1993, Understanding Variation.
func Example() {
	referrals := []float64{52, 48, 55, 50, 47, 53, 49, 51, 54, 46, 50, 52, 71, 68, 74, 70, 66, 73}
	chart, err := spc.XmR(referrals, spc.Options{
		Better:  spc.Higher,
		Target:  sp.Know(90.0),
		Rebases: []spc.Rebase{{At: 12, Reason: "every practice was visited"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range chart.Stretches {
		p := chart.Points[s.From]
		fmt.Printf("from month %d %q: %.1f (%.1f to %.1f)\n", s.From+1, s.Reason, p.Mean, p.Lower, p.Upper)
	}
	fmt.Println(chart.Variation)
	fmt.Println(chart.Assurance)
	// Output:
	// from month 1 "": 50.6 (39.0 to 62.2)
	// from month 13 "every practice was visited": 70.3 (57.6 to 83.1)
	// common cause: no significant change
	// the process will consistently miss the target
}

// A month in which nobody answered the telephone stands out by name.
// The rules are those of Making Data Count (NHS England).
func ExamplePoint_Cause() {
	contacted := []float64{80, 82, 79, 81, 83, 80, 78, 82, 81, 60, 80, 82, 81, 79}
	chart, _ := spc.XmR(contacted, spc.Options{Better: spc.Higher})
	for i, p := range chart.Points {
		if p.Cause() != spc.CommonCause {
			fmt.Printf("month %d: %s, %s\n", i+1, p.Cause(), p.Variation(chart.Better))
		}
	}
	// Output: month 10: beyond a limit, special cause: concerning
}

// Thousands of contacts a month: by chance alone nearly every month would be a
// signal, so the limits are those of Laney (2002).
func ExampleP() {
	var months []spc.Count
	for i := range 14 {
		months = append(months, spc.Count{Events: 7000 + float64(i*i*37%600), Of: 10_000})
	}
	for _, spread := range []spc.Spread{spc.ByChance, spc.LaneyWhereLarge} {
		chart, _ := spc.P(months, spc.Options{Spread: spread})
		signals := 0
		for _, p := range chart.Points {
			if p.Cause() == spc.Outside {
				signals++
			}
		}
		fmt.Printf("%d beyond limits of %.1f to %.1f %%\n", signals, 100*chart.Points[0].Lower, 100*chart.Points[0].Upper)
	}
	// Output:
	// 9 beyond limits of 71.5 to 74.1 %
	// 0 beyond limits of 66.7 to 78.8 %
}

// Complaints a month are few, so chance alone sets the limits (Shewhart).
// Shewhart's c chart; where counts are large, Laney 2002, doi 10.1081/QEN-120006555.
func ExampleC() {
	chart, _ := spc.C([]float64{2, 0, 3, 1, 2, 4, 1, 0, 2, 9, 1, 2, 3}, spc.Options{Better: spc.Lower})
	for i, p := range chart.Points {
		if p.Cause() != spc.CommonCause {
			fmt.Printf("month %d: %.0f complaints, above %.1f: %s\n", i+1, p.Value, p.Upper, p.Variation(chart.Better))
		}
	}
	// Output: month 10: 9 complaints, above 6.9: special cause: concerning
}

// Ten practices; one of them refers far more than the others. Practices differ by
// more than chance, so limits that allow for it stand beside those of chance alone
// (Spiegelhalter and others 2012).
func ExampleNewFunnel() {
	var practices []spc.Count
	for _, referred := range []float64{80, 95, 130, 88, 60, 110, 100, 75, 120, 190} {
		practices = append(practices, spc.Count{Events: referred, Of: 5000})
	}
	f, _ := spc.NewFunnel(spc.FunnelRates, practices, spc.FunnelOptions{})
	last := f.Points[9]
	fmt.Printf("%.0f times as much spread as chance\n", f.Dispersion)
	fmt.Printf("by chance alone %s, among practices %s\n", last.Chance, last.Additive)
	// Output:
	// 5 times as much spread as chance
	// by chance alone High (0.001), among practices High (0.025)
}
