package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/examples/internal/bay"
	"github.com/socialprescribing/sp/needs"
)

// start is the Monday on which the year begins.
var start = sp.NewDate(2026, time.November, 16)

// assumed is how many people an offer takes that does not say.
const assumed = 2

// commonly is how often people come with a need, in parts of the whole. The proportions are invented.
var commonly = []struct {
	need  needs.Code
	parts float64
}{
	{needs.Loneliness, 30},
	{needs.Anxiety, 16},
	{needs.Debt, 14},
	{needs.Housing, 9},
	{needs.Inactivity, 11},
	{needs.Grief, 10},
	{needs.Caring, 9},
	{needs.Food, 8},
}

// feed reads the directory, keeps it in the database, and states the places that there are.
func (d *district) feed(ctx context.Context) error {
	catalogue, issues, err := d.read(ctx)
	if err != nil {
		return err
	}
	if len(catalogue.Services) == 0 {
		return fmt.Errorf("no services in %s; %d issues: %w", d.directory, len(issues), worst(issues))
	}
	if d.crosswalk, err = taxonomy.ParseCrosswalk(bay.Crosswalk()); err != nil {
		return err
	}
	by := sp.BySystem("import", moment(start, 0))
	if err := directory.NewRepository(d.db).Save(ctx, catalogue, by); err != nil {
		return err
	}
	kept, err := directory.NewRepository(d.db).Load(ctx)
	if err != nil {
		return err
	}
	guessed, unstated := 0, 0
	for _, o := range kept.Offers() {
		if len(o.Topics) == 0 {
			guessed++
			o.Topics = d.crosswalk.Suggest(o)
		}
		if _, known := o.Capacity.Available.Lookup(); !known {
			unstated++
			o.Capacity.Available = sp.Know(assumed)
		}
		o.Capacity.Updated = by.At
		d.offers = append(d.offers, o)
	}
	more, err := place.NewRepository(d.db).Restate(ctx, d.offers, by)
	if err != nil {
		return err
	}
	helping := d.index()
	d.say("DIRECTORY  %d services of %d organisations, %d offers; %d issues", len(kept.Services), len(kept.Organisations), len(d.offers), len(issues)+len(more))
	d.say("  %d offers state no topic, so it is guessed from words; %d state no places, so %d are assumed", guessed, unstated, assumed)
	d.say("  for the %d needs that people come with there are %d options", len(commonly), helping)
	return nil
}

// index finds for each need that people come with the offers that help, and counts them.
func (d *district) index() (options int) {
	d.byNeed = make(map[needs.Code][]directory.Offer)
	for _, c := range commonly {
		for _, o := range d.offers {
			if slices.ContainsFunc(d.crosswalk.Tag(o.Topics), c.need.Concept().Is) {
				d.byNeed[c.need] = append(d.byNeed[c.need], o)
				options++
			}
		}
	}
	return options
}

// read reads the feed: that of the invented district, or whatever a path holds.
func (d *district) read(ctx context.Context) (directory.Catalogue, []sp.Issue, error) {
	o := feed.Options{Feed: "bay", Fetched: moment(start, 0), Progress: d.bar.Over("directory")}
	if d.directory == "" {
		return hsds.ReadJSON(ctx, bytes.NewReader(bay.Feed()), "bay.json", o)
	}
	path, err := filepath.Abs(d.directory) // so that "." and a slash at its end have a name
	if err != nil {
		return directory.Catalogue{}, nil, err
	}
	files, name := os.DirFS(filepath.Dir(path)), filepath.Base(path)
	if d.mapping == "" {
		return detect.Read(ctx, files, name, o)
	}
	text, err := os.ReadFile(d.mapping)
	if err != nil {
		return directory.Catalogue{}, nil, err
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

// worst returns an issue that cost most.
func worst(issues []sp.Issue) error {
	if len(issues) == 0 {
		return errors.New("it is empty")
	}
	return slices.MaxFunc(issues, func(a, b sp.Issue) int { return int(a.Severity) - int(b.Severity) })
}
