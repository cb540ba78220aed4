package catalogue_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// A plain count is that of one indicator.
type plainCount struct {
	of        func(scheme) []spoken
	clustered bool // rows of one person are put together
}

// plain are the counts by the ID of the indicator.
func (scheme) plain() map[string]plainCount {
	each := func(of func(scheme) []spoken) plainCount { return plainCount{of: of} }
	clustered := func(of func(scheme) []spoken) plainCount { return plainCount{of, true} }
	all := map[string]plainCount{
		"people-begun":   each(ofPeople(fateIs("begun"))),
		"people-left":    each(ofPeople(fateIs("left"))),
		"people-waiting": each(ofPeople(fateIs("waits"))),
		"people-spoken-to": each(ofPeople(func(h human) string {
			var days []sp.Date
			for _, r := range h.referrals {
				days = append(days, when[referral.Contacted](r))
			}
			since := when[referral.Received](h.referrals[0])
			return h.within(since, soonest(days...), since.Add(84))
		})),
		"people-finished": each(ofPeople(finishedWith)),
		"people-with-a-need-still-there": each(ofPeople(func(h human) string {
			found, left := false, false
			for _, r := range h.referrals {
				for _, n := range foundIn(r) {
					found, left = true, left || h.fateOf(r, n) == "left"
				}
			}
			return among(found, yesNo(left))
		})),
		"people-with-a-need-met":     each(ofPeople(needsMet(func(met, of int) bool { return met >= 1 }))),
		"people-with-every-need-met": each(ofPeople(needsMet(func(met, of int) bool { return met == of }))),
		"needs-met":                  each(ofNeedsFound(becomes("met"))),
		"needs-still-there":          each(ofNeedsFound(becomes("left"))),
		"needs-open":                 each(ofNeedsFound(becomes("open"))),
		"needs-of-unknown-outcome":   each(ofNeedsFound(becomes("unknown"))),

		"accepted": each(ofReferrals(plainAccepted)),
		"contacted-in-time": each(ofReferrals(func(s scheme, r *file) string {
			return s.within(when[referral.Received](r), when[referral.Contacted](r), workdaysLater(when[referral.Received](r), 10))
		})),
		"wait-to-contact": each(ofReferrals(func(s scheme, r *file) string {
			return s.wait(when[referral.Received](r), when[referral.Contacted](r), "left", endOf(r))
		})),
		"wait-to-help": each(ofReferrals(func(s scheme, r *file) string {
			return s.wait(when[referral.Received](r), s.helped(r), "left", endOf(r))
		})),
		"self-referred": each(ofReferrals(bySelf)),
		"offer-declined": clustered(ofPlacements(func(_ scheme, p *file) string {
			day, d := first[placement.Declined](p)
			return yesNo(day != 0 && d.Reason.Whose == reason.Person)
		})),
		"referral-complete": each(ofReferrals(func(_ scheme, r *file) string {
			_, e := first[referral.Received](r)
			return yesNo(e.Person != "" && len(e.Reasons) > 0 && e.Urgency != "" && e.Source != "" && e.From != "")
		})),
		"wait-for-decision": each(ofReferrals(func(s scheme, r *file) string {
			return s.wait(when[referral.Received](r), soonest(when[referral.Accepted](r), turned(r)), "left", endOf(r))
		})),
		"long-waiters": each(ofReferrals(func(s scheme, r *file) string {
			if did[referral.Contacted](r) || endOf(r) != 0 {
				return ""
			}
			return yesNo(s.AsOf.Sub(when[referral.Received](r)) > 84)
		})),
		"hand-offs": each(ofReferrals(handedOn)),
		"contact-success": each(ofReferrals(func(s scheme, r *file) string {
			return s.within(when[referral.Received](r), when[referral.Contacted](r), when[referral.Received](r).Add(84))
		})),

		"sessions-missed": clustered(ofSessions(func(m *file) string {
			switch {
			case did[session.Attended](m):
				return "no"
			case did[session.Missed](m):
				return "yes"
			}
			return ""
		})),
		"contacts-per-person": each(ofPeople(conversations)),
		"personalised-plan":   each(ofPeople(planned)),
		"needs-in-own-words":  clustered(ofAssessments(namedByThem)),
		"onward-referral":     each(ofPeople(sentOn)),
		"signposted-only": each(ofReferrals(func(_ scheme, r *file) string {
			day, c := first[referral.Closed](r)
			return among(day != 0, yesNo(c.Outcome == needs.Signposted))
		})),
		"need-without-option": each(ofNeedsFound(func(_ scheme, r *file, n needs.Code) string {
			for _, e := range r.notes {
				if none, is := e.event.(referral.NothingFound); is && none.Need == n {
					return "yes"
				}
			}
			return "no"
		})),
		"provider-acceptance": clustered(ofPlacements(providerSaid)),
		"wait-to-start": each(ofPlacements(func(s scheme, p *file) string {
			return s.wait(when[placement.Offered](p), s.present(p), "ended", soonest(when[placement.Declined](p), when[placement.Lapsed](p), when[placement.Withdrawn](p), when[placement.Stopped](p)))
		})),
		"started": each(ofPlacements(func(s scheme, p *file) string {
			return s.within(when[placement.Offered](p), s.present(p), when[placement.Offered](p).Add(84))
		})),
		"sessions-attended": clustered(ofSessions(func(m *file) string {
			switch {
			case did[session.Attended](m):
				return "yes"
			case did[session.Missed](m), did[session.Cancelled](m):
				return "no"
			}
			return "not-yet"
		})),
		"completed-with-outcome":   each(ofPlacements(courseDone)),
		"completed-with-needs-met": each(ofPlacements(courseMet)),
		"declined-by-reason": each(ofPlacements(func(_ scheme, p *file) string {
			day, d := first[placement.Declined](p)
			return among(day != 0, fmt.Sprintf("of: %s (%s)", d.Reason.Code, d.Reason.Whose))
		})),
		"retained-84":  clustered(ofPlacements(keptOn(84))),
		"retained-182": clustered(ofPlacements(keptOn(182))),
		"retained-365": clustered(ofPlacements(keptOn(365))),
		"stopped-for-cost-or-travel": clustered(ofPlacements(func(_ scheme, p *file) string {
			day, e := first[placement.Stopped](p)
			return among(day != 0, yesNo(e.Reason.Code == reason.TooDear || e.Reason.Code == reason.TooFar || e.Reason.Code == reason.NoTransport))
		})),
		"accompanied-first-visit": each(ofReferrals(withSomebody)),

		"feedback-in-time": each(ofReferrals(func(s scheme, r *file) string {
			return s.within(when[referral.Closed](r), toldOn(r), when[referral.Closed](r).Add(14))
		})),
		"wait-for-feedback":           each(ofReferrals(func(s scheme, r *file) string { return s.wait(when[referral.Closed](r), toldOn(r), "", 0) })),
		"baseline-complete":           each(ofPeople(measuredOnce)),
		"follow-up-complete":          each(ofPeople(measuredSoon)),
		"long-term-follow-up":         each(ofPeople(measuredLate)),
		"reliably-improved":           each(ofPeople(better)),
		"change-in-wellbeing":         each(ofPeople(changed("swemwbs", "metric", hundredths))),
		"change-in-life-satisfaction": each(ofPeople(changed("ons4", "satisfied", hundredths))),
		"change-in-loneliness": each(ofPeople(changed("ucla-3", "total", func(x float64) int64 {
			if x >= 6 {
				return 100
			}
			return 0
		}))),
		"goals-attained":  clustered(ofAssessments(goalsReached)),
		"felt-heard":      each(answered("exp-heard")),
		"would-recommend": each(answered("exp-recommend")),
		"trust-in-worker": each(answered("trust-worker")),
		"permission-recorded": each(ofPeople(func(h human) string {
			return yesNo(slices.ContainsFunc(h.theirs(register.Kind), func(f *file) bool { return permits(f, h.since()) }))
		})),
		"permission-withdrawn":         clustered(takenBack),
		"concern-handed-over-same-day": clustered(ofConcerns),
		"alert-escalated-same-day":     clustered(ofAssessments(alertsTaken)),
	}
	maps.Copy(all, recordCounts())
	return all
}

