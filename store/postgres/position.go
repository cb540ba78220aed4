package postgres

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A place identifies an event in the log of a tenant: the number of its commit
// and its place within that. Places order the log.
type place struct {
	tx  int64
	seq int32
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.tx, o.tx), cmp.Compare(p.seq, o.seq))
}

// A position says which events a reader has seen: all up to a place, except
// those of commits that had a number by then but were still under way. Their
// events appear behind the reader's back, so it comes back for them.
//
// It is written as "812.3", or with the open commits as "812.3/806,809.1": of 806
// nothing has been seen, of 809 the events up to the first. Before it stands the
// epoch of the log, if it is not the first, and behind it the checksum of the event
// at the last place, as in "1f0a93b2c4d5e6f7:812.3/806~9f3a01bc". Positions that
// were given out before there were epochs have neither.
type position struct {
	epoch string
	sum   int64 // 0 if the event has none
	last  place
	open  []place // ascending, below last; seq is what has been seen of each
}

func (p position) String() string {
	b := make([]byte, 0, 56) // enough for nearly all, and not on the heap
	if p.epoch != "" {
		b = append(append(b, p.epoch...), ':')
	}
	b = strconv.AppendInt(b, p.last.tx, 10)
	b = strconv.AppendInt(append(b, '.'), int64(p.last.seq), 10)
	for i, o := range p.open {
		b = strconv.AppendInt(append(b, "/,"[min(i, 1)]), o.tx, 10)
		if o.seq > 0 {
			b = strconv.AppendInt(append(b, '.'), int64(o.seq), 10)
		}
	}
	if p.sum != 0 {
		b = strconv.AppendInt(append(b, '~'), p.sum, 16)
	}
	return string(b)
}

var errPosition = fmt.Errorf("position was not made by this store: %w", sp.ErrInvalid)

// parsePosition reads what [position.String] writes.
func parsePosition(s store.Position) (position, error) {
	if s == "" {
		return position{}, nil
	}
	var p position
	text := string(s)
	if epoch, rest, some := strings.Cut(text, ":"); some {
		p.epoch, text = epoch, rest
	}
	text, sum, some := strings.Cut(text, "~")
	if some {
		var err error
		if p.sum, err = strconv.ParseInt(sum, 16, 64); err != nil {
			return position{}, errPosition
		}
	}
	last, open, some := strings.Cut(text, "/")
	var ok bool
	if p.last, ok = parsePlace(last); !ok || p.last.seq == 0 {
		return position{}, errPosition
	}
	if !some {
		return p, nil
	}
	for field := range strings.SplitSeq(open, ",") {
		o, ok := parsePlace(field)
		if !ok || o.tx >= p.last.tx || len(p.open) > 0 && o.tx <= p.open[len(p.open)-1].tx {
			return position{}, errPosition
		}
		p.open = append(p.open, o)
	}
	return p, nil
}

func parsePlace(s string) (place, bool) {
	tx, seq, some := strings.Cut(s, ".")
	n, err := strconv.ParseInt(tx, 10, 64)
	if !some {
		return place{tx: n}, err == nil && n > 0
	}
	m, err2 := strconv.ParseInt(seq, 10, 32)
	return place{n, int32(m)}, err == nil && err2 == nil && n > 0 && m > 0
}

// past returns the position of a reader at p that has now seen the event at e,
// as the next of a page that was read while the commits in open were under way.
func (p position) past(e place, open []int64) position {
	next := position{epoch: p.epoch}
	if e.compare(p.last) > 0 {
		next.last = e
		for _, n := range open {
			if n < e.tx {
				next.open = append(next.open, place{tx: n})
			}
		}
		return next
	}
	// The reader has come back for a commit. Of the ones before it, those
	// that are no longer under way have been seen or will never be.
	next.last, next.sum = p.last, p.sum
	for _, o := range p.open {
		if o.tx == e.tx {
			o = e
		}
		if o.tx >= e.tx || slices.Contains(open, o.tx) {
			next.open = append(next.open, o)
		}
	}
	return next
}
