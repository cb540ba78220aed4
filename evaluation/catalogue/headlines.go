package catalogue

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
)

// IDs of the headlines.
const (
	PeopleBegunID   = "people-begun"
	PeopleLeftID    = "people-left"
	PeopleWaitingID = "people-waiting"
	PeopleSpokenID  = "people-spoken-to"
	PeopleDoneID    = "people-finished"
	PeopleHelpedID  = "people-with-a-need-met"
	PeopleMetID     = "people-with-every-need-met"
	PeopleInNeedID  = "people-with-a-need-still-there"
	NeedsMetID      = "needs-met"
	NeedsLeftID     = "needs-still-there"
	NeedsOpenID     = "needs-open"
	NeedsUnknownID  = "needs-of-unknown-outcome"
)

// Headlines returns the indicators that say how a scheme is doing by themselves.
//
// Each is of everybody, or of every need: those who left are not left out, nor are needs
// that no placement was made for. So the ways in which it can end add up to all: people
// with whom help began, who left before, and who wait; needs that were met, that are
// still there, that are being worked on, and whose outcome nobody knows. How many people
// were spoken to, finished something, and have a need met or one that is still there, is said
// beside them of the same people.
func Headlines(s Standards) []evaluation.Indicator {
	s = s.orDefault()
	return slices.Concat(spoken(s), ofPeople(s), finished(s), ofPeopleWithNeeds(), ofNeeds())
}

// headline completes an indicator of all people who were referred, on which so many days pass.
func headline(i evaluation.Indicator, days string) []evaluation.Indicator {
	i.Version, i.Source, i.Headline, i.Statistic, i.Better = version, citation(0, i.Frame), true, evaluation.Shares, evaluation.Higher
	i.Unit, i.Of, i.Cohort = facts.People, "people referred", facts.Received
	i.Denominator = "people referred in the period, accepted or not"
	i.Excluded = "people all of whose referrals of the period were " + inError + "; referred less than " + days + " ago"
	return []evaluation.Indicator{i}
}

func spoken(s Standards) []evaluation.Indicator {
	days := span(s.ReachDays, "day")
	return headline(evaluation.Indicator{
		ID: PeopleSpokenID, Name: "spoken to within " + days, Frame: "reach", Themes: []string{"6-1", "8-3"},
		Numerator: "people who were spoken to at all, at most " + days + " after the first receipt in the period",
		Window:    evaluation.Window{Days: s.ReachDays},
		Reads:     []evaluation.Fact{facts.Received, facts.Contacted},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Within(r.First(facts.Received), r.First(facts.Contacted))
		},
	}, days)
}

// finished gives people the time until help begins and that of a course.
func finished(s Standards) []evaluation.Indicator {
	days := span(s.BeginDays+s.CourseDays, "day")
	return headline(evaluation.Indicator{
		ID: PeopleDoneID, Name: "finished something within " + days, Frame: "dose", Themes: []string{"1-1", "8-3"},
		Numerator: "people who came to the planned end of something that they were placed with, and were not only told where to go, at most " + days + " after the first receipt in the period",
		Window:    evaluation.Window{Days: s.BeginDays + s.CourseDays},
		Reads:     []evaluation.Fact{facts.Received, facts.Completed, facts.Result},
		Rule: func(r evaluation.Row) evaluation.Answer {
			done := sp.Date(0)
			for p := range r.Each(facts.Placements) {
				if how := needs.Outcome(p.Code(facts.Result)); how != needs.Signposted && how != needs.SelfReferred {
					done = earlier(done, p.Day(facts.Completed))
				}
			}
			return r.Within(r.First(facts.Received), done)
		},
	}, days)
}