func yesNo(is bool) string { return among(is, "yes") + among(!is, "no") }

// among is an answer about what is of the denominator.
func among(counts bool, says string) string {
	if counts {
		return says
	}
	return ""
}

// within says whether something was done in its time, once that is over.
func (s scheme) within(since, done, deadline sp.Date) string {
	switch {
	case since == 0:
		return ""
	case deadline > s.AsOf:
		return "not-yet"
	}
	return yesNo(done != 0 && done <= deadline)
}

func (s scheme) wait(since, reached sp.Date, how string, ended sp.Date) string {
	switch {
	case since == 0:
		return ""
	case reached != 0:
		return fmt.Sprintf("ended: reached %d", reached.Sub(since))
	case ended != 0:
		return fmt.Sprintf("ended: %s %d", how, ended.Sub(since))
	}
	return fmt.Sprintf("waiting %d", s.AsOf.Sub(since))
}

func workdaysLater(day sp.Date, n int) sp.Date {
	for n > 0 {
		day = day.Add(1)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return day
}

// turned is the day on which the scheme said no, and endOf that on which a referral ended in whatever way.
func turned(r *file) sp.Date {
	return soonest(when[referral.Declined](r), when[referral.Rerouted](r), when[referral.Expired](r))
}

func endOf(r *file) sp.Date {
	return soonest(turned(r), when[referral.Withdrawn](r), when[referral.Closed](r))
}

// present is the first day on which the person of a placement was there.
func (s scheme) present(p *file) sp.Date {
	days := []sp.Date{when[placement.Started](p), when[placement.Completed](p)}
	for _, m := range right(s.sessions(p)) {
		days = append(days, when[session.Attended](m))
	}
	return soonest(days...)
}

// helped is the first day on which the person of a referral was at any placement of it.
func (s scheme) helped(r *file) (day sp.Date) {
	for _, p := range right(s.placements(r)) {
		day = soonest(day, s.present(p))
	}
	return day
}

func fateIs(fate string) func(human) string {
	return func(h human) string {
		deadline := when[referral.Received](h.referrals[0]).Add(84)
		if deadline > h.AsOf {
			return "not-yet"
		}
		is := "left"
		for _, r := range h.referrals {
			if end := endOf(r); when[referral.Received](r) <= deadline && (end == 0 || end > deadline) {
				is = "waits"
			}
		}
		for _, r := range h.referrals {
			if day := h.helped(r); day != 0 && day <= deadline {
				is = "begun"
			}
		}
		return yesNo(is == fate)
	}
}

// foundIn are the needs that were found in a referral, each once.
func foundIn(r *file) (all []needs.Code) {
	for _, n := range r.notes {
		switch e := n.event.(type) {
		case referral.Assessed:
			all = append(all, e.Needs...)
		case referral.NothingFound:
			all = append(all, e.Need)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fateOf says what became of a need of a referral.
func (s scheme) fateOf(r *file, n needs.Code) string {
	result := func(o needs.Outcome, unmet []needs.Code) string {
		switch {
		case o == needs.Met, o == needs.PartlyMet && !slices.Contains(unmet, n):
			return "met"
		case o == needs.NotMet, o == needs.PartlyMet:
			return "left"
		}
		return "unknown"
	}
	closed, c := first[referral.Closed](r)
	if said := result(c.Outcome, c.Unmet); closed != 0 && said != "unknown" {
		return said
	}
	for _, p := range right(s.placements(r)) {
		_, about := first[placement.Proposed](p)
		done, e := first[placement.Completed](p)
		if done != 0 && slices.Contains(about.Needs, n) && result(e.Outcome, e.Unmet) == "met" {
			return "met"
		}
	}
	switch {
	case closed != 0:
		return "unknown"
	case endOf(r) != 0:
		return "left"
	}
	return "open"
}

func becomes(what string) func(scheme, *file, needs.Code) string {
	return func(s scheme, r *file, n needs.Code) string { return yesNo(s.fateOf(r, n) == what) }
}

func needsMet(is func(met, of int) bool) func(human) string {
	return func(h human) string {
		met, of := 0, 0
		for _, r := range h.referrals {
			for _, n := range foundIn(r) {
				of++
				if h.fateOf(r, n) == "met" {
					met++
				}
			}
		}
		return among(of > 0, yesNo(is(met, of)))
	}
}
