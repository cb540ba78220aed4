// Command clinic follows one link worker through a month with thirty-one people, on
// a SQLite database: a child whose guardian decides, a man who cannot leave his
// house, a crisis, a provider who never answers, a woman who comes back after a
// year, one who asks for help herself, and twenty-five others. Then it prints what she sees on the last
// morning - who waits, what is overdue, whom she owes an answer, what could not
// be found - and one person's story and one message to a GP.
//
//	go run ./examples/clinic
//	go run ./examples/clinic -db clinic.db -seed 7
//	go run ./examples/clinic -events events.ndjson
//
// All of them are invented. The same seed prints the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	_ "modernc.org/sqlite" // the driver behind the database handle

	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func main() {
	// However it is asked to end, and where nobody reads what it prints, its folder is removed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "clinic:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("clinic", flag.ContinueOnError)
	flags.SetOutput(stderr)
	file := flags.String("db", "", "new `file` for the SQLite database; empty is one that is removed at the end")
	events := flags.String("events", "", "`file` to write the log of events to, for examples/evaluate; empty writes none")
	seed := flags.Uint64("seed", 9, "what happens by chance; the same seed, the same month")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *file == "" {
		folder, failed := os.MkdirTemp("", "clinic")
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		*file = filepath.Join(folder, "clinic.db")
	}
	db, err := sqlite.OpenFile(ctx, *file)
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	c := open(ctx, store.Tenant(db, "sandholme"))
	for _, err := range c.db.Log(ctx, "", "") {
		if err != nil {
			return err
		}
		return fmt.Errorf("%s already holds a clinic: name a new file", *file)
	}
	if err := c.month(*seed); err != nil {
		return err
	}
	if err := c.vouchers(); err != nil {
		return err
	}
	if *events != "" {
		if err := write(*events, c.db.Log(ctx, "", "")); err != nil {
			return err
		}
	}
	return c.report(stdout)
}

// write writes a log as a file of lines.
func write(path string, log iter.Seq2[store.RecordedEvent, error]) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(eventfile.Write(file, log), file.Close())
}
