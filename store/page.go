package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"iter"
	"strings"

	"github.com/socialprescribing/sp"
)

// SelectPage returns up to q.Limit of what [Select] yields, and the cursor to put into
// q.After for the next page. The cursor is zero if there are no more.
func SelectPage[T any](ctx context.Context, d Driver, q Query, read func(Record) (T, error)) ([]T, Cursor, error) {
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
	var before sp.Actor
	version := int64(0)
	for line := range strings.Lines(string(r.Body)) {
		version++
		name, stamp, data, err := parseLine([]byte(strings.TrimSuffix(line, "\n")), before)
		if err != nil {
			yield(RecordedEvent{}, fmt.Errorf("store: %s: entry %d: %w", r.Key, version, err))
			return
		}
		e := RecordedEvent{Key: r.Key, Version: version, Type: name, Stamp: stamp, Data: data, Prev: last}
		if !yield(e, nil) {
			return
		}
		last, before = e.Sum(), stamp.By
	}
}
