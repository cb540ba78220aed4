package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A blocker is the one rule that stands in the way of an offer.
type blocker struct {
	rule   Rule
	change Change
}

// nearMiss returns what alone keeps an offer from passing, if somebody can
// change it, and how the offer would then be taken. It comes to the same answer
// as verdict and its blockers, without the words.
func (j *judge) nearMiss(o *directory.Offer) (b blocker, f fit, ok bool) {
	blocked := false
	for i := range j.asked {
		c := &j.asked[i]
		t := c.ask(j, o)
		if j.passes(t) {
			if t == sp.Unknown {
				f.unknowns++
			}
			continue
		}
		b = blocker{c.rule, c.remedy(j, o, t)}
		if blocked || !b.change.Possible() {
			return blocker{}, fit{}, false
		}
		blocked = true
	}
	w, truth, unknowns := j.bestWay(o)
	if j.passes(truth) {
		f.way = w
		f.unknowns += unknowns
		return b, f, blocked
	}
	if blocked {
		return blocker{}, fit{}, false
	}
	for i := range ways {
		if b, n, ok := j.almost(&ways[i], o); ok {
			f.way = &ways[i]
			f.unknowns += n
			return b, f, true
		}
	}
	return blocker{}, fit{}, false
}

// almost reports whether a way fails in one thing that somebody can change.
func (j *judge) almost(w *way, o *directory.Offer) (b blocker, unknowns int, ok bool) {
	for i := range w.parts {
		c := &w.parts[i]
		if !c.asks(j) {
			continue
		}
		t := c.ask(j, o)
		if j.passes(t) {
			if t == sp.Unknown {
				unknowns++
			}
			continue
		}
		change := c.remedy(j, o, t)
		if ok || !change.Possible() {
			return blocker{}, 0, false
		}
		b, ok = blocker{c.rule, change}, true
	}
	return b, unknowns, ok
}
