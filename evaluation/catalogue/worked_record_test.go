package catalogue_test

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// allExamples are those of every indicator.
func allExamples() []example {
	return slices.Concat(headlineExamples(), wayExamples(), examples(), recordExamples())
}

func recordExamples() []example {
	listing := func(codes ...voice.Code) voice.Said {
		s := voice.Said{Kind: voice.Listing, Speaker: voice.LinkWorker, Service: "bay/garden"}
		for _, c := range codes {
			s.Items = append(s.Items, voice.Item{Code: c})
		}
		return s
	}
	private := voice.Said{Kind: voice.Privacy, Speaker: voice.Person, Items: []voice.Item{{Code: "priv-letter-seen"}}}
	asked := func(id register.RequestID) register.Requested {
		return register.Requested{Request: id, By: "bay/green", As: consent.ToProvider, Fields: []string{"phone"}, Reason: "to-call"}
	}
	sent := func(id referral.DocumentID) store.Event { return referral.FeedbackSent{Document: id} }
	closed := referral.Closed{Result: needs.Result{Outcome: needs.Met}}
	return []example{
		{
			catalogue.StructuredID, 30, history(received("R-1"), []store.RecordedEvent{
				on("R-2", 0, referral.Received{Medium: referral.Structured}), on("R-3", 0, referral.Received{Medium: referral.ByEmail}),
			}),
			map[string]int64{"yes": 1, "no": 1, "unknown": 1},
		},
		{
			catalogue.AdjustmentsID, 30, history(received("R-1"), []store.RecordedEvent{
				on("PL-1", 1, placement.Proposed{Referral: "R-1", Person: "P-1", Needs: []needs.Code{needs.Debt}}),
				on("PL-1", 1, placement.Offered{Level: placement.FullReferral, Disclosed: []placement.Item{
					{Field: "adjustment", Code: "ramp"}, {Field: "adjustment", Code: "interpreter"}, {Field: "need", Code: "debt"},
				}}),
				on("PL-1", 9, placement.AdjustmentsNoted{Met: []string{"ramp"}, NotMet: []string{"quiet-room"}}),
				on("PL-1", 12, placement.AdjustmentsNoted{Met: []string{"quiet-room"}, NotMet: []string{"ramp"}}),
			}),
			map[string]int64{"part 1 2": 1, "unknown": 1},
		},
		{
			catalogue.FeedbackReadID, 60, history(
				received("R-1", on("R-1", 10, sent("D-1")), on("R-1", 11, sent("D-2")), on("R-1", 38, referral.FeedbackAcknowledged{Document: "D-1"}), on("R-1", 40, referral.FeedbackAcknowledged{Document: "D-2"})),
				received("R-2", on("R-2", 33, sent("D-3")), on("R-2", 34, referral.FeedbackAcknowledged{Document: "D-3"}))),
			map[string]int64{"part 1 2": 1, "not-yet": 1},
		},
		{
			catalogue.FeedbackCodedID, 60, history(
				received("R-1", on("R-1", 10, closed), on("R-1", 10, sent("D-1")), on("R-1", 38, referral.FeedbackCoded{Document: "D-1"})),
				received("R-2", on("R-2", 9, sent("D-2")), on("R-2", 10, closed), on("R-2", 12, referral.FeedbackCoded{Document: "D-2"})),
				received("R-3", on("R-3", 33, closed)), received("R-4")),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1},
		},
		{
			catalogue.ListingsRightID, 30, history([]store.RecordedEvent{
				on("V-1", 1, listing("list-right")), on("V-2", 1, listing("list-right", "list-cost")), on("V-3", 1, listing("list-no-answer")),
				on("V-4", 1, listing("list-right")), on("V-4", 2, voice.Retracted{}), on("V-5", 1, said("exp-heard", "4")),
			}),
			map[string]int64{"yes": 1, "no": 1, "unknown": 1, wrong: 1},
		},
		{
			catalogue.PrivacyWaitID, 30, history([]store.RecordedEvent{
				on("V-1", 1, private), on("V-1", 9, voice.Answered{Outcome: voice.Done}), on("V-2", 1, private), on("V-3", 1, said("exp-heard", "4")),
			}),
			map[string]int64{"ended: reached 8": 1, "waiting 29": 1},
		},
		{
			catalogue.StatementsID, 30, history([]store.RecordedEvent{
				on("V-1", 1, private), on("V-2", 1, said("exp-heard", "4")), on("V-3", 2, said("exp-heard", "0")), on("V-4", 2, listing("list-right")), on("V-4", 3, voice.Retracted{}),
			}),
			map[string]int64{"of: privacy (person)": 1, "of: experience (person)": 2, wrong: 1},
		},
		{
			catalogue.InformationWaitID, 30, history([]store.RecordedEvent{
				on("C-1", 1, register.Opened{Person: "P-1"}), on("C-1", 2, asked("Q-1")), on("C-1", 3, asked("Q-2")), on("C-1", 9, register.Replied{Request: "Q-1", Refused: "no-agreement"}),
			}),
			map[string]int64{"ended: reached 7": 1, "waiting 27": 1},
		},
		{catalogue.InvoicesID, 40, threeInvoices(), map[string]int64{"yes": 1, "no": 1, "not-yet": 1}},
		{catalogue.InvoiceWaitID, 40, threeInvoices(), map[string]int64{"ended: reached 30": 1, "ended: reached 31": 1, "waiting 20": 1}},
	}
}

