package search

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A part is one thing that a query asks for.
type part struct {
	name  string // as in [directory.Answer]
	key   []byte // of all that the answer depends on
	fact  Fact
	query directory.Query // that asks for this and nothing else
}

// ask returns whether an offer satisfies the part. The days of the week are a part of their
// own, and of the sessions that are asked for as well, so that of these two only one counts.
func (p part) ask(o *directory.Offer) sp.Truth {
	if p.name != "when" {
		return p.query.Fits(*o)
	}
	for _, a := range p.query.Explain(*o) {
		if a.Part == p.name {
			return a.Truth
		}
	}
	return sp.Yes
}

// each calls do with each part of q but distance and text. The key is good until do
// returns.
func (s *Snapshot) each(q *directory.Query, buffer []byte, do func(part)) {
	day := sp.Date(0)
	if !q.At.IsZero() {
		day = sp.DateOf(q.At)
	}
	key := func(letter byte) []byte { return append(buffer[:0], letter) }
	dated := func(letter byte) []byte { return number(key(letter), int64(day)) }
	if len(q.Organisations) > 0 {
		do(part{"organisations", texts(key('o'), q.Organisations), Organisation, directory.Query{Organisations: q.Organisations}})
	}
	if len(q.Without) > 0 {
		do(part{"without", texts(key('w'), q.Without), Organisation, directory.Query{Without: q.Without}})
	}
	if q.Open {
		do(part{"open", dated('p'), Opening, directory.Query{Open: true, At: q.At}})
	}
	if q.MaxAge > 0 {
		do(part{"maxage", number(dated('m'), int64(q.MaxAge)), Assurance, directory.Query{MaxAge: q.MaxAge, At: q.At}})
	}
	if age, ok := q.Age.Lookup(); ok {
		do(part{"age", number(key('a'), int64(s.bounds.age(age))), Ages, directory.Query{Age: q.Age}})
	}
	if q.Free {
		do(part{"free", dated('f'), Cost, directory.Query{Free: true, At: q.At}})
	}
	if !q.MaxCost.IsZero() {
		k := text(number(dated('c'), q.MaxCost.Minor()), q.MaxCost.Currency())
		do(part{"maxcost", k, Cost, directory.Query{MaxCost: q.MaxCost, At: q.At}})
	}
	if q.Room {
		k := number(number(key('r'), int64(q.CapacityLife)), int64(s.bounds.outdated(q.At, q.CapacityLife)))
		do(part{"room", k, Capacity, directory.Query{Room: true, At: q.At, CapacityLife: q.CapacityLife}})
	}
	if len(q.Topics) > 0 {
		k := key('t')
		for _, group := range q.Topics {
			k = number(k, int64(len(group)))
			for i := range group {
				k = text(text(k, group[i].System), group[i].Code)
			}
		}
		do(part{"topics", k, Topic, directory.Query{Topics: q.Topics}})
	}
	if q.Groups != nil {
		do(part{"groups", truths(key('g'), q.Groups), Eligibility, directory.Query{Groups: q.Groups}})
	}
	if len(q.Delivery) > 0 {
		do(part{"delivery", texts(key('d'), q.Delivery), Modes, directory.Query{Delivery: q.Delivery}})
	}
	if len(q.Languages) > 0 {
		do(part{"languages", texts(key('l'), q.Languages), Spoken, directory.Query{Languages: q.Languages}})
	}
	if len(q.Access) > 0 {
		do(part{"access", texts(key('x'), q.Access), Accessibility, directory.Query{Access: q.Access}})
	}
	if len(q.Routes) > 0 {
		do(part{"routes", texts(key('u'), q.Routes), WaysIn, directory.Query{Routes: q.Routes}})
	}
	if len(q.Days) > 0 {
		k := dated('y')
		for _, d := range q.Days {
			k = number(k, int64(d))
		}
		do(part{"days", k, Schedules, directory.Query{Days: q.Days, At: q.At}})
	}
	if q.Dates != (sp.Period{}) || q.Hours != (directory.Hours{}) {
		k := number(number(dated('z'), int64(q.Dates.Start)), int64(q.Dates.End))
		k = number(number(k, int64(q.Hours.From)), int64(q.Hours.Until))
		for _, d := range q.Days {
			k = number(k, int64(d))
		}
		do(part{"when", k, Schedules, directory.Query{Dates: q.Dates, Hours: q.Hours, Days: q.Days, At: q.At}})
	}
	if !q.Home.IsZero() {
		do(part{"home", home(key('h'), &q.Home), Area, directory.Query{Home: q.Home}})
	}
}

func texts[T ~string](b []byte, all []T) []byte {
	b = number(b, int64(len(all)))
	for _, s := range all {
		b = text(b, s)
	}
	return b
}

func home(b []byte, h *directory.Home) []byte {
	b = text(decimal(decimal(b, h.Point.Lat), h.Point.Lon), h.Postcode)
	for _, a := range h.Areas {
		b = number(text(b, a.Code), int64(a.Boundary))
	}
	return b
}

// bounds are where the answer to a question that has no end of arguments changes, so
// that answers are kept for what lies between two of them.
type bounds struct {
	ages    []directory.Months // at which some offer begins or ends to take people
	updates []time.Time        // when capacities were stated, the oldest first
}

// age returns the number of bounds up to an age.
func (b *bounds) age(m directory.Months) int {
	return search(len(b.ages), func(i int) bool { return b.ages[i] > m })
}

// outdated returns the number of statements that are no longer believed at a time.
func (b *bounds) outdated(at time.Time, life time.Duration) int {
	if at.IsZero() {
		return -1
	}
	if life == 0 {
		life = directory.CapacityLife
	}
	return search(len(b.updates), func(i int) bool { return at.Sub(b.updates[i]) <= life })
}

// search returns the first number below n of which a statement is true that is true of
// all above it, or n.
func search(n int, is func(int) bool) int {
	low := 0
	for low < n {
		if middle := int(uint(low+n) / 2); is(middle) {
			n = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func newBounds(columns *[factCount]column, rows []*directory.Offer) bounds {
	var b bounds
	for _, row := range columns[Ages].examples {
		ages := &rows[row].Eligibility.Ages
		for _, end := range [...]sp.Known[directory.Months]{ages.From, ages.Before} {
			if m, ok := end.Lookup(); ok {
				b.ages = append(b.ages, m)
			}
		}
	}
	for _, row := range columns[Capacity].examples {
		if at := rows[row].Capacity.Updated; !at.IsZero() {
			b.updates = append(b.updates, at)
		}
	}
	slices.Sort(b.ages)
	b.ages = slices.Compact(b.ages)
	slices.SortFunc(b.updates, time.Time.Compare)
	b.updates = slices.CompactFunc(b.updates, time.Time.Equal)
	return b
}
