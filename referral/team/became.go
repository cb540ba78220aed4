package team

import (
	"cmp"
	"context"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// A Fate is what became of a person whom a worker helped.
type Fate struct {
	Referral referral.ID       `json:"referral"`
	State    referral.State    `json:"state"`
	On       sp.Date           `json:"on"`                // it ended
	Outcome  needs.Outcome     `json:"outcome,omitempty"` // of one that was closed
	Unmet    []needs.Code      `json:"unmet,omitempty"`   // what is still there
	Died     bool              `json:"died,omitempty"`
	With     referral.WorkerID `json:"with"` // who had them at the end
}

// A Return is the feedback to a worker on a period: what became of the people whom they
// helped, also of those who were with others by then, and who thanked them.
type Return struct {
	Worker referral.WorkerID `json:"worker"`
	During sp.Period         `json:"during"`
	Fates  []Fate            `json:"fates"`  // in the order of their days, and then IDs
	Thanks []Thanks          `json:"thanks"` // in the order of their days
}

// Outcomes counts the fates by their outcome; those that were not closed are not among them.
func (r Return) Outcomes() map[needs.Outcome]int {
	n := map[needs.Outcome]int{}
	for _, f := range r.Fates {
		if f.Outcome != "" {
			n[f.Outcome]++
		}
	}
	return n
}

// TakenBack returns the feedback to a worker on a period. It reads their cases and those
// that they handed over; a person who was moved to another worker without a hand-over is
// not found. It takes as long as reading all of these.
func TakenBack(ctx context.Context, db store.Driver, worker referral.WorkerID, during sp.Period, c sp.Calendar) (Return, error) {
	back := Return{Worker: worker, During: during}
	err := everyCase(ctx, db, worker, func(r *referral.Referral) error {
		v := r.View()
		if on := c.Date(v.Ended); !v.Ended.IsZero() && during.Contains(on) && r.State() != referral.StateInError && held(r, worker) {
			back.Fates = append(back.Fates, Fate{r.ID(), r.State(), on, v.Result.Outcome, v.Result.Unmet, died(r), r.Worker()})
		}
		return nil
	})
	if err != nil {
		return Return{}, err
	}
	slices.SortFunc(back.Fates, func(a, b Fate) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Referral, b.Referral)) })
	back.Thanks, err = Thanked(db).List(ctx, record.Query{Worker: worker, From: during.Start, Before: during.End})
	return back, err
}

// everyCase calls f with every referral that a worker has, or had until they handed it over.
func everyCase(ctx context.Context, db store.Driver, worker referral.WorkerID, f func(*referral.Referral) error) error {
	referrals := referral.NewRepository(db, nil)
	seen := map[referral.ID]bool{}
	for r, err := range referrals.All(ctx, referral.Query{Worker: worker}) {
		if err != nil {
			return err
		}
		seen[r.ID()] = true
		if err := f(r); err != nil {
			return err
		}
	}
	for h, err := range caseload.NewRepository(db, nil).Of(ctx, worker) {
		if err != nil {
			return err
		}
		for _, p := range h.Passes() {
			if seen[p.Referral] {
				continue
			}
			seen[p.Referral] = true
			r, err := referrals.Load(ctx, p.Referral)
			if err != nil {
				return err
			}
			if err := f(r); err != nil {
				return err
			}
		}
	}
	return nil
}
