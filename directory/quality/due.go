package quality

import (
	"cmp"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Verification is a service of which somebody has to make sure that it is as stated.
type Verification struct {
	Service      directory.ID `json:"service"`
	Name         string       `json:"name"`
	Organisation directory.ID `json:"organisation,omitempty"`
	Assured      sp.Date      `json:"assured,omitzero"` // when somebody last did; zero is never
	Due          sp.Date      `json:"due,omitzero"`     // when it was due, if it was ever assured
	Missing      time.Time    `json:"missing,omitzero"` // since when its feed lacks it
	Contested    bool         `json:"contested,omitempty"`
}

// A Check is what somebody found who looked whether a service is as its entry says: a
// sample by telephone, or what a person who went there tells.
type Check struct {
	On    sp.Date  `json:"on"`
	Right sp.Truth `json:"right"` // whether it was as stated
}

// CheckOf returns what was found on a day by somebody who said it in codes of package
// voice, whose statements of the kind voice.Listing are checks: "list-right" alone says
// that all was right, "list-no-answer" alone that nobody knows, and anything else that
// something is wrong.
func CheckOf[Code ~string](on sp.Date, codes ...Code) Check {
	c := Check{On: on}
	for _, code := range codes {
		switch code {
		case "list-no-answer":
		case "list-right":
			if c.Right == sp.Unknown {
				c.Right = sp.Yes
			}
		default:
			c.Right = sp.No
		}
	}
	return c
}

// Due returns the services that must be verified on a day, those that most need it first:
// what a check found wrong, then what is missing in its feed, what nobody ever assured,
// and what was assured longest ago, at least so many days (0 is [Lately], the three months
// of Open Referral UK). A check that found a service right counts as an assurance of that
// day, and one that found it wrong asks for another until somebody assures it later.
// Services that do not take people are left out.
func Due(services []directory.Service, checks map[directory.ID][]Check, on sp.Date, every int) []Verification {
	if every <= 0 {
		every = Lately
	}
	var due []Verification
	for i := range services {
		s := &services[i]
		if s.Status.Open() == sp.No {
			continue
		}
		v := Verification{Service: s.ID, Name: s.Name, Organisation: s.Organisation, Assured: s.Freshness.Assured, Missing: s.Freshness.Missing}
		var wrong sp.Date
		for _, c := range checks[s.ID] {
			switch {
			case c.On > on:
			case c.Right == sp.Yes:
				v.Assured = max(v.Assured, c.On)
			case c.Right == sp.No:
				wrong = max(wrong, c.On)
			}
		}
		v.Contested = !wrong.IsZero() && wrong >= v.Assured
		if !v.Assured.IsZero() {
			v.Due = min(v.Assured, on).Add(every) // a date in the future is none that anybody checked on
		}
		if v.Contested || !v.Missing.IsZero() || v.Due.IsZero() || v.Due <= on {
			due = append(due, v)
		}
	}
	slices.SortFunc(due, func(a, b Verification) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Service, b.Service))
	})
	return due
}

func (v Verification) rank() int {
	switch {
	case v.Contested:
		return 0
	case !v.Missing.IsZero():
		return 1
	default:
		return 2
	}
}

// An Invented date is one that too many records have for anybody to have done so much
// work on that day: a program wrote it.
type Invented struct {
	Field   string  `json:"field"` // "assured" or "modified"
	Date    sp.Date `json:"date"`
	Records int     `json:"records"` // that have it
	Of      int     `json:"of"`      // that have any date in that field
}

// Of how many records at least, and which share of them, a date is taken for invented:
// half of twenty. Choices of this library, held against a feed of which two thirds had one
// date.
const (
	fewestDated  = 20
	inventedTwin = 2 // one in so many
)

// InventedDates returns the dates of services that nobody can believe: those that half of
// all services share, and those that lie after the day of the import. Do not count them as
// assurances.
func InventedDates(services []directory.Service, on sp.Date) []Invented {
	var found []Invented
	for _, field := range []struct {
		name string
		of   func(*directory.Freshness) sp.Date
	}{
		{"assured", func(f *directory.Freshness) sp.Date { return f.Assured }},
		{"modified", func(f *directory.Freshness) sp.Date {
			if f.Modified.IsZero() {
				return 0
			}
			return sp.DateOf(f.Modified)
		}},
	} {
		count, dated := map[sp.Date]int{}, 0
		for i := range services {
			if d := field.of(&services[i].Freshness); !d.IsZero() {
				count[d]++
				dated++
			}
		}
		for d, n := range count {
			if n*inventedTwin >= dated && dated >= fewestDated || !on.IsZero() && d > on {
				found = append(found, Invented{Field: field.name, Date: d, Records: n, Of: dated})
			}
		}
	}
	slices.SortFunc(found, func(a, b Invented) int { return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Date, b.Date)) })
	return found
}