func ofPeople(s Standards) []evaluation.Indicator {
	days := span(s.BeginDays, "day")
	all := []evaluation.Indicator{
		{
			ID: PeopleBegunID, Name: "help began within " + days, Themes: []string{"6-1", "8-3"}, Better: evaluation.Higher,
			Numerator: "people who had been at something that they were placed with, at most " + days + " after the first receipt in the period",
			Rule:      ends(begun),
		},
		{
			ID: PeopleLeftID, Name: "left within " + days + ", before help began", Themes: []string{"6-1", "8-3"}, Better: evaluation.Lower,
			Numerator: "people all of whose referrals of the period had ended by then without it: turned away, withdrawn, expired or closed",
			Rule:      ends(left),
		},
		{
			ID: PeopleWaitingID, Name: "still waiting after " + days, Themes: []string{"6-1", "2-2"}, Better: evaluation.Lower,
			Numerator: "people who had neither begun nor left by then",
			Rule:      ends(waits),
		},
	}
	for n := range all {
		i := &all[n]
		i.Version, i.Source, i.Headline, i.Frame, i.Statistic = version, citation(0, "reach"), true, "reach", evaluation.Shares
		i.Unit, i.Of, i.Cohort, i.Window = facts.People, "people referred", facts.Received, evaluation.Window{Days: s.BeginDays}
		i.Denominator = "people referred in the period, accepted or not"
		i.Excluded = "people all of whose referrals of the period were " + inError + "; referred less than " + days + " ago"
		i.Reads = []evaluation.Fact{facts.Received, facts.Ended, facts.Started, facts.Completed, facts.Attended}
	}
	return all
}

// A fate is how a person's way to help ends within the window.
type fate int

const (
	begun fate = iota
	left
	waits
)

// ends makes the rule that a person's way had one of three ends.
func ends(is fate) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer {
		answer := r.Within(r.First(facts.Received), began(r))
		switch {
		case answer == evaluation.NotYet:
			return evaluation.NotYet
		case answer == evaluation.Yes:
			return evaluation.YesIf(is == begun)
		case gone(r):
			return evaluation.YesIf(is == left)
		default:
			return evaluation.YesIf(is == waits)
		}
	}
}

// began returns the first day on which somebody was at any of their placements.
func began(r evaluation.Row) (first sp.Date) {
	for p := range r.Each(facts.Placements) {
		first = earlier(first, there(p))
	}
	return first
}

// there returns the first day on which the person of a placement was there: it was recorded
// that they started, they attended a session, or the planned end came.
func there(placement evaluation.Row) sp.Date {
	return earlier(placement.Day(facts.Started), placement.Day(facts.Completed), placement.First(facts.Attended))
}

// earlier returns the earliest of some days, of those that have come; zero if none has.
func earlier(days ...sp.Date) (first sp.Date) {
	for _, d := range days {
		if d != 0 && (first == 0 || d < first) {
			first = d
		}
	}
	return first
}

// gone reports whether every referral of a person that was there by the end of the window
// had ended by then.
func gone(r evaluation.Row) bool {
	by := r.Deadline(r.First(facts.Received))
	for one := range r.Each(facts.Referrals) {
		ended := one.Day(facts.Ended)
		if one.Day(facts.Received) <= by && (ended == 0 || ended > by) {
			return false
		}
	}
	return true
}

// needFacts are what it takes to say what became of a need.
var needFacts = []evaluation.Fact{
	facts.Found, facts.LeftUnmet, facts.Closed, facts.Outcome, facts.Ended,
	facts.Completed, facts.PlacedFor, facts.Result, facts.NotMet,
}

// What became of a need.
type became int

const (
	met became = iota
	stillThere
	open
	notKnown
	fates // how many there are
)

// became says what became of a need of a referral. What the closing says is the last word;
// before, and where it does not know, a need is met if a placement met it. Whoever left
// with a need has it still.
func becameOf(need evaluation.Row) became {
	closed := need.Happened(facts.Closed)
	yes, known := resultOf(need.Code(facts.Outcome), need.Happened(facts.LeftUnmet))
	switch {
	case closed && known && !yes:
		return stillThere
	case closed && known, gained(need):
		return met
	case closed:
		return notKnown
	case need.Happened(facts.Ended):
		return stillThere
	}
	return open
}

// resultOf reports whether a need is met by a result, and whether anybody knows.
func resultOf(outcome string, unmet bool) (met, known bool) {
	switch needs.Outcome(outcome) {
	case needs.Met:
		return true, true
	case needs.PartlyMet:
		return !unmet, true
	case needs.NotMet:
		return false, true
	case needs.UnknownOutcome, needs.Withdrawn, needs.Signposted, needs.SelfReferred:
	}
	return false, false
}

