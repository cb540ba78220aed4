package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // the driver behind the database handle

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/sqlite"
)

// open opens the database that the command line names, brings its tables up to date, and
// returns how to close it.
func open(ctx context.Context, o options) (store.Driver, func() error, error) {
	if o.postgres != "" {
		return openPostgres(ctx, o.postgres)
	}
	file := filepath.Join(o.folder, "desk.db")
	handle, err := sql.Open("sqlite", "file:"+url.PathEscape(file)+"?_pragma=busy_timeout(5000)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		return nil, nil, err
	}
	err = sqlite.Migrate(ctx, handle)
	if err != nil {
		return nil, nil, errors.Join(err, handle.Close())
	}
	db, err := sqlite.Open(ctx, handle)
	if err != nil {
		return nil, nil, errors.Join(err, handle.Close())
	}
	return db, func() error { return errors.Join(db.Close(), handle.Close()) }, nil
}

// openPostgres opens a database of a server.
func openPostgres(ctx context.Context, dsn string) (store.Driver, func() error, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, nil, err
	}
	end := func() error { pool.Close(); return nil }
	if err := postgres.Migrate(ctx, pool, postgres.Options{}); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	db, err := postgres.Open(ctx, pool)
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return db, end, nil
}
