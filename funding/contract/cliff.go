package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Horizon says until when a provider or one of its services is funded.
type Horizon struct {
	Provider directory.ID
	Service  directory.ID // empty for core costs, and for a provider as a whole
	Until    sp.Date      // the first day without a contract; zero if there is none today
	Months   int          // whole months of certainty that are left
	Next     sp.Date      // when a contract starts again after that; zero if none does
}

// Horizons returns until when each service is funded, as of at, the soonest
// first. Contracts that follow one another without a gap count as one.
func (b *Book) Horizons(at sp.Date) []Horizon {
	horizons := make([]Horizon, len(b.lines))
	for i, l := range b.lines {
		horizons[i] = horizon(l.provider, l.service, l.terms, at)
	}
	return soonest(horizons)
}

// ProviderHorizons returns until when each provider has any contract, as of at,
// the soonest first.
func (b *Book) ProviderHorizons(at sp.Date) []Horizon {
	var horizons []Horizon
	for start := 0; start < len(b.terms); {
		end := start + 1
		for end < len(b.terms) && b.terms[end].Provider == b.terms[start].Provider {
			end++
		}
		terms := slices.Clone(b.terms[start:end])
		slices.SortStableFunc(terms, func(s, t Terms) int { return s.Period.Start.Sub(t.Period.Start) })
		horizons = append(horizons, horizon(terms[0].Provider, "", terms, at))
		start = end
	}
	return soonest(horizons)
}

func horizon(provider, service directory.ID, terms []Terms, at sp.Date) Horizon {
	h := Horizon{Provider: provider, Service: service}
	for _, p := range covered(terms) {
		switch {
		case p.Contains(at):
			h.Until = p.End
			h.Months, _, _ = months(sp.Period{Start: at, End: p.End})
		case p.Start > at && h.Next.IsZero():
			h.Next = p.Start
		}
	}
	return h
}

func soonest(horizons []Horizon) []Horizon {
	slices.SortStableFunc(horizons, func(a, b Horizon) int { return cmp.Compare(a.Until, b.Until) })
	return horizons
}

// A Caseload returns how many people a service serves now, and false if nobody has counted
// them. The service is empty for a provider's core costs.
type Caseload func(provider, service directory.ID) (people int, counted bool)

// A Cliff is a day on which a service loses money because a contract ends and
// nothing that pays as much follows it.
type Cliff struct {
	Date     sp.Date
	Provider directory.ID
	Service  directory.ID // empty for core costs
	Before   sp.Money     // for each month, up to that day
	After    sp.Money     // for each month, from that day on; nothing if it ends
	Resumes  sp.Date      // when a contract starts again, if it ends for a time
	People   int          // on the caseload, if Counted
	Counted  bool
}

// Lost returns the amount that is lost each month.
func (c Cliff) Lost() sp.Money {
	return sp.NewMoney(c.Before.Minor()-c.After.Minor(), c.Before.Currency())
}

// Ends reports whether no money at all comes in from that day on.
func (c Cliff) Ends() bool { return c.After.IsZero() }

// String returns "2026-04-01: bay/walks loses £1,000.00 a month and ends; 42 people".
func (c Cliff) String() string {
	name := c.Service
	if name == "" {
		name = c.Provider
	}
	s := fmt.Sprintf("%v: %s loses %v a month", c.Date, name, c.Lost())
	switch {
	case c.Ends() && c.Resumes.IsZero():
		s += " and ends"
	case c.Ends():
		s += " and ends until " + c.Resumes.String()
	}
	if !c.Counted {
		return s + "; people not counted"
	}
	if c.People == 1 {
		return s + "; 1 person"
	}
	return fmt.Sprintf("%s; %d people", s, c.People)
}

