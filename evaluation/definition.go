package evaluation

import (
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// A Definition says what an indicator counts, in words that a reader can check.
type Definition struct {
	ID          string // stable
	Version     string // of the definition
	Name        string
	Unit        string // what is counted
	Of          string // what a share is a share of, to stand behind the counts: "needs assessed"
	Headline    bool   // says how a scheme is doing by itself; the others say what happened on the way
	Numerator   string
	Denominator string
	Excluded    string   // which cases of the period are left out
	Frame       string   // the part of the RE-AIM framework, or of process evaluation, that it belongs to
	Source      string   // of the definition, or of the practice that it follows
	Themes      []string // the reasons why social prescribing fails that it measures: sub-themes of the research
}

// Standards are the times that indicators give people. They are choices of a
// scheme; the defaults are this library's.
type Standards struct {
	ContactDays int // working days from receipt to first contact; 0 is 10
	BeginDays   int // days from receipt until help begins; 0 is 84
	StartDays   int // days from an offer to the first session; 0 is 84
	CourseDays  int // days from the first session to a completed course; 0 is 182
}

// check fails for times that are none: a deadline beyond the calendar would
// count everybody as late.
func (s Standards) check() error {
	e := &sp.InvalidError{Subject: "standards"}
	check := func(days int, name string) {
		e.Check(days >= 0 && days <= survival.MaxDuration, name, sp.OutOfRange, "must be from 0 to 36525 days")
	}
	check(s.ContactDays, "ContactDays")
	check(s.BeginDays, "BeginDays")
	check(s.StartDays, "StartDays")
	check(s.CourseDays, "CourseDays")
	return e.Err()
}

func (s Standards) orDefault() Standards {
	for _, d := range []struct {
		days  *int
		value int
	}{{&s.ContactDays, 10}, {&s.BeginDays, 84}, {&s.StartDays, 84}, {&s.CourseDays, 182}} {
		if *d.days <= 0 {
			*d.days = d.value
		}
	}
	return s
}

// IDs of the definitions.
const (
	PeopleBegunID   = "people-begun"
	PeopleLeftID    = "people-left"
	PeopleWaitingID = "people-waiting"
	PeopleHelpedID  = "people-with-a-need-met"
	PeopleMetID     = "people-with-every-need-met"
	NeedsMetID      = "needs-met"
	NeedsLeftID     = "needs-still-there"
	NeedsOpenID     = "needs-open"
	NeedsUnknownID  = "needs-of-unknown-outcome"

	AcceptedID     = "accepted"
	ContactedID    = "contacted-in-time"
	WaitID         = "wait-to-contact"
	NothingFoundID = "need-without-option"
	StartedID      = "started"
	CompletedID    = "completed-with-outcome"
	CompletedMetID = "completed-with-needs-met"
	DeclinedByID   = "declined-by-reason"
)

const (
	version = "2026-11"
	inError = "entered in error by the last day"

	// The definitions are this library's; the themes and their numbers are those
	// of the review that it starts from.
	source = "this library, after the themes of Rafiei, Honary & Mezes 2024, doi 10.3389/frhs.2024.1413711"
)

// Catalogue returns the definitions of what a [Run] estimates, in the order of
// its estimates: first the headlines, of people and of needs, then what happened on the
// way.
//
// Each headline is of everybody, or of every need: those who left are not left out, nor
// are needs that no placement was made for. So the ways in which it can end add up to
// all: people with whom help began, who left before, and who wait; needs that were met,
// that are still there, that are being worked on, and whose outcome nobody knows.
func Catalogue(s Standards) []Definition {
	s = s.orDefault()
	return append(headlines(s), onTheWay(s)...)
}

func headlines(s Standards) []Definition {
	within := "within " + span(s.BeginDays, "day")
	all := []Definition{
		{
			ID: PeopleBegunID, Name: "help began " + within,
			Numerator: "people who had been at something that they were placed with, at most " + span(s.BeginDays, "day") + " after the first receipt", Frame: "reach", Themes: []string{"6-1", "8-3"},
		},
		{
			ID: PeopleLeftID, Name: "left " + within + ", before help began",
			Numerator: "people all of whose referrals had ended by then without it: turned away, withdrawn, expired or closed", Frame: "reach", Themes: []string{"6-1", "8-3"},
		},
		{
			ID: PeopleWaitingID, Name: "still waiting after " + span(s.BeginDays, "day"),
			Numerator: "people who had neither begun nor left by then", Frame: "reach", Themes: []string{"6-1", "2-2"},
		},
		{
			ID: PeopleHelpedID, Name: "at least one need met", Of: "people with needs assessed",
			Numerator: "people of whose needs one or more was met", Frame: "effectiveness", Themes: []string{"4-4", "4-5"},
		},
		{
			ID: PeopleMetID, Name: "every need met", Of: "people with needs assessed",
			Numerator: "people all of whose needs were met", Frame: "effectiveness", Themes: []string{"4-4", "4-5"},
		},
		{
			ID: NeedsMetID, Name: "needs met",
			Numerator: "needs that were met: by the closing of their referral, or by a placement where there is none", Frame: "effectiveness", Themes: []string{"4-4", "4-5"},
		},
		{
			ID: NeedsLeftID, Name: "needs still there at the end",
			Numerator: "needs whose referral ended without meeting them, in whatever way", Frame: "context", Themes: []string{"6-2", "4-5"},
		},
		{
			ID: NeedsOpenID, Name: "needs still being worked on",
			Numerator: "needs that are not met, of referrals that have not ended", Frame: "context", Themes: []string{"6-1", "2-2"},
		},
		{
			ID: NeedsUnknownID, Name: "needs of which nobody knows",
			Numerator: "needs of referrals that were closed with an unknown outcome", Frame: "context", Themes: []string{"4-4"},
		},
	}
	for i := range all {
		d := &all[i]
		d.Version, d.Source, d.Headline = version, source, true
		switch {
		case d.Of != "":
			d.Unit, d.Denominator, d.Excluded = "person", "people first referred in the period, of whose referrals one or more has needs assessed", "people all of whose referrals were "+inError
		case d.Frame == "reach":
			d.Unit, d.Of, d.Denominator = "person", "people referred", "people first referred in the period, accepted or not"
			d.Excluded = "people all of whose referrals were " + inError + "; referred less than " + span(s.BeginDays, "day") + " ago"
		default:
			d.Unit, d.Of, d.Denominator, d.Excluded = "need of a referral", "needs assessed", "needs assessed in referrals received in the period, with or without a placement", "needs of referrals "+inError
		}
	}
	return all
}

func onTheWay(s Standards) []Definition {
	return []Definition{
		{
			ID: AcceptedID, Version: version, Name: "accepted", Unit: "referral", Of: "referrals decided on",
			Numerator:   "referrals that the scheme accepted and has not turned away since",
			Denominator: "referrals received in the period on which the scheme has decided: accepted, declined, rerouted or expired",
			Excluded:    inError + "; not decided yet; withdrawn before a decision",
			Frame:       "fidelity", Source: source, Themes: []string{"6-3", "2-3"},
		},
		{
			ID: ContactedID, Version: version, Name: "contacted within " + span(s.ContactDays, "working day"), Unit: "referral", Of: "referrals received",
			Numerator:   "referrals whose person was first spoken to at most " + span(s.ContactDays, "working day") + " after the day of receipt",
			Denominator: "referrals received in the period, accepted or not",
			Excluded:    inError + "; that working day has not passed",
			Frame:       "fidelity", Source: source, Themes: []string{"6-1"},
		},
		{
			ID: WaitID, Version: version, Name: "wait to first contact", Unit: "referral", Of: "referrals received",
			Numerator:   "referrals whose person was spoken to",
			Denominator: "referrals received in the period; those that ended without contact have left, and are never spoken to",
			Excluded:    inError,
			Frame:       "fidelity", Source: source, Themes: []string{"6-1", "2-2"},
		},
		{
			ID: NothingFoundID, Version: version, Name: "needs for which nothing was found", Unit: "need of a referral", Of: "needs assessed",
			Numerator:   "needs for which it was recorded that there is nothing",
			Denominator: "needs assessed in referrals received in the period",
			Excluded:    "needs of referrals " + inError,
			Frame:       "context", Source: source, Themes: []string{"6-2", "4-5"},
		},
		{
			ID: StartedID, Version: version, Name: "started within " + span(s.StartDays, "day"), Unit: "placement", Of: "placements offered",
			Numerator:   "placements whose person had been there " + span(s.StartDays, "day") + " after the offer: a start, an attended session or the planned end was recorded",
			Denominator: "placements offered in referrals received in the period",
			Excluded:    inError + "; offered too recently",
			Frame:       "dose", Source: source, Themes: []string{"8-1", "8-3"},
		},
		{
			ID: CompletedID, Version: version, Name: "completed with an outcome within " + span(s.CourseDays, "day"), Unit: "placement", Of: "placements begun",
			Numerator:   "placements that came to their planned end with a known outcome, at most " + span(s.CourseDays, "day") + " after the first session",
			Denominator: "placements whose person had been there, in referrals received in the period",
			Excluded:    inError + "; started too recently",
			Frame:       "dose", Source: source, Themes: []string{"1-1", "8-3"},
		},
		{
			ID: CompletedMetID, Version: version, Name: "every need met by what was completed", Unit: "placement", Of: "placements completed",
			Numerator:   "placements whose outcome is that every need was met",
			Denominator: "placements completed with a known outcome in referrals received in the period",
			Excluded:    inError + "; completed with an unknown outcome",
			Frame:       "effectiveness", Source: source, Themes: []string{"4-4", "4-5"},
		},
		{
			ID: DeclinedByID, Version: version, Name: "declined", Unit: "placement", Of: "placements declined",
			Numerator:   "placements that were declined for this reason",
			Denominator: "placements declined, by whom ever, in referrals received in the period",
			Excluded:    inError,
			Frame:       "context", Source: source, Themes: []string{"6-2", "8-1"},
		},
	}
}

// span writes a number with its noun: "1 day", "84 days".
func span(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
