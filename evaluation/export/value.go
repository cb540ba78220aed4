package export

import (
	"math"
	"strconv"

	"github.com/socialprescribing/sp"
)

// A Value is one cell of a table. The zero Value is empty: not known, or not shown.
type Value struct {
	kind kind
	text string
	bits uint64 // of a number
}

type kind uint8

const (
	empty kind = iota
	text
	whole
	number
	minor
	day
)

// String returns a text as a value; an empty one is empty.
func String(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: text, text: s}
}

// Whole returns a whole number, for a field of type [Integer].
func Whole(n int64) Value { return Value{kind: whole, bits: uint64(n)} } //nolint:gosec // kept bit by bit

// Real returns a number, for a field of type [Number] without decimals of its own. What is
// not finite is empty.
func Real(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	if f == 0 {
		f = 0 // -0 is nothing that a reader should meet
	}
	return Value{kind: number, bits: math.Float64bits(f)}
}

// Minor returns an exact number in units of its last decimal, such as pence, for a field of
// type [Number] that says how many Decimals it has.
func Minor(n int64) Value { return Value{kind: minor, bits: uint64(n)} } //nolint:gosec // kept bit by bit

// On returns a day; an unknown one is empty.
func On(d sp.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{kind: day, bits: uint64(d)} //nolint:gosec // is above 0
}

// IsZero reports whether v is empty.
func (v Value) IsZero() bool { return v.kind == empty }

// Text returns the text of v, empty for anything else.
func (v Value) Text() string { return v.text }

// Int returns the whole number of v, the units of the last decimal of an exact number, or the
// days from 1970-01-01 to a day; 0 for anything else.
func (v Value) Int() int64 {
	switch v.kind {
	case whole, minor:
		return int64(v.bits) //nolint:gosec // kept bit by bit
	case day:
		return int64(v.bits) - epoch //nolint:gosec // is a day
	default:
		return 0
	}
}

// epoch is 1970-01-01 as a [sp.Date] counts.
const epoch = 719162

// Float returns the number of v, 0 for anything else.
func (v Value) Float() float64 {
	if v.kind == number {
		return math.Float64frombits(v.bits)
	}
	return 0
}

// fits reports whether v may stand in a field.
func (v Value) fits(f *Field) bool {
	switch v.kind {
	case empty:
		return true
	case text:
		return f.Type == Text
	case whole:
		return f.Type == Integer
	case number:
		return f.Type == Number && f.Decimals == 0
	case minor:
		return f.Type == Number && f.Decimals > 0
	default:
		return f.Type == Day
	}
}

// append writes v, which is no text.
func (v Value) append(b []byte, f *Field) []byte {
	switch v.kind {
	case whole:
		return strconv.AppendInt(b, v.Int(), 10)
	case number:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64)
	case minor:
		return appendMinor(b, v.Int(), f.Decimals)
	case day:
		return appendDay(b, sp.Date(v.bits)) //nolint:gosec // it was one
	default:
		return b
	}
}

// appendMinor writes a number of units of its last decimal: 1250 with 2 as 12.50.
func appendMinor(b []byte, n int64, decimals int) []byte {
	u := uint64(n) //nolint:gosec // its sign is written apart
	if n < 0 {
		b, u = append(b, '-'), -u
	}
	one := uint64(1)
	for range decimals {
		one *= 10
	}
	b = strconv.AppendUint(b, u/one, 10)
	b = append(b, '.')
	for one /= 10; one > 0; one /= 10 {
		b = append(b, byte('0'+u/one%10))
	}
	return b
}

// appendDay writes a day as 2026-11-30.
func appendDay(b []byte, d sp.Date) []byte {
	year, month, of := d.Civil()
	return append(b,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+int(month)/10), byte('0'+int(month)%10), '-',
		byte('0'+of/10), byte('0'+of%10))
}
