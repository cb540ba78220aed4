package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/matching"
)

// A shelf is the directory as the desk searches it. It never changes: a refresh puts a new one
// in its place, and whoever is searching goes on in the old one.
type shelf struct {
	index *matching.Index
	found *search.Snapshot
	names map[directory.ID]string // of services
	read  time.Time               // of the entries
	book  *contract.Book
}

// A Directory is what a desk finds help in, as it was read at a time.
type Directory struct {
	Offers    []directory.Offer
	Crosswalk taxonomy.Crosswalk // from its topics to needs
	Read      time.Time
	Observed  map[directory.ID]directory.Observed // how services have answered
	Contracts []contract.Terms                    // what pays for the services, and until when
}

// Shelve makes a directory the one that is searched from now on.
func (d *Desk) Shelve(dir Directory) error {
	found := search.Build(dir.Offers)
	index, err := matching.NewIndex(found, matching.Options{Crosswalk: dir.Crosswalk, Observed: dir.Observed})
	if err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	book, err := contract.NewBook(dir.Contracts)
	if err != nil {
		return fmt.Errorf("contracts: %w", err)
	}
	s := &shelf{index, found, map[directory.ID]string{}, dir.Read, book}
	for _, o := range dir.Offers {
		s.names[o.Service] = o.Name
	}
	d.shelf.Store(s)
	return nil
}

// StatePlaces records how many places the services of a directory say that they have.
func (d *Desk) StatePlaces(ctx context.Context, offers []directory.Offer) ([]sp.Issue, error) {
	return place.NewRepository(d.db).Restate(ctx, offers, sp.BySystem("directory", d.now()))
}

// DirectoryRead returns when the directory that is searched was read, and how many offers
// it has: none before the first.
func (d *Desk) DirectoryRead() (at time.Time, offers int) {
	s := d.shelf.Load()
	return s.read, s.found.Len()
}

// searched returns the directory that is searched now.
func (d *Desk) searched() (*shelf, error) {
	s := d.shelf.Load()
	if s.read.IsZero() {
		return nil, fmt.Errorf("the directory has not been read yet: %w", sp.ErrNotFound)
	}
	return s, nil
}

// offered returns an offer of the directory.
func (d *Desk) offered(id directory.ID) (directory.Offer, error) {
	o, ok := d.shelf.Load().found.Offer(id)
	if !ok {
		return o, fmt.Errorf("offer %s: %w", id, sp.ErrNotFound)
	}
	return o, nil
}

// Service returns the name of a service, or its ID where the directory has none.
func (d *Desk) Service(id directory.ID) string {
	return cmp.Or(d.shelf.Load().names[id], string(id))
}
