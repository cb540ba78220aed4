package store

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
)

// A Summary is an entry of a record that stands for others, which have left it for a
// page: the balance brought forward at the top of a ledger's new page. It is no event
// of the log, where the others still are.
type Summary interface {
	Event
	// Before returns how many events had happened in all, and how many pages they fill.
	Before() (events int64, pages int)
}

// A Fold keeps the record of a long history short, so that saving what has just
// happened costs no more than that. Once Every saved entries may leave the record, the
// next save writes all entries since the last page to a page, a record of its own that
// is never changed, and puts one [Summary] in the place of those that leave.
type Fold[E Event] struct {
	Kind   string       // of the pages
	Every  int          // how many entries leave at a time; 0 never folds
	Leaves func(E) bool // which entries may leave: those that no decision looks up again
	// Sum returns the summary of those that leave, the summary before it among them.
	Sum func(left iter.Seq[E], events int64, pages int) E
}

// PageID returns the ID of a page of a record, from 1: of the record "F-1" the first
// is "F-1.000001". Pages sort in their order.
func PageID(id string, page int) string { return fmt.Sprintf("%s.%06d", id, page) }

// A folded history is what a save makes of the entries that are saved.
type folded[E Event] struct {
	entries []Entry[E]
	body    []byte
	page    Put
}

// Fold has the history kept short from the next save on. An aggregate calls it when it
// is made and when it is loaded.
func (h *History[E]) Fold(f Fold[E]) { h.fold = f }

// Earlier returns how many events stand on pages and no longer in the record, and how
// many pages there are.
func (h *History[E]) Earlier() (events int64, pages int) {
	if h.pages == 0 {
		return 0, 0
	}
	return h.earlier + 1, h.pages // the summary stands here, and is none
}

// continues sets what came before the entries of a record, as its last summary says.
func (h *History[E]) continues() {
	for i, e := range slices.Backward(h.entries) {
		if s, ok := any(e.Event).(Summary); ok {
			events, pages := s.Before()
			h.since, h.pages = i+1, pages
			h.earlier = events - int64(i+1)
			return
		}
	}
}

// due reports whether it is time to turn the page. An ID that leaves no room for the
// number of a page keeps its record whole.
func (h *History[E]) due(key Key) bool {
	if h.fold.Every <= 0 || h.saved-h.since < h.fold.Every || len(PageID(key.ID, h.pages+1)) > MaxName {
		return false
	}
	n := 0
	for _, e := range h.entries[h.since:h.saved] {
		if h.fold.Leaves(e.Event) {
			n++
		}
	}
	return n >= h.fold.Every
}

// turn returns the saved entries folded.
func (h *History[E]) turn(key Key) (*folded[E], error) {
	f, left, lines := h.part()
	return f, h.sum(f, left, lines, key)
}

// part divides the saved entries into those that stay, those that leave, and the lines
// of a page.
func (h *History[E]) part() (f *folded[E], left []E, page []byte) {
	f = &folded[E]{}
	var body, lines bytes.Buffer
	rest := h.body
	for i, e := range h.entries[:h.saved] {
		end := bytes.IndexByte(rest, '\n') + 1
		if i >= h.since {
			lines.Write(rest[:end])
		}
		if _, summary := any(e.Event).(Summary); summary || i >= h.since && h.fold.Leaves(e.Event) {
			left = append(left, e.Event)
		} else {
			body.Write(rest[:end])
			f.entries = append(f.entries, e)
		}
		rest = rest[end:]
	}
	f.body = body.Bytes()
	return f, left, lines.Bytes()
}

// sum puts the summary of what leaves at the end of what stays.
func (h *History[E]) sum(f *folded[E], left []E, lines []byte, key Key) error {
	last := h.entries[h.saved-1].Stamp.Consequence()
	last.Key = ""
	sum := Entry[E]{Stamp: last, Event: h.fold.Sum(slices.Values(left), h.earlier+int64(h.saved), h.pages+1)}
	f.entries = append(f.entries, sum)
	body := bytes.NewBuffer(f.body)
	body.Write(appendHead(nil, sum.Event.EventType(), sum.Stamp))
	if err := encode(body, form(sum.Event), sum.Event); err != nil {
		return fmt.Errorf("store: encode %s %s: %w", key, sum.Event.EventType(), err)
	}
	body.WriteByte('\n')
	f.body = body.Bytes()
	f.page = Put{Key: Key{Tenant: key.Tenant, Kind: h.fold.Kind, ID: PageID(key.ID, h.pages+1)}, If: New, Terms: Terms{"of": key.ID}, Body: lines}
	return nil
}

// Whole yields everything that happened to the aggregate of a record, oldest first: the
// entries of its pages, which are stored under a kind of their own, and those that the
// record has since. The first error is the last pair.
func Whole[E Event](ctx context.Context, d Driver, key Key, pages string, decode func(name EventType, data []byte) (E, error)) iter.Seq2[Entry[E], error] {
	return func(yield func(Entry[E], error) bool) {
		var none Entry[E]
		r, err := given(d).Get(ctx, key)
		if err != nil {
			yield(none, err)
			return
		}
		h, err := LoadHistory(r, decode, nil)
		if err != nil {
			yield(none, err)
			return
		}
		for n := 1; n <= h.pages; n++ {
			r, err := given(d).Get(ctx, Key{Tenant: key.Tenant, Kind: pages, ID: PageID(key.ID, n)})
			var page History[E]
			if err == nil {
				page, err = LoadHistory(r, decode, nil)
			}
			if err != nil {
				yield(none, err)
				return
			}
			for _, e := range page.entries {
				if !yield(e, nil) {
					return
				}
			}
		}
		for _, e := range h.entries[h.since:] {
			if !yield(e, nil) {
				return
			}
		}
	}
}
