package worklist

import (
	"cmp"
	"context"
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

	// Days within which somebody speaks to the person, by urgency. An urgency
	// that is not there has no standard.
	Days map[referral.Urgency]int `json:"days"`

	// Ageing is the number of days of waiting after which a person counts as one
	// class more urgent; after twice as many they count as two classes more urgent.
	// 0 is never.
	Ageing int `json:"ageing,omitempty"`

	// Grace is the number of days after a missed standard in which the link worker
	// deals with it. After that it is to be escalated to whoever leads the scheme.
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
	Days     int               `json:"days"`               // whole days waited
	Left     int               `json:"left"`               // days until the standard is missed; negative once it is, 0 without one
	Late     sp.Truth          `json:"late,omitzero"`      // unknown without a standard
	Escalate bool              `json:"escalate,omitempty"` // late by more than the grace of the standards
	Attempts int               `json:"attempts"`           // to reach the person so far
}

// Waiting returns the people who wait to be spoken to for the first time, and
// were already waiting at a moment: the most urgent class first, within a class
// the longest wait first, and equal waits by ID. People who have been spoken to
// since that moment are not in the list. The query narrows it to a worker, say;
// its limit is ignored.
func Waiting(ctx context.Context, referrals *referral.Repository, q referral.Query, by Standards, at time.Time) ([]Wait, error) {
	q.Limit, q.After = 0, ""
	var list []Wait
	for r, err := range referrals.Waiting(ctx, q) {
		if err != nil {
			return nil, err
		}
		if r.Received().After(at) {
			break // as are all that follow
		}
		list = append(list, by.wait(r, at))
	}
	slices.SortFunc(list, func(a, b Wait) int {
		return cmp.Or(cmp.Compare(b.Class.Rank(), a.Class.Rank()), a.Since.Compare(b.Since), strings.Compare(string(a.Referral), string(b.Referral)))
	})
	return list, nil
}

func (s Standards) wait(r *referral.Referral, at time.Time) Wait {
	w := Wait{
		Referral: r.ID(), Person: r.Person(), Worker: r.Worker(), Urgency: r.Urgency(), Class: r.Urgency(),
		Since: r.Received(), Days: days(r.Received(), at), Attempts: r.Attempts(),
	}
	if s.Ageing > 0 {
		w.Class = w.Class.Raised(w.Days / s.Ageing)
	}
	if standard, ok := s.Days[r.Urgency()]; ok {
		w.Left = standard - w.Days
		w.Late = sp.TruthOf(w.Left < 0)
		w.Escalate = w.Left < -s.Grace
	}
	return w
}

// days returns the whole days from a moment to a later one, and 0 if it is not later.
func days(from, to time.Time) int { return max(int(to.Sub(from)/(24*time.Hour)), 0) }
