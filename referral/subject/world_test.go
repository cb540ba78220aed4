package subject_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/voice"
)

// A vault holds one key for each person. Keys come from a hash here; a real one draws them
// at random.
type vault struct {
	mu        sync.Mutex
	destroyed map[string]bool
	forgets   int
}

func (v *vault) Secret(_ context.Context, r store.Record, name string) (seal.Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	of := r.Terms["person"]
	if r.Kind == person.Kind {
		of = r.ID
	}
	if of == "" {
		of = "scheme"
	}
	if name != "" {
		of = name
	}
	if v.destroyed[of] {
		return seal.Secret{}, sp.ErrNotFound
	}
	sum := sha256.Sum256([]byte(of))
	return seal.Secret{Name: of, Key: sum[:]}, nil
}

func (v *vault) forget(_ context.Context, of person.ID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.destroyed == nil {
		v.destroyed = map[string]bool{}
	}
	v.destroyed[string(of)] = true
	v.forgets++
	return nil
}

// killed is a database whose program is killed at a commit: before it, or just after.
type killed struct {
	store.Driver
	left  int // commits until then
	after bool
}

var errKilled = errors.New("killed")

func (k *killed) Below() store.Driver { return k.Driver }

func (k *killed) Over(d store.Driver) store.Driver { return &killed{d, k.left, k.after} }

func (k *killed) Commit(ctx context.Context, b store.Batch) error {
	k.left--
	switch {
	case k.left < 0 || k.left == 0 && !k.after:
		return errKilled
	case k.left == 0:
		return errors.Join(k.Driver.Commit(ctx, b), errKilled)
	}
	return k.Driver.Commit(ctx, b)
}

// A world is a database with a person of whom there is a record of every kind.
type world struct {
	raw   store.Driver
	vault *vault
}

func (w world) db() store.Driver { return store.Tenant(seal.Driver(w.raw, w.vault), "bay") }

func populate(t *testing.T, of person.ID) world {
	t.Helper()
	w := world{memstore.New(), &vault{}}
	fill(t, w.db(), of, "")
	return w
}

// fill keeps a record of every kind about a person, whose IDs end in suffix.
func fill(t *testing.T, db store.Driver, of person.ID, suffix string) {
	t.Helper()
	ctx := t.Context()
	p, err := person.Register(person.Person{
		ID: of, Name: sp.Hide(person.Name{Given: canary}), Born: sp.Hide(sp.NewDate(1950, 5, 1)),
		Contacts:        []person.Contact{{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}},
		Representatives: []person.Representative{{Authority: person.FamilyCarer, Name: sp.Hide(person.Name{Given: sister})}},
	}, worker(0))
	require.NoError(t, err)
	r := referral.New(referral.ID("R-1"+suffix), all)
	require.NoError(t, r.Receive(referral.Submission{Person: of, Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Loneliness}}, referraltest.By(sp.RoleReferrer, 0)))
	require.NoError(t, r.Accept(referraltest.Worker, worker(1)))
	require.NoError(t, r.Contact(person.Phone, 30, worker(2)))
	c := referral.NewCase(r)
	pl, err := c.Propose(placement.Proposal{ID: placement.ID("PL-1" + suffix), Service: "bay/garden", Provider: "bay/green", Needs: []needs.Code{needs.Loneliness}}, worker(3))
	require.NoError(t, err)
	require.NoError(t, pl.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "phone"}}}, all, worker(4)))
	require.NoError(t, pl.Accept(referraltest.By(sp.RoleProvider, 5)))
	_, err = c.PlanSession(pl.ID(), session.ID("S-1"+suffix), referraltest.Day(60), referraltest.By(sp.RoleProvider, 6))
	require.NoError(t, err)
	a := needs.New(needs.AssessmentID("A-1"+suffix), all)
	require.NoError(t, a.Open(of, worker(3)))
	require.NoError(t, a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson}, nil, worker(3)))
	c.Assessments = append(c.Assessments, a)
	plan, err := needs.WritePlan(needs.Plan{Assessment: a.ID(), Person: of, Matters: []sp.Personal[string]{sp.Hide(canary)}}, a, worker(4))
	require.NoError(t, err)
	n, err := note.Write(note.Note{ID: note.ID("N-1" + suffix), Person: of, Class: note.Team, Text: sp.Hide(canary)}, worker(4))
	require.NoError(t, err)
	safe, err := note.Write(note.Note{ID: note.ID("N-2" + suffix), Person: of, Class: note.Safeguarding, Text: sp.Hide("bruise " + canary)}, worker(4))
	require.NoError(t, err)
	said, err := voice.Say(voice.Statement{ID: voice.ID("V-1" + suffix), Person: of, Words: sp.Hide(canary), Said: voice.Said{Kind: voice.Request, Speaker: voice.Person, Need: needs.Loneliness}}, nil, worker(4))
	require.NoError(t, err)
	reg := register.New(of, all)
	require.NoError(t, reg.Open(consent.England, worker(0)))
	require.NoError(t, reg.Choose(consent.Choice{
		ID: "C-1", By: of, As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Contact}},
	}, worker(2)))
	require.NoError(t, store.Save(ctx, db, p, c, plan, n, safe, said, reg, asked(t, custom.Subject{Person: of}), asked(t, custom.Subject{Person: of, Referral: "R-1" + suffix})))
}

// asked are the answers to what a scheme asks by itself.
func asked(t *testing.T, of custom.Subject) *custom.Record {
	t.Helper()
	bay := &custom.Schema{Namespace: "bay", Version: "1"}
	for _, o := range []custom.Owner{custom.Person, custom.Referral} {
		field := custom.Field{Key: custom.Key(o), Label: "Came by", Of: o, Kind: custom.KindText, Audiences: []consent.Audience{consent.ThePerson}}
		feud := custom.Field{Key: custom.Key(o + "-feud"), Label: "Is not to meet", Of: o, Kind: custom.KindText, Sensitive: true, Audiences: field.Audiences}
		bay.Fields = append(bay.Fields, field, feud)
	}
	o := custom.Person
	if of.Referral != "" {
		o = custom.Referral
	}
	r, err := custom.New(of)
	require.NoError(t, err)
	require.NoError(t, r.Set(bay, custom.Values{custom.Key(o): custom.Text("bus " + canary), custom.Key(o + "-feud"): custom.Text("feud " + canary)}, worker(4)))
	return r
}

// left returns the kinds of records that still carry a person.
func left(t *testing.T, db store.Driver, of person.ID) (kinds []string) {
	t.Helper()
	for _, k := range subject.Kinds() {
		for r, err := range db.Scan(t.Context(), store.Query{Kind: k.Name}) {
			require.NoError(t, err)
			if r.Terms["person"] == string(of) || r.ID == string(of) && strings.Contains(string(r.Body), canary) {
				kinds = append(kinds, r.Kind)
			}
		}
	}
	return kinds
}