// threeInvoices are one that is paid on the last day in time, one a day late, and one that waits.
func threeInvoices() []store.RecordedEvent {
	came := func(id grant.InvoiceID) store.Event {
		return grant.InvoiceReceived{Invoice: id, Amount: sp.Pounds(3_000)}
	}
	return history([]store.RecordedEvent{
		on("AW-1", 0, grant.AwardOffered{Fund: "F-1", Terms: contract.Terms{ID: "AW-1", Provider: "bay/green", Period: sp.FinancialYear(2026), Amount: sp.Pounds(9_000)}}),
		on("AW-1", 1, came("I-1")), on("AW-1", 2, came("I-2")), on("AW-1", 20, came("I-3")),
		on("AW-1", 31, grant.InvoicePaid{Invoice: "I-1"}), on("AW-1", 33, grant.InvoicePaid{Invoice: "I-2"}),
	})
}

// fates are somebody whose help began, somebody who was turned away, somebody who waits, somebody who came a day
// later, and a mistake.
func fates() []store.RecordedEvent {
	return history(
		received("R-1"), placed("PL-1", "R-1", on("PL-1", 84, placement.Started{})),
		received("R-2", on("R-2", 5, referral.Declined{Reason: because(reason.OutsideRemit)})),
		received("R-3"), placed("PL-3", "R-3", on("PL-3", 85, placement.Started{})),
		[]store.RecordedEvent{on("R-4", 1, referral.Received{Person: "P-4"}), on("R-4", 2, referral.Withdrawn{})},
		received("R-5", on("R-5", 2, mistake)))
}

// needed are six needs of five people: one in part, one that is worked on, one of which nobody knows, one that a
// placement met, one of somebody who left, and a person without any.
func needed() []store.RecordedEvent {
	found := func(codes ...needs.Code) referral.Assessed { return referral.Assessed{Needs: codes} }
	return history(
		received("R-1", on("R-1", 1, found(needs.Debt, needs.Loneliness)), on("R-1", 20, referral.Closed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Loneliness}}})),
		received("R-2", on("R-2", 1, found(needs.Debt))),
		received("R-3", on("R-3", 1, found(needs.Debt)), on("R-3", 20, referral.Closed{Result: needs.Result{Outcome: needs.UnknownOutcome}})),
		received("R-4", on("R-4", 1, found(needs.Debt))), placed("PL-4", "R-4", on("PL-4", 9, placement.Completed{Result: needs.Result{Outcome: needs.Met}})),
		received("R-5", on("R-5", 1, found(needs.Debt)), on("R-5", 20, referral.Withdrawn{})),
		received("R-6"))
}

func headlineExamples() []example {
	one := map[string]int64{"yes": 1, "no": 2, "not-yet": 1, wrong: 1}
	yesNo := func(yes, no int64) map[string]int64 { return map[string]int64{"yes": yes, "no": no} }
	return []example{
		{catalogue.PeopleBegunID, 84, fates(), one},
		{catalogue.PeopleLeftID, 84, fates(), one},
		{catalogue.PeopleWaitingID, 84, fates(), one},
		{
			catalogue.PeopleSpokenID, 84, history(received("R-1", on("R-1", 84, referral.Contacted{})), received("R-2"), []store.RecordedEvent{on("R-3", 1, referral.Received{Person: "P-3"}), on("R-3", 2, referral.Contacted{})},
				received("R-4", on("R-4", 2, mistake))),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1, wrong: 1},
		},
		{
			catalogue.PeopleDoneID, 266, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 266, placement.Completed{Result: needs.Result{Outcome: needs.NotMet}})),
				received("R-2"), placed("PL-2", "R-2", on("PL-2", 9, placement.Completed{Result: needs.Result{Outcome: needs.Signposted}})),
				received("R-3"), placed("PL-3", "R-3", on("PL-3", 9, placement.Stopped{})), []store.RecordedEvent{on("R-4", 1, referral.Received{Person: "P-4"})}),
			map[string]int64{"yes": 1, "no": 2, "not-yet": 1},
		},
		{catalogue.PeopleInNeedID, 30, needed(), yesNo(2, 3)},
		{catalogue.PeopleHelpedID, 30, needed(), yesNo(2, 3)},
		{catalogue.PeopleMetID, 30, needed(), yesNo(1, 4)},
		{catalogue.NeedsMetID, 30, needed(), yesNo(2, 4)},
		{catalogue.NeedsLeftID, 30, needed(), yesNo(2, 4)},
		{catalogue.NeedsOpenID, 30, needed(), yesNo(1, 5)},
		{catalogue.NeedsUnknownID, 30, needed(), yesNo(1, 5)},
	}
}

