package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/examples/internal/bay"
)

// A library is the directory that the scheme works with.
type library struct {
	title     string
	services  int
	offers    []directory.Offer
	crosswalk taxonomy.Crosswalk
	issues    []sp.Issue
	untagged  int // offers that state no topic
	guessed   int // of these, whose topics were guessed from words
	currency  sp.Currency
}

// open reads the directory at path: a folder of CSV in the form of the Ohana
// API, a JSON file of Open Referral UK, or, for no path, the one that is embedded.
func open(ctx context.Context, path string, progress func(done, total int)) (*library, error) {
	l := &library{title: "Sandholme, an invented district (embedded)", currency: sp.GBP}
	var err error
	if l.crosswalk, err = taxonomy.ParseCrosswalk(bay.Crosswalk()); err != nil {
		return nil, err
	}
	var catalogue directory.Catalogue
	if path == "" {
		catalogue, l.issues, err = hsds.ReadJSON(ctx, bytes.NewReader(bay.Feed()), "bay.json", feed.Options{Feed: "bay", Progress: progress})
	} else {
		l.title = filepath.Base(path)
		catalogue, err = l.read(ctx, path, progress)
	}
	if err != nil {
		return nil, fmt.Errorf("read directory %s: %w", l.title, err)
	}
	l.services, l.offers = len(catalogue.Services), catalogue.Offers()
	if l.services == 0 {
		return nil, fmt.Errorf("read directory %s: %w", l.title, l.nothing())
	}
	l.guess()
	return l, nil
}

// name returns the name of a service.
func (l *library) name(service directory.ID) string {
	for i := range l.offers {
		if l.offers[i].Service == service {
			return l.offers[i].Name
		}
	}
	return string(service)
}

// nothing says that no services were read, and why.
func (l *library) nothing() error {
	if len(l.issues) == 0 {
		return errors.New("no services in it")
	}
	return fmt.Errorf("no services in it; the first of its faults (%d): %w", len(l.issues), l.issues[0])
}

func (l *library) read(ctx context.Context, path string, progress func(done, total int)) (catalogue directory.Catalogue, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return catalogue, err
	}
	if info.IsDir() { // the public folder in this form is from Baltimore
		l.currency = sp.USD
		catalogue, l.issues, err = ohana.Read(ctx, os.DirFS(path), feed.Options{
			Feed: l.title, Currency: l.currency, Zone: "America/New_York", Progress: progress,
		})
		return catalogue, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return catalogue, err
	}
	catalogue, l.issues, err = hsds.ReadJSON(ctx, bytes.NewReader(data), l.title, feed.Options{Feed: l.title, Progress: progress})
	return catalogue, err
}

// guess tags offers without any topic by words in their name and description. A
// directory that leaves its topics out is of little use otherwise; a scheme
// would have people look through the result.
func (l *library) guess() {
	for i := range l.offers {
		if o := &l.offers[i]; len(o.Topics) == 0 {
			l.untagged++
			o.Topics = l.crosswalk.Suggest(*o)
			if len(o.Topics) > 0 {
				l.guessed++
			}
		}
	}
}