// gained reports whether a placement of the referral met a need of it.
func gained(need evaluation.Row) bool {
	code := need.Name()
	for p := range need.Up(facts.Referrals).Each(facts.Placements) {
		if !p.Happened(facts.Completed) || !slices.Contains(p.Codes(facts.PlacedFor), code) {
			continue
		}
		if met, _ := resultOf(p.Code(facts.Result), slices.Contains(p.Codes(facts.NotMet), code)); met {
			return true
		}
	}
	return false
}

func ofPeopleWithNeeds() []evaluation.Indicator {
	all := []evaluation.Indicator{
		{
			ID: PeopleHelpedID, Name: "at least one need met", Numerator: "people of whose needs one or more was met",
			Better: evaluation.Higher, Rule: ofTheirNeeds(func(of [fates]int) bool { return of[met] > 0 }),
		},
		{
			ID: PeopleMetID, Name: "every need met", Numerator: "people all of whose needs were met",
			Better: evaluation.Higher, Rule: ofTheirNeeds(func(of [fates]int) bool { return of[met] == of[met]+of[stillThere]+of[open]+of[notKnown] }),
		},
		{
			ID: PeopleInNeedID, Name: "at least one need still there at the end", Numerator: "people of whose needs one or more is left by a referral that ended without meeting it",
			Better: evaluation.Lower, Rule: ofTheirNeeds(func(of [fates]int) bool { return of[stillThere] > 0 }),
		},
	}
	for n := range all {
		i := &all[n]
		i.Version, i.Source, i.Headline, i.Frame, i.Statistic = version, citation(0, "effectiveness"), true, "effectiveness", evaluation.Shares
		i.Unit, i.Of, i.Cohort, i.Reads = facts.People, "people with needs assessed", facts.Received, needFacts
		i.Denominator = "people referred in the period, one or more of whose referrals in it has needs assessed"
		i.Excluded = "people all of whose referrals of the period were " + inError
		i.Themes = []string{"4-4", "4-5"}
	}
	return all
}

// ofTheirNeeds makes a rule of how many needs of a person became what.
func ofTheirNeeds(is func(of [fates]int) bool) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer {
		of, found := fatesOf(r)
		if !found {
			return evaluation.Absent
		}
		return evaluation.YesIf(is(of))
	}
}

// fatesOf returns how many needs of a person became what, and whether any was found.
func fatesOf(r evaluation.Row) (of [fates]int, found bool) {
	for need := range r.Each(facts.Needs) {
		if need.Happened(facts.Found) {
			of[becameOf(need)]++
			found = true
		}
	}
	return of, found
}

func ofNeeds() []evaluation.Indicator {
	all := []evaluation.Indicator{
		{
			ID: NeedsMetID, Name: "needs met", Frame: "effectiveness", Themes: []string{"4-4", "4-5"}, Better: evaluation.Higher,
			Numerator: "needs that were met: by the closing of their referral, or by a placement where there is none", Rule: need(met),
		},
		{
			ID: NeedsLeftID, Name: "needs still there at the end", Frame: "context", Themes: []string{"6-2", "4-5"}, Better: evaluation.Lower,
			Numerator: "needs whose referral ended without meeting them, in whatever way", Rule: need(stillThere),
		},
		{
			ID: NeedsOpenID, Name: "needs still being worked on", Frame: "context", Themes: []string{"6-1", "2-2"},
			Numerator: "needs that are not met, of referrals that have not ended", Rule: need(open),
		},
		{
			ID: NeedsUnknownID, Name: "needs of which nobody knows", Frame: "context", Themes: []string{"4-4"}, Better: evaluation.Lower,
			Numerator: "needs of referrals that were closed with an unknown outcome", Rule: need(notKnown),
		},
	}
	for n := range all {
		i := &all[n]
		i.Version, i.Source, i.Headline, i.Statistic = version, citation(0, i.Frame), true, evaluation.Shares
		i.Unit, i.Of, i.Cohort, i.Reads = facts.Needs, "needs assessed", facts.Received, needFacts
		i.Denominator, i.Excluded = "needs assessed in referrals received in the period, with or without a placement", "needs of referrals "+inError
	}
	return all
}

// need makes the rule that a need became something.
func need(is became) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer {
		if !r.Happened(facts.Found) {
			return evaluation.Absent
		}
		return evaluation.YesIf(becameOf(r) == is)
	}
}
