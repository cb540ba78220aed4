package area

import (
	"math/big"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Column is a column of exact numbers, for code that computes with the whole
// column. It belongs to its table: the caller must not change it.
type Column struct {
	Meaning
	Places int     // decimals: a value v stands for v x 10^-Places
	Values []int64 // in the order of the areas; 0 where it is not known

	// Distinct holds the different values, if there are at most 256, and Keys which
	// of them each area has. Otherwise both are nil.
	Distinct []int64
	Keys     []uint8

	Least int64 // the smallest value
	Bits  int   // enough for the largest value; without meaning where one is negative

	unknown []bool // nil if every value is known
}

func newColumn(m Meaning, places int, values []int64, unknown []bool) *Column {
	c := &Column{Meaning: m, Places: places, Values: values, unknown: unknown}
	if !slices.Contains(unknown, true) {
		c.unknown = nil
	}
	if len(values) > 0 {
		c.Least = slices.Min(values)
	}
	var all int64
	for _, v := range values {
		all |= v
	}
	c.Bits = bits.Len64(uint64(all))
	seen := make(map[int64]uint8, 256)
	keys := make([]uint8, len(values))
	for i, v := range values {
		key, ok := seen[v]
		if !ok {
			if len(c.Distinct) == 256 {
				c.Distinct = nil
				return c
			}
			key = uint8(len(c.Distinct))
			seen[v] = key
			c.Distinct = append(c.Distinct, v)
		}
		keys[i] = key
	}
	c.Keys = keys
	return c
}

// Known reports whether the value of area i is known.
func (c *Column) Known(i int) bool { return c.unknown == nil || !c.unknown[i] }

// Sum returns the exact sum of the known values.
func (c *Column) Sum() *big.Rat {
	return new(big.Rat).SetFrac(c.total(), big.NewInt(exact.Pow10(c.Places)))
}

// total returns the sum of the known values in units of 10^-Places.
func (c *Column) total() *big.Int {
	sum := new(big.Int)
	for i, v := range c.Values {
		if c.Known(i) {
			sum.Add(sum, big.NewInt(v))
		}
	}
	return sum
}
