package held_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// ExampleKeeper lets a place go with a case that knows nothing of places.
func ExampleKeeper() {
	ctx := context.Background()
	db := held.Keeper(store.Tenant(memstore.New(), "bay"))
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), worker(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	book := held.NewBook(db)
	fmt.Println(book.Hold(ctx, p, time.Time{}, worker(5)), store.Save(ctx, db, c, book))
	fmt.Println(c.RecordDeath(worker(6)), store.Save(ctx, db, c))
	places, err := place.NewRepository(db).Load(ctx, held.OfferOf(p))
	fmt.Println(places.Room(referraltest.Day(6), 0), err)
	// Output:
	// <nil> <nil>
	// <nil> <nil>
	// unknown how many are free, 0 held <nil>
}

func TestKeeperRefusesABookThatIsNotSettled(t *testing.T) {
	below, c, p := opened(t)
	db := held.Keeper(below)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice), worker(6)))
	book := held.NewBook(db)
	places, err := book.Places(t.Context(), last)
	require.NoError(t, err)
	require.NoError(t, places.Restate(directory.Capacity{Available: sp.Know(3), Updated: referraltest.Day(6)}, worker(6)))
	require.ErrorIs(t, store.Save(t.Context(), db, c, book), sp.ErrInvalid)
	require.NoError(t, held.Save(t.Context(), db, c, book))
	require.Equal(t, "3 free, 0 held", room(t, db).String())
}

func TestKeeperLetsGoWhatWasHeldForAPlacementThatIsDeleted(t *testing.T) {
	below, _, p := opened(t)
	db := held.Keeper(below)
	r, err := db.Get(t.Context(), store.Key{Kind: placement.Kind, ID: string(p.ID())})
	require.NoError(t, err)
	gone := store.Batch{
		Deletes: []store.Delete{{Key: store.Key{Kind: placement.Kind, ID: string(p.ID())}, If: r.Version}},
		Events:  []store.RecordedEvent{{Key: store.Key{Kind: "erasure", ID: "E-1"}, Version: 1, Type: "erasure.done", Stamp: worker(6), Data: []byte("{}")}},
	}
	require.NoError(t, db.Commit(t.Context(), gone))
	require.Equal(t, "1 free, 0 held", room(t, db).String())
}

func TestKeeperOverADatabaseThatFailsCommitsNothing(t *testing.T) {
	below, c, p := opened(t)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice), worker(6)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, store.Save(ctx, held.Keeper(below), c))
	require.Equal(t, 1, room(t, below).Held)
	require.NoError(t, store.Save(t.Context(), held.Keeper(below), c))
	require.Equal(t, 0, room(t, below).Held)
}

// A scheme is a store whose keeper is tried, and what has to be held in it.
type scheme struct {
	db     store.Driver
	cases  *referral.Repository
	held   map[placement.ID]directory.ID
	stated map[directory.ID]int
	made   int
	day    int
}

func (s *scheme) stamp() sp.Stamp {
	s.day++
	return worker(s.day)
}

// offer proposes a venue to somebody and offers it, if a place can be held.
func (s *scheme) offer(t *rapid.T) {
	c := s.someCase(t)
	s.made++
	a := referraltest.Proposal(placement.ID(fmt.Sprintf("PL-%02d", s.made)))
	a.Referral, a.Person = c.Referral.ID(), c.Referral.Person()
	a.Service = directory.ID(fmt.Sprintf("bay/service-%d", s.made))
	a.Venue = rapid.SampledFrom([]directory.ID{"bay/hall", "bay/park"}).Draw(t, "venue")
	p, err := c.Propose(a, s.stamp())
	if err != nil {
		return // the referral has ended
	}
	require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, s.stamp()))
	book := held.NewBook(s.db)
	err = book.Hold(t.Context(), p, time.Time{}, s.stamp())
	if full, is := errors.AsType[*place.FullError](err); is {
		require.Equal(t, 0, full.Room.Free.Or(-1), "nothing is refused that is free")
		return
	}
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), s.db, c, book))
	s.held[p.ID()] = a.Venue
}

func (s *scheme) someCase(t *rapid.T) *referral.Case {
	c, err := s.cases.Case(t.Context(), rapid.SampledFrom([]referral.ID{"R-1", "R-2", "R-3"}).Draw(t, "case"))
	require.NoError(t, err)
	return c
}

