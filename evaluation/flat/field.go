package flat

import (
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/referral/reason"
)

// A Field is what a column can hold.
type Field string

// The fields. Days are of the first time; an empty cell says that it has not happened.
const (
	Case     Field = "case"     // ID of the case; without it each row is one
	Person   Field = "person"   // pseudonym of the person; without it each case is somebody else
	Received Field = "received" // day on which the referral came
	Accepted Field = "accepted" // day of the scheme's yes
	Declined Field = "declined" // day of its no

	Contacted Field = "contacted" // day on which the person was first spoken to
	Assessed  Field = "assessed"  // day on which needs were found with them
	Offered   Field = "offered"   // day on which a service was asked for a place
	Begun     Field = "begun"     // day on which the person was first there
	Finished  Field = "finished"  // day of the planned end there
	Stopped   Field = "stopped"   // day on which it stopped before
	Ended     Field = "ended"     // day on which the case ended, in whatever way
	Feedback  Field = "feedback"  // day, from the end on, on which the referrer was told what came of it

	Reason  Field = "reason"  // why it was declined, stopped or ended early: a code of package reason, or one of your own
	Outcome Field = "outcome" // of the case: a code of package needs, such as "met"
	Result  Field = "result"  // of the service, at its planned end
	Needs   Field = "needs"   // needs that were found, with semicolons
	Unmet   Field = "unmet"   // those of them that are left

	Urgency  Field = "urgency"
	Route    Field = "route"    // who refers: gp, self, community
	Medium   Field = "medium"   // how it came: structured, email, phone
	Practice Field = "practice" // ID of the practice or other organisation that refers
	AgeBand  Field = "ageBand"  // such as 65-74
	Worker   Field = "worker"   // ID of the link worker
	Provider Field = "provider" // ID of whose service it is
	Group    Field = "group"    // any other group by which figures are told apart: see [Groups]

	Before    Field = "before"    // score of a questionnaire at the start
	After     Field = "after"     // and later
	BeforeDay Field = "beforeDay" // its day; without it that of the needs, of the first contact or of receipt
	AfterDay  Field = "afterDay"  // its day; without it that of the end of the case or of the service
)

// A kind is how a field is read.
type kind int

const (
	anID kind = 1 + iota
	aDay
	aCode
	codes // with semicolons between them
	aScore
)

// A slot is where a field stands in the row at hand.
type slot int

const (
	caseAt slot = iota
	personAt
	receivedAt
	acceptedAt
	declinedAt
	contactedAt
	assessedAt
	offeredAt
	begunAt
	finishedAt
	stoppedAt
	endedAt
	feedbackAt
	reasonAt
	outcomeAt
	resultAt
	needsAt
	unmetAt
	urgencyAt
	routeAt
	mediumAt
	practiceAt
	ageBandAt
	workerAt
	providerAt
	groupAt
	beforeAt
	afterAt
	beforeDayAt
	afterDayAt
	slots // how many there are
)

// table lists the fields by their slots.
func table() [slots]struct {
	Field
	kind
} {
	return [slots]struct {
		Field
		kind
	}{
		{Case, anID},
		{Person, anID},
		{Received, aDay},
		{Accepted, aDay},
		{Declined, aDay},
		{Contacted, aDay},
		{Assessed, aDay},
		{Offered, aDay},
		{Begun, aDay},
		{Finished, aDay},
		{Stopped, aDay},
		{Ended, aDay},
		{Feedback, aDay},
		{Reason, aCode},
		{Outcome, aCode},
		{Result, aCode},
		{Needs, codes},
		{Unmet, codes},
		{Urgency, aCode},
		{Route, aCode},
		{Medium, aCode},
		{Practice, aCode},
		{AgeBand, aCode},
		{Worker, aCode},
		{Provider, aCode},
		{Group, aCode},
		{Before, aScore},
		{After, aScore},
		{BeforeDay, aDay},
		{AfterDay, aDay},
	}
}

// slot returns where f stands, and false if there is no such field.
func (f Field) slot() (slot, bool) {
	for i, row := range table() {
		if row.Field == f {
			return slot(i), true
		}
	}
	return 0, false
}

// kind returns how f is read; 0 if there is no such field.
func (f Field) kind() kind {
	i, ok := f.slot()
	if !ok {
		return 0
	}
	return table()[i].kind
}

// listed returns the codes that f can have, nil if anybody may have codes of their own.
func (f Field) listed() []string {
	switch f {
	case Outcome, Result:
		return outcomes()
	case Urgency:
		return urgencies()
	case Medium:
		return media()
	default:
		return nil
	}
}

// known returns the codes that f can have as they are, though they have no digit.
func (f Field) known() []string {
	if f != Reason {
		return f.listed()
	}
	var all []string
	for _, r := range reason.List() {
		all = append(all, r.Code)
	}
	return all
}

func allowed(of []string) string {
	if of == nil {
		return "identifiers without spaces"
	}
	return strings.Join(of, ", ")
}

// requires lists the fields that mean nothing without another.
func requires() []struct{ field, needs Field } {
	return []struct{ field, needs Field }{
		{Result, Finished}, {Outcome, Ended}, {Feedback, Ended}, {Unmet, Needs}, {Needs, Assessed}, {BeforeDay, Before}, {AfterDay, After}, {After, Before},
	}
}

// days are the fields of days that follow receipt, in the order in which they are told.
func days() []slot {
	return []slot{acceptedAt, declinedAt, contactedAt, assessedAt, offeredAt, begunAt, stoppedAt, finishedAt, endedAt, feedbackAt, afterDayAt}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
