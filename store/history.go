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

// An Entry is one event of a [History], with who did it and when.
type Entry[E Event] struct {
	Stamp sp.Stamp
	Event E
}

// MarshalJSON writes the stored name of the event, who did it and for whom, when it
// happened and was recorded, and what it holds:
//
//	{"type": "referral.accepted", "by": {...}, "at": "...", "recorded": "...", "event": {"worker": "ann"}}
func (e Entry[E]) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type     EventType `json:"type"`
		By       sp.Actor  `json:"by"`
		At       time.Time `json:"at"`
		Recorded time.Time `json:"recorded"`
		Event    any       `json:"event"`
	}{e.Event.EventType(), e.Stamp.By, e.Stamp.At, e.Stamp.Recorded, e.Event})
}

// A History holds everything that happened to one aggregate (event sourcing), and
// knows how much of it is saved. An aggregate has one, replays it to compute its
// state, and returns [History.Pending] for [Save]. The zero History is empty and
// ready to use; it must not be copied after first use, nor used by several
// goroutines at once.
//
// It is stored as one line for each entry: the version of the form of the line,
// type, times, role, actor, for whom they acted, the one thing that they may do, the
// key of the request, and the event as JSON with the version of its own form,
// separated by tabs. Lines already saved are never encoded again, so those of
// several versions stand beside each other, and all of them are read.
type History[E Event] struct {
	entries []Entry[E]
	saved   int    // how many of them the store has
	body    []byte // their lines
	next    []byte // the lines that are pending, with those before them
	version int64  // of the record in the store
	head    Sum    // of the last event that is saved
	last    Sum    // of the last one that is pending
	touched bool
	stale   bool

	fold    Fold[E]
	folding *folded[E] // of what is pending; nil if nothing leaves the record
	since   int        // how many entries stand before the present page
	earlier int64      // events on pages that no longer stand here, less the summary that does
	pages   int
}

// Append adds an event that has just happened, and returns its stamp as it will be
// stored, in UTC and whole microseconds.
func (h *History[E]) Append(event E, stamp sp.Stamp) sp.Stamp {
	stamp = stamp.Kept()
	h.entries = append(h.entries, Entry[E]{Stamp: stamp, Event: event})
	return stamp
}

// Version returns the version of the record in the store as it was loaded or last
// saved, 0 if it never was: what a web service gives out as an ETag and compares with
// If-Match.
func (h *History[E]) Version() int64 { return h.version }

// Touch makes the next save write a new version of the record although nothing
// happened to the aggregate (optimistic concurrency). Call it when something else
// was decided from the state of this aggregate: if somebody changes the aggregate
// in the meantime, that save is a version conflict.
func (h *History[E]) Touch() { h.touched = true }

// All returns the entries of the record, oldest first: everything that happened, unless
// a [Fold] keeps it short.
func (h *History[E]) All() iter.Seq[Entry[E]] { return slices.Values(h.entries) }

// First returns the stamp of the first entry, and false if there is none.
func (h *History[E]) First() (s sp.Stamp, ok bool) {
	if len(h.entries) == 0 {
		return s, false
	}
	return h.entries[0].Stamp, true
}

// Len returns the number of entries of the record.
func (h *History[E]) Len() int { return len(h.entries) }

