// Command cliffs prints who loses money when, from grants as funders publish them to the
// 360Giving Data Standard (JSON or CSV), if nothing is renewed.
//
//	go run ./examples/cliffs
//	go run ./examples/cliffs grants.json
//	go run ./examples/cliffs -from 2026-04-01 -months 12 grants.csv
//	go run ./examples/cliffs -directory bay.json -events events.ndjson grants.json
//
// Without a file it reads a small invented one. Grants name organisations by their
// numbers in public registers; a directory says which of its organisations those are,
// and a log of events how many people each of them serves on the first day. What is odd
// about a grant is printed first, and nothing is left out without a word.
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/threesixty"
)

//go:embed grants.json
var invented []byte

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "cliffs:", err)
		os.Exit(1)
	}
}

// A task is what the arguments ask for.
type task struct {
	file, directory, events string
	from                    sp.Date
	months                  int
	options                 threesixty.Options
	names                   map[directory.ID]string
}

func parse(args []string, stderr io.Writer) (task, error) {
	t := task{names: map[directory.ID]string{}}
	f := flag.NewFlagSet("cliffs", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.TextVar(&t.from, "from", sp.Date(0), "first `day` that counts, such as 2026-04-01; empty is all")
	f.IntVar(&t.months, "months", 0, "how many `months` from that day; 0 is all")
	f.StringVar(&t.directory, "directory", "", "`file` of a directory of services, for the names and people of organisations")
	f.StringVar(&t.events, "events", "", "`file` of a log of events, for the people whom each organisation serves")
	f.StringVar((*string)(&t.options.Currency), "currency", string(sp.GBP), "`code` of the currency")
	award := f.Bool("award-starts", false, "let a grant without a start begin on the day of its award")
	if err := f.Parse(args); err != nil {
		return t, err
	}
	t.options.AwardStarts = sp.TruthOf(*award)
	switch {
	case f.NArg() > 1:
		return t, fmt.Errorf("unexpected argument %q", f.Arg(1))
	case t.months < 0 || t.months > 0 && t.from.IsZero():
		return t, errors.New("-months must not be negative, and counts from the day of -from")
	case t.events != "" && t.from.IsZero():
		return t, errors.New("-events needs -from, as people are counted on a day")
	}
	t.file = f.Arg(0)
	return t, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	t, err := parse(args, stderr)
	if err != nil {
		return err
	}
	grants, issues, err := t.read()
	if err != nil {
		return err
	}
	for _, g := range grants {
		t.names[g.Recipient.ID] = cmp.Or(t.names[g.Recipient.ID], g.Recipient.Name)
	}
	if t.directory != "" {
		if t.options.Parties, err = t.parties(ctx); err != nil {
			return err
		}
	}
	var caseload contract.Caseload
	if t.events != "" {
		if caseload, err = served(t.events, t.from); err != nil {
			return err
		}
	}
	terms, more := threesixty.Terms(grants, t.options)
	book, err := contract.NewBook(terms)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	show(&out, append(issues, more...))
	t.report(&out, len(grants), book, caseload)
	_, err = out.WriteTo(stdout)
	return err
}

// read reads the grants.
func (t *task) read() ([]threesixty.Grant, []sp.Issue, error) {
	if t.file == "" {
		t.options.File = "grants.json"
		return threesixty.Read(bytes.NewReader(invented), t.options.File)
	}
	f, err := os.Open(t.file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	t.options.File = t.file
	return threesixty.Read(f, t.file)
}

// show writes what is odd: everything that costs a grant, and the first of the rest.
func show(out *bytes.Buffer, issues []sp.Issue) {
	const most = 10
	slices.SortStableFunc(issues, func(a, b sp.Issue) int { return int(b.Severity) - int(a.Severity) })
	shown := 0
	for _, i := range issues {
		if shown < most || i.Severity == sp.Error {
			fmt.Fprintln(out, i)
			shown++
		}
	}
	if more := len(issues) - shown; more > 0 {
		fmt.Fprintf(out, "... and %d notes and warnings more\n", more)
	}
	if len(issues) > 0 {
		fmt.Fprintln(out)
	}
}

// parties says which organisation of a directory has the number of a recipient.
func (t *task) parties(ctx context.Context) (func(threesixty.Grant) (provider, service directory.ID), error) {
	folder, name := filepath.Split(t.directory)
	c, _, err := detect.Read(ctx, os.DirFS(cmp.Or(folder, ".")), name, feed.Options{Feed: "directory", Fetched: time.Unix(0, 0).UTC()})
	if err != nil {
		return nil, err
	}
	registered := map[directory.ID]directory.ID{}
	for _, o := range c.Organisations {
		t.names[o.ID] = o.Name
		registered[o.ID] = o.ID
		for _, i := range o.Identifiers {
			registered[directory.ID(i.Scheme+"-"+i.Value)] = o.ID
		}
	}
	return func(g threesixty.Grant) (provider, service directory.ID) {
		return cmp.Or(registered[g.Recipient.ID], g.Recipient.ID), ""
	}, nil
}

// report writes the cliffs, and how long the money lasts.
func (t *task) report(out *bytes.Buffer, grants int, book *contract.Book, caseload contract.Caseload) {
	contracts := 0
	for range book.All() {
		contracts++
	}
	fmt.Fprintf(out, "%d grants, of which %d are contracts of %v in all\n", grants, contracts, book.Total())
	if _, money := book.Short(12); money.Sign() > 0 {
		median, _ := book.MedianMonths()
		fmt.Fprintf(out, "%v of it in contracts of less than a year; half of the money lasts at most %.1f months\n", money, median)
	}
	for _, g := range book.Gaps() {
		fmt.Fprintf(out, "%s had no money from %v until %v\n", t.called(g.Provider), g.Period.Start, g.Period.End.Add(-1))
	}
	before := sp.Date(0)
	if t.months > 0 {
		before = t.from.AddMonths(t.months)
	}
	fmt.Fprintln(out, "\nwho loses money, if nothing is renewed")
	cliffs := book.Cliffs(t.from, before, caseload)
	for _, c := range cliffs {
		what := "and gets " + c.After.String() + " still"
		switch {
		case c.Ends() && !c.Resumes.IsZero():
			what = "until " + c.Resumes.String()
		case c.Ends():
			what = "and has no other"
		}
		people := ""
		switch {
		case caseload != nil && !c.Counted:
			people = "; people with a place: not known"
		case c.Counted:
			people = fmt.Sprintf("; people with a place: %d", c.People)
		}
		fmt.Fprintf(out, "%v  %-28s  %12v a month, %s%s\n", c.Date, t.called(c.Provider), c.Lost(), what, people)
	}
	if len(cliffs) == 0 {
		fmt.Fprintln(out, "nobody in this time")
	}
}

// called returns the name of an organisation, or its ID.
func (t *task) called(id directory.ID) string { return cmp.Or(t.names[id], string(id)) }
