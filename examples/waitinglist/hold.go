package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce/record"
)

// An offered is a place that has been offered to somebody. In a scheme it is the placement of a
// referral.
type offered struct {
	Request string       `json:"request"`
	Offer   directory.ID `json:"offer"`
	On      sp.Date      `json:"on"`
}

// EventType returns the stored name.
func (offered) EventType() store.EventType { return "waitinglist.offered" }

var offers = &record.Kind[offered]{
	Name: "waitinglist-offer", By: []sp.Role{sp.RoleLinkWorker},
	Index: func(o offered) record.Index { return record.Index{ID: o.Request, On: o.On} },
	Check: func(offered, *sp.InvalidError) {},
}

// apply offers what was decided. Each offer and the place that it needs are one commit, so
// that no place is given away twice. Somebody may have taken places since the list was read;
// what cannot be offered any more is returned, and belongs into the next run.
func apply(ctx context.Context, db store.Driver, r *assign.Result, s sp.Stamp) (held int, gone []assign.Placement, err error) {
	places := place.NewRepository(db)
	for _, pl := range r.Placements {
		err := store.Retry(ctx, 3, func(ctx context.Context) error {
			at, err := places.Load(ctx, directory.ID(pl.Provider))
			if err != nil {
				return err
			}
			offer, err := offers.Write(offered{pl.Request, at.Offer(), sp.DateOf(s.At)}, s)
			if err != nil {
				return err
			}
			answer := s.At.AddDate(0, 0, 14)
			if err := at.Hold(place.Hold{For: pl.Request, AnswerDue: answer, Until: answer}, s); err != nil {
				return err
			}
			return store.Save(ctx, db, offer, at)
		})
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

// opened returns a store in which every service has stated its places, and in which somebody
// has just taken the last one of two of those that the result counts on.
func (w *world) opened(ctx context.Context, r *assign.Result, s sp.Stamp) (store.Driver, error) {
	db := store.Tenant(memstore.New(), "bay")
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
			return nil, err
		}
		if taken[string(o.ID)] {
			if err := p.Hold(place.Hold{For: "by-telephone"}, s); err != nil {
				return nil, err
			}
		}
		if err := store.Save(ctx, db, p); err != nil {
			return nil, err
		}
	}
	return db, nil
}
