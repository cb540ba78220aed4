package supervision

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

// A Rule says how often a kind of supervision is due.
type Rule struct {
	Kind   Kind    `json:"kind"`
	Every  int     `json:"every"`           // days from one session to the next, at most
	Grace  int     `json:"grace"`           // days beyond it, after which it is overdue
	After  int     `json:"after,omitempty"` // days within which one follows on a safeguarding flag; 0 is no such rule
	Source string  `json:"source"`
	From   sp.Date `json:"from"` // since when it applies
}

// Proposed returns the intervals that this library proposes. Clinical supervision every four
// to six weeks is what young people's projects in England told a university where it was given
// at all, so six weeks is the most; a primary care network must have it available, and no
// amount is defined. All others, and the fortnight of grace, are this library's own choice.
func Proposed() []Rule {
	const own = "this library's own choice"
	from := sp.NewDate(2026, 11, 1)
	return []Rule{
		{Line, 31, 14, 0, own, from},
		{Clinical, 42, 14, 0, "every 4 to 6 weeks: interviews with young people's social prescribing projects, England; the grace is this library's own choice", from},
		{Safeguarding, 92, 14, 14, own, from},
		{Peer, 31, 14, 0, own, from},
	}
}

// A Flag is a day on which a worker raised a concern about somebody's safety. Packages that
// know cases supply it.
type Flag struct {
	Worker workforce.WorkerID
	On     sp.Date
}

// A State is how somebody stands with one kind of supervision.
type State string

// How somebody can stand with one kind of supervision.
const (
	InTime  State = "in-time"
	Late    State = "late"    // past the day, within the grace
	Passed  State = "overdue" // past the grace, or nothing is known of any
	Absent  State = "absent"  // on leave, and not asked until they are back
	Planned State = "planned" // past the grace, and a session stands in the days to come
)

// A Standing is how one worker stands with one kind of supervision on a day.
type Standing struct {
	Worker workforce.WorkerID `json:"worker"`
	Kind   Kind               `json:"kind"`
	State  State              `json:"state"`
	Last   sp.Date            `json:"last,omitzero"` // when one was held; zero is that none is known
	Due    sp.Date            `json:"due,omitzero"`  // by when the next was to be held; zero if there is nothing to count from
	Next   sp.Date            `json:"next,omitzero"` // when the next is planned
	Days   int                `json:"days"`          // since it was due; 0 or less if it is not due yet
}

// String returns the standing in codes, for a log or a test: "ann: line overdue, 62 days
// since 2026-09-01". The words for people are in package referral/words.
func (s Standing) String() string {
	said := string(s.Worker) + ": " + string(s.Kind) + " " + string(s.State)
	switch {
	case s.Due.IsZero():
		return said + ", none known"
	case s.Days > 0:
		return said + fmt.Sprintf(", %d days since %s", s.Days, s.Due)
	}
	return said + ", due " + s.Due.String()
}

// Standings returns how each link worker who is employed on a day stands with each kind that
// the rules name: the longest overdue first, and of whom nothing is known before all others.
// It counts from the last session that was held by that day, else from the first day of the
// contract; a flag that no safeguarding session followed brings the day forward. A rule
// without a kind or an interval is refused.
func Standings(team []workforce.Worker, sessions []Session, flags []Flag, rules []Rule, today sp.Date) ([]Standing, error) {
	if err := check(rules); err != nil {
		return nil, err
	}
	type who struct {
		worker workforce.WorkerID
		kind   Kind
	}
	last, next, flagged := map[who]sp.Date{}, map[who]sp.Date{}, map[workforce.WorkerID][]sp.Date{}
	for _, s := range sessions {
		at := who{s.Worker, s.Kind}
		switch {
		case s.Held == sp.Yes && s.On <= today:
			last[at] = max(last[at], s.On)
		case !s.Held.Known() && s.On >= today && (next[at].IsZero() || s.On < next[at]):
			next[at] = s.On
		}
	}
	for _, f := range flags {
		if f.On <= today {
			flagged[f.Worker] = append(flagged[f.Worker], f.On)
		}
	}
	var all []Standing
	for _, w := range workforce.LinkWorkers(team, today) {
		for _, rule := range rules {
			at := who{w.ID, rule.Kind}
			all = append(all, rule.standing(w, last[at], next[at], flagged[w.ID], today))
		}
	}
	slices.SortFunc(all, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(b.Days, a.Days), cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Kind, b.Kind))
	})
	return all, nil
}

func check(rules []Rule) error {
	e := &sp.InvalidError{Subject: "supervision: rules"}
	for i, r := range rules {
		e.Check(r.Kind.valid(), fmt.Sprintf("rules[%d].kind", i), sp.NotListed, "must be line, clinical, safeguarding or peer")
		e.Check(r.Every > 0, fmt.Sprintf("rules[%d].every", i), sp.OutOfRange, "must be at least 1 day")
		e.Check(r.Grace >= 0 && r.After >= 0, fmt.Sprintf("rules[%d]", i), sp.OutOfRange, "must have no days below zero")
	}
	return e.Err()
}

func (r Rule) standing(w workforce.Worker, last, next sp.Date, flags []sp.Date, today sp.Date) Standing {
	s := Standing{Worker: w.ID, Kind: r.Kind, State: InTime, Last: last, Next: next}
	from := last
	if from.IsZero() {
		from = w.Began()
	}
	if !from.IsZero() {
		s.Due = from.Add(r.Every)
	}
	if r.After > 0 {
		for _, on := range flags {
			if due := on.Add(r.After); on > last && (s.Due.IsZero() || due < s.Due) {
				s.Due = due
			}
		}
	}
	if !s.Due.IsZero() {
		s.Days = today.Sub(s.Due)
	}
	switch {
	case !w.There(today):
		s.State = Absent
	case s.Due.IsZero():
		s.State = Passed
	case s.Days > r.Grace:
		s.State = Passed
	case s.Days > 0:
		s.State = Late
	}
	if s.State == Passed && !next.IsZero() {
		s.State = Planned
	}
	return s
}

// order puts first what is worst.
func (s Standing) order() int {
	if s.State == Passed && s.Due.IsZero() {
		return 0
	}
	return 1 + slices.Index([]State{Passed, Planned, Late, InTime, Absent}, s.State)
}

// Overdue returns the standings that are past their grace, planned by now or not, in their
// order.
func Overdue(all []Standing) []Standing {
	return slices.DeleteFunc(slices.Clone(all), func(s Standing) bool { return s.State != Passed && s.State != Planned })
}

// Coverage returns indicator 54: link workers who had supervision in a period, of all who
// were there on any day of it. The empty kind is supervision of any kind. Whoever was away
// the whole period is excluded.
func Coverage(team []workforce.Worker, sessions []Session, kind Kind, during sp.Period) (workforce.Figure, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return workforce.Figure{}, err
	}
	had := map[workforce.WorkerID]bool{}
	for _, s := range sessions {
		if s.Held == sp.Yes && during.Contains(s.On) && (kind == "" || kind == s.Kind) {
			had[s.Worker] = true
		}
	}
	yes, of, excluded := 0, 0, 0
	for _, w := range team {
		if !w.Has(sp.RoleLinkWorker) || !w.EmployedIn(during) {
			continue
		}
		switch {
		case had[w.ID]:
			yes++
			of++
		case w.DaysThere(during) == 0:
			excluded++
		default:
			of++
		}
	}
	name := "link workers who had supervision"
	if kind != "" {
		name = "link workers who had " + string(kind) + " supervision"
	}
	return workforce.Share(54, name, "link workers", yes, of, excluded), nil
}