// move moves a placement of a case, or ends it, and saves the case without a book.
func (s *scheme) move(t *rapid.T) {
	c := s.someCase(t)
	if len(c.Placements) == 0 {
		return
	}
	p := rapid.SampledFrom(c.Placements).Draw(t, "placement")
	why := reason.Because(reason.PersonsChoice)
	moves := map[string]func() error{
		"accept":   func() error { return p.Accept(s.stamp()) },
		"start":    func() error { return p.Start(s.stamp()) },
		"complete": func() error { return p.Complete(needs.Result{Outcome: needs.Met}, s.stamp()) },
		"stop":     func() error { return p.Stop(why, s.stamp()) },
		"decline":  func() error { return p.Decline(why, s.stamp()) },
		"withdraw": func() error { return p.Withdraw(why, s.stamp()) },
		"lapse":    func() error { s.day += 60; return p.Lapse(s.stamp()) },
		"in error": func() error { return p.EnterInError(why, s.stamp()) },
	}
	move := rapid.SampledFrom([]string{"accept", "accept", "start", "start", "complete", "stop", "decline", "withdraw", "lapse", "in error"}).Draw(t, "move")
	if moves[move]() != nil {
		return // which its state does not allow
	}
	s.save(t, c)
}

// close ends a case with all its placements.
func (s *scheme) close(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		return
	}
	c := s.someCase(t)
	why := reason.Because(reason.PersonsChoice)
	ends := map[string]func() error{
		"withdraw": func() error { return c.Withdraw(why, s.stamp()) },
		"death":    func() error { return c.RecordDeath(s.stamp()) },
		"in error": func() error { return c.EnterInError(why, s.stamp()) },
	}
	if ends[rapid.SampledFrom([]string{"withdraw", "death", "in error"}).Draw(t, "end")]() != nil {
		return
	}
	s.save(t, c)
}

func (s *scheme) save(t *rapid.T, c *referral.Case) {
	require.NoError(t, store.Save(t.Context(), s.db, c))
	for _, p := range c.Placements {
		if !p.State().Open() {
			delete(s.held, p.ID())
		}
	}
}

// restate is a service that says how many places it has.
func (s *scheme) restate(t *rapid.T) {
	venue, n := rapid.SampledFrom([]directory.ID{"bay/hall", "bay/park"}).Draw(t, "venue"), rapid.IntRange(0, 3).Draw(t, "places")
	stamp := s.stamp()
	o := directory.Offer{ID: venue}
	o.Capacity = directory.Capacity{Available: sp.Know(n), Updated: stamp.At}
	issues, err := place.NewRepository(s.db).Restate(t.Context(), []directory.Offer{o}, stamp)
	require.NoError(t, err)
	require.Empty(t, issues)
	s.stated[venue] = n
}

// check compares what is held with what has to be.
func (s *scheme) check(t *rapid.T) {
	want := map[directory.ID][]string{}
	for id, venue := range s.held {
		want[venue] = append(want[venue], string(id))
	}
	for p, err := range place.NewRepository(s.db).All(t.Context()) {
		require.NoError(t, err)
		var got []string
		for _, h := range p.Holds() {
			got = append(got, h.For)
		}
		slices.Sort(want[p.Offer()])
		require.Equal(t, want[p.Offer()], got, p.Offer())
		if n, said := s.stated[p.Offer()]; said {
			require.Equal(t, sp.Know(max(0, n-len(got))), p.Left().Available)
		}
	}
	for f, err := range held.Forgotten(t.Context(), s.db) {
		require.NoError(t, err)
		t.Errorf("%s is held for nobody", f.Offer)
	}
}

// Whoever ends a placement, and however, its place is free in the same commit, and no
// other one is.
func TestKeeperHoldsWhatOpenPlacementsHoldAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := held.Keeper(store.Tenant(memstore.New(), "bay"))
		s := &scheme{db: db, cases: referral.NewRepository(db, referraltest.AllowAll{}), held: map[placement.ID]directory.ID{}, stated: map[directory.ID]int{}, day: 5}
		for _, id := range []referral.ID{"R-1", "R-2", "R-3"} {
			require.NoError(t, store.Save(t.Context(), db, referraltest.Referral(id, referral.StateActive)))
		}
		t.Repeat(map[string]func(*rapid.T){"offer": s.offer, "offer again": s.offer, "move": s.move, "move again": s.move, "close": s.close, "restate": s.restate, "": s.check})
	})
}
