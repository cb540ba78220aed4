package matching

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
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

// A Weight is a price in points: so many Points for every Per units. The zero
// Weight leaves its term out. Points and Unknown count as a thousand million at
// most, either way, so that no score overflows.
type Weight struct {
	Points  int64
	Per     int64 // 0 counts as 1
	Most    int64 // points at most; 0 is no limit
	Unknown int64 // points where the fact is unknown; for needs, for each
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

// DefaultWeights returns weights to begin with, and nothing more: a minute of
// travel counts like a day of waiting or 10 p, and an unknown about as much as a
// fair guess. They are a choice of this library and rest on no study; a scheme
// should set its own with the people it serves, under a version of its own.
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
	Kind   TermKind
	Points int64
	Amount sp.Known[int64] // in the unit of its weight
	Text   string          // the amount in words: "14 min by bus"
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

// travelTerm prices the way to the offer. Only what happens in person takes any;
// but as long as nobody knows whether a service also comes to people, rings them
// or meets online, a journey that may be needed is not counted as none.
func (j *judge) travelTerm(w *way, o *directory.Offer) Term {
	switch {
	case w.mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes:
	case w.mode == directory.InPerson || o.Delivery[w.mode] == sp.Yes:
		return Term{Kind: TermTravel, Amount: sp.Know(int64(0))}
	default:
		return j.weights.Travel.term(TermTravel, 0, false)
	}
	t := j.travel(o)
	if t.timed {
		return j.weights.Travel.term(TermTravel, int64(t.Minutes), true)
	}
	return j.weights.Distance.term(TermTravel, int64(math.Round(float64(t.distance))), t.measured)
}

// costTerm prices what one attendance costs the person, fare included.
func (j *judge) costTerm(w *way, o *directory.Offer) (Term, sp.Money) {
	cost, known := o.Cost.Least(j.on)
	if w.mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes {
		sum, err := cost.Add(j.travel(o).Fare)
		cost, known = sum, known && err == nil
	}
	return j.weights.Cost.term(TermCost, cost.Minor(), known), cost
}

func (j *judge) waitTerm(o *directory.Offer) Term {
	c := o.Capacity.At(j.at, j.options.CapacityLife)
	if days, ok := c.WaitDays.Lookup(); ok {
		return j.weights.Wait.term(TermWait, int64(days), true)
	}
	return j.weights.Wait.term(TermWait, 0, c.HasRoom() == sp.Yes)
}

func (j *judge) needTerm(o *directory.Offer) Term {
	unmet, unknown := j.needs.count(o)
	t := j.weights.Need.term(TermNeed, int64(unmet), true)
	t.Points += int64(unknown) * j.weights.Need.Unknown
	if unknown > 0 {
		t.Amount = sp.Known[int64]{}
	}
	return t
}

func (j *judge) freshnessTerm(o *directory.Offer) Term {
	days, ok := o.Clocks.Age(j.on)
	return j.weights.Freshness.term(TermFreshness, int64(days), ok)
}

func (j *judge) continuityTerm(o *directory.Offer) Term {
	known := int64(0)
	if slices.Contains(j.options.Continuity, o.Organisation) {
		known = 1
	}
	return j.weights.Continuity.term(TermContinuity, known, true)
}

// score returns the points of an offer taken in a way. It is the sum of terms.
func (j *judge) score(f fit, o *directory.Offer) int64 {
	cost, _ := j.costTerm(f.way, o)
	return j.travelTerm(f.way, o).Points + cost.Points + j.waitTerm(o).Points + j.needTerm(o).Points +
		j.freshnessTerm(o).Points + j.weights.Unknown.points(int64(f.unknowns)) + j.continuityTerm(o).Points
}

// terms returns the terms that make up the score, with their texts. What is
// neither worth a point nor worth a word is left out.
func (j *judge) terms(f fit, o *directory.Offer) []Term {
	travel := j.travelTerm(f.way, o)
	switch t := j.travel(o); {
	case f.way.mode != directory.InPerson && travel.Amount.IsZero():
		travel.Text = "unknown travel, perhaps " + in[f.way.mode]
	case f.way.mode != directory.InPerson:
		travel.Text = "no travel, " + in[f.way.mode]
	case o.Access[directory.Transport] == sp.Yes:
		travel.Text = "transport is provided"
	case t.timed:
		travel.Text = minutes(t.Journey)
	case t.measured:
		travel.Text = t.distance.String()
	default:
		travel.Text = "unknown distance"
	}
	cost, price := j.costTerm(f.way, o)
	switch {
	case cost.Amount.IsZero():
		cost.Text = "unknown cost"
	case price.IsZero():
		cost.Text = "free"
	default:
		cost.Text = price.String()
	}
	wait := j.waitTerm(o)
	if days, ok := wait.Amount.Lookup(); ok {
		wait.Text = count(days, "day") + " wait"
	} else {
		wait.Text = "unknown wait"
	}
	all := []Term{travel, cost, wait}
	if need := j.needTerm(o); need.Points != 0 {
		unmet, unknown := j.needs.count(o)
		need.Text = count(int64(unmet), "need") + " not met"
		if unknown > 0 {
			need.Text += fmt.Sprintf(", %d perhaps", unknown)
		}
		all = append(all, need)
	}
	if fresh := j.freshnessTerm(o); fresh.Points != 0 {
		fresh.Text = "entry of unknown age"
		if days, ok := fresh.Amount.Lookup(); ok {
			fresh.Text = "entry assured " + count(days, "day") + " ago"
		}
		all = append(all, fresh)
	}
	if unknowns := j.weights.Unknown.term(TermUnknown, int64(f.unknowns), true); unknowns.Points != 0 {
		unknowns.Text = count(int64(f.unknowns), "open question")
		all = append(all, unknowns)
	}
	if known := j.continuityTerm(o); known.Points != 0 {
		known.Text = "a familiar organisation"
		all = append(all, known)
	}
	return all
}

// count returns "1 day", "2 days".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
