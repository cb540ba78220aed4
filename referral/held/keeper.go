package held

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// Keeper returns a driver over db, a driver of one tenant, by which no end of a placement
// leaves its place behind: a commit in which a placement ends, or its record is deleted,
// lets its place go as well, whoever ends it and whatever they know of places. Open it
// once, where the program opens its store:
//
//	db := held.Keeper(store.Tenant(backend, "bay"))
//
// A book that is saved in the same commit has to be settled: the commit is refused with
// [sp.ErrInvalid] if a place is held on for a placement that ends in it. Where somebody
// else changes the same places meanwhile the commit is a [*store.ConflictError], so try
// again by [store.Retry]. Each end reads two records more.
func Keeper(db store.Driver) store.Driver { return keeper{db} }

type keeper struct{ store.Driver }

// Below and Over make it a [store.Wrapper].
func (k keeper) Below() store.Driver              { return k.Driver }
func (k keeper) Over(d store.Driver) store.Driver { return keeper{d} }

// Commit commits b, with the places that it lets go.
func (k keeper) Commit(ctx context.Context, b store.Batch) error {
	free, err := k.freed(ctx, b)
	if err != nil {
		return err
	}
	b.Puts = append(slices.Clip(b.Puts), free.Puts...)
	b.Events = append(slices.Clip(b.Events), free.Events...)
	return k.Driver.Commit(ctx, b)
}

// An end is how a placement ends in a batch.
type end struct {
	why place.Cause
	by  sp.Stamp
}

// ends are the events with which placements end.
var ends = map[store.EventType]place.Cause{
	placement.EventDeclined:       place.Declined,
	placement.EventLapsed:         place.Lapsed,
	placement.EventWithdrawn:      place.Withdrawn,
	placement.EventCompleted:      place.Completed,
	placement.EventStopped:        place.Stopped,
	placement.EventEnteredInError: place.InError,
}

// endsIn returns the placements that end in a batch. One that is deleted has been erased,
// if it had not ended before.
func endsIn(b store.Batch) map[placement.ID]end {
	ended := map[placement.ID]end{}
	for _, e := range b.Events {
		if why, is := ends[e.Type]; is && e.Key.Kind == placement.Kind {
			ended[placement.ID(e.Key.ID)] = end{why, e.Stamp.Consequence()}
		}
	}
	for _, d := range b.Deletes {
		if _, known := ended[placement.ID(d.ID)]; d.Kind == placement.Kind && !known && len(b.Events) > 0 {
			ended[placement.ID(d.ID)] = end{place.Erased, b.Events[len(b.Events)-1].Stamp.Consequence()}
		}
	}
	return ended
}

// freed returns the changes by which the places of all placements that end in a batch are
// let go.
func (k keeper) freed(ctx context.Context, b store.Batch) (store.Batch, error) {
	ended := endsIn(b)
	if len(ended) == 0 {
		return store.Batch{}, nil
	}
	written, err := settled(b, ended)
	if err != nil {
		return store.Batch{}, err
	}
	changed := NewBook(k.Driver)
	for _, id := range slices.Sorted(maps.Keys(ended)) {
		offer, err := k.offerOf(ctx, id)
		if err != nil {
			return store.Batch{}, err
		}
		if offer == "" || written[offer] {
			continue
		}
		p, err := changed.Places(ctx, offer)
		if err != nil {
			return store.Batch{}, err
		}
		if !p.Holding(string(id)) {
			continue
		}
		if err := p.Release(string(id), ended[id].why, ended[id].by); err != nil {
			return store.Batch{}, fmt.Errorf("held: commit: %w", err)
		}
	}
	return changed.Pending()
}

// settled returns the offers whose places are written in a batch, and an error if one of
// them holds on for a placement that ends in it.
func settled(b store.Batch, ended map[placement.ID]end) (written map[directory.ID]bool, err error) {
	written = map[directory.ID]bool{}
	for _, put := range b.Puts {
		if put.Kind != place.Kind {
			continue
		}
		p, err := place.Read(store.Record{Key: put.Key, Version: put.If, Body: put.Body})
		if err != nil {
			return nil, err
		}
		written[p.Offer()] = true
		for _, h := range p.Holds() {
			if _, ends := ended[placement.ID(h.For)]; ends {
				return nil, sp.Invalid("held: commit", "book", sp.Inconsistent, fmt.Sprintf("must be settled: placement %s ends and holds on", h.For))
			}
		}
	}
	return written, nil
}

// offerOf returns the offer of a placement that is stored, and nothing for one that is
// not: for one that begins and ends in one commit nothing was held before.
func (k keeper) offerOf(ctx context.Context, id placement.ID) (directory.ID, error) {
	p, err := placement.NewRepository(k.Driver, nil).Load(ctx, id)
	if errors.Is(err, sp.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return OfferOf(p), nil
}
