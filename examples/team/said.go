package main

import (
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// own has words for the codes that are this scheme's own: teams, rules and measures.
var own = map[string]string{
	"crisis-team":       "the crisis team",
	"not-spoken-to":     "nobody has spoken to them yet",
	"contacted-in-time": "spoken to within ten days",
}

// told says a line of the morning: what, who, which, by which day, and what there is to know.
func (s *scheme) told(l team.Line, due map[string]string) {
	which := l.Record
	if l.Referral != "" {
		which = string(l.Referral)
	}
	by, day, ago := l.By, "", ""
	if l.What == team.WorkerGoing || l.What == team.WorkerGone {
		by = by.Add(-1) // their last day, not the first on which they are gone
	}
	if !l.By.IsZero() {
		day, ago = by.String(), away(by)
	}
	s.say("  %-24s%-6s%-10s%-12s%12s  %s", words.Of(nil, l.What), l.Worker, which, day, ago, about(l, due))
}

// about says what there is to know of a line.
func about(l team.Line, due map[string]string) string {
	switch l.What {
	case team.RiskHeld:
		return fmt.Sprintf("%s; held for %s", words.Of(nil, concern.Step(l.Code)), count(l.Count, "night"))
	case team.OverCap, team.CapReached:
		return fmt.Sprintf("has %s; %s", load(l.Room), limits(l.Room))
	case team.WorkerAway:
		return count(l.Count, "case") + "; back on that day"
	case team.WorkerGoing, team.WorkerGone:
		return count(l.Count, "case") + "; their last day"
	case team.Unanswered:
		return count(l.Count, "case") + " that nobody has answered"
	case team.IntakeDue:
		return words.Of(nil, caseload.Wanting(l.Code))
	case team.CaseStuck:
		return own[l.Code]
	case team.RecordDue:
		return due[l.Code+" "+l.Record]
	case team.HeavyWeeks:
		return fmt.Sprintf("crises, deaths and refusals lately: %d; ask how they are", l.Count)
	case team.LongCase:
		return count(l.Count, "conversation") + ": is it to go on?"
	}
	return l.Code
}

// refused says why somebody was not given a case, with the room that they would have had.
func refused(room caseload.Room, err error) string {
	if u, is := errors.AsType[*workforce.Unavailable](err); is {
		said := "is " + words.Of(nil, u.Why)
		if !u.Until.IsZero() {
			said += ", until " + u.Until.Add(-1).String()
		}
		return said
	}
	if room.Over() {
		return fmt.Sprintf("would have %s; %s", load(room), limits(room))
	}
	if r, is := errors.AsType[*transition.Refusal](err); is {
		return words.Table(nil).Refusal(r)
	}
	return err.Error()
}

// load says what somebody carries, and limits what they can carry.
func load(r caseload.Room) string {
	if r.Cap.People {
		return fmt.Sprintf("%d people", r.Load)
	}
	return caseload.Points(r.Load) + " points"
}

func limits(r caseload.Room) string {
	if r.Cap.People {
		return fmt.Sprintf("new cases wait from %d on, and nobody is given more than %d", r.Soft, r.Hard)
	}
	return fmt.Sprintf("new cases wait from %s on, and nobody is given more than %s", caseload.Points(r.Soft), caseload.Points(r.Hard))
}

// answered says what somebody answered to a case of a hand-over.
func answered(e caseload.Refused) string {
	said := fmt.Sprintf("says no to %s, because %s; it ", e.Referral, words.Of(nil, e.Why))
	if e.Next == referral.WorkerID("") {
		return said + "is the lead's now"
	}
	return said + "is offered to " + string(e.Next)
}

// away says how far a day is from today.
func away(day sp.Date) string {
	switch n := day.Sub(today); {
	case n > 0:
		return "in " + count(n, "day")
	case n < 0:
		return count(-n, "day") + " ago"
	}
	return "today"
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
