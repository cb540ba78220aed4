package matching

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A summand is one term of every score: what it costs and how that is said, side by
// side, so that a score is the sum of the terms that are shown.
type summand struct {
	price  func(*judge, fit, *directory.Offer) Term
	text   func(*judge, fit, *directory.Offer, Term) string
	always bool // shown even where it costs nothing
}

// summands are in the order in which they are shown.
var summands = [...]summand{
	{travelTerm, travelText, true},
	{costTerm, costText, true},
	{waitTerm, waitText, true},
	{needTerm, needText, false},
	{freshnessTerm, freshnessText, false},
	{unknownsTerm, unknownsText, false},
	{continuityTerm, continuityText, false},
}

// score returns the points of an offer taken in a way.
func (j *judge) score(f fit, o *directory.Offer) (points int64) {
	for i := range summands {
		points += summands[i].price(j, f, o).Points
	}
	return points
}

// terms returns the terms that make up the score, with their texts. What is neither
// worth a point nor worth a word is left out.
func (j *judge) terms(f fit, o *directory.Offer) (all []Term) {
	for i := range summands {
		t := summands[i].price(j, f, o)
		if t.Points != 0 || summands[i].always {
			t.Text = summands[i].text(j, f, o, t)
			all = append(all, t)
		}
	}
	return all
}

// travelTerm prices the way to the offer. Only what happens in person takes any; but as
// long as nobody knows whether a service also comes to people, rings them or meets
// online, a journey that may be needed is not counted as none.
func travelTerm(j *judge, f fit, o *directory.Offer) Term {
	switch mode := f.way.mode; {
	case mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes:
	case mode == directory.InPerson || o.Delivery[mode] == sp.Yes:
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

func travelText(j *judge, f fit, o *directory.Offer, price Term) string {
	switch t := j.travel(o); {
	case f.way.mode != directory.InPerson && price.Amount.IsZero():
		return "unknown travel, perhaps " + in[f.way.mode]
	case f.way.mode != directory.InPerson:
		return "no travel, " + in[f.way.mode]
	case o.Access[directory.Transport] == sp.Yes:
		return "transport is provided"
	case t.timed:
		return minutes(t.Journey)
	case t.measured:
		return t.distance.String()
	default:
		return "unknown distance"
	}
}

// costTerm prices what one attendance costs the person, fare included.
func costTerm(j *judge, f fit, o *directory.Offer) Term {
	cost, known := j.attendance(f, o)
	return j.weights.Cost.term(TermCost, cost.Minor(), known)
}

func costText(j *judge, f fit, o *directory.Offer, price Term) string {
	cost, _ := j.attendance(f, o)
	switch {
	case price.Amount.IsZero():
		return "unknown cost"
	case cost.IsZero():
		return "free"
	default:
		return cost.String()
	}
}

// attendance returns what one attendance costs the person, fare included, and whether
// that is known.
func (j *judge) attendance(f fit, o *directory.Offer) (sp.Money, bool) {
	cost, known := o.Cost.Least(j.on)
	if f.way.mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes {
		sum, err := cost.Add(j.travel(o).Fare)
		cost, known = sum, known && err == nil
	}
	return cost, known
}

func waitTerm(j *judge, _ fit, o *directory.Offer) Term {
	c := o.Capacity.At(j.at, j.options.CapacityLife)
	if days, ok := c.WaitDays.Lookup(); ok {
		return j.weights.Wait.term(TermWait, int64(days), true)
	}
	if days, ok := j.observedWait(o); ok {
		return j.weights.Wait.term(TermWait, int64(days), true)
	}
	return j.weights.Wait.term(TermWait, 0, c.HasRoom() == sp.Yes)
}

// observedWait returns what people have waited for the service of an offer, if enough of
// them have.
func (j *judge) observedWait(o *directory.Offer) (days int, ok bool) {
	return j.options.Observed[o.Service].Wait().Lookup()
}

func waitText(j *judge, _ fit, o *directory.Offer, price Term) string {
	stated := o.Capacity.At(j.at, j.options.CapacityLife)
	if days, ok := j.observedWait(o); ok && stated.WaitDays.IsZero() {
		return fmt.Sprintf("%s wait, as %d people had", count(int64(days), "day"), j.options.Observed[o.Service].Begun)
	}
	if days, ok := price.Amount.Lookup(); ok {
		return count(days, "day") + " wait"
	}
	return "unknown wait"
}

func needTerm(j *judge, _ fit, o *directory.Offer) Term {
	n := j.needs.count(o)
	t := j.weights.Need.term(TermNeed, int64(n.unmet), true)
	t.Points += int64(n.unknown-len(n.spoken))*j.weights.Need.Unknown + int64(len(n.spoken))*(j.weights.Need.Unknown/2)
	if n.unknown > 0 {
		t.Amount = sp.Known[int64]{}
	}
	return t
}

func needText(j *judge, _ fit, o *directory.Offer, _ Term) string {
	n := j.needs.count(o)
	text := count(int64(n.unmet), "need") + " not met"
	if n.unknown > 0 {
		text += fmt.Sprintf(", %d perhaps", n.unknown)
	}
	if len(n.spoken) > 0 {
		text += ", of which its words speak of " + list(n.spoken, label)
	}
	return text
}

func freshnessTerm(j *judge, _ fit, o *directory.Offer) Term {
	days, ok := o.Freshness.Age(j.on)
	return j.weights.Freshness.term(TermFreshness, int64(days), ok)
}

func freshnessText(_ *judge, _ fit, _ *directory.Offer, price Term) string {
	if days, ok := price.Amount.Lookup(); ok {
		return "entry assured " + count(days, "day") + " ago"
	}
	return "entry of unknown age"
}

func unknownsTerm(j *judge, f fit, _ *directory.Offer) Term {
	return j.weights.Unknown.term(TermUnknown, int64(f.unknowns), true)
}

func unknownsText(_ *judge, f fit, _ *directory.Offer, _ Term) string {
	return count(int64(f.unknowns), "open question")
}

func continuityTerm(j *judge, _ fit, o *directory.Offer) Term {
	known := int64(0)
	if slices.Contains(j.options.Continuity, o.Organisation) {
		known = 1
	}
	return j.weights.Continuity.term(TermContinuity, known, true)
}

func continuityText(*judge, fit, *directory.Offer, Term) string { return "a familiar organisation" }

// count returns "1 day", "2 days".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
