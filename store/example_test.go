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

// Two records are written in one commit, found by a term, and followed in the log.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	ann := sp.Actor{ID: "W-1", Role: sp.RoleLinkWorker}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

	referral := store.Key{Kind: "referral", ID: "R-1007"}
	place := store.Key{Kind: "place", ID: "S-3/2026-12-01"}
	err := db.Commit(ctx, store.Batch{
		Puts: []store.Put{
			{Key: referral, If: store.New, Terms: store.Terms{"state": "placed", "review": "2026-12-01"}},
			{Key: place, If: store.New},
		},
		Events: []store.RecordedEvent{{Key: referral, Version: 1, Type: "placed", Stamp: sp.By(ann, at)}},
	})
	fmt.Println(err)

	due := store.Range{Term: "review", Before: "2027-01-01"} // oldest first
	for r, err := range db.Scan(ctx, store.Query{Kind: "referral", Range: due}) {
		fmt.Println(r.ID, r.Version, r.Terms["review"], err)
	}

	// Whoever read version 1 may replace it; whoever expects none may not.
	err = db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: referral, If: store.New}}})
	fmt.Println(errors.Is(err, sp.ErrExists), err)
	// Output:
	// <nil>
	// R-1007 1 2026-12-01 <nil>
	// true store: morecambe-bay/referral/R-1007: already exists, at version 1
}

// A consumer reads the log as an outbox, and remembers how far it came.
func ExampleConsume() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	stamp := sp.By(sp.Actor{ID: "W-1", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	send := func(_ context.Context, e store.RecordedEvent) error {
		fmt.Println(e.Key.ID, e.Version, e.Type)
		return nil
	}
	for version, what := range []store.EventType{"received", "accepted"} {
		e := store.RecordedEvent{Key: store.Key{Kind: "referral", ID: "R-1007"}, Version: int64(version + 1), Type: what, Stamp: stamp}
		if err := db.Commit(ctx, store.Batch{Events: []store.RecordedEvent{e}}); err != nil {
			fmt.Println(err)
		}
		n, err := store.Consume(ctx, db, "letters", send)
		fmt.Println(n, err)
	}
	// Output:
	// R-1007 1 received
	// 1 <nil>
	// R-1007 2 accepted
	// 1 <nil>
}

// Within a transaction a consumer changes its own tables once for each event, whatever
// is cut off and run again: where it has come to is saved with them.
func ExampleConsume_exactlyOnce() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	stamp := sp.By(sp.Actor{ID: "W-1", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	for version := range int64(3) {
		e := store.RecordedEvent{Key: store.Key{Kind: "referral", ID: "R-1007"}, Version: version + 1, Type: "contacted", Stamp: stamp}
		if err := db.Commit(ctx, store.Batch{Events: []store.RecordedEvent{e}}); err != nil {
			fmt.Println(err)
		}
	}
	total := store.Key{Kind: "total", ID: "contacted"} // a row of one's own, with the InTx of a backend
	count := func() error {
		return store.InTx(ctx, db, func(ctx context.Context, in store.Driver) error {
			_, err := store.Consume(ctx, in, "totals", func(ctx context.Context, e store.RecordedEvent) error {
				r, err := in.Get(ctx, total)
				if err != nil && !errors.Is(err, sp.ErrNotFound) {
					return err
				}
				return in.Commit(ctx, store.Batch{Puts: []store.Put{{Key: total, If: r.Version, Body: append(r.Body, '|')}}})
			})
			return err
		})
	}
	fmt.Println(count(), count())
	r, err := db.Get(ctx, total)
	fmt.Println(string(r.Body), err)
	// Output:
	// <nil> <nil>
	// ||| <nil>
}
