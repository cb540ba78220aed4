package referral_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// secrets are what may be known of a person that they must not learn here, since
// somebody may read along: concerns about their safety, alerts, and notes of either. Each
// is kept in a commit of its own.
var secrets = map[string]func(t require.TestingT, c *referral.Case, a *needs.Assessment){
	"a flag": func(t require.TestingT, c *referral.Case, _ *needs.Assessment) { raise(t, c, concern.Crisis) },
	"a note": func(require.TestingT, *referral.Case, *needs.Assessment) {}, // as there is of each
	"a flag that a team refused": func(t require.TestingT, c *referral.Case, _ *needs.Assessment) {
		raise(t, c, concern.Safeguarding)
		require.NoError(t, c.Referral.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.BelowThreshold}, by(sp.RoleLinkWorker, 42)))
		require.NoError(t, c.Referral.OfferHandOver("F-1", "night-team", by(sp.RoleLinkWorker, 42)))
	},
	"a flag that was taken over": func(t require.TestingT, c *referral.Case, _ *needs.Assessment) {
		raise(t, c, concern.Crisis)
		require.NoError(t, c.Referral.AcceptHandOver("F-1", "crisis-team", "", lead(43)))
	},
	"an alert": func(t require.TestingT, _ *referral.Case, a *needs.Assessment) {
		ask(t, a, 3)
	},
	"an alert that was answered": func(t require.TestingT, _ *referral.Case, a *needs.Assessment) {
		ask(t, a, 2)
		require.NoError(t, a.Escalate("self-harm", "crisis-team", by(sp.RoleLinkWorker, 42)))
	},
	"a flag and an alert": func(t require.TestingT, c *referral.Case, a *needs.Assessment) {
		raise(t, c, concern.Crisis)
		ask(t, a, 1)
	},
}

// ask asks about thoughts of self-harm, of which any answer but 0 raises an alert. Everybody
// is asked.
func ask(t require.TestingT, a *needs.Assessment, answer int) {
	_, err := a.Measure(phq(t), measure.Answers{"9": answer}, by(sp.RoleLinkWorker, 41))
	require.NoError(t, err)
}

func raise(t require.TestingT, c *referral.Case, kind concern.Kind) {
	require.NoError(t, c.Referral.Raise(referral.Flagged{Flag: "F-1", Kind: kind, To: "crisis-team"}, by(sp.RoleLinkWorker, 41)))
}

// lives are cases to have secrets in: every state of a referral, and an active one with
// a placement in every state that it can still come to.
func lives() map[string]func(t require.TestingT) *referral.Case {
	lives := make(map[string]func(t require.TestingT) *referral.Case)
	for _, state := range referral.Table().States() {
		if state != referral.StateInError {
			lives[string(state)] = func(require.TestingT) *referral.Case {
				return referral.NewCase(referraltest.Referral("R-1", state))
			}
		}
	}
	lives["active, the referrer has had news, a placement over"] = func(t require.TestingT) *referral.Case {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		require.NoError(t, c.Referral.SendFeedback("D-1", by(sp.RoleLinkWorker, 4)))
		p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
		require.NoError(t, p.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RoleLinkWorker, 5)))
		return c
	}
	for i, state := range []placement.State{placement.StateProposed, placement.StateOffered, placement.StateAccepted, placement.StateStarted} {
		lives["active, a placement "+string(state)] = func(t require.TestingT) *referral.Case {
			c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
			p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
			require.NoError(t, err)
			for _, step := range []func() error{
				func() error {
					return p.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5))
				},
				func() error { return p.Accept(by(sp.RoleProvider, 6)) },
				func() error { return p.Start(by(sp.RoleProvider, 7)) },
			}[:i] {
				require.NoError(t, step())
			}
			if i > 2 {
				_, err = c.PlanSession("PL-1", "S-1", referraltest.Day(120), by(sp.RoleProvider, 8))
				require.NoError(t, err)
			}
			return c
		}
	}
	return lives
}

// A world is a scheme in which one person has one case.
type oneWorld struct {
	db store.Driver
	c  *referral.Case
}

