package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// connect returns a pool over a new schema, and how to remove both.
func connect(ctx context.Context) (*pgxpool.Pool, func()) {
	if noServer != nil {
		log.Fatal(noServer)
	}
	config, err := pgxpool.ParseConfig(shared.DSN)
	if err != nil {
		log.Fatal(err)
	}
	config.ConnConfig.RuntimeParams["search_path"] = "sp_example"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err == nil {
		_, err = pool.Exec(ctx, "DROP SCHEMA IF EXISTS sp_example CASCADE; CREATE SCHEMA sp_example")
	}
	if err != nil {
		log.Fatal(err)
	}
	return pool, func() {
		pool.Exec(ctx, "DROP SCHEMA sp_example CASCADE")
		pool.Close()
	}
}

func Example() {
	ctx := context.Background()
	pool, remove := connect(ctx) // pgxpool.New(ctx, dsn)
	defer remove()

	if err := postgres.Migrate(ctx, pool, postgres.Options{}); err != nil {
		log.Fatal(err)
	}
	db, err := postgres.Open(ctx, pool)
	if err != nil {
		log.Fatal(err)
	}
	scheme := store.Tenant(db, "morecambe-bay")

	ann := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	referral := store.Key{Kind: "referral", ID: "R-1007"}
	batch := store.Batch{
		Puts:   []store.Put{{Key: referral, Terms: store.Terms{"state": "received"}, Body: []byte("...")}},
		Events: []store.RecordedEvent{{Key: referral, Version: 1, Type: "received", Stamp: ann}},
	}
	fmt.Println(scheme.Commit(ctx, batch))
	fmt.Println(scheme.Commit(ctx, batch))

	for e, err := range scheme.Log(ctx, "", "") {
		fmt.Println(e.Key.ID, e.Type, "by", e.Stamp.By, err)
	}

	// Output:
	// <nil>
	// postgres: commit: store: morecambe-bay/referral/R-1007: already exists, at version 1
	// R-1007 received by link-worker ann <nil>
}

func ExampleInTx() {
	ctx := context.Background()
	pool, remove := connect(ctx)
	defer remove()
	db, err := prepare(ctx, pool)
	if err != nil {
		log.Fatal(err)
	}
	scheme := store.Tenant(db, "morecambe-bay")

	// The record and the invoice are there together, or neither is.
	err = postgres.InTx(ctx, scheme, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
		if err := in.Commit(ctx, store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "referral", ID: "R-1007"}}}}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO invoice VALUES ('R-1007', 2400)"); err != nil {
			return err
		}
		return errors.New("the budget is spent")
	})
	fmt.Println(err)
	_, err = scheme.Get(ctx, store.Key{Kind: "referral", ID: "R-1007"})
	fmt.Println(errors.Is(err, sp.ErrNotFound))

	// Output:
	// the budget is spent
	// true
}

func prepare(ctx context.Context, pool *pgxpool.Pool) (*postgres.Store, error) {
	if _, err := pool.Exec(ctx, "CREATE TABLE invoice (referral text PRIMARY KEY, pence bigint)"); err != nil {
		return nil, err
	}
	if err := postgres.Migrate(ctx, pool, postgres.Options{}); err != nil {
		return nil, err
	}
	return postgres.Open(ctx, pool)
}
