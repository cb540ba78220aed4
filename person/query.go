package person

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Query returns the query of the directory that finds offers for p: near their
// home, for people of their age, groups, languages and area, that they can pay
// for, on days and in ways that they do not refuse. The caller adds what the
// person wants help with ([directory.Query].Topics) and a limit.
//
// It is a first, coarse selection: it finds everything that package matching
// could propose. How far they can travel and what they need of a building are not
// part of it, since these do not matter for help on the telephone; matching asks
// about them.
func (p Profile) Query() directory.Query {
	q := directory.Query{
		Near: p.Home.Point, Home: p.Home, Age: p.Age, Groups: p.groups(), Languages: p.spoken(),
		Delivery: p.modes(), Days: p.days(),
	}
	if !p.On.IsZero() {
		q.At = p.On.In(time.UTC)
	}
	if ceiling, known := p.Ceiling.Lookup(); known {
		q.Free, q.MaxCost = ceiling.IsZero(), ceiling
	}
	return q
}

// groups adds what a stated gender says to the groups that p belongs to. Services
// for women or for men are a matter of gender in the directory; of somebody who is
// neither or has not said, whom they admit is for the provider to say.
func (p Profile) groups() directory.Truths[directory.Group] {
	all := make(directory.Truths[directory.Group], len(p.Groups)+2)
	maps.Copy(all, p.Groups)
	switch p.Gender { //nolint:exhaustive // explained above
	case Female:
		all[directory.Women], all[directory.Men] = sp.Yes, sp.No
	case Male:
		all[directory.Women], all[directory.Men] = sp.No, sp.Yes
	}
	return all
}

// spoken returns the languages of p, each regional form followed by the language
// that it is a form of.
func (p Profile) spoken() []directory.Language {
	var all []directory.Language
	for _, l := range p.Languages {
		all = append(all, l)
		if base, _, regional := strings.Cut(string(l), "-"); regional {
			all = append(all, directory.Language(base))
		}
	}
	return all
}

// modes returns the ways in which p would take help, or nil if they refuse none.
func (p Profile) modes() []directory.Mode {
	all := []directory.Mode{directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit}
	return notRefused(all, p.Modes)
}

// days returns the days on which p may be able to come, or nil if they refuse none.
func (p Profile) days() []time.Weekday {
	var all []time.Weekday
	for day := time.Sunday; day <= time.Saturday; day++ {
		all = append(all, day)
	}
	return notRefused(all, p.Days)
}

func notRefused[T comparable](all []T, answers map[T]sp.Truth) []T {
	kept := slices.DeleteFunc(slices.Clone(all), func(v T) bool { return answers[v] == sp.No })
	if len(kept) == len(all) {
		return nil
	}
	return kept
}
