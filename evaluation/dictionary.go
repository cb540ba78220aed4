package evaluation

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
)

// A dictionary numbers texts, and lists of them, from 1 in order of arrival.
type dictionary struct {
	texts []string            // a list by its texts, each behind its length
	lists map[uint32][]string // of more than one text
	slots []uint32            // open addressing: a number, 0 is free
	page  strings.Builder     // where the next texts stand together

	sorted []string // used again and again
	joined []byte
}

// seed is of where texts stand in dictionaries; their numbers do not depend on it.
var seed = maphash.MakeSeed()

// of returns the number of a list, in whatever order its texts are.
func (d *dictionary) of(list []string) uint32 {
	switch len(list) {
	case 0:
		return 0
	case 1:
		return d.one(list[0])
	}
	d.sorted = append(d.sorted[:0], list...)
	slices.Sort(d.sorted)
	d.sorted = slices.Compact(d.sorted)
	if len(d.sorted) == 1 {
		return d.one(d.sorted[0])
	}
	d.joined = d.joined[:0]
	for _, text := range d.sorted {
		d.joined = append(binary.AppendUvarint(d.joined, uint64(len(text))), text...)
	}
	slot := d.slot(maphash.Bytes(seed, d.joined), func(n uint32) bool {
		return d.texts[n-1] == string(d.joined) && d.lists[n] != nil
	})
	if n := *slot; n != 0 {
		return n
	}
	n := d.add(slot, string(d.joined))
	if d.lists == nil {
		d.lists = map[uint32][]string{}
	}
	for i := range d.sorted {
		d.sorted[i] = strings.Clone(d.sorted[i])
	}
	d.lists[n] = slices.Clone(d.sorted)
	return n
}

// one returns the number of a text alone.
func (d *dictionary) one(text string) uint32 {
	slot := d.slot(maphash.String(seed, text), func(n uint32) bool {
		return d.texts[n-1] == text && d.lists[n] == nil
	})
	if n := *slot; n != 0 {
		return n
	}
	return d.add(slot, text)
}

// slot returns where the number of a text stands, or would.
func (d *dictionary) slot(hash uint64, is func(n uint32) bool) *uint32 {
	if len(d.texts)*4 >= len(d.slots)*3 {
		d.grow()
	}
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if n := d.slots[i]; n == 0 || is(n) {
			return &d.slots[i]
		}
	}
}

// grow makes room for twice as many texts.
func (d *dictionary) grow() {
	d.slots = make([]uint32, max(8, 2*len(d.slots)))
	mask := uint64(len(d.slots) - 1)
	for n, text := range d.texts {
		i := maphash.String(seed, text) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = uint32(n + 1)
	}
}

// add adds a copy of a text, which otherwise would hold the event that it is from.
func (d *dictionary) add(slot *uint32, text string) uint32 {
	if d.page.Cap()-d.page.Len() < len(text) {
		size := max(len(text), min(page, 16*(len(d.texts)+1)))
		d.page.Reset()
		d.page.Grow(size)
	}
	from := d.page.Len()
	d.page.WriteString(text)
	d.texts = append(d.texts, d.page.String()[from:])
	*slot = uint32(len(d.texts))
	return *slot
}

// list returns the texts of a number, none of 0. They are not to be changed.
func (d *dictionary) list(n uint32) []string {
	if n == 0 {
		return nil
	}
	if list, ok := d.lists[n]; ok {
		return list
	}
	return d.texts[n-1 : n : n]
}