func newWorld(t require.TestingT, c *referral.Case, secret func(require.TestingT, *referral.Case, *needs.Assessment)) oneWorld {
	a, err := opened("A-1", "P-1", by(sp.RoleLinkWorker, 3))
	require.NoError(t, err)
	c.Assessments = append(c.Assessments, a)
	w := oneWorld{db: store.Tenant(seal.Driver(memstore.New(), oneKey{}), "bay")}
	w.save(t, c)
	if secret == nil {
		ask(t, a, 0)
		w.save(t, c)
	} else {
		secret(t, c, a)
		if len(a.Measurements()) == 0 {
			ask(t, a, 0)
		}
		n, err := note.Write(note.Note{ID: "N-1", Person: "P-1", About: "referral/R-1", Class: note.Safeguarding, Text: sp.Hide("a bruise")}, by(sp.RoleLinkWorker, 41))
		require.NoError(t, err)
		require.NoError(t, store.Save(context.Background(), w.db, c, n))
	}
	w.load(t)
	return w
}

// oneKey seals all that is about the person with the one key.
type oneKey struct{}

func (oneKey) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "P-1", Key: make([]byte, 32)}, nil
}

func (w *oneWorld) save(t require.TestingT, c *referral.Case) {
	require.NoError(t, store.Save(context.Background(), w.db, c))
}

func (w *oneWorld) load(t require.TestingT) {
	c, err := referral.NewRepository(w.db, referraltest.AllowAll{}).Case(context.Background(), "R-1")
	require.NoError(t, err)
	w.c = c
}

// A deed is a command of any aggregate of a case, named "placement decline".
type deed struct {
	name  string
	may   func(*referral.Case, sp.Stamp) error // nil error where there is no such aggregate, as for give
	give  func(*referral.Case, sp.Stamp) error
	legal func(*referral.Case, sp.Stamp) []string
}

// deeds are all commands of all aggregates, in the order of their tables.
func deeds() (all []deed) {
	for _, command := range referral.Table().Commands() {
		all = append(all, deed{
			"referral " + string(command),
			func(c *referral.Case, s sp.Stamp) error { return c.May(command, s) },
			func(c *referral.Case, s sp.Stamp) error { return give(c, command, s) },
			func(c *referral.Case, s sp.Stamp) []string { return names(c.Legal(s)) },
		})
	}
	why := reason.Because(reason.PersonsChoice)
	placements := map[placement.Command]func(*placement.Placement, sp.Stamp) error{
		placement.Decline:  func(p *placement.Placement, s sp.Stamp) error { return p.Decline(why, s) },
		placement.Withdraw: func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(why, s) },
		placement.MoveTo:   func(p *placement.Placement, s sp.Stamp) error { return p.MoveTo(session.Home, session.Anxiety, s) },
		placement.Start:    (*placement.Placement).Start,
		placement.Stop:     func(p *placement.Placement, s sp.Stamp) error { return p.Stop(why, s) },
	}
	for _, command := range placement.Table().Commands() {
		all = append(all, part("placement "+string(command), func(c *referral.Case) []*placement.Placement { return c.Placements },
			func(p *placement.Placement, s sp.Stamp) error { return p.May(command, s) }, placements[command],
			func(p *placement.Placement, s sp.Stamp) []string { return names(p.Legal(s)) }))
	}
	sessions := map[session.Command]func(*session.Session, sp.Stamp) error{
		session.Cancel: func(x *session.Session, s sp.Stamp) error { return x.Cancel(why, s) },
	}
	for _, command := range session.Table().Commands() {
		all = append(all, part("session "+string(command), func(c *referral.Case) []*session.Session { return c.Sessions },
			func(x *session.Session, s sp.Stamp) error { return x.May(command, s) }, sessions[command],
			func(x *session.Session, s sp.Stamp) []string { return names(x.Legal(s)) }))
	}
	assessments := map[needs.Command]func(*needs.Assessment, sp.Stamp) error{
		needs.Enter: func(a *needs.Assessment, s sp.Stamp) error {
			return a.Enter(measure.Score{Instrument: "swemwbs", Version: "1", Scale: "total", Value: 20}, s)
		},
	}
	for _, command := range needs.Table().Commands() {
		all = append(all, part("assessment "+string(command), func(c *referral.Case) []*needs.Assessment { return c.Assessments },
			func(a *needs.Assessment, s sp.Stamp) error { return a.May(command, s) }, assessments[command],
			func(a *needs.Assessment, s sp.Stamp) []string { return names(a.Legal(s)) }))
	}
	return all
}

