package matching

import "github.com/socialprescribing/sp/directory"

// A blocker is the one rule of an offer that is answered no, and what would change it.
type blocker struct {
	rule   Rule
	change Change
}

// nearMiss returns what alone keeps an offer from passing, if somebody can change it, and
// how the offer would then be taken.
func (c *Case) nearMiss(o *directory.Offer) (b blocker, t Taking, ok bool) {
	a, all := c.ask(o, 1)
	switch {
	case !all:
		return blocker{}, Taking{}, false
	case a.failed == 1:
		b = c.blockerOf(a, o)
		return b, a.taken(), b.change.Possible() && c.passes(a.way)
	case c.passes(a.way):
		return blocker{}, Taking{}, false // it fits
	}
	for i := range ways {
		if w := &a.ways[i]; w.failed == 1 {
			if b = c.blockerOfWay(&ways[i], w, o); b.change.Possible() {
				return b, Taking{ways[i].mode, a.unknowns + w.unknowns}, true
			}
		}
	}
	return blocker{}, Taking{}, false
}

// blockerOf returns the rule that fails, where one does.
func (c *Case) blockerOf(a *answers, o *directory.Offer) (b blocker) {
	for i, rule := range c.asked {
		if !c.passes(a.rules[i]) {
			b = blocker{rule.Rule, rule.remedy(c, o, a.rules[i])}
		}
	}
	return b
}

func (c *Case) blockerOfWay(w *way, a *wayAnswers, o *directory.Offer) (b blocker) {
	for i := range w.parts {
		if part := &w.parts[i]; part.applies(c) && !c.passes(a.parts[i]) {
			b = blocker{part.Rule, part.remedy(c, o, a.parts[i])}
		}
	}
	return b
}
