package app

import (
	"context"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/store"
)

// A Goal is something that somebody wants to reach, for one of their needs, in their words.
type Goal struct {
	Need   needs.Code          `json:"need" validate:"required,code"`
	Words  sp.Personal[string] `json:"words" validate:"required,max=2000"`
	Review sp.Date             `json:"review" validate:"required"` // when the two look at it again
}

// Filled is a questionnaire that was filled in.
type Filled struct {
	Instrument string          `json:"instrument" validate:"required,max=40"` // by its code, such as "ons-loneliness"
	Answers    measure.Answers `json:"answers" validate:"required,max=100"`
}

// SetGoal records a goal, with the words for it in the person's plan.
func (d *Desk) SetGoal(ctx context.Context, a Acting, id referral.ID, g Goal) error {
	return d.assess(ctx, id, a, func(_ *referral.Case, x *needs.Assessment, s sp.Stamp) ([]store.Change, error) {
		need, name := needs.ID(g.Need), needs.ID("G-"+s.Key)
		if !slices.ContainsFunc(x.Needs(), func(n needs.Need) bool { return n.ID == need }) {
			if err := x.Identify(needs.Finding{ID: need, Code: g.Need, Source: s.By.Role}, nil, s); err != nil {
				return nil, err
			}
		}
		if err := x.SetGoal(name, []needs.ID{need}, g.Review, s); err != nil {
			return nil, err
		}
		plan, err := needs.NewRepository(d.db, d.may).Word(ctx, x, needs.Item{Goal: name, Words: g.Words}, s)
		return []store.Change{plan}, err
	})
}

// ReviewGoal records how far a goal has come, and either when to look again or how it ended.
func (d *Desk) ReviewGoal(ctx context.Context, a Acting, id referral.ID, r needs.Reviewed) error {
	return d.assess(ctx, id, a, func(_ *referral.Case, x *needs.Assessment, s sp.Stamp) ([]store.Change, error) {
		return nil, x.Review(r, s)
	})
}

// Measure scores a questionnaire and keeps it. An answer that raises an alert raises a
// concern too, in the same commit: it is on the lead's page before anybody looks at scores.
func (d *Desk) Measure(ctx context.Context, a Acting, id referral.ID, f Filled) (measure.Result, error) {
	in, ok := measure.Find(f.Instrument)
	if !ok {
		return measure.Result{}, sp.Invalid("request", "instrument", sp.NotListed, "must be the code of a questionnaire that is shipped")
	}
	result, err := in.Score(f.Answers)
	if err != nil {
		return measure.Result{}, err
	}
	return result, d.assess(ctx, id, a, func(c *referral.Case, x *needs.Assessment, s sp.Stamp) ([]store.Change, error) {
		_, err := c.Measure(x.ID(), in, f.Answers, referral.Flagged{Flag: concern.ID("F-" + s.Key), Kind: concern.Crisis, Reason: concern.SelfHarm}, s)
		return nil, err
	})
}

// assess changes the assessment of a case on the own caseload, which begins with the first
// change.
func (d *Desk) assess(ctx context.Context, id referral.ID, a Acting, f func(*referral.Case, *needs.Assessment, sp.Stamp) ([]store.Change, error)) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := holds(a.By, c.Referral.Worker()); err != nil {
			return nil, err
		}
		x, err := c.Assess(needs.AssessmentID("A-"+id), s)
		if err != nil {
			return nil, err
		}
		return f(c, x, s)
	})
}
