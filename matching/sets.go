package matching

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
)

// sets are the rows that answer a question with yes, and those that answer with yes or do
// not say, a bit each.
type sets struct{ yes, maybe []uint64 }

// fits returns the rows that pass.
func (s *sets) fits(p directory.Policy) []uint64 {
	if p.Passes(sp.Unknown) {
		return s.maybe
	}
	return s.yes
}

// keepSets returns the sets that are kept under a key, and finds them first if there are none.
func (x *Index) keepSets(key []byte, find func() sets) sets {
	if s, ok := x.kept.Load().sets[string(key)]; ok {
		return s
	}
	owned := string(key) // which find may write over
	s := find()
	x.keep(func(next *kept) { next.sets[owned] = s })
	return s
}

// ask returns how rows answer a question about a fact. It is asked once for each statement,
// and kept under a key of all else that the answer depends on.
func (x *Index) ask(key []byte, f search.Fact, question func(*directory.Offer) sp.Truth) sets {
	return x.keepSets(key, func() sets { return x.answers(f, question) })
}

func (x *Index) answers(f search.Fact, question func(*directory.Offer) sp.Truth) sets {
	column := x.snapshot.Column(f)
	answers := make([]sp.Truth, len(column.Examples))
	for n, row := range column.Examples {
		answers[n] = question(x.snapshot.At(search.Row(row)))
	}
	s := x.noSets()
	for row, n := range column.Of {
		switch bit := uint64(1) << (row & 63); answers[n] {
		case sp.Yes:
			s.yes[row>>6] |= bit
			s.maybe[row>>6] |= bit
		case sp.No:
		default: // what is no truth value is unknown
			s.maybe[row>>6] |= bit
		}
	}
	return s
}

// noSets returns sets without a row.
func (x *Index) noSets() sets { return sets{make([]uint64, x.leaves()), make([]uint64, x.leaves())} }

// leaves returns how many leaves the rows of the snapshot fill.
func (x *Index) leaves() int { return (x.rows + 63) / 64 }

// keyOf begins a key.
func (a *Answer) keyOf(sort byte) []byte { return append(a.key[:0], sort) }

func number(b []byte, n int64) []byte { return binary.AppendVarint(b, n) }

func text[T ~string](b []byte, s T) []byte {
	return append(number(b, int64(len(s))), s...)
}

func texts[T ~string](b []byte, all []T) []byte {
	for _, s := range all {
		b = text(b, s)
	}
	return b
}

// gather finds the sets of the rules that depend on one fact of an offer each. What the
// other rules say is found out where an offer is asked.
func (a *Answer) gather(x *Index) {
	c := &a.c
	a.rules, a.needs = a.rules[:0], a.needs[:0]
	a.area, a.unasked = nil, false
	for _, rule := range c.asked {
		add := func(key []byte, f search.Fact) {
			a.key = key
			s := x.ask(key, f, func(o *directory.Offer) sp.Truth { return rule.ask(c, o) })
			a.rules = append(a.rules, ruleSets{s, rule})
		}
		switch rule.Rule {
		case Need:
			for _, w := range c.needs.wants {
				a.key = text(a.keyOf('n'), w.code)
				a.needs = append(a.needs, x.ask(a.key, search.Topic, func(o *directory.Offer) sp.Truth { return w.met(o.Topics) }))
			}
		case Open:
			add(number(a.keyOf('p'), int64(c.On)), search.Opening)
		case Funded:
			add(number(a.keyOf('f'), int64(c.On)), search.Opening)
		case Age:
			add(number(a.keyOf('a'), x.age(c)), search.Ages)
		case Groups:
			add(a.groupsKey(), search.Eligibility)
		case Language:
			a.rules = append(a.rules, ruleSets{a.speaks(x), rule})
		case Adjustments:
			a.rules = append(a.rules, ruleSets{a.adjusts(x), rule})
		case Cost:
			ceiling := c.Person.Ceiling.Or(sp.Money{})
			add(text(number(number(a.keyOf('c'), int64(c.On)), ceiling.Minor()), ceiling.Currency()), search.Cost)
		case Referral:
			add(texts(a.keyOf('u'), c.options.Routes), search.WaysIn)
		case Days:
			key := number(a.keyOf('d'), int64(c.On))
			for day := range 7 {
				key = append(key, byte(c.days[time.Weekday(day)]))
			}
			add(key, search.Schedules)
		case Freshness:
			add(number(number(a.keyOf('m'), int64(c.On)), int64(c.options.MaxAge)), search.Assurance)
		case Area:
			a.area = x.snapshot.Column(search.Area).Of
		case Room, Excluded: // a day holds the first, and nothing turns a no of the second into a yes
		default:
			a.unasked = true
		}
	}
	a.gatherWays(x)
}

