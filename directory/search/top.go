package search

import (
	"cmp"

	"github.com/socialprescribing/sp/geo"
)

// A candidate is a row with its place in the order of an answer: nearest first, those
// whose distance is unknown last, and then by ID.
type candidate struct {
	distance geo.Distance
	unknown  bool
	entry    uint32 // number of the offer in the order of IDs
	row      uint32
}

func (c candidate) compare(o candidate) int {
	if c.unknown != o.unknown {
		if o.unknown {
			return -1
		}
		return 1
	}
	if order := cmp.Compare(c.distance, o.distance); order != 0 {
		return order
	}
	return cmp.Compare(c.entry, o.entry)
}

// A top holds the first k candidates that it was shown, the last of them at its head.
type top struct {
	k    int
	heap []candidate
}

func (t *top) full() bool { return len(t.heap) == t.k }

// add takes a candidate, and lets the last one go if there are more than k.
func (t *top) add(c candidate) {
	if !t.full() {
		t.heap = append(t.heap, c)
		for i := len(t.heap) - 1; i > 0; {
			parent := (i - 1) / 2
			if t.heap[parent].compare(t.heap[i]) >= 0 {
				break
			}
			t.heap[parent], t.heap[i] = t.heap[i], t.heap[parent]
			i = parent
		}
		return
	}
	if c.compare(t.heap[0]) >= 0 {
		return
	}
	t.heap[0] = c
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(t.heap) {
			return
		}
		if child+1 < len(t.heap) && t.heap[child+1].compare(t.heap[child]) > 0 {
			child++
		}
		if t.heap[i].compare(t.heap[child]) >= 0 {
			return
		}
		t.heap[i], t.heap[child] = t.heap[child], t.heap[i]
		i = child
	}
}
