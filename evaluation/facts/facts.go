// Package facts declares what the events of the pathway say, as columns that indicators
// read: on which day a referral was received, with what result it was closed, which
// sessions a person attended.
//
//	Rule: func(r evaluation.Row) evaluation.Answer {
//		return r.Within(r.Day(facts.Received), r.Day(facts.Contacted))
//	},
//
// Tables stand one above the other: [Sessions] belong to [Placements], those to
// [Referrals], those to [People]; [Needs] are parts of referrals. A fact of your own is a
// line beside these, with [evaluation.First], [evaluation.Code] and their like.
package facts

import (
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// The tables of the pathway.
var (
	// People are the persons that referrals, placements and assessments name. A referral
	// that names nobody is of a person of its own.
	People = evaluation.Named("person")

	Referrals = evaluation.Opened(referral.Kind, People,
		func(e referral.Received) string { return string(e.Person) }, referral.EnteredInError{}).Stored(referral.DecodeEvent)
	Placements = evaluation.Opened(placement.Kind, Referrals,
		func(e placement.Proposed) string { return string(e.Referral) }, placement.EnteredInError{}).Stored(read(placement.DecodeEvent))
	Sessions = evaluation.Opened(session.Kind, Placements,
		func(e session.Planned) string { return string(e.Placement) }, session.EnteredInError{}).Stored(read(session.DecodeEvent))

	// Concerns are those that were raised about the safety of a person.
	Concerns = evaluation.Parts("concern", Referrals)
	// Needs are those of a referral, by code: found in an assessment, or when nothing was found for them.
	Needs = evaluation.Parts("need of a referral", Referrals)
)

// Facts of referrals.
var (
	Received  = evaluation.First(Referrals, referral.Received{})
	Accepted  = evaluation.First(Referrals, referral.Accepted{})
	Contacted = evaluation.First(Referrals, referral.Contacted{}) // spoken to
	Closed    = evaluation.First(Referrals, referral.Closed{})

	// TurnedAway is the day on which the scheme said no, or let the referral expire.
	TurnedAway = evaluation.First(Referrals, referral.Declined{}, referral.Rerouted{}, referral.Expired{})
	// Ended is the day on which the referral ended in whatever way.
	Ended = evaluation.First(Referrals, referral.Declined{}, referral.Rerouted{}, referral.Expired{}, referral.Withdrawn{}, referral.Closed{})

	// Decided is the day on which the scheme said yes or no, or the referral expired.
	Decided = evaluation.First(Referrals, referral.Accepted{}, referral.Declined{}, referral.Rerouted{}, referral.Expired{})
	// Assessed is the day on which needs were found with the person: the beginning of a plan.
	Assessed = evaluation.First(Referrals, referral.Assessed{})
	// Contacts are conversations with the person.
	Contacts = evaluation.Count(Referrals, referral.Contacted{})
	// Moves are the days on which it went to another scheme or link worker.
	Moves = evaluation.Each(Referrals, referral.Rerouted{}, referral.Assigned{})
	// FeedbackSent are the days on which the referrer was told how things stand.
	FeedbackSent = evaluation.Each(Referrals, referral.FeedbackSent{})
	// Complete is the day on which a referral came with all that a scheme needs: who, why, how
	// urgent, and from where.
	Complete = evaluation.First(Referrals, evaluation.When(func(e referral.Received) bool {
		return e.Person != "" && e.Urgency != "" && len(e.Reasons) > 0 && e.Source != "" && e.From != ""
	}))

	// Outcome is the outcome with which the referral was closed.
	Outcome = evaluation.Code(Referrals, evaluation.Text(func(e referral.Closed) string { return string(e.Outcome) }))
)

// Facts of referrals by which people are grouped.
var (
	Practice = evaluation.Code(Referrals, evaluation.Text(func(e referral.Received) string { return string(e.From) }))
	Route    = evaluation.Code(Referrals, evaluation.Text(func(e referral.Received) string { return e.Source }))
	AgeBand  = evaluation.Code(Referrals, evaluation.Text(func(e referral.Received) string { return e.AgeBand }))
	Worker   = evaluation.Code(Referrals,
		evaluation.Text(func(e referral.Accepted) string { return string(e.Worker) }),
		evaluation.Text(func(e referral.Assigned) string { return string(e.Worker) }))
)

// Facts of concerns.
var (
	Flagged    = evaluation.First(Concerns, evaluation.Naming(func(e referral.Flagged) []string { return []string{string(e.Flag)} }))
	HandedOver = evaluation.First(Concerns, evaluation.Naming(func(e referral.HandedOver) []string { return []string{string(e.Flag)} }))
)

// Facts of needs.
var (
	Found = evaluation.First(Needs,
		evaluation.Naming(func(e referral.Assessed) []string { return texts(e.Needs) }),
		evaluation.Naming(func(e referral.NothingFound) []string { return []string{string(e.Need)} }))
	// NothingFound is the day on which it was recorded that there is nothing for it.
	NothingFound = evaluation.First(Needs,
		evaluation.Naming(func(e referral.NothingFound) []string { return []string{string(e.Need)} }))
	// LeftUnmet is the day on which the referral was closed without it being met.
	LeftUnmet = evaluation.First(Needs,
		evaluation.Naming(func(e referral.Closed) []string { return texts(e.Unmet) }))
)

// Facts of placements.
var (
	Offered   = evaluation.First(Placements, placement.Offered{})
	Started   = evaluation.First(Placements, placement.Started{})
	Completed = evaluation.First(Placements, placement.Completed{})
	Declined  = evaluation.First(Placements, placement.Declined{})

	// Proposed is the day on which the service was put to the person.
	Proposed = evaluation.First(Placements, placement.Proposed{})
	// Taken is the day of the provider's yes, and Lapsed that by which nobody had answered.
	Taken   = evaluation.First(Placements, placement.Accepted{})
	Lapsed  = evaluation.First(Placements, placement.Lapsed{})
	Stopped = evaluation.First(Placements, placement.Stopped{}) // before the planned end
	// Over is the day on which a placement ended without its planned end.
	Over = evaluation.First(Placements, placement.Declined{}, placement.Lapsed{}, placement.Withdrawn{}, placement.Stopped{})
	// DeclinedBy is whose reason it was to decline: the person's or the provider's.
	DeclinedBy = evaluation.Code(Placements, evaluation.Text(func(e placement.Declined) string { return string(e.Reason.Whose) }))
	// StoppedFor is why it stopped, as a code of package reason.
	StoppedFor = evaluation.Code(Placements, evaluation.Text(func(e placement.Stopped) string { return e.Reason.Code }))

	// PlacedFor is the needs that a placement is for.
	PlacedFor = evaluation.Code(Placements, evaluation.Texts(func(e placement.Proposed) []string { return texts(e.Needs) }))
	// Result is the outcome of a completed placement, and NotMet the needs that it leaves.
	Result = evaluation.Code(Placements, evaluation.Text(func(e placement.Completed) string { return string(e.Outcome) }))
	NotMet = evaluation.Code(Placements, evaluation.Texts(func(e placement.Completed) []string { return texts(e.Unmet) }))
	// DeclinedFor is why a placement was declined, and whose reason it was: "no-capacity (provider)".
	DeclinedFor = evaluation.Code(Placements, evaluation.Text(func(e placement.Declined) string { return why(e.Reason) }))

	Provider = evaluation.Code(Placements, evaluation.Text(func(e placement.Proposed) string { return string(e.Provider) }))
)

// Facts of sessions.
var (
	Attended = evaluation.First(Sessions, session.Attended{})
	Missed   = evaluation.First(Sessions, session.Missed{})

	Cancelled = evaluation.First(Sessions, session.Cancelled{}) // beforehand
	// Accompanied is the day on which the person came with somebody.
	Accompanied = evaluation.First(Sessions, evaluation.When(func(e session.Attended) bool { return e.Accompanied }))
)

func texts(codes []needs.Code) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = string(c)
	}
	return all
}

func why(r reason.Reason) string {
	return r.Code + " (" + string(r.Whose) + ")"
}

// read makes a function that reads events of one machine one that reads events of any.
func read[E store.Event](decode func(store.EventType, []byte) (E, error)) func(store.EventType, []byte) (store.Event, error) {
	return func(name store.EventType, data []byte) (store.Event, error) { return decode(name, data) }
}
