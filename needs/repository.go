package needs

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// The kinds under which this package stores its records.
const (
	AssessmentKind = "assessment"
	PlanKind       = "plan"
)

// Terms under which assessments are found.
const (
	termPerson  = "person"
	termReview  = "review"  // the first day on which a goal is to be looked at again
	termMeasure = "measure" // the first day on which a questionnaire of a series is due
	termAlert   = "alert"   // present while an alert waits for an answer
)

// Pending implements [store.Change].
func (a *Assessment) Pending() (store.Batch, error) {
	terms := store.Terms{termPerson: string(a.person)}
	if review := a.review(); !review.IsZero() {
		terms[termReview] = review.String()
	}
	if due := a.Due(); len(due) > 0 {
		terms[termMeasure] = due[0].On.String()
	}
	if len(a.alerts) > 0 {
		terms[termAlert] = "waiting"
	}
	return a.root.Pending(store.Key{Kind: AssessmentKind, ID: string(a.id)}, terms)
}

// Committed implements [store.Change].
func (a *Assessment) Committed() { a.root.Committed() }

// Stale implements [store.Change].
func (a *Assessment) Stale() { a.root.Stale() }

// review returns the first day on which a goal is to be looked at again.
func (a *Assessment) review() (first sp.Date) {
	for _, g := range a.goals {
		if !g.Review.IsZero() && (first.IsZero() || g.Review < first) {
			first = g.Review
		}
	}
	return first
}

// A Repository finds assessments and plans in a store. Changes are saved with [store.Save].
type Repository struct {
	driver store.Driver
	may    transition.Authorizer
}

// NewRepository returns the assessments and plans that d keeps; see [store.Tenant]. The
// assessments ask the authorizer before each command; nil denies them all. It costs
// next to nothing, so each request can have its own.
func NewRepository(d store.Driver, may transition.Authorizer) *Repository { return &Repository{d, may} }

// Assessment returns an assessment, or an error that is [sp.ErrNotFound].
func (r *Repository) Assessment(ctx context.Context, id AssessmentID) (*Assessment, error) {
	return store.Load(ctx, r.driver, AssessmentKind, string(id), r.replay)
}

// AssessmentOrNew returns an assessment, or a new one that does not exist yet: what a
// request that opens one begins with, since it may come twice.
func (r *Repository) AssessmentOrNew(ctx context.Context, id AssessmentID) (*Assessment, error) {
	a, err := r.Assessment(ctx, id)
	return store.OrNew(a, err, New(id, r.may))
}

// Of yields the assessments of a person in the order of their IDs. The first
// error is the last pair.
func (r *Repository) Of(ctx context.Context, of person.ID) iter.Seq2[*Assessment, error] {
	return r.scan(ctx, store.Query{Where: store.Where{termPerson: {string(of)}}})
}

// Due yields the assessments with a goal to be reviewed before a day, the most
// overdue first. An unknown day is no limit.
func (r *Repository) Due(ctx context.Context, before sp.Date) iter.Seq2[*Assessment, error] {
	return r.scan(ctx, store.Query{Range: due(termReview, before)})
}

// CountDue returns how many assessments [Repository.Due] yields. It is one indexed scan, and
// replays none.
func (r *Repository) CountDue(ctx context.Context, before sp.Date) (int, error) {
	return store.Count(ctx, r.driver, store.Query{Kind: AssessmentKind, Range: due(termReview, before)})
}

// due is the range of what comes before a day; an unknown one is no limit.
func due(term string, before sp.Date) store.Range {
	limit := store.Range{Term: term}
	if !before.IsZero() {
		limit.Before = before.String()
	}
	return limit
}

// MeasuresDue yields the assessments with a questionnaire of a series to be asked before a
// day, the most overdue first; [Assessment.Due] says which. Those that are closed are among
// them. An unknown day is no limit.
func (r *Repository) MeasuresDue(ctx context.Context, before sp.Date) iter.Seq2[*Assessment, error] {
	return r.scan(ctx, store.Query{Range: due(termMeasure, before)})
}

