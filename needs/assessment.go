package needs

import (
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/internal/printable"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// An AssessmentID names an assessment.
type AssessmentID string

// An Assessment is what a link worker and a person find out together: needs and
// strengths, in which order they matter, how the person is on a questionnaire,
// and which goals follow. It lasts from the first conversation to the last
// review. It is pseudonymous, which is still personal data, and prints as
// "assessment A-7". It is a [store.Change]; it must not be used by several
// goroutines at once.
type Assessment struct {
	id         AssessmentID
	root       aggregate.Root[State, Command, Event, view]
	attributes []transition.Attribute // what an authorizer is told
	loading    bool                   // from a record: nobody asks yet

	person       person.ID
	opened       time.Time
	last         time.Time // as of which anything happened last
	ordered      time.Time // when the person last said what matters most
	closed       bool
	named, set   map[ID]time.Time // when needs were identified, and goals set
	needs        []Need
	goals        []Goal
	measurements []Measurement
	series       []Series
	alerts       map[string]alert     // that nobody has answered yet
	asked        map[string]time.Time // when the question of an alert was last answered, with yes or no
	settled      []settled            // alerts that were answered
}

// An alert was raised, or its question was left out.
type alert struct {
	raised sp.Truth  // yes or unknown
	first  time.Time // when first
	at     time.Time // when last
}

// A settled alert waited from a time until another.
type settled struct {
	code        string
	from, until time.Time
}

// A Measurement is the result of a questionnaire at one time.
type Measurement struct {
	At     time.Time      `json:"at"`
	Result measure.Result `json:"result"`
}

// New returns an assessment that does not exist yet: [Assessment.Open] opens it. The
// authorizer is asked before each command; nil denies them all.
func New(id AssessmentID, may transition.Authorizer) *Assessment {
	return &Assessment{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// Open starts the assessment of a person, named by a pseudonym.
func (a *Assessment) Open(of person.ID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckPersonID(string(of), "person")
	return a.root.Do(view{a, of}, Open, "", s, e.Fields, Opened{Person: of})
}

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (a *Assessment) May(c Command, s sp.Stamp) error { return a.root.May(view{a: a}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (a *Assessment) Legal(s sp.Stamp) iter.Seq[Command] { return a.root.Legal(view{a: a}, s) }

// ID returns the assessment's ID.
func (a *Assessment) ID() AssessmentID { return a.id }

// Person returns the pseudonym of the person.
func (a *Assessment) Person() person.ID { return a.person }

// Opened returns as of when it was opened; zero if it was not yet.
func (a *Assessment) Opened() time.Time { return a.opened }

// State returns where the assessment stands; empty if it was not opened yet.
func (a *Assessment) State() State { return view{a: a}.State() }

// Closed reports whether the assessment is over.
func (a *Assessment) Closed() bool { return a.closed }

// Needs returns the needs and strengths: those that the person has placed, in
// their own order, and then the others as they were identified.
func (a *Assessment) Needs() []Need {
	all := a.ranked()
	for i := range all {
		all[i].Ratings = slices.Clone(all[i].Ratings)
	}
	return all
}

// ranked returns them in the same order; their ratings belong to the assessment.
func (a *Assessment) ranked() []Need {
	all := slices.Clone(a.needs)
	slices.SortStableFunc(all, func(x, y Need) int {
		switch {
		case x.Rank == y.Rank:
			return 0
		case y.Rank == 0 || x.Rank != 0 && x.Rank < y.Rank:
			return -1
		}
		return 1
	})
	return all
}

// Codes returns the codes of the needs that are open, each once, in the person's
// own order: what the referral behind the assessment is to be told. Strengths are
// not among them, since nobody has to meet those.
func (a *Assessment) Codes() []Code {
	var codes []Code
	for _, n := range a.ranked() {
		if n.Open() && !slices.Contains(codes, n.Code) {
			codes = append(codes, n.Code)
		}
	}
	return codes
}

// Goals returns the goals, in the order in which they were set.
func (a *Assessment) Goals() []Goal {
	all := slices.Clone(a.goals)
	for i := range all {
		all[i].Needs, all[i].Reviews = slices.Clone(all[i].Needs), slices.Clone(all[i].Reviews)
	}
	return all
}

// Measurements returns the results of questionnaires, by when they were filled in.
func (a *Assessment) Measurements() []Measurement {
	all := slices.Clone(a.measurements)
	for i := range all {
		all[i].Result = cloned(all[i].Result)
	}
	return all
}

// cloned returns a copy that shares no memory with r.
func cloned(r measure.Result) measure.Result {
	r.Scores, r.Refusals, r.Alerts = slices.Clone(r.Scores), slices.Clone(r.Refusals), slices.Clone(r.Alerts)
	for i := range r.Scores {
		r.Scores[i].Crossed = slices.Clone(r.Scores[i].Crossed)
	}
	for i := range r.Refusals {
		r.Refusals[i].Missing = slices.Clone(r.Refusals[i].Missing)
	}
	return r
}

// Alerts yields the alerts that nobody has answered, in the order of their codes:
// the code, and Yes if the alert was raised, or Unknown if its question was left
// out.
func (a *Assessment) Alerts() iter.Seq2[string, sp.Truth] {
	return func(yield func(string, sp.Truth) bool) {
		for _, code := range slices.Sorted(maps.Keys(a.alerts)) {
			if !yield(code, a.alerts[code].raised) {
				return
			}
		}
	}
}

// WaitedAt returns, sorted, the codes of the alerts that wait for an answer now,
// and of those that were waiting at a moment and were answered later. With the
// zero time these are all that wait now.
func (a *Assessment) WaitedAt(at time.Time) []string {
	codes := slices.Collect(maps.Keys(a.alerts))
	for _, s := range a.settled {
		if !s.from.After(at) && s.until.After(at) {
			codes = append(codes, s.code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Touch makes the next save write a new version of the assessment although
// nothing happened to it (optimistic concurrency). Call it when something else
// was decided from its alerts, such as the end of a case: if somebody has
// measured in the meantime, that save is a version conflict.
func (a *Assessment) Touch() { a.root.Touch() }

// History returns everything that happened, oldest first.
func (a *Assessment) History() iter.Seq[store.Entry[Event]] { return a.root.History() }

// need returns the place of a need, or -1.
func (a *Assessment) need(id ID) int {
	return slices.IndexFunc(a.needs, func(n Need) bool { return n.ID == id })
}

func (a *Assessment) goal(id ID) int {
	return slices.IndexFunc(a.goals, func(g Goal) bool { return g.ID == id })
}

// check starts the checks of what is written beside an assessment: the stamp is
// whole, and the assessment is open and began before.
func (a *Assessment) check(command string, s sp.Stamp) *sp.InvalidError {
	e := &sp.InvalidError{Subject: "needs: " + command + " " + printable.ID(a.id)}
	s.Check(e)
	e.Check(!s.At.Before(a.opened), "stamp.at", sp.Untimely, "must not come before the assessment was opened")
	e.Check(!a.closed, "", sp.WrongState, "is closed: open another assessment")
	return e
}

// String returns "assessment A-7".
func (a *Assessment) String() string { return "assessment " + printable.ID(a.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (a *Assessment) Format(f fmt.State, _ rune) { f.Write([]byte(a.String())) }

// LogValue implements [slog.LogValuer].
func (a *Assessment) LogValue() slog.Value { return slog.StringValue(a.String()) }

func (e Opened) apply(a *Assessment, s sp.Stamp) { a.person, a.opened = e.Person, s.At }

func (e Identified) apply(a *Assessment, s sp.Stamp) {
	n := Need{
		ID: e.Need, Code: e.Code, Taxonomy: e.Taxonomy, Strength: e.Strength,
		Source: e.Source, Since: e.Since, Severity: e.Severity,
	}
	if e.Severity != 0 {
		n.Ratings = []Rating{{s.At, e.Severity}}
	}
	a.needs = append(a.needs, n)
	begin(&a.named, e.Need, s.At)
}

// begin notes when something with an ID began.
func begin(list *map[ID]time.Time, id ID, at time.Time) {
	if *list == nil {
		*list = make(map[ID]time.Time)
	}
	(*list)[id] = at
}

func (e Rated) apply(a *Assessment, s sp.Stamp) {
	if i := a.need(e.Need); i >= 0 {
		n := &a.needs[i]
		n.Ratings = insert(n.Ratings, Rating{s.At, e.Severity}, func(r Rating) time.Time { return r.At })
		n.Severity = n.Ratings[len(n.Ratings)-1].Severity
	}
}

// insert puts something into a list in order of time: what is entered late
// stands where it happened, and after what happened at the same moment.
func insert[T any](list []T, v T, at func(T) time.Time) []T {
	i := len(list)
	for i > 0 && at(list[i-1]).After(at(v)) {
		i--
	}
	return slices.Insert(list, i, v)
}

func (e Ordered) apply(a *Assessment, s sp.Stamp) {
	if s.At.Before(a.ordered) { // noted late, other things have come to matter since
		return
	}
	a.ordered = s.At
	for i := range a.needs {
		a.needs[i].Rank = slices.Index(e.Needs, a.needs[i].ID) + 1
	}
}

func (e Measured) apply(a *Assessment, s sp.Stamp) {
	a.answered(e, s)
	a.measurements = insert(a.measurements, Measurement{s.At, e.Result}, func(m Measurement) time.Time { return m.At })
	for _, found := range e.Result.Alerts {
		a.hear(found.Code, e.Result.Alert(found.Code), s.At) // more than one question may raise it
	}
}

// hear notes how a questionnaire of some time answers an alert. One that was
// raised stays until somebody has taken it on; one whose question was left out
// stays until it is asked, and is none if it was asked after that time already.
func (a *Assessment) hear(code string, raised sp.Truth, at time.Time) {
	if a.alerts == nil {
		a.alerts, a.asked = make(map[string]alert), make(map[string]time.Time)
	}
	earlier, waits := a.alerts[code]
	if raised != sp.Unknown && at.After(a.asked[code]) {
		a.asked[code] = at
	}
	switch {
	case raised == sp.No && earlier.raised == sp.Unknown && !at.Before(earlier.at):
		a.settle(code, at)
	case raised == sp.No, raised == sp.Unknown && at.Before(a.asked[code]):
	default:
		now := alert{earlier.raised.Or(raised), at, at}
		if waits && earlier.first.Before(at) {
			now.first = earlier.first
		}
		if at.Before(earlier.at) || raised == sp.Unknown && earlier.raised == sp.Yes {
			now.at = earlier.at
		}
		a.alerts[code] = now
	}
}

// settle notes that an alert was answered.
func (a *Assessment) settle(code string, at time.Time) {
	if found, waits := a.alerts[code]; waits {
		a.settled = append(a.settled, settled{code, found.first, at})
		delete(a.alerts, code)
	}
}

func (e Escalated) apply(a *Assessment, s sp.Stamp) { a.settle(e.Alert, s.At) }

func (e GoalSet) apply(a *Assessment, s sp.Stamp) {
	begin(&a.set, e.Goal, s.At)
	a.goals = append(a.goals, Goal{ID: e.Goal, Needs: e.Needs, Review: e.Review})
}

func (e Reviewed) apply(a *Assessment, s sp.Stamp) {
	if i := a.goal(e.Goal); i >= 0 {
		g := &a.goals[i]
		g.Reviews = insert(g.Reviews, Review{s.At, e}, func(r Review) time.Time { return r.At })
		last := g.Reviews[len(g.Reviews)-1]
		g.Review, g.Outcome = last.Next, last.Outcome
	}
}

func (e Resolved) apply(a *Assessment, _ sp.Stamp) {
	if i := a.need(e.Need); i >= 0 {
		a.needs[i].Outcome, a.needs[i].MetBy = e.Outcome, e.By
	}
}

func (Closed) apply(a *Assessment, _ sp.Stamp) { a.closed = true }