// Cliffs returns the days on which a service loses money if no contract is renewed,
// from one date until, but not including, another: the earliest first, and of one day
// the greatest loss first. A contract that is followed by one that pays as much each
// month is no cliff. A nil caseload counts nobody, and a zero before sets no end.
func (b *Book) Cliffs(from, before sp.Date, caseload Caseload) []Cliff {
	within := sp.Period{Start: from, End: before}
	var cliffs []Cliff
	for _, l := range b.lines {
		for i := 1; i < len(l.steps); i++ {
			was, is := l.steps[i-1], l.steps[i]
			if is.rate.Cmp(was.rate) >= 0 || !within.Contains(is.from) {
				continue
			}
			c := Cliff{Date: is.from, Provider: l.provider, Service: l.service, Before: was.rate, After: is.rate}
			if c.Ends() {
				c.Resumes = l.resumes(i + 1)
			}
			if caseload != nil {
				c.People, c.Counted = caseload(l.provider, l.service)
			}
			cliffs = append(cliffs, c)
		}
	}
	slices.SortStableFunc(cliffs, func(a, b Cliff) int {
		return cmp.Or(a.Date.Sub(b.Date), b.Lost().Cmp(a.Lost()), strings.Compare(string(a.Provider), string(b.Provider)))
	})
	return cliffs
}

// resumes returns the first day from a step on on which money comes in, zero if none
// does. A contract of less than half a penny a month is a step without any.
func (l line) resumes(step int) sp.Date {
	for _, s := range l.steps[step:] {
		if s.rate.Sign() > 0 {
			return s.from
		}
	}
	return 0
}

// An Overlap is the days on which two or more contracts pay for the same service. It may be meant,
// as where two funders share the costs, or the same money stands in the book twice.
type Overlap struct {
	Provider  directory.ID
	Service   directory.ID // empty for core costs
	Period    sp.Period
	Contracts []ID // that pay on some of these days, in order of their start and ID
}

// String returns "bay/walks from 2026-01-01 to 2026-03-31: contracts A-1, A-2".
func (o Overlap) String() string {
	names := make([]string, len(o.Contracts))
	for i, id := range o.Contracts {
		names[i] = string(id)
	}
	return fmt.Sprintf("%s from %v to %v: contracts %s", cmp.Or(o.Service, o.Provider), o.Period.Start, o.Period.End.Add(-1), strings.Join(names, ", "))
}

// Overlaps returns the days on which more than one contract pays for a service; by provider and
// service, then earliest first.
func (b *Book) Overlaps() []Overlap {
	var overlaps []Overlap
	for _, l := range b.lines {
		var twice []sp.Period // days with two contracts or more, merged and in order
		var until sp.Date     // to which one at least runs
		for _, t := range l.terms {
			if t.Period.Start < until {
				both := sp.Period{Start: t.Period.Start, End: min(until, t.Period.End)}
				if last := len(twice) - 1; last >= 0 && both.Start <= twice[last].End {
					twice[last].End = max(twice[last].End, both.End)
				} else {
					twice = append(twice, both)
				}
			}
			until = max(until, t.Period.End)
		}
		for _, p := range twice {
			o := Overlap{Provider: l.provider, Service: l.service, Period: p}
			for _, t := range l.terms {
				if _, some := t.Period.Intersect(p); some {
					o.Contracts = append(o.Contracts, t.ID)
				}
			}
			overlaps = append(overlaps, o)
		}
	}
	return overlaps
}

// A Gap is the days between two contracts for the same service.
type Gap struct {
	Provider directory.ID
	Service  directory.ID // empty for core costs
	Period   sp.Period
}

// Gaps returns the days on which a service that had a contract, and will have one
// again, has none; by provider and service, then earliest first.
func (b *Book) Gaps() []Gap {
	var gaps []Gap
	for _, l := range b.lines {
		periods := covered(l.terms)
		for i := 1; i < len(periods); i++ {
			gaps = append(gaps, Gap{l.provider, l.service, sp.Period{Start: periods[i-1].End, End: periods[i].Start}})
		}
	}
	return gaps
}
