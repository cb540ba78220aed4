package sp

import (
	"cmp"
	"database/sql/driver"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp/internal/column"
)

// Money is an exact amount: a whole number of minor units, such as pence, of one
// currency, up to 92,233,720,368,547,758.07 pounds either way. Amounts are equal
// exactly when == says so. The zero Money is an amount of nothing, which has no
// currency and can be added to any. Arithmetic that would overflow, or mix
// currencies, is an error and never a wrong sum.
type Money struct {
	minor    int64
	currency Currency
}

// NewMoney returns minor units of c, such as pence for GBP.
func NewMoney(minor int64, c Currency) Money {
	if minor == 0 {
		return Money{}
	}
	return Money{minor, c}
}

// Pence returns n pence.
func Pence(n int64) Money { return NewMoney(n, GBP) }

// Pounds returns n whole pounds. It panics if n is beyond the range of Money,
// which no literal in a program should be; parse input with [ParseMoney].
func Pounds(n int64) Money {
	m, err := Pence(n).Mul(100)
	if err != nil {
		panic("sp: Pounds: " + err.Error())
	}
	return m
}

// Minor returns the amount in minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency returns the currency of m, which is empty for an amount of nothing.
func (m Money) Currency() Currency { return m.currency }

// IsZero reports whether m is an amount of nothing.
func (m Money) IsZero() bool { return m.minor == 0 }

// Equal reports whether m and o are the same amount, as == does. It is for
// packages that compare by a method, such as go-cmp.
func (m Money) Equal(o Money) bool { return m == o }

// Sign returns -1, 0 or +1.
func (m Money) Sign() int { return cmp.Compare(m.minor, 0) }

// common returns the currency that m and o share.
func (m Money) common(o Money) (Currency, error) {
	switch {
	case m.currency == o.currency || o.minor == 0:
		return m.currency, nil
	case m.minor == 0:
		return o.currency, nil
	}
	return "", invalidValue("money", Inconsistent, "of "+string(m.currency)+" and "+string(o.currency)+" cannot be added; convert one first")
}

func overflow() error {
	return invalidValue("money", OutOfRange, "is beyond the range of 64-bit minor units")
}

func malformedAmount() error {
	return invalidValue("money", Malformed, "must be an amount with its currency, written as 1234.50 GBP")
}

func fraction() error {
	return invalidValue("money", Malformed, "has a fraction of a minor unit; say how to round it")
}

// Add returns m + o.
func (m Money) Add(o Money) (Money, error) {
	c, err := m.common(o)
	if err != nil {
		return Money{}, err
	}
	sum := m.minor + o.minor
	if (sum > m.minor) != (o.minor > 0) {
		return Money{}, overflow()
	}
	return NewMoney(sum, c), nil
}

// Sub returns m - o.
func (m Money) Sub(o Money) (Money, error) {
	c, err := m.common(o)
	if err != nil {
		return Money{}, err
	}
	diff := m.minor - o.minor
	if (diff < m.minor) != (o.minor > 0) {
		return Money{}, overflow()
	}
	return NewMoney(diff, c), nil
}

