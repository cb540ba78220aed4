package exact_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/funding/internal/exact"
)

// drawn returns a whole number of up to 500 bits.
func drawn(t *rapid.T, label string) *big.Int {
	n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 62).Draw(t, label))
	if rapid.Bool().Draw(t, label+" has one bit") {
		n = new(big.Int).Lsh(big.NewInt(rapid.Int64Range(0, 5).Draw(t, label)), rapid.UintRange(0, 500).Draw(t, label))
	}
	return n
}

func TestAQuotientIsThatOfRationals(t *testing.T) {
	var m exact.Quotient
	half := big.NewRat(1, 2)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn(t, "a"), drawn(t, "b")
		b.Add(b, big.NewInt(1))
		rat := new(big.Rat).SetFrac(a, b)
		nearest, _ := rat.Float64()
		require.InDelta(t, nearest, m.Float(a, b), 0)
		negative, _ := new(big.Rat).Neg(rat).Float64()
		require.InDelta(t, negative, m.Float(new(big.Int).Neg(a), b), 0)

		down, rest := new(big.Int).QuoRem(a, b, new(big.Int))
		up := new(big.Int).Set(down)
		if rest.Sign() > 0 {
			up.Add(up, big.NewInt(1))
		}
		require.Equal(t, down.String(), m.Down(a, b).String())
		require.Equal(t, up.String(), m.Up(a, b).String())
		minus := new(big.Int).Neg(a)
		require.Equal(t, new(big.Int).Neg(up).String(), m.Down(minus, b).String())
		require.Equal(t, new(big.Int).Neg(down).String(), m.Up(minus, b).String())

		rounded := up
		switch part := new(big.Rat).SetFrac(rest, b); {
		case part.Cmp(half) < 0, part.Cmp(half) == 0 && down.Bit(0) == 0:
			rounded = down
		}
		require.Equal(t, rounded.String(), m.Round(a, b).String())
		require.Equal(t, new(big.Int).Neg(rounded).String(), m.Round(new(big.Int).Neg(a), b).String())
	})
}

func TestAQuotientBesideAHalfIsRoundedToItsSide(t *testing.T) {
	var m exact.Quotient
	b := big.NewInt(1 << 40)
	for _, sign := range []int64{1, -1} {
		for _, beside := range []int64{-1, 0, 1} {
			for _, odd := range []int64{1<<54 + 2, 1<<54 + 6} { // halfway between two floating-point numbers
				a := new(big.Int).Mul(big.NewInt(odd), b)
				a.Add(a, big.NewInt(beside))
				a.Mul(a, big.NewInt(sign))
				want, _ := new(big.Rat).SetFrac(a, b).Float64()
				require.InDelta(t, want, m.Float(a, b), 0, "%d %d %d", sign, beside, odd)
			}
		}
	}
}

func TestAVectorTakesNoMemoryForNumbersThatItHasRoomFor(t *testing.T) {
	var v exact.Vector
	a, b := new(big.Int).Lsh(big.NewInt(1), 90), new(big.Int).Lsh(big.NewInt(1), 100)
	use := func() {
		for _, n := range v.Resize(1000, 192) {
			n.Mul(a, b)
		}
	}
	use()
	require.Zero(t, testing.AllocsPerRun(5, use))
	require.Equal(t, new(big.Int).Lsh(big.NewInt(1), 190).String(), v.Resize(10, 1)[9].String(), "a number keeps what it holds")
	for _, n := range v.Resize(2000, 500) {
		require.Zero(t, n.Sign())
	}
}
