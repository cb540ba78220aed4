package exact

import (
	"math"
	"math/big"
	mathbits "math/bits"
)

// A Vector is memory for whole numbers of any size, which one computation after
// another uses. Two allocations serve all of its numbers, whatever there are of them.
type Vector struct {
	numbers  []*big.Int
	capacity int // bits that each number has room for
}

// Resize returns n numbers with room for so many bits each. They hold what they held
// before, and are valid until the next call. A number that outgrows its room takes
// memory of its own.
func (v *Vector) Resize(n, bits int) []*big.Int {
	if n <= cap(v.numbers) && bits <= v.capacity {
		v.numbers = v.numbers[:n]
		return v.numbers
	}
	words := bits/mathbits.UintSize + 2 // a product is given a word more than it may need
	v.capacity = bits
	v.numbers = make([]*big.Int, n)
	values, room := make([]big.Int, n), make([]big.Word, n*words)
	for i := range v.numbers {
		v.numbers[i] = values[i].SetBits(room[i*words : i*words : (i+1)*words])
	}
	return v.numbers
}

// A Quotient is memory for divisions, which one after another uses. What its methods
// return is valid until the next call.
type Quotient struct{ whole, rest, shifted, other big.Int }

// Round returns a/b to the nearest whole number, a half to the even neighbour, for b
// above 0.
func (m *Quotient) Round(a, b *big.Int) *big.Int {
	m.whole.DivMod(a, b, &m.rest)
	if c := m.shifted.Lsh(&m.rest, 1).Cmp(b); c > 0 || c == 0 && m.whole.Bit(0) == 1 {
		m.whole.Add(&m.whole, m.other.SetInt64(1))
	}
	return &m.whole
}

// Down returns a/b rounded down, for b above 0.
func (m *Quotient) Down(a, b *big.Int) *big.Int {
	m.whole.DivMod(a, b, &m.rest) // whose quotient is the lower where a is negative, too
	return &m.whole
}

// Up returns a/b rounded up, for b above 0.
func (m *Quotient) Up(a, b *big.Int) *big.Int {
	if m.whole.DivMod(a, b, &m.rest); m.rest.Sign() > 0 {
		m.whole.Add(&m.whole, m.other.SetInt64(1))
	}
	return &m.whole
}

// Float returns the floating-point number nearest to a/b, halves to even, for b above
// 0: what [big.Rat.Float64] returns, as long as that is no subnormal number.
func (m *Quotient) Float(a, b *big.Int) float64 {
	if a.Sign() == 0 {
		return 0
	}
	// The quotient of 62 or 63 bits has nine more than a floating-point number, so that
	// its last can stand for all that follow.
	const bits = 62
	shift := bits - a.BitLen() + b.BitLen()
	if shift >= 0 {
		m.whole.QuoRem(m.shifted.Lsh(a, uint(shift)), b, &m.rest)
	} else {
		m.whole.QuoRem(a, m.shifted.Lsh(b, uint(-shift)), &m.rest)
	}
	q := m.other.Abs(&m.whole).Int64()
	if m.rest.Sign() != 0 {
		q |= 1
	}
	return math.Ldexp(float64(q)*float64(a.Sign()), -shift)
}