// age returns the number of bounds up to the age of a person, between two of which all
// answers are the same, or -1 if their age is unknown.
func (x *Index) age(c *Case) int64 {
	age, known := c.Person.Age.Lookup()
	if !known {
		return -1
	}
	n, found := slices.BinarySearch(x.ages, age)
	if found {
		n++
	}
	return int64(n)
}

func (a *Answer) groupsKey() []byte {
	a.groups = a.groups[:0]
	for g := range a.c.groups {
		a.groups = append(a.groups, g)
	}
	slices.Sort(a.groups)
	key := a.keyOf('g')
	for _, g := range a.groups {
		key = append(text(key, g), byte(a.c.groups[g]))
	}
	return key
}

// speaks returns the sets of the rule on language, which depends on two facts.
func (a *Answer) speaks(x *Index) sets {
	c := &a.c
	var spoken, signed sets
	if len(c.languages) > 0 {
		a.key = texts(a.keyOf('l'), c.languages)
		spoken = x.ask(a.key, search.Spoken, func(o *directory.Offer) sp.Truth { return o.Speaks(c.languages...) })
	}
	if !c.signs {
		return spoken
	}
	a.key = a.keyOf('s')
	signed = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access[directory.SignLanguage] })
	if len(c.languages) == 0 {
		return signed
	}
	a.key = texts(a.keyOf('b'), c.languages)
	return x.keepSets(a.key, func() sets {
		both := x.noSets()
		for w := range both.yes {
			both.yes[w], both.maybe[w] = spoken.yes[w]&signed.yes[w], spoken.maybe[w]&signed.maybe[w]
		}
		return both
	})
}

// adjusts returns the sets of the rule on adjustments: each is made if either of two facts
// says so.
func (a *Answer) adjusts(x *Index) sets {
	c := &a.c
	a.key = a.keyOf('j')
	for _, made := range c.Person.Adjustments {
		a.key = text(text(a.key, made.System), made.Code)
	}
	return x.keepSets(a.key, func() sets {
		all := x.noSets()
		for w := range all.yes {
			all.yes[w], all.maybe[w] = ^uint64(0), ^uint64(0)
		}
		for _, made := range c.Person.Adjustments {
			stated := x.answers(search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access[directory.Access(made.Code)] })
			tagged := x.answers(search.Topic, func(o *directory.Offer) sp.Truth { return sp.TruthOf(slices.ContainsFunc(o.Topics, made.Is)) })
			for w := range all.yes {
				all.yes[w] &= stated.yes[w] | tagged.yes[w]
				all.maybe[w] &= stated.maybe[w] | tagged.yes[w]
			}
		}
		return all
	})
}

// gatherWays finds the sets of the ways that may be taken, of who is fetched, and of what the
// person has said that they like or not.
func (a *Answer) gatherWays(x *Index) {
	c := &a.c
	a.ways = a.ways[:0]
	for i := range ways {
		mode := ways[i].mode
		w := waySets{way: i, person: sp.Yes}
		for k := range ways[i].parts {
			part := &ways[i].parts[k]
			if !part.applies(c) {
				continue
			}
			switch part.Rule { //nolint:exhaustive // the others are of the offer
			case Accepted, Safe, Equipped:
				t := part.ask(c, nil)
				w.person = w.person.And(t)
				if !c.passes(t) {
					w.hurdles++
				}
			case Accessible:
				a.key = texts(a.keyOf('x'), c.access)
				w.accessible = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access.All(c.access...) })
			}
		}
		a.key = text(a.keyOf('w'), mode)
		w.offered = x.ask(a.key, search.Modes, func(o *directory.Offer) sp.Truth { return o.Delivery[mode] })
		a.ways = append(a.ways, w)
	}
	a.key = a.keyOf('t')
	a.fetched = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access[directory.Transport] }).yes
	a.liked, a.spotted = a.liked[:0], a.spotted[:0]
	for _, l := range c.likes {
		a.key = text(a.keyOf('i'), l.interest.Activity)
		rows := x.ask(a.key, search.Topic, l.topical).yes
		a.spotted = append(a.spotted, rows)
		if l.interest.Likes == sp.Yes {
			a.liked = append(a.liked, rows)
		}
	}
}
