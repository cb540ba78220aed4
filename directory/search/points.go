package search

import (
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp/directory/internal/words"
)

// Points are small numbers, and are kept as sets: one for each binary digit. So they are
// added and compared for 64 rows at once.

// sliced returns the rows that have points, and the digits of these, the lowest first.
func sliced(points []uint8) (had set, digits []set) {
	size := leaves(len(points))
	had, digits = make(set, size), make([]set, bits.Len(words.MostPoints))
	for i := range digits {
		digits[i] = make(set, size)
	}
	for row, n := range points {
		if n == 0 {
			continue
		}
		had.add(uint32(row))
		for i := range digits {
			digits[i][row>>6] |= uint64(n>>i&1) << (row & 63)
		}
	}
	return had, digits
}

// sum adds up in a.points what the words of the text count for each row that is left.
func (s *Snapshot) sum(a *Answer) {
	asked := &a.asked[inText]
	for len(a.points) < bits.Len(uint(words.MostPoints*len(asked.words))) {
		a.points = append(a.points, nil)
	}
	for i := range a.points {
		a.points[i] = slices.Grow(a.points[i][:0], len(a.left))[:len(a.left)]
		clear(a.points[i])
	}
	for _, word := range asked.words {
		got, _ := s.found(a.key, inText, word, slices.Contains(asked.slips, word))
		for w, left := range a.left {
			if left == 0 {
				continue
			}
			carry := uint64(0)
			for i := range a.points {
				digit := uint64(0)
				if i < len(got.points) {
					digit = got.points[i][w]
				}
				was := a.points[i][w]
				a.points[i][w] = was ^ digit ^ carry
				carry = was&digit | carry&(was^digit)
			}
		}
	}
}

// most makes what is left those of the rest that have the most points, takes them from the
// rest, and returns how many they are and their points.
func (a *Answer) most() (count, points int) {
	copy(a.left, a.rest)
	for i, digit := range slices.Backward(a.points) {
		has := false
		for w, left := range a.left {
			has = has || left&digit[w] != 0
		}
		if has {
			a.left.keep(digit)
			points |= 1 << i
		}
	}
	a.rest.remove(a.left)
	return a.left.count(), points
}

// bestByPoints is best where those come first that the text fits best: it looks for the best
// of those with the most points, then of those with the next most, until there are enough.
func (s *Snapshot) bestByPoints(q *Query, from place, a *Answer) {
	s.sum(a)
	a.whole = append(a.whole[:0], a.left...)
	a.rest = append(a.rest[:0], a.left...)
	for left := a.Total; left > 0 && (q.Limit == 0 || len(a.Hits) <= q.Limit); {
		count, points := a.most()
		left -= count
		after := q.After
		switch {
		case after.IsZero() || points == after.points:
		case points > after.points: // they stand on an earlier page
			continue
		default:
			after = Cursor{}
		}
		known := len(a.Hits)
		s.best(q, from, s.after(after), count, a)
		for i := range a.Hits[known:] {
			a.Hits[known+i].Points = points
		}
	}
	copy(a.left, a.whole)
}
