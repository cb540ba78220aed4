package app

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/matching"
)

// A library is the directory as the desk searches it. A refresh puts a new snapshot in its
// place; whoever is searching goes on in the old one.
type library struct{ now atomic.Pointer[shelf] }

// A shelf never changes.
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
	d.library.now.Store(s)
	return nil
}

// StatePlaces records how many places the services of a directory say that they have.
func (d *Desk) StatePlaces(ctx context.Context, offers []directory.Offer) ([]sp.Issue, error) {
	return place.NewRepository(d.db).Restate(ctx, offers, sp.BySystem("directory", d.now()))
}

// DirectoryRead returns when the directory that is searched was read, and how many offers
// it has: none before the first.
func (d *Desk) DirectoryRead() (at time.Time, offers int) {
	if s := d.library.now.Load(); s != nil {
		return s.read, s.found.Len()
	}
	return time.Time{}, 0
}

// shelf returns the directory that is searched now.
func (d *Desk) shelf() (*shelf, error) {
	if s := d.library.now.Load(); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("the directory has not been read yet: %w", sp.ErrNotFound)
}

// Service returns the name of a service.
func (d *Desk) Service(id directory.ID) string {
	if s := d.library.now.Load(); s != nil && s.names[id] != "" {
		return s.names[id]
	}
	return string(id)
}
