package memstore

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"github.com/socialprescribing/sp/store"
)

// A kindIndex holds the records of one tenant and kind in every order that a
// query can ask for.
type kindIndex struct {
	byID  *index            // every record, under the value ""
	terms map[string]*index // by name of the term
}

// An index orders records by the value of one term, then by ID.
type index struct {
	tree   *btree.BTreeG[place]
	counts map[string]int // number of records by value, to choose the best index
}

type place struct {
	value string
	id    string
	e     *entry
}

func (p place) compare(o place) int {
	return cmp.Or(strings.Compare(p.value, o.value), strings.Compare(p.id, o.id))
}

func newIndex() *index {
	less := func(a, b place) bool { return a.compare(b) < 0 }
	return &index{
		tree:   btree.NewBTreeGOptions(less, btree.Options{NoLocks: true}),
		counts: make(map[string]int),
	}
}

func (in *index) add(value string, e *entry) {
	in.tree.Set(place{value, e.id, e})
	in.counts[value]++
}

func (in *index) drop(value string, e *entry) {
	in.tree.Delete(place{value, e.id, e})
	if in.counts[value]--; in.counts[value] == 0 {
		delete(in.counts, value)
	}
}

func newKindIndex() *kindIndex {
	return &kindIndex{byID: newIndex(), terms: make(map[string]*index)}
}

// put notes that e holds a new record, in place of old unless that is nil.
func (k *kindIndex) put(e *entry, old *store.Record) {
	var before store.Terms
	if old == nil {
		k.byID.add("", e)
	} else {
		before = old.Terms
	}
	for name, value := range before {
		if e.r.Terms[name] != value {
			k.terms[name].drop(value, e)
		}
	}
	for name, value := range e.r.Terms {
		if before[name] == value {
			continue
		}
		in := k.terms[name]
		if in == nil {
			in = newIndex()
			k.terms[name] = in
		}
		in.add(value, e)
	}
}

func (k *kindIndex) remove(e *entry) {
	k.byID.drop("", e)
	for name, value := range e.r.Terms {
		k.terms[name].drop(value, e)
	}
}

// page returns the first n records that answer q, in its order.
func (k *kindIndex) page(q store.Query, n int) []*store.Record {
	name, values, count := k.narrowest(q)
	if count == 0 {
		return nil
	}
	if q.Range.IsZero() {
		if len(values) > 1 {
			return k.merge(name, values, q, n)
		}
		in, value := k.byID, ""
		if name != "" {
			in, value = k.terms[name], values[0]
		}
		page := make([]*store.Record, 0, n)
		in.walk(q, value, func(r *store.Record) bool {
			page = append(page, r)
			return len(page) < n
		})
		return page
	}
	in := k.terms[q.Range.Term]
	if in == nil {
		return nil
	}
	// Walking the range meets a match at every (size / count) places, if they
	// are spread evenly; the other way is to look at all count, each of which
	// takes about twice as long, since most places are passed at the first glance.
	if size := float64(in.tree.Len()); name != "" && 2*float64(count)*float64(count) < float64(n)*size {
		return k.merge(name, values, q, n)
	}
	return in.walkRange(q, n)
}

// narrowest returns the term of q.Where that the fewest records meet, with its
// distinct values and the number of records. Without any it returns "".
func (k *kindIndex) narrowest(q store.Query) (name string, values []string, count int) {
	count = math.MaxInt
	for term, vs := range q.Where {
		vs = slices.Compact(slices.Sorted(slices.Values(vs)))
		n := 0
		if in := k.terms[term]; in != nil {
			for _, v := range vs {
				n += in.counts[v]
			}
		}
		if n < count || n == count && term < name {
			name, values, count = term, vs, n
		}
	}
	return name, values, count
}

// merge returns the first n answers among the records that have one of values.
func (k *kindIndex) merge(name string, values []string, q store.Query, n int) []*store.Record {
	type placed struct {
		store.Cursor
		r *store.Record
	}
	var first []placed // in order
	for _, v := range values {
		k.terms[name].walk(q, v, func(r *store.Record) bool {
			p := placed{q.Cursor(*r), r}
			if len(first) == n {
				if p.Compare(first[n-1].Cursor) > 0 {
					return !q.Range.IsZero() // those that follow are behind p, unless a range orders them
				}
				first = first[:n-1]
			}
			i, _ := slices.BinarySearchFunc(first, p.Cursor, func(a placed, c store.Cursor) int { return a.Compare(c) })
			first = slices.Insert(first, i, p)
			return true
		})
	}
	page := make([]*store.Record, len(first))
	for i, p := range first {
		page[i] = p.r
	}
	return page
}

// walk calls yield for the answers among the records that have value, in order of ID, until it returns false.
func (in *index) walk(q store.Query, value string, yield func(*store.Record) bool) {
	from := place{value: value}
	if q.Range.IsZero() {
		from.id = q.After.ID
	}
	in.tree.Ascend(from, func(p place) bool {
		return p.value == value && (!q.Match(*p.e.r) || yield(p.e.r))
	})
}

// walkRange returns the first n answers, walking along the range itself.
func (in *index) walkRange(q store.Query, n int) []*store.Record {
	from := place{value: q.Range.From}
	if after := (place{value: q.After.Value, id: q.After.ID}); after.compare(from) > 0 {
		from = after
	}
	page := make([]*store.Record, 0, n)
	in.tree.Ascend(from, func(p place) bool {
		if q.Range.Before != "" && p.value >= q.Range.Before {
			return false
		}
		if q.Match(*p.e.r) {
			page = append(page, p.e.r)
		}
		return len(page) < n
	})
	return page
}
