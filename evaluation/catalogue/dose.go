package catalogue

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/reason"
)

// IDs of what people got.
const (
	MissedID        = "sessions-missed"
	ContactsID      = "contacts-per-person"
	PlanID          = "personalised-plan"
	ConcordanceID   = "needs-in-own-words"
	OnwardID        = "onward-referral"
	SignpostedID    = "signposted-only"
	ProviderYesID   = "provider-acceptance"
	ProviderStartID = "wait-to-start"
	AdherenceID     = "sessions-attended"
	RetainedID      = "retained" // followed by the number of days
	StoppedForID    = "stopped-for-cost-or-travel"
	AccompaniedID   = "accompanied-first-visit"
)

func missed() evaluation.Indicator {
	return evaluation.Indicator{
		ID: MissedID, Number: 19, Name: "sessions missed", Unit: facts.Sessions, Of: "sessions that took place",
		Numerator:   "sessions that the person did not come to and had not called off",
		Denominator: "sessions attended or missed, in referrals received in the period; people have several, which the interval allows for",
		Excluded:    inError,
		Statistic:   evaluation.Clustered, Better: evaluation.Lower, Frame: "dose", Themes: []string{"8-1", "8-3"},
		Reads: []evaluation.Fact{facts.Attended, facts.Missed},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case r.Happened(facts.Attended):
				return evaluation.No
			case r.Happened(facts.Missed):
				return evaluation.Yes
			default:
				return evaluation.Absent
			}
		},
	}
}

func contacts() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ContactsID, Number: 20, Name: "conversations with a person", Unit: facts.People, Of: "people whose referrals have ended", In: "conversations",
		Numerator:   "conversations with the person, in their referrals of the period",
		Denominator: "people referred in the period, all of whose referrals in it have ended",
		Excluded:    inError + "; a referral is open",
		Statistic:   evaluation.Means, Frame: "dose", Themes: []string{"2-2", "2-3"},
		Reads: []evaluation.Fact{facts.Contacts, facts.Ended},
		Rule:  conversations,
	}
}

func conversations(r evaluation.Row) evaluation.Answer {
	n := int64(0)
	for one := range r.Each(facts.Referrals) {
		if !one.Happened(facts.Ended) {
			return evaluation.NotYet
		}
		n += int64(one.Count(facts.Contacts))
	}
	return evaluation.Value(n)
}

func plan() evaluation.Indicator {
	return evaluation.Indicator{
		ID: PlanID, Number: 21, Name: "with a plan of their own", Unit: facts.People, Of: "people spoken to",
		Numerator:   "people who set a goal in an assessment, on the day of their first receipt in the period or later",
		Denominator: "people referred in the period who were spoken to",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"2-3", "4-5"},
		Reads:    []evaluation.Fact{facts.Contacted, facts.GoalSet},
		Recorded: facts.GoalSet,
		Rule: func(r evaluation.Row) evaluation.Answer {
			if r.First(facts.Contacted) == 0 {
				return evaluation.Absent
			}
			return evaluation.YesIf(setAGoal(r, r.First(facts.Received)))
		},
	}
}

// setAGoal reports whether a person set a goal on a day or later.
func setAGoal(r evaluation.Row, since sp.Date) bool {
	for goal := range r.Each(facts.Goals) {
		if goal.Day(facts.GoalSet) >= since {
			return true
		}
	}
	return false
}

func concordance() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ConcordanceID, Number: 22, Name: "needs that the person named", Unit: facts.Findings, Of: "needs whose source is stated",
		Numerator:   "needs of an assessment that the person named, and nobody found for them",
		Denominator: "needs found in assessments that were opened in the period",
		Excluded:    "source not stated",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"4-5"},
		Cohort: facts.Opened,
		Reads:  []evaluation.Fact{facts.Identified, facts.FoundBy},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch by := r.Code(facts.FoundBy); {
			case !r.Happened(facts.Identified):
				return evaluation.Absent
			case by == "":
				return evaluation.Unknown
			default:
				return evaluation.YesIf(by == string(sp.RolePerson))
			}
		},
	}
}

func onward() evaluation.Indicator {
	return evaluation.Indicator{
		ID: OnwardID, Number: 23, Name: "referred on to a service", Unit: facts.People, Of: "people with needs assessed",
		Numerator:   "people for whom a place was asked of at least one service",
		Denominator: "people referred in the period whose needs were assessed",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "dose", Themes: []string{"6-2", "4-5"},
		Reads: []evaluation.Fact{facts.Assessed, facts.Offered},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if r.First(facts.Assessed) == 0 {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.First(facts.Offered) != 0)
		},
	}
}

func signposted() evaluation.Indicator {
	return evaluation.Indicator{
		ID: SignpostedID, Number: 24, Name: "closed with information only", Unit: facts.Referrals, Of: "referrals closed",
		Numerator:   "referrals closed with the outcome that the person was told where to go",
		Denominator: "referrals received in the period that were closed, in whatever way",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Frame: "dose", Themes: []string{"2-3", "3-2"},
		Reads: []evaluation.Fact{facts.Closed, facts.Outcome},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.Closed) {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.Code(facts.Outcome) == string(needs.Signposted))
		},
	}
}

