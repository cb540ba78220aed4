package area

import (
	"fmt"
	"slices"
)

// A Kind is what a column of a table holds.
type Kind int8

// The kinds. Only Number, Count, Band and Weighted can be a population: money must
// not follow a place in an order.
const (
	Number   Kind = iota // a number of which nothing more is said
	Count                // a number of people or things: whole, not negative
	Band                 // a count that adds up, with the other bands, to the population of each area
	Weighted             // a weighted population, which adds up to the population over all areas
	Rank                 // a place in an order of areas by deprivation, from 1
	Decile               // a tenth of the areas by deprivation, from 1 to 10
	Score                // a measure of deprivation on a scale of its own
	Share                // a part, from 0 to 1
	Money                // a sum of money in pounds or another major unit
	Group                // the code of a larger area that holds the area
	Label                // a name for people; nothing is computed from it
)

var kinds = [...]string{"number", "count", "band", "weighted population", "rank", "decile", "score", "share", "sum of money", "group", "label"}

// String returns the kind in words: "weighted population".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kinds) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kinds[k]
}

// numeric reports whether columns of the kind hold numbers.
func (k Kind) numeric() bool { return k >= Number && k <= Money }

// whole reports whether the numbers are whole and not negative.
func (k Kind) whole() bool { return slices.Contains([]Kind{Count, Band, Rank, Decile}, k) }

// CountsPeople reports whether a column of the kind can be a population.
func (k Kind) CountsPeople() bool { return k >= Number && k <= Weighted }

// An End is the end of a scale at which the most deprived areas are.
type End int8

// The ends.
const (
	Lowest  End = iota // rank 1, decile 1, the lowest score
	Highest            // the last rank, decile 10, the highest score
)

// A Meaning says what the numbers of a column are. The zero Meaning is a Number,
// about which nothing else is known.
type Meaning struct {
	Kind Kind
	// Of is how many areas were ranked: the 33,755 of the nation, of which the table
	// may hold a part. It is needed for a rank and nothing else.
	Of int
	// Worst is the end at which the most deprived areas are, for a rank, a decile or
	// a score.
	Worst End
}

// check returns the rule that m breaks, or nothing.
func (m Meaning) check() string {
	switch {
	case m.Kind < Number || m.Kind > Label:
		return "must have a kind that there is"
	case m.Kind == Rank && m.Of <= 0:
		return "must say of how many areas it is a rank"
	case m.Kind != Rank && m.Of != 0:
		return "must be a rank to be one of so many areas"
	case m.Worst != Lowest && m.Worst != Highest:
		return "must have the most deprived areas at its lowest or its highest end"
	}
	return ""
}
