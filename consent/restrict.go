package consent

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// restrict lowers the letter by what is known of the person: that they have died, that
// nobody knows who decides, that somebody objects, that a guardian does not decide.
func (c *decision) restrict() {
	f, q := c.file, &c.ask
	l := &c.answer.Letter
	if !f.Died.IsZero() && !c.at.Before(f.Died) {
		inside := q.As.inside() && q.As != ToPerson && q.Purpose == ForSafeguarding
		if !inside && (q.As != ToGP || q.Purpose != Feedback || c.kind != Status) {
			*l, c.denied = l.most(ByOverride), HasDied
		}
		return
	}
	if q.As == ToGuardian {
		c.guardian()
	}
	if q.As.inside() || *l == Never {
		c.objected()
		return
	}
	if c.deciding.Self == sp.Unknown && *l != AggregateOnly {
		*l, c.denied = l.most(ByOverride), AskFirst
	}
	c.objected()
}

// guardian lowers the row of a guardian who does not decide this, and where abuse at home
// is a concern.
func (c *decision) guardian() {
	f, l := c.file, &c.answer.Letter
	i := slices.IndexFunc(f.Deciders, func(d Decider) bool {
		return string(d.ID) == c.ask.To && d.holds(c.ask.area(c.kind), c.on)
	})
	switch {
	case i < 0:
		*l = Never
	case f.Abuse == sp.Yes:
		c.objected() // as long as the letter is one that a refusal counts against: the concern takes none away
		*l = l.most(ByOverride)
	case c.deciding.Self == sp.Yes && c.refused(): // an objection is looked at in any case
		*l = l.most(ByOverride)
	case c.deciding.Self == sp.Yes:
		*l = l.most(ByAgreement)
	}
}

// objected lowers the letter where somebody whose word counts has objected or refused.
func (c *decision) objected() {
	for i := range c.file.Objections {
		o := &c.file.Objections[i]
		counts := o.By == c.file.Person || c.file.decides(o.By, c.deciding, c.ask.area(c.kind), c.on)
		if counts && o.stands(c.at) && o.Scope.touches(&c.ask, c.kind) && c.ask.As != ToPerson {
			c.lower(Objected)
			return
		}
	}
	if c.answer.Letter == Always && !c.ask.As.inside() && c.refused() {
		c.lower(Refused)
	}
}

func (c *decision) lower(why Reason) {
	c.answer.Letter = c.answer.Letter.most(ByOverride)
	if c.denied == "" {
		c.denied = why
	}
	c.because(7, 8)
}

// refused reports whether any of those who decide has refused.
func (c *decision) refused() bool {
	return c.file.chosen(&c.ask, c.kind, c.deciding, c.on, c.at).refused
}

// decides is mayDecide for somebody who did not say in which right.
func (f *File) decides(by person.ID, d Deciding, area Area, on sp.Date) bool {
	if d.Self == sp.Yes {
		return by == f.Person
	}
	return slices.ContainsFunc(f.Deciders, func(x Decider) bool { return x.ID == by && x.holds(area, on) })
}
