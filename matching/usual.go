package matching

import (
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Usual is what is usual among the offers of a directory. A score counts what an entry does
// not state as the median of its kind, so that a thin entry is neither punished nor
// rewarded for saying little.
type Usual struct {
	Kinds map[directory.Format]Typical `json:"kinds"` // by format, where enough offers of it state something
	All   Typical                      `json:"all"`   // over all offers, for formats of which too few say
}

// Typical holds the lower median of each number over the offers that state it. A number is
// unknown if too few offers do: of one format at least five must, of all offers at least one.
type Typical struct {
	Price     sp.Known[int64] `json:"price,omitzero"`     // the lowest price of one attendance, in minor units such as pence
	WaitDays  sp.Known[int]   `json:"waitDays,omitzero"`  // days until the first session, as stated or as observed
	EntryDays sp.Known[int]   `json:"entryDays,omitzero"` // days since the entry was assured
	Accepted  sp.Known[int]   `json:"accepted,omitzero"`  // requests in a hundred that the service said yes to, as observed
}

// enoughOfAKind is how many offers of a format must state something: a choice of this library.
const enoughOfAKind = 5

// UsualOf returns what is usual among offers at a time, given how their services have
// answered by then. Offers that are closed or over do not count. It takes time in proportion
// to the number of offers: call it once, and pass the result to each call in [Options].Usual.
func UsualOf(offers []directory.Offer, observed map[directory.ID]directory.Observed, at time.Time) *Usual {
	c := &Case{At: at, options: Options{Observed: observed}}
	if !at.IsZero() {
		c.On = sp.DateOf(at)
	}
	return c.usualOf(pointers(offers))
}

// A sample is what offers state.
type sample struct{ prices, waits, ages, yeses []int64 }

// pointers yields the offers of a slice.
func pointers(offers []directory.Offer) iter.Seq[*directory.Offer] {
	return func(yield func(*directory.Offer) bool) {
		for i := range offers {
			if !yield(&offers[i]) {
				return
			}
		}
	}
}

func (c *Case) usualOf(offers iter.Seq[*directory.Offer]) *Usual {
	kinds := map[directory.Format]*sample{}
	all := &sample{}
	for o := range offers {
		if o.Status.Open() == sp.No || o.Over(c.On) {
			continue
		}
		kind := kinds[o.Format]
		if kind == nil {
			kind = &sample{}
			kinds[o.Format] = kind
		}
		c.add(kind, o)
	}
	u := &Usual{Kinds: make(map[directory.Format]Typical, len(kinds))}
	for format, kind := range kinds {
		all.prices, all.waits = append(all.prices, kind.prices...), append(all.waits, kind.waits...)
		all.ages, all.yeses = append(all.ages, kind.ages...), append(all.yeses, kind.yeses...)
		if t := kind.typical(enoughOfAKind); t != (Typical{}) {
			u.Kinds[format] = t
		}
	}
	u.All = all.typical(1)
	return u
}

// add notes what an offer states.
func (c *Case) add(s *sample, o *directory.Offer) {
	if price, ok := o.Cost.Least(c.On); ok {
		s.prices = append(s.prices, min(max(price.Minor(), 0), most))
	}
	stated, seen := c.stated(o), c.options.Observed[o.Service]
	switch days, ok := stated.WaitDays.Lookup(); {
	case ok:
		s.waits = append(s.waits, bounded(days))
	case !seen.Wait().IsZero():
		s.waits = append(s.waits, bounded(seen.Wait().Or(0)))
	case stated.HasRoom() == sp.Yes || dropIn(o, stated):
		s.waits = append(s.waits, 0)
	}
	if days, ok := o.Freshness.Age(c.On); ok {
		s.ages = append(s.ages, bounded(days))
	}
	if share, ok := accepted(seen); ok {
		s.yeses = append(s.yeses, percent(share.Value))
	}
}

// bounded keeps a feed's slip of the pen from being a median.
func bounded(days int) int64 { return min(max(int64(days), 0), most) }

func (s *sample) typical(enough int) Typical {
	number := func(of []int64) (n sp.Known[int]) {
		if m, ok := median(of, enough).Lookup(); ok {
			n = sp.Know(int(m))
		}
		return n
	}
	return Typical{Price: median(s.prices, enough), WaitDays: number(s.waits), EntryDays: number(s.ages), Accepted: number(s.yeses)}
}

// median returns the lower median, if there are enough.
func median(of []int64, enough int) sp.Known[int64] {
	if len(of) < enough {
		return sp.Known[int64]{}
	}
	slices.Sort(of)
	return sp.Know(of[(len(of)-1)/2])
}

// usually returns what is usual of the kind of an offer. What is worked out here is that at
// the beginning of the day, so that it is the same all day.
func (c *Case) usually(o *directory.Offer) Typical {
	if c.options.Usual == nil {
		c.options.Usual = c.morning().usualOf(pointers(c.among))
	}
	return c.options.Usual.of(o.Format)
}

// morning is a case of nobody at the beginning of the day.
func (c *Case) morning() *Case {
	at := &Case{On: c.On, options: Options{Observed: c.options.Observed, CapacityLife: c.options.CapacityLife}}
	if !c.On.IsZero() {
		at.At = c.On.In(time.UTC)
	}
	return at
}

// of returns what is usual of a format, and of all offers where too few of it say.
func (u *Usual) of(f directory.Format) Typical {
	t := u.Kinds[f]
	if t.Price.IsZero() {
		t.Price = u.All.Price
	}
	if t.WaitDays.IsZero() {
		t.WaitDays = u.All.WaitDays
	}
	if t.EntryDays.IsZero() {
		t.EntryDays = u.All.EntryDays
	}
	if t.Accepted.IsZero() {
		t.Accepted = u.All.Accepted
	}
	return t
}
