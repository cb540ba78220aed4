package matching

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Taking is the way in which a person would take up an offer.
type Taking struct {
	Mode      directory.Mode // of delivery
	Questions int            // how many rules are still to be confirmed, since their answer is unknown
}

// A Factor is one term of every score: what an offer costs in points, and how that is said.
// [Factors] has those of this package, whose weights are in [Weights]; a scheme adds its own
// in [Options].Factors, which are summed and shown as those are:
//
//	steep := matching.Weight{Points: 1, Per: 10}
//	climb := matching.Factor{
//		Kind: "climb",
//		Price: func(_ *matching.Case, _ matching.Taking, o *directory.Offer) matching.Term {
//			return matching.Term{Amount: sp.Know(metresUp(o)), Points: steep.Price(sp.Know(metresUp(o)))}
//		},
//		Text: func(_ *matching.Case, _ matching.Taking, _ *directory.Offer, t matching.Term) string {
//			return fmt.Sprintf("%d m uphill", t.Amount.Or(0))
//		},
//	}
//
// The functions must be pure. Points are kept within a thousand million million (10^15) of 0.
type Factor struct {
	Kind   TermKind                                           // its code, which no other factor has: see [Options.Check]
	Price  func(*Case, Taking, *directory.Offer) Term         // returns the amount and its points; Kind and Text need not be set
	Text   func(*Case, Taking, *directory.Offer, Term) string // puts the amount in words, for offers that are shown; nil is the words of Kind
	Least  int64                                              // the fewest points that a term can have: fewer count as Least, so a bonus must state it
	Always bool                                               // whether the term is shown where it costs nothing
}

// Factors returns the terms of this package, in the order in which they are shown.
func Factors() []Factor { return slices.Clone(factors) }

var factors = []Factor{
	{TermTravel, travelTerm, travelText, -mostPoints, true},
	{TermCost, costTerm, costText, -mostPoints, true},
	{TermWait, waitTerm, waitText, -mostPoints, true},
	{TermAcceptance, acceptanceTerm, acceptanceText, -mostPoints, false},
	{TermNeed, needTerm, needText, -mostPoints, false},
	{TermFirstNeed, firstNeedTerm, firstNeedText, -mostPoints, false},
	{TermLikes, likesTerm, likesText, -mostPoints, false},
	{TermDislikes, dislikesTerm, dislikesText, -mostPoints, false},
	{TermCompany, companyTerm, companyText, -mostPoints, false},
	{TermFreshness, freshnessTerm, freshnessText, -mostPoints, false},
	{TermUnknown, unknownsTerm, unknownsText, -mostPoints, false},
	{TermContinuity, continuityTerm, continuityText, -mostPoints, false},
}

// mostPoints bounds a term, so that a thousand of them fit into 64 bits.
const mostPoints = most * 1_000_000

// price returns the term of an offer without its text.
func (f *Factor) price(c *Case, t Taking, o *directory.Offer) Term {
	term := f.Price(c, t, o)
	term.Kind, term.Points = f.Kind, min(max(term.Points, max(f.Least, -mostPoints)), mostPoints)
	return term
}

// score returns the points of an offer taken in a way.
func (c *Case) score(t Taking, o *directory.Offer) (points int64) {
	for _, f := range c.factors {
		points += f.price(c, t, o).Points
	}
	return points
}

// terms returns the terms that make up the score, with their texts. What is neither
// worth a point nor worth a word is left out.
func (c *Case) terms(t Taking, o *directory.Offer) (all []Term) {
	for _, f := range c.factors {
		term := f.price(c, t, o)
		if term.Points == 0 && !f.Always {
			continue
		}
		if f.Text != nil {
			term.Text = f.Text(c, t, o, term)
		}
		if term.Text == "" {
			term.Text = f.Kind.String()
		}
		all = append(all, term)
	}
	return all
}

// travelTerm prices the way to the offer. Only what happens in person takes any; but as
// long as nobody knows whether a service also comes to people, rings them or meets
// online, a journey that may be needed is not counted as none.
func travelTerm(c *Case, by Taking, o *directory.Offer) Term {
	switch mode := by.Mode; {
	case mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes:
	case mode == directory.InPerson || o.Delivery[mode] == sp.Yes:
		return Term{Amount: sp.Know(int64(0))}
	default:
		return c.weights.Travel.term(0, false)
	}
	t := c.travel(o)
	if t.timed {
		return c.weights.Travel.term(int64(t.Minutes), true)
	}
	return c.weights.Distance.term(int64(math.Round(float64(t.distance))), t.measured)
}

