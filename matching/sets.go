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

// ask returns how rows answer a question about a fact. It is asked once for each statement,
// and kept under a key of all else that the answer depends on.
func (x *Index) ask(key []byte, f search.Fact, question func(*directory.Offer) sp.Truth) sets {
	if s, ok := x.kept.Load().sets[string(key)]; ok {
		return s
	}
	column := x.snapshot.Column(f)
	answers := make([]sp.Truth, len(column.Examples))
	for n, row := range column.Examples {
		answers[n] = question(x.snapshot.At(search.Row(row)))
	}
	words := (x.rows + 63) / 64
	s := sets{make([]uint64, words), make([]uint64, words)}
	for row, n := range column.Of {
		switch bit := uint64(1) << (row & 63); answers[n] {
		case sp.Yes:
			s.yes[row>>6] |= bit
			s.maybe[row>>6] |= bit
		case sp.Unknown:
			s.maybe[row>>6] |= bit
		case sp.No:
		}
	}
	owned := string(key)
	x.keep(func(next *kept) { next.sets[owned] = s })
	return s
}

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
	a.area = nil
	for _, rule := range c.asked {
		add := func(key []byte, f search.Fact) {
			a.key = key
			s := x.ask(key, f, func(o *directory.Offer) sp.Truth { return rule.ask(c, o) })
			a.rules = append(a.rules, ruleSets{sets: s, changeable: rule.No.Possible()})
		}
		switch rule.Rule { //nolint:exhaustive // explained above
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
			a.speaks(x)
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

// speaks adds the sets of the rule on language, which depends on two facts.
func (a *Answer) speaks(x *Index) {
	c := &a.c
	r := ruleSets{changeable: true}
	if len(c.languages) > 0 {
		a.key = texts(a.keyOf('l'), c.languages)
		r.sets = x.ask(a.key, search.Spoken, func(o *directory.Offer) sp.Truth { return o.Speaks(c.languages...) })
	}
	if c.signs {
		a.key = a.keyOf('s')
		r.second = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access[directory.SignLanguage] })
	}
	if len(c.languages) == 0 {
		r.sets = r.second
	}
	a.rules = append(a.rules, r)
}

// gatherWays finds the sets of the ways, of what keeps them the same for every offer, and of
// who is fetched.
func (a *Answer) gatherWays(x *Index) {
	c := &a.c
	for i := range ways {
		mode := ways[i].mode
		a.key = text(a.keyOf('w'), mode)
		w := waySets{offered: x.ask(a.key, search.Modes, func(o *directory.Offer) sp.Truth { return o.Delivery[mode] }), person: sp.Yes}
		for k := range ways[i].parts {
			part := &ways[i].parts[k]
			if !part.applies(c) {
				continue
			}
			switch part.Rule { //nolint:exhaustive // the others are of the offer
			case Accepted, Safe, Equipped:
				w.person = w.person.And(part.ask(c, nil))
			case Accessible:
				a.key = texts(a.keyOf('x'), c.access)
				w.accessible = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access.All(c.access...) })
				w.asksAccess = true
			}
		}
		a.ways[i] = w
	}
	a.key = a.keyOf('t')
	a.fetched = x.ask(a.key, search.Accessibility, func(o *directory.Offer) sp.Truth { return o.Access[directory.Transport] }).yes
	a.tagged = a.tagged[:0]
	for _, l := range c.likes {
		if l.interest.Likes == sp.Yes {
			a.key = text(a.keyOf('i'), l.interest.Activity)
			a.tagged = append(a.tagged, x.ask(a.key, search.Topic, l.topical).yes)
		}
	}
}
