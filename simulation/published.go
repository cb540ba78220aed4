package simulation

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Preset is how people and services behave, with the source of each number.
type Preset struct {
	Name    string
	On      sp.Date // when the figures were gathered
	Way     Way
	Cap     int // of each worker of a [Team], in hundredths of a point of [caseload.Proposed]
	Sources []Source
}

// A Source says where a number of a [Preset] comes from.
type Source struct {
	Parameter string // the field of [Way], or Cap, or one of [Outcome] such as "Outcome.SD"
	Says      string // what is known, or why it is assumed so
	From      string // the publication or the data; empty is assumed
}

// parameters are the fields of [Way], and Cap.
func parameters() []string {
	return []string{
		"TriageDays", "Declined", "Patience", "Answers", "Attempts", "AttemptDays", "Contacts", "ContactDays", "WantsService", "Options", "PlacePatience",
		"ReplyDays", "Accepts", "Attendance", "StopAfter", "Met", "Tenure", "Vacancy", "Concerns", "Closure", "Outcome", "Cap",
	}
}

// assumed returns the parameters that have no source.
func (s *Scenario) assumed() (names []string) {
	all := parameters()
	if s.Way.Outcome != nil { // how the answers of people spread is no finding of those who published an effect
		all = append(all, "Outcome.Mean", "Outcome.SD", "Outcome.Retest")
	}
	for _, name := range all {
		known := func(o Source) bool { return o.Parameter == name && o.From != "" }
		if !slices.ContainsFunc(s.Sources, known) {
			names = append(names, name)
		}
	}
	return names
}

// Assumed returns the parameters for which there is no publication. Print them beside whatever
// is simulated: a result can hang on any of them.
func (p Preset) Assumed() (names []string) {
	for _, s := range p.Sources {
		if s.From == "" {
			names = append(names, s.Parameter)
		}
	}
	return names
}

const (
	bu      = "Bu 2024 (English social prescribing records)"
	hee     = "HEE roles explorer: social prescribing link worker"
	joy     = "Joy, provider listing 900"
	assumed = ""
)

// Published returns a preset after published figures of English schemes, as far as there are
// any: nine in ten of those who are referred are spoken to, and 38 % begin something, where
// places are enough. Most of its numbers are assumed.
func Published() Preset {
	going := caseload.Proposed().Weigh(caseload.Facts{Phase: caseload.Going, Needs: 1}).Points
	return Preset{
		Name: "published figures of England",
		On:   sp.NewDate(2026, time.November, 30),
		Cap:  52 * going,
		Way: Way{
			TriageDays: queue.Uniform{Low: 0, High: 5}, Declined: 0.02,
			Patience: queue.Exponential(365),
			Answers:  0.6, Attempts: 3, AttemptDays: queue.Uniform{Low: 1, High: 6},
			Contacts: queue.Uniform{Low: 6, High: 12}, ContactDays: queue.Triangular{Low: 5, Mode: 9, High: 14},
			WantsService: 0.44, Options: 5, PlacePatience: queue.Exponential(120),
			ReplyDays: queue.Triangular{Low: 0, Mode: 3, High: 14}, Accepts: 0.94,
			Attendance: Attendance{Base: 0.85, PerWeekWaited: 0.01, PerTenMinutes: 0.02}, StopAfter: 3,
			Met:    0.5,
			Tenure: queue.Exponential(3 * 365), Vacancy: queue.Uniform{Low: 30, High: 120},
		},
		Sources: []Source{
			{"TriageDays", "a working week at the most", assumed},
			{"Declined", "few: referrals that a practice has agreed with the person", assumed},
			{"Patience", "one in four within 100 days", assumed},
			{"Answers", "with Attempts: 90 % of referrals are spoken to", bu},
			{"Attempts", "three", assumed},
			{"AttemptDays", "within a week", assumed},
			{"Contacts", "6 to 12 for each person", hee},
			{"ContactDays", "twelve weeks of support for about nine conversations", assumed},
			{"WantsService", "with Accepts and Attendance: 38 % of people have any intervention", bu},
			{"Options", "five are looked at", assumed},
			{"PlacePatience", "four months on average", assumed},
			{"ReplyDays", "3 days in the example; no later than 14", joy},
			{"Accepts", "94 % in the example", joy},
			{"Attendance", "no published share of sessions missed was found", assumed},
			{"StopAfter", "three sessions missed in a row", assumed},
			{"Met", "what a course does for people who would not have gone is not known", assumed},
			{"Tenure", "three years on average; in 2020 29 % considered resigning", assumed},
			{"Vacancy", "one to four months", assumed},
			{"Concerns", "none: how often a conversation brings up a crisis or harm by others has not been published", assumed},
			{"Closure", "never: no rate at which charities close was found for those that take referrals", assumed},
			{"Outcome", "none: nobody is asked how they are", assumed},
			{"Cap", "200 to 250 people a year, with 12 weeks of support: 46 to 58 at a time by Little's law", hee},
		},
	}
}
