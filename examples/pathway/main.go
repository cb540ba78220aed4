// Command pathway takes some hundred invented people through a social
// prescribing scheme on a directory of services: referral, first contact,
// assessment, ranked options, placement, sessions, closing. Then it prints why
// each option was offered to one of them, nearest to what was asked first, what would make a
// near miss fit, and whether another would be first if travel counted double; how the scheme did, of all people and of all needs, with intervals, the needs that were
// not met, the places that were held and let go, a plan for several needs, why it had no more to
// choose from, and what it learned from services that
// said that they are full.
//
//	go run ./examples/pathway
//	go run ./examples/pathway -people 300 -ask-again
//	go run ./examples/pathway -directory ../shared/data/directory/baltimore-icarol-ohana-csv
//	go run ./examples/pathway -db scheme.db
//	go run ./examples/pathway -events events.ndjson
//
// The same seed prints the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"os/signal"
	"time"

	_ "modernc.org/sqlite" // the driver of -db

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "pathway:", err)
		os.Exit(1)
	}
}

// For how many weeks people are referred, and the scheme is followed.
const arriving, followed = 12, 52

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("pathway", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("directory", "", "`path` of a directory: a folder of CSV in the form of the Ohana API, or a JSON file of Open Referral UK; empty is the one that ships with this example")
	people := flags.Int("people", 120, "how many people are referred")
	file := flags.String("db", "", "`file` of a SQLite database to keep the scheme in; empty keeps it in memory")
	events := flags.String("events", "", "`file` to write the log of events to, for examples/evaluate; empty writes none")
	seed := flags.Uint64("seed", 1, "what happens by chance; the same seed, the same world")
	whom := flags.Int("person", 0, "`number` of the person whose options are printed; 0 picks one with options and, if anybody has one, a near miss")
	askAgain := flags.Bool("ask-again", false, "nobody looks at how services have answered: whoever said that they are full is asked again")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *people < 1 || *whom < 0 || *whom > *people {
		return fmt.Errorf("-people must be at least 1, and -person from 0 to the number of people")
	}

	progress := bar.New(stderr)
	defer progress.Done() // on an error
	library, err := open(ctx, *path, progress.Over("reading"))
	if err != nil {
		return err
	}
	driver, done, err := database(ctx, *file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	db := held.Keeper(store.Tenant(driver, "sandholme")) // whoever ends a placement lets its place go
	for _, err := range db.Log(ctx, "", "") {
		if err != nil {
			return err
		}
		return fmt.Errorf("%s already holds a scheme: name a new file", *file)
	}
	start := time.Date(2026, time.November, 16, 0, 0, 0, 0, time.UTC)
	s := &scheme{
		db: db, library: library, seed: *seed, until: start.AddDate(0, 0, 7*followed),
		stayed: make(map[directory.ID]int), refused: make(map[directory.ID]int), byNeed: make(map[needs.Code][]directory.Offer),
		askAgain: *askAgain, spare: make(map[directory.ID]int),
	}
	if err := s.states(ctx, start); err != nil {
		return err
	}
	clients := invent(rand.New(rand.NewPCG(*seed, 0)), *people, library, start, arriving)
	if err := s.run(ctx, clients, progress.Over("people")); err != nil {
		return err
	}
	progress.Done()
	if *events != "" {
		if err := write(*events, db.Log(ctx, "", "")); err != nil {
			return err
		}
	}
	return report(ctx, stdout, s, clients, *whom)
}

// write writes a log as a file of lines.
func write(path string, log iter.Seq2[store.RecordedEvent, error]) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(eventfile.Write(file, log), file.Close())
}

// database returns a store in memory, or in the SQLite file at path, which must
// hold no scheme yet.
func database(ctx context.Context, path string) (db store.Driver, done func() error, err error) {
	if path == "" {
		return memstore.New(), func() error { return nil }, nil
	}
	file, err := sqlite.OpenFile(ctx, path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, file.Close, nil
}
