package measure

import (
	"context"
	"errors"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// Records are what figures of a period are made of. Workers, sites and completed training are
// all that are kept, whenever they were written.
type Records struct {
	Team        []workforce.Worker
	Pressures   []workforce.Pressure
	Sessions    []supervision.Session
	Completions []training.Completion
	Days        []minutes.Day
	Sites       []site.Readiness
	Requests    []site.Request
	Meetings    []forum.Meeting
	Adaptations []fidelity.Adaptation
	Reviews     []fidelity.Review
}

// Read reads the records of a period, in one indexed scan for each kind. A period without
// both ends is refused.
func Read(ctx context.Context, db store.Driver, during sp.Period) (Records, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return Records{}, err
	}
	var r Records
	within := record.Query{From: during.Start, Before: during.End}
	err := errors.Join(
		list(ctx, &r.Team, workforce.Workers(db), record.Query{}),
		list(ctx, &r.Pressures, workforce.Pressures(db), within),
		list(ctx, &r.Sessions, supervision.Sessions(db), within),
		list(ctx, &r.Completions, training.Completions(db), record.Query{}),
		list(ctx, &r.Days, minutes.Diaries(db), within),
		list(ctx, &r.Sites, site.Sites(db), record.Query{}),
		list(ctx, &r.Requests, site.Requests(db), within),
		list(ctx, &r.Meetings, forum.Meetings(db), within),
		list(ctx, &r.Adaptations, fidelity.Adaptations(db), within),
		list(ctx, &r.Reviews, fidelity.Reviews(db), within),
	)
	return r, err
}

func list[T store.Event](ctx context.Context, into *[]T, from *record.Repository[T], q record.Query) (err error) {
	*into, err = from.List(ctx, q)
	return err
}

// A Scheme is what a team's records do not say. Figures that need what is empty are
// undefined.
type Scheme struct {
	Posts     int                // of link workers that are paid for
	Partners  []string           // IDs of the organisations that the scheme works with
	Referrers []training.Learner // of whom modules are required too
	Required  []training.Requirement
	Answer    site.Answer // how soon requests are solved; zero is [site.ProposedAnswer]
	Calendar  sp.Calendar

	Open      map[workforce.WorkerID]int // people who are with each worker on the last day, by the worker's ID
	Taken     int                        // people who were taken on in the period
	Referrals int                        // that were received in the period
}

// Figures returns indicators 51 to 56, 69 and 73 to 75 of a period, in the order of their
// numbers. What is asked of one day is asked of the last. What cannot be, such as fewer
// referrals than were taken on beyond the remit, is an error that is [sp.ErrInvalid].
func (r Records) Figures(s Scheme, during sp.Period) ([]workforce.Figure, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return nil, err
	}
	if s.Answer == (site.Answer{}) {
		s.Answer = site.ProposedAnswer()
	}
	last := during.End.Add(-1)
	learners := append(training.Learners(r.Team, last), s.Referrers...)
	var all []workforce.Figure
	var errs []error
	add := func(f workforce.Figure, err error) {
		if err != nil {
			errs = append(errs, err)
			return
		}
		all = append(all, f)
	}
	add(workforce.Caseload(r.Team, s.Open, last))
	add(workforce.PeoplePerYear(r.Team, s.Taken, during))
	add(minutes.AdminShare(r.Days, during))
	add(workforce.Turnover(r.Team, during))
	add(workforce.Vacancies(r.Team, s.Posts, last))
	add(workforce.Tenure(r.Team, last))
	for _, kind := range []supervision.Kind{"", supervision.Line, supervision.Clinical, supervision.Safeguarding, supervision.Peer} {
		add(supervision.Coverage(r.Team, r.Sessions, kind, during))
	}
	add(training.Complete(learners, r.Completions, s.Required, last))
	add(workforce.Boundary(r.Pressures, s.Referrals))
	add(forum.Reach(r.Meetings, s.Partners, during))
	add(site.Solved(r.Requests, s.Answer, s.Calendar, during, last), nil)
	add(site.Adequacy(r.Team, r.Sites, last), nil)
	add(fidelity.Changes(r.Adaptations, during))
	add(fidelity.Score(r.Reviews, during))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return all, nil
}
