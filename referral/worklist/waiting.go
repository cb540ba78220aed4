package worklist

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
)

// Standards are what a scheme promises to people who wait.
type Standards struct {
	Name string `json:"name"` // with its version

	// Days within which somebody speaks to the person, by urgency, or working days. Both
	// are counted from the day on which the referral took effect. An urgency stands in one
	// of them, and one that stands in neither has no standard.
	Days     map[referral.Urgency]int `json:"days,omitempty"`
	Workdays map[referral.Urgency]int `json:"workdays,omitempty"`

	// Ageing is the number of days of waiting after which a person counts as one
	// class more urgent; after twice as many they count as two classes more urgent.
	// 0 is never.
	Ageing int `json:"ageing,omitempty"`

	// Grace is the number of days, or of working days where the standard has those, after
	// a missed standard in which the link worker deals with it. After that it is to be
	// escalated to whoever leads the scheme.
	Grace int `json:"grace,omitempty"`
}

// A Wait is a line of the waiting list.
type Wait struct {
	Referral referral.ID       `json:"referral"`
	Person   person.ID         `json:"person"`
	Worker   referral.WorkerID `json:"worker,omitempty"` // empty while nobody has accepted it
	Urgency  referral.Urgency  `json:"urgency"`          // as it was set
	Class    referral.Urgency  `json:"class"`            // with ageing
	Since    time.Time         `json:"since"`
	Days     int               `json:"days"`               // waited
	Due      sp.Date           `json:"due,omitzero"`       // the last day on which the standard is kept; unknown without one
	Left     int               `json:"left"`               // days, or working days, until then; negative after it, 0 without a standard
	Late     sp.Truth          `json:"late,omitzero"`      // unknown without a standard
	Escalate bool              `json:"escalate,omitempty"` // late by more than the grace of the standards
	Attempts int               `json:"attempts"`           // to reach the person so far
}

// check adds to e what is wrong with s.
func (s Standards) check(e *sp.InvalidError, path string) {
	const most = 36525 // days, a hundred years
	for _, list := range []struct {
		name string
		days map[referral.Urgency]int
	}{{"days.", s.Days}, {"workdays.", s.Workdays}} {
		for _, u := range slices.Sorted(maps.Keys(list.days)) {
			n := list.days[u]
			e.Check(u.Rank() > 0 || u == referral.Routine, path+list.name+"*", sp.NotListed, "must be routine, soon or urgent")
			e.Check(n >= 0 && n <= most, path+list.name+string(u), sp.OutOfRange, "must be from 0 to 36525")
		}
	}
	for _, u := range slices.Sorted(maps.Keys(s.Days)) {
		_, twice := s.Workdays[u]
		e.Check(!twice, path+"workdays."+string(u), sp.Duplicate, "must not have days too")
	}
	e.Check(s.Ageing >= 0, path+"ageing", sp.OutOfRange, "must not be negative")
	e.Check(s.Grace >= 0, path+"grace", sp.OutOfRange, "must not be negative")
}

// Due returns the last day on which the standard of an urgency is kept for whoever was
// received on a day, and false where it has none: by when a person is promised that somebody
// speaks to them.
func (s Standards) Due(u referral.Urgency, received sp.Date, c sp.Calendar) (sp.Date, bool) {
	if n, ok := s.Workdays[u]; ok {
		return c.AddWorkdays(received, n), true
	}
	n, ok := s.Days[u]
	return received.Add(n), ok
}

// Waiting returns the people who wait to be spoken to for the first time, and
// were already waiting at a moment: the most urgent class first, within a class
// the longest wait first, and equal waits by ID. People who have been spoken to
// since that moment are not in the list. The query narrows it to a worker, say;
// its limit is ignored. Standards that cannot be kept are [sp.ErrInvalid].
func Waiting(ctx context.Context, referrals *referral.Repository, q referral.Query, by Standards, c sp.Calendar, at time.Time) ([]Wait, error) {
	e := sp.InvalidError{Subject: "worklist: waiting"}
	by.check(&e, "")
	if err := e.Err(); err != nil {
		return nil, err
	}
	q.Limit, q.After = 0, ""
	var list []Wait
	for r, err := range referrals.Waiting(ctx, q) {
		if err != nil {
			return nil, err
		}
		if r.Received().After(at) {
			break // as are all that follow
		}
		list = append(list, by.wait(r, c, at))
	}
	slices.SortFunc(list, func(a, b Wait) int {
		return cmp.Or(cmp.Compare(b.Class.Rank(), a.Class.Rank()), a.Since.Compare(b.Since), strings.Compare(string(a.Referral), string(b.Referral)))
	})
	return list, nil
}

func (s Standards) wait(r *referral.Referral, c sp.Calendar, at time.Time) Wait {
	w := Wait{
		Referral: r.ID(), Person: r.Person(), Worker: r.Worker(), Urgency: r.Urgency(), Class: r.Urgency(),
		Since: r.Received(), Days: days(c, r.Received(), at), Attempts: r.Attempts(),
	}
	if s.Ageing > 0 {
		w.Class = w.Class.Raised(w.Days / s.Ageing)
	}
	if due, ok := s.Due(r.Urgency(), c.Date(r.Received()), c); ok {
		today := c.Date(at)
		w.Due, w.Left = due, due.Sub(today)
		if _, working := s.Workdays[r.Urgency()]; working {
			w.Left = c.Workdays(today, due)
		}
		w.Late = sp.TruthOf(today > due)
		w.Escalate = w.Left < -s.Grace
	}
	return w
}

// days returns the days from that of a moment to that of a later one, and 0 if it is not
// later.
func days(c sp.Calendar, from, to time.Time) int { return max(c.Date(to).Sub(c.Date(from)), 0) }
