package postgres

import (
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
	switch {
	case p.tx != o.tx:
		return int(min(max(p.tx-o.tx, -1), 1))
	default:
		return int(min(max(p.seq-o.seq, -1), 1))
	}
}

// A position says which events a reader has seen: all up to a place, except
// those of commits that had a number by then but were still under way. Their
// events appear behind the reader's back, so it must come back for them.
//
// It is written as "812.3", or with the open numbers "812.3/806,809", or, if the
// reader has stopped within a commit that it came back for, "812.3/806,809/806.1".
type position struct {
	last place
	open []int64 // ascending, below last.tx
	back place   // if not zero, the place up to which the events of open commit back.tx are seen
}

func (p position) String() string {
	b := p.last.append(nil)
	for i, n := range p.open {
		b = append(b, "/,"[min(i, 1)])
		b = strconv.AppendInt(b, n, 10)
	}
	if p.back != (place{}) {
		b = p.back.append(append(b, '/'))
	}
	return string(b)
}

func (p place) append(b []byte) []byte {
	b = append(strconv.AppendInt(b, p.tx, 10), '.')
	return strconv.AppendInt(b, int64(p.seq), 10)
}

// parsePosition reads what [position.String] writes.
func parsePosition(s store.Position) (p position, err error) {
	if s == "" {
		return position{}, nil
	}
	fields := strings.Split(string(s), "/")
	if len(fields) > 3 {
		return position{}, fmt.Errorf("position has %d fields: %w", len(fields), sp.ErrInvalid)
	}
	if p.last, err = parsePlace(fields[0]); err != nil {
		return position{}, err
	}
	if len(fields) > 1 {
		for number := range strings.SplitSeq(fields[1], ",") {
			n, err := strconv.ParseInt(number, 10, 64)
			if err != nil || n <= 0 || n >= p.last.tx || len(p.open) > 0 && n <= p.open[len(p.open)-1] {
				return position{}, errPosition
			}
			p.open = append(p.open, n)
		}
	}
	if len(fields) > 2 {
		p.back, err = parsePlace(fields[2])
		if _, found := slices.BinarySearch(p.open, p.back.tx); err != nil || !found {
			return position{}, errPosition
		}
	}
	return p, nil
}

var errPosition = fmt.Errorf("position was not made by this store: %w", sp.ErrInvalid)

func parsePlace(s string) (place, error) {
	tx, seq, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(tx, 10, 64)
	m, err2 := strconv.ParseInt(seq, 10, 32)
	if !ok || err != nil || err2 != nil || n <= 0 || m <= 0 {
		return place{}, errPosition
	}
	return place{n, int32(m)}, nil
}

// past returns the position of a reader at p that has now seen the event at e,
// in a page that was read while the commits in open, in ascending order, were under way.
func (p position) past(e place, open []int64) position {
	if e.compare(p.last) > 0 {
		i, _ := slices.BinarySearch(open, e.tx)
		return position{last: e, open: open[:i:i]}
	}
	// The reader has come back for a commit. Of those before it, the ones
	// that are no longer under way have been seen or will never be.
	still := make([]int64, 0, len(p.open))
	for _, n := range p.open {
		if _, underWay := slices.BinarySearch(open, n); n >= e.tx || underWay {
			still = append(still, n)
		}
	}
	return position{last: p.last, open: still, back: e}
}
