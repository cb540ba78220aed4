package workforce

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Wish is what a person needs of their link worker. What is empty is not asked.
type Wish struct {
	Area     string // by code
	Ages     Ages   // Adults or YoungPeople: which of them the person is
	Language string // a BCP 47 tag; "en-GB" is met by who speaks "en", and the other way round
	Skill    string // the code of a need
}

// Suits reports whether a worker meets all of a wish. It is unknown if they have stated no
// area, language or skill at all where one is asked for, and meet the rest.
func (w Worker) Suits(x Wish) sp.Truth {
	ages := sp.TruthOf(x.Ages == "" || x.Ages == AllAges || w.Ages == "" || w.Ages == AllAges || w.Ages == x.Ages)
	return ages.And(among(x.Area, w.Areas, func(a, b string) bool { return a == b })).
		And(among(x.Language, w.Languages, sameLanguage)).
		And(among(x.Skill, w.Skills, func(a, b string) bool { return a == b }))
}

// among reports whether something that is asked is stated: unknown if nothing is.
func among(asked string, stated []string, same func(a, b string) bool) sp.Truth {
	switch {
	case asked == "":
		return sp.Yes
	case len(stated) == 0:
		return sp.Unknown
	}
	return sp.TruthOf(slices.ContainsFunc(stated, func(s string) bool { return same(asked, s) }))
}

// sameLanguage compares tags by their language, as far as both go into detail. Sign languages
// have tags of their own.
func sameLanguage(a, b string) bool {
	x, y := strings.Split(strings.ToLower(a), "-"), strings.Split(strings.ToLower(b), "-")
	n := min(len(x), len(y))
	return slices.Equal(x[:n], y[:n])
}

// Suitable returns the workers of a team who can be given work on a day: those who meet a
// wish, and those of whom it is unknown whether they do ([Worker.Suits]). Both are in the
// order of the team.
func Suitable(team []Worker, x Wish, on sp.Date) (yes, perhaps []Worker) {
	for _, w := range team {
		if w.Available(on) != nil {
			continue
		}
		switch w.Suits(x) {
		case sp.Yes:
			yes = append(yes, w)
		case sp.Unknown:
			perhaps = append(perhaps, w)
		case sp.No:
		}
	}
	return yes, perhaps
}
