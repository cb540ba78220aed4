// Command district takes an invented district through a year, on a database file, and then asks
// everything of that year that the library can: the directory is read in, contracts say when money
// ends, people are referred as a simulation draws them, asked for their permission, placed from one
// waiting list with proofs, and come or stay away. Then indicators and the 25 barriers are counted
// from the log, a page for the board is written, that same log is played again under other policies,
// and one case leaves as FHIR. Each stage prints what it found.
//
//	go run ./examples/district
//	go run ./examples/district -weekly 100 -days 1095    # 15,000 people in three years
//	go run ./examples/district -out folder               # keeps the database, the page and the bundle
//	go run ./examples/district -directory ../shared/data/directory/baltimore-icarol-ohana-csv
//	go run ./examples/district -directory groups.csv -map columns.json   # a sheet, with what its columns mean, see package directory/flat
//
// The same seed prints and writes the same bytes, and its database has the same log. A terminal
// shows how far it has come. Whoever interrupts it is told how far that was, and keeps what had
// been printed by then.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	_ "modernc.org/sqlite" // the driver of the database file

	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func main() {
	// However it is asked to end, and where nobody reads what it prints, its folder is removed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "district:", err)
		os.Exit(1)
	}
}

// An order is what the flags say.
type order struct {
	days, pairs int
	weekly      float64
	seed        string

	directory, mapping string // paths
	out                string
}

func parse(args []string, stderr io.Writer) (order, error) {
	o := order{}
	flags := flag.NewFlagSet("district", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.days, "days", 365, "how many `days` are played")
	flags.Float64Var(&o.weekly, "weekly", 8, "how many `people` are referred in a week, on average")
	flags.IntVar(&o.pairs, "pairs", 6, "how many `times` each policy is played")
	flags.StringVar(&o.seed, "seed", "1", "`text` from which everything is drawn")
	flags.StringVar(&o.directory, "directory", "", "`path` of a directory of services; empty is that of the invented district")
	flags.StringVar(&o.mapping, "map", "", "`path` of a mapping in JSON, which says what the columns mean where -directory is a sheet")
	flags.StringVar(&o.out, "out", "", "`folder` to keep the database, the page for the board and the FHIR bundle in; empty keeps nothing")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.days < 30 || o.days > 3660:
		return o, errors.New("-days must be from 30 to 3660")
	case o.weekly < 1 || o.weekly > 500:
		return o, errors.New("-weekly must be from 1 to 500")
	case o.pairs < 2:
		return o, errors.New("-pairs must be at least 2")
	case o.mapping != "" && o.directory == "":
		return o, errors.New("-map says what the columns of a sheet mean: name it by -directory")
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.out == "" {
		folder, failed := os.MkdirTemp("", "district")
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		return play(ctx, o, folder, stdout, stderr)
	}
	return play(ctx, o, o.out, stdout, stderr)
}

// play takes a district through its stages, with its files in a folder.
func play(ctx context.Context, o order, folder string, stdout, stderr io.Writer) (err error) {
	db, done, err := database(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return newDistrict(o, db, folder).tell(ctx, stdout, stderr)
}

// database opens a new file in a folder. Whoever ends a placement lets its place go.
func database(ctx context.Context, folder string) (db store.Driver, done func() error, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(folder, "district.db")
	if _, err := os.Stat(path); err == nil {
		return nil, nil, fmt.Errorf("%s is there already: name a new folder", path)
	}
	handle, err := sql.Open("sqlite", "file:"+url.PathEscape(path)+"?_pragma=busy_timeout(5000)&_pragma=synchronous(normal)")
	if err != nil {
		return nil, nil, err
	}
	if err := sqlite.Migrate(ctx, handle); err != nil {
		return nil, nil, errors.Join(err, handle.Close())
	}
	file, err := sqlite.Open(ctx, handle)
	if err != nil {
		return nil, nil, errors.Join(err, handle.Close())
	}
	return held.Keeper(store.Tenant(file, "district")), func() error { return errors.Join(file.Close(), handle.Close()) }, nil
}
