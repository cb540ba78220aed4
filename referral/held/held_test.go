package held_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func worker(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }

const last directory.ID = "bay/garden@park"

// opened returns a store with one place of an offer, and a case of which a placement
// holds it, offered and saved.
func opened(tb testing.TB) (store.Driver, *referral.Case, *placement.Placement) {
	tb.Helper()
	db := store.Tenant(memstore.New(), "bay")
	places := place.New(last)
	require.NoError(tb, places.Restate(directory.Capacity{Available: sp.Know(1), Updated: referraltest.Day(0)}, worker(0)))
	require.NoError(tb, store.Save(tb.Context(), db, places))
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p := offered(tb, c, "PL-1")
	book := held.NewBook(db)
	require.NoError(tb, book.Hold(tb.Context(), p, p.Sent().ReplyBy, worker(5)))
	require.NoError(tb, store.Save(tb.Context(), db, c, book))
	return db, c, p
}

func offered(tb testing.TB, c *referral.Case, id placement.ID) *placement.Placement {
	tb.Helper()
	a := referraltest.Proposal(id)
	a.Venue = last
	p, err := c.Propose(a, worker(5))
	require.NoError(tb, err)
	require.NoError(tb, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, worker(5)))
	return p
}

func room(tb testing.TB, db store.Driver) place.Room {
	tb.Helper()
	p, err := place.NewRepository(db).Load(tb.Context(), last)
	require.NoError(tb, err)
	return p.Room(referraltest.Day(5), 0)
}

// Example shows how a place is held with an offer and let go with its end.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), worker(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	book := held.NewBook(db)
	if err := book.Hold(ctx, p, time.Time{}, worker(5)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(held.Save(ctx, db, c, book))
	places, err := place.NewRepository(db).Load(ctx, held.OfferOf(p))
	fmt.Println(places.Room(referraltest.Day(5), 0), err)

	fmt.Println(p.Decline(reason.Because(reason.PersonsChoice), worker(6)), held.Save(ctx, db, c))
	places, err = place.NewRepository(db).Load(ctx, held.OfferOf(p))
	fmt.Println(places.Room(referraltest.Day(6), 0), err)
	// Output:
	// <nil>
	// unknown how many are free, 1 held <nil>
	// <nil> <nil>
	// unknown how many are free, 0 held <nil>
}

func TestABookLetsAPlaceGoInTheCommitThatEndsItsPlacement(t *testing.T) {
	why := reason.Because(reason.PersonsChoice)
	for name, end := range map[string]func(*referral.Case, *placement.Placement) error{
		"declined":  func(_ *referral.Case, p *placement.Placement) error { return p.Decline(why, worker(6)) },
		"lapsed":    func(_ *referral.Case, p *placement.Placement) error { return p.Lapse(worker(60)) },
		"withdrawn": func(_ *referral.Case, p *placement.Placement) error { return p.Withdraw(why, worker(6)) },
		"in error":  func(_ *referral.Case, p *placement.Placement) error { return p.EnterInError(why, worker(6)) },
		"completed": func(_ *referral.Case, p *placement.Placement) error {
			return errors.Join(p.Accept(worker(6)), p.Start(worker(7)), p.Complete(needs.Result{Outcome: needs.Met}, worker(8)))
		},
		"stopped": func(_ *referral.Case, p *placement.Placement) error {
			return errors.Join(p.Accept(worker(6)), p.Stop(why, worker(7)))
		},
		"by EndPlacement": func(c *referral.Case, p *placement.Placement) error {
			return c.EndPlacement(p.ID(), func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(why, s) }, worker(6))
		},
		"withdrawn with its case": func(c *referral.Case, _ *placement.Placement) error { return c.Withdraw(why, worker(6)) },
		"closed by a death":       func(c *referral.Case, _ *placement.Placement) error { return c.RecordDeath(worker(6)) },
		"case in error":           func(c *referral.Case, _ *placement.Placement) error { return c.EnterInError(why, worker(6)) },
	} {
		t.Run(name, func(t *testing.T) {
			db, c, p := opened(t)
			require.Equal(t, "0 free, 1 held", room(t, db).String())
			require.NoError(t, end(c, p))
			require.False(t, p.State().Open())
			require.NoError(t, held.Save(t.Context(), db, c))
			require.Equal(t, "1 free, 0 held", room(t, db).String())
			for range held.Forgotten(t.Context(), db) {
				t.Error("a hold was forgotten")
			}
		})
	}
}