// Mul returns n times m.
func (m Money) Mul(n int64) (Money, error) {
	hi, lo := bits.Mul64(magnitude(m.minor), magnitude(n))
	limit := uint64(math.MaxInt64)
	negative := (m.minor < 0) != (n < 0)
	if negative {
		limit++
	}
	if hi != 0 || lo > limit {
		return Money{}, overflow()
	}
	if negative {
		return NewMoney(-int64(lo), m.currency), nil
	}
	return NewMoney(int64(lo), m.currency), nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Cmp orders amounts: -1 if m is less than o, 0 if equal, +1 if more. Amounts
// of different currencies order by sign and then by currency code, so that a
// sort is stable; to decide anything, compare one currency only.
func (m Money) Cmp(o Money) int {
	if _, err := m.common(o); err != nil && m.Sign() == o.Sign() {
		return strings.Compare(string(m.currency), string(o.currency))
	}
	return cmp.Compare(m.minor, o.minor)
}

// A Rounding says what happens to a fraction of a minor unit.
type Rounding int8

// The roundings. Exact, the zero value, refuses a fraction.
const (
	Exact    Rounding = iota // a fraction is an error
	HalfEven                 // to the nearest, a half to the even neighbour
	HalfUp                   // to the nearest, a half away from zero
	Down                     // toward zero
)

// Of returns an amount of c in major units, such as pounds, as Money. It fails on an
// overflow, a malformed currency, and, with [Exact], on a fraction of a minor unit.
func (c Currency) Of(amount decimal.Decimal, r Rounding) (Money, error) {
	if !c.valid() {
		return Money{}, malformedCurrency()
	}
	if amount.IsZero() {
		return Money{}, nil
	}
	// Bounds first: decimal would expand an exponent of a million digit by digit.
	switch digits := amount.NumDigits() + int(amount.Exponent()); {
	case digits > 20:
		return Money{}, overflow()
	case digits < -20:
		amount = decimal.New(int64(amount.Sign()), -20) // which rounds alike
	}
	minor := amount.Shift(int32(c.Digits()))
	switch r {
	case HalfEven:
		minor = minor.RoundBank(0)
	case HalfUp:
		minor = minor.Round(0)
	case Down:
		minor = minor.Truncate(0)
	default: // Exact, and numbers that name no rounding
		if !minor.IsInteger() {
			return Money{}, fraction()
		}
	}
	if !minor.BigInt().IsInt64() {
		return Money{}, overflow()
	}
	return NewMoney(minor.IntPart(), c), nil
}

// Decimal returns m in major units, such as pounds; it is exact.
func (m Money) Decimal() decimal.Decimal {
	return decimal.New(m.minor, -int32(m.currency.Digits()))
}

// ParseMoney reads what [Money.String] and [Money.MarshalText] write:
// "1234.50 GBP", "£1,234.50" or "0". An amount with more decimals than its
// currency has is refused.
func ParseMoney(s string) (Money, error) {
	number, code, _ := strings.Cut(strings.TrimSpace(s), " ")
	c := Currency(code)
	number, negative := strings.CutPrefix(number, "-")
	for _, cur := range []Currency{GBP, EUR, USD} {
		if rest, ok := strings.CutPrefix(number, cur.symbol()); ok && c == "" {
			number, c = rest, cur
		}
	}
	if c == "" && strings.Trim(number, "0") == "" && number != "" {
		return Money{}, nil
	}
	number, ok := ungroup(number)
	if !ok || !c.valid() {
		return Money{}, malformedAmount()
	}
	d, err := decimal.NewFromString(number)
	if err != nil {
		return Money{}, malformedAmount()
	}
	if negative {
		d = d.Neg()
	}
	return c.Of(d, Exact)
}

// ungroup removes the commas between thousands, and refuses anything but
// digits, well-placed commas, and one point with digits on either side.
func ungroup(s string) (string, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if !digits(g) || len(groups) > 1 && (len(g) > 3 || i > 0 && len(g) != 3) {
			return "", false
		}
	}
	if point && !digits(fraction) || len(s) > 40 {
		return "", false
	}
	return strings.ReplaceAll(s, ",", ""), true
}

func digits(s string) bool {
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// plain returns the digits of m in major units, without sign and currency.
func (m Money) plain(separator string) string {
	places := m.currency.Digits()
	s := strconv.FormatUint(magnitude(m.minor), 10)
	if pad := places + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	whole, fraction := s[:len(s)-places], s[len(s)-places:]
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(r)
	}
	if places > 0 {
		b.WriteString("." + fraction)
	}
	return b.String()
}

func (m Money) sign() string {
	if m.minor < 0 {
		return "-"
	}
	return ""
}

// String returns m for people: "£1,234.50", "-£0.05", "1,200 JPY", "0".
func (m Money) String() string {
	if m.minor == 0 {
		return "0"
	}
	if symbol := m.currency.symbol(); symbol != "" {
		return m.sign() + symbol + m.plain(",")
	}
	return m.sign() + m.plain(",") + " " + string(m.currency)
}

// MarshalText writes m for machines: "1234.50 GBP", or "0". It fails if the
// currency is malformed, which could not be read back.
func (m Money) MarshalText() ([]byte, error) {
	if m.minor == 0 {
		return []byte("0"), nil
	}
	if !m.currency.valid() {
		return nil, malformedCurrency()
	}
	return []byte(m.sign() + m.plain("") + " " + string(m.currency)), nil
}

// UnmarshalText reads what [ParseMoney] reads.
func (m *Money) UnmarshalText(text []byte) error {
	v, err := ParseMoney(string(text))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// Value implements [driver.Valuer]: what [Money.MarshalText] writes. A column that is
// summed by the database holds [Money.Minor] instead, with the currency beside it.
func (m Money) Value() (driver.Value, error) { return column.Value(m, false) }

// Scan implements sql.Scanner and reads what [ParseMoney] reads. NULL is an error, since
// no amount is not an amount of nothing: scan what may be NULL into a [Known].
func (m *Money) Scan(src any) error { return scanText("money", src, m) }

// MarshalBinary writes what [Money.MarshalText] does; package encoding/gob uses it.
func (m Money) MarshalBinary() ([]byte, error) { return m.MarshalText() }

// UnmarshalBinary reads what MarshalBinary writes.
func (m *Money) UnmarshalBinary(data []byte) error { return m.UnmarshalText(data) }
