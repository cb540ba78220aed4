package matching

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A criterion is a rule that is asked on its own.
type criterion struct {
	rule    Rule
	applies func(*judge) bool // nil is always
	ask     func(*judge, *directory.Offer) sp.Truth
	because func(*judge, *directory.Offer) string // what the offer states
	no      Change                                // what would turn a no into a yes
	final   func(*judge, *directory.Offer) bool   // whether nothing would; nil is never
	unknown Change                                // what would have to be confirmed
}

// verdict puts an answer to the rule in words.
func (c *criterion) verdict(j *judge, o *directory.Offer, answer sp.Truth) Verdict {
	v := Verdict{Rule: c.rule, Truth: answer, Because: c.because(j, o)}
	if v.Truth != sp.Yes {
		v.Change = c.remedy(j, o, v.Truth)
	}
	return v
}

// asks reports whether the criterion applies to the person.
func (c *criterion) asks(j *judge) bool { return c.applies == nil || c.applies(j) }

// remedy returns what would make a yes of another answer.
func (c *criterion) remedy(j *judge, o *directory.Offer, t sp.Truth) Change {
	switch {
	case t != sp.No:
		return c.unknown
	case c.final != nil && c.final(j, o):
		return Change{}
	}
	return c.no
}

// criteria are asked in this order: first what rules out most offers for least work.
var criteria = [...]criterion{
	{
		rule:    Excluded,
		applies: func(j *judge) bool { return len(j.options.Without) > 0 },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			out := slices.ContainsFunc(j.options.Without, func(id directory.ID) bool {
				return id == o.ID || id == o.Service || id == o.Organisation
			})
			return sp.TruthOf(!out)
		},
		because: func(*judge, *directory.Offer) string { return "" },
	},
	{
		rule:    Need,
		applies: func(j *judge) bool { return len(j.options.Needs) > 0 },
		ask:     func(j *judge, o *directory.Offer) sp.Truth { return j.needs.truth(o) },
		because: func(j *judge, o *directory.Offer) string {
			text := "does not say what it helps with"
			if len(o.Topics) > 0 {
				text = "helps with " + list(o.Topics, label)
			}
			if spoken := j.needs.count(o).spoken; len(spoken) > 0 {
				text += "; its words speak of " + list(spoken, label)
			}
			return text
		},
		unknown: Change{Provider, "it helps with what is needed"},
	},
	{
		rule: Open,
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			return o.Status.Open().And(sp.TruthOf(!o.Over(j.on)))
		},
		because: func(j *judge, o *directory.Offer) string {
			switch {
			case o.Over(j.on):
				return "is over"
			case o.Status == "":
				return "does not say whether it is running"
			}
			return "is " + string(o.Status)
		},
		unknown: Change{Provider, "it is running"},
	},
	{
		rule: Funded,
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			// Few entries say how long they are funded; not saying so is no doubt.
			return sp.TruthOf(o.FundedUntil.IsZero() || j.on.IsZero() || j.on <= o.FundedUntil)
		},
		because: func(_ *judge, o *directory.Offer) string {
			if o.FundedUntil.IsZero() {
				return "names no end of its funding"
			}
			return "is funded until " + o.FundedUntil.String()
		},
		no: Change{Scheme, "its funding is renewed"},
	},
	{
		rule: Age,
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			ages := o.Eligibility.Ages
			age, known := j.person.Age.Lookup()
			if !known {
				everybody := !ages.IsZero() && ages.From.Or(0) == 0 && ages.Before.IsZero()
				if everybody {
					return sp.Yes
				}
				return sp.Unknown
			}
			return ages.Include(age)
		},
		because: func(_ *judge, o *directory.Offer) string {
			if o.Eligibility.Ages.IsZero() {
				return "names no ages"
			}
			return "is for " + o.Eligibility.Ages.String()
		},
		unknown: Change{Provider, "it takes people of that age"},
	},
	{
		rule: Groups,
		ask:  func(j *judge, o *directory.Offer) sp.Truth { return o.Eligibility.Admits(j.groups) },
		because: func(_ *judge, o *directory.Offer) string {
			e := o.Eligibility
			switch {
			case e.Restricted == sp.No:
				return "is for anybody"
			case len(e.Groups) == 0:
				return "does not say whether it is for anybody"
			case e.Restricted == sp.Yes:
				return "is only for " + words(e.Groups)
			}
			return "is for " + words(e.Groups) + ", perhaps not only"
		},
		unknown: Change{Provider, "it takes people like them"},
	},
	{
		rule: Area,
		ask:  func(j *judge, o *directory.Offer) sp.Truth { return o.Area.Covers(j.home) },
		because: func(_ *judge, o *directory.Offer) string {
			switch {
			case o.Area.Everywhere:
				return "serves people wherever they live"
			case o.Area.IsZero():
				return "does not say which area it serves"
			}
			return "serves people of its area"
		},
		unknown: Change{Provider, "it serves people who live there"},
	},
	{
		rule:    Language,
		applies: func(j *judge) bool { return len(j.languages) > 0 || j.signs },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			t := sp.Yes
			if len(j.languages) > 0 {
				t = o.Speaks(j.languages...)
			}
			if j.signs {
				t = t.And(o.Access[directory.SignLanguage])
			}
			return t
		},
		because: func(_ *judge, o *directory.Offer) string {
			return yesses("speaks", "does not say what it speaks", o.Languages)
		},
		no:      Change{Scheme, "an interpreter comes along"},
		unknown: Change{Provider, "it can speak with them"},
	},
	{
		rule:    Cost,
		applies: func(j *judge) bool { return !j.person.Ceiling.IsZero() },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			return o.Cost.Within(j.person.Ceiling.Or(sp.Money{}), j.on)
		},
		because: func(j *judge, o *directory.Offer) string {
			least, ok := o.Cost.Least(j.on)
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
		no:      Change{Scheme, "the fee is funded"},
		unknown: Change{Provider, "it costs no more than they can pay"},
	},
	{
		rule: Referral,
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			return o.Routes.Any(j.options.Routes...)
		},
		because: func(_ *judge, o *directory.Offer) string {
			return yesses("takes people by way of", "does not say how to get in", o.Routes)
		},
		no:      Change{Provider, "it takes such referrals"},
		unknown: Change{Provider, "it takes such referrals"},
	},
	{
		rule:    Days,
		applies: func(j *judge) bool { return len(j.days) > 0 },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			if len(o.Schedules) == 0 {
				return sp.Unknown
			}
			answer := sp.No
			for day := time.Sunday; day <= time.Saturday; day++ {
				for i := range o.Schedules {
					answer = answer.Or(j.days[day].And(o.Schedules[i].Meets(day, j.on)))
				}
			}
			return answer
		},
		because: func(j *judge, o *directory.Offer) string {
			days, unknown := happens(j, o)
			switch {
			case len(days) > 0:
				return "happens on " + list(days, time.Weekday.String)
			case unknown:
				return "does not say on which days it happens"
			}
			return "happens on no day from then on"
		},
		no: Change{Person, "another day becomes possible"},
		final: func(j *judge, o *directory.Offer) bool {
			days, unknown := happens(j, o)
			return len(days) == 0 && !unknown
		},
		unknown: Change{Provider, "it happens on a day when they can come"},
	},
	{
		rule: Room,
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			c := o.Capacity.At(j.at, j.options.CapacityLife)
			if _, full := j.saidFull(o); full {
				return sp.No
			}
			if _, waiting := c.WaitDays.Lookup(); waiting {
				return sp.Yes // a wait that can be told is a list that can be joined
			}
			return c.HasRoom()
		},
		because: func(j *judge, o *directory.Offer) string {
			c := o.Capacity.At(j.at, j.options.CapacityLife)
			times, full := j.saidFull(o)
			switch {
			case full && times == 1:
				return "answered lately that it is full"
			case full:
				return "answered " + strconv.Itoa(times) + " times in a row that it is full"
			case !c.WaitDays.IsZero():
				return "keeps a waiting list"
			case c.HasRoom() == sp.Yes:
				return "has room"
			case c.HasRoom() == sp.No:
				return "is full"
			}
			return "has not said lately whether there is room"
		},
		no:      Change{Provider, "a place becomes free"},
		unknown: Change{Provider, "there is room"},
	},
	{
		rule:    Freshness,
		applies: func(j *judge) bool { return j.options.MaxAge > 0 },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			age, known := o.Freshness.Age(j.on)
			return atMost(known, age <= j.options.MaxAge)
		},
		because: func(_ *judge, o *directory.Offer) string {
			if o.Freshness.Assured.IsZero() {
				return "has an entry of unknown age"
			}
			return "has an entry assured on " + o.Freshness.Assured.String()
		},
		no:      Change{Provider, "its entry is assured again"},
		unknown: Change{Provider, "its entry is assured"},
	},
}

// saidFull reports whether the service of an offer answered that it is full, so lately
// that it is to be believed and after anything that its entry states, and how many times
// in a row.
func (j *judge) saidFull(o *directory.Offer) (times int, full bool) {
	seen, ok := j.options.Observed[o.Service]
	if !ok || seen.HasRoom(j.at, j.options.CapacityLife) != sp.No {
		return 0, false
	}
	stated := o.Capacity.At(j.at, j.options.CapacityLife)
	if !stated.Available.IsZero() || !stated.WaitDays.IsZero() {
		return seen.FullInARow, seen.FullLast.After(stated.Updated)
	}
	return seen.FullInARow, true
}

// happens returns the weekdays on which an offer happens from the day of asking on,
// and whether of some of them it is unknown.
func happens(j *judge, o *directory.Offer) (days []time.Weekday, unknown bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		answer := sp.No
		if len(o.Schedules) == 0 {
			answer = sp.Unknown
		}
		for i := range o.Schedules {
			answer = answer.Or(o.Schedules[i].Meets(day, j.on))
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
