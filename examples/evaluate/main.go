// Command evaluate prints how a scheme did, from the log of its events: the headlines, of all
// people and of all needs, then what happened on the way, each with its interval; what of
// the log was not counted; and of each of the 25 barriers of the study what is so here.
//
//	go run ./examples/pathway -events events.ndjson
//	go run ./examples/evaluate -events events.ndjson
//	go run ./examples/evaluate -events events.ndjson -by month
//	go run ./examples/evaluate -events events.ndjson -barrier 6-1 -asked diary-link-worker=120
//	go run ./examples/evaluate -db clinic.db -as-of 2026-03-31
//	go run ./examples/evaluate -events events.ndjson -mirror bay/Dale
//	go run ./examples/evaluate -report report.html
//	go run ./examples/evaluate -population lists.csv -from 2025-04-01 -as-of 2026-03-31
//	go run ./examples/evaluate -csv cases.csv -suggest
//	go run ./examples/evaluate -csv cases.csv -map mapping.json -as-of 2026-03-31 -out figures
//	go run ./examples/evaluate -events events.ndjson -parquet figures.parquet
//	go run ./examples/evaluate -events events.ndjson -extract study -agreement agreement.json -key k1.key
//
// With -mirror it prints the page of one practice, provider or worker alone. With tables of the
// caller, such as -population, it prints what the log is held against them. With -csv it reads a
// spreadsheet of cases instead of a log, and says what that cannot tell; with -out and -parquet it
// writes the figures for R, pandas, DuckDB and the like. With -extract it writes a row for each
// referral, for a study and nobody else: whoever has opted out is left out, and a person is a
// pseudonym under a secret that the controller makes once (openssl rand -hex 32 >k1.key), keeps
// where no researcher reads, and uses again for the next extract of the same project.
//
// Without a log it counts an invented one of 600 referrals.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the driver of -db

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/flat"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

// groupings are by what figures can be grouped.
func groupings() map[string]evaluation.Grouping {
	return map[string]evaluation.Grouping{
		"":         {},
		"group":    evaluation.By("group", flat.Groups),
		"practice": evaluation.By("practice", facts.Practice),
		"route":    evaluation.By("route", facts.Route),
		"age":      evaluation.By("age", facts.AgeBand),
		"worker":   evaluation.By("worker", facts.Worker),
		"month":    evaluation.ByMonth("month", facts.Received),
		"year":     evaluation.ByYear("year", facts.Received),
	}
}

// settings are what the command line asks for.
type settings struct {
	events, db, tenant, barrier, page, html string

	out     output
	extract extraction
	sheet   sheet
	asked   asked
	years   int
	tables  against
	options evaluation.Options
}

