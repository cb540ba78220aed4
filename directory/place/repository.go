package place

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/store"
)

// Kind is under which the places of offers are stored.
const Kind = "places"

const (
	termDue  = "due"
	termOver = "over"

	bodyForm = 1
)

// A Repository finds the places of offers in a store.
type Repository struct{ db store.Driver }

// NewRepository returns the places in db, a driver of one tenant.
func NewRepository(db store.Driver) *Repository { return &Repository{db} }

// Load returns the places of an offer, or an error that is [sp.ErrNotFound] if nothing
// was ever stated or held.
func (r *Repository) Load(ctx context.Context, offer directory.ID) (*Places, error) {
	return store.Load(ctx, r.db, Kind, string(offer), Read)
}

// LoadOrNew returns the places of an offer, or those of which nothing is known. Of two
// who save the first change of one offer at the same moment, the later one meets
// [sp.ErrExists] and loads again.
func (r *Repository) LoadOrNew(ctx context.Context, offer directory.ID) (*Places, error) {
	p, err := r.Load(ctx, offer)
	return store.OrNew(p, err, New(offer))
}

// Rooms returns what is left of each of some offers at a time, as [Places.Room] says: of those
// of which nothing was stated or held, that nothing is known.
func (r *Repository) Rooms(ctx context.Context, offers []directory.ID, at time.Time, life time.Duration) (map[directory.ID]Room, error) {
	rooms := make(map[directory.ID]Room, len(offers))
	for _, id := range offers {
		p, err := r.LoadOrNew(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("place: rooms: %s: %w", id, err)
		}
		rooms[id] = p.Room(at, life)
	}
	return rooms, nil
}

// Due returns the places with holds that are due before a time, longest due first. It is
// one indexed scan. See [Places.Due].
func (r *Repository) Due(ctx context.Context, before time.Time) iter.Seq2[*Places, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Range: store.Range{Term: termDue, Before: store.Time(before)}}, Read)
}

// Over returns the places of which more are held than the service last stated, in order
// of their offers.
func (r *Repository) Over(ctx context.Context) iter.Seq2[*Places, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Where: store.Where{termOver: {"yes"}}}, Read)
}

// All returns all places, in order of their offers.
func (r *Repository) All(ctx context.Context) iter.Seq2[*Places, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind}, Read)
}

// restateTries is how often a statement is tried that somebody else overtakes.
const restateTries = 5

// restateBatch is how many statements one commit writes.
const restateBatch = 200

// Restate records what the offers of an import state about their capacity. Offers that
// state nothing are passed over, so that what was stated on the telephone stays. What
// cannot be true, such as a statement of next year, is an issue, and the offer keeps what
// was stated before. It commits in batches; after an error those before it are saved, and
// calling it again saves the rest.
func (r *Repository) Restate(ctx context.Context, offers []directory.Offer, s sp.Stamp) ([]sp.Issue, error) {
	var issues []sp.Issue
	batch := map[directory.ID][]directory.Capacity{}
	flush := func() error {
		found, err := r.restate(ctx, batch, s)
		issues = append(issues, found...)
		clear(batch)
		return err
	}
	for i := range offers {
		c := offers[i].Capacity
		if c.Available.IsZero() && c.Maximum.IsZero() && c.Funded.IsZero() {
			continue
		}
		batch[offers[i].ID] = append(batch[offers[i].ID], c)
		if len(batch) == restateBatch {
			if err := flush(); err != nil {
				return issues, err
			}
		}
	}
	return issues, flush()
}

func (r *Repository) restate(ctx context.Context, batch map[directory.ID][]directory.Capacity, s sp.Stamp) (issues []sp.Issue, err error) {
	err = store.Retry(ctx, restateTries, func(ctx context.Context) error {
		issues = nil
		var changes store.Changes
		for _, offer := range slices.Sorted(maps.Keys(batch)) {
			p, err := r.LoadOrNew(ctx, offer)
			if err != nil {
				return err
			}
			for _, c := range batch[offer] {
				err := p.Restate(c, s)
				if invalid, ok := errors.AsType[*sp.InvalidError](err); ok {
					issues = append(issues, sp.Issue{Severity: sp.Warning, Code: "bad-capacity", Record: string(offer), Field: invalid.Fields[0].Path, Detail: invalid.Fields[0].Rule})
				} else if err != nil {
					return err
				}
			}
			changes = append(changes, p)
		}
		return store.Save(ctx, r.db, changes)
	})
	return issues, err
}

// LetGo lets go of all holds that are due at the time of s, and returns how many: what a
// timer does once a day, or nobody. A hold that is prolonged meanwhile stays.
func (r *Repository) LetGo(ctx context.Context, s sp.Stamp) (n int, err error) {
	var offers []directory.ID
	for p, err := range r.Due(ctx, s.At.Add(time.Microsecond)) { // those that are due at this moment, too
		if err != nil {
			return 0, err
		}
		offers = append(offers, p.Offer())
	}
	for _, offer := range offers {
		err := store.Retry(ctx, restateTries, func(ctx context.Context) error {
			p, err := r.Load(ctx, offer)
			if err != nil {
				return err
			}
			gone, err := p.LetGo(s)
			if err != nil {
				return err
			}
			if err := store.Save(ctx, r.db, p); err != nil {
				return err
			}
			n += len(gone)
			return nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Read returns the places that a record of [Kind] holds. The error is [sp.ErrInvalid] if
// the record cannot be read. What decodes the record quotes it in its error, so that is
// not passed on.
func Read(rec store.Record) (*Places, error) {
	p := &Places{offer: directory.ID(rec.ID), version: rec.Version}
	if n := store.FormOf(rec.Body); n != bodyForm {
		return nil, fmt.Errorf("place: %s: is stored in form %d, and this program knows %d: %w", rec.ID, n, bodyForm, sp.ErrInvalid)
	}
	if store.Unmarshal(rec.Body, &p.doc) != nil {
		return nil, fmt.Errorf("place: %s: cannot be read: %w", rec.ID, sp.ErrInvalid)
	}
	return p, nil
}
