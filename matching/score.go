package matching

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// Weights say how many points a fact costs. Points are whole numbers, and fewer
// are better, so that sums are exact and the same everywhere.
type Weights struct {
	Version    string // of the weights, for the record of a decision
	Travel     Weight // per minute of the journey one way
	Distance   Weight // per metre in a straight line, where no journey is known
	Cost       Weight // per minor unit, such as a penny: price and fare
	Wait       Weight // per day until the first session
	Need       Weight // per need that the offer does not help with
	Freshness  Weight // per day since the entry was assured
	Unknown    Weight // per rule whose answer is unknown
	Continuity Weight // if the person knows the organisation: a bonus has negative points
}

// A Weight is a price in points: Points for every Per units. The zero Weight
// leaves its term out. Points and Unknown beyond a thousand million, either way,
// count as a thousand million, so that no score overflows.
type Weight struct {
	Points  int64
	Per     int64 // 0 counts as 1
	Most    int64 // points at most; 0 is no limit
	Unknown int64 // points where the fact is unknown; for needs, for each, and half of them where the offer speaks of it
}

// most is what points of a weight, and amounts, are bounded by: nine products of
// two of them fit into 64 bits.
const most = 1_000_000_000

// bounded returns w with points that no sum of its terms can overflow.
func (w Weights) bounded() Weights {
	for _, x := range []*Weight{&w.Travel, &w.Distance, &w.Cost, &w.Wait, &w.Need, &w.Freshness, &w.Unknown, &w.Continuity} {
		x.Points = min(max(x.Points, -most), most)
		x.Unknown = min(max(x.Unknown, -most), most)
	}
	return w
}

// DefaultWeights returns weights to begin with: a minute of travel costs as much
// as a day of waiting or 10 p. They are a choice of this library and rest on no
// study. A scheme should set its own weights with the people it serves, under a
// version of its own.
func DefaultWeights() Weights {
	return Weights{
		Version:    "sp-2026-11",
		Travel:     Weight{Points: 1, Unknown: 30},
		Distance:   Weight{Points: 1, Per: 200, Unknown: 30}, // a bus in town covers 12 km in an hour
		Cost:       Weight{Points: 1, Per: 10, Unknown: 30},
		Wait:       Weight{Points: 1, Unknown: 28},
		Need:       Weight{Points: 60, Unknown: 30},
		Freshness:  Weight{Points: 1, Per: 30, Most: 12, Unknown: 6},
		Unknown:    Weight{Points: 3},
		Continuity: Weight{Points: -20},
	}
}

// points returns what n units cost, rounded down to whole points. Amounts
// below zero count as zero, and those above a thousand million as that, so that
// a feed's slip of the pen cannot overflow a score.
func (w Weight) points(n int64) int64 {
	p, per := min(max(n, 0), most)*w.Points, max(w.Per, 1)
	down := p < 0 && p%per != 0 // Go rounds towards zero
	if p /= per; down {
		p--
	}
	if w.Most > 0 {
		p = min(p, w.Most)
	}
	return p
}

// A TermKind says what a term of a score is about.
type TermKind string

// The terms, in their order.
const (
	TermTravel     TermKind = "travel"
	TermCost       TermKind = "cost"
	TermWait       TermKind = "wait"
	TermNeed       TermKind = "needs"
	TermFreshness  TermKind = "freshness"
	TermUnknown    TermKind = "unknowns"
	TermContinuity TermKind = "continuity"
)

// A Term is one summand of a score.
type Term struct {
	Kind   TermKind        `json:"kind"`
	Points int64           `json:"points"`
	Amount sp.Known[int64] `json:"amount,omitzero"` // in the unit of its weight
	Text   string          `json:"text,omitempty"`  // the amount in words: "14 min by bus"
}

// String returns the text and the points: "14 min by bus (14)".
func (t Term) String() string { return fmt.Sprintf("%s (%d)", t.Text, t.Points) }

// term prices an amount, or its being unknown.
func (w Weight) term(kind TermKind, amount int64, known bool) Term {
	if !known {
		return Term{Kind: kind, Points: w.Unknown}
	}
	return Term{Kind: kind, Points: w.points(amount), Amount: sp.Know(amount)}
}
