package catalogue

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
)

// IDs of what happened on the way.
const (
	AcceptedID     = "accepted"
	ContactedID    = "contacted-in-time"
	WaitID         = "wait-to-contact"
	BeginID        = "wait-to-help"
	NothingFoundID = "need-without-option"
	StartedID      = "started"
	CompletedID    = "completed-with-outcome"
	CompletedMetID = "completed-with-needs-met"
	DeclinedByID   = "declined-by-reason"
)

// Left is how a wait ends for those who leave before: turned away, withdrawn, expired or
// closed.
const Left = "left"

// OnTheWay returns the indicators of those who came so far.
func OnTheWay(s Standards) []evaluation.Indicator {
	s = s.orDefault()
	return described(slices.Concat(received(s), got(s), outcomes(s)))
}

// described gives indicators their version, their source, and, where they have none, the cohort of referral.
func described(all []evaluation.Indicator) []evaluation.Indicator {
	for n := range all {
		i := &all[n]
		i.Version, i.Source = version, citation(i.Number, i.Frame)
		if i.Cohort == (evaluation.DayFact{}) {
			i.Cohort = facts.Received
		}
	}
	return all
}

// received are the indicators of who comes and how they are received.
func received(s Standards) []evaluation.Indicator {
	return []evaluation.Indicator{
		accepted(), contacted(s), waitToContact(), waitToHelp(),
		selfReferred(), offerDeclined(), complete(), waitForDecision(), longWaiters(s), handOffs(), reached(s), structured(),
	}
}

// got are those of what people got.
func got(s Standards) []evaluation.Indicator {
	return []evaluation.Indicator{
		missed(), contacts(), plan(), concordance(), onward(), signposted(), nothingFound(), providerYes(), providerStart(), started(s), adherence(),
		completed(s), completedMet(), declinedBy(), retained(84), retained(182), retained(365), stoppedFor(), accompanied(), adjustments(), listingsRight(),
	}
}

// outcomes are those of what came of it.
func outcomes(s Standards) []evaluation.Indicator {
	all := []evaluation.Indicator{feedback(s), waitForFeedback(), feedbackRead(s), feedbackCoded(s), baseline(), followedUp(s), longTerm(s), improved()}
	all = append(append(all, changes(s)...), goals(),
		said(48, FeltHeardID, "felt heard", "I was listened to", facts.Heard, "effectiveness", "4-4", "7-2"),
		said(49, RecommendID, "would recommend it", "I would recommend it", facts.Recommended, "mechanism", "7-2"),
		said(49, TrustID, "trust the person who works with them", "I trust the person who works with me", facts.TrustsWorker, "mechanism", "7-2"),
		statements(), permitted(), noLonger(), informationWait(), privacyWait(), safe(), alertEscalated())
	return append(all, invoices(s)...)
}

func accepted() evaluation.Indicator {
	return evaluation.Indicator{
		ID: AcceptedID, Number: 12, Name: "accepted", Unit: facts.Referrals, Of: "referrals decided on",
		Numerator:   "referrals that the scheme accepted and has not turned away since",
		Denominator: "referrals received in the period on which the scheme has decided: accepted, declined, rerouted or expired",
		Excluded:    inError + "; not decided yet; withdrawn before a decision",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"6-3", "2-3"},
		Reads: []evaluation.Fact{facts.TurnedAway, facts.Accepted, facts.Ended},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case r.Happened(facts.TurnedAway):
				return evaluation.No
			case r.Happened(facts.Accepted):
				return evaluation.Yes
			case r.Happened(facts.Ended):
				return evaluation.Out("ended before a decision")
			default:
				return evaluation.NotYet
			}
		},
	}
}

func contacted(s Standards) evaluation.Indicator {
	within := span(s.ContactDays, "working day")
	return evaluation.Indicator{
		ID: ContactedID, Number: 15, Name: "contacted within " + within, Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals whose person was first spoken to at most " + within + " after the day of receipt",
		Denominator: "referrals received in the period, accepted or not",
		Excluded:    inError + "; that working day has not passed",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"6-1"},
		Window: evaluation.Window{Workdays: s.ContactDays},
		Reads:  []evaluation.Fact{facts.Received, facts.Contacted},
		Rule:   inTime(facts.Received, facts.Contacted),
	}
}

func waitToContact() evaluation.Indicator {
	return evaluation.Indicator{
		ID: WaitID, Number: 14, Name: "wait to first contact", Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals whose person was spoken to",
		Denominator: "referrals received in the period; those that ended without contact have left, and are never spoken to",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"6-1", "2-2"},
		Reads: []evaluation.Fact{facts.Received, facts.Contacted, facts.Ended},
		Rule:  until(facts.Received, facts.Contacted, facts.Ended),
	}
}

