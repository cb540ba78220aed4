package repo

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/voice"
)

// An ID stays in terms and in a log that nobody rewrites, so one that gives a person away
// is refused by everything that begins with one, and by no error repeated.
func TestRepoNamesNobodyByAnNHSNumberOrAnAddress(t *testing.T) {
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	for _, bad := range []string{"9434765919", "943-476-5919", "943 476 5919", "joan@example.org"} {
		as := sp.By(sp.Actor{ID: bad, Role: sp.RolePerson}, s.At)
		behalf := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: bad}, s.At)
		id := person.ID(bad)
		for what, give := range map[string]func() error{
			"a referral": func() error {
				return referral.New("R-1", transition.TableOnly{}).Receive(referral.Submission{Person: id}, s)
			},
			"a placement": func() error {
				return placement.New("PL-1", transition.TableOnly{}).Propose(placement.Proposal{Person: id}, s)
			},
			"a session":     func() error { return session.New("S-1", transition.TableOnly{}).Schedule(session.Plan{Person: id}, s) },
			"an assessment": func() error { return needs.New("A-1", transition.TableOnly{}).Open(id, s) },
			"a person":      func() error { _, err := person.Register(person.Person{ID: id}, s); return err },
			"a household": func() error {
				_, err := person.Register(person.Person{ID: "P-1", Household: person.HouseholdID(bad)}, s)
				return err
			},
			"a representative": func() error {
				return person.Person{ID: "P-1", Representatives: []person.Representative{{Person: id}}}.Check(0)
			},
			"a note":                 func() error { return note.Note{ID: "N-1", Person: id}.Check() },
			"custom fields":          func() error { _, err := custom.New(custom.Subject{Person: id}); return err },
			"what somebody says":     func() error { return voice.Statement{ID: "V-1", Person: id}.Check(nil) },
			"a look-up":              func() error { _, err := person.NewRepository(memstore.New()).Load(t.Context(), id); return err },
			"a person who acts":      func() error { return stamped(as) },
			"one on whose behalf is": func() error { return stamped(behalf) },
		} {
			err := give()
			broken, ok := errors.AsType[*sp.InvalidError](err)
			require.True(t, ok, "%s: %v", what, err)
			var codes []sp.Fault
			for _, f := range broken.Fields {
				codes = append(codes, f.Code)
			}
			require.Contains(t, codes, sp.Identifying, what)
			require.NotContains(t, err.Error(), bad, what)
		}
	}
}

// stamped returns what is wrong with a stamp, which every command checks.
func stamped(s sp.Stamp) error {
	var e sp.InvalidError
	s.Check(&e)
	return e.Err()
}
