package catalogue_test

import (
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// monday is the first day of the examples: 6 April 2026.
var monday = sp.NewDate(2026, time.April, 6)

// A worked example is a small log and what an indicator counts of it, worked out by hand.
type example struct {
	id     string
	asOf   int // days after monday
	events []store.RecordedEvent
	want   map[string]int64 // rows by answer
}

// on is what happened to something n days after monday.
func on(id string, n int, e store.Event) store.RecordedEvent {
	data, err := store.Encode(e)
	if err != nil {
		panic(err)
	}
	kind, _, _ := strings.Cut(string(e.EventType()), ".")
	at := monday.Add(n).In(time.UTC).Add(10 * time.Hour)
	return store.RecordedEvent{
		Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: 1, Type: e.EventType(), Data: data,
		Stamp: sp.Stamp{At: at, Recorded: at},
	}
}

// history joins events, and gives those of one aggregate the versions that they have in its history.
func history(parts ...[]store.RecordedEvent) (all []store.RecordedEvent) {
	next := map[store.Key]int64{}
	for _, part := range parts {
		for _, e := range part {
			next[e.Key]++
			e.Version = next[e.Key]
			all = append(all, e)
		}
	}
	return all
}

// received is a referral of a person, received on monday, and what happened to it.
func received(id string, then ...store.RecordedEvent) []store.RecordedEvent {
	return append([]store.RecordedEvent{on(id, 0, referral.Received{Person: person.ID("P" + id[1:]), Urgency: "routine", Reasons: []needs.Code{needs.Debt}, Source: "gp", From: "bay/hill"})}, then...)
}

// placed is a placement of a referral, offered on the day after monday, and what happened to it.
func placed(id, of string, then ...store.RecordedEvent) []store.RecordedEvent {
	return append([]store.RecordedEvent{
		on(id, 1, placement.Proposed{Referral: referral.ID(of), Person: person.ID("P" + of[1:]), Needs: []needs.Code{needs.Debt}}), on(id, 1, placement.Offered{}),
	}, then...)
}

// met is a session of a placement and what happened to it.
func met(id, of string, then ...store.RecordedEvent) []store.RecordedEvent {
	return append([]store.RecordedEvent{on(id, 2, session.Planned{Placement: placement.ID(of)})}, then...)
}

// assessed is an assessment of a person and what happened in it.
func assessed(id, whose string, then ...store.RecordedEvent) []store.RecordedEvent {
	return append([]store.RecordedEvent{on(id, 1, needs.Opened{Person: person.ID(whose)})}, then...)
}

// scored is a questionnaire that was scored.
func scored(instrument, scale string, value float64) needs.Measured {
	return needs.Measured{Result: measure.Result{Instrument: instrument, Version: "2026-11", Scores: []measure.Score{
		{Instrument: instrument, Version: "2026-11", Scale: scale, Value: value},
	}}}
}

// said is an answer to a question.
func said(question voice.Code, answer voice.Answer) voice.Said {
	return voice.Said{Kind: voice.Experience, Speaker: "person", Items: []voice.Item{{Code: question, Answer: answer}}}
}

func because(code string) reason.Reason { return reason.Because(code) }

const wrong = "out: entered in error by the last day"

var mistake = referral.EnteredInError{Reason: reason.Because(reason.Mistake)}

// threeScores are those of people measured twice, once and on one day alone.
func threeScores(instrument, scale string, first, last float64) []store.RecordedEvent {
	return history(received("R-1"), received("R-2"), received("R-3"),
		assessed("A-0", "P-1", on("A-0", -40, scored(instrument, scale, 1))), // of an earlier time in their life
		assessed("A-1", "P-1", on("A-1", 2, scored(instrument, scale, first)), on("A-1", 90, scored(instrument, scale, last))),
		assessed("A-2", "P-2", on("A-2", 2, scored(instrument, scale, first))))
}

// feedback is the referrers of three closed referrals, told on the last day in time, a day late and before the closing
// alone; one that was closed too recently, and one that is open.
func feedback() []store.RecordedEvent {
	closed := func(day int) referral.Closed { return referral.Closed{Result: needs.Result{Outcome: needs.Met}} }
	sent := referral.FeedbackSent{Document: "D-1"}
	return history(
		received("R-1", on("R-1", 10, closed(10)), on("R-1", 24, sent)),
		received("R-2", on("R-2", 10, closed(10)), on("R-2", 25, sent)),
		received("R-3", on("R-3", 9, sent), on("R-3", 10, closed(10))),
		received("R-4", on("R-4", 27, closed(27))),
		received("R-5", on("R-5", 9, sent)))
}

func examples() []example {
	yesNo := func(yes, no int64) map[string]int64 { return map[string]int64{"yes": yes, "no": no} }
	return []example{
		{
			catalogue.SelfReferredID, 30, history(received("R-1"),
				[]store.RecordedEvent{on("R-2", 0, referral.Received{Source: "self"}), on("R-3", 0, referral.Received{Source: "community"}), on("R-4", 0, referral.Received{})},
				received("R-5", on("R-5", 1, mistake))),
			map[string]int64{"yes": 2, "no": 1, "unknown": 1, wrong: 1},
		},
		{
			catalogue.OfferDeclinedID, 30, history(received("R-1"),
				placed("PL-1", "R-1", on("PL-1", 3, placement.Declined{Reason: because(reason.PersonsChoice)})),
				placed("PL-2", "R-1", on("PL-2", 3, placement.Declined{Reason: because(reason.NoCapacity)})),
				placed("PL-3", "R-1", on("PL-3", 3, placement.EnteredInError{Reason: because(reason.Mistake)})), placed("PL-4", "R-1")),
			map[string]int64{"part 1 3": 1, wrong: 1},
		},
		{
			catalogue.CompleteID, 30, history(received("R-1"), []store.RecordedEvent{on("R-2", 0, referral.Received{Person: "P-2", Urgency: "soon", Source: "gp", From: directory.ID("bay/hill")})}),
			yesNo(1, 1),
		},
		{
			catalogue.DecisionID, 30, history(received("R-1", on("R-1", 3, referral.Accepted{})), received("R-2", on("R-2", 5, referral.Declined{})), received("R-3", on("R-3", 2, referral.Withdrawn{})), received("R-4")),
			map[string]int64{"ended: reached 3": 1, "ended: reached 5": 1, "ended: left 2": 1, "waiting 30": 1},
		},
		{
			catalogue.LongWaitID, 85, history(received("R-1"), []store.RecordedEvent{on("R-2", 1, referral.Received{})}, received("R-3", on("R-3", 9, referral.Contacted{})), received("R-4", on("R-4", 9, referral.Withdrawn{}))),
			yesNo(1, 1),
		},
		{
			catalogue.HandOffsID, 99, history(
				received("R-1", on("R-1", 1, referral.Assigned{Worker: "ben"}), on("R-1", 60, referral.Assigned{Worker: "cy"})),
				placed("PL-1", "R-1", on("PL-1", 4, placement.Lapsed{})), placed("PL-2", "R-1", on("PL-2", 20, placement.Started{})),
				received("R-2"), placed("PL-3", "R-2")),
			map[string]int64{"value 3": 1, "out: help has not begun": 1},
		},
		{
			catalogue.ReachedID, 84, history(received("R-1", on("R-1", 84, referral.Contacted{})), received("R-2"), []store.RecordedEvent{on("R-3", 1, referral.Received{}), on("R-3", 2, referral.Contacted{})}),
			map[string]int64{"yes": 1, "no": 1, "not-yet": 1},
		},
		{
			catalogue.MissedID, 30, history(received("R-1"), placed("PL-1", "R-1"), met("S-1", "PL-1", on("S-1", 2, session.Missed{})), met("S-2", "PL-1", on("S-2", 9, session.Attended{})),
				met("S-3", "PL-1", on("S-3", 9, session.Cancelled{})), met("S-4", "PL-1", on("S-4", 9, session.Missed{}), on("S-4", 9, session.EnteredInError{})), met("S-5", "PL-1")),
			map[string]int64{"part 1 2": 1, wrong: 1},
		},
		{
			catalogue.ContactsID, 30, history(
				received("R-1", on("R-1", 2, referral.Contacted{}), on("R-1", 9, referral.Contacted{}), on("R-1", 20, referral.Closed{})),
				received("R-2", on("R-2", 9, referral.Contacted{})), received("R-3", on("R-3", 9, referral.Withdrawn{}))),
			map[string]int64{"value 2": 1, "value 0": 1, "not-yet": 1},
		},
		{
			catalogue.PlanID, 30, history(received("R-1", on("R-1", 2, referral.Contacted{})), received("R-2", on("R-2", 2, referral.Contacted{})), received("R-3"),
				assessed("A-1", "P-1", on("A-1", 3, needs.GoalSet{Goal: "G-1"})), assessed("A-2", "P-2", on("A-2", -9, needs.GoalSet{Goal: "G-1"})), assessed("A-3", "P-3", on("A-3", 3, needs.GoalSet{Goal: "G-1"}))),
			yesNo(1, 1),
		},
		{
			catalogue.ConcordanceID, 30, history(assessed("A-1", "P-1",
				on("A-1", 3, needs.Identified{Need: "N-1", Source: sp.RolePerson}), on("A-1", 3, needs.Identified{Need: "N-2", Source: sp.RoleLinkWorker}),
				on("A-1", 3, needs.Identified{Need: "N-3"}), on("A-1", 3, needs.Identified{Need: "N-4", Source: sp.RolePerson, Strength: true}))),
			map[string]int64{"part 1 2": 1, "unknown": 1},
		},
		{
			catalogue.OnwardID, 30, history(received("R-1", on("R-1", 1, referral.Assessed{})), placed("PL-1", "R-1"), received("R-2", on("R-2", 1, referral.Assessed{})), received("R-3")),
			yesNo(1, 1),
		},
		{
			catalogue.SignpostedID, 30, history(received("R-1", on("R-1", 9, referral.Closed{Result: needs.Result{Outcome: needs.Signposted}})), received("R-2", on("R-2", 9, referral.Closed{Result: needs.Result{Outcome: needs.Met}})), received("R-3")),
			yesNo(1, 1),
		},
		{
			catalogue.ProviderYesID, 30, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 3, placement.Accepted{})), placed("PL-2", "R-1", on("PL-2", 3, placement.Started{})),
				placed("PL-3", "R-1", on("PL-3", 3, placement.Declined{Reason: because(reason.NoCapacity)})), placed("PL-4", "R-1", on("PL-4", 3, placement.Lapsed{})),
				placed("PL-5", "R-1", on("PL-5", 3, placement.Declined{Reason: because(reason.PersonsChoice)})), placed("PL-6", "R-1")),
			map[string]int64{"part 2 4": 1, "out: ended by somebody else before an answer": 1, "not-yet": 1},
		},
		{
			catalogue.ProviderStartID, 30, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 9, placement.Started{})), placed("PL-2", "R-1", on("PL-2", 5, placement.Lapsed{})), placed("PL-3", "R-1")),
			map[string]int64{"ended: reached 8": 1, "ended: ended 4": 1, "waiting 29": 1},
		},
		{
			catalogue.AdherenceID, 30, history(received("R-1"), placed("PL-1", "R-1"), met("S-1", "PL-1", on("S-1", 2, session.Missed{})), met("S-2", "PL-1", on("S-2", 9, session.Attended{})),
				met("S-3", "PL-1", on("S-3", 9, session.Cancelled{})), met("S-4", "PL-1")),
			map[string]int64{"part 1 3": 1, "not-yet": 1},
		},
		{
			catalogue.RetainedID + "-84", 86, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 2, placement.Started{}), on("PL-1", 86, placement.Stopped{})),
				placed("PL-2", "R-1", on("PL-2", 2, placement.Started{})), placed("PL-3", "R-1", on("PL-3", 3, placement.Started{}))),
			map[string]int64{"part 1 2": 1, "not-yet": 1},
		},
		{
			catalogue.StoppedForID, 30, history(received("R-1"), placed("PL-1", "R-1", on("PL-1", 9, placement.Stopped{Reason: because(reason.TooDear)})), placed("PL-2", "R-1", on("PL-2", 9, placement.Stopped{Reason: because(reason.Illness)})), placed("PL-3", "R-1")),
			map[string]int64{"part 1 2": 1},
		},
		{
			catalogue.AccompaniedID, 30, history(
				received("R-1", on("R-1", 1, referral.Assessed{Needs: []needs.Code{needs.Anxiety}})), placed("PL-1", "R-1"), met("S-1", "PL-1", on("S-1", 5, session.Attended{Accompanied: true})), met("S-2", "PL-1", on("S-2", 9, session.Attended{})),
				received("R-2", on("R-2", 1, referral.Assessed{Needs: []needs.Code{needs.Anxiety}})), placed("PL-2", "R-2"), met("S-3", "PL-2", on("S-3", 5, session.Attended{})), met("S-4", "PL-2", on("S-4", 9, session.Attended{Accompanied: true})),
				received("R-3", on("R-3", 1, referral.Assessed{Needs: []needs.Code{needs.Debt}})), placed("PL-3", "R-3"), met("S-5", "PL-3", on("S-5", 5, session.Attended{}))),
			yesNo(1, 1),
		},
		{catalogue.FeedbackID, 40, feedback(), map[string]int64{"yes": 1, "no": 2, "not-yet": 1}},
		{catalogue.FeedbackWaitID, 40, feedback(), map[string]int64{"ended: reached 14": 1, "ended: reached 15": 1, "waiting 30": 1, "waiting 13": 1}},
		{
			catalogue.BaselineID, 30, history(received("R-1", on("R-1", 1, referral.Assessed{})), received("R-2", on("R-2", 1, referral.Assessed{})), received("R-3"), assessed("A-1", "P-1", on("A-1", 2, scored("ons4", "satisfied", 4)))),
			yesNo(1, 1),
		},
		{catalogue.FollowedUpID, 184, threeScores("swemwbs", "metric", 20, 24), yesNo(1, 1)},
		{catalogue.LongTermID, 367, append(threeScores("swemwbs", "metric", 20, 24), history(received("R-4"), assessed("A-4", "P-4", on("A-4", 2, scored("ons4", "satisfied", 4)), on("A-4", 367, scored("ons4", "satisfied", 5))))...), yesNo(1, 2)},
		{
			catalogue.ImprovedID, 120, append(threeScores("swemwbs", "metric", 20, 22.87), history(received("R-4"), assessed("A-4", "P-4", on("A-4", 2, scored("swemwbs", "metric", 20)), on("A-4", 90, scored("swemwbs", "metric", 22.86))))...),
			map[string]int64{"yes": 1, "no": 1, "out: no follow-up": 1},
		},
		{catalogue.WellbeingID, 120, threeScores("swemwbs", "metric", 20.73, 24.11), map[string]int64{"pair 2073 2411": 1, "lost 2073": 1}},
		{catalogue.SatisfactionID, 120, threeScores("ons4", "satisfied", 4, 7), map[string]int64{"pair 400 700": 1, "lost 400": 1}},
		{catalogue.LonelinessID, 120, threeScores("ucla-3", "total", 6, 5), map[string]int64{"pair 100 0": 1, "lost 100": 1}},
		{
			catalogue.GoalsID, 120, history(assessed("A-1", "P-1",
				on("A-1", 2, needs.GoalSet{Goal: "G-0"}),
				on("A-1", 9, needs.Reviewed{Goal: "G-1", Reached: 8, Outcome: needs.Met}), on("A-1", 9, needs.Reviewed{Goal: "G-2", Outcome: needs.PartlyMet}),
				on("A-1", 9, needs.Reviewed{Goal: "G-3", Outcome: needs.NotMet}), on("A-1", 9, needs.Reviewed{Goal: "G-4", Next: monday.Add(50)}), on("A-1", 9, needs.Reviewed{Goal: "G-5", Outcome: needs.UnknownOutcome}))),
			map[string]int64{"part 2 3": 1, "not-yet": 1, "unknown": 1},
		},
		{
			catalogue.FeltHeardID, 30, history([]store.RecordedEvent{
				on("V-1", 1, said("exp-heard", "4")), on("V-2", 1, said("exp-heard", "3")), on("V-3", 1, said("exp-heard", "2")), on("V-4", 1, said("exp-heard", "declined")),
				on("V-5", 1, said("exp-safe", "4")), on("V-6", 1, said("exp-heard", "4")), on("V-6", 2, voice.Retracted{}),
			}),
			map[string]int64{"yes": 2, "no": 1, "unknown": 1, wrong: 1},
		},
		{catalogue.RecommendID, 30, history([]store.RecordedEvent{on("V-1", 1, said("exp-recommend", "4")), on("V-2", 1, said("exp-recommend", "0"))}), yesNo(1, 1)},
		{catalogue.TrustID, 30, history([]store.RecordedEvent{on("V-1", 1, said("trust-worker", "3")), on("V-2", 1, said("trust-worker", "1"))}), yesNo(1, 1)},
		{
			catalogue.PermittedID, 30, history(received("R-1"), received("R-2"), received("R-3"), received("R-4"),
				[]store.RecordedEvent{on("C-3", -9, register.Opened{Person: "P-3"}), on("C-3", -9, register.Chosen{Choice: consent.Choice{ID: "C-1"}}), on("C-3", -1, register.Withdrawn{Choice: "C-1"})},
				[]store.RecordedEvent{on("C-4", -9, register.Opened{Person: "P-4"}), on("C-4", -9, register.Chosen{Choice: consent.Choice{ID: "C-1"}}), on("C-4", 9, register.Withdrawn{Choice: "C-1"})},
				[]store.RecordedEvent{on("C-1", 1, register.Opened{Person: "P-1"}), on("C-1", 2, register.Chosen{Choice: consent.Choice{ID: "C-1"}}), on("C-2", 1, register.Opened{Person: "P-2"})}),
			yesNo(2, 2),
		},
		{
			catalogue.NoLongerID, 30, history([]store.RecordedEvent{on("C-1", 1, register.Opened{Person: "P-1"}), on("C-1", 2, register.Chosen{Choice: consent.Choice{ID: "C-1"}}), on("C-1", 2, register.Chosen{Choice: consent.Choice{ID: "C-2"}}), on("C-1", 9, register.Withdrawn{Choice: "C-2"})}),
			map[string]int64{"part 1 2": 1},
		},
		{
			catalogue.SafeID, 30, history(received("R-1", on("R-1", 2, referral.Flagged{Flag: "F-1"}), on("R-1", 2, referral.HandedOver{Flag: "F-1"}), on("R-1", 2, referral.Flagged{Flag: "F-2"}), on("R-1", 3, referral.HandedOver{Flag: "F-2"}), on("R-1", 4, referral.Flagged{Flag: "F-3"}))),
			map[string]int64{"part 1 3": 1},
		},
		{
			catalogue.AlertEscalatedID, 30, history(assessed("A-1", "P-1", on("A-1", 2, alert("self-harm", sp.Yes)), on("A-1", 2, needs.Escalated{Alert: "self-harm", To: "dr-lee"})),
				assessed("A-2", "P-2", on("A-2", 2, alert("self-harm", sp.Yes)), on("A-2", 3, needs.Escalated{Alert: "self-harm", To: "dr-lee"})), assessed("A-3", "P-3", on("A-3", 2, alert("self-harm", sp.No)))),
			map[string]int64{"part 1 1": 1, "part 0 1": 1},
		},
	}
}

func alert(code string, raised sp.Truth) needs.Measured {
	return needs.Measured{Result: measure.Result{Instrument: "phq-9", Version: "2026-11", Alerts: []measure.Raised{{Code: code, Raised: raised}}}}
}