func waitToHelp() evaluation.Indicator {
	return evaluation.Indicator{
		ID: BeginID, Name: "wait until help begins", Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals whose person was at something that they were placed with",
		Denominator: "referrals received in the period; those that ended before have left, and never begin",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"6-1", "8-3"},
		Reads: []evaluation.Fact{facts.Received, facts.Ended, facts.Started, facts.Completed, facts.Attended},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Wait(r.Day(facts.Received), began(r), Left, r.Day(facts.Ended))
		},
	}
}

func nothingFound() evaluation.Indicator {
	return evaluation.Indicator{
		ID: NothingFoundID, Number: 25, Name: "needs for which nothing was found", Unit: facts.Needs, Of: "needs assessed",
		Numerator:   "needs for which it was recorded that there is nothing",
		Denominator: "needs assessed in referrals received in the period",
		Excluded:    "needs of referrals " + inError,
		Statistic:   evaluation.Shares, Better: evaluation.Lower, Frame: "context", Themes: []string{"6-2", "4-5"},
		Reads: []evaluation.Fact{facts.Found, facts.NothingFound},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.Found) {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.Happened(facts.NothingFound))
		},
	}
}

func started(s Standards) evaluation.Indicator {
	within := span(s.StartDays, "day")
	return evaluation.Indicator{
		ID: StartedID, Number: 28, Name: "started within " + within, Unit: facts.Placements, Of: "placements offered",
		Numerator:   "placements whose person had been there " + within + " after the offer: a start, an attended session or the planned end was recorded",
		Denominator: "placements offered in referrals received in the period",
		Excluded:    inError + "; offered too recently",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "dose", Themes: []string{"8-1", "8-3"},
		Window: evaluation.Window{Days: s.StartDays},
		Reads:  []evaluation.Fact{facts.Offered, facts.Started, facts.Completed, facts.Attended},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Within(r.Day(facts.Offered), there(r))
		},
	}
}

func completed(s Standards) evaluation.Indicator {
	within := span(s.CourseDays, "day")
	return evaluation.Indicator{
		ID: CompletedID, Number: 30, Name: "completed with an outcome within " + within, Unit: facts.Placements, Of: "placements begun",
		Numerator:   "placements that came to their planned end with a known outcome, at most " + within + " after the first session",
		Denominator: "placements whose person had been there, in referrals received in the period",
		Excluded:    inError + "; started too recently",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "dose", Themes: []string{"1-1", "8-3"},
		Window: evaluation.Window{Days: s.CourseDays},
		Reads:  []evaluation.Fact{facts.Started, facts.Completed, facts.Attended, facts.Result},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Within(there(r), concluded(r))
		},
	}
}

// concluded returns the day on which a placement was completed with a known outcome.
func concluded(r evaluation.Row) sp.Date {
	if !needs.Outcome(r.Code(facts.Result)).Told() {
		return 0
	}
	return r.Day(facts.Completed)
}

func completedMet() evaluation.Indicator {
	return evaluation.Indicator{
		ID: CompletedMetID, Name: "every need met by what was completed", Unit: facts.Placements, Of: "placements completed",
		Numerator:   "placements whose outcome is that every need was met",
		Denominator: "placements completed with a known outcome in referrals received in the period",
		Excluded:    inError + "; completed with an unknown outcome",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "effectiveness", Themes: []string{"4-4", "4-5"},
		Reads: []evaluation.Fact{facts.Completed, facts.Result},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case !r.Happened(facts.Completed):
				return evaluation.Absent
			case concluded(r) == 0:
				return evaluation.Unknown
			default:
				return evaluation.YesIf(r.Code(facts.Result) == string(needs.Met))
			}
		},
	}
}

func declinedBy() evaluation.Indicator {
	return evaluation.Indicator{
		ID: DeclinedByID, Name: "declined", Unit: facts.Placements, Of: "placements declined",
		Numerator:   "placements that were declined for this reason",
		Denominator: "placements declined, by whom ever, in referrals received in the period",
		Excluded:    inError,
		Statistic:   evaluation.ByCode, Frame: "context", Themes: []string{"6-2", "8-1"},
		Reads: []evaluation.Fact{facts.Declined, facts.DeclinedFor},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.Declined) {
				return evaluation.Absent
			}
			return evaluation.Of(r.Code(facts.DeclinedFor))
		},
	}
}
