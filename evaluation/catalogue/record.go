package catalogue

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/voice"
)

// IDs of what is on record about how people, referrers and providers were dealt with.
const (
	AdjustmentsID     = "adjustments-met"
	FeedbackReadID    = "feedback-read"
	FeedbackCodedID   = "feedback-coded"
	ListingsRightID   = "listings-right"
	InvoicesID        = "invoices-in-time"
	InvoiceWaitID     = "wait-for-payment"
	PrivacyWaitID     = "wait-after-privacy-concern"
	StructuredID      = "structured-referral"
	InformationWaitID = "wait-for-information"
	StatementsID      = "statements-by-kind"
)

// inTime makes the rule that something was done in the window that something else begins.
func inTime(since, done evaluation.DayFact) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer { return r.Within(r.Day(since), r.Day(done)) }
}

// until makes the rule of a wait from something until something else, which ends for those
// who leave before.
func until(since, reached, left evaluation.DayFact) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer {
		return r.Wait(r.Day(since), r.Day(reached), Left, r.Day(left))
	}
}

// answered makes the rule of a wait that nobody leaves.
func answered(since, reached evaluation.DayFact) func(evaluation.Row) evaluation.Answer {
	return func(r evaluation.Row) evaluation.Answer { return r.Wait(r.Day(since), r.Day(reached), "", 0) }
}

func structured() evaluation.Indicator {
	return evaluation.Indicator{
		ID: StructuredID, Number: 72, Name: "came as a coded message", Unit: facts.Referrals, Of: "referrals whose medium is stated",
		Numerator:   "referrals that came as a coded message from one program to another, which nobody types again",
		Denominator: "referrals received in the period, by whatever medium",
		Excluded:    inError + "; medium not stated",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "context", Themes: []string{"5-2"},
		Reads: []evaluation.Fact{facts.Medium},
		Rule: func(r evaluation.Row) evaluation.Answer {
			medium := r.Code(facts.Medium)
			if medium == "" {
				return evaluation.Unknown
			}
			return evaluation.YesIf(medium == string(referral.Structured))
		},
	}
}

func adjustments() evaluation.Indicator {
	return evaluation.Indicator{
		ID: AdjustmentsID, Number: 36, Name: "adjustments that were there", Unit: facts.Adjustments, Of: "adjustments asked for of which it is noted",
		Numerator:   "reasonable adjustments, such as a ramp or an interpreter, that by the last word were there",
		Denominator: "reasonable adjustments that a provider was told of, or that were noted, in placements of referrals received in the period",
		Excluded:    inError + "; nobody noted whether it was there",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "adaptation", Themes: []string{"4-2", "8-1"},
		Reads: []evaluation.Fact{facts.AdjustmentAsked, facts.AdjustmentNoted},
		Rule: func(r evaluation.Row) evaluation.Answer {
			noted := r.Code(facts.AdjustmentNoted)
			if noted == "" {
				return evaluation.Unknown
			}
			return evaluation.YesIf(noted == facts.AdjustmentMet)
		},
	}
}

func feedbackRead(s Standards) evaluation.Indicator {
	days := span(s.ReadDays, "day")
	return evaluation.Indicator{
		ID: FeedbackReadID, Number: 39, Name: "feedback read within " + days, Unit: facts.Messages, Of: "messages to referrers",
		Numerator:   "messages that the referrer read or filed, at most " + days + " after they were sent",
		Denominator: "messages on how things stand, in referrals received in the period",
		Excluded:    inError + "; sent less than " + days + " ago",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"3-1", "5-2"},
		Window: evaluation.Window{Days: s.ReadDays},
		Reads:  []evaluation.Fact{facts.MessageSent, facts.MessageRead}, Recorded: facts.MessageRead,
		Rule: inTime(facts.MessageSent, facts.MessageRead),
	}
}

func feedbackCoded(s Standards) evaluation.Indicator {
	days := span(s.ReadDays, "day")
	return evaluation.Indicator{
		ID: FeedbackCodedID, Number: 40, Name: "coded in the referrer's record within " + days, Unit: facts.Referrals, Of: "referrals closed",
		Numerator:   "referrals of which a message sent on the day of the closing or later stands as a code in the referrer's own record, at most " + days + " after the closing",
		Denominator: "referrals received in the period that were closed",
		Excluded:    inError + "; closed less than " + days + " ago",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"5-2"},
		Window: evaluation.Window{Days: s.ReadDays},
		Reads:  []evaluation.Fact{facts.Closed, facts.MessageSent, facts.MessageCoded}, Recorded: facts.MessageCoded,
		Rule: func(r evaluation.Row) evaluation.Answer {
			closed, coded := r.Day(facts.Closed), sp.Date(0)
			for m := range r.Each(facts.Messages) {
				if m.Day(facts.MessageSent) >= closed {
					coded = earlier(coded, m.Day(facts.MessageCoded))
				}
			}
			return r.Within(closed, coded)
		},
	}
}