func providerYes() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ProviderYesID, Number: 26, Name: "accepted by the provider", Unit: facts.Placements, Of: "requests that the provider answered or let lapse",
		Numerator:   "requests that the provider said yes to, or whose person was there",
		Denominator: "requests to providers in referrals received in the period",
		Excluded:    inError + "; not answered yet; ended by somebody else before an answer",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "dose", Themes: []string{"6-2", "3-1"},
		Reads: []evaluation.Fact{facts.Offered, facts.Taken, facts.Started, facts.Completed, facts.Attended, facts.Declined, facts.DeclinedBy, facts.Lapsed, facts.Over},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case !r.Happened(facts.Offered):
				return evaluation.Absent
			case r.Happened(facts.Taken), there(r) != 0:
				return evaluation.Yes
			case r.Happened(facts.Lapsed), r.Happened(facts.Declined) && r.Code(facts.DeclinedBy) == string(reason.Provider):
				return evaluation.No
			case r.Happened(facts.Over):
				return evaluation.Out("ended by somebody else before an answer")
			default:
				return evaluation.NotYet
			}
		},
	}
}

func providerStart() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ProviderStartID, Number: 27, Name: "wait from the offer until help begins", Unit: facts.Placements, Of: "placements offered",
		Numerator:   "placements whose person was there",
		Denominator: "placements offered in referrals received in the period; those that ended before have ended, and never begin",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "dose", Themes: []string{"6-1"},
		Reads: []evaluation.Fact{facts.Offered, facts.Started, facts.Completed, facts.Attended, facts.Over},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Wait(r.Day(facts.Offered), there(r), "ended", r.Day(facts.Over))
		},
	}
}

func adherence() evaluation.Indicator {
	return evaluation.Indicator{
		ID: AdherenceID, Number: 29, Name: "sessions attended", Unit: facts.Sessions, Of: "sessions planned",
		Numerator:   "sessions that the person came to",
		Denominator: "sessions planned in referrals received in the period, attended, missed or called off; people have several, which the interval allows for",
		Excluded:    inError + "; to come, or not recorded",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "dose", Themes: []string{"8-3"},
		Reads: []evaluation.Fact{facts.Attended, facts.Missed, facts.Cancelled},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case r.Happened(facts.Attended):
				return evaluation.Yes
			case r.Happened(facts.Missed), r.Happened(facts.Cancelled):
				return evaluation.No
			default:
				return evaluation.NotYet
			}
		},
	}
}

func retained(days int) evaluation.Indicator {
	within := span(days, "day")
	return evaluation.Indicator{
		ID: RetainedID + "-" + within[:len(within)-len(" days")], Number: 31, Name: "had not stopped early after " + within, Unit: facts.Placements, Of: "placements begun",
		Numerator:   "placements that had not stopped before their planned end by " + within + " after the person was first there",
		Denominator: "placements whose person had been there, in referrals received in the period",
		Excluded:    inError + "; begun less than " + within + " ago",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "maintenance", Themes: []string{"1-1", "4-4"},
		Window: evaluation.Window{Days: days},
		Reads:  []evaluation.Fact{facts.Started, facts.Completed, facts.Attended, facts.Stopped},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch stopped := r.Within(there(r), r.Day(facts.Stopped)); stopped {
			case evaluation.Yes:
				return evaluation.No
			case evaluation.No:
				return evaluation.Yes
			default:
				return stopped
			}
		},
	}
}

func stoppedFor() evaluation.Indicator {
	return evaluation.Indicator{
		ID: StoppedForID, Number: 32, Name: "stopped for cost or travel", Unit: facts.Placements, Of: "placements that stopped early",
		Numerator:   "placements that stopped because it was too dear, too far or there was no transport",
		Denominator: "placements that stopped before their planned end, in referrals received in the period",
		Excluded:    inError,
		Statistic:   evaluation.Clustered, Better: evaluation.Lower, Frame: "context", Themes: []string{"8-1"},
		Reads: []evaluation.Fact{facts.Stopped, facts.StoppedFor},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.Stopped) {
				return evaluation.Absent
			}
			return evaluation.YesIf(slices.Contains([]string{reason.NoTransport, reason.TooFar, reason.TooDear}, r.Code(facts.StoppedFor)))
		},
	}
}

func accompanied() evaluation.Indicator {
	return evaluation.Indicator{
		ID: AccompaniedID, Number: 33, Name: "accompanied at the first session", Unit: facts.Referrals, Of: "first sessions of people with anxiety",
		Numerator:   "referrals whose person came to the first session with somebody",
		Denominator: "referrals received in the period in which anxiety was found and a session attended",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Frame: "adaptation", Themes: []string{"8-3"},
		Reads:    []evaluation.Fact{facts.Found, facts.Attended, facts.Accompanied},
		Recorded: facts.Accompanied,
		Rule: func(r evaluation.Row) evaluation.Answer {
			first := r.First(facts.Attended)
			if first == 0 || !anxious(r) {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.First(facts.Accompanied) == first)
		},
	}
}

// anxious reports whether anxiety was found in a referral.
func anxious(r evaluation.Row) bool {
	for need := range r.Each(facts.Needs) {
		if need.Name() == string(needs.Anxiety) && need.Happened(facts.Found) {
			return true
		}
	}
	return false
}
