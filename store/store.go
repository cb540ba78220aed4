// Package store is the storage interface between the domain packages and a
// database: everything that is remembered goes through it.
//
// A backend is a [Driver]: four methods, some 200 lines for most databases.
// Package storetest tests that it keeps its promises. Everything that uses a
// Driver - repositories, sagas, consumers - is written once and runs on every
// backend.
//
//   - A [Record] is one versioned document. Drivers never interpret its body;
//     they find it by its [Terms].
//   - A [Batch] is what one commit writes: puts and deletes, each with the
//     version that it expects to replace (optimistic concurrency), and events.
//     All of it is written, or nothing.
//   - A [Query] selects the records of one kind by exact terms and, if it has a
//     [Range], by the values of one term; the answer is then in order of these.
//     Pages follow a [Cursor] (keyset paging).
//   - A [RecordedEvent] is a line of the append-only log. It is written in the same
//     commit as the change that it describes, so the log is audit trail and
//     outbox at once: [Consume] hands it on, event by event, and remembers how
//     far it came.
//
// An aggregate is event-sourced: it holds a [History] of events and replays it to
// know its state. Its repository consists of [Load] and [Select]. Every key
// starts with a tenant; [Tenant] returns a driver for one of them, so that code
// which uses it can neither forget the tenant nor mix two up.
//
//	db := store.Tenant(memstore.New(), "morecambe-bay")
//	err := store.Save(ctx, db, referral, placement) // both or neither
//	err = store.Retry(ctx, 3, func(ctx context.Context) error { ... }) // load, decide, save again on conflict
//
// Names, contact details and free text belong into record bodies, which can be
// deleted, or made unreadable by destroying a key (crypto-shredding, package
// seal). Events contain identifiers, codes and numbers only, so that the log can
// stay when a person asks to be forgotten.
package store

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A Driver keeps records and their log in some database. Its methods may be
// called concurrently, and a context that is done ends each with its error. A
// batch that is passed in is neither changed nor kept, and what is returned is
// the caller's own. Package storetest states each promise as a test.
type Driver interface {
	// Get returns the record, or an error that is [sp.ErrNotFound]. A key that
	// breaks the rules of [Key.Check] is refused with its error.
	Get(context.Context, Key) (Record, error)

	// Commit applies the batch whole or not at all, and whoever sees a record or an
	// event of it, or that a record it deletes is gone, sees all of it. If a put or
	// a delete does not find the version it expects, Commit changes nothing and
	// returns a [*ConflictError]; if all do, and a record that the batch does not write
	// has the value of a unique term that a put wants, a [*DuplicateError]: see
	// [Unique]. A batch that breaks the rules of [Batch.Check] is
	// refused with its error. What is committed is never compared with what is
	// stored: a put that changes nothing still makes a new version, and an event
	// that equals another is recorded as well.
	//
	// If the context ends or the connection is lost before the outcome is known, the
	// error is [ErrOutcomeUnknown]; any other error means that nothing was
	// committed, nor will be. After ErrOutcomeUnknown it is safe to commit the same
	// batch again if a put in it states a version, be it [New]: if the first commit
	// succeeded, the second is a conflict. A batch that has only events, or [Any]
	// for each version, could be written twice.
	Commit(context.Context, Batch) error

	// Scan yields the records that match the query, in byte order of their IDs
	// or, if the query has a range, of the range term's value and then the ID.
	// A record that matches at one place of that order from the start of the
	// scan to its end is yielded exactly once; one whose place moves while the
	// scan runs may be met twice or not at all. While the loop body runs, Scan
	// holds no lock and no connection, so the body may call any method of the
	// driver. Ranging over the sequence again starts again. A query that breaks
	// the rules of [Query.Check] yields its error.
	Scan(context.Context, Query) iter.Seq2[Record, error]

	// Log yields the events of a tenant that were committed after the position, or
	// all of them after the zero Position. Events of one key come in the order of
	// their versions, those of one batch in the order of the batch, and a reader
	// that resumes from the position of the last event it saw misses none, whatever
	// else commits meanwhile. Like Scan it holds nothing while the loop body runs,
	// and starts again when it is ranged over again. For a tenant that [CheckTenant]
	// refuses, and for a position that no driver of this kind made, the error is
	// [sp.ErrInvalid]. For a position from before the database was restored from a
	// backup it is a [*RestoredError], also if the log has grown past that position
	// since.
	Log(ctx context.Context, tenant string, after Position) iter.Seq2[RecordedEvent, error]
}

// A Key names one record.
type Key struct{ Tenant, Kind, ID string }

// String returns "tenant/kind/id".
func (k Key) String() string { return k.Tenant + "/" + k.Kind + "/" + k.ID }

// Compare orders keys by tenant, kind and ID, byte by byte.
func (k Key) Compare(o Key) int {
	if c := strings.Compare(k.Tenant, o.Tenant); c != 0 {
		return c
	}
	if c := strings.Compare(k.Kind, o.Kind); c != 0 {
		return c
	}
	return strings.Compare(k.ID, o.ID)
}

