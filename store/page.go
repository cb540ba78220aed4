package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/socialprescribing/sp"
)

// SelectPage returns up to q.Limit of what [Select] yields, and the cursor to put into
// q.After for the next page. The cursor is zero if there are no more. A limit that is not
// 1 or more is [sp.ErrInvalid].
func SelectPage[T any](ctx context.Context, d Driver, q Query, read func(Record) (T, error)) ([]T, Cursor, error) {
	if q.Limit <= 0 {
		return nil, Cursor{}, sp.Invalid(q.Kind+": page", "limit", sp.OutOfRange, "must be 1 or more")
	}
	records, next, err := Page(ctx, d, q)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("%s: scan: %w", q.Kind, err)
	}
	page := make([]T, 0, len(records))
	for _, r := range records {
		v, err := read(r)
		if err == nil {
			err = loaded(ctx, v)
		}
		if err != nil {
			return nil, Cursor{}, err
		}
		page = append(page, v)
	}
	return page, next, nil
}

// PageOf returns up to limit of what a query of a repository yields, behind a cursor, and
// the cursor of the next page, which is zero if there are no more. It makes pages of any
// query that is one scan, by way of the driver that it hands to list:
//
//	page, next, err := store.PageOf(db, 20, after, func(d store.Driver) iter.Seq2[*breach.Incident, error] {
//		return breach.NewRepository(d, may).ReportsDue(ctx, at)
//	})
//
// A page is one scan that begins behind the cursor, however many come before it. A limit
// of the query itself is passed over. Where a query leaves out some of the records that it
// reads, a page can be shorter than limit and yet not the last. A query of more than one scan
// is refused, and so is a limit that is not 1 or more; both errors are [sp.ErrInvalid].
func PageOf[T any](d Driver, limit int, after Cursor, list func(Driver) iter.Seq2[T, error]) ([]T, Cursor, error) {
	if limit <= 0 {
		return nil, Cursor{}, sp.Invalid("store: page", "limit", sp.OutOfRange, "must be 1 or more")
	}
	w := &window{Driver: given(d), limit: limit, after: after}
	var page []T
	for v, err := range list(w) {
		if err != nil {
			return nil, Cursor{}, err
		}
		page = append(page, v)
	}
	return page, w.next, nil
}

// A window is a driver that shows one page of one scan.
type window struct {
	Driver
	limit   int
	after   Cursor
	scanned bool
	next    Cursor // of the next page
}

// Below and Over implement [Wrapper].
func (w *window) Below() Driver        { return w.Driver }
func (w *window) Over(d Driver) Driver { return &window{Driver: d, limit: w.limit, after: w.after} }

func (w *window) Scan(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if w.scanned {
			yield(Record{}, sp.Invalid("store: page", "", sp.Malformed, "must be of a query that is one scan"))
			return
		}
		w.scanned = true
		if w.after != (Cursor{}) {
			q.After = w.after
		}
		q.Limit = min(w.limit, math.MaxInt-1) + 1 // one more tells whether there is a next page
		n := 0
		var last Cursor
		for r, err := range w.Driver.Scan(ctx, q) {
			if err == nil && n == w.limit {
				w.next = last
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
			n, last = n+1, q.Cursor(r)
		}
	}
}

// Count returns how many records match q, whatever its limit. It reads them, and decodes
// none: it costs what a scan does, and a small part of loading them.
func Count(ctx context.Context, d Driver, q Query) (n int, err error) {
	q.Limit = 0
	for _, err := range given(d).Scan(ctx, q) {
		if err != nil {
			return 0, fmt.Errorf("%s: count: %w", q.Kind, err)
		}
		n++
	}
	return n, nil
}

// MarshalText writes a cursor so that it can stand in a URL: the form is opaque, and
// that of the zero cursor is empty.
func (c Cursor) MarshalText() ([]byte, error) {
	if c == (Cursor{}) {
		return nil, nil
	}
	return base64.RawURLEncoding.AppendEncode(nil, []byte(c.Value+"\x00"+c.ID)), nil
}

// UnmarshalText reads what [Cursor.MarshalText] writes. Anything else is
// [sp.ErrInvalid].
func (c *Cursor) UnmarshalText(text []byte) error {
	*c = Cursor{}
	if len(text) == 0 {
		return nil
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	value, id, ok := strings.Cut(string(decoded), "\x00")
	if err != nil || !ok || id == "" || !named(id) || len(value) > MaxValue || !plain(value) {
		return sp.Invalid("store: cursor", "", sp.Malformed, "must be one that a page came with")
	}
	*c = Cursor{Value: value, ID: id}
	return nil
}

// LogOf yields the events of one record in the order of their versions, without
// positions: who did what to it and when, also after it was deleted. Of a record with a
// [History] they are read from the record itself; of others, such as a person's, the
// log of the tenant is read to its end. The driver must be that of one tenant, from
// [Tenant].
func LogOf(ctx context.Context, d Driver, k Key) iter.Seq2[RecordedEvent, error] {
	d = given(d)
	return func(yield func(RecordedEvent, error) bool) {
		if r, err := d.Get(ctx, k); err == nil && !r.Head.IsZero() {
			eventsOf(r, yield)
			return
		}
		for e, err := range d.Log(ctx, k.Tenant, "") {
			if err == nil && (e.Key.Kind != k.Kind || e.Key.ID != k.ID) {
				continue
			}
			e.Position = ""
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// eventsOf yields the events that the lines of a history hold.
func eventsOf(r Record, yield func(RecordedEvent, error) bool) {
	var last Sum
	var lines lineReader
	version := int64(0)
	for line := range strings.Lines(string(r.Body)) {
		version++
		name, stamp, data, err := lines.read([]byte(strings.TrimSuffix(line, "\n")))
		if err != nil {
			yield(RecordedEvent{}, fmt.Errorf("store: %s: entry %d: %w", r.Key, version, err))
			return
		}
		e := RecordedEvent{Key: r.Key, Version: version, Type: name, Stamp: stamp, Data: data, Prev: last}
		if !yield(e, nil) {
			return
		}
		last = e.Sum()
	}
}
