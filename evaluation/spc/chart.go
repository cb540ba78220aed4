package spc

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// Better says which way a measure improves.
type Better int8

// The directions. The zero Better is neither, for measures such as referrals
// received whose change is news but neither good nor bad.
const (
	Neither Better = iota
	Higher
	Lower
)

// Screening says whether moving ranges that are themselves out of control count for
// the limits.
type Screening int8

// The ways. Making Data Count's own spreadsheets do not screen; NHSRplotthedots does.
const (
	Screened   Screening = iota // moving ranges of at least 3.267 times their mean are left out, once
	Unscreened                  // all moving ranges count
)

// Spread says which variation the limits of a chart of counts allow for.
type Spread int8

// The ways.
const (
	LaneyWhereLarge Spread = iota // Laney's limits where at least [Large] events are expected at a point on average
	Laney                         // Laney's limits
	ByChance                      // chance alone, as in the textbook
)

// Large is the mean number of events at a point from which counts take Laney's
// limits by default. It is a convention of this package: chance then makes a point
// vary by less than a tenth, and what months differ by in any case shows.
const Large = 100

// A Rebase is a point from which limits are calculated anew.
type Rebase struct {
	At     int    // index of the first point of the new stretch
	Reason string // what changed in the process, for the reader of the chart; must be given
}

// Options say how a series is judged. The zero Options judge all points by limits
// of all points, with no direction and no target.
type Options struct {
	Better    Better
	Target    sp.Known[float64]
	Rebases   []Rebase  // in order
	Baseline  int       // limits come from the first so many points of each stretch, at least 12; 0 is from all
	Screening Screening // of an XmR chart
	Spread    Spread    // of a chart of counts
}

// A Rule is why a point is a signal, in the words of Making Data Count.
type Rule string

// The rules, in the order in which the first that holds is the cause.
const (
	CommonCause Rule = "common cause"                // no rule holds
	Outside     Rule = "beyond a limit"              // above the upper or below the lower
	Trend       Rule = "trend of seven"              // seven points, each above or each below the one before
	NearLimit   Rule = "two of three near the limit" // beyond two thirds of the way to it, all three on that side of the mean
	Shift       Rule = "shift of seven"              // seven points in a row to one side of the mean
)

// A Signal is a rule that holds at a point.
type Signal struct {
	Rule Rule
	High bool // above the mean, or rising
}

// A Point is one value of a chart with what its limits are.
type Point struct {
	Value       float64
	Of          float64           // what it is a share or rate of; 0 on an XmR chart
	MovingRange sp.Known[float64] // distance from the point before in the stretch; unknown for its first
	Stretch     int               // index in [Chart.Stretches]
	Mean        float64
	Lower       float64 // natural process limits
	Upper       float64
	NearLower   float64 // two thirds of the way to the limits
	NearUpper   float64
	Signals     []Signal // every rule that holds, in their order; none for common cause
}

// Cause returns the first rule that holds at p, or [CommonCause].
func (p Point) Cause() Rule {
	if len(p.Signals) == 0 {
		return CommonCause
	}
	return p.Signals[0].Rule
}

// Variation returns what p says of the process if it improves one way or neither.
func (p Point) Variation(better Better) Variation {
	if len(p.Signals) == 0 {
		return CommonVariation
	}
	high := p.Signals[0].High
	switch {
	case better == Neither && high:
		return NeutralHigh
	case better == Neither:
		return NeutralLow
	case high == (better == Higher):
		return Improvement
	}
	return Concern
}

// A Variation is the icon of a point, by its code in NHSRplotthedots.
type Variation string

// The codes of variation.
const (
	CommonVariation Variation = "common_cause"
	Improvement     Variation = "special_cause_improvement"
	Concern         Variation = "special_cause_concern"
	NeutralHigh     Variation = "special_cause_neutral_high"
	NeutralLow      Variation = "special_cause_neutral_low"
)

// String returns what the icon means, in words.
func (v Variation) String() string {
	switch v {
	case Improvement:
		return "special cause: improving"
	case Concern:
		return "special cause: concerning"
	case NeutralHigh:
		return "special cause: higher"
	case NeutralLow:
		return "special cause: lower"
	case CommonVariation:
		return "common cause: no significant change"
	}
	return "unknown variation"
}

// An Assurance is the icon of a target, by its code in NHSRplotthedots: will the
// process meet it, as it is?
type Assurance string

