package inequality

import (
	"cmp"
	"math"
	"slices"
)

// An item is what some people have: a value per head that is not negative, and
// how many they are.
type item struct{ value, population float64 }

// compare orders items by value and then by population.
func (a item) compare(b item) int {
	switch {
	case a.value < b.value:
		return -1
	case a.value > b.value:
		return 1
	}
	return cmp.Compare(a.population, b.population)
}

// fewItems are sorted faster by comparing them.
const fewItems = 512

// sortItems sorts items as [item.compare] would, for many in nearly linear time,
// and returns them and the memory that is left over, which are items and scratch
// in either order. Scratch must be as long as items. A comparison of policies
// sorts tens of thousands of areas a thousand times.
func sortItems(items, scratch []item) (sorted, rest []item) {
	if len(items) < fewItems {
		slices.SortFunc(items, item.compare)
		return items, scratch
	}
	// Floats that are not negative are in the order of their bits. Byte by byte,
	// from the least significant, each pass keeps the order of the one before.
	var places [8][256]int
	for _, it := range items {
		for b, k := 0, math.Float64bits(it.value); b < 8; b, k = b+1, k>>8 {
			places[b][k&255]++
		}
	}
	for b := range places {
		next, shift := &places[b], 8*b
		if next[math.Float64bits(items[0].value)>>shift&255] == len(items) {
			continue // all have the same
		}
		place := 0
		for i, n := range next {
			next[i], place = place, place+n
		}
		for _, it := range items {
			digit := math.Float64bits(it.value) >> shift & 255
			scratch[next[digit]] = it
			next[digit]++
		}
		items, scratch = scratch, items
	}
	sortTies(items)
	return items, scratch
}

// sortTies orders those of equal value, which stand side by side, by population.
func sortTies(items []item) {
	for from := 0; from < len(items); {
		to := from + 1
		for to < len(items) && items[to].value == items[from].value {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(items[from:to], item.compare)
		}
		from = to
	}
}

// A placed is the place of an item on the scale of position, with its index.
type placed struct {
	key   uint64 // in the order of positions
	index int32
}

// sortPositions fills order with the indices of items by position, and those of equal
// position in order of index, for many in nearly linear time.
func sortPositions(order []int32, position []float64) {
	items := make([]placed, len(order))
	for i, v := range position {
		// Bits of floats are in order once those of negative ones are turned round;
		// adding 0 makes both zeros the same.
		bits := math.Float64bits(v + 0)
		if bits>>63 != 0 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
		items[i] = placed{bits, int32(i)}
	}
	if len(items) < fewItems {
		slices.SortFunc(items, func(a, b placed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.index, b.index)) })
	} else {
		items = radixPositions(items)
	}
	for place, it := range items {
		order[place] = it.index
	}
}

func radixPositions(items []placed) []placed {
	var places [8][256]int
	for _, it := range items {
		for b, k := 0, it.key; b < 8; b, k = b+1, k>>8 {
			places[b][k&255]++
		}
	}
	scratch := make([]placed, len(items))
	for b := range places {
		next, shift := &places[b], 8*b
		if next[items[0].key>>shift&255] == len(items) {
			continue // all have the same
		}
		place := 0
		for i, n := range next {
			next[i], place = place, place+n
		}
		for _, it := range items {
			digit := it.key >> shift & 255
			scratch[next[digit]] = it
			next[digit]++
		}
		items, scratch = scratch, items
	}
	return items
}
