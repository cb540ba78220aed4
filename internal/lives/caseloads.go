package lives

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// Caseloads tests over a backend what must hold however many act at once, and wherever they
// are killed: nobody is given a case beyond the hard cap, and no case is ever without an
// owner. Open returns an empty store each time.
func Caseloads(t *testing.T, open func(*testing.T) store.Driver) {
	t.Helper()
	t.Run("of several who accept at once nobody goes beyond the hard cap", func(t *testing.T) { raceForRoom(t, store.Tenant(open(t), "bay")) })
	t.Run("of two of whom one decides while the other saves one has the last room", func(t *testing.T) { lastRoom(t, store.Tenant(open(t), "bay")) })
	t.Run("a hand-over that two answer at once and that is killed half-way leaves nobody without an owner", func(t *testing.T) {
		raceToAnswer(t, store.Tenant(open(t), "bay"))
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func hours(who string, role sp.Role, n int) sp.Stamp {
	return sp.By(sp.Actor{ID: who, Role: role}, start.AddDate(0, 0, 9).Add(time.Duration(n)*time.Hour))
}

func receive(t *testing.T, id string) *referral.Referral {
	t.Helper()
	r := referral.New(referral.ID(id), transition.TableOnly{})
	check(t, r.Receive(referral.Submission{Person: person.ID("P-" + id), Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness}}, by(sp.RoleReferrer, start)))
	return r
}

// capped lets ann have so many people.
func capped(people int) caseload.Limits {
	return caseload.Limits{
		Team: []workforce.Worker{{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}}},
		Caps: []caseload.Cap{{People: true, Soft: people, Hard: people, Source: "a test", From: sp.DateOf(start)}}, On: sp.DateOf(start),
	}
}

// lastRoom has somebody give the last room after another has decided that there is one, and
// before that is saved: the first time that ann is given a case, and later.
func lastRoom(t *testing.T, db store.Driver) {
	t.Helper()
	for room := 1; room <= 3; room++ {
		give := func(db store.Driver, id string) error {
			r := receive(t, fmt.Sprint(id, "-", room))
			check(t, store.Save(t.Context(), db, r))
			_, err := capped(room).Give(t.Context(), db, transition.TableOnly{}, r.ID(), "ann", hours("ann", sp.RoleLinkWorker, 1))
			return err
		}
		slow := storetest.Faulty(db, storetest.Fault{Op: storetest.Commit, Nth: 2, Do: func() { check(t, give(db, "fast")) }})
		if err := give(slow, "slow"); !errors.Is(err, sp.ErrDenied) {
			t.Errorf("somebody was given a case beyond a cap of %d: %v", room, err)
		}
	}
}

// raceForRoom gives more cases at once than anybody may have: by acceptance, and one that is
// assigned from another worker.
func raceForRoom(t *testing.T, db store.Driver) {
	t.Helper()
	const cases, room = 8, 3
	limits := capped(room)
	for i := range cases {
		r := receive(t, fmt.Sprint("R-", i))
		if i == 0 {
			check(t, r.Accept("bea", hours("bea", sp.RoleLinkWorker, 0)))
		}
		check(t, store.Save(t.Context(), db, r))
	}
	results := make([]error, cases)
	var wg sync.WaitGroup
	for i := range cases {
		wg.Go(func() {
			_, results[i] = limits.Give(t.Context(), db, transition.TableOnly{}, referral.ID(fmt.Sprint("R-", i)), "ann", hours("ann", sp.RoleLinkWorker, 1))
		})
	}
	wg.Wait()
	given := 0
	for _, err := range results {
		if err == nil {
			given++
		} else if !errors.Is(err, sp.ErrDenied) {
			t.Error("is neither given nor denied: ", err)
		}
	}
	c, err := referral.NewRepository(db, nil).Caseload(t.Context(), "ann")
	check(t, err)
	if given != room || len(c.Open) != room {
		t.Errorf("%d cases were given, and ann carries %d; the most is %d", given, len(c.Open), room)
	}
}

// raceToAnswer lets two answer each case of a hand-over at once, with commits that fail
// before and after they have happened, and then whoever comes later goes on.
func raceToAnswer(t *testing.T, kept store.Driver) {
	t.Helper()
	const cases = 12
	h := caseload.New("H-1", transition.TableOnly{})
	o := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving}
	changes := []store.Change{h}
	for i := range cases {
		r := receive(t, fmt.Sprintf("R-%02d", i))
		check(t, r.Accept("ann", hours("ann", sp.RoleLinkWorker, 0)))
		changes = append(changes, r)
		o.Cases = append(o.Cases, caseload.Pass{Referral: r.ID(), To: referral.WorkerID([]string{"bea", "cy", "dee"}[i%3])})
	}
	check(t, h.Offer(o, hours("lena", sp.RoleTeamLead, 1)))
	check(t, store.Save(t.Context(), kept, changes...))

	var wg sync.WaitGroup
	for who := range 2 {
		wg.Go(func() {
			killed := storetest.Faulty(kept, storetest.Fault{Op: storetest.Commit, Nth: 2}, storetest.Fault{Op: storetest.Commit, Nth: 4 + who, After: true})
			for i := range cases {
				err := answer(t.Context(), killed, referral.ID(fmt.Sprintf("R-%02d", i)), i)
				if err != nil && !errors.Is(err, storetest.ErrInjected) && !errors.Is(err, sp.ErrConflict) && !errors.Is(err, sp.ErrInvalid) {
					t.Error("is neither answered nor killed nor too late: ", err)
				}
			}
		})
	}
	for range 8 { // while they are at it
		owned(t, kept)
	}
	wg.Wait()
	owned(t, kept)
	for { // resumed
		h, err := caseload.NewRepository(kept, transition.TableOnly{}).Load(t.Context(), "H-1")
		check(t, err)
		open := h.Open()
		if len(open) == 0 {
			break
		}
		check(t, answer(t.Context(), kept, open[0].Referral, len(open)))
	}
	owned(t, kept)
	h, err := caseload.NewRepository(kept, transition.TableOnly{}).Load(t.Context(), "H-1")
	check(t, err)
	for _, p := range h.Passes() {
		if !p.Done || p.Owner == "ann" {
			t.Errorf("%s was not handed over", p.Referral)
		}
	}
}