// part is a command of the first part of a case of one kind.
func part[A any](name string, of func(*referral.Case) []A, may, give func(A, sp.Stamp) error, legal func(A, sp.Stamp) []string) deed {
	if give == nil { // not the person's to give, so asking is all there is to it
		give = may
	}
	first := func(do func(A, sp.Stamp) error) func(*referral.Case, sp.Stamp) error {
		return func(c *referral.Case, s sp.Stamp) error {
			if len(of(c)) == 0 {
				return nil
			}
			return do(of(c)[0], s)
		}
	}
	return deed{name, first(may), first(give), func(c *referral.Case, s sp.Stamp) []string {
		if len(of(c)) == 0 {
			return nil
		}
		return legal(of(c)[0], s)
	}}
}

func names[C ~string](commands iter.Seq[C]) (list []string) {
	for c := range commands {
		list = append(list, string(c))
	}
	return list
}

var (
	daily = worklist.Policy{
		Waiting: standards, Concerns: clocks, Look: 14, Tell: 21,
		CheckIn: map[referral.Urgency]int{referral.Routine: 7, referral.Urgent: 1},
	}
	clocks = map[concern.Kind]concern.Standard{
		concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{}),
	}
	standards = worklist.Standards{Name: "bay-1", Ageing: 14, Grace: 7, Days: map[referral.Urgency]int{referral.Routine: 14, referral.Soon: 7, referral.Urgent: 2}}
	stuck     = []worklist.Rule{
		{Code: "old", Says: "received long ago", States: []referral.State{referral.StateReceived, referral.StateAccepted, referral.StateActive}, Since: worklist.SinceReceived, Days: 20},
		{Code: "quiet", Says: "nothing recorded", States: referral.Table().States(), Since: worklist.SinceTouched, Days: 1},
		{Code: "unplaced", Says: "nothing proposed", States: []referral.State{referral.StateActive}, Since: worklist.SinceContact, Days: 7, Unplaced: true},
		{Code: "untouched", Says: "nothing has happened", States: referral.Table().States(), Since: worklist.SinceTouched, Days: 1},
	}
)

// What a person may not know must not change any answer they get: whoever reads along
// over their shoulder could tell from it (non-interference, Goguen and Meseguer 1982).
func TestWhatAPersonMayNotKnowChangesNothingThatTheyAreTold(t *testing.T) {
	june, link := people()[2], people()[4]
	for life, begin := range lives() {
		for secret, happen := range secrets {
			by := []sp.Stamp{june}
			if secret == "a flag and an alert" {
				by = append(by, link)
			}
			for _, s := range by {
				plain, other := newWorld(t, begin(t), nil), newWorld(t, begin(t), happen)
				require.Empty(t, cmp.Diff(plain.seen(t, s), other.seen(t, s)), "%s, %s, %s", life, secret, s.By.ID)
				for _, a := range deeds() {
					plain.load(t)
					other.load(t)
					require.Equal(t, a.give(plain.c, s), a.give(other.c, s), "%s, %s, %s: %s", life, secret, s.By.ID, a.name)
					require.Equal(t, plain.c.Referral.State(), other.c.Referral.State(), a.name)
				}
			}
		}
	}
}

// The same after anything that they do, one thing after the other, each saved and loaded.
func TestWhatAPersonMayNotKnowChangesNothingWhateverTheyDo(t *testing.T) {
	all := deeds()
	lives, june := lives(), people()[2]
	rapid.Check(t, func(t *rapid.T) {
		life := rapid.SampledFrom(sorted(lives)).Draw(t, "life")
		secret := rapid.SampledFrom(sorted(secrets)).Draw(t, "secret")
		plain, other := newWorld(t, lives[life](t), nil), newWorld(t, lives[life](t), secrets[secret])
		for i, a := range rapid.SliceOfN(rapid.SampledFrom(all), 1, 6).Draw(t, "acts") {
			s := june
			s.At, s.Recorded = referraltest.Day(100+i), referraltest.Day(100+i)
			require.Equal(t, a.give(plain.c, s), a.give(other.c, s), a.name)
			plain.save(t, plain.c)
			other.save(t, other.c)
			plain.load(t)
			other.load(t)
			require.Empty(t, cmp.Diff(plain.seen(t, s), other.seen(t, s)), a.name)
		}
	})
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// The test above would pass if nothing were compared: a link worker is told.
func TestWhatALinkWorkerMayKnowChangesWhatTheyAreTold(t *testing.T) {
	worker := people()[0]
	begin := lives()[string(referral.StateActive)]
	plain := newWorld(t, begin(t), nil)
	for secret, happen := range secrets {
		other := newWorld(t, begin(t), happen)
		require.NotEqual(t, plain.seen(t, worker), other.seen(t, worker), secret)
	}
}
