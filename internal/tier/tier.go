// Package tier tells tests how much time they have.
//
// The variable SP_TIER names one of three tiers. In the fast one, which holds where the
// variable is not set, a test looks at enough cases to notice a mistake; the full one is
// what .ci/run gives, with servers, other people's programs and more cases; the long one
// takes hours, and looks for what is rare. A test asks for numbers by tier, or is
// skipped below one:
//
//	cases := tier.Pick(200, 2_000, 100_000)
//	tier.Need(t, tier.Long)
package tier

import (
	"os"
	"testing"
)

// A Tier is an amount of time, in rising order.
type Tier int

// The tiers.
const (
	Fast Tier = iota // at most 15 minutes for everything on two cores
	Full             // at most 40
	Long             // hours
)

// String returns the name of t, as SP_TIER has it.
func (t Tier) String() string { return [...]string{"fast", "full", "long"}[t] }

// Now returns the tier of this run. What SP_TIER does not name well is fast.
func Now() Tier {
	for _, t := range []Tier{Full, Long} {
		if os.Getenv("SP_TIER") == t.String() {
			return t
		}
	}
	return Fast
}

// Pick returns the value for the tier of this run.
func Pick[T any](fast, full, long T) T { return [...]T{fast, full, long}[Now()] }

// Need skips the test in a run below least.
func Need(tb testing.TB, least Tier) {
	tb.Helper()
	if Now() < least {
		tb.Skipf("runs where SP_TIER is %s: .ci/run %s", least, least)
	}
}
