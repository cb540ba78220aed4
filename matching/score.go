package matching

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
)

// Weights say how many points a fact costs. Points are whole numbers, and fewer
// are better, so that sums are exact and the same everywhere. They are data: JSON
// reads and writes them, and their version belongs into the record of a decision.
type Weights struct {
	Version    string `json:"version"`             // of the weights, for the record of a decision
	Travel     Weight `json:"travel,omitzero"`     // per minute of the journey one way
	Distance   Weight `json:"distance,omitzero"`   // per metre in a straight line, where no journey is known
	Cost       Weight `json:"cost,omitzero"`       // per minor unit, such as a penny: price and fare
	Wait       Weight `json:"wait,omitzero"`       // per day until the first session
	Acceptance Weight `json:"acceptance,omitzero"` // per request in a hundred that the service did not say yes to
	Need       Weight `json:"need,omitzero"`       // per need that the offer does not help with
	FirstNeed  Weight `json:"firstNeed,omitzero"`  // if there are several needs, and it does not help with the one that comes first
	Likes      Weight `json:"likes,omitzero"`      // if it is something that the person likes: a bonus has negative points
	Dislikes   Weight `json:"dislikes,omitzero"`   // if it is something that the person would rather not do
	Company    Weight `json:"company,omitzero"`    // where the need is company: per hundredth of it that the offer goes without
	Freshness  Weight `json:"freshness,omitzero"`  // per day since the entry was assured
	Unknown    Weight `json:"unknown,omitzero"`    // per rule whose answer is unknown
	Continuity Weight `json:"continuity,omitzero"` // if the person knows the organisation: a bonus has negative points
}

// A Weight is a price in points: Points for every Per units. The zero Weight
// leaves its term out. Points and Unknown beyond a thousand million, either way,
// count as a thousand million, so that no score overflows.
type Weight struct {
	Points  int64 `json:"points,omitempty"`
	Per     int64 `json:"per,omitempty"`     // 0 counts as 1
	Most    int64 `json:"most,omitempty"`    // points at most; 0 is no limit
	Unknown int64 `json:"unknown,omitempty"` // points where the fact is unknown, and nothing says what is usual; for needs, for each, and half of them where the offer speaks of it
}

// most is what points of a weight, and amounts, are bounded by: the product of two of
// them fits into 64 bits.
const most = 1_000_000_000

// allOf returns the weights with the kinds of the terms that they price.
func allOf(w *Weights) [weightCount]weighed {
	return [weightCount]weighed{
		{TermTravel, &w.Travel},
		{TermTravel, &w.Distance},
		{TermCost, &w.Cost},
		{TermWait, &w.Wait},
		{TermAcceptance, &w.Acceptance},
		{TermNeed, &w.Need},
		{TermFirstNeed, &w.FirstNeed},
		{TermLikes, &w.Likes},
		{TermDislikes, &w.Dislikes},
		{TermCompany, &w.Company},
		{TermFreshness, &w.Freshness},
		{TermUnknown, &w.Unknown},
		{TermContinuity, &w.Continuity},
	}
}

// weightCount is how many weights there are.
const weightCount = 13

type weighed struct {
	kind TermKind
	*Weight
}

// bounded returns w with points that no sum of its terms can overflow.
func (w Weights) bounded() Weights {
	for _, x := range allOf(&w) {
		x.Points = min(max(x.Points, -most), most)
		x.Unknown = min(max(x.Unknown, -most), most)
	}
	return w
}

// small reports whether no term is so large that it is cut off.
func (w Weights) small() bool {
	for _, x := range allOf(&w) {
		if max(x.Points, -x.Points, x.Unknown, -x.Unknown) > most/1000 {
			return false
		}
	}
	return true
}

// DefaultWeights returns weights to begin with: a minute of travel costs as much
// as a day of waiting or 10 p; open questions together cost less than ten minutes of
// travel; company is worth an hour of it to somebody who is lonely. They are a choice of
// this library and rest on no study. A scheme should set its own weights with the people
// it serves, under a version of its own.
func DefaultWeights() Weights {
	return Weights{
		Version:    "sp-2026-12",
		Travel:     Weight{Points: 1, Unknown: 30},
		Distance:   Weight{Points: 1, Per: 200, Unknown: 30}, // a bus in town covers 12 km in an hour
		Cost:       Weight{Points: 1, Per: 10, Unknown: 30},
		Wait:       Weight{Points: 1, Unknown: 28},
		Acceptance: Weight{Points: 1, Per: 5},
		Need:       Weight{Points: 60, Unknown: 30},
		FirstNeed:  Weight{Points: 30, Unknown: 15},
		Likes:      Weight{Points: -15},
		Dislikes:   Weight{Points: 30},
		Company:    Weight{Points: 60, Per: 100},
		Freshness:  Weight{Points: 1, Per: 30, Most: 12, Unknown: 6},
		Unknown:    Weight{Points: 3, Most: 9},
		Continuity: Weight{Points: -20},
	}
}

// Price returns the points of an amount, rounded down to whole points, or of its being
// unknown. Amounts below zero count as zero, and those above a thousand million as that,
// so that a feed's slip of the pen cannot overflow a score.
func (w Weight) Price(amount sp.Known[int64]) int64 {
	n, known := amount.Lookup()
	if !known {
		return min(max(w.Unknown, -most), most)
	}
	return w.points(n)
}

// points returns what n units cost.
func (w Weight) points(n int64) int64 {
	p, per := min(max(n, 0), most)*min(max(w.Points, -most), most), max(w.Per, 1)
	if per > 1 {
		down := p < 0 && p%per != 0 // Go rounds towards zero
		if p /= per; down {
			p--
		}
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
	TermAcceptance TermKind = "acceptance"
	TermNeed       TermKind = "needs"
	TermFirstNeed  TermKind = "first-need"
	TermLikes      TermKind = "likes"
	TermDislikes   TermKind = "dislikes"
	TermCompany    TermKind = "company"
	TermFreshness  TermKind = "freshness"
	TermUnknown    TermKind = "unknowns"
	TermContinuity TermKind = "continuity"
)

// String returns the kind in words: "first need".
func (k TermKind) String() string { return strings.ReplaceAll(string(k), "-", " ") }

// A Basis says what an amount rests on that the offer does not state.
type Basis string

// The bases. The empty one is what the offer, or the person, states.
const (
	AsObserved Basis = "observed" // what became of earlier requests
	AsUsual    Basis = "usual"    // what is usual of such offers
)

// A Term is one summand of a score.
type Term struct {
	Kind   TermKind        `json:"kind"`
	Points int64           `json:"points"`
	Amount sp.Known[int64] `json:"amount,omitzero"` // in the unit of its weight
	Basis  Basis           `json:"basis,omitempty"` // of the amount, if the offer does not state it
	Text   string          `json:"text,omitempty"`  // the amount in words: "14 min by bus"
}

// String returns the text and the points: "14 min by bus (14 points)".
func (t Term) String() string {
	unit := "points"
	if t.Points == 1 || t.Points == -1 {
		unit = "point"
	}
	return fmt.Sprintf("%s (%d %s)", t.Text, t.Points, unit)
}

// term prices an amount, or its being unknown.
func (w Weight) term(amount int64, known bool) Term {
	if !known {
		return Term{Points: w.Unknown}
	}
	return w.estimate(amount, "")
}

// estimate prices an amount that rests on something.
func (w Weight) estimate(amount int64, basis Basis) Term {
	return Term{Points: w.points(amount), Amount: sp.Know(amount), Basis: basis}
}
