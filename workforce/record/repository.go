package record

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// mostAreas is how many areas a document can be found under beside its first: a store keeps
// 32 terms of a record.
const mostAreas = 24

// Terms under which documents are found.
const (
	termWorker = "worker"
	termArea   = "area:" // and the code: a document may be of several
	termCode   = "code"
	termOn     = "on"
	termDue    = "due"
	termAll    = "counts" // whatever was not taken back
)

func (r *Record[T]) terms() store.Terms {
	if r.retracted {
		return nil
	}
	t := store.Terms{termAll: "yes", termWorker: string(r.index.Worker), termCode: r.index.Code}
	for _, area := range append([]string{r.index.Area}, r.index.Also...) {
		if area != "" {
			t[termArea+area] = "yes"
		}
	}
	if !r.index.On.IsZero() {
		t[termOn] = r.index.On.String()
	}
	if !r.index.Due.IsZero() {
		t[termDue] = r.index.Due.String()
	}
	return t.Compact()
}

// A Query selects documents. The zero Query selects all that count, in the order of their
// IDs; one with days answers in the order of the day on which they took place.
type Query struct {
	Worker WorkerID
	Area   string
	Code   string  // what the kind is counted by
	From   sp.Date // took place then or later
	Before sp.Date // took place before
	After  store.Cursor
	Limit  int // at most so many; 0 is no limit
}

func (q Query) within(kind string, by store.Range) store.Query {
	where := store.Where{}.Is(termAll, "yes").Is(termWorker, string(q.Worker)).Is(termCode, q.Code)
	if q.Area != "" {
		where = where.Is(termArea+q.Area, "yes")
	}
	return store.Query{Kind: kind, Where: where, Range: by, After: q.After, Limit: q.Limit}
}

// A Repository finds the documents of one kind. Changes are saved with [store.Save].
type Repository[T store.Event] struct {
	kind *Kind[T]
	db   store.Driver
}

// In returns the documents of a kind that db keeps; see [store.Tenant].
func (k *Kind[T]) In(db store.Driver) *Repository[T] { return &Repository[T]{k, db} }

// of returns the kind of the documents; a zero Repository has none, and no driver either.
func (p *Repository[T]) of() *Kind[T] {
	if p.kind == nil {
		return &Kind[T]{}
	}
	return p.kind
}

// Load returns a record, or an error that is [sp.ErrNotFound] if there is none: never
// written, or erased.
func (p *Repository[T]) Load(ctx context.Context, id string) (*Record[T], error) {
	return store.Load(ctx, p.db, p.of().Name, id, p.of().load)
}

// Find yields the records that a query selects, in one indexed scan. The first error is the
// last pair.
func (p *Repository[T]) Find(ctx context.Context, q Query) iter.Seq2[*Record[T], error] {
	var by store.Range
	if !q.From.IsZero() || !q.Before.IsZero() {
		by = store.Range{Term: termOn, From: day(q.From), Before: day(q.Before)}
	}
	return store.Select(ctx, p.db, q.within(p.of().Name, by), p.of().load)
}

// Due yields the records on which somebody was to act before a day, the longest due first,
// in one indexed scan. The days of the query are ignored.
func (p *Repository[T]) Due(ctx context.Context, before sp.Date, q Query) iter.Seq2[*Record[T], error] {
	return store.Select(ctx, p.db, q.within(p.of().Name, store.Range{Term: termDue, Before: day(before)}), p.of().load)
}

// List returns the documents that a query selects.
func (p *Repository[T]) List(ctx context.Context, q Query) ([]T, error) {
	var all []T
	for r, err := range p.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		all = append(all, r.doc)
	}
	return all, nil
}

func day(d sp.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// load reads what [Record.Pending] writes. Its errors never quote what was read.
func (k *Kind[T]) load(stored store.Record) (*Record[T], error) {
	fail := func(why string, is error) (*Record[T], error) {
		return nil, fmt.Errorf("%s: load %s: %s: %w", k.Name, stored.ID, why, is)
	}
	if v := store.FormOf(stored.Body); v != form {
		return fail(fmt.Sprintf("body has form %d, and this program knows form %d", v, form), sp.ErrInvalid)
	}
	var w struct {
		V int `json:"v"`
		wire
	}
	if err := store.Unmarshal(stored.Body, &w); err != nil {
		return fail("body is not a document", sp.ErrInvalid)
	}
	if w.Erased {
		return fail("was erased", sp.ErrNotFound)
	}
	doc, err := k.decode(w.Document)
	if err != nil {
		return fail("body is not a document of this kind", sp.ErrInvalid)
	}
	i := k.Index(doc)
	if i.ID != stored.ID {
		return fail("body is of another document", sp.ErrInvalid)
	}
	return &Record[T]{kind: k, doc: doc, index: i, recorded: w.Recorded, retracted: w.Retracted, saved: store.DocumentOf(stored)}, nil
}

func (k *Kind[T]) decode(body []byte) (T, error) {
	if k.Read != nil {
		return k.Read(body)
	}
	var doc T
	err := json.Unmarshal(body, &doc)
	return doc, err
}
