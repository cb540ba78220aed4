package quasi_test

import (
	"fmt"

	"github.com/socialprescribing/sp/evaluation/quasi"
)

// Referrals a month before and after a change, with errors that allow for months
// that resemble their neighbours (Newey & West 1987).
func ExampleInterruptedSeries() {
	var referrals []float64
	for month := range 24 {
		noise := float64(month*7%5) - 2
		if month < 12 {
			referrals = append(referrals, 100+float64(month)+noise)
		} else {
			referrals = append(referrals, 120+float64(month)+noise)
		}
	}
	m, _ := quasi.InterruptedSeries(referrals, quasi.Interruption{From: 12})
	fmt.Println("step", m.Step)
	// Output: step 20.5 (18.5 to 22.5), Newey-West 95 %
}

// Four practices were helped from the second quarter on, and four were not; the intervals
// allow for a practice that resembles itself (Bertrand, Duflo & Mullainathan 2004).
func ExampleDifferenceInDifferences() {
	var panel []quasi.Observation
	for practice := range 8 {
		for quarter := range 2 {
			o := quasi.Observation{Unit: fmt.Sprint("practice ", practice), Period: fmt.Sprint("Q", quarter+1), Joined: practice < 4, After: quarter == 1}
			o.Y = 20 + float64(practice*3%5) + float64(quarter*(practice%2+1))
			if o.Joined && o.After {
				o.Y += 4
			}
			panel = append(panel, o)
		}
	}
	d, _ := quasi.DifferenceInDifferences(panel, 0.95)
	fmt.Println(d.Term)
	for _, g := range d.Gaps {
		fmt.Printf("%s: %+.2f\n", g.Period, g.Value)
	}
	// Output:
	// 4.00 (3.00 to 5.00), cluster-robust 95 %
	// Q1: +0.50
	// Q2: +4.50
}

// Counts over two years whose rate fell by a third (McCullagh & Nelder 1989).
func ExampleInterruptedCounts() {
	var months []quasi.CountPoint
	for month := range 24 {
		expected := 90.0
		if month >= 12 {
			expected = 60
		}
		months = append(months, quasi.CountPoint{Events: expected + float64(month*5%7) - 3, Exposure: 1000})
	}
	s, _ := quasi.InterruptedCounts(months, quasi.Interruption{From: 12})
	fmt.Println("rate times", s.StepRatio())
	// Output: rate times 0.659 (0.626 to 0.694), quasi-Poisson 95 %
}
