package panel

import (
	"math/big"

	"github.com/socialprescribing/sp"
)

// A Utility is how much a funded project is worth to those who are for it.
type Utility string

// The utilities. With scores and points, each is multiplied by the points.
const (
	ByCost      Utility = ""            // as much as it costs; what cities use
	Cardinality Utility = "cardinality" // as much as any other project
)

// A Raise says whether voters' shares are raised beyond the budget divided by
// the voters, so that less is left over, and when that stops. The literature
// calls it Add1. Cities and programs differ in the stop, and get different results.
type Raise string

// The raises.
const (
	NoRaise         Raise = ""                 // shares stay as they are
	UntilOver       Raise = "until over"       // until the outcome costs more than the budget; the last one within it counts. As in Wieliczka and on equalshares.net
	UntilExhaustive Raise = "until exhaustive" // until nothing more fits into the budget, or as UntilOver. As in pabutools
)

// Shares are the options of [EqualShares]. The zero Shares is the rule itself:
// utility by cost, and nothing done with what is left over.
type Shares struct {
	Utility Utility
	Raise   Raise
	Step    sp.Money // by how much each voter's share is raised at a time; nothing is 1 major unit, such as a pound
	Fill    bool     // give what is left over to the projects with the most votes that fit
}

// mostRaises bounds the work of raising by a step that is too small.
const mostRaises = 100_000

// EqualShares counts by the method of equal shares. Each voter gets the budget
// divided by the number of ballots. A project whose supporters have enough left is
// bought, each paying in proportion to its utility for them, or all that they have
// left; the one that gives the most utility for the money comes first.
//
// The error is that of [Election.Check], or an [*sp.InvalidError] for options; a
// step so small that it would take more than 100,000 raises is one of those.
func EqualShares(e *Election, o Shares) (*Outcome, error) {
	t, err := count(e)
	if err != nil {
		return nil, err
	}
	step, err := o.check(e.Budget.Currency())
	if err != nil {
		return nil, err
	}
	rule := "equal shares by " + string(Cardinality)
	if o.Utility == ByCost {
		rule = "equal shares by cost"
	}
	if o.Raise != NoRaise {
		rule += ", raised " + string(o.Raise)
	}
	if o.Fill {
		rule += ", filled by votes"
	}
	out := newOutcome(e, rule)
	if t.voters == 0 {
		t.refuse(out, make([]bool, len(t.projects)), nil)
		return out, nil
	}
	p, raises, err := t.raise(o, step)
	if err != nil {
		return nil, err
	}
	out.Raises = raises
	p.report(out, o.Fill)
	return out, nil
}

func (o Shares) check(c sp.Currency) (step int64, err error) {
	invalid := sp.InvalidError{Subject: "panel: equal shares"}
	invalid.Check(o.Utility == ByCost || o.Utility == Cardinality, "utility", sp.NotListed, "must be by cost or cardinality")
	invalid.Check(o.Raise == NoRaise || o.Raise == UntilOver || o.Raise == UntilExhaustive, "raise", sp.NotListed, "must be until over, until exhaustive or nothing")
	invalid.Check(o.Step.IsZero() || countable(o.Step) && o.Step.Currency() == c, "step", sp.Inconsistent, "must be more than nothing, in the currency of the budget")
	if step = o.Step.Minor(); step == 0 {
		step = 1
		for range c.Digits() {
			step *= 10
		}
	}
	return step, invalid.Err()
}

// raise buys with shares that rise until the rule says stop, and returns the
// purchase that counts.
func (t *tally) raise(o Shares, step int64) (*purchase, int, error) {
	share := big.NewRat(t.budget, t.voters)
	last := t.buy(share, o.Utility)
	if o.Raise == NoRaise {
		return last, 0, nil
	}
	for raises := 0; ; raises++ {
		most := int64(MaxCost)
		if o.Raise == UntilExhaustive {
			most = t.budget - last.spent
		}
		if !last.lacks(most) {
			return last, raises, nil
		}
		if raises == mostRaises {
			return nil, 0, sp.Invalid("panel: equal shares", "step", sp.OutOfRange, "must be larger: 100,000 raises were not enough")
		}
		share = new(big.Rat).Add(share, new(big.Rat).SetInt64(step))
		next := t.buy(share, o.Utility)
		if next.spent > t.budget {
			return last, raises, nil
		}
		last = next
	}
}

// lacks reports whether a project that somebody is for and that costs at most so
// much is not bought.
func (p *purchase) lacks(most int64) bool {
	for i := range p.projects {
		if p.round[i] < 0 && p.eligible(i) && p.cost[i] <= most {
			return true
		}
	}
	return false
}

// report writes what was bought into an outcome.
func (p *purchase) report(o *Outcome, fill bool) {
	o.Share = new(big.Rat).Set(p.share)
	o.payments = p.payments
	funded := make([]bool, len(p.projects))
	for i, b := range p.bought {
		price := new(big.Rat).Set(p.unit(i))
		if p.utility == ByCost {
			price.Quo(price, new(big.Rat).SetInt64(p.cost[b.project]))
		}
		funded[b.project] = true
		p.fund(o, b.project, Round{Tied: p.names(b.tied), Price: price, Drained: p.lastGiven(i)})
	}
	rounds := len(o.Rounds)
	var leftFor []int64
	if fill {
		leftFor = p.fill(o, funded, Votes)
		for i := rounds; i < len(o.Rounds); i++ {
			o.Rounds[i].Filled = true
		}
	}
	p.refuse(o, funded, func(project int) (Why, int64) {
		if fill {
			return DoesNotFit, leftFor[project]
		}
		had := p.purse(project)
		return CannotPay, new(big.Int).Quo(had.Num(), had.Denom()).Int64()
	})
}

func (t *tally) names(projects []int) []ProjectID {
	var ids []ProjectID
	for _, p := range projects {
		ids = append(ids, t.projects[p].ID)
	}
	return ids
}
