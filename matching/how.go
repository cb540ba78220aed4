package matching

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// how are the rules on how one gets in, and when.
var how = []Criterion{
	{
		Rule:    Cost,
		Applies: func(c *Case) bool { return !c.Person.Ceiling.IsZero() },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			return o.Cost.Within(c.Person.Ceiling.Or(sp.Money{}), c.On)
		},
		Because: func(c *Case, o *directory.Offer) string {
			least, ok := o.Cost.Least(c.On)
			switch {
			case !ok:
				return "does not say what it costs"
			case o.Cost.Charge == directory.Donation:
				return "asks for a donation"
			case least.IsZero():
				return "is free"
			}
			return "costs from " + least.String()
		},
		No:      Change{Scheme, "the fee is funded"},
		Unknown: Change{Provider, "it costs no more than they can pay"},
	},
	{
		Rule: Referral,
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			return o.Routes.Any(c.options.Routes...)
		},
		Because: func(_ *Case, o *directory.Offer) string {
			return yesses("takes people by way of", "does not say how to get in", o.Routes)
		},
		No:      Change{Provider, "it takes such referrals"},
		Unknown: Change{Provider, "it takes such referrals"},
	},
	{
		Rule:    Days,
		Applies: func(c *Case) bool { return len(c.days) > 0 },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			if len(o.Schedules) == 0 {
				return sp.Unknown
			}
			answer := sp.No
			for day := time.Sunday; day <= time.Saturday; day++ {
				for i := range o.Schedules {
					answer = answer.Or(c.days[day].And(o.Schedules[i].Meets(day, c.On)))
				}
			}
			return answer
		},
		Because: func(c *Case, o *directory.Offer) string {
			days, unknown := happens(c, o)
			switch {
			case len(days) > 0:
				return "happens on " + list(days, time.Weekday.String)
			case unknown:
				return "does not say on which days it happens"
			}
			return "happens on no day from then on"
		},
		No: Change{Person, "another day becomes possible"},
		Final: func(c *Case, o *directory.Offer) bool {
			days, unknown := happens(c, o)
			return len(days) == 0 && !unknown
		},
		Unknown: Change{Provider, "it happens on a day when they can come"},
	},
	{
		Rule: Room,
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			stated := c.stated(o)
			if _, full := c.saidFull(o); full {
				return sp.Unknown // it may not be any longer, and people may be waiting to be told so
			}
			if _, waiting := stated.WaitDays.Lookup(); waiting || dropIn(o, stated) {
				return sp.Yes // a wait that can be told is a list that can be joined
			}
			return stated.HasRoom()
		},
		Because: func(c *Case, o *directory.Offer) string {
			stated := c.stated(o)
			times, full := c.saidFull(o)
			switch {
			case full && times == 1:
				return "answered lately that it is full"
			case full:
				return "answered " + strconv.Itoa(times) + " times in a row that it is full"
			case !stated.WaitDays.IsZero():
				return "keeps a waiting list"
			case dropIn(o, stated):
				return "lets people drop in"
			case stated.HasRoom() == sp.Yes:
				return "has room"
			case stated.HasRoom() == sp.No:
				return "is full"
			}
			return "has not said lately whether there is room"
		},
		No:      Change{Provider, "a place becomes free"},
		Unknown: Change{Provider, "there is room"},
		Warns: func(c *Case, o *directory.Offer) bool {
			_, full := c.saidFull(o)
			return full
		},
	},
	{
		Rule:    Freshness,
		Applies: func(c *Case) bool { return c.options.MaxAge > 0 },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			age, known := o.Freshness.Age(c.On)
			return atMost(known, age <= c.options.MaxAge)
		},
		Because: func(_ *Case, o *directory.Offer) string {
			if o.Freshness.Assured.IsZero() {
				return "has an entry of unknown age"
			}
			return "has an entry assured on " + o.Freshness.Assured.String()
		},
		No:      Change{Provider, "its entry is assured again"},
		Unknown: Change{Provider, "its entry is assured"},
	},
}

// stated returns what of the capacity of an offer is still to be believed.
func (c *Case) stated(o *directory.Offer) directory.Capacity {
	return o.Capacity.At(c.At, c.options.CapacityLife)
}

// dropIn reports whether people may come without arranging it, and nothing that is stated
// of room or waits says otherwise: then there is a place, and no wait.
func dropIn(o *directory.Offer, stated directory.Capacity) bool {
	return o.DropIn == sp.Yes && stated.WaitDays.IsZero() && stated.Available.IsZero()
}

// courseEnds returns the day on which help that begins now would end: the last day of the
// schedules, if each has one, or as long from now as the options say that help lasts; zero
// if nobody knows.
func (c *Case) courseEnds(o *directory.Offer) (end sp.Date) {
	for i := range o.Schedules {
		until := o.Schedules[i].Until
		if until.IsZero() {
			end = 0
			break
		}
		end = max(end, until)
	}
	if end.IsZero() && c.options.CourseDays > 0 && !c.On.IsZero() {
		end = c.On.Add(c.options.CourseDays)
	}
	return end
}

// saidFull reports whether the service of an offer answered that it is full, so lately
// that it is to be believed and after anything that its entry states, and how many times
// in a row.
func (c *Case) saidFull(o *directory.Offer) (times int, full bool) {
	seen, ok := c.options.Observed[o.Service]
	if !ok || seen.HasRoom(c.At, c.options.CapacityLife) != sp.No {
		return 0, false
	}
	stated := c.stated(o)
	if !stated.Available.IsZero() || !stated.WaitDays.IsZero() {
		return seen.FullInARow, seen.FullLast.After(stated.Updated)
	}
	return seen.FullInARow, true
}

// happens returns the weekdays on which an offer happens from the day of asking on,
// and whether of some of them it is unknown.
func happens(c *Case, o *directory.Offer) (days []time.Weekday, unknown bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		answer := sp.No
		if len(o.Schedules) == 0 {
			answer = sp.Unknown
		}
		for i := range o.Schedules {
			answer = answer.Or(o.Schedules[i].Meets(day, c.On))
		}
		if answer == sp.Yes {
			days = append(days, day)
		}
		unknown = unknown || answer == sp.Unknown
	}
	return days, unknown
}

// list joins items with commas.
func list[T any](items []T, text func(T) string) string {
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = text(item)
	}
	return strings.Join(all, ", ")
}

// words joins codes, with spaces in place of their hyphens.
func words[T ~string](codes []T) string {
	return list(codes, func(c T) string { return strings.ReplaceAll(string(c), "-", " ") })
}

// yesses returns what is yes in t behind lead, or otherwise none.
func yesses[T ~string](lead, none string, t directory.Truths[T]) string {
	var all []T
	for k, answer := range t {
		if answer == sp.Yes {
			all = append(all, k)
		}
	}
	if len(all) == 0 {
		return none
	}
	slices.Sort(all)
	return lead + " " + words(all)
}
