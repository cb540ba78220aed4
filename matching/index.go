package matching

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// An Index gives the answers of [Rank] and [NearMisses] over the offers of a snapshot, in
// microseconds where these look at every offer. It never changes and is safe for use by any
// number of goroutines; when the directory has changed, or how services have answered, make
// another.
//
//	index, err := matching.NewIndex(snapshot, scheme) // once
//	...
//	var answer matching.Answer // one for each goroutine
//	err = index.Rank(profile, matching.Request{Needs: needs, Travel: byBus, Limit: 20}, &answer)
//	for _, p := range answer.Proposals() { ... }
//
// It works from the columns of the snapshot. Rules that depend on one fact leave, 64 offers at
// a time, those that may fit; of these, beginning with the nearest, columns tell the fewest
// points that each can have. For most of those that can be among the best, the columns give
// the exact score. The others are judged and priced one by one, by the same code as in [Rank].
//
// An index keeps the sets of offers that answer a question, which take up to 64 bytes for each
// offer and are worked out when a question is new. It also keeps a price of each offer for each
// day, which the first call of the day works out in about a microsecond an offer.
type Index struct {
	snapshot     *search.Snapshot
	scheme       Options
	rows, placed int
	orgs         map[directory.ID]uint32 // statements of the column of organisations
	ages         []directory.Months      // at which some offer begins or ends to take people
	twins        bool                    // some offers have one ID
	mu           sync.Mutex
	kept         atomic.Pointer[kept]
}

// A Request is what is asked for one person. Its fields mean what those of [Options] mean.
type Request struct {
	At         time.Time
	Limit      int
	Needs      []needs.Code
	Order      Order
	Travel     Travel
	Shortest   func(geo.Distance) int
	Continuity []directory.ID
	Without    []directory.ID
}

// options returns the options of a scheme for a request.
func (r *Request) options(scheme *Options) Options {
	o := *scheme
	o.At, o.Limit, o.Needs, o.Order, o.Travel, o.Shortest = r.At, r.Limit, r.Needs, r.Order, r.Travel, r.Shortest
	o.Continuity, o.Without = r.Continuity, r.Without
	return o
}

// NewIndex returns an index of the offers of a snapshot for the options of a scheme. Options
// that a [Request] has too are taken from the request, not from the scheme. NewIndex fails as
// [Options.Check] does. It keeps the snapshot and the options: do not change them afterwards.
func NewIndex(s *search.Snapshot, scheme Options) (*Index, error) {
	if err := (&Request{}).checked(&scheme); err != nil {
		return nil, err
	}
	x := &Index{snapshot: s, scheme: (&Request{}).options(&scheme), orgs: make(map[directory.ID]uint32)}
	x.rows, x.placed = s.Built()
	for n, row := range s.Column(search.Organisation).Examples {
		x.orgs[s.At(search.Row(row)).Organisation] = uint32(n)
	}
	for _, row := range s.Column(search.Ages).Examples {
		ages := &s.At(search.Row(row)).Eligibility.Ages
		for _, end := range [...]sp.Known[directory.Months]{ages.From, ages.Before} {
			if m, ok := end.Lookup(); ok {
				x.ages = append(x.ages, m)
			}
		}
	}
	slices.Sort(x.ages)
	x.ages = slices.Compact(x.ages)
	seen := make(map[directory.ID]bool, x.rows)
	for row := range uint32(x.rows) {
		x.twins = x.twins || seen[s.ID(row)]
		seen[s.ID(row)] = true
	}
	x.kept.Store(&kept{})
	return x, nil
}

// checked reports what cannot be meant, of somebody.
func (r *Request) checked(scheme *Options) error {
	o := r.options(scheme)
	return o.Check(&person.Profile{ID: "P"})
}

// kept is what an index has worked out. It is copied when something is added, since it is
// read far more often than that.
type kept struct {
	sets   map[string]sets
	wanted map[needs.Code]*wanted
	likes  map[person.Interest]*liking
	days   map[sp.Date]*day
}

// mostKept is how much of each sort is kept before the keeping begins anew.
const mostKept, mostDays = 256, 3

// keep adds to what is kept, under a lock.
func (x *Index) keep(add func(next *kept)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.kept.Load()
	next := &kept{fewer(now.sets, mostKept), fewer(now.wanted, mostKept), fewer(now.likes, mostKept), fewer(now.days, mostDays)}
	add(next)
	x.kept.Store(next)
}

// fewer returns a copy, or nothing where there is no more room.
func fewer[K comparable, V any](m map[K]V, most int) map[K]V {
	if m == nil || len(m) >= most {
		return make(map[K]V)
	}
	return maps.Clone(m)
}

func (x *Index) wanted(code needs.Code) *wanted {
	w, ok := x.kept.Load().wanted[code]
	if !ok {
		w = newWanted(code, &x.scheme)
		x.keep(func(next *kept) { next.wanted[code] = w })
	}
	return w
}

func (x *Index) liking(in person.Interest) *liking {
	l, ok := x.kept.Load().likes[in]
	if !ok {
		l = newLiking(in, &x.scheme)
		x.keep(func(next *kept) { next.likes[in] = l })
	}
	return l
}

// all yields every offer of the snapshot.
func (x *Index) all(yield func(*directory.Offer) bool) {
	for row := range x.rows + x.snapshot.Changed() {
		if row < x.rows && x.snapshot.Gone(row>>6)>>(row&63)&1 == 1 {
			continue
		}
		if !yield(x.snapshot.At(search.Row(row))) {
			return
		}
	}
}
