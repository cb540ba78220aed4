package directory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Kinds under which the records of a directory are stored.
const (
	KindOrganisation = "directory-organisation"
	KindService      = "directory-service"
	KindPlace        = "directory-place"
	KindVenue        = "directory-venue"
)

// EventSaved is the type of the event that [Repository.Save] writes for each
// record that is new or has changed. Its data are the record's kind and content hash.
const EventSaved store.EventType = "directory-saved"

// A Repository keeps a directory in a store, each record as a document. Records
// of services, places and organisations come from imports, so they are not
// event-sourced: each has a version, for optimistic concurrency, and no history.
type Repository struct{ d store.Driver }

// NewRepository returns the repository of a driver of one tenant, see [store.Tenant].
func NewRepository(d store.Driver) *Repository { return &Repository{d} }

// bodyForm is the form in which the records of a directory are stored. A new form gets
// a new number, and the reader goes on reading the old ones.
const (
	bodyForm = 1
	bodyHead = `{"v":1,` // with which a body begins
)

// saveBatch is how many records one commit writes.
const saveBatch = 500

// Save writes the records of c that are new or differ from what is stored, and
// leaves alone what c does not mention. A record that was merely fetched again
// and seen in its feed again does not differ: saving it writes nothing, and the
// stored times stay those of the import that brought the last change. No time of
// the [Freshness] of a stored record is ever set back.
//
// It commits in batches. After an error the batches before it are saved, and
// calling Save again saves the rest. If somebody else changes a record meanwhile,
// the error is [sp.ErrConflict].
func (r *Repository) Save(ctx context.Context, c Catalogue, by sp.Stamp) error {
	stored, err := r.stored(ctx)
	if err != nil {
		return fmt.Errorf("directory: save: %w", err)
	}
	var batch store.Batch
	for doc := range c.documents() {
		key := store.Key{Kind: doc.kind, ID: string(doc.id)}
		was := stored[key]
		body, err := doc.changed(was)
		if err != nil {
			return fmt.Errorf("directory: save %s %s: %w", doc.kind, doc.id, err)
		}
		if body == nil {
			continue
		}
		batch.Puts = append(batch.Puts, store.Put{Key: key, If: was.version, Terms: doc.terms.Compact(), Body: body})
		batch.Events = append(batch.Events, doc.event(key, was.version+1, by))
		if len(batch.Puts) == saveBatch {
			if err := r.commit(ctx, batch); err != nil {
				return err
			}
			batch = store.Batch{}
		}
	}
	return r.commit(ctx, batch)
}

func (r *Repository) commit(ctx context.Context, b store.Batch) error {
	if b.IsZero() {
		return nil
	}
	if err := r.d.Commit(ctx, b); err != nil {
		return fmt.Errorf("directory: save: %w", err)
	}
	return nil
}

// A document is a record on its way into the store; value is a copy, and
// freshness and origin point into it.
type document struct {
	kind      string
	id        ID
	origin    *Provenance
	freshness *Freshness
	terms     store.Terms
	value     any
}

// changed returns the body to be stored, or nil if it would say nothing new.
func (d document) changed(was state) ([]byte, error) {
	var now Freshness
	fetched := d.origin.Fetched
	if d.freshness != nil {
		now = was.freshness.Merge(*d.freshness)
		*d.freshness = now
		d.freshness.Seen, d.freshness.First = was.freshness.Seen, was.freshness.First
	}
	if was.version > 0 {
		d.origin.Fetched = was.fetched
		body, err := store.EncodeForm(bodyForm, d.value)
		if err != nil || was.sum == sumOf(body) {
			return nil, err
		}
	}
	d.origin.Fetched = fetched
	if d.freshness != nil {
		*d.freshness = now
	}
	return store.EncodeForm(bodyForm, d.value)
}

// sumOf returns the hash of a body without the number of its form: a record that was
// stored before it had one is not written anew for that.
func sumOf(body []byte) [sha256.Size]byte {
	if members, ok := bytes.CutPrefix(body, []byte(bodyHead)); ok {
		return sha256.Sum256(members)
	}
	return sha256.Sum256(bytes.TrimPrefix(body, []byte("{")))
}