// answer gives one of the answers to a case, and saves it with the case it moves.
func answer(ctx context.Context, db store.Driver, id referral.ID, which int) error {
	return store.Retry(ctx, 16, func(ctx context.Context) error {
		h, err := caseload.NewRepository(db, transition.TableOnly{}).Load(ctx, "H-1")
		if err != nil {
			return err
		}
		r, err := referral.NewRepository(db, transition.TableOnly{}).Load(ctx, id)
		if err != nil {
			return err
		}
		for _, p := range h.Open() {
			if p.Referral != id {
				continue
			}
			to := hours(string(p.To), sp.RoleLinkWorker, 2)
			switch which % 3 {
			case 0:
				err = h.Accept(r, to)
			case 1:
				err = h.Refuse(r, caseload.NoRoom, "", to)
			default:
				err = h.Take(r, hours("lena", sp.RoleTeamLead, 2))
			}
			if err != nil {
				return err
			}
		}
		return store.Save(ctx, db, h)
	})
}

// owned fails the test unless every case is with exactly the one whom the protocol names.
// The protocol may have grown since a case was read, but never the other way round.
func owned(t *testing.T, db store.Driver) {
	t.Helper()
	for r, err := range referral.NewRepository(db, nil).All(t.Context(), referral.Query{}) {
		check(t, err)
		if r.Worker() == "" {
			t.Errorf("%s is without an owner", r.ID())
		}
		h, err := caseload.NewRepository(db, nil).Load(t.Context(), "H-1")
		check(t, err)
		for _, p := range h.Passes() {
			if p.Referral == r.ID() && r.Worker() != "ann" && p.Owner != r.Worker() {
				t.Errorf("%s is with %s, and the protocol says %s", r.ID(), r.Worker(), p.Owner)
			}
		}
	}
}
