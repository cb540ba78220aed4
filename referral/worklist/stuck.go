package worklist

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp/referral"
)

// A Clock is what a rule counts from.
type Clock string

// The clocks.
const (
	SinceReceived Clock = "received" // the referral took effect
	SinceContact  Clock = "contact"  // the first conversation
	SinceTouched  Clock = "touched"  // anything was last recorded
	SinceFlagged  Clock = "flagged"  // a concern was raised that nobody has taken over
)

// A Rule says when a case has got stuck.
type Rule struct {
	Code     string // stable, such as "no-placement"
	Says     string // for people: "spoken to, but nothing has been proposed"
	States   []referral.State
	Clock    Clock
	Days     int  // whole days, by this clock, after which it is stuck
	Unplaced bool // only if nothing was proposed yet
}

// A Finding is a case that breaks a rule.
type Finding struct {
	Rule     Rule
	Referral referral.ID
	Worker   referral.WorkerID
	Since    time.Time
	Days     int
}

// Stuck returns the findings of every rule at a moment: referrals in order of
// their IDs, each with its findings in the order of the rules.
func Stuck(ctx context.Context, referrals *referral.Repository, rules []Rule, at time.Time) iter.Seq2[Finding, error] {
	var states []referral.State
	for _, rule := range rules {
		states = append(states, rule.States...)
	}
	return func(yield func(Finding, error) bool) {
		if len(states) == 0 {
			return
		}
		for r, err := range referrals.All(ctx, referral.Query{States: states}) {
			if err != nil {
				yield(Finding{}, err)
				return
			}
			for _, rule := range rules {
				if f, stuck := rule.find(r, at); stuck && !yield(f, nil) {
					return
				}
			}
		}
	}
}

func (rule Rule) find(r *referral.Referral, at time.Time) (Finding, bool) {
	var since time.Time
	switch rule.Clock {
	case SinceReceived:
		since = r.Received()
	case SinceContact:
		since = r.FirstContact()
	case SinceTouched:
		since = r.Touched()
	case SinceFlagged:
		since = r.FlaggedSince()
	}
	f := Finding{rule, r.ID(), r.Worker(), since, days(since, at)}
	stuck := !since.IsZero() && f.Days >= rule.Days &&
		slices.Contains(rule.States, r.State()) &&
		(!rule.Unplaced || len(r.Placements()) == 0)
	return f, stuck
}