// Terms are the indexed values by which a record is found: at most one value for
// each name. Values compare byte by byte, so write times and numbers in a form
// that sorts, such as RFC 3339 in UTC. A term without a value is left out, not
// empty. The value of a term whose name begins with [Unique] has one record only.
type Terms map[string]string

// Compact deletes the terms that have no value and returns t.
func (t Terms) Compact() Terms {
	maps.DeleteFunc(t, func(_, value string) bool { return value == "" })
	return t
}

// A Record is one document as it stands in the store.
type Record struct {
	Key
	Version int64 // 1 for the first commit of a key, then one more for each
	Terms   Terms
	Body    []byte
	Head    Sum // of the last event of its history, as the last put stated it
}

// Clone returns a copy that shares no memory with r.
func (r Record) Clone() Record {
	r.Terms = maps.Clone(r.Terms)
	r.Body = bytes.Clone(r.Body)
	return r
}

// Versions that a put or a delete can expect, beside the number of one that was read.
const (
	New int64 = 0  // no record may exist yet; as the zero value, so that a version which was forgotten overwrites nothing
	Any int64 = -1 // whatever version exists is overwritten: for imports whose source is authoritative
)

// A Put replaces version If of a record by version If + 1.
type Put struct {
	Key
	If    int64 // the version it replaces, or [New], or [Any]
	Terms Terms
	Body  []byte
	Head  Sum // of the last event of its history, if it has one; a [History] sets it

	// Sealed says that the body must not reach a database in the open: [Save] refuses
	// it unless a [Sealer] stands in between.
	Sealed bool
}

// A Delete removes version If of a record. With [Any] it removes whatever version
// exists, and a missing record is no error. Do not use the ID of a deleted record
// again.
type Delete struct {
	Key
	If int64
}

// A Batch is committed whole or not at all. A key appears at most once among
// its puts and deletes.
type Batch struct {
	Puts    []Put
	Deletes []Delete
	Events  []RecordedEvent
}

// IsZero reports whether b writes nothing.
func (b Batch) IsZero() bool { return len(b.Puts) == 0 && len(b.Deletes) == 0 && len(b.Events) == 0 }

// A Position is a place in a tenant's log. It is opaque: a driver made it and
// only that driver can read it. The zero Position is the beginning.
type Position string

// A RecordedEvent is one line of the log. Key and Version together identify it, so a
// consumer can tell when it sees one twice.
type RecordedEvent struct {
	Position Position // set by the driver when the event is read
	Key      Key      // of the record it is about
	Version  int64    // its number in the history of the aggregate: 1, 2, 3 ...
	Type     EventType
	Stamp    sp.Stamp // who did it, when it happened and when it was recorded, kept in UTC to the microsecond
	Data     []byte   // identifiers, codes and numbers; no personal data
	Prev     Sum      // of the event before it in the history of its record, if there is one; a [History] sets it
}

// Clone returns a copy that shares no memory with e.
func (e RecordedEvent) Clone() RecordedEvent {
	e.Data = bytes.Clone(e.Data)
	return e
}

// A Query selects records of one kind.
type Query struct {
	Tenant, Kind string
	Where        Where  // nil selects by no term
	Range        Range  // the zero Range selects everything, in order of ID
	After        Cursor // start after this record of the same query; zero starts at the beginning
	Limit        int    // at most so many records; 0 is no limit
}

// A Range selects the records whose Term has a value from From to before Before,
// and puts the answer in order of that value. An empty From or Before leaves that
// side open.
type Range struct{ Term, From, Before string }

// IsZero reports whether r selects by no term.
func (r Range) IsZero() bool { return r == Range{} }

// A Cursor is the place of a record in the answer to a query, for keyset paging:
// the next page begins behind it.
type Cursor struct {
	Value string // of the range term, if the query has one
	ID    string
}

// Cursor returns the place of r in the answer to q.
func (q Query) Cursor(r Record) Cursor {
	if q.Range.IsZero() {
		return Cursor{ID: r.ID}
	}
	return Cursor{Value: r.Terms[q.Range.Term], ID: r.ID}
}

// Compare orders cursors of one query.
func (c Cursor) Compare(o Cursor) int {
	if n := strings.Compare(c.Value, o.Value); n != 0 {
		return n
	}
	return strings.Compare(c.ID, o.ID)
}

// Match reports whether r answers q, whatever q's limit. It is the definition
// that every driver's index is tested against.
func (q Query) Match(r Record) bool {
	if r.Tenant != q.Tenant || r.Kind != q.Kind {
		return false
	}
	for name, values := range q.Where {
		if value, ok := r.Terms[name]; !ok || !slices.Contains(values, value) {
			return false
		}
	}
	if !q.Range.IsZero() {
		value, ok := r.Terms[q.Range.Term]
		if !ok || value < q.Range.From || q.Range.Before != "" && value >= q.Range.Before {
			return false
		}
	}
	return q.After == Cursor{} || q.Cursor(r).Compare(q.After) > 0
}

// Time writes t as a term that sorts by time: UTC, microseconds, fixed width.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return string(appendTime(make([]byte, 0, len(timeForm)), t))
}
