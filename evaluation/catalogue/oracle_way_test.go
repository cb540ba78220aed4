package catalogue_test

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

func plainAccepted(_ scheme, r *file) string {
	switch {
	case turned(r) != 0:
		return "no"
	case did[referral.Accepted](r):
		return "yes"
	case endOf(r) != 0:
		return "out: ended before a decision"
	}
	return "not-yet"
}

func bySelf(_ scheme, r *file) string {
	_, e := first[referral.Received](r)
	if e.Source == "" {
		return "unknown"
	}
	return yesNo(e.Source == "self" || e.Source == "community")
}

func handedOn(s scheme, r *file) string {
	began, n := s.helped(r), 0
	if began == 0 {
		return "out: help has not begun"
	}
	for _, e := range r.notes {
		switch e.event.(type) {
		case referral.Rerouted, referral.Assigned:
			if e.on <= began {
				n++
			}
		}
	}
	for _, p := range right(s.placements(r)) {
		if day := when[placement.Offered](p); day != 0 && day <= began {
			n++
		}
	}
	return fmt.Sprintf("value %d", n)
}

func conversations(h human) string {
	n := 0
	for _, r := range h.referrals {
		if endOf(r) == 0 {
			return "not-yet"
		}
		for _, e := range r.notes {
			if _, is := e.event.(referral.Contacted); is {
				n++
			}
		}
	}
	return fmt.Sprintf("value %d", n)
}

func planned(h human) string {
	set := map[string]sp.Date{} // the first day of each goal
	for _, a := range h.theirs(needs.AssessmentKind) {
		for _, n := range a.notes {
			if e, is := n.event.(needs.GoalSet); is {
				goal := a.id + "/" + string(e.Goal)
				set[goal] = soonest(set[goal], n.on)
			}
		}
	}
	late := sp.Date(0)
	for _, on := range set {
		late = max(late, on)
	}
	return among(slices.ContainsFunc(h.referrals, did[referral.Contacted]), yesNo(late != 0 && late >= h.since()))
}

func sentOn(h human) string {
	sent := false
	for _, r := range h.referrals {
		sent = sent || slices.ContainsFunc(right(h.placements(r)), did[placement.Offered])
	}
	return among(slices.ContainsFunc(h.referrals, did[referral.Assessed]), yesNo(sent))
}

func namedByThem(_ scheme, a *file) (all []string) {
	for _, n := range a.notes {
		e, is := n.event.(needs.Identified)
		switch {
		case !is || e.Strength:
		case e.Source == "":
			all = append(all, "unknown")
		default:
			all = append(all, yesNo(e.Source == sp.RolePerson))
		}
	}
	return all
}

func providerSaid(s scheme, p *file) string {
	_, no := first[placement.Declined](p)
	switch {
	case !did[placement.Offered](p):
		return ""
	case did[placement.Accepted](p), s.present(p) != 0:
		return "yes"
	case did[placement.Lapsed](p), did[placement.Declined](p) && no.Reason.Whose == reason.Provider:
		return "no"
	case did[placement.Declined](p), did[placement.Withdrawn](p), did[placement.Stopped](p):
		return "out: ended by somebody else before an answer"
	}
	return "not-yet"
}

func courseDone(s scheme, p *file) string {
	done, e := first[placement.Completed](p)
	if e.Outcome == needs.UnknownOutcome {
		done = 0
	}
	return s.within(s.present(p), done, s.present(p).Add(182))
}

func courseMet(_ scheme, p *file) string {
	done, e := first[placement.Completed](p)
	if done != 0 && e.Outcome == needs.UnknownOutcome {
		return "unknown"
	}
	return among(done != 0, yesNo(e.Outcome == needs.Met))
}

func keptOn(days int) func(scheme, *file) string {
	return func(s scheme, p *file) string {
		began, stopped := s.present(p), when[placement.Stopped](p)
		switch {
		case began == 0:
			return ""
		case began.Add(days) > s.AsOf:
			return "not-yet"
		}
		return yesNo(stopped == 0 || stopped > began.Add(days))
	}
}

func withSomebody(s scheme, r *file) string {
	day, with := sp.Date(0), false
	for _, p := range right(s.placements(r)) {
		for _, m := range right(s.sessions(p)) {
			on, e := first[session.Attended](m)
			switch {
			case on == 0:
			case day == 0, on < day:
				day, with = on, e.Accompanied
			case on == day:
				with = with || e.Accompanied
			}
		}
	}
	return among(day != 0 && slices.Contains(foundIn(r), needs.Anxiety), yesNo(with))
}
