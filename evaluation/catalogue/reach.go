package catalogue

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/referral/reason"
)

// IDs of who comes, and how they are received.
const (
	SelfReferredID  = "self-referred"
	OfferDeclinedID = "offer-declined"
	CompleteID      = "referral-complete"
	DecisionID      = "wait-for-decision"
	LongWaitID      = "long-waiters"
	HandOffsID      = "hand-offs"
	ReachedID       = "contact-success"
)

func selfReferred() evaluation.Indicator {
	return evaluation.Indicator{
		ID: SelfReferredID, Number: 7, Name: "came by themselves or through the community", Unit: facts.Referrals, Of: "referrals whose route is stated",
		Numerator:   "referrals of people who referred themselves, or whom somebody in the community did",
		Denominator: "referrals received in the period, by whatever route",
		Excluded:    inError + "; route not stated",
		Statistic:   evaluation.Shares, Frame: "reach", Themes: []string{"7-2"},
		Reads: []evaluation.Fact{facts.Route},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch route := r.Code(facts.Route); route {
			case "":
				return evaluation.Unknown
			default:
				return evaluation.YesIf(route == "self" || route == "community")
			}
		},
	}
}

func offerDeclined() evaluation.Indicator {
	return evaluation.Indicator{
		ID: OfferDeclinedID, Number: 10, Name: "offers that the person declined", Unit: facts.Placements, Of: "offers to people",
		Numerator:   "services put to a person that the person said no to, before or after the provider was asked",
		Denominator: "services put to a person in referrals received in the period",
		Excluded:    inError,
		Statistic:   evaluation.Clustered, Better: evaluation.Lower, Frame: "reach", Themes: []string{"7-2", "8-3"},
		Reads: []evaluation.Fact{facts.Proposed, facts.Declined, facts.DeclinedBy},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return evaluation.YesIf(r.Happened(facts.Declined) && r.Code(facts.DeclinedBy) == string(reason.Person))
		},
	}
}

func complete() evaluation.Indicator {
	return evaluation.Indicator{
		ID: CompleteID, Number: 11, Name: "referrals complete", Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals that said who the person is, why they come, how urgent it is, by which route and from whom",
		Denominator: "referrals received in the period",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"6-3", "5-1"},
		Reads: []evaluation.Fact{facts.Complete},
		Rule:  func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(facts.Complete)) },
	}
}

func waitForDecision() evaluation.Indicator {
	return evaluation.Indicator{
		ID: DecisionID, Number: 13, Name: "wait for a decision", Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals that the scheme accepted, declined, rerouted or let expire",
		Denominator: "referrals received in the period; those that were withdrawn before have left",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"6-1"},
		Reads: []evaluation.Fact{facts.Received, facts.Decided, facts.Ended},
		Rule:  until(facts.Received, facts.Decided, facts.Ended),
	}
}

func longWaiters(s Standards) evaluation.Indicator {
	days := span(s.LongWaitDays, "day")
	return evaluation.Indicator{
		ID: LongWaitID, Number: 16, Name: "waiting for longer than " + days, Unit: facts.Referrals, Of: "people waiting to be spoken to",
		Numerator:   "referrals that on the last day had waited for longer than " + days,
		Denominator: "referrals received in the period that on the last day were open, and whose person had not been spoken to",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"6-1", "2-2"},
		Window: evaluation.Window{Days: s.LongWaitDays},
		Reads:  []evaluation.Fact{facts.Received, facts.Contacted, facts.Ended},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if r.Happened(facts.Contacted) || r.Happened(facts.Ended) {
				return evaluation.Absent
			}
			return evaluation.YesIf(r.Deadline(r.Day(facts.Received)) < r.AsOf())
		},
	}
}

func handOffs() evaluation.Indicator {
	return evaluation.Indicator{
		ID: HandOffsID, Number: 17, Name: "hand-offs before help began", Unit: facts.Referrals, Of: "referrals in which help began", In: "hand-offs",
		Numerator:   "changes of scheme or link worker and offers to providers, up to the day on which help began",
		Denominator: "referrals received in the period in which help began",
		Excluded:    inError + "; help has not begun",
		Statistic:   evaluation.Means, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"6-1", "3-1"},
		Reads: []evaluation.Fact{facts.Moves, facts.Offered, facts.Started, facts.Completed, facts.Attended},
		Rule: func(r evaluation.Row) evaluation.Answer {
			by := began(r)
			if by == 0 {
				return evaluation.Out("help has not begun")
			}
			return evaluation.Value(handedOn(r, by))
		},
	}
}

// handedOn returns how often a referral was handed on up to a day: to another scheme or link worker, or to a provider.
func handedOn(r evaluation.Row, by sp.Date) (n int64) {
	for _, move := range r.List(facts.Moves) {
		if move.On <= by {
			n++
		}
	}
	for p := range r.Each(facts.Placements) {
		if offered := p.Day(facts.Offered); offered != 0 && offered <= by {
			n++
		}
	}
	return n
}

func reached(s Standards) evaluation.Indicator {
	days := span(s.ReachDays, "day")
	return evaluation.Indicator{
		ID: ReachedID, Number: 18, Name: "spoken to within " + days, Unit: facts.Referrals, Of: "referrals received",
		Numerator:   "referrals whose person was spoken to at all, at most " + days + " after receipt",
		Denominator: "referrals received in the period, accepted or not",
		Excluded:    inError + "; received less than " + days + " ago",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "dose", Themes: []string{"8-3", "6-1"},
		Window: evaluation.Window{Days: s.ReachDays},
		Reads:  []evaluation.Fact{facts.Received, facts.Contacted},
		Rule:   inTime(facts.Received, facts.Contacted),
	}
}
