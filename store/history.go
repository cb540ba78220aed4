package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A Fact is something that happened to an aggregate: a small struct that
// marshals to JSON and knows the name it is stored under. The name is part of
// the stored data for ever, so it is a constant and not derived from a Go type.
type Fact interface{ EventType() string }

// An Entry is one fact of a [History], with who did it and when.
type Entry[F Fact] struct {
	Stamp sp.Stamp
	Fact  F
}

// A History is everything that happened to one aggregate, and how much of it is
// saved. Aggregates hold one, replay it to know their state, and hand its
// [History.Pending] to [Save]. The zero History is empty and ready to use; it
// must not be copied after first use, nor used by several goroutines at once.
//
// It is stored as one line for each entry: type, times, role, actor and the
// fact as JSON, separated by tabs. Lines already saved are never encoded again.
type History[F Fact] struct {
	entries []Entry[F]
	body    []byte // the lines of the entries that are encoded so far
	encoded int
	saved   int
	version int64 // of the record in the store
	touched bool
}

// Append adds a fact that has just happened. Its times are kept as they will be
// stored, in UTC and whole microseconds.
func (h *History[F]) Append(fact F, stamp sp.Stamp) {
	stamp.At = stamp.At.UTC().Truncate(time.Microsecond)
	stamp.Recorded = stamp.Recorded.UTC().Truncate(time.Microsecond)
	h.entries = append(h.entries, Entry[F]{Stamp: stamp, Fact: fact})
}

// Touch has the next save write the record anew though nothing happened to the
// aggregate, because something was decided on the strength of how it stands: who
// saves a change of it in the meantime makes that save a conflict.
func (h *History[F]) Touch() { h.touched = true }

// All returns the entries, oldest first.
func (h *History[F]) All() iter.Seq[Entry[F]] { return slices.Values(h.entries) }

// Len returns the number of entries.
func (h *History[F]) Len() int { return len(h.entries) }

// Last returns the newest entry, and false if there is none.
func (h *History[F]) Last() (Entry[F], bool) {
	if len(h.entries) == 0 {
		return Entry[F]{}, false
	}
	return h.entries[len(h.entries)-1], true
}

// Pending returns the batch that saves what is not yet saved: the record under
// key with the given terms, and one event for each new entry. Without a new
// entry or a [History.Touch] it is empty.
func (h *History[F]) Pending(key Key, terms Terms) (Batch, error) {
	if h.saved == len(h.entries) && !h.touched {
		return Batch{}, nil
	}
	const line = 160 // bytes that an entry takes, roughly
	h.body = slices.Grow(h.body, line*(len(h.entries)-h.encoded))
	b := Batch{Events: make([]Event, 0, len(h.entries)-h.saved)}
	for i := h.saved; i < len(h.entries); i++ {
		e := h.entries[i]
		data, err := json.Marshal(e.Fact)
		if err != nil {
			return Batch{}, fmt.Errorf("store: encode %s %s: %w", key, e.Fact.EventType(), err)
		}
		if i >= h.encoded {
			h.body = appendLine(h.body, e.Fact.EventType(), e.Stamp, data)
			h.encoded++
		}
		b.Events = append(b.Events, Event{Key: key, Version: int64(i + 1), Type: e.Fact.EventType(), Stamp: e.Stamp, Data: data})
	}
	b.Puts = []Put{{Key: key, If: h.version, Terms: terms, Body: bytes.Clone(h.body)}}
	return b, nil
}

// Committed notes that everything pending has been saved.
func (h *History[F]) Committed() {
	if h.saved < len(h.entries) || h.touched {
		h.saved, h.touched = len(h.entries), false
		h.version++
	}
}

