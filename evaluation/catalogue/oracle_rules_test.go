package catalogue_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/voice"
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
	return map[string]plainCount{
		"people-begun":               each(ofPeople(fateIs("begun"))),
		"people-left":                each(ofPeople(fateIs("left"))),
		"people-waiting":             each(ofPeople(fateIs("waits"))),
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
		"change-in-wellbeing":         each(ofPeople(changed("swemwbs", "total", func(x float64) int64 { return int64(math.Round(100 * x)) }))),
		"change-in-life-satisfaction": each(ofPeople(changed("ons4", "satisfied", func(x float64) int64 { return int64(math.Round(100 * x)) }))),
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
			return yesNo(slices.ContainsFunc(h.theirs(register.Kind), did[register.Chosen]))
		})),
		"permission-withdrawn":         clustered(takenBack),
		"concern-handed-over-same-day": clustered(ofConcerns),
		"alert-escalated-same-day":     clustered(ofAssessments(alertsTaken)),
	}
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
	return among(slices.ContainsFunc(h.referrals, did[referral.Contacted]),
		yesNo(slices.ContainsFunc(h.theirs(needs.AssessmentKind), did[needs.GoalSet])))
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

func toldOn(r *file) sp.Date {
	for _, n := range r.notes {
		if _, is := n.event.(referral.FeedbackSent); is && n.on >= when[referral.Closed](r) {
			return n.on
		}
	}
	return 0
}

// A reading is a score and its day.
type reading struct {
	on    sp.Date
	value float64
}

// readings are the scores of a person, by scale or all of them, in order of time.
func (h human) readings(instrument, scale string) (all []reading) {
	for _, a := range h.theirs(needs.AssessmentKind) {
		for _, n := range a.notes {
			e, _ := n.event.(needs.Measured)
			for _, s := range e.Result.Scores {
				if instrument == "" || s.Instrument == instrument && s.Scale == scale {
					all = append(all, reading{n.on, s.Value})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b reading) int { return a.on.Sub(b.on) })
	return all
}

func measuredOnce(h human) string {
	return among(slices.ContainsFunc(h.referrals, did[referral.Assessed]), yesNo(len(h.readings("", "")) > 0))
}

func measuredSoon(h human) string {
	all := h.readings("", "")
	if len(all) == 0 {
		return ""
	}
	for _, r := range all {
		if r.on > all[0].on {
			return h.within(all[0].on, r.on, all[0].on.Add(182))
		}
	}
	return h.within(all[0].on, 0, all[0].on.Add(182))
}

func measuredLate(h human) string {
	all := h.readings("", "")
	switch {
	case len(all) == 0:
		return ""
	case all[0].on.Add(365) > h.AsOf:
		return "not-yet"
	}
	return yesNo(all[len(all)-1].on.Sub(all[0].on) >= 365)
}

func better(h human) string {
	all := h.readings("swemwbs", "total")
	switch {
	case len(all) == 0:
		return ""
	case all[0].on == all[len(all)-1].on:
		return "out: no follow-up"
	}
	return yesNo(all[len(all)-1].value-all[0].value >= 2.87)
}

func changed(instrument, scale string, score func(float64) int64) func(human) string {
	return func(h human) string {
		all := h.readings(instrument, scale)
		switch {
		case len(all) == 0:
			return ""
		case all[0].on == all[len(all)-1].on:
			return fmt.Sprintf("lost %d", score(all[0].value))
		}
		return fmt.Sprintf("pair %d %d", score(all[0].value), score(all[len(all)-1].value))
	}
}

func goalsReached(_ scheme, a *file) (all []string) {
	outcomes := map[needs.ID]needs.Outcome{}
	for _, n := range a.notes {
		if e, is := n.event.(needs.Reviewed); is && (e.Outcome != "" || outcomes[e.Goal] == "") {
			outcomes[e.Goal] = e.Outcome
		}
	}
	for _, o := range outcomes {
		switch o {
		case "":
			all = append(all, "not-yet")
		case needs.Met, needs.PartlyMet, needs.NotMet:
			all = append(all, yesNo(o != needs.NotMet))
		default:
			all = append(all, "unknown")
		}
	}
	return all
}

func answered(question voice.Code) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, f := range s.all(voice.RecordKind) {
			day, e := first[voice.Said](f)
			for _, item := range e.Items {
				switch {
				case item.Code != question || !s.Period.Contains(day):
				case item.Answer == "declined" || item.Answer == "not-asked":
					all = append(all, spoken{f.id, orWrong("unknown", f)})
				default:
					all = append(all, spoken{f.id, orWrong(yesNo(item.Answer >= "3"), f)})
				}
			}
		}
		return all
	}
}

func takenBack(s scheme) (all []spoken) {
	for _, f := range s.all(register.Kind) {
		for _, n := range f.notes {
			c, is := n.event.(register.Chosen)
			if !is || !s.Period.Contains(n.on) {
				continue
			}
			back := slices.ContainsFunc(f.notes, func(n note) bool {
				w, is := n.event.(register.Withdrawn)
				return is && w.Choice == c.Choice.ID
			})
			all = append(all, spoken{whose(f), yesNo(back)})
		}
	}
	return all
}

func ofConcerns(s scheme) (all []spoken) {
	for _, r := range s.received() {
		for _, n := range r.notes {
			raised, is := n.event.(referral.Flagged)
			if !is {
				continue
			}
			same := slices.ContainsFunc(r.notes, func(o note) bool {
				h, is := o.event.(referral.HandedOver)
				return is && h.Flag == raised.Flag && o.on == n.on
			})
			all = append(all, spoken{whose(r), orWrong(yesNo(same), r)})
		}
	}
	return all
}

// alertsTaken are the alerts of an assessment: each once, however often it was raised.
func alertsTaken(_ scheme, a *file) (all []string) {
	raised, taken := map[string]sp.Date{}, map[string]sp.Date{}
	for _, n := range a.notes {
		switch e := n.event.(type) {
		case needs.Measured:
			for _, alert := range e.Result.Alerts {
				if alert.Raised == sp.Yes {
					raised[alert.Code] = soonest(raised[alert.Code], n.on)
				}
			}
		case needs.Escalated:
			taken[e.Alert] = soonest(taken[e.Alert], n.on)
		}
	}
	for code, on := range raised {
		all = append(all, yesNo(taken[code] == on))
	}
	return all
}
