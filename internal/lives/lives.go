// Package lives fills a database with people, and measures on any driver what is done with
// all records of one person and with a whole caseload. It is here for the benchmarks of the
// backends, which are modules of their own.
package lives

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/transition"
)

// vault holds a key for each person. A real one draws them at random.
type vault struct{}

func (vault) Secret(_ context.Context, r store.Record, name string) (seal.Secret, error) {
	of := cmp.Or(name, r.Terms["person"])
	if of == "" && r.Kind == person.Kind {
		of = r.ID
	}
	of = cmp.Or(of, "scheme")
	sum := sha256.Sum256([]byte(of))
	return seal.Secret{Name: of, Key: sum[:]}, nil
}

// Tenant returns the scheme that lives are saved to, over a driver.
func Tenant(d store.Driver) store.Driver { return tenant(d, "bay") }

func tenant(d store.Driver, name string) store.Driver {
	return store.Tenant(seal.Driver(d, vault{}), name)
}

var start = time.Date(2016, time.January, 4, 10, 0, 0, 0, time.UTC)

func by(role sp.Role, at time.Time) sp.Stamp {
	a := sp.Actor{ID: string(role) + "-1", Role: role}
	if role == sp.RoleProvider {
		a.For = "bay/green"
	}
	return sp.By(a, at)
}

// agreed lets everything be told: what is measured is not who may.
type agreed struct{}

func (agreed) See(sp.Actor, person.ID, string) error { return nil }

// Save keeps a person and their records of some years, and returns how many there are: in
// each year a referral with two placements of six sessions each, an assessment, a plan and
// twelve notes, and what they agreed to. The last referral is still open, with a placement
// under way.
func Save(ctx context.Context, db store.Driver, of person.ID, years int) (records int, err error) {
	p, err := person.Register(person.Person{
		ID: of, Name: sp.Hide(person.Name{Given: "June", Family: "Moon"}), Born: sp.Hide(sp.NewDate(1950, 5, 1)),
		Contacts: []person.Contact{{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}},
	}, by(sp.RoleLinkWorker, start))
	reg := register.New(of, transition.TableOnly{})
	if err := cmp.Or(err, reg.Open(consent.England, by(sp.RoleLinkWorker, start))); err != nil {
		return 0, err
	}
	changes := []store.Change{p, reg}
	for y := range years {
		l := life{of: of, suffix: fmt.Sprintf("-%s-%d", of, y), at: start.AddDate(y, 0, 0), last: y == years-1, changes: changes}
		if err := cmp.Or(l.agree(reg), l.refer(), l.assess(), l.note()); err != nil {
			return 0, err
		}
		changes, records = l.changes, records+l.within
	}
	return records + len(changes), store.Save(ctx, db, changes...)
}

// A life is one year of one person.
type life struct {
	of      person.ID
	suffix  string
	at      time.Time
	last    bool
	changes []store.Change
	within  int // records that a change of another saves
}

func (l *life) on(day int) time.Time { return l.at.AddDate(0, 0, day) }

func (l *life) worker(day int) sp.Stamp { return by(sp.RoleLinkWorker, l.on(day)) }

func (l *life) agree(reg *register.Register) error {
	return reg.Choose(consent.Choice{
		ID: consent.ChoiceID("C" + l.suffix), By: l.of, As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Contact}},
	}, l.worker(1))
}

func (l *life) refer() error {
	r := referral.New(referral.ID("R"+l.suffix), transition.TableOnly{})
	c := referral.NewCase(r)
	if err := cmp.Or(
		r.Receive(referral.Submission{Person: l.of, Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Loneliness, needs.Debt}}, by(sp.RoleReferrer, l.at)),
		r.Accept("ann", l.worker(1)),
		r.Contact(person.Phone, 30, l.worker(2)),
	); err != nil {
		return err
	}
	for i, need := range []needs.Code{needs.Loneliness, needs.Debt} {
		p, err := c.Propose(placement.Proposal{
			ID: placement.ID(fmt.Sprintf("PL%d%s", i, l.suffix)), Service: [...]directory.ID{"bay/garden", "bay/advice"}[i], Provider: "bay/green", Needs: []needs.Code{need},
		}, l.worker(3))
		if err == nil {
			err = l.attend(c, p, i)
		}
		if err != nil {
			return err
		}
	}
	if !l.last {
		if err := c.Close(needs.Result{Outcome: needs.Met}, l.worker(90)); err != nil {
			return err
		}
	}
	l.changes, l.within = append(l.changes, c), l.within+len(c.Placements)+len(c.Sessions)
	return nil
}

func (l *life) attend(c *referral.Case, p *placement.Placement, i int) error {
	provider := func(day int) sp.Stamp { return by(sp.RoleProvider, l.on(day)) }
	if err := cmp.Or(
		p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}}}, agreed{}, l.worker(4)),
		p.Accept(provider(5)),
	); err != nil {
		return err
	}
	for n := range 6 {
		day := 7 * (n + 1)
		x, err := c.PlanSession(p.ID(), session.ID(fmt.Sprintf("S%d%d%s", i, n, l.suffix)), l.on(day), provider(5))
		if err == nil && (!l.last || n < 5) {
			err = x.Attend(session.Attended{Minutes: 60}, provider(day))
		}
		if err != nil {
			return err
		}
	}
	if err := p.Start(provider(7)); err != nil || l.last {
		return err
	}
	return p.Complete(needs.Result{Outcome: needs.Met}, provider(60))
}

func (l *life) assess() error {
	a := needs.New(needs.AssessmentID("A"+l.suffix), transition.TableOnly{})
	if err := cmp.Or(a.Open(l.of, l.worker(2)), a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson}, nil, l.worker(2))); err != nil {
		return err
	}
	plan, err := needs.WritePlan(needs.Plan{Assessment: a.ID(), Person: l.of, Matters: []sp.Personal[string]{sp.Hide("my garden")}}, a, l.worker(3))
	l.changes = append(l.changes, a, plan)
	return err
}

func (l *life) note() error {
	for i := range 12 {
		n, err := note.Write(note.Note{
			ID: note.ID(fmt.Sprintf("N%d%s", i, l.suffix)), Person: l.of, Class: note.Team, Text: sp.Hide("Rang June. She misses the allotment, and her sister moves out on Friday."),
		}, l.worker(7*i))
		if err != nil {
			return err
		}
		l.changes = append(l.changes, n)
	}
	return nil
}

// Bench measures, on databases that open makes: reading out everything of a person with ten
// years of records, beside the scans alone; erasing 1,000 people, beside deleting the same
// records; and handing over 250 cases.
func Bench(b *testing.B, open func(*testing.B) store.Driver) {
	b.Helper()
	b.Run("read out ten years", func(b *testing.B) { benchRead(b, Tenant(open(b))) })
	b.Run("erase 1000 people", func(b *testing.B) { benchErase(b, open) })
	b.Run("hand over 250 cases", func(b *testing.B) { benchHandOver(b, open) })
}