// Pending returns the batch that saves what is not yet saved: the record under
// key with the given terms, and one event for each new entry. Without a new entry
// or a [History.Touch] the batch is empty; if h is stale the error is [ErrStale].
// The bytes in the batch are shared with h, since no Driver changes or keeps
// them.
func (h *History[E]) Pending(key Key, terms Terms) (Batch, error) {
	if h.stale {
		return Batch{}, fmt.Errorf("store: %s: %w", key, ErrStale)
	}
	if h.saved == len(h.entries) && !h.touched {
		return Batch{}, nil
	}
	before, puts := h.body, make([]Put, 1, 2)
	if h.folding = nil; h.due(key) {
		var err error
		if h.folding, err = h.turn(key); err != nil {
			return Batch{}, err
		}
		before, puts = h.folding.body, append(puts, h.folding.page)
	}
	fresh := h.entries[h.saved:]
	const line = 192 // bytes that an entry takes, roughly
	body := bytes.NewBuffer(make([]byte, 0, len(before)+line*len(fresh)))
	body.Write(before)
	events := make([]RecordedEvent, 0, len(fresh))
	h.last = h.head
	for i, e := range fresh {
		name := e.Event.EventType()
		body.Write(appendHead(body.AvailableBuffer(), name, e.Stamp))
		start := body.Len()
		if err := encode(body, form(e.Event), e.Event); err != nil {
			return Batch{}, fmt.Errorf("store: encode %s %s: %w", key, name, err)
		}
		data := slices.Clip(body.Bytes()[start:body.Len()])
		body.WriteByte('\n') // JSON has neither raw breaks nor tabs
		event := RecordedEvent{Key: key, Version: h.earlier + int64(h.saved+i+1), Type: name, Stamp: e.Stamp, Data: data, Prev: h.last}
		h.last = event.Sum()
		events = append(events, event)
	}
	h.next = slices.Clip(body.Bytes())
	puts[0] = Put{Key: key, If: h.version, Terms: terms, Body: h.next, Head: h.last}
	return Batch{Puts: puts, Events: events}, nil
}

// Committed marks everything pending as saved.
func (h *History[E]) Committed() {
	if h.saved < len(h.entries) || h.touched {
		if f := h.folding; f != nil {
			h.earlier += int64(h.saved - len(f.entries))
			h.entries = append(f.entries, h.entries[h.saved:]...)
			h.since, h.pages, h.folding = len(f.entries), h.pages+1, nil
		}
		h.saved, h.touched = len(h.entries), false
		h.body, h.next = h.next, nil
		h.head = h.last
		h.version++
	}
}

// Stale marks h as stale: nobody knows any more how much of it is saved. See
// [ErrStale].
func (h *History[E]) Stale() { h.stale = true }

// IsStale reports whether [History.Stale] was called. An aggregate checks it
// before each command, and then refuses with [ErrStale].
func (h *History[E]) IsStale() bool { return h.stale }

// LoadHistory reads the history that a record holds. The function decode turns
// the stored name and JSON of an event back into the event, as [EventTypes.Decode] does;
// a name that it does not know is an error, since no decision may rest on a
// history with a gap. So is a history whose first event does not open one, as the
// function opens tells; opens may be nil.
func LoadHistory[E Event](r Record, decode func(name EventType, data []byte) (E, error), opens func(E) bool) (History[E], error) {
	h := History[E]{body: r.Body, version: r.Version, head: r.Head}
	// As many as there are lines, but no more than lines of the least length would be.
	h.entries = make([]Entry[E], 0, min(bytes.Count(r.Body, []byte{'\n'}), len(r.Body)/shortestLine+1))
	var lines lineReader
	for rest := r.Body; len(rest) > 0; {
		line, after, ok := bytes.Cut(rest, []byte{'\n'})
		rest = after
		name, stamp, data, err := lines.read(line)
		if err == nil && !ok {
			err = fmt.Errorf("line is cut off: %w", sp.ErrInvalid)
		}
		var event E
		if err == nil {
			event, err = decode(name, data)
		}
		if err == nil && len(h.entries) == 0 && opens != nil && !opens(event) {
			err = fmt.Errorf("%s does not open a history: %w", event.EventType(), sp.ErrInvalid)
		}
		if err != nil {
			return History[E]{}, fmt.Errorf("store: %s: entry %d: %w", r.Key, len(h.entries)+1, err)
		}
		h.entries = append(h.entries, Entry[E]{Stamp: stamp, Event: event})
	}
	if len(h.entries) == 0 && opens != nil {
		return History[E]{}, fmt.Errorf("store: %s: the history is empty: %w", r.Key, sp.ErrInvalid)
	}
	h.saved = len(h.entries)
	h.continues()
	return h, nil
}

// timeForm is how times are stored: UTC, microseconds, fixed width.
const timeForm = "2006-01-02T15:04:05.000000Z"

// lineForm is the version of the form of a line. The first form had neither this
// field nor those from For to Key, and said the second time even if it is the first.
const lineForm = "2"

// shortestLine is less than any line takes: a time, the fields and an event.
const shortestLine = len(timeForm) + len("\t\t\t\t\t{}\n")

