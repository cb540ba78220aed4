package store_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A wheelchair is lent to people and comes back.
type (
	lent struct {
		To string `json:"to"` // a person by ID: names stay out of the log
	}
	cameBack struct{}
)

func (lent) EventType() store.EventType     { return "wheelchair.lent" }
func (cameBack) EventType() store.EventType { return "wheelchair.came-back" }

var ofWheelchairs = store.EventTypesOf[store.Event](lent{}, cameBack{})

type wheelchair struct {
	id      string
	with    string // whom it is lent to
	history store.History[store.Event]
}

func (w *wheelchair) lend(to string, s sp.Stamp) error {
	if w.history.IsStale() { // after a transaction that failed
		return fmt.Errorf("wheelchair %s: %w", w.id, store.ErrStale)
	}
	if w.with != "" {
		return errors.New("wheelchair " + w.id + " is lent already")
	}
	w.apply(lent{to})
	w.history.Append(lent{to}, s)
	return nil
}

func (w *wheelchair) apply(f store.Event) {
	switch f := f.(type) {
	case lent:
		w.with = f.To
	case cameBack:
		w.with = ""
	}
}

// Pending, Committed and Stale make it a [store.Change], which Save saves.
func (w *wheelchair) Pending() (store.Batch, error) {
	return w.history.Pending(store.Key{Kind: "wheelchair", ID: w.id}, store.Terms{"with": w.with}.Compact())
}

func (w *wheelchair) Committed() { w.history.Committed() }
func (w *wheelchair) Stale()     { w.history.Stale() }

func readWheelchair(r store.Record) (*wheelchair, error) {
	h, err := store.LoadHistory(r, ofWheelchairs.Decode, nil)
	w := &wheelchair{id: r.ID, history: h}
	for e := range h.All() {
		w.apply(e.Event)
	}
	return w, err
}

// An aggregate of one's own is a history of events, commands that add to it, and
// a function that reads it back.
func ExampleHistory() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	stamp := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))

	chair := &wheelchair{id: "W-3"}
	fmt.Println(chair.lend("P-55", stamp), store.Save(ctx, db, chair))

	again, err := store.Load(ctx, db, "wheelchair", "W-3", readWheelchair)
	fmt.Println(again.with, err)
	fmt.Println(again.lend("P-56", stamp))

	withJoan := store.Query{Kind: "wheelchair", Where: store.Where{}.Is("with", "P-55")}
	for w, err := range store.Select(ctx, db, withJoan, readWheelchair) {
		fmt.Println(w.id, err)
	}
	// Output:
	// <nil> <nil>
	// P-55 <nil>
	// wheelchair W-3 is lent already
	// W-3 <nil>
}
