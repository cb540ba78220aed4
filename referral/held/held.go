// Package held joins placements with the places that they hold: what is offered to
// somebody is kept for them from the commit in which it is offered to the commit in which
// it ends.
//
// Package placement knows nothing of places, and package directory/place nothing of
// placements. A [Book] holds the places of all offers that one commit concerns, and is
// saved with it:
//
//	book := held.NewBook(db)
//	p, err := c.Propose(proposal, stamp)
//	err = p.Offer(sending, permission, stamp)
//	err = book.Hold(ctx, p, p.Sent().ReplyBy, stamp) // a *place.FullError if none is free
//	err = store.Save(ctx, db, c, book)               // the offer and its place, or neither
//
// Whatever ends a placement afterwards, settle the book before saving: each placement
// that has ended lets go, in the same commit, whether it was declined, has lapsed, was
// withdrawn, completed, stopped or entered in error, or was closed with its case or by the
// acceptance of another offer of its group:
//
//	book := held.NewBook(db)
//	err = c.Close(result, stamp)
//	err = book.Settle(ctx, c.Placements...)
//	err = store.Save(ctx, db, c, book)
//
// [Save] does the last two at once. A placement that was ended without a book holds on
// until somebody finds it due; [Forgotten] finds it at once.
package held

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// A Book is the places that one commit concerns, a [store.Change]. Make a new one for
// each commit, and for each try of it. It must not be used by several goroutines at once.
type Book struct {
	places *place.Repository
	offers map[directory.ID]*place.Places
}

// NewBook returns a book of the places in db, a driver of one tenant.
func NewBook(db store.Driver) *Book {
	return &Book{place.NewRepository(db), map[directory.ID]*place.Places{}}
}

// OfferOf returns the offer whose place a placement takes: its venue, or the service
// where no venue was said.
func OfferOf(p *placement.Placement) directory.ID { return cmp.Or(p.Venue(), p.Service()) }

// Places returns the places of an offer as the book has them, with what it has held and
// let go.
func (b *Book) Places(ctx context.Context, offer directory.ID) (*place.Places, error) {
	if b.offers == nil {
		return nil, sp.Invalid("held: places", "book", sp.Missing, "must be made by NewBook")
	}
	if known := b.offers[offer]; known != nil {
		return known, nil
	}
	loaded, err := b.places.LoadOrNew(ctx, offer)
	if err != nil {
		return nil, err
	}
	b.offers[offer] = loaded
	return loaded, nil
}

// Hold holds a place for an open placement, until a time or, if that is zero, until the
// placement ends. What it holds already is prolonged. The hold does not end before the
// answer is due. The error is a [*place.FullError] if no place is free.
func (b *Book) Hold(ctx context.Context, p *placement.Placement, until time.Time, s sp.Stamp) error {
	if p == nil {
		return sp.Invalid("held: hold", "placement", sp.Missing, "must be given")
	}
	if !p.State().Open() {
		return sp.Invalid("held: hold for "+p.String(), "placement", sp.WrongState, "must be open")
	}
	places, err := b.Places(ctx, OfferOf(p))
	if err != nil {
		return err
	}
	h := place.Hold{For: string(p.ID()), Until: until}
	if p.State() == placement.StateOffered {
		h.AnswerDue = p.Sent().ReplyBy
	}
	return places.Hold(h, s)
}

// Settle lets go of the places of those placements that have ended, as of when they did.
// Others keep theirs, and placements that hold nothing are passed over.
func (b *Book) Settle(ctx context.Context, placements ...*placement.Placement) error {
	for _, p := range placements {
		why, ended := causes[p.State()]
		if !ended {
			continue
		}
		places, err := b.Places(ctx, OfferOf(p))
		if err != nil {
			return err
		}
		if !places.Holding(string(p.ID())) {
			continue
		}
		var last sp.Stamp
		for e := range p.History() {
			if e.Event.EventType() != placement.EventFeedbackSent {
				last = e.Stamp
			}
		}
		if err := places.Release(string(p.ID()), why, last.Consequence()); err != nil {
			return fmt.Errorf("held: settle %s: %w", p.ID(), err)
		}
	}
	return nil
}

// Erase lets go of all places that are held for a person who is erased. Save the book in
// the commit that erases them.
func (b *Book) Erase(ctx context.Context, db store.Driver, who person.ID, s sp.Stamp) error {
	for p, err := range placement.NewRepository(db, nil).All(ctx, placement.Query{Person: who}) {
		if err != nil {
			return err
		}
		places, err := b.Places(ctx, OfferOf(p))
		if err != nil {
			return err
		}
		if !places.Holding(string(p.ID())) {
			continue
		}
		if err := places.Release(string(p.ID()), place.Erased, s); err != nil {
			return fmt.Errorf("held: erase: %w", err)
		}
	}
	return nil
}

// causes are the states in which a placement has ended.
var causes = map[placement.State]place.Cause{
	placement.StateDeclined:  place.Declined,
	placement.StateLapsed:    place.Lapsed,
	placement.StateWithdrawn: place.Withdrawn,
	placement.StateCompleted: place.Completed,
	placement.StateStopped:   place.Stopped,
	placement.StateInError:   place.InError,
}

// Pending implements [store.Change].
func (b *Book) Pending() (store.Batch, error) { return b.changes().Pending() }

// Committed implements [store.Change].
func (b *Book) Committed() { b.changes().Committed() }

// Stale implements [store.Change].
func (b *Book) Stale() { b.changes().Stale() }

func (b *Book) changes() store.Changes {
	var all store.Changes
	for _, offer := range slices.Sorted(maps.Keys(b.offers)) {
		all = append(all, b.offers[offer])
	}
	return all
}

// Save saves a case and whatever else changes with it, and lets go of the places of the
// placements of the case that have ended, in one commit. If others has a [*Book], that
// one is settled.
func Save(ctx context.Context, db store.Driver, c *referral.Case, others ...store.Change) error {
	var book *Book
	for _, o := range others {
		if b, ok := o.(*Book); ok {
			book = b
		}
	}
	if book == nil {
		book = NewBook(db)
		others = append(slices.Clip(others), book)
	}
	if err := book.Settle(ctx, c.Placements...); err != nil {
		return err
	}
	return store.Save(ctx, db, append(slices.Clip(others), c)...)
}

// Forgotten yields the holds of placements that have ended, or are not there: what was
// saved without a book. The first error is the last pair. It looks at all places.
func Forgotten(ctx context.Context, db store.Driver) iter.Seq2[Forgot, error] {
	placements := placement.NewRepository(db, nil)
	return func(yield func(Forgot, error) bool) {
		for p, err := range place.NewRepository(db).All(ctx) {
			if err != nil {
				yield(Forgot{}, err)
				return
			}
			for _, h := range p.Holds() {
				of, err := placements.Load(ctx, placement.ID(h.For))
				if err != nil && !errors.Is(err, sp.ErrNotFound) {
					yield(Forgot{}, err)
					return
				}
				if err == nil && of.State().Open() {
					continue
				}
				if !yield(Forgot{p.Offer(), h}, nil) {
					return
				}
			}
		}
	}
}

// A Forgot is a hold that nothing stands behind any more.
type Forgot struct {
	Offer directory.ID
	Hold  place.Hold
}