// CountAlerting returns how many assessments [Repository.Alerting] yields. It is one indexed
// scan, and replays none.
func (r *Repository) CountAlerting(ctx context.Context) (int, error) {
	return store.Count(ctx, r.driver, store.Query{Kind: AssessmentKind, Where: store.Where{termAlert: {"waiting"}}})
}

// Alerting yields the assessments in which an alert waits for an answer.
func (r *Repository) Alerting(ctx context.Context) iter.Seq2[*Assessment, error] {
	return r.scan(ctx, store.Query{Where: store.Where{termAlert: {"waiting"}}})
}

func (r *Repository) scan(ctx context.Context, q store.Query) iter.Seq2[*Assessment, error] {
	q.Kind = AssessmentKind
	return store.Select(ctx, r.driver, q, r.replay)
}

// replay brings an assessment back from its events. What happened is not
// checked again: rules change, and the past does not. But a history without its
// beginning is none.
func (r *Repository) replay(stored store.Record) (*Assessment, error) {
	a := New(AssessmentID(stored.ID), r.may)
	a.loading = true
	err := a.root.Restore(stored, eventTypes, func(e Event) bool {
		first, ok := e.(Opened)
		return ok && first.Person != ""
	}, view{a: a})
	if err != nil {
		return nil, err
	}
	a.loading = false
	a.learn()
	return a, nil
}

// Plan returns the plan that belongs to an assessment, or an error that is
// [sp.ErrNotFound] if there is none: never written, or erased.
func (r *Repository) Plan(ctx context.Context, id AssessmentID) (*PlanRecord, error) {
	return store.Load(ctx, r.driver, PlanKind, string(id), loadPlan)
}

// Word adds what a goal means in the person's words to the plan of its assessment, and returns
// the plan, to be saved with the assessment: the first words write it. What is said of the goal
// already stays as it is, so that the same command twice is once.
//
//	err := a.SetGoal("G-1", []needs.ID{"N-1"}, review, s)
//	plan, err := assessments.Word(ctx, a, needs.Item{Goal: "G-1", Words: words}, s)
//	err = store.Save(ctx, db, a, plan)
func (r *Repository) Word(ctx context.Context, a *Assessment, item Item, s sp.Stamp) (*PlanRecord, error) {
	if a == nil {
		return nil, sp.Invalid("needs: word a goal", "assessment", sp.Missing, "must be given")
	}
	record, err := r.Plan(ctx, a.ID())
	if errors.Is(err, sp.ErrNotFound) {
		return WritePlan(Plan{Assessment: a.ID(), Person: a.Person(), Items: []Item{item}}, a, s)
	}
	if err != nil {
		return nil, err
	}
	plan := record.Plan()
	if slices.ContainsFunc(plan.Items, func(i Item) bool { return i.Goal == item.Goal }) {
		return record, nil
	}
	plan.Items = append(slices.Clip(plan.Items), item)
	return record, record.Rewrite(plan, a, s)
}

// A Worded is a goal with what it means in the person's words, which are empty where nobody
// has written them down.
type Worded struct {
	Goal
	Words sp.Personal[string] `json:"words"`
}

// Worded returns the goals of some assessments, in their order, with their words.
func (r *Repository) Worded(ctx context.Context, of ...*Assessment) (all []Worded, err error) {
	for _, a := range of {
		if a == nil {
			return nil, sp.Invalid("needs: words of goals", "assessment", sp.Missing, "must be given")
		}
		record, err := r.Plan(ctx, a.ID())
		if err != nil && !errors.Is(err, sp.ErrNotFound) {
			return nil, err
		}
		words := map[ID]sp.Personal[string]{}
		if err == nil {
			for _, item := range record.plan.Items {
				words[item.Goal] = item.Words
			}
		}
		for _, g := range a.Goals() {
			all = append(all, Worded{g, words[g.ID]})
		}
	}
	return all, nil
}

// Plans yields the plans of a person in the order of their assessments, such as
// to erase them with the person. The first error is the last pair.
func (r *Repository) Plans(ctx context.Context, of person.ID) iter.Seq2[*PlanRecord, error] {
	q := store.Query{Kind: PlanKind, Where: store.Where{termPerson: {string(of)}}}
	return store.Select(ctx, r.driver, q, loadPlan)
}
