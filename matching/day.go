package matching

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
)

// A day is what offers cost on a day whoever asks: price, wait, how often they say yes, age
// of the entry.
type day struct {
	usual *Usual
	least []int64 // points at least, by row, at any moment of the day
	floor int64   // the least of these

	// Rows, a bit each.
	full   []uint64 // that have no room all day
	unsure []uint64 // of which all day nobody knows
	steady []uint64 // of which room and points are the same at any moment of the day

	// What brings company, a bit for each row: see [alone].
	together, meets, befriends []uint64
}

// daily are the factors that a day holds.
var daily = func() (of []*Factor) {
	for i := range factors {
		switch factors[i].Kind {
		case TermCost, TermWait, TermAcceptance, TermFreshness:
			of = append(of, &factors[i])
		default:
		}
	}
	return of
}()

// day returns what is known of a day.
func (x *Index) day(c *Case) *day {
	if d, ok := x.kept.Load().days[c.On]; ok {
		return d
	}
	d := x.newDay(c)
	on := c.On
	x.keep(func(next *kept) { next.days[on] = d })
	return d
}

func (x *Index) newDay(c *Case) *day {
	m := c.morning()
	d := &day{usual: x.scheme.Usual, least: make([]int64, x.rows)}
	for _, rows := range []*[]uint64{&d.full, &d.unsure, &d.steady, &d.together, &d.meets, &d.befriends} {
		*rows = make([]uint64, x.leaves())
	}
	if d.usual == nil {
		d.usual = m.usualOf(x.all)
	}
	m.options.Usual, m.weights = d.usual, c.weights
	for row := range d.least {
		o := x.snapshot.At(search.Row(row))
		least, room, steady := m.leastOf(o)
		d.least[row] = least
		if row == 0 || least < d.floor {
			d.floor = least
		}
		note := func(rows []uint64, is bool) {
			if is {
				rows[row>>6] |= 1 << (row & 63)
			}
		}
		note(d.full, room == sp.No)
		note(d.unsure, room == sp.Unknown)
		note(d.steady, steady)
		note(d.together, brings(o))
		note(d.meets, meets(o))
		note(d.befriends, o.Format == directory.Befriending)
	}
	return d
}

// company returns what [alone] does of the offer of a row.
func (d *day) company(row uint32, mode directory.Mode) int64 {
	is := func(rows []uint64) bool { return rows[row>>6]>>(row&63)&1 == 1 }
	return without(mode, is(d.together), is(d.meets), is(d.befriends))
}

// leastOf returns the fewest points that an offer has on the day of m, at any moment and
// taken so that there is no fare; whether it has room, which is yes if that changes; and
// whether neither does.
func (m *Case) leastOf(o *directory.Offer) (sum int64, room sp.Truth, steady bool) {
	morning := m.At
	moments := m.moments(o)
	steady = true
	for i, at := range moments {
		m.At = at
		switch t := roomRule.ask(m, o); {
		case i == 0:
			room = t
		case t != room:
			room, steady = sp.Yes, false
		}
	}
	for _, f := range daily {
		least := int64(0)
		for i, at := range moments {
			m.At = at
			points := f.price(m, Taking{Mode: directory.Telephone}, o).Points
			steady = steady && (i == 0 || points == least)
			if i == 0 || points < least {
				least = points
			}
			if f.Kind != TermWait {
				break // which alone depends on the moment
			}
		}
		sum += least
	}
	m.At = morning
	return sum, room, steady
}

// roomRule is the rule on room.
var roomRule = func() *Criterion {
	for i := range criteria {
		if criteria[i].Rule == Room {
			return &criteria[i]
		}
	}
	return nil
}()

// moments returns times of the day between which nothing changes in what is believed of an
// offer, wherever on earth it is that day.
func (m *Case) moments(o *directory.Offer) []time.Time {
	if m.On.IsZero() {
		return []time.Time{m.At}
	}
	first, last := m.At.Add(-14*time.Hour), m.At.Add(38*time.Hour)
	all := append(m.times[:0], first, last)
	life := m.options.CapacityLife
	if life == 0 {
		life = directory.CapacityLife
	}
	seen := m.options.Observed[o.Service]
	within := func(t time.Time) {
		for _, at := range [...]time.Time{t.Add(-1), t, t.Add(1)} {
			if at.After(first) && at.Before(last) {
				all = append(all, at)
			}
		}
	}
	if !o.Capacity.Updated.IsZero() {
		within(o.Capacity.Updated.Add(life))
	}
	if seen.FullInARow > 0 {
		within(seen.FullLast)
		for n := range 14 {
			within(seen.FullLast.Add(time.Duration(n) * life))
		}
	}
	m.times = all
	return all
}

// unbounded reports whether weights give points for what is to be had less of, so that
// nothing can be said of how few an offer has.
func (w Weights) unbounded() bool {
	return w.Travel.Points < 0 || w.Distance.Points < 0 || w.Cost.Points < 0
}
