package needs

import (
	"encoding/json"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// The events about a plan. They say that it was written, with how many items,
// and nothing of what it says.
const (
	planWritten store.EventType = "plan.written"
	planErased  store.EventType = "plan.erased"
)

// A PlanRecord is a plan as kept in a store: it can be rewritten and erased,
// which leaves the events plan.written and plan.erased in the log. It is a
// [store.Change]; it must not be used by several goroutines at once.
type PlanRecord struct {
	plan  Plan
	saved store.Document
}

// A happened is an event about the record of a plan, with how many items the plan has.
type happened struct {
	name  store.EventType
	Items int `json:"items"`
}

// EventType returns the stored name.
func (h happened) EventType() store.EventType { return h.name }

// WritePlan returns the record of a first plan. It fails with the error of [Plan.Check].
func WritePlan(p Plan, a *Assessment, s sp.Stamp) (*PlanRecord, error) {
	r := &PlanRecord{plan: Plan{Assessment: a.ID(), Person: a.Person()}}
	if err := r.Rewrite(p, a, s); err != nil {
		return nil, err
	}
	return r, nil
}

// Plan returns the plan. Its slices belong to the record: build new ones to change them.
func (r *PlanRecord) Plan() Plan { return r.plan }

// Rewrite replaces the plan. It fails with the error of [Plan.Check], or if an
// earlier change is not saved yet; then nothing changes.
func (r *PlanRecord) Rewrite(p Plan, a *Assessment, s sp.Stamp) error {
	if a == nil {
		return sp.Invalid("needs: rewrite "+r.plan.String(), "assessment", sp.Missing, "must be given")
	}
	if a.root.IsStale() {
		return fmt.Errorf("needs: rewrite %s: %s: %w", r.plan, a, store.ErrStale)
	}
	if err := r.ready("rewrite", a.check("write plan", s)); err != nil {
		return err
	}
	if p.Assessment != r.plan.Assessment {
		return fmt.Errorf("needs: rewrite %s: is of another assessment: %w", r.plan, sp.ErrInvalid)
	}
	if err := p.Check(a); err != nil {
		return fmt.Errorf("needs: rewrite %s: %w", r.plan, err)
	}
	r.plan = p
	r.saved.Change(happened{planWritten, len(p.Items)}, s)
	return nil
}

// Erase forgets the person's words: saving it leaves nothing of them in the store but
// that there was a plan and that it was erased. The assessment stays, in codes. A plan
// of the same assessment cannot be written again, since the events of the two could not
// be told apart: saving it fails with [sp.ErrExists]. Open another assessment.
func (r *PlanRecord) Erase(s sp.Stamp) error {
	e := (&Assessment{id: r.plan.Assessment}).check("erase plan", s)
	e.Check(r.saved.Exists(), "", sp.WrongState, "is erased already")
	if err := r.ready("erase", e); err != nil {
		return err
	}
	r.saved.Erase(happened{planErased, len(r.plan.Items)}, s)
	return nil
}

func (r *PlanRecord) ready(command string, e *sp.InvalidError) error {
	if r.saved.IsStale() {
		return fmt.Errorf("needs: %s %s: %w", command, r.plan, store.ErrStale)
	}
	r.saved.Check(e)
	if err := e.Err(); err != nil {
		return fmt.Errorf("needs: %s %s: %w", command, r.plan, err)
	}
	return nil
}

// Pending implements [store.Change].
func (r *PlanRecord) Pending() (store.Batch, error) {
	return r.saved.Pending(store.Key{Kind: PlanKind, ID: string(r.plan.Assessment)}, func(erased bool) (put store.Put, err error) {
		if erased {
			put.Body, err = json.Marshal(wirePlan{Version: wireVersion, Assessment: r.plan.Assessment, Erased: true})
			return put, err
		}
		put.Terms = store.Terms{termPerson: string(r.plan.Person)}
		put.Body, err = r.plan.encode()
		return put, err
	})
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *PlanRecord) Committed() {
	if r.saved.Committed() {
		*r = PlanRecord{}
	}
}

// Stale implements [store.Change].
func (r *PlanRecord) Stale() { r.saved.Stale() }

func loadPlan(stored store.Record) (*PlanRecord, error) {
	p, err := decodePlan(stored.Body) // sp.ErrNotFound if it was erased
	if err == nil && string(p.Assessment) != stored.ID {
		err = fmt.Errorf("body is of another assessment: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("needs: plan %s: %w", stored.ID, err)
	}
	return &PlanRecord{plan: p, saved: store.DocumentOf(stored)}, nil
}
