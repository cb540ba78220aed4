package app

import (
	"cmp"
	"context"
	"errors"
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

// Reached is a goal as it stands.
type Reached struct {
	needs.Goal
	Words sp.Personal[string] `json:"words"`
}

// Filled is a questionnaire that was filled in.
type Filled struct {
	Instrument string          `json:"instrument" validate:"required,max=40"` // by its code, such as "ons-loneliness"
	Answers    measure.Answers `json:"answers" validate:"required,max=100"`
}

// SetGoal records a goal, with the words for it in the person's plan.
func (d *Desk) SetGoal(ctx context.Context, a Acting, id referral.ID, g Goal) error {
	name, err := d.id("G", a)
	if err != nil {
		return err
	}
	return d.assess(ctx, id, a, func(_ *referral.Case, x *needs.Assessment, s sp.Stamp) ([]store.Change, error) {
		need := needs.ID(g.Need)
		if !slices.ContainsFunc(x.Needs(), func(n needs.Need) bool { return n.ID == need }) {
			if err := x.Identify(needs.Finding{ID: need, Code: g.Need, Source: s.By.Role}, nil, s); err != nil {
				return nil, err
			}
		}
		if err := x.SetGoal(needs.ID(name), []needs.ID{need}, g.Review, s); err != nil {
			return nil, err
		}
		return d.word(ctx, x, needs.Item{Goal: needs.ID(name), Words: g.Words}, s)
	})
}

// word adds the words for a goal to the plan of an assessment.
func (d *Desk) word(ctx context.Context, x *needs.Assessment, item needs.Item, s sp.Stamp) ([]store.Change, error) {
	record, err := needs.NewRepository(d.db, d.may).Plan(ctx, x.ID())
	if errors.Is(err, sp.ErrNotFound) {
		record, err = needs.WritePlan(needs.Plan{Assessment: x.ID(), Person: x.Person(), Items: []needs.Item{item}}, x, s)
		return []store.Change{record}, err
	}
	if err != nil {
		return nil, err
	}
	plan := record.Plan()
	if slices.ContainsFunc(plan.Items, func(i needs.Item) bool { return i.Goal == item.Goal }) {
		return nil, nil
	}
	plan.Items = append(slices.Clone(plan.Items), item)
	return []store.Change{record}, record.Rewrite(plan, x, s)
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
	flag, err := d.id("F", a)
	if err != nil {
		return measure.Result{}, err
	}
	in, ok := measure.Find(f.Instrument)
	if !ok {
		return measure.Result{}, sp.Invalid("request", "instrument", sp.NotListed, "must be the code of a questionnaire that is shipped")
	}
	result, err := in.Score(f.Answers)
	if err != nil {
		return measure.Result{}, err
	}
	return result, d.assess(ctx, id, a, func(c *referral.Case, x *needs.Assessment, s sp.Stamp) ([]store.Change, error) {
		if _, err := x.Measure(in, f.Answers, s); err != nil {
			return nil, err
		}
		for _, alert := range result.Alerts {
			if alert.Raised == sp.Yes {
				return nil, c.Referral.Raise(referral.Flagged{Flag: concern.ID(flag), Kind: concern.Crisis, Reason: concern.SelfHarm}, s)
			}
		}
		return nil, nil
	})
}

// assess changes the assessment of a case on the own caseload, which begins with the first
// change.
func (d *Desk) assess(ctx context.Context, id referral.ID, a Acting, f func(*referral.Case, *needs.Assessment, sp.Stamp) ([]store.Change, error)) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := holds(a.By, c.Referral.Worker()); err != nil {
			return nil, err
		}
		name := assessmentOf(id)
		at := slices.IndexFunc(c.Assessments, func(x *needs.Assessment) bool { return x.ID() == name })
		if at < 0 {
			x := needs.New(name, d.may)
			if err := x.Open(c.Referral.Person(), s); err != nil {
				return nil, err
			}
			at, c.Assessments = len(c.Assessments), append(c.Assessments, x)
		}
		return f(c, c.Assessments[at], s)
	})
}

// assessmentOf names the assessment that goes with a referral.
func assessmentOf(id referral.ID) needs.AssessmentID { return needs.AssessmentID("A-" + id) }

// reached returns the goals of a case and what was measured.
func (d *Desk) reached(ctx context.Context, c *referral.Case) (goals []Reached, measured []needs.Measurement, err error) {
	for _, x := range c.Assessments {
		measured = append(measured, x.Measurements()...)
		plan, err := needs.NewRepository(d.db, d.may).Plan(ctx, x.ID())
		if err != nil && !errors.Is(err, sp.ErrNotFound) {
			return nil, nil, err
		}
		words := map[needs.ID]sp.Personal[string]{}
		if err == nil {
			for _, i := range plan.Plan().Items {
				words[i.Goal] = i.Words
			}
		}
		for _, g := range x.Goals() {
			goals = append(goals, Reached{g, words[g.ID]})
		}
	}
	slices.SortStableFunc(measured, func(a, b needs.Measurement) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return goals, measured, nil
}
