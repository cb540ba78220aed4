// Command directory finds out what files and folders are that are said to hold a
// directory of services, reads those that are one, and prints how good they are:
// what their services state, and what was wrong. It can write what it read in the
// form of the Human Services Data Specification 3.
//
//	go run ./examples/directory
//	go run ./examples/directory ../shared/data/directory/baltimore-icarol-ohana-csv bay.zip
//	go run ./examples/directory -page-ids ../shared/data/directory/haarrrvest-llm-hsds/content_store_results.jsonl
//	go run ./examples/directory -room -1 halls.csv   # hardly more than names, of a publisher who is trusted
//	go run ./examples/directory -map columns.json groups.csv   # a sheet, with what its columns mean, see package directory/flat
//	go run ./examples/directory -export out bay.json
//	go run ./examples/directory -since last-month.json -due bay.json   # what changed, what must be verified
//	go run ./examples/directory -checks tried.jsonl bay.json           # the same, with what was found by trying listings
//	go run ./examples/directory -sheet 54.07,-2.87 bay.json > sheet.html   # a page for the waiting room
//	go run ./examples/directory bay.json -near 54.07,-2.87 -need debt -age 40 -free -text "drop-in"
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"testing/fstest"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/quality"
	"github.com/socialprescribing/sp/geo"
)

// A small feed with faults of real ones, and what a server may send in its place.
var (
	//go:embed harbour.json
	harbour []byte
	//go:embed moved.html
	moved []byte
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "directory:", err)
		os.Exit(1)
	}
}

// day is that on which the embedded feed is looked at.
const day = "2026-11-23"

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("directory", flag.ContinueOnError)
	flags.SetOutput(stderr)
	export := flags.String("export", "", "`folder` to write what was read to, as tables and as JSON")
	pages := flags.Bool("page-ids", false, "whether identifiers mean the same on one page only")
	mojibake := flags.Bool("repair", false, "whether texts that were read in the wrong encoding, and swapped coordinates, are repaired")
	older := flags.String("since", "", "`path` of an older state of the same feed: what changed since is printed")
	verify := flags.Bool("due", false, "whether the services are listed that must be verified")
	checks := flags.String("checks", "", "`path` of what people said who tried listings, a statement on each line, for -due")
	mapping := flags.String("map", "", "`path` of a mapping in JSON, which says what the columns of sheets mean")
	point := flags.String("sheet", "", "`LAT,LON`: write nothing but a page to print, what happens near that point in the week from the day on")
	from := flags.String("near", "", "`LAT,LON`: print nothing but the nearest offers that fit -need, -age, -free and -text, with reasons and the plan of the search")
	room := flags.Int("room", 0, "how many `bytes` the records may take for each byte that is read: more where records are left out as no-room; below 0 is no bound")
	var w wish
	flags.StringVar(&w.need, "need", "", "`term` that offers are tagged with, for -near")
	flags.IntVar(&w.age, "age", -1, "`years` of age of whoever asks, for -near")
	flags.BoolVar(&w.free, "free", false, "whether offers must cost nothing, for -near")
	flags.StringVar(&w.text, "text", "", "`words` that the texts of offers have, for -near")
	flags.BoolVar(&w.best, "best", false, "whether what -text fits best comes before what is nearer, for -near")
	on := flags.String("on", day, "`day` for which the freshness of records is judged")
	paths, err := parse(flags, args)
	if err != nil {
		return err
	}
	date, err := sp.ParseDate(*on)
	if err != nil {
		return fmt.Errorf("-on: %w", err)
	}
	options := feed.Options{Fetched: date.In(time.UTC), IDs: map[bool]feed.IDPolicy{true: feed.PageIDs}[*pages], Room: *room}
	options.Repairs = feed.Repairs{Mojibake: *mojibake, Swapped: *mojibake}
	l := look{on: date, columns: *mapping, export: *export, since: *older, due: *verify || *checks != "", checks: *checks, wish: w, timings: stderr}
	if *from != "" {
		if err := l.wish.near.UnmarshalText([]byte(*from)); err != nil {
			return fmt.Errorf("-near: %w", err)
		}
	} else if w != (wish{age: -1}) {
		return errors.New("-need, -age, -free, -text and -best are asked of offers that are -near a point: say which")
	}
	if *point != "" {
		if err := l.near.UnmarshalText([]byte(*point)); err != nil {
			return fmt.Errorf("-sheet: %w", err)
		}
	}
	if len(paths) == 0 {
		files := fstest.MapFS{"harbour.json": {Data: harbour}, "moved.json": {Data: moved}}
		for _, name := range []string{"harbour.json", "moved.json"} {
			if err := show(ctx, files, name, options, l, stdout); err != nil {
				return err
			}
		}
		return nil
	}
	for _, path := range paths {
		path, err := filepath.Abs(path) // so that "." and a slash at its end have a name
		if err != nil {
			return err
		}
		if err := show(ctx, os.DirFS(filepath.Dir(path)), filepath.Base(path), options, l, stdout); err != nil {
			return err
		}
	}
	return nil
}