func listingsRight() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ListingsRightID, Number: 58, Name: "listings found right", Unit: facts.Statements, Of: "listings tried", Impersonal: true,
		Numerator:   "listings of the directory that were tried and of which all was right",
		Denominator: "listings drawn as a sample that were tried in the period; one that was tried twice counts twice",
		Excluded:    inError + "; nobody answered, so nobody knows",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "context", Themes: []string{"7-3"},
		Cohort: facts.Said,
		Reads:  []evaluation.Fact{facts.ListingRight},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch r.Code(facts.ListingRight) {
			case "":
				return evaluation.Absent
			case sp.Unknown.String():
				return evaluation.Unknown
			default:
				return evaluation.YesIf(r.Code(facts.ListingRight) == sp.Yes.String())
			}
		},
	}
}

func privacyWait() evaluation.Indicator {
	return evaluation.Indicator{
		ID: PrivacyWaitID, Number: 71, Name: "wait until a privacy concern is answered", Unit: facts.Statements, Of: "privacy concerns",
		Numerator:   "privacy concerns that somebody answered, in whatever way",
		Denominator: "concerns, raised in the period, that something about oneself came where it should not",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "context", Themes: []string{"8-2"},
		Cohort: facts.Said,
		Reads:  []evaluation.Fact{facts.SaidAs, facts.Said, facts.Answered},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if r.Code(facts.SaidAs) != string(voice.Privacy) {
				return evaluation.Absent
			}
			return answered(facts.Said, facts.Answered)(r)
		},
	}
}

// statements count what was said, so that it can be held against how many were asked.
func statements() evaluation.Indicator {
	return evaluation.Indicator{
		ID: StatementsID, Name: "statements", Unit: facts.Statements, Of: "statements",
		Numerator:   "statements of this kind by somebody in this role: the answers to a questionnaire, the days of a diary",
		Denominator: "all statements that were made in the period; how many were asked for them, the log does not hold: see ResponseRates in evaluation/tables",
		Excluded:    inError,
		Statistic:   evaluation.ByCode, Frame: "mechanism", Themes: []string{"4-4"},
		Cohort: facts.Said,
		Reads:  []evaluation.Fact{facts.SaidAs, facts.SaidBy},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return evaluation.Of(r.Code(facts.SaidAs) + " (" + r.Code(facts.SaidBy) + ")")
		},
	}
}

func informationWait() evaluation.Indicator {
	return evaluation.Indicator{
		ID: InformationWaitID, Name: "wait until a request for information is answered", Unit: facts.Requests, Of: "requests for information",
		Numerator:   "requests that were answered: by what was told, or by why it was not",
		Denominator: "requests, made in the period, of a provider or another partner to be told more of a person",
		Excluded:    "none",
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"5-1", "3-1"},
		Cohort: facts.Requested,
		Reads:  []evaluation.Fact{facts.Requested, facts.Replied},
		Rule:   answered(facts.Requested, facts.Replied),
	}
}

// invoices are the indicators of how soon providers are paid.
func invoices(s Standards) []evaluation.Indicator {
	days := span(s.PayDays, "day")
	all := []evaluation.Indicator{
		{
			ID: InvoicesID, Name: "invoices paid within " + days, Better: evaluation.Higher, Statistic: evaluation.Shares,
			Numerator: "invoices that were paid, at most " + days + " after they came",
			Excluded:  "received less than " + days + " ago",
			Window:    evaluation.Window{Days: s.PayDays},
			Rule:      inTime(facts.InvoiceReceived, facts.InvoicePaid),
		},
		{
			ID: InvoiceWaitID, Name: "wait until an invoice is paid", Better: evaluation.Lower, Statistic: evaluation.Waits,
			Numerator: "invoices that were paid",
			Excluded:  "none",
			Rule:      answered(facts.InvoiceReceived, facts.InvoicePaid),
		},
	}
	for n := range all {
		i := &all[n]
		i.Number, i.Unit, i.Of, i.Impersonal, i.Frame, i.Themes = 67, facts.Invoices, "invoices received", true, "implementation", []string{"1-1"}
		i.Denominator, i.Cohort = "invoices of providers that were received in the period, under awards", facts.InvoiceReceived
		i.Reads = slices.Clone([]evaluation.Fact{facts.InvoiceReceived, facts.InvoicePaid})
	}
	return all
}
