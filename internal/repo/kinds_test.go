package repo

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/duplicate"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	people "github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/voice"
)

// A stored kind is one that records are stored under: Say loads one and tells what it
// holds, and Sample makes one in the present form.
type storedKind struct {
	say    func(ctx context.Context, db store.Driver, id string) (string, error)
	sample func(t *testing.T) store.Change
}

// storedKinds are all kinds of records, but those that hold no form of ours.
var storedKinds = withStaff(map[string]storedKind{
	referral.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := referral.NewRepository(db, nil).Load(ctx, referral.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.State(), " ", r.Person(), " ", history(r.History()), " by ", r.Requester()), nil
		},
		func(*testing.T) store.Change { return referraltest.Referral("R-1", referral.StateActive) },
	},
	placement.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			p, err := placement.NewRepository(db, nil).Load(ctx, placement.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(p.State(), " ", p.Service(), " ", history(p.History())), nil
		},
		func(*testing.T) store.Change { return referraltest.Placement("PL-1", placement.StateStarted) },
	},
	session.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			x, err := session.NewRepository(db, nil).Load(ctx, session.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(x.State(), " ", x.Plan().Start.Format(time.DateOnly), " ", history(x.History())), nil
		},
		func(*testing.T) store.Change { return referraltest.Session("S-1", session.StateAttended) },
	},
	placement.GroupKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			g, err := placement.NewRepository(db, nil).Group(ctx, placement.GroupID(id))
			if err != nil {
				return "", err
			}
			accepted, _ := g.Accepted()
			return fmt.Sprint(len(g.Members()), " members, accepted ", accepted), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			var members []*placement.Placement
			for _, id := range []placement.ID{"PL-1", "PL-2"} {
				a := referraltest.Proposal(id)
				a.Group = "G-1"
				p, err := referraltest.Propose(a, transition.TableOnly{}, worker)
				require.NoError(t, err)
				members = append(members, p)
			}
			require.NoError(t, members[0].Offer(referraltest.Sending(), referraltest.AllowAll{}, worker))
			g, err := placement.Together("G-1", members...)
			require.NoError(t, err)
			require.NoError(t, g.Accept("PL-1", referraltest.By(sp.RoleLinkWorker, 3)))
			return g
		},
	},
	needs.AssessmentKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			a, err := needs.NewRepository(db, nil).Assessment(ctx, needs.AssessmentID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(a.Person(), " ", a.Codes(), " ", history(a.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			return assessed(t)
		},
	},
	needs.PlanKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := needs.NewRepository(db, nil).Plan(ctx, needs.AssessmentID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.Plan().Person, " ", r.Plan().Matters[0].Reveal()), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r, err := needs.WritePlan(needs.Plan{Assessment: "A-1", Person: "P-1", Matters: []sp.Personal[string]{sp.Hide("my garden")}}, assessed(t), worker)
			require.NoError(t, err)
			return r
		},
	},
	person.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := person.NewRepository(db).Load(ctx, person.ID(id))
			if err != nil {
				return "", err
			}
			name := r.Person().Name.Reveal()
			return fmt.Sprint(name.Given, " ", name.Family, ", born ", r.Person().Born.Reveal(), ", phone: ", r.Person().Channels[person.Phone]), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r, err := person.Register(person.Person{
				ID: "P-1", Name: sp.Hide(person.Name{Given: "June", Family: "Moon"}), Born: sp.Hide(sp.NewDate(1950, 5, 1)),
				Channels: map[person.Channel]sp.Truth{person.Phone: sp.Yes},
			}, worker)
			require.NoError(t, err)
			return r
		},
	},
	note.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			n, err := note.NewRepository(db).Load(ctx, note.ID(id))
			if err != nil {
				return "", err
			}
			versions, err := n.Read(worker.By, referraltest.AllowAll{})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(len(versions), " version: ", versions[0].Text.Reveal()), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			n, err := note.Write(note.Note{ID: "N-1", Person: "P-1", About: "referral/R-1", Class: note.Team, Text: sp.Hide("Rang June.")}, worker)
			require.NoError(t, err)
			return n
		},
	},
	custom.RecordKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := custom.NewRepository(db).Load(ctx, custom.ID(id))
			if err != nil {
				return "", err
			}
			seen, withheld := r.Read(badges, worker.By, consent.SocialCare, referraltest.AllowAll{})
			return fmt.Sprint(r.Subject(), ": ", seen["badge"].Reveal(), ", ", len(withheld), " withheld, ", r.Undeclared(badges), " besides"), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r, err := custom.New(custom.Subject{Person: "P-1"})
			require.NoError(t, err)
			require.NoError(t, r.Set(badges, custom.Values{"badge": custom.Truth(sp.Yes), "feud": custom.Text("With No 12.")}, worker))
			return r
		},
	},
	register.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := register.NewRepository(db, nil).Load(ctx, person.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.Nation(), " ", r.Choices()[0].Scope.To, " ", history(r.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r := register.New("P-1", transition.TableOnly{})
			require.NoError(t, r.Open(consent.England, worker))
			require.NoError(t, r.Choose(consent.Choice{
				ID: "C-1", By: "P-1", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
				Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity}},
			}, worker))
			return r
		},
	},
	breach.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			b, err := breach.NewRepository(db, nil).Load(ctx, breach.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(b.Noted().How, " by ", b.ReportBy().Format(time.DateOnly), " ", history(b.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			b := breach.New("B-1", transition.TableOnly{})
			require.NoError(t, b.Note(breach.Noted{How: breach.WrongRecipient, Kinds: []consent.Kind{consent.Identity}, People: sp.Know(1)}, worker))
			return b
		},
	},
	subject.ErasureKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			p, err := subject.LoadProtocol(ctx, db, subject.ErasureID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(p.State(), " ", p.Person(), " ", p.Why(), " ", p.Counts()), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(t.Context(), db, referraltest.Referral("R-1", referral.StateClosed)))
			_, err := subject.Eraser{DB: db}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker)
			require.NoError(t, err)
			rec, err := db.Get(t.Context(), store.Key{Kind: subject.ErasureKind, ID: "E-1"})
			require.NoError(t, err)
			return stored{rec}
		},
	},
	voice.RecordKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			r, err := voice.NewRepository(db).Load(ctx, voice.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.Statement().Kind, " ", r.Statement().Need, ": ", r.Statement().Words.Reveal()), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r, err := voice.Say(voice.Statement{
				ID: "V-1", Person: "P-1", Words: sp.Hide("Somewhere warm to sing."),
				Said: voice.Said{Kind: voice.Request, Speaker: voice.Person, Need: needs.Loneliness},
			}, nil, worker)
			require.NoError(t, err)
			return r
		},
	},
	grant.FundKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			f, err := grant.NewFunds(db, nil).Load(ctx, grant.FundID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(f.State(), " ", f.Balance(2026).Free, " ", history(f.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			return funded(t)
		},
	},
	grant.AwardKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			a, err := grant.NewAwards(db, nil).Load(ctx, grant.AwardID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(a.State(), " ", a.Promised(), " ", history(a.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			a := grant.NewAward("W-1", transition.TableOnly{})
			require.NoError(t, funded(t).Offer(a, contract.Terms{
				ID: "W-1", Provider: "bay/green", Service: "bay/walks", Period: sp.NewDate(2026, time.April, 1).Months(12), Amount: sp.Pounds(12_000),
				Basis: contract.ByMonths, Instalments: []contract.Instalment{{Due: sp.NewDate(2026, 4, 15), Amount: sp.Pounds(12_000)}},
				Costs: contract.Costs{Activity: sp.Pounds(12_000)},
			}, funder))
			return a
		},
	},
	people.Kind: {
		func(ctx context.Context, db store.Driver, _ string) (string, error) {
			r, err := people.NewReviews(db).LoadOrNew(ctx, "P-1", "P-7")
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.Decision(), ", ", history(r.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r := people.NewReview("P-1", "P-7")
			require.NoError(t, r.Decide(people.Different, people.Pair{A: "P-1", B: "P-7", Score: 70, Reasons: []people.Reason{people.Born, people.Name}}, worker))
			return r
		},
	},
	duplicate.Kind: {
		func(ctx context.Context, db store.Driver, _ string) (string, error) {
			r, err := duplicate.NewReviews(db).LoadOrNew(ctx, "bay/1", "council/77")
			if err != nil {
				return "", err
			}
			return fmt.Sprint(r.Decision(), ", ", history(r.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			r := duplicate.NewReview("bay/1", "council/77")
			require.NoError(t, r.Decide(duplicate.Same, duplicate.Pair{A: "bay/1", B: "council/77", Score: 83, Reasons: []duplicate.Reason{duplicate.Phone, duplicate.Name}}, worker))
			return r
		},
	},
	place.Kind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			p, err := place.NewRepository(db).Load(ctx, directory.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(p.Room(worker.At, 0), ", for ", p.Holds()[0].For), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			p := place.New("bay/garden@park")
			require.NoError(t, p.Restate(directory.Capacity{Unit: "places", Available: sp.Know(4), Maximum: sp.Know(10), Funded: sp.Know(8), Updated: referraltest.Day(0)}, worker))
			require.NoError(t, p.Hold(place.Hold{For: "PL-1", AnswerDue: referraltest.Day(9), Until: referraltest.Day(10)}, worker))
			require.NoError(t, p.Release("PL-0", place.Declined, worker))
			return p
		},
	},
	caseload.HandOverKind: {
		func(ctx context.Context, db store.Driver, id string) (string, error) {
			h, err := caseload.NewRepository(db, nil).Load(ctx, caseload.ID(id))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(h.From(), " to ", h.Passes()[0].To, " ", history(h.History())), nil
		},
		func(t *testing.T) store.Change {
			t.Helper()
			h := caseload.New("H-1", transition.TableOnly{})
			require.NoError(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-1", To: "bea"}}}, sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, referraltest.Day(2))))
			return h
		},
	},
	caseload.QueuedKind: document(caseload.Queues, caseload.Queue, caseload.Queued{
		Referral: "R-1", On: sp.NewDate(2026, 3, 2), Why: caseload.NobodyThat, For: "ann", Area: "E07000121", Look: sp.NewDate(2026, 3, 9),
	}, func(q caseload.Queued) string { return fmt.Sprint(q) }),
	team.ThanksKind: document(team.Thanked, team.Thank, team.Thanks{
		ID: "T-1", On: sp.NewDate(2026, 3, 2), Worker: "ann", From: team.ByFamily, For: team.ForPatience, Referral: "R-1", Document: "D-1", Told: sp.NewDate(2026, 3, 3),
	}, func(q team.Thanks) string { return fmt.Sprint(q) }),
	directory.KindOrganisation: inCatalogue(func(c directory.Catalogue) string { return c.Organisations[0].Name }),
	directory.KindService: inCatalogue(func(c directory.Catalogue) string {
		return c.Services[0].Name + " of " + string(c.Services[0].Organisation)
	}),
	directory.KindPlace: inCatalogue(func(c directory.Catalogue) string { return c.Places[0].Name }),
	directory.KindVenue: inCatalogue(func(c directory.Catalogue) string {
		return string(c.Venues[0].Service) + " at " + string(c.Venues[0].Place)
	}),
})

// badges are fields of a scheme.
var badges = &custom.Schema{Namespace: "bay", Version: "2026-11", Fields: []custom.Field{
	{Key: "badge", Label: "Holds a blue badge", Of: custom.Person, Kind: custom.KindTruth, Audiences: []consent.Audience{consent.SocialCare}},
	{Key: "feud", Label: "Is not to meet", Of: custom.Person, Kind: custom.KindText, Sensitive: true, Audiences: []consent.Audience{consent.Health}},
}}

// formless are kinds whose records are in no form of ours.
var formless = map[string]string{
	register.GlassKind:    "it has nothing but its version",
	referral.CaseloadKind: "likewise",
	store.ConsumerKind:    "a position is the driver's own, see its tests",
	rest.KindAnswer:       "an answer is kept for a day",
	grant.FundPageKind:    "it is lines of a fund, in the form of its record",
}
