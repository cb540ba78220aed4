package main

import (
	"context"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver behind a file

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/sqlite"
)

// A database is where all tenants are kept.
type database interface {
	store.Driver
	Close() error
}

// open opens the database that the command line names, and brings its tables up to date.
func open(ctx context.Context, o options) (database, error) {
	if o.postgres != "" {
		return postgres.Connect(ctx, o.postgres, postgres.Options{})
	}
	return sqlite.OpenFile(ctx, filepath.Join(o.folder, "desk.db"))
}
