package area

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// mostDigits is how long a number may be. One of 17 significant digits, as R and
// pandas write those of floating point, has many more characters where it is small.
const mostDigits = 60

// A notation says which sign parts the decimals of a number, the other one being
// free to part its thousands.
type notation int8

const (
	point   notation = iota // 1,234.5
	comma                   // 1.234,5
	unclear                 // a comma or a point that may be either, and nothing tells
)

// plain returns a number as it is written in Go: without separators of thousands,
// which part groups of three digits, and with a point in front of its decimals. It
// returns nothing for what is no number in the notation.
func plain(s string, n notation) string {
	decimals, thousands := byte('.'), byte(',')
	if n == comma {
		decimals, thousands = ',', '.'
	}
	whole, fraction, _ := strings.Cut(s, string(decimals))
	if strings.IndexByte(fraction, thousands) >= 0 || strings.IndexByte(fraction, decimals) >= 0 {
		return ""
	}
	whole = strings.NewReplacer("\u00A0", " ", "\u202F", " ", "\u2009", " ").Replace(whole)
	for _, sep := range []string{string(thousands), " "} {
		if !strings.Contains(whole, sep) {
			continue
		}
		groups := strings.Split(whole, sep)
		first := strings.TrimLeft(groups[0], "+-")
		if len(first) < 1 || len(first) > 3 || first[0] == '0' {
			return ""
		}
		for _, group := range groups[1:] {
			if len(group) != 3 {
				return ""
			}
		}
		whole = strings.Join(groups, "")
	}
	if strings.ContainsAny(whole, "., ") {
		return ""
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// long reads a number of any length.
func long(s string) (decimal.Decimal, bool) {
	if s == "" || len(s) > mostDigits || strings.Trim(s, "+-.eE0123456789") != "" {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil && d.Exponent() > -400 && d.Exponent() < 20
}

func looksNumeric(s string) bool {
	if _, _, ok := exact.Parse(s); ok {
		return true
	}
	for _, n := range []notation{point, comma} {
		if _, ok := long(plain(s, n)); ok {
			return true
		}
	}
	return false
}

// An evidence is in which notations numbers can be read.
type evidence struct {
	points, commas bool // some in this notation only
	both           bool // some in both, with different values
}

// tells returns the notation that the numbers are in, if they leave no doubt.
func (e evidence) tells() (n notation, ok bool) {
	if e.commas {
		return comma, !e.points
	}
	return point, e.points
}

// evidenceOf looks at the numbers of a column that have a comma or, where commas may
// part decimals, a point.
func (s *source) evidenceOf(at int) evidence {
	var e evidence
	for _, row := range s.rows {
		field := row[at]
		if strings.IndexByte(field, ',') < 0 && (s.sep != ';' || strings.IndexByte(field, '.') < 0) {
			continue
		}
		a, b := plain(field, point), plain(field, comma)
		_, asPoint := long(a)
		_, asComma := long(b)
		e.points = e.points || asPoint && !asComma
		e.commas = e.commas || asComma && !asPoint
		e.both = e.both || asPoint && asComma && a != b
	}
	return e
}

// notationOf returns the notation of a column. A number that can be read in one
// notation only decides for its column. Where no number of the column does, those of
// the other columns decide; and where none does, a comma is one of thousands, as it
// is in Britain, unless the file is separated by semicolons, as it is where commas
// part decimals.
func (s *source) notationOf(at int) notation {
	own := s.evidenceOf(at)
	if n, ok := own.tells(); ok {
		return n
	}
	if own.points && own.commas {
		return unclear
	}
	if !own.both {
		return point
	}
	var all evidence
	for _, f := range s.layout.Fields {
		if f.Meaning.Kind.numeric() {
			e := s.evidenceOf(s.at[f.Name])
			all.points, all.commas = all.points || e.points, all.commas || e.commas
		}
	}
	n, ok := all.tells()
	switch {
	case ok:
		return n
	case s.sep == ';':
		return unclear
	default:
		return point
	}
}

// numerals are the numbers of a column while it is being read.
type numerals struct {
	values  []int64
	places  []int
	long    map[int]decimal.Decimal // those that do not fit
	unknown []bool
}

// column reads a column of numbers, and reports what is odd about them.
func (s *source) column(f Field) *Column {
	at, n := s.at[f.Name], len(s.rows)
	notation := s.notationOf(at)
	x := numerals{values: make([]int64, n), places: make([]int, n), long: map[int]decimal.Decimal{}, unknown: make([]bool, n)}
	grouped := 0
	for i, row := range s.rows {
		text := row[at]
		if text == "" {
			s.report(sp.Warning, i, f.Name, "missing", "no number")
			x.unknown[i] = true
			continue
		}
		v, places, ok := exact.Parse(text)
		if ok && (notation == point || strings.IndexByte(text, '.') < 0) {
			x.values[i], x.places[i] = v, places
		} else if !s.written(&x, i, text, f.Name, notation) {
			continue
		} else if strings.ContainsAny(text, ", \u00A0\u202F\u2009") {
			grouped++
		}
		if f.Thousands == sp.Yes {
			x.multiply(i, 1000)
		}
	}
	if grouped > 0 {
		s.report(sp.Note, -1, f.Name, "number-format", fmt.Sprintf("separators of thousands or a decimal comma in %d of %d rows, read as %s,", grouped, n, notation.example()))
	}
	return s.scaled(f, x)
}

func (n notation) example() string {
	if n == comma {
		return "in 1.234,5"
	}
	return "in 1,234.5"
}

// written reads a number that is not written plainly.
func (s *source) written(x *numerals, i int, text, field string, n notation) bool {
	x.unknown[i] = true
	if n == unclear {
		_, asPoint := long(plain(text, point))
		_, asComma := long(plain(text, comma))
		if asPoint && asComma {
			s.report(sp.Warning, i, field, "ambiguous-number", "may have separators of thousands or decimals")
			return false
		}
		if n = point; asComma {
			n = comma
		}
	}
	d, ok := long(plain(text, n))
	if !ok || d.Abs().Cmp(decimal.New(math.MaxInt64, 0)) > 0 {
		s.report(sp.Warning, i, field, "not-a-number", "not a decimal number of at most 18 digits")
		return false
	}
	x.unknown[i] = false
	if v, places, ok := exact.Parse(d.String()); ok {
		x.values[i], x.places[i] = v, places
	} else {
		x.long[i], x.places[i] = d, int(-d.Exponent())
	}
	return true
}

// multiply multiplies a number.
func (x *numerals) multiply(i int, by int64) {
	if v, ok := exact.Mul(x.values[i], by); ok && x.long[i].IsZero() {
		x.values[i] = v
		return
	}
	d := x.decimal(i).Mul(decimal.New(by, 0))
	x.long[i], x.places[i] = d, max(0, int(-d.Exponent()))
}

func (x *numerals) decimal(i int) decimal.Decimal {
	if d, ok := x.long[i]; ok {
		return d
	}
	return decimal.New(x.values[i], -int32(x.places[i]))
}

// scaled makes a column of the numbers: with the decimals of the one that has
// most, or with as many as the largest number leaves room for. A number that keeps
// fewer than nine digits then is unknown.
func (s *source) scaled(f Field, x numerals) *Column {
	places := x.fit()
	values := make([]int64, len(x.values))
	rounded := 0
	meaning := Column{Meaning: f.Meaning, Places: places}
	for i := range values {
		if x.unknown[i] {
			continue
		}
		v, exactly, fits := x.at(i, places)
		odd := meaning.odd(v)
		switch {
		case !fits:
			s.report(sp.Warning, i, f.Name, "too-large", "too large or too precise beside the other numbers")
		case f.Meaning.Kind.whole() && v >= 0 && !exactly:
			s.report(sp.Warning, i, f.Name, "not-whole", "not a whole number")
		case f.as() == s.layout.Population && v < 0:
			s.report(sp.Warning, i, f.Name, "negative", "negative number")
		case odd.code != "":
			s.report(sp.Warning, i, f.Name, odd.code, odd.detail)
		default:
			values[i] = v
			if !exactly {
				rounded++
			}
			continue
		}
		x.unknown[i] = true
	}
	if rounded > 0 {
		s.report(sp.Note, -1, f.Name, "rounded", fmt.Sprintf("%d numbers have more digits than fit and are rounded to %d decimals", rounded, places))
	}
	return newColumn(f.Meaning, places, values, x.unknown)
}

// fit returns the decimals of the column.
func (x *numerals) fit() int {
	most, all := 0, true
	for i, places := range x.places {
		if !x.unknown[i] {
			most = max(most, places)
		}
	}
	for i := 0; all && i < len(x.places); i++ {
		all = most <= 18 && (x.unknown[i] || x.fits(i, most))
	}
	if all {
		return most
	}
	room := 18
	for i := range x.places {
		if !x.unknown[i] {
			room = min(room, 18-x.digits(i))
		}
	}
	return min(most, max(room, 0))
}

// digits returns how many digits stand in front of the point of a number.
func (x *numerals) digits(i int) int {
	whole := x.values[i] / exact.Pow10(min(x.places[i], 18))
	if d, ok := x.long[i]; ok {
		whole = d.IntPart()
	}
	n := 0
	for ; whole != 0; whole /= 10 {
		n++
	}
	return n
}

// fits reports whether a number fits in units of 10^-places, of which it has no more.
func (x *numerals) fits(i, places int) bool {
	if d, ok := x.long[i]; ok {
		return d.Shift(int32(places)).BigInt().IsInt64()
	}
	_, ok := exact.Mul(x.values[i], exact.Pow10(places-x.places[i]))
	return ok
}

// at returns a number in units of 10^-places, whether that is exact, and whether it
// fits and keeps nine digits.
func (x *numerals) at(i, places int) (v int64, exactly, fits bool) {
	d, isLong := x.long[i]
	if !isLong && x.places[i] <= places {
		v, fits = exact.Mul(x.values[i], exact.Pow10(places-x.places[i]))
		return v, true, fits
	}
	if !isLong {
		d = x.decimal(i)
	}
	round := d.RoundBank(int32(places))
	scaled := round.Shift(int32(places)).BigInt()
	if !scaled.IsInt64() {
		return 0, false, false
	}
	off := new(big.Rat).Sub(round.Rat(), d.Rat())
	limit := new(big.Rat).Mul(new(big.Rat).Abs(d.Rat()), big.NewRat(1, exact.Nano))
	return scaled.Int64(), off.Sign() == 0, off.Abs(off).Cmp(limit) <= 0
}