func wayExamples() []example {
	ended := func(o needs.Outcome) placement.Completed {
		return placement.Completed{Result: needs.Result{Outcome: o}}
	}
	begun := func(id string, day int, then ...store.RecordedEvent) []store.RecordedEvent {
		return placed(id, "R-1", append([]store.RecordedEvent{on(id, day, placement.Started{})}, then...)...)
	}
	kept := func(days int) []store.RecordedEvent {
		return history(received("R-1"), begun("PL-1", 2, on("PL-1", 2+days, placement.Stopped{})), begun("PL-2", 2), begun("PL-3", 3))
	}
	return []example{
		{
			catalogue.AcceptedID, 30, history(received("R-1", on("R-1", 1, referral.Accepted{})), received("R-2", on("R-2", 1, referral.Accepted{}), on("R-2", 5, referral.Declined{})),
				received("R-3", on("R-3", 2, referral.Withdrawn{})), received("R-4")),
			map[string]int64{"yes": 1, "no": 1, "out: ended before a decision": 1, "not-yet": 1},
		},
		{
			catalogue.ContactedID, 14, history(received("R-1", on("R-1", 14, referral.Contacted{})), received("R-2"), []store.RecordedEvent{on("R-3", 1, referral.Received{}), on("R-3", 2, referral.Contacted{})}),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1},
		},
		{
			catalogue.WaitID, 30, history(received("R-1", on("R-1", 3, referral.Contacted{})), received("R-2", on("R-2", 5, referral.Declined{})), received("R-3")),
			map[string]int64{"ended: reached 3": 1, "ended: left 5": 1, "waiting 30": 1},
		},
		{
			catalogue.BeginID, 30, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 9, placement.Started{})), received("R-2", on("R-2", 4, referral.Withdrawn{})), received("R-3")),
			map[string]int64{"ended: reached 9": 1, "ended: left 4": 1, "waiting 30": 1},
		},
		{
			catalogue.NothingFoundID, 30, history(received("R-1", on("R-1", 1, referral.Assessed{Needs: []needs.Code{needs.Debt, needs.Loneliness}}), on("R-1", 2, referral.NothingFound{Need: needs.Debt})),
				received("R-2", on("R-2", 2, referral.NothingFound{Need: needs.Housing}))),
			map[string]int64{"yes": 2, "no": 1},
		},
		{
			catalogue.StartedID, 86, history(received("R-1"), begun("PL-1", 85), begun("PL-2", 86),
				[]store.RecordedEvent{on("PL-3", 1, placement.Proposed{Referral: "R-1"}), on("PL-3", 3, placement.Offered{})}),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1},
		},
		{
			catalogue.CompletedID, 184, history(received("R-1"), begun("PL-1", 2, on("PL-1", 184, ended(needs.NotMet))), begun("PL-2", 2, on("PL-2", 100, ended(needs.UnknownOutcome))), begun("PL-3", 3),
				placed("PL-4", "R-1")),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1},
		},
		{
			catalogue.CompletedMetID, 30, history(received("R-1"), begun("PL-1", 2, on("PL-1", 9, ended(needs.Met))), begun("PL-2", 2, on("PL-2", 9, ended(needs.NotMet))),
				begun("PL-3", 2, on("PL-3", 9, ended(needs.UnknownOutcome))), begun("PL-4", 2)),
			map[string]int64{"yes": 1, "no": 1, "unknown": 1},
		},
		{
			catalogue.DeclinedByID, 30, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 2, placement.Declined{Reason: because(reason.NoCapacity)})),
				placed("PL-2", "R-1", on("PL-2", 2, placement.Declined{Reason: because(reason.TooFar)})), placed("PL-3", "R-1")),
			map[string]int64{"of: no-capacity (provider)": 1, "of: too-far (person)": 1},
		},
		{catalogue.RetainedID + "-182", 184, kept(182), map[string]int64{"part 1 2": 1, "not-yet": 1}},
		{catalogue.RetainedID + "-365", 367, kept(365), map[string]int64{"part 1 2": 1, "not-yet": 1}},
	}
}