// parse reads flags, and the paths that stand before, between and behind them.
func parse(flags *flag.FlagSet, args []string) (paths []string, err error) {
	for {
		if err := flags.Parse(args); err != nil || flags.NArg() == 0 {
			return paths, err
		}
		paths = append(paths, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// A look is what is to be seen of each file.
type look struct {
	on sp.Date

	columns string    // path of what those of sheets mean
	export  string    // folder
	since   string    // path of an older state
	due     bool      // what must be verified
	checks  string    // path of what was found by trying listings
	near    geo.Point // of the sheet, which is then all
	wish    wish      // what is looked for, if near somewhere, which is then all

	timings io.Writer
}

// show reads one file or folder and prints what it is and how good.
func show(ctx context.Context, files fs.FS, name string, o feed.Options, l look, w io.Writer) error {
	o.Feed = name // which an older state has too, whatever its file is called
	found, err := detect.Find(files, name)
	if err != nil {
		return err
	}
	if !l.near.IsZero() || !l.wish.near.IsZero() {
		if !l.reads(found.Form) {
			_, err := fmt.Fprintf(l.timings, "%s: nothing is read of it: %s, as it %s\n", name, found.Form, found.Reason.Detail)
			return err
		}
		catalogue, _, err := l.read(ctx, files, name, found.Form, o)
		if err != nil {
			return err
		}
		if !l.wish.near.IsZero() {
			return l.wish.answer(catalogue, l.on, w, l.timings)
		}
		return sheet(catalogue, l.near, l.on, w)
	}
	if _, err := fmt.Fprintf(w, "%s: %s, as it %s\n", name, found.Form, found.Reason.Detail); err != nil {
		return err
	}
	if !l.reads(found.Form) {
		hint := ""
		if found.Form == detect.Sheet {
			hint = "  say what they mean by -map FILE; package directory/flat tells how\n"
		}
		_, err := fmt.Fprintln(w, hint)
		return err
	}
	catalogue, issues, err := l.read(ctx, files, name, found.Form, o)
	if err != nil {
		return err
	}
	if err := report(catalogue, issues, l.on, o, w); err != nil {
		return err
	}
	if l.since != "" {
		if err := since(ctx, l.since, catalogue, o, w); err != nil {
			return err
		}
	}
	if l.due {
		var checks map[directory.ID][]quality.Check
		if l.checks != "" {
			if checks, err = checked(l.checks, o.Feed); err != nil {
				return err
			}
		}
		if err := due(catalogue, checks, l.on, w); err != nil {
			return err
		}
	}
	if l.export == "" {
		return nil
	}
	return write(catalogue, filepath.Join(l.export, filepath.Base(name)+".hsds"))
}

// reads reports whether a catalogue can be made of a form.
func (l look) reads(form detect.Form) bool {
	return form.Readable() || form == detect.Sheet && l.columns != ""
}

func (l look) read(ctx context.Context, files fs.FS, name string, form detect.Form, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	if form != detect.Sheet {
		return detect.Read(ctx, files, name, o)
	}
	text, err := os.ReadFile(l.columns)
	if err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("-map: %w", err)
	}
	mapping, err := flat.ParseMapping(text)
	if err != nil {
		return directory.Catalogue{}, nil, err
	}
	sheet, err := files.Open(name)
	if err != nil {
		return directory.Catalogue{}, nil, err
	}
	defer sheet.Close() //nolint:errcheck // nothing was written
	return flat.Read(ctx, sheet, name, mapping, o)
}

// report prints how much there is, how good it is, and what was wrong with it.
func report(c directory.Catalogue, issues []sp.Issue, on sp.Date, o feed.Options, w io.Writer) error {
	offers := c.Offers()
	placed, provided := 0, 0
	for _, offer := range offers {
		if offer.Place != "" {
			placed++
		}
		if offer.Provider != "" {
			provided++
		}
	}
	r := quality.Of(c, issues, on)
	if _, err := fmt.Fprintf(w, "of %d offers %d have a place and %d a provider\n%s\n", len(offers), placed, provided, r); err != nil {
		return err
	}
	clashes := 0
	for _, f := range r.Faults {
		if f.Severity == sp.Error && (f.Code == "duplicate-id" || f.Code == "told-too-often") {
			clashes += f.Count
		}
	}
	if o.IDs == feed.FeedIDs && 4*clashes > r.Organisations+r.Services+r.Places && clashes > 3 {
		_, err := fmt.Fprintln(w, "Identifiers stand for one thing here and for another there. If they mean something on their own page only, read it with -page-ids.")
		return err
	}
	return nil
}

// write writes a directory as tables and as one document.
func write(c directory.Catalogue, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	x := hsds.NewExporter(c, hsds.HSDS3)
	if err := x.WriteTables(func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(folder, name)) }); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, "directory.json"))
	if err != nil {
		return err
	}
	if err := x.WriteJSON(file); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}