func (d document) event(key store.Key, version int64, by sp.Stamp) store.RecordedEvent {
	data := []byte(`{"kind":"` + d.kind + `","hash":"` + d.origin.Hash + `"}`) // neither needs escaping
	return store.RecordedEvent{Key: key, Version: version, Type: EventSaved, Stamp: by, Data: data}
}

func (c Catalogue) documents() iter.Seq[document] {
	return func(yield func(document) bool) {
		for _, o := range c.Organisations {
			if !yield(document{KindOrganisation, o.ID, &o.Provenance, &o.Freshness, nil, &o}) {
				return
			}
		}
		for _, s := range c.Services {
			terms := store.Terms{"organisation": string(s.Organisation)}
			if !yield(document{KindService, s.ID, &s.Provenance, &s.Freshness, terms, &s}) {
				return
			}
		}
		for _, p := range c.Places {
			if !yield(document{KindPlace, p.ID, &p.Provenance, &p.Freshness, nil, &p}) {
				return
			}
		}
		for _, v := range c.Venues {
			terms := store.Terms{"service": string(v.Service), "place": string(v.Place)}
			if !yield(document{KindVenue, v.ID, &v.Provenance, nil, terms, &v}) {
				return
			}
		}
	}
}

// state is what Save needs to know of a record that is stored.
type state struct {
	version   int64
	freshness Freshness
	fetched   time.Time
	sum       [sha256.Size]byte
}

func (r *Repository) stored(ctx context.Context) (map[store.Key]state, error) {
	if r.d == nil {
		return nil, sp.Invalid("repository", "", sp.Missing, "must be made by NewRepository")
	}
	stored := map[store.Key]state{}
	for _, kind := range []string{KindOrganisation, KindService, KindPlace, KindVenue} {
		for record, err := range r.d.Scan(ctx, store.Query{Kind: kind}) {
			if err != nil {
				return nil, err
			}
			timed, err := read[struct {
				Freshness  Freshness  `json:"freshness"`
				Provenance Provenance `json:"provenance"`
			}](record)
			if err != nil {
				return nil, err
			}
			key := store.Key{Kind: kind, ID: record.ID}
			stored[key] = state{record.Version, timed.Freshness, timed.Provenance.Fetched, sumOf(record.Body)}
		}
	}
	return stored, nil
}

// read returns the document that a record holds. The decoder's own error may quote it.
func read[T any](r store.Record) (T, error) {
	var v T
	if n := store.FormOf(r.Body); n != bodyForm {
		return v, fmt.Errorf("%s %s: is stored in form %d, and this program knows %d: %w", r.Kind, r.ID, n, bodyForm, sp.ErrInvalid)
	}
	if store.Unmarshal(r.Body, &v) != nil {
		return v, fmt.Errorf("%s %s: cannot be read: %w", r.Kind, r.ID, sp.ErrInvalid)
	}
	return v, nil
}

// Load reads the whole directory, each kind in order of ID.
func (r *Repository) Load(ctx context.Context) (Catalogue, error) {
	var c Catalogue
	for _, load := range []func() error{
		func() (err error) { c.Organisations, err = all[Organisation](ctx, r.d, KindOrganisation); return },
		func() (err error) { c.Services, err = all[Service](ctx, r.d, KindService); return },
		func() (err error) { c.Places, err = all[Place](ctx, r.d, KindPlace); return },
		func() (err error) { c.Venues, err = all[Venue](ctx, r.d, KindVenue); return },
	} {
		if err := load(); err != nil {
			return Catalogue{}, fmt.Errorf("directory: load: %w", err)
		}
	}
	return c, nil
}

func all[T any](ctx context.Context, d store.Driver, kind string) ([]T, error) {
	var documents []T
	for v, err := range store.Select(ctx, d, store.Query{Kind: kind}, read[T]) {
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
	return documents, nil
}

// Service reads one service. The error is [sp.ErrNotFound] if there is none.
func (r *Repository) Service(ctx context.Context, id ID) (Service, error) {
	return store.Load(ctx, r.d, KindService, string(id), read[Service])
}