// LoadHistory reads the history that a record holds. The function decode turns
// the stored name and JSON of a fact back into the fact; what it does not know
// is an error, since an aggregate must not be decided upon with a gap in it.
func LoadHistory[F Fact](r Record, decode func(name string, data []byte) (F, error)) (History[F], error) {
	h := History[F]{body: slices.Clip(r.Body), version: r.Version} // clipped: r.Body is never written to
	h.entries = make([]Entry[F], 0, bytes.Count(r.Body, []byte{'\n'}))
	var before sp.Actor
	for rest := r.Body; len(rest) > 0; {
		line, after, ok := bytes.Cut(rest, []byte{'\n'})
		rest = after
		name, stamp, data, err := parseLine(line, before)
		if err == nil && !ok {
			err = fmt.Errorf("line is cut off: %w", sp.ErrInvalid)
		}
		var fact F
		if err == nil {
			fact, err = decode(name, data)
		}
		if err != nil {
			return History[F]{}, fmt.Errorf("store: %s: entry %d: %w", r.Key, len(h.entries)+1, err)
		}
		h.entries = append(h.entries, Entry[F]{Stamp: stamp, Fact: fact})
		before = stamp.By
	}
	h.encoded, h.saved = len(h.entries), len(h.entries)
	return h, nil
}

// timeForm is how times are stored: UTC, microseconds, fixed width.
const timeForm = "2006-01-02T15:04:05.000000Z"

func appendLine(b []byte, name string, s sp.Stamp, data []byte) []byte {
	b = append(append(b, escaped(name)...), '\t')
	b = append(s.At.UTC().AppendFormat(b, timeForm), '\t')
	if s.Recorded.Equal(s.At) { // as most are
		b = append(b, b[len(b)-len(timeForm)-1:]...)
	} else {
		b = append(s.Recorded.UTC().AppendFormat(b, timeForm), '\t')
	}
	b = append(append(b, escaped(string(s.By.Role))...), '\t')
	b = append(append(b, escaped(s.By.ID)...), '\t')
	b = append(b, data...) // JSON has no raw line break or tab
	return append(b, '\n')
}

// parseLine reads what appendLine wrote. Most lines are by the actor of the line
// before, whose strings are then used again.
func parseLine(line []byte, before sp.Actor) (name string, s sp.Stamp, data []byte, err error) {
	var fields [5][]byte
	var ok bool
	for i := range fields {
		if fields[i], line, ok = bytes.Cut(line, []byte{'\t'}); !ok {
			return "", s, nil, fmt.Errorf("has %d fields, not 6: %w", i+1, sp.ErrInvalid)
		}
	}
	if s.At, err = parseTime(fields[1]); err == nil {
		s.Recorded = s.At
		if !bytes.Equal(fields[1], fields[2]) {
			s.Recorded, err = parseTime(fields[2])
		}
	}
	if err != nil {
		return "", s, nil, fmt.Errorf("has a malformed time: %w", sp.ErrInvalid)
	}
	if s.By = before; !stands(fields[3], string(before.Role)) || !stands(fields[4], before.ID) {
		s.By = sp.Actor{Role: sp.Role(unescaped(fields[3])), ID: unescaped(fields[4])}
	}
	return unescaped(fields[0]), s, line, nil
}

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`)
	unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n")
)

func escaped(s string) string {
	if strings.ContainsAny(s, "\\\t\n") {
		return escape.Replace(s)
	}
	return s
}

// stands reports whether field is s, as it stands and without any escape.
func stands(field []byte, s string) bool {
	return string(field) == s && strings.IndexByte(s, '\\') < 0
}

func unescaped(field []byte) string {
	if bytes.IndexByte(field, '\\') >= 0 {
		return unescape.Replace(string(field))
	}
	return string(field)
}

// parseTime reads a time in timeForm, which is one of the forms of RFC 3339 and
// has a quicker reader than other layouts.
func parseTime(b []byte) (t time.Time, err error) {
	if len(b) != len(timeForm) || b[len(b)-1] != 'Z' {
		return t, sp.ErrInvalid
	}
	err = t.UnmarshalText(b)
	return t, err
}
