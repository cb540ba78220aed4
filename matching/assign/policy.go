package assign

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/socialprescribing/sp"
)

// A Policy says who comes before whom, and what a place costs. Its zero value is strict
// classes, then days of waiting, then a lottery with an empty seed; nobody who has a place
// loses it, and moving costs [DefaultMovePenalty].
type Policy struct {
	Version string `json:"version,omitempty"` // under which it was published

	// Seed draws the lottery among people who are otherwise equal, and the choice among
	// placements that cost the same. Publish its [Policy.Commitment] before the list is
	// closed and the seed afterwards, and everybody can repeat the draw.
	Seed string `json:"seed,omitempty"`

	// Ageing holds, for each class from 0 on, the days of waiting after which a request moves
	// up one class; after twice as many it moves up two. A class with 0, or beyond the end of
	// the list, never moves up: without ageing the least urgent may wait for ever.
	Ageing []int `json:"ageing,omitempty"`

	// ClassWeights hold, for each class from 0 on, the factor on the costs of its requests
	// after ageing, so that the urgent get the nearer places and not only some place. 0, or a
	// class beyond the end of the list, weighs 1. Weights do not change who is placed.
	ClassWeights []int `json:"classWeights,omitempty"`

	// MovePenalty is what it costs to move somebody who has been offered a place: 0 is
	// [DefaultMovePenalty], and [FreeMoves] is nothing.
	MovePenalty int `json:"movePenalty,omitempty"`

	Held       Holding    `json:"held,omitempty"`
	Precedence Precedence `json:"precedence,omitempty"`
}

// The special values of [Policy].MovePenalty.
const (
	DefaultMovePenalty = 10
	FreeMoves          = -1
)

// A Holding says what a re-run does with places that are held.
type Holding string

// The holdings.
const (
	KeepPlaces Holding = ""      // whoever holds a place comes before all who do not: nobody loses one
	Reconsider Holding = "again" // they stand where their class and wait put them, and may lose it
)

// A Precedence says which places the members of a group take first where some are reserved
// for them.
type Precedence string

// The precedences. With [OpenFirst], members who would have had a place anyway do not use
// up what is reserved, so more of the group are placed.
const (
	ReservedFirst Precedence = ""     // what is reserved is the least that the group gets: whoever of it is placed counts
	OpenFirst     Precedence = "open" // open places go to all by rank first; reserved ones to members who are then left
)

// Commitment returns the SHA-256 of the seed, in hexadecimal: publish it before the draw.
func (p Policy) Commitment() string {
	sum := sha256.Sum256([]byte(p.Seed))
	return hex.EncodeToString(sum[:])
}

// Validate returns an [*sp.InvalidError] that names every field out of range, and nil if
// there is none.
func (p Policy) Validate() error {
	e := &sp.InvalidError{Subject: "assign: policy"}
	e.Check(len(p.Version) <= 200 && len(p.Seed) <= 1000, "version", sp.WrongLength, "must have at most 200 characters, and the seed 1000")
	e.Check(len(p.Ageing) <= MaxClass+1, "ageing", sp.WrongLength, "must have at most 100 classes")
	e.Check(len(p.ClassWeights) <= MaxClass+1, "classWeights", sp.WrongLength, "must have at most 100 classes")
	for _, d := range p.Ageing {
		e.Check(d >= 0 && d <= MaxWait, "ageing", sp.OutOfRange, "must be from 0 to 1000000 days")
	}
	for _, w := range p.ClassWeights {
		e.Check(w >= 0 && w <= 1_000_000, "classWeights", sp.OutOfRange, "must be from 0 to 1000000")
	}
	e.Check(p.MovePenalty >= FreeMoves && p.MovePenalty <= MaxCost, "movePenalty", sp.OutOfRange, "must be from -1 to 1073741824")
	e.Check(p.Held == KeepPlaces || p.Held == Reconsider, "held", sp.NotListed, "must be empty or again")
	e.Check(p.Precedence == ReservedFirst || p.Precedence == OpenFirst, "precedence", sp.NotListed, "must be empty or open")
	return e.Err()
}

// class returns the class of a row after ageing.
func (p Policy) class(r *row) int {
	c := int(r.class)
	if c < len(p.Ageing) && p.Ageing[c] > 0 {
		return max(0, c-int(r.waited)/p.Ageing[c])
	}
	return c
}

// weight returns the factor on the costs of a class.
func (p Policy) weight(class int) int64 {
	if class < len(p.ClassWeights) {
		return int64(max(p.ClassWeights[class], 1))
	}
	return 1
}

func (p Policy) movePenalty() int64 {
	switch p.MovePenalty {
	case 0:
		return DefaultMovePenalty
	case FreeMoves:
		return 0
	}
	return int64(p.MovePenalty)
}
