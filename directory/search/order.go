package search

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/directory"
)

// A keyed offer is one with the first sixteen bytes of its ID, behind what all IDs begin with
// alike.
type keyed struct {
	high, low uint64
	n         uint32
}

func (k keyed) digit(i int) byte {
	if i < 8 {
		return byte(k.low >> (8 * i))
	}
	return byte(k.high >> (8 * (i - 8)))
}

// byID returns the numbers of offers in the order of their IDs; equal ones stay as they
// stand. It sorts by one byte after the other (radix sort), from the last to the first, and leaves
// out those that are the same everywhere. Where sixteen bytes do not tell, the IDs are compared.
func byID(offers []*directory.Offer) []uint32 {
	order := make([]uint32, len(offers))
	if len(offers) == 0 {
		return order
	}
	keys := keysOf(offers)
	var high, low uint64 // where bits differ
	for _, k := range keys {
		high |= k.high ^ keys[0].high
		low |= k.low ^ keys[0].low
	}
	differ := keyed{high: high, low: low}
	other := make([]keyed, len(keys))
	for i := range 16 {
		if differ.digit(i) != 0 {
			distribute(keys, other, i)
			keys, other = other, keys
		}
	}
	var to int
	for from := 0; from < len(keys); from = to {
		for to = from + 1; to < len(keys) && keys[to].high == keys[from].high && keys[to].low == keys[from].low; {
			to++
		}
		if to-from > 1 {
			slices.SortStableFunc(keys[from:to], func(a, b keyed) int { return cmp.Compare(offers[a.n].ID, offers[b.n].ID) })
		}
	}
	for i, k := range keys {
		order[i] = k.n
	}
	return order
}

func keysOf(offers []*directory.Offer) []keyed {
	prefix := string(offers[0].ID)
	for _, o := range offers {
		for !strings.HasPrefix(string(o.ID), prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	keys := make([]keyed, len(offers))
	for i, o := range offers {
		var next [16]byte
		copy(next[:], o.ID[len(prefix):])
		keys[i] = keyed{binary.BigEndian.Uint64(next[:]), binary.BigEndian.Uint64(next[8:]), uint32(i)}
	}
	return keys
}

// distribute puts keys in the order of one byte; equal ones stay as they stand.
func distribute(from, to []keyed, i int) {
	var next [256]int
	for _, k := range from {
		next[k.digit(i)]++
	}
	at := 0
	for d, n := range next {
		next[d] = at
		at += n
	}
	for _, k := range from {
		d := k.digit(i)
		to[next[d]] = k
		next[d]++
	}
}
