package matching

import "github.com/socialprescribing/sp/directory"

// A blocker is the one rule of an offer that is answered no, and what would change it.
type blocker struct {
	rule   Rule
	change Change
}

// nearMiss returns what alone keeps an offer from passing, if somebody can change it, and
// how the offer would then be taken.
func (j *judge) nearMiss(o *directory.Offer) (b blocker, f fit, ok bool) {
	a, all := j.ask(o, 1)
	switch {
	case !all:
		return blocker{}, fit{}, false
	case a.failed == 1:
		b = j.blockerOf(a, o)
		return b, a.taken(), b.change.Possible() && j.passes(a.way)
	case j.passes(a.way):
		return blocker{}, fit{}, false // it fits
	}
	for i := range ways {
		if w := &a.ways[i]; w.failed == 1 {
			if b = j.blockerOfWay(&ways[i], w, o); b.change.Possible() {
				return b, fit{&ways[i], a.unknowns + w.unknowns}, true
			}
		}
	}
	return blocker{}, fit{}, false
}

// blockerOf returns the rule that fails, where one does.
func (j *judge) blockerOf(a *answers, o *directory.Offer) (b blocker) {
	for i := range j.asked {
		if c := &j.asked[i]; !j.passes(a.rules[i]) {
			b = blocker{c.rule, c.remedy(j, o, a.rules[i])}
		}
	}
	return b
}

func (j *judge) blockerOfWay(w *way, a *wayAnswers, o *directory.Offer) (b blocker) {
	for i := range w.parts {
		if c := &w.parts[i]; c.asks(j) && !j.passes(a.parts[i]) {
			b = blocker{c.rule, c.remedy(j, o, a.parts[i])}
		}
	}
	return b
}
