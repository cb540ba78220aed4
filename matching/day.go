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

	full   []uint64 // rows that have no room all day, a bit each
	unsure []uint64 // rows of which all day nobody knows
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
	m := c.morning()
	words := (x.rows + 63) / 64
	d := &day{usual: x.scheme.Usual, least: make([]int64, x.rows), full: make([]uint64, words), unsure: make([]uint64, words)}
	if d.usual == nil {
		d.usual = m.usualOf(x.all)
	}
	m.options.Usual, m.weights = d.usual, c.weights
	for row := range d.least {
		least, room := m.leastOf(x.snapshot.At(search.Row(row)))
		d.least[row] = least
		switch bit := uint64(1) << (row & 63); room {
		case sp.No:
			d.full[row>>6] |= bit
		case sp.Unknown:
			d.unsure[row>>6] |= bit
		case sp.Yes:
		}
		if row == 0 || d.least[row] < d.floor {
			d.floor = d.least[row]
		}
	}
	on := c.On
	x.keep(func(next *kept) { next.days[on] = d })
	return d
}

// leastOf returns the fewest points that an offer has on the day of m, at any moment and
// taken so that there is no fare; and whether it has room, which is yes if that changes.
func (m *Case) leastOf(o *directory.Offer) (sum int64, room sp.Truth) {
	morning := m.At
	moments := m.moments(o)
	for i, at := range moments {
		m.At = at
		switch t := roomRule.ask(m, o); {
		case i == 0:
			room = t
		case t != room:
			room = sp.Yes
		}
	}
	for _, f := range daily {
		least := int64(0)
		for i, at := range moments {
			m.At = at
			points := f.price(m, Taking{Mode: directory.Telephone}, o).Points
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
	return sum, room
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
