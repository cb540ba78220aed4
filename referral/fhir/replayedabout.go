package fhir

import (
	"cmp"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// flags raises the concerns that are open there, and those of which nobody says how they
// ended: somebody here has to ask. What ended there does not end here: that is for whoever
// carries it to say.
func (r *replay) flags() {
	known := r.kept.Referral.Concerns()
	for i, x := range r.c.Flags {
		path := at("flags", i)
		here := slices.IndexFunc(known, func(k concern.Concern) bool { return k.ID == x.ID })
		raise := func(s sp.Stamp) error {
			return r.kept.Referral.Raise(referral.Flagged{Flag: x.ID, Kind: x.Kind, Reason: x.Reason}, s)
		}
		switch over := !x.Open() || !x.Ended.IsZero(); {
		case here >= 0 && over && known[here].Open():
			r.lose(Loss{Path: path + ".ended", Ours: "open", Theirs: "ended", Kind: Refused, Severity: sp.Warning})
		case here >= 0:
		case !x.Open():
			r.lose(Loss{Path: path, Ours: "flags", Kind: Dropped, Severity: sp.Warning})
		case !r.do(path, string(x.ID), "flag", x.Raised, raise):
			r.grave()
		case !x.By.Same(r.s.By):
			r.lose(Loss{Path: path + ".by", Ours: string(r.s.By.Role), Theirs: string(x.By.Role), Kind: Coarsened})
		}
	}
}

// grave makes the last loss an error: somebody must look at it.
func (r *replay) grave() { r.report[len(r.report)-1].Severity = sp.Error }

// assessed records needs and goals in the assessments of the case that is kept. It begins
// none: who is assessed, and by whom, is for somebody here to say.
func (r *replay) assessed() {
	for i, n := range r.c.Needs {
		if a := r.assessment(at("needs", i), n.Assessment); a != nil {
			r.need(at("needs", i), a, n)
		}
	}
	for i, g := range r.c.Goals { // while the needs are open
		if a := r.assessment(at("goals", i), g.Assessment); a != nil {
			r.goal(at("goals", i), a, g)
		}
	}
	for i, n := range r.c.Needs {
		r.resolved(at("needs", i), n)
	}
	for _, a := range r.kept.Assessments {
		r.order(a)
	}
}

// assessment returns the assessment of an ID, which is opened if it is new, and reports what
// has none here.
func (r *replay) assessment(path string, id needs.AssessmentID) *needs.Assessment {
	a := r.found(id)
	if a == nil {
		r.lose(Loss{Path: path, Ours: "assessment", Kind: Dropped})
		return nil
	}
	if a.State() == "" && !r.do(path, string(id), "open", time.Time{}, func(s sp.Stamp) error { return a.Open(r.c.Referral.Person, s) }) {
		return nil
	}
	if a.Person() != r.c.Referral.Person {
		r.lose(Loss{Path: path, Ours: "assessment", Kind: Refused, Severity: sp.Error})
		return nil
	}
	return a
}

func (r *replay) found(id needs.AssessmentID) *needs.Assessment {
	i := slices.IndexFunc(r.kept.Assessments, func(a *needs.Assessment) bool { return a != nil && id != "" && a.ID() == id })
	if i < 0 {
		return nil
	}
	return r.kept.Assessments[i]
}

// need records a need that is not known here. Of one that is, nobody says which is the newer.
func (r *replay) need(path string, a *needs.Assessment, n Need) {
	known, there := needOf(a, n.ID)
	switch {
	case !there:
		f := needs.Finding{ID: n.ID, Code: n.Code, Source: n.Source, Since: n.Since, Severity: n.Severity}
		if r.do(path, partOf(a.ID(), n.ID), "identify", time.Time{}, func(s sp.Stamp) error { return a.Identify(f, nil, s) }) {
			r.lose(Loss{Path: path, Ours: "when it was found", Kind: Defaulted})
		}
	case known.Code != n.Code:
		r.lose(Loss{Path: path + ".code", Ours: string(known.Code), Theirs: string(n.Code), Kind: Refused, Severity: sp.Warning})
	case known.Severity != n.Severity:
		r.lose(Loss{Path: path + ".severity", Ours: known.Severity.String(), Theirs: n.Severity.String(), Kind: Refused, Severity: sp.Warning})
	}
}

func needOf(a *needs.Assessment, id needs.ID) (n needs.Need, ok bool) {
	all := a.Needs()
	if i := slices.IndexFunc(all, func(n needs.Need) bool { return n.ID == id }); i >= 0 {
		return all[i], true
	}
	return needs.Need{}, false
}

// resolved records what became of a need that is open here.
func (r *replay) resolved(path string, n Need) {
	a := r.found(n.Assessment)
	if a == nil || n.Outcome == "" {
		return
	}
	known, there := needOf(a, n.ID)
	if !there || known.Outcome == n.Outcome {
		return
	}
	by := n.MetBy
	switch {
	case by == needs.BySessions:
		by = "" // the case looks whether somebody came to one
	case by == "" && (n.Outcome == needs.Met || n.Outcome == needs.PartlyMet):
		by = needs.Unrecorded
		r.lose(Loss{Path: path + ".metBy", Ours: string(by), Kind: Defaulted})
	}
	r.do(path+".outcome", partOf(a.ID(), n.ID), "resolve", time.Time{}, func(s sp.Stamp) error { return r.kept.Resolve(a.ID(), n.ID, n.Outcome, by, s) })
}

// goal records a goal that goes on and is not known here, and of one that is known the last
// review, if it is newer.
func (r *replay) goal(path string, a *needs.Assessment, g Goal) {
	id := partOf(a.ID(), g.ID)
	here := slices.IndexFunc(a.Goals(), func(k needs.Goal) bool { return k.ID == g.ID })
	if here < 0 {
		if g.Outcome != "" {
			r.lose(Loss{Path: path, Ours: "goals", Kind: Dropped})
			return
		}
		if r.do(path, id, "set-goal", time.Time{}, func(s sp.Stamp) error { return a.SetGoal(g.ID, slices.Clone(g.Needs), g.Review, s) }) && len(g.Reviews) > 0 {
			r.lose(Loss{Path: path + ".reviews", Ours: "reviews", Kind: Dropped})
		}
		return
	}
	known := a.Goals()[here]
	fresh := slices.DeleteFunc(slices.Clone(g.Reviews), func(v needs.Review) bool {
		return len(known.Reviews) > 0 && !v.At.Truncate(time.Microsecond).After(known.Reviews[len(known.Reviews)-1].At)
	})
	switch n := len(fresh); {
	case n > 0:
		if n > 1 {
			r.lose(Loss{Path: path + ".reviews", Ours: "reviews", Kind: Dropped})
		}
		r.do(path+".reviews", id, "review", fresh[n-1].At, func(s sp.Stamp) error { return a.Review(fresh[n-1].Reviewed, s) })
	case known.Outcome != g.Outcome:
		r.lose(Loss{Path: path + ".outcome", Ours: string(known.Outcome), Theirs: string(g.Outcome), Kind: Refused, Severity: sp.Warning})
	}
}

// order records in which order the needs matter to the person, where they have said nothing
// of that here.
func (r *replay) order(a *needs.Assessment) {
	if a == nil || a.Person() != r.c.Referral.Person {
		return
	}
	var said []Need
	for _, n := range r.c.Needs {
		if _, there := needOf(a, n.ID); there && n.Assessment == a.ID() && n.Rank > 0 {
			said = append(said, n)
		}
	}
	slices.SortStableFunc(said, func(x, y Need) int { return cmp.Compare(x.Rank, y.Rank) })
	ids := make([]needs.ID, len(said))
	for i, n := range said {
		ids[i] = n.ID
	}
	var known []needs.ID
	for _, n := range a.Needs() {
		if n.Rank > 0 {
			known = append(known, n.ID)
		}
	}
	switch {
	case len(ids) == 0 || slices.Equal(ids, known):
	case len(known) > 0:
		r.lose(Loss{Path: "needs", Ours: "rank", Kind: Dropped})
	default:
		r.do("needs", string(a.ID()), "order", time.Time{}, func(s sp.Stamp) error { return a.Order(ids, s) })
	}
}

// ReplayChoices records in the register of a person what they permitted and refused there,
// each under its own ID and as of when they answered, and that they withdrew it. What is
// older than the register counts from when that was opened. The stamp is that of whoever
// takes it in. The same choices twice record nothing the second time.
//
// Call it before [Case.Replay], which tells nobody anything that is not permitted here, and
// reports choices that nobody has replayed. What
// is refused is reported: of a refusal or a withdrawal as an error, since somebody who said
// no would be told of otherwise. The error is [sp.ErrInvalid] where the register is not
// opened yet or that of somebody else, and nothing is recorded then.
func (c *Case) ReplayChoices(kept *register.Register, s sp.Stamp) (Report, error) {
	if kept.Person() != c.Referral.Person {
		return nil, sp.Invalid("fhir: replay choices of referral "+string(c.Referral.ID), "referral.person", sp.Inconsistent, "must be the person of the register")
	}
	c.chosen = true
	r := &replay{c: c, s: s}
	var opened time.Time
	for e := range kept.History() {
		opened = e.Stamp.At
		break
	}
	for i, x := range c.Choices {
		path, known := at("choices", i), kept.Choices()
		here := slices.IndexFunc(known, func(k consent.Choice) bool { return k.ID == x.ID })
		answer := x
		answer.Withdrawn = time.Time{}
		if here < 0 && !r.do(path, string(x.ID), "choose", r.notBefore(opened, path+".at", x.At), func(s sp.Stamp) error { return kept.Choose(answer, s) }) {
			if x.Refused {
				r.grave()
			}
			continue
		}
		if x.Withdrawn.IsZero() || here >= 0 && !known[here].Withdrawn.IsZero() {
			continue
		}
		if !r.do(path+".withdrawn", string(x.ID), "withdraw", r.notBefore(opened, path+".withdrawn", x.Withdrawn), func(s sp.Stamp) error { return kept.Withdraw(x.ID, s) }) {
			r.grave()
		}
	}
	return r.report, nil
}

// notBefore returns a time, or that before which nothing can be recorded.
func (r *replay) notBefore(first time.Time, path string, at time.Time) time.Time {
	if !at.Before(first) {
		return at
	}
	r.lose(Loss{Path: path, Ours: "when the register was opened", Kind: Coarsened})
	return first
}
