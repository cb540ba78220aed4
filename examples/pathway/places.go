package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/words"
)

// placesOf returns how many people a service can take; where the directory does
// not say, the example assumes six, which the service knows and the scheme does not.
func placesOf(o directory.Offer) int { return o.Capacity.Available.Or(6) }

// states records what the services say of their places in the directory.
func (s *scheme) states(ctx context.Context, at time.Time) error {
	offers := slices.Clone(s.library.offers)
	for i := range offers {
		if offers[i].Capacity.Updated.After(at) {
			offers[i].Capacity.Updated = at // the invented ones are of the first morning
		}
	}
	issues, err := place.NewRepository(s.db).Restate(ctx, offers, sp.BySystem("import", at))
	if err != nil {
		return err
	}
	s.library.issues = append(s.library.issues, issues...)
	return nil
}

// left returns offers with the places that are held taken off those that are stated.
func (w *walk) left(ctx context.Context, need needs.Code) []directory.Offer {
	offers := slices.Clone(w.offers(need))
	for i := range offers {
		places, err := place.NewRepository(w.db).LoadOrNew(ctx, offers[i].ID)
		if err != nil {
			w.err = err
			return nil
		}
		offers[i].Capacity = places.Left()
	}
	return offers
}

// hold offers what was proposed and holds its place, in one commit. Where no place is
// left nobody is asked, and the proposal is taken back.
func (w *walk) hold(ctx context.Context, p *placement.Placement) (sent, on bool) {
	book := held.NewBook(w.db)
	err := book.Hold(ctx, p, time.Time{}, w.me())
	if full, is := errors.AsType[*place.FullError](err); is {
		w.refused[full.Offer]++
		return false, w.save(ctx, p.Withdraw(reason.Because(reason.NoCapacity), w.me()))
	}
	if err != nil {
		w.err = err
		return false, false
	}
	sending := placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "need", Code: string(p.Needs()[0])}}}
	return true, w.save(ctx, p.Offer(sending, anybody{}, w.me()), book)
}

// full reports whether a service has no place for somebody beside those who hold one
// before them and those who have stayed.
func (w *walk) full(ctx context.Context, o directory.Offer, p *placement.Placement) bool {
	places, err := place.NewRepository(w.db).LoadOrNew(ctx, o.ID)
	if err != nil {
		w.err = err
		return true
	}
	others := 0
	for _, h := range places.Holds() {
		if h.For != string(p.ID()) {
			others++
		}
	}
	return w.stayed[o.ID]+others >= placesOf(o)
}

// stay is somebody who goes on coming when the scheme has done its part: their place is
// no longer held for them, since the service counts them in what it says from now on.
func (w *walk) stay(ctx context.Context, o directory.Offer, p *placement.Placement) error {
	places, err := place.NewRepository(w.db).LoadOrNew(ctx, o.ID)
	if err != nil {
		return err
	}
	w.stayed[o.ID]++
	w.places = places
	host := w.by(sp.RoleProvider, string(p.Provider()))
	left := directory.Capacity{Available: sp.Know(max(0, placesOf(o)-w.stayed[o.ID])), Updated: w.now}
	return errors.Join(places.Release(string(p.ID()), place.Counted, host), places.Restate(left, host))
}

// printPlaces prints what was held, what was refused, and whether more is held than there
// is, which is counted from the store and not from what the example remembers.
func printPlaces(ctx context.Context, w *bytes.Buffer, s *scheme) error {
	holds, released := 0, map[string]int{}
	for e, err := range s.db.Log(ctx, "", "") {
		if err != nil {
			return err
		}
		if e.Key.Kind != place.Kind {
			continue
		}
		event, err := place.DecodeEvent(e.Type, e.Data)
		if err != nil {
			return err
		}
		switch event := event.(type) {
		case place.Held:
			holds++
		case place.Released:
			released[words.Of(nil, event.Cause)]++
		}
	}
	refused, still, over := 0, 0, 0
	for _, n := range s.refused {
		refused += n
	}
	repository := place.NewRepository(s.db)
	for p, err := range repository.All(ctx) {
		if err != nil {
			return err
		}
		still += len(p.Holds())
	}
	for _, err := range repository.Over(ctx) {
		if err != nil {
			return err
		}
		over++
	}
	fmt.Fprintf(w, "\nPLACES  held from the offer until its placement ends, in the same commits\n  %d held, %d of them still; let go, because\n", holds, still)
	for _, why := range byCount(released) {
		fmt.Fprintf(w, "%6d  %s\n", released[why], why)
	}
	_, err := fmt.Fprintf(w, "  %d times none was left, and nobody was asked; %d offers of which more are held than stated\n", refused, over)
	return err
}
