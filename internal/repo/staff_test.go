package repo

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// document is the stored kind of one of the documents of a workforce.
func document[T store.Event](in func(store.Driver) *record.Repository[T], write func(T, sp.Stamp) (*record.Record[T], error), doc T, say func(T) string) storedKind {
	return storedKind{
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := in(db).Load(ctx, id)
			if err != nil {
				return "", err
			}
			return say(r.Document()), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r, err := write(doc, sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, referraltest.Day(2)))
			require.NoError(t, err)
			return r
		},
	}
}

var staffDay = sp.NewDate(2026, 3, 2)

// staffKinds are the kinds of the documents of a workforce.
func staffKinds() map[string]storedKind {
	return map[string]storedKind{
		workforce.WorkerKind: document(workforce.Workers, workforce.Register, workforce.Worker{
			ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}, Name: sp.Hide("Ann Archer"),
			Employment: sp.Hide(workforce.Employment{WTE: 60, Contract: sp.Period{Start: sp.NewDate(2025, 1, 6), End: sp.NewDate(2027, 1, 4)}}),
		}, func(w workforce.Worker) string { return w.Name.Reveal() + " since " + w.Began().String() }),
		workforce.PressureKind: document(workforce.Pressures, workforce.NotePressure, workforce.Pressure{
			ID: "PR-1", On: staffDay, Worker: "ann", Practice: "bay/gp", Matter: workforce.Crisis, Remit: "sp-2026-11", Response: workforce.Refused,
		}, func(p workforce.Pressure) string { return fmt.Sprint(p) }),
		supervision.RecordKind: document(supervision.Sessions, supervision.Note, supervision.Session{
			ID: "S-1", Worker: "ann", Kind: supervision.Clinical, On: staffDay, With: "dr-bell", Minutes: 60, Held: sp.Yes,
		}, func(s supervision.Session) string {
			return fmt.Sprint(s.Worker, " ", s.Kind, " ", s.On, " with ", s.With, " held: ", s.Held)
		}),
		training.RecordKind: document(training.Completions, training.Note, training.Completion{
			ID: "T-1", Learner: "ann", Module: training.SuicideAwareness, On: staffDay, Until: staffDay.AddMonths(36), Assessor: "lena", Points: 3, Formal: 180,
		}, func(c training.Completion) string {
			return fmt.Sprint(c.Learner, " ", c.Module, " until ", c.Until, " seen by ", c.Assessor)
		}),
		minutes.RecordKind: document(minutes.Diaries, minutes.Note, minutes.Day{
			Worker: "ann", On: staffDay, Spent: minutes.Spent{minutes.People: 240, minutes.Returns: 95},
		}, func(d minutes.Day) string { return fmt.Sprint(d.Worker, " ", d.On, " ", d.Spent) }),
		site.RecordKind: document(site.Sites, site.Note, site.Readiness{
			Site: "bay/hill", Area: "E07000121", On: staffDay, Workers: []workforce.WorkerID{"ann"}, Items: site.Items{site.PrivateRoom: site.No, site.Phone: site.Yes},
		}, func(r site.Readiness) string {
			return fmt.Sprint(r.Site, " ", r.On, " again ", r.Due(), " ", r.Workers, " ", r.Items)
		}),
		site.RequestKind: document(site.Requests, site.Ask, site.Request{
			ID: "Q-1", Worker: "ann", Site: "bay/hill", Matter: site.Access, On: staffDay, Answered: staffDay.Add(1), Words: sp.Hide("My card does not open the door."),
		}, func(r site.Request) string { return string(r.Matter) + ": " + r.Words.Reveal() }),
		forum.RecordKind: document(forum.Meetings, forum.Note, forum.Meeting{
			ID: "F-1", Area: "E07000121", Organiser: "bay/council", On: staffDay,
			Invited: []forum.Invitation{{Who: "ann", As: sp.RoleLinkWorker, On: staffDay.Add(-9), Came: sp.Yes}, {Who: "bay/green", As: sp.RoleProvider}},
		}, func(m forum.Meeting) string {
			return fmt.Sprint(m.Organiser, " ", m.On, " ", m.Invited[0].Who, " came: ", m.Invited[0].Came)
		}),
		fidelity.AdaptationKind: document(fidelity.Adaptations, fidelity.Adapt, fidelity.Adaptation{
			ID: "A-1", Place: "bay/hill", On: staffDay, Part: fidelity.FirstContact, Change: fidelity.Added, Why: fidelity.Access, Again: staffDay.Add(91), Words: sp.Hide("First talks at the library too."),
		}, func(a fidelity.Adaptation) string {
			return string(a.Part) + " " + string(a.Change) + ": " + a.Words.Reveal()
		}),
		fidelity.ReviewKind: document(fidelity.Reviews, fidelity.Assess, fidelity.Review{
			ID: "V-1", Place: "bay/hill", On: staffDay, Again: staffDay.Add(182), Scores: fidelity.Scores{fidelity.Plan: 2, fidelity.Feedback: 0},
		}, func(r fidelity.Review) string { return fmt.Sprint(r.Place, " ", r.On, " ", r.Scores) }),
		agreement.AgreementKind: document(agreement.Agreements, agreement.Make, agreement.Agreement{
			ID: "OA-1", Partners: []string{"bay/council", "bay/scheme"}, Measure: "contacted-in-time", Good: agreement.AtLeast, Baseline: sp.Know(0.6), Target: 0.8,
			From: sp.NewDate(2026, 1, 1), By: sp.NewDate(2027, 1, 1), Every: 3, Reporter: "bay/scheme", IfMissed: agreement.Discuss, Small: 5,
			Reports: []agreement.Report{{
				On: staffDay, Of: sp.Period{Start: sp.NewDate(2026, 1, 1), End: sp.NewDate(2026, 3, 1)}, Outcome: agreement.Short, Sure: true,
				Value: sp.Know(0.5), Lower: sp.Know(0.4), Upper: sp.Know(0.6), Numerator: sp.Know(50.0), Denominator: sp.Know(100.0),
			}},
			Aims: map[string]sp.Personal[string]{"bay/council": sp.Hide("People see somebody soon.")},
		}, func(a agreement.Agreement) string {
			return fmt.Sprint(a.Measure, " due ", a.Due(), ": ", a.Aims["bay/council"].Reveal(), " ", a.Reports[0])
		}),
		agreement.GlossaryKind: document(agreement.Glossaries, agreement.Explain, agreement.Glossary{
			Partner: "bay/council", On: staffDay, Terms: sp.Hide([]agreement.Term{{Word: "closed", Means: "seen twice", Code: "contacted"}}),
		}, func(g agreement.Glossary) string { return fmt.Sprint(g.Partner, " ", g.Terms.Reveal()) }),
	}
}

// withStaff returns kinds with those of a workforce.
func withStaff(kinds map[string]storedKind) map[string]storedKind {
	maps.Copy(kinds, staffKinds())
	return kinds
}
