package assign

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// A standing is where a row stands in line; small comes first.
type standing struct {
	key uint64 // see level; then the ticket of the lottery
	row int32
}

// days is how many bits [MaxWait] has.
const days = 20

// level packs what comes before the lottery into one number: whether no place is held, if
// places are kept, then class, days of waiting with bonus, days of waiting. Those who are level have the same.
func (p Policy) level(r *row) uint64 {
	key := uint64(p.class(r))
	if p.Held != KeepPlaces || r.held < 0 {
		key |= 1 << 7
	}
	key = key<<days | uint64(MaxWait-r.waited-r.bonus)
	return key<<days | uint64(MaxWait-r.waited)
}

// line returns the rows that are not pinned in strict order: who holds a place, if places
// are kept, then class, days of waiting with bonus, days of waiting, lottery, ID.
func (p Policy) line(pr *Problem) []int32 {
	places := make([]standing, 0, len(pr.rows))
	for i := range pr.rows {
		if r := &pr.rows[i]; r.pinned < 0 {
			places = append(places, standing{p.level(r), int32(i)})
		}
	}
	places = byKey(places)
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].key == places[from].key {
			to++
		}
		if to > from+1 {
			p.draw(pr, places[from:to])
		}
		from = to
	}
	order := make([]int32, len(places))
	for k, s := range places {
		order[k] = s.row
	}
	return order
}

// byKey sorts by key, and leaves those with the same key as they are: a radix sort, byte by byte.
func byKey(places []standing) []standing {
	other := make([]standing, len(places))
	for shift := 0; shift < 64; shift += 8 {
		var start [257]int
		for _, s := range places {
			start[s.key>>shift&255+1]++
		}
		if len(places) > 0 && start[places[0].key>>shift&255+1] == len(places) {
			continue // all have the same
		}
		for k := range 256 {
			start[k+1] += start[k]
		}
		for _, s := range places {
			k := s.key >> shift & 255
			other[start[k]] = s
			start[k]++
		}
		places, other = other, places
	}
	return places
}

// draw orders people who are level by lottery: by HMAC-SHA256 of the person under the seed.
func (p Policy) draw(pr *Problem, level []standing) {
	mac := hmac.New(sha256.New, []byte(p.Seed))
	var sum [sha256.Size]byte
	for k := range level {
		mac.Reset()
		mac.Write([]byte(pr.person(level[k].row)))
		level[k].key = binary.BigEndian.Uint64(mac.Sum(sum[:0]))
	}
	slices.SortFunc(level, func(x, y standing) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.row, y.row))
	})
}
