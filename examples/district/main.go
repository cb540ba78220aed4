// Command district takes an invented district through a year, on a database file, and then asks
// everything of that year that the library can: the directory is read in, contracts say when money
// ends, people are referred as a simulation draws them, asked for their permission, placed from one
// waiting list with proofs, and come or stay away. Then indicators and the 25 barriers are counted
// from the log, a page for the board is written, that same log is played again under other policies,
// and one case leaves as FHIR. Each stage prints what it found.
//
//	go run ./examples/district
//	go run ./examples/district -weekly 25 -days 730      # more people, for longer
//	go run ./examples/district -out folder               # keeps the database, the page and the bundle
//	go run ./examples/district -directory ../shared/data/directory/baltimore-icarol-ohana-csv
//
// The same seed prints and writes the same bytes.
package main

import (
	"bytes"
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

	_ "modernc.org/sqlite" // the driver of the database file

	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "district:", err)
		os.Exit(1)
	}
}

// An order is what the flags say.
type order struct {
	days, pairs    int
	weekly         float64
	seed           string
	directory, out string
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
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	folder := o.out
	if folder == "" {
		if folder, err = os.MkdirTemp("", "district"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	}
	db, done, err := database(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	var out bytes.Buffer
	b := bar.New(stderr)
	defer b.Done()
	d := &district{
		order: o, db: db, referrals: referral.NewRepository(db, anybody{}), bar: b, out: &out, folder: folder,
	}
	if err := d.tell(ctx); err != nil {
		return err
	}
	b.Done()
	_, err = out.WriteTo(stdout)
	return err
}

// tell goes through the stages in order.
func (d *district) tell(ctx context.Context) error {
	for _, stage := range []func(context.Context) error{
		d.feed, d.money, d.arrivals, d.year, d.indicators, d.report, d.policies, d.bundle,
	} {
		if err := stage(ctx); err != nil {
			return err
		}
	}
	return nil
}

// say prints a line of findings.
func (d *district) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

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
