package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// answers are how one offer answers the rules for one person. Whether it fits, why, and
// whether it nearly does are all read from them, so that these cannot disagree.
type answers struct {
	rules    []sp.Truth // of Case.asked
	failed   int        // rules that do not pass
	unknowns int        // rules that pass though they are unknown
	ways     [wayCount]wayAnswers
	way      sp.Truth // of the ways, one being enough
	best     int      // the way to take, if there is one: see [Case.chooses]
}

// wayAnswers are how an offer answers what one way takes.
type wayAnswers struct {
	parts    [mostParts]sp.Truth // of those that apply
	truth    sp.Truth
	failed   int
	unknowns int
}

// wayCount is how many ways there are, and mostParts how many rules one has at most.
const wayCount, mostParts = 4, 5

// ask asks an offer the rules one after the other, and stops when more than so many have
// failed: 0 is enough to know whether it fits, 1 whether it nearly does. It returns
// what it has found, good until it is called again, and whether it asked them all.
func (c *Case) ask(o *directory.Offer, tolerate int) (a *answers, all bool) {
	a = &c.answer
	*a = answers{rules: a.rules, way: sp.No}
	for i, rule := range c.asked {
		t := rule.ask(c, o)
		a.rules[i] = t
		switch {
		case !c.passes(t):
			if a.failed++; a.failed > tolerate {
				return a, false
			}
		case t == sp.Unknown:
			a.unknowns++
		}
	}
	for i := range ways {
		w := &a.ways[i]
		c.askWay(&ways[i], w, o, tolerate)
		if c.chooses(i, a, o) {
			a.best = i
		}
		a.way = a.way.Or(w.truth)
	}
	return a, true
}

// askWay asks what one way takes, and stops when more than so many have failed: from
// then on it is only known that the way does not pass.
func (c *Case) askWay(w *way, a *wayAnswers, o *directory.Offer, tolerate int) {
	a.truth = sp.Yes
	for i := range w.parts {
		if !w.parts[i].applies(c) {
			continue
		}
		t := w.parts[i].ask(c, o)
		a.parts[i] = t
		a.truth = a.truth.And(t)
		switch {
		case !c.passes(t):
			if a.failed++; a.failed > tolerate && a.truth == sp.No {
				return
			}
		case t == sp.Unknown:
			a.unknowns++
		}
	}
}

// chooses reports whether way i is to be taken rather than the best before it: of those
// that fit the one that takes least travel, else the first of those of which it is
// unknown.
func (c *Case) chooses(i int, a *answers, o *directory.Offer) bool {
	switch a.ways[i].truth {
	case sp.Yes:
		return a.way != sp.Yes || c.travels(&ways[a.best], o) && !c.travels(&ways[i], o)
	case sp.Unknown:
		return a.way == sp.No
	default:
		return false
	}
}

// taken returns how an offer is taken whose way passes.
func (a *answers) taken() Taking {
	t := Taking{ways[a.best].mode, a.unknowns}
	if a.way == sp.Unknown {
		t.Questions += a.ways[a.best].unknowns
	}
	return t
}

// fit returns how an offer is taken, and false if it does not pass.
func (c *Case) fit(o *directory.Offer) (Taking, bool) {
	a, all := c.ask(o, 0)
	if !all || !c.passes(a.way) {
		return Taking{}, false
	}
	return a.taken(), true
}

// verdict puts the answer to every rule in words.
func (c *Case) verdict(o *directory.Offer) Verdict {
	a, _ := c.ask(o, len(c.asked)+mostParts)
	root := Verdict{Rule: Fit, Truth: a.way}
	for i, rule := range c.asked {
		root.Truth = root.Truth.And(a.rules[i])
		root.Parts = append(root.Parts, rule.verdict(c, o, a.rules[i]))
	}
	way := Verdict{Rule: Way, Truth: a.way}
	for i := range ways {
		v := Verdict{Rule: ways[i].rule, Truth: a.ways[i].truth}
		for k := range ways[i].parts {
			if part := &ways[i].parts[k]; part.applies(c) {
				v.Parts = append(v.Parts, part.verdict(c, o, a.ways[i].parts[k]))
			}
		}
		way.Parts = append(way.Parts, v)
	}
	root.Parts = append(root.Parts, way)
	return root
}
