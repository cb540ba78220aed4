package survival_test

import (
	"fmt"

	"github.com/socialprescribing/sp/evaluation/survival"
)

// Five people were seen, after 3 to 20 days; two wait since 15 days. Nobody left,
// so the Kaplan-Meier median is what a wait lasts (Kaplan & Meier 1958).
func ExampleDurations() {
	var waits survival.Durations
	for _, days := range []int{3, 8, 10, 12, 20} {
		_ = waits.Ended(days)
	}
	for range 2 {
		_ = waits.Waiting(15)
	}
	curve := waits.Curve()
	median, _ := curve.Quantile(0.5, 0.95)
	fmt.Println("half of them wait at most", median.Value, "days")
	left, _ := curve.Left(30, 0.95)
	fmt.Println("after 30 days:", left)
	// Output:
	// half of them wait at most 12 days
	// after 30 days: undefined: nobody was in sight for so long
}

// Of 600 people, 228 began within twelve weeks and 372 left before they could.
// Cumulative incidence says what became of them (Aalen & Johansen 1978); counting
// those who left as still waiting says something else.
func ExampleEnds() {
	var ends survival.Ends
	for i := range 228 {
		_ = ends.Ended("begun", 1+i%64)
	}
	for i := range 372 {
		_ = ends.Ended("left", 1+i%84)
	}
	for _, way := range ends.Ways() {
		by, _ := ends.Incidence(way).By(84, 0.95)
		fmt.Printf("%s %.0f %% (%.0f to %.0f)\n", way, 100*by.Value, 100*by.Interval.Lower, 100*by.Interval.Upper)
	}
	naive, _ := ends.Waits("begun").Curve().Left(84, 0.95)
	fmt.Printf("as if nobody had left, %.0f %% still wait\n", 100*naive.Value)
	// Output:
	// begun 38 % (34 to 42)
	// left 62 % (58 to 66)
	// as if nobody had left, 42 % still wait
}

// Do people of two areas begin equally soon, if leaving first is an end of its own (Gray
// 1988)?
func ExampleGray() {
	var near, far survival.Ends
	for week := range 20 {
		_ = near.Ended("begun", week)
		_ = far.Ended("begun", 2*week)
		_ = far.Ended("left", week)
	}
	t := survival.Gray("begun", &near, &far)
	fmt.Printf("chi-squared %.1f, p %.0e\n", t.Statistic, t.P)
	// Output: chi-squared 34.4, p 5e-09
}
