package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// A scheme is the records behind the list: referrals, what was said, and the places that are held.
type scheme struct {
	db        store.Driver
	referrals *referral.Repository
}

// apply proposes to everybody the place that was decided and sends it to the provider. The
// placement and the place that it needs are one commit, so that no place is given away twice.
// Somebody may have taken places since the list was read; what cannot be offered any more is
// returned, and belongs into the next run.
func (sc *scheme) apply(ctx context.Context, w *world, d *decision, s sp.Stamp) (held int, gone []assign.Placement, err error) {
	for _, pl := range d.result.Placements {
		err := store.Retry(ctx, 3, func(ctx context.Context) error { return sc.offer(ctx, w, d, pl, s) })
		full, is := errors.AsType[*place.FullError](err)
		switch {
		case is && full.Offer == directory.ID(pl.Provider):
			gone = append(gone, pl)
		case err != nil:
			return held, gone, fmt.Errorf("offer %s: %w", pl.Request, err)
		default:
			held++
		}
	}
	return held, gone, nil
}

// offer offers one place.
func (sc *scheme) offer(ctx context.Context, w *world, d *decision, pl assign.Placement, s sp.Stamp) error {
	c, err := sc.referrals.Case(ctx, referral.ID(pl.Request))
	if err != nil {
		return err
	}
	offer := w.offer(directory.ID(pl.Provider))
	need := w.topics[d.people[pl.Request].need].need
	p, err := c.Propose(placement.Proposal{
		ID: placement.ID("PL-" + pl.Request[2:]), Service: offer.Service, Venue: offer.ID, Provider: offer.Service, Needs: []needs.Code{need},
	}, s)
	if err != nil {
		return err
	}
	book := held.NewBook(sc.db)
	places, err := book.Places(ctx, offer.ID)
	if err != nil {
		return err
	}
	if err := places.Hold(place.Hold{For: string(p.ID()), Units: d.people[pl.Request].places}, s); err != nil {
		return err
	}
	what := placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "need", Code: string(need)}}}
	if err := p.Offer(what, anybody{}, s); err != nil {
		return err
	}
	return store.Save(ctx, sc.db, c, book)
}

// anybody sees what is sent to them. A scheme asks its consent register here, which is what
// answers whether somebody may be told of a need that counts as sensitive.
type anybody struct{}

// See lets them.
func (anybody) See(sp.Actor, person.ID, string) error { return nil }

// SeeSensitive lets them too.
func (anybody) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// offer returns an offer by its ID.
func (w *world) offer(id directory.ID) directory.Offer { return w.offers[w.byID[id]] }

// state has every service state its places, and somebody who has just taken the last one of two
// of those that the result counts on.
func (sc *scheme) state(ctx context.Context, w *world, r *assign.Result, s sp.Stamp) error {
	taken := map[string]bool{}
	for _, pl := range r.Placements {
		if len(taken) < 2 {
			taken[pl.Provider] = true
		}
	}
	for _, o := range w.offers {
		p := place.New(o.ID)
		stated := directory.Capacity{Unit: "places", Available: sp.Know(w.places[o.ID]), Updated: s.At.Add(-time.Hour)}
		if err := p.Restate(stated, s); err != nil {
			return err
		}
		if taken[string(o.ID)] {
			if err := p.Hold(place.Hold{For: "by-telephone"}, s); err != nil {
				return err
			}
		}
		if err := store.Save(ctx, sc.db, p); err != nil {
			return err
		}
	}
	return nil
}