func travelText(c *Case, by Taking, o *directory.Offer, price Term) string {
	switch t := c.travel(o); {
	case by.Mode != directory.InPerson && price.Amount.IsZero():
		return "unknown travel, perhaps " + in[by.Mode]
	case by.Mode != directory.InPerson:
		return "no travel, " + in[by.Mode]
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
func costTerm(c *Case, by Taking, o *directory.Offer) Term {
	if cost, known := c.attendance(by, o); known {
		return c.weights.Cost.term(cost.Minor(), true)
	}
	least, priced := o.Cost.Least(c.On)
	if usual, ok := c.usually(o).Price.Lookup(); ok && !priced {
		return c.weights.Cost.estimate(min(usual, most)+min(max(c.fare(by, o).Minor(), 0), most), AsUsual)
	}
	unknown := c.weights.Cost.term(0, false)
	if priced { // the fare is not: it costs no less than the price
		unknown.Points = max(unknown.Points, c.weights.Cost.points(least.Minor()))
	}
	return unknown
}

func costText(c *Case, by Taking, o *directory.Offer, price Term) string {
	cost, _ := c.attendance(by, o)
	switch {
	case price.Basis == AsUsual:
		return "unknown cost, counted as is usual"
	case price.Amount.IsZero():
		return "unknown cost"
	case cost.IsZero():
		return "free"
	default:
		return cost.String()
	}
}

// fare returns what the way to an offer costs the person, zero if nothing.
func (c *Case) fare(by Taking, o *directory.Offer) sp.Money {
	if by.Mode != directory.InPerson || o.Access[directory.Transport] == sp.Yes {
		return sp.Money{}
	}
	return c.travel(o).Fare
}

// attendance returns what one attendance costs the person, fare included, and whether
// that is known.
func (c *Case) attendance(by Taking, o *directory.Offer) (sp.Money, bool) {
	cost, known := o.Cost.Least(c.On)
	fare := c.fare(by, o)
	if by.Mode == directory.InPerson && o.Access[directory.Transport] != sp.Yes && c.travel(o).unpriced {
		return cost, false
	}
	if !fare.IsZero() {
		sum, err := cost.Add(fare)
		cost, known = sum, known && err == nil
	}
	return cost, known
}

func needTerm(c *Case, _ Taking, o *directory.Offer) Term {
	n := c.needs.count(o)
	t := c.weights.Need.term(int64(n.unmet), true)
	t.Points += int64(n.unknown-len(n.spoken))*c.weights.Need.Unknown + int64(len(n.spoken))*(c.weights.Need.Unknown/2)
	if n.unknown > 0 {
		t.Amount = sp.Known[int64]{}
	}
	return t
}

func needText(c *Case, _ Taking, o *directory.Offer, _ Term) string {
	n := c.needs.count(o)
	text := count(int64(n.unmet), "need", "needs") + " not met"
	if n.unknown > 0 {
		text += fmt.Sprintf(", %d perhaps", n.unknown)
	}
	if len(n.spoken) > 0 {
		text += ", of which its words speak of " + list(n.spoken, label)
	}
	return text
}

// firstNeedTerm prices that an offer does not help with the need that comes first, where
// there are several.
func firstNeedTerm(c *Case, _ Taking, o *directory.Offer) Term {
	if len(c.needs.wants) < 2 {
		return Term{}
	}
	switch c.needs.count(o).first {
	case sp.Yes:
		return c.weights.FirstNeed.term(0, true)
	case sp.No:
		return c.weights.FirstNeed.term(1, true)
	default:
		return c.weights.FirstNeed.term(0, false)
	}
}

func firstNeedText(c *Case, _ Taking, _ *directory.Offer, price Term) string {
	first := label(c.needs.wants[0].concept)
	if price.Amount.IsZero() {
		return "does not say whether it helps with what comes first: " + first
	}
	return "does not help with what comes first: " + first
}

func freshnessTerm(c *Case, _ Taking, o *directory.Offer) Term {
	if days, ok := o.Freshness.Age(c.On); ok {
		return c.weights.Freshness.term(int64(days), true)
	}
	if days, ok := c.usually(o).EntryDays.Lookup(); ok {
		return c.weights.Freshness.estimate(int64(days), AsUsual)
	}
	return c.weights.Freshness.term(0, false)
}

func freshnessText(_ *Case, _ Taking, _ *directory.Offer, price Term) string {
	switch days, ok := price.Amount.Lookup(); {
	case ok && price.Basis == AsUsual:
		return "entry of unknown age, counted as is usual"
	case ok:
		return "entry assured " + count(days, "day", "days") + " ago"
	}
	return "entry of unknown age"
}

func unknownsTerm(c *Case, by Taking, _ *directory.Offer) Term {
	return c.weights.Unknown.term(int64(by.Questions), true)
}

func unknownsText(_ *Case, by Taking, _ *directory.Offer, _ Term) string {
	return count(int64(by.Questions), "open question", "open questions")
}

func continuityTerm(c *Case, _ Taking, o *directory.Offer) Term {
	known := int64(0)
	if slices.Contains(c.options.Continuity, o.Organisation) {
		known = 1
	}
	return c.weights.Continuity.term(known, true)
}

func continuityText(*Case, Taking, *directory.Offer, Term) string { return "a familiar organisation" }

// count returns "1 day", "2 days".
func count(n int64, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