// appendHead writes the fields of a line that stand before the event.
func appendHead(b []byte, name EventType, s sp.Stamp) []byte {
	b = append(append(b, lineForm...), '\t')
	b = append(append(b, escaped(string(name))...), '\t')
	b = append(appendTime(b, s.At), '\t')
	if !s.Recorded.Equal(s.At) { // as most are
		b = appendTime(b, s.Recorded)
	}
	for _, field := range [...]string{string(s.By.Role), s.By.ID, s.By.For, s.By.Only, s.Key} {
		b = append(append(b, '\t'), escaped(field)...)
	}
	return append(b, '\t')
}

// A lineHead is the fields of a line before the event, as they are stored. Those
// that a form does not have are empty.
type lineHead struct{ name, at, recorded, role, id, behalf, only, key []byte }

// split cuts the fields of a line, of whichever form, from the event behind them.
func split(line []byte) (h lineHead, data []byte, err error) {
	all := [...]*[]byte{&h.name, &h.at, &h.recorded, &h.role, &h.id, &h.behalf, &h.only, &h.key} // on the stack: a line costs no allocation
	fields := all[:5]
	if rest, ok := bytes.CutPrefix(line, []byte(lineForm+"\t")); ok {
		line, fields = rest, all[:]
	} else if n := bytes.IndexByte(line, '\t'); n > 0 && len(bytes.Trim(line[:n], "0123456789")) == 0 {
		return h, nil, fmt.Errorf("is in form %s, which only a newer program knows: %w", line[:min(n, 9)], sp.ErrInvalid)
	}
	for i, field := range fields {
		var ok bool
		if *field, line, ok = bytes.Cut(line, []byte{'\t'}); !ok {
			return h, nil, fmt.Errorf("has %d fields, not %d: %w", i+1, len(fields)+1, sp.ErrInvalid)
		}
	}
	return h, line, nil
}

// A lineReader reads the lines of one history. Most are of types that came before, and by
// the actor of the line before, whose strings are then used again.
type lineReader struct {
	by    sp.Actor
	names [16]EventType // as many as were met: to look for one is to be cheap
	met   int
}

func (l *lineReader) read(line []byte) (name EventType, s sp.Stamp, data []byte, err error) {
	h, data, err := split(line)
	if err != nil {
		return "", s, nil, err
	}
	if s.At, err = parseTime(h.at); err == nil {
		s.Recorded = s.At
		if len(h.recorded) > 0 && !bytes.Equal(h.at, h.recorded) {
			s.Recorded, err = parseTime(h.recorded)
		}
	}
	if err != nil {
		return "", s, nil, fmt.Errorf("has a malformed time: %w", sp.ErrInvalid)
	}
	if by := l.by; !stands(h.role, string(by.Role)) || !stands(h.id, by.ID) || !stands(h.behalf, by.For) || !stands(h.only, by.Only) {
		l.by = sp.Actor{Role: sp.Role(unescaped(h.role)), ID: unescaped(h.id), For: unescaped(h.behalf), Only: unescaped(h.only)}
	}
	s.By, s.Key = l.by, unescaped(h.key)
	return l.name(h.name), s, data, nil
}

// name returns the type of an event as a string that a line before has, if one does.
func (l *lineReader) name(field []byte) EventType {
	for _, known := range l.names[:l.met] {
		if stands(field, string(known)) {
			return known
		}
	}
	name := EventType(unescaped(field))
	if l.met < len(l.names) {
		l.names[l.met] = name
		l.met++
	}
	return name
}

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`)
	unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n")
)

func escaped(s string) string {
	for i := range len(s) {
		if c := s[i]; c == '\\' || c == '\t' || c == '\n' {
			return escape.Replace(s)
		}
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

// appendTime writes t in timeForm. RFC 3339 has a quicker writer than other
// layouts, but drops zeros at the end of a fraction.
func appendTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	whole := len(b) + len("2006-01-02T15:04:05")
	b = append(t.AppendFormat(b, time.RFC3339)[:whole], ".000000Z"...)
	for i, micros := whole+6, t.Nanosecond()/1000; micros > 0; i, micros = i-1, micros/10 {
		b[i] += byte(micros % 10)
	}
	return b
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