// The codes of assurance.
const (
	NoTarget         Assurance = ""                // there is no target, or no direction
	ConsistentlyPass Assurance = "consistent_pass" // the target lies beyond the limits on the side of failure
	ConsistentlyFail Assurance = "consistent_fail" // on the side of success
	Inconsistent     Assurance = "inconsistent"    // within the limits: hit and miss
)

// String returns what the icon means, in words.
func (a Assurance) String() string {
	switch a {
	case ConsistentlyPass:
		return "the process will consistently meet the target"
	case ConsistentlyFail:
		return "the process will consistently miss the target"
	case Inconsistent:
		return "the process will meet and miss the target at random"
	case NoTarget:
		return "no target"
	}
	return "unknown assurance"
}

// A Stretch is a run of points with limits of its own.
type Stretch struct {
	From, To        int    // half-open
	Reason          string // why it begins; empty for the first
	Mean            float64
	MeanMovingRange float64 // after screening; of the standardised values on a chart of counts with Laney's limits
	Short           bool    // fewer than 13 points are behind its limits, which may still move
	LaneyLimits     bool    // on a chart of counts: limits allow for more than chance
	Dispersion      float64 // on a chart of counts: Laney's sigma z, 1 if chance explains how points differ
}

// shortest is the number of points below which limits may still move, as the code
// of NHSRplotthedots 0.2.2 has it (its text says 12).
const shortest = 13

// A Chart is a series with its limits and signals. Its icons are those of the last
// point.
type Chart struct {
	Points    []Point
	Stretches []Stretch
	Better    Better
	Target    sp.Known[float64]
	Variation Variation
	Assurance Assurance
}

// stretches returns the runs between rebases of n points.
func (o Options) stretches(function string, n int) ([]Stretch, error) {
	e := &sp.InvalidError{Subject: "spc: " + function}
	e.Check(n > 0, "values", sp.WrongLength, "needs at least two")
	e.Check(o.Better >= Neither && o.Better <= Lower, "better", sp.NotListed, "must be one of the constants")
	e.Check(o.Screening == Screened || o.Screening == Unscreened, "screening", sp.NotListed, "must be one of the constants")
	e.Check(o.Spread >= LaneyWhereLarge && o.Spread <= ByChance, "spread", sp.NotListed, "must be one of the constants")
	e.Check(o.Baseline == 0 || o.Baseline >= 12, "baseline", sp.OutOfRange, "must be 0 or at least 12")
	if target, ok := o.Target.Lookup(); ok {
		e.Check(finite(target), "target", sp.OutOfRange, "must be a number from -1e100 to 1e100")
	}
	all := []Stretch{{}}
	for i, r := range o.Rebases {
		at := fmt.Sprintf("rebases[%d]", i)
		last := all[len(all)-1].From
		e.Check(r.At > last && r.At < n, at+".at", sp.Untimely, "must be the index of a point after the one before")
		e.Check(r.Reason != "", at+".reason", sp.Missing, "must be given: limits are not calculated anew without one")
		all = append(all, Stretch{From: max(r.At, last), Reason: r.Reason})
	}
	for i := range all {
		all[i].To = n
		if i+1 < len(all) {
			all[i].To = all[i+1].From
		}
		e.Check(n == 0 || all[i].To-all[i].From >= 2, fmt.Sprintf("stretch %d", i+1), sp.WrongLength, "needs at least two points")
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return all, nil
}

// baseline returns how many points of a stretch its limits come from.
func (o Options) baseline(s Stretch) int {
	if o.Baseline == 0 {
		return s.To - s.From
	}
	return min(o.Baseline, s.To-s.From)
}

func finite(v float64) bool { return math.Abs(v) <= 1e100 }

// judge finds the signals of a chart whose limits stand, and its icons.
func (c *Chart) judge(o Options) {
	c.Better, c.Target = o.Better, o.Target
	for _, s := range c.Stretches {
		signals(c.Points[s.From:s.To])
	}
	last := c.Points[len(c.Points)-1]
	c.Variation = last.Variation(o.Better)
	target, ok := o.Target.Lookup()
	switch {
	case !ok || o.Better == Neither:
		c.Assurance = NoTarget
	case target > last.Upper:
		c.Assurance = map[bool]Assurance{true: ConsistentlyFail, false: ConsistentlyPass}[o.Better == Higher]
	case target < last.Lower:
		c.Assurance = map[bool]Assurance{true: ConsistentlyPass, false: ConsistentlyFail}[o.Better == Higher]
	default:
		c.Assurance = Inconsistent
	}
}
