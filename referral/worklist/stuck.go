package worklist

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
)

// A Since is the moment from which a rule counts days.
type Since string

// The moments of a referral from which rules can count.
const (
	SinceReceived Since = "received" // the referral took effect
	SinceContact  Since = "contact"  // the first conversation
	SinceTouched  Since = "touched"  // anything was last recorded that is of no concern about safety
	SinceFlagged  Since = "flagged"  // a concern was raised that nobody has taken over
)

// A Rule says when a case has got stuck: it is in one of some states, and so many
// days have passed since a moment. It needs the moment and at least one state.
type Rule struct {
	Code     string           `json:"code"`           // stable, such as "no-placement"
	Says     string           `json:"says,omitempty"` // for people: "spoken to, but nothing has been proposed"
	States   []referral.State `json:"states"`
	Since    Since            `json:"since"`
	Days     int              `json:"days"`               // days since then after which it is stuck
	Unplaced bool             `json:"unplaced,omitempty"` // only if nothing was proposed yet
}

// Safety reports whether the rule is about a concern about somebody's safety. What other
// rules find is the same whether or not there is one; what this one finds is not to be
// shown where the person, or whoever is beside them, reads along.
func (rule Rule) Safety() bool { return rule.Since == SinceFlagged }

// A Finding is a case that breaks a rule.
type Finding struct {
	Rule     Rule              `json:"rule"`
	Referral referral.ID       `json:"referral"`
	Worker   referral.WorkerID `json:"worker,omitempty"`
	Since    time.Time         `json:"since"`
	Days     int               `json:"days"`

	rule int // its place among the rules
}

// Stuck yields the findings of every rule at a moment: referrals in order of
// their IDs, each with its findings in the order of the rules. It judges
// referrals by their present state; for a moment in the past it leaves out
// whatever began later. If a rule could never find anything, such as one with a
// mistyped Since, the only pair is an error that is [sp.ErrInvalid]. Without
// rules there are no findings.
func Stuck(ctx context.Context, referrals *referral.Repository, rules []Rule, c sp.Calendar, at time.Time) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		if err := check(rules); err != nil {
			yield(Finding{}, err)
			return
		}
		var states []referral.State
		for _, rule := range rules {
			states = append(states, rule.States...)
		}
		if len(states) == 0 {
			return
		}
		for r, err := range referrals.All(ctx, referral.Query{States: states}) {
			if err != nil {
				yield(Finding{}, err)
				return
			}
			for i, rule := range rules {
				f, stuck := rule.find(r, c, at)
				f.rule = i
				if stuck && !yield(f, nil) {
					return
				}
			}
		}
	}
}

func check(rules []Rule) error {
	moments, states := []Since{SinceReceived, SinceContact, SinceTouched, SinceFlagged}, referral.Table().States()
	e := sp.InvalidError{Subject: "worklist: stuck"}
	for i, rule := range rules {
		path := fmt.Sprintf("rules[%d].", i)
		e.Check(slices.Contains(moments, rule.Since), path+"since", sp.NotListed, "must be received, contact, touched or flagged")
		e.Check(len(rule.States) > 0, path+"states", sp.Missing, "must not be empty")
		for j, s := range rule.States {
			e.Check(slices.Contains(states, s), fmt.Sprintf("%sstates[%d]", path, j), sp.NotListed, "must be a state of a referral")
		}
		e.Check(rule.Days >= 0, path+"days", sp.OutOfRange, "must not be negative")
	}
	return e.Err()
}

func (rule Rule) find(r *referral.Referral, c sp.Calendar, at time.Time) (Finding, bool) {
	var since time.Time
	switch rule.Since {
	case SinceReceived:
		since = r.Received()
	case SinceContact:
		since = r.FirstContact()
	case SinceTouched:
		since = r.Touched()
	case SinceFlagged:
		since = r.FlaggedSince()
	}
	f := Finding{Rule: rule, Referral: r.ID(), Worker: r.Worker(), Since: since, Days: days(c, since, at)}
	stuck := !since.IsZero() && !since.After(at) && f.Days >= rule.Days &&
		slices.Contains(rule.States, r.State()) &&
		(!rule.Unplaced || len(r.Placements()) == 0)
	return f, stuck
}