func parse(args []string, stderr io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("evaluate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	names := strings.Join(slices.Sorted(maps.Keys(groupings()))[1:], ", ")
	flags.StringVar(&s.events, "events", "", "`file` of events, one JSON object a line, as examples/pathway writes it")
	flags.StringVar(&s.db, "db", "", "`file` of a SQLite database with a log")
	flags.StringVar(&s.tenant, "tenant", "sandholme", "whose log it is in the database, by `name`")
	by := flags.String("by", "", "group by `what`: "+names)
	flags.Var(&s.asked, "asked", "how many were asked, as `KIND-ROLE=N`, such as diary-link-worker=120 or questionnaire-person=600; more than once")
	flags.StringVar(&s.barrier, "barrier", "", "everything that is known of one barrier, by its `number`, such as 6-1")
	flags.StringVar(&s.page, "mirror", "", "print the page of the practice, provider or worker with this `ID`, and nothing else")
	flags.StringVar(&s.html, "report", "", "also write the report with its pictures into a `file` of HTML")
	flags.IntVar(&s.years, "years", 0, "also how scores had changed in each of so many `years` of follow-up")
	s.out.declare(flags)
	s.extract.declare(flags)
	s.sheet.declare(flags)
	s.tables.declare(flags)
	from := flags.String("from", "", "the first `day` on which a referral counts that was received on it; empty is all")
	day := flags.String("as-of", "", "the last `day` that counts, such as 2026-03-31; empty is that of the last event")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	grouping, known := groupings()[*by]
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case !known:
		return s, fmt.Errorf("-by %s is none of %s", *by, names)
	case s.years < 0 || s.years > 20:
		return s, errors.New("-years must be from 0 to 20")
	case s.events != "" && s.db != "":
		return s, errors.New("-events and -db are two logs: name one")
	case s.tables.population != "" && (*from == "" || *day == ""):
		return s, errors.New("-population needs -from and -as-of: a rate is of the days between")
	}
	others := s.out.folder + s.out.parquet + s.html + s.barrier + s.page
	if err := errors.Join(s.sheet.check(s.page, s.events+s.db != ""), s.extract.check(others)); err != nil {
		return s, err
	}
	s.options, err = optionsOf(grouping, *from, *day)
	return s, err
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if s.sheet.suggest {
		return s.sheet.proposal(stdout, stderr)
	}
	log, title, done, err := open(ctx, &s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	switch {
	case s.extract.folder != "":
		return s.extract.make(ctx, stdout, log, &s)
	case s.page != "":
		return showMirror(ctx, stdout, s.page, log, s.options)
	}
	progress := bar.New(stderr)
	defer progress.Done()
	return s.count(ctx, stdout, log, title, progress)
}

// count counts a log, and prints and writes whatever is asked for.
func (s *settings) count(ctx context.Context, stdout io.Writer, log iter.Seq2[store.RecordedEvent, error], title string, progress *bar.Bar) error {
	standards := catalogue.Standards{}
	counted, err := evaluation.New(s.options, append(catalogue.All(standards), catalogue.YearsOfFollowUp(standards, s.years)...)...)
	if err != nil {
		return err
	}
	if err := s.tables.begin(s.options); err != nil {
		return err
	}
	barriers, err := newBarriers(s.options, &s.sheet)
	if err != nil {
		return err
	}
	runs, html := []*evaluation.Run{barriers.run}, page{}
	if s.html != "" {
		if html, err = newPage(title, s.options, &s.sheet); err != nil {
			return err
		}
		runs = append(runs, html.run)
	}
	if err := counted.Read(ctx, s.tables.also(also(log, runs...)), progress.Count("events")); err != nil {
		return err
	}
	if s.html != "" {
		if html.barriers, err = barriers.make(ctx, s.asked); err != nil {
			return err
		}
		if err := html.save(ctx, s.html); err != nil {
			return err
		}
	}
	if s.barrier != "" {
		return barriers.details(ctx, stdout, s.barrier, s.asked)
	}
	if err := printFigures(ctx, stdout, title, counted, &s.sheet); err != nil {
		return err
	}
	if err := s.out.save(ctx, title, counted, &s.sheet); err != nil {
		return err
	}
	if err := s.tables.report(ctx, stdout, counted, s.options); err != nil {
		return err
	}
	return barriers.report(ctx, stdout, s.asked)
}

// optionsOf reads the days between which referrals count.
func optionsOf(by evaluation.Grouping, from, day string) (o evaluation.Options, err error) {
	o.By = by
	if from != "" {
		if o.Period.Start, err = sp.ParseDate(from); err != nil {
			return o, fmt.Errorf("-from: %w", err)
		}
	}
	if day != "" {
		if o.AsOf, err = sp.ParseDate(day); err != nil {
			return o, fmt.Errorf("-as-of: %w", err)
		}
	}
	return o, nil
}

// again yields the events of a file, from its beginning whenever it is ranged over.
func again(file *os.File) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			yield(store.RecordedEvent{}, err)
			return
		}
		eventfile.Read(file, file.Name())(yield)
	}
}

// open returns the log of a file, of a sheet, of a database, or an invented one.
func open(ctx context.Context, s *settings) (log iter.Seq2[store.RecordedEvent, error], title string, done func() error, err error) {
	events, db, tenant := s.events, s.db, s.tenant
	switch {
	case s.sheet.csv != "":
		return s.sheet.open()
	case events != "":
		file, err := os.Open(events)
		if err != nil {
			return nil, "", nil, err
		}
		return again(file), events, file.Close, nil
	case db != "":
		if _, err := os.Stat(db); err != nil {
			return nil, "", nil, err
		}
		handle, err := sql.Open("sqlite", "file:"+url.PathEscape(db)+"?mode=ro&_pragma=busy_timeout(5000)")
		if err != nil {
			return nil, "", nil, err
		}
		driver, err := sqlite.Open(ctx, handle)
		if err != nil {
			return nil, "", nil, errors.Join(fmt.Errorf("%s: %w", db, err), handle.Close())
		}
		return store.Tenant(driver, tenant).Log(ctx, "", ""), db, func() error { return errors.Join(driver.Close(), handle.Close()) }, nil
	default:
		world := evaluationtest.World{Seed: 1, Referrals: 600, Heard: true}
		return world.Log(), "an invented log of 600 referrals", func() error { return nil }, nil
	}
}
