package quality

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// What says what became of a record between two imports.
type What string

// The changes.
const (
	New     What = "new"
	Changed What = "changed"
	Gone    What = "gone" // it stands in the older import and not in the newer; whether it has closed is another question, see [Track]
)

// A Change is a record that one of two imports has and the other has not, or that says
// something else.
type Change struct {
	What   What         `json:"what"`
	Kind   string       `json:"kind"` // "organisation", "service", "place", "venue" or "offer"
	ID     directory.ID `json:"id"`
	Name   string       `json:"name,omitempty"`
	Fields []string     `json:"fields,omitempty"` // members of its JSON that differ, of one that has changed

	Point    geo.Point              `json:"-"`                 // of an offer or a place, the newer one
	Distance sp.Known[geo.Distance] `json:"distance,omitzero"` // of a change that [Near] found
}

// Diff returns what changed from one import to a later one of the same feed: the kinds in
// the order organisations, services, places and venues, each in order of ID. Records are
// compared by what they state. When they were fetched and seen, and the bytes in which the
// feed wrote them, make no difference.
func Diff(before, after directory.Catalogue) []Change {
	changes := diff("organisation", before.Organisations, after.Organisations, func(o *directory.Organisation) subject {
		return subject{o.ID, o.Name, geo.Point{}, &o.Provenance, &o.Freshness}
	})
	changes = append(changes, diff("service", before.Services, after.Services, func(s *directory.Service) subject {
		return subject{s.ID, s.Name, geo.Point{}, &s.Provenance, &s.Freshness}
	})...)
	changes = append(changes, diff("place", before.Places, after.Places, func(p *directory.Place) subject {
		name := p.Name
		if p.Shown == directory.ShownNothing { // the caller may show it to anybody
			name = ""
		}
		return subject{p.ID, name, p.Public().Point, &p.Provenance, &p.Freshness}
	})...)
	return append(changes, diff("venue", before.Venues, after.Venues, func(v *directory.Venue) subject {
		return subject{v.ID, "", geo.Point{}, &v.Provenance, nil}
	})...)
}

// DiffOffers is [Diff] for offers, which is what people look for: an offer has changed if
// its service, its place or its organisation now say something else about it.
func DiffOffers(before, after []directory.Offer) []Change {
	return diff("offer", before, after, func(o *directory.Offer) subject {
		return subject{o.ID, o.Name, o.Point, nil, &o.Freshness}
	})
}

// Near returns the changes at most so far from a point, the nearest first and then in
// their order: what is new, changed or gone around here. Changes whose distance is
// unknown, such as those of an online service, come last.
func Near(changes []Change, from geo.Point, within geo.Distance) []Change {
	var near []Change
	for _, c := range changes {
		d, known := from.DistanceTo(c.Point)
		if known && d > within {
			continue
		}
		if known {
			c.Distance = sp.Know(d)
		}
		near = append(near, c)
	}
	slices.SortStableFunc(near, func(a, b Change) int {
		if a.Distance.IsZero() || b.Distance.IsZero() {
			return cmp.Compare(unknown(a), unknown(b))
		}
		return cmp.Compare(a.Distance.Or(0), b.Distance.Or(0))
	})
	return near
}

func unknown(c Change) int {
	if c.Distance.IsZero() {
		return 1
	}
	return 0
}

// A subject is what a difference needs to know of a record; the pointers point into it.
type subject struct {
	id     directory.ID
	name   string
	point  geo.Point
	origin *directory.Provenance
	fresh  *directory.Freshness
}

func diff[T any](kind string, before, after []T, of func(*T) subject) []Change {
	was := make(map[directory.ID]*T, len(before))
	for i := range before {
		was[of(&before[i]).id] = &before[i]
	}
	changes := changed(kind, after, was, of)
	for i := range after {
		delete(was, of(&after[i]).id)
	}
	for _, old := range was {
		s := of(old)
		changes = append(changes, Change{What: Gone, Kind: kind, ID: s.id, Name: s.name, Point: s.point})
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.What, b.What)) })
	return changes
}

// changed returns what is new or has changed, in the order of after. Each processor
// compares a share.
func changed[T any](kind string, after []T, was map[directory.ID]*T, of func(*T) subject) []Change {
	shares := make([][]Change, runtime.GOMAXPROCS(0))
	size := (len(after) + len(shares) - 1) / len(shares)
	var all sync.WaitGroup
	for n := range shares {
		all.Go(func() {
			from := min(len(after), n*size)
			part := after[from:min(len(after), from+size)]
			for i := range part {
				s := of(&part[i])
				switch old := was[s.id]; {
				case old == nil:
					shares[n] = append(shares[n], Change{What: New, Kind: kind, ID: s.id, Name: s.name, Point: s.point})
				case !same(old, &part[i], of):
					shares[n] = append(shares[n], Change{What: Changed, Kind: kind, ID: s.id, Name: s.name, Fields: fields(old, &part[i], of), Point: s.point})
				}
			}
		})
	}
	all.Wait()
	return slices.Concat(shares...)
}

// stated returns a copy of a record with nothing but what it states.
func stated[T any](record *T, of func(*T) subject) T {
	c := *record
	s := of(&c)
	if s.origin != nil {
		*s.origin = directory.Provenance{}
	}
	if s.fresh != nil {
		*s.fresh = directory.Freshness{Assured: s.fresh.Assured, Modified: s.fresh.Modified.UTC().Truncate(time.Microsecond)}
	}
	return c
}

// same compares records. Most are equal in memory too, which is quicker to see; others
// may still say the same, such as one that was stored and has no slice for an empty one.
func same[T any](a, b *T, of func(*T) subject) bool {
	x, y := stated(a, of), stated(b, of)
	if reflect.DeepEqual(x, y) {
		return true
	}
	p, errA := json.Marshal(x)
	q, errB := json.Marshal(y)
	return errA == nil && errB == nil && bytes.Equal(p, q)
}

// fields names the members in which the JSON of two records differs.
func fields[T any](a, b *T, of func(*T) subject) []string {
	was, is := members(stated(a, of)), members(stated(b, of))
	for name, value := range is {
		if bytes.Equal(was[name], value) {
			delete(was, name)
		} else {
			was[name] = value
		}
	}
	return slices.Sorted(maps.Keys(was))
}

func members(v any) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	data, err := json.Marshal(v)
	if err != nil || json.Unmarshal(data, &m) != nil { // records of the directory are written and read
		return nil
	}
	return m
}