func TestABookKeepsThePlaceOfAPlacementThatGoesOn(t *testing.T) {
	db, c, p := opened(t)
	require.NoError(t, p.Accept(worker(6)))
	require.NoError(t, held.Save(t.Context(), db, c))
	require.Equal(t, 1, room(t, db).Held)
	book := held.NewBook(db)
	require.NoError(t, book.Hold(t.Context(), p, time.Time{}, worker(6)), "it goes to the course now")
	require.NoError(t, held.Save(t.Context(), db, c, book))
	for range place.NewRepository(db).Due(t.Context(), referraltest.Day(900)) {
		t.Error("what is held to the end is never due")
	}
}

func TestABookSavesNoOfferWithoutAPlace(t *testing.T) {
	db, c, _ := opened(t)
	other := referraltest.Proposal("PL-2")
	other.Venue, other.Service = last, "bay/garden-2"
	p, err := c.Propose(other, worker(6))
	require.NoError(t, err)
	_, full := errors.AsType[*place.FullError](held.NewBook(db).Hold(t.Context(), p, time.Time{}, worker(6)))
	require.True(t, full)
	require.Equal(t, 1, room(t, db).Held)
}

func TestAHoldLastsAtLeastAsLongAsTheAnswerIsAwaited(t *testing.T) {
	db, _, p := opened(t)
	require.ErrorIs(t, held.NewBook(db).Hold(t.Context(), p, p.Sent().ReplyBy.Add(-time.Hour), worker(6)), sp.ErrInvalid)
	require.NoError(t, p.Withdraw(reason.Because(reason.PersonsChoice), worker(6)))
	require.ErrorIs(t, held.NewBook(db).Hold(t.Context(), p, time.Time{}, worker(6)), sp.ErrInvalid)
}

func TestABookGivesAPlaceFromOneToTheNextInOneCommit(t *testing.T) {
	db, c, p := opened(t)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice), worker(6)))
	book := held.NewBook(db)
	require.NoError(t, book.Settle(t.Context(), c.Placements...))
	other := referraltest.Proposal("PL-2")
	other.Venue, other.Service = last, "bay/garden-2"
	next, err := c.Propose(other, worker(6))
	require.NoError(t, err)
	require.NoError(t, book.Hold(t.Context(), next, time.Time{}, worker(6)))
	require.NoError(t, held.Save(t.Context(), db, c, book))
	require.Equal(t, "0 free, 1 held", room(t, db).String())
}

func TestWhoeverIsErasedHoldsNothing(t *testing.T) {
	db, _, p := opened(t)
	record, err := person.Register(person.Person{ID: p.Person()}, worker(5))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, record))
	require.NoError(t, record.Erase(worker(6)))
	book := held.NewBook(db)
	require.NoError(t, book.Erase(t.Context(), db, p.Person(), worker(6)))
	require.NoError(t, store.Save(t.Context(), db, record, book))
	require.Equal(t, 0, room(t, db).Held)
}

func TestWhatWasSavedWithoutABookIsFound(t *testing.T) {
	db, c, p := opened(t)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice), worker(6)))
	require.NoError(t, store.Save(t.Context(), db, c))
	var found []held.Forgot
	for f, err := range held.Forgotten(t.Context(), db) {
		require.NoError(t, err)
		found = append(found, f)
	}
	require.Len(t, found, 1)
	require.Equal(t, last, found[0].Offer)
	require.Equal(t, "PL-1", found[0].Hold.For)
}

func TestABookLetsGoThePlacesOfAGroupWhenOneIsAccepted(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	book := held.NewBook(db)
	var members []*placement.Placement
	for _, id := range []placement.ID{"PL-1", "PL-2"} {
		a := referraltest.Proposal(id)
		a.Group, a.Venue, a.Service = "G-1", directory.ID("bay/venue-"+string(id)), directory.ID("bay/"+string(id))
		p, err := c.Propose(a, worker(5))
		require.NoError(t, err)
		require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, worker(5)))
		require.NoError(t, book.Hold(t.Context(), p, time.Time{}, worker(5)))
		members = append(members, p)
	}
	g, err := placement.Together("G-1", members...)
	require.NoError(t, err)
	require.NoError(t, g.Accept("PL-2", worker(6)))
	require.NoError(t, book.Settle(t.Context(), g.Members()...))
	require.NoError(t, store.Save(t.Context(), db, c.Referral, g, book))
	for offer, want := range map[directory.ID]int{"bay/venue-PL-1": 0, "bay/venue-PL-2": 1} {
		p, err := place.NewRepository(db).Load(t.Context(), offer)
		require.NoError(t, err)
		require.Len(t, p.Holds(), want, offer)
	}
}
