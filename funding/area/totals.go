package area

import (
	"math"
	"math/big"
	"strings"
	"unicode"
)

// Totals returns the codes of the rows that look like totals of others, in their
// order: a row with exactly as many people as all other rows, as the rows above it
// since the last total, or as the rows below it, whose code is of another form than
// theirs - "England" among wards, E92000001 among E06000001 - or that stands among
// so many rows that this is no accident. They are not left out by themselves:
//
//	table, err := table.Without(table.Totals()...)
//
// Without a population there are none.
func (t *Table) Totals() []string {
	c := t.numbers[t.population]
	if c == nil || len(t.codes) < 3 {
		return nil
	}
	odd := t.unusual()
	var totals []string
	everything, areas := c.total(), new(big.Int) // all rows; those above that are no totals
	run, rows := new(big.Int), 0                 // those since the last total
	for i, code := range t.codes {
		v := big.NewInt(c.Values[i])
		above := rows >= 2 && v.Cmp(run) == 0 && (odd[i] || rows >= 6)
		whole := near(new(big.Int).Lsh(v, 1), everything, odd[i], len(t.codes)) && (odd[i] || len(t.codes) >= 7)
		grand := odd[i] && len(totals) > 0 && v.Cmp(areas) == 0
		if v.Sign() > 0 && (above || whole || grand || odd[i] && (t.below(i, odd) || t.window(i, odd))) {
			totals = append(totals, code)
			run, rows = new(big.Int), 0
			continue
		}
		run.Add(run, v)
		areas.Add(areas, v)
		rows++
	}
	return totals
}

// below reports whether row i has as many people as the two or more rows below it,
// up to the next whose code is of another form.
func (t *Table) below(i int, odd []bool) bool {
	values := t.numbers[t.population].Values
	left, k := big.NewInt(values[i]), i+1
	for ; k < len(values) && !odd[k]; k++ {
		left.Sub(left, big.NewInt(values[k]))
	}
	return k > i+2 && left.Sign() == 0
}

// window reports whether row i is the sum of rows that stand together somewhere in
// the table, in the population and in all other columns that count something, of
// which there must be one: in one column alone that may be an accident.
func (t *Table) window(i int, odd []bool) bool {
	people := t.numbers[t.population]
	var others []*Column
	for _, name := range t.order {
		if c := t.numbers[name]; c != nil && c != people && (c.Kind == Count || c.Kind == Band) {
			others = append(others, c)
		}
	}
	if len(others) == 0 {
		return false
	}
	from, sum := 0, int64(0)
	for k, v := range people.Values {
		if odd[k] {
			from, sum = k+1, 0
			continue
		}
		if v > math.MaxInt64-sum {
			return false
		}
		for sum += v; sum > people.Values[i]; from++ {
			sum -= people.Values[from]
		}
		if sum == people.Values[i] && k > from && add(others, from, k+1, i) {
			return true
		}
	}
	return false
}

// add reports whether rows from to below end add up to row i in all columns, but
// for what rounding each of them can be out.
func add(columns []*Column, from, end, i int) bool {
	for _, c := range columns {
		left := c.Values[i]
		for _, v := range c.Values[from:end] {
			left -= v
		}
		if off := int64(end-from)/2 + 1; left < -off || left > off {
			return false
		}
	}
	return true
}

// near reports whether a is b, or within what rounding each of n rows can be out
// if it may be rounded.
func near(a, b *big.Int, rounded bool, n int) bool {
	off := new(big.Int).Sub(a, b)
	return off.Sign() == 0 || rounded && n > 2 && off.CmpAbs(big.NewInt(int64(n)/2)) <= 0
}

// unusual tells of each row whether its code is of another form than most.
func (t *Table) unusual() []bool {
	usual := t.usualForm()
	odd := make([]bool, len(t.codes))
	for i, code := range t.codes {
		odd[i] = form(code) != usual
	}
	return odd
}

// usualForm returns the form that most codes have.
func (t *Table) usualForm() string {
	counts := map[string]int{}
	best := ""
	for _, code := range t.codes {
		f := form(code)
		counts[f]++
		if n := counts[f]; n > counts[best] || n == counts[best] && f < best {
			best = f
		}
	}
	return best
}

// form returns a code with its digits and letters made alike. Of the nine
// characters of the Office for National Statistics, the first three say what kind of
// area it is and stay.
func form(code string) string {
	kept := 0
	if len(code) == 9 && strings.Trim(code[1:], "0123456789") == "" {
		kept = 3
	}
	return code[:kept] + strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '9'
		case unicode.IsLetter(r):
			return 'a'
		default:
			return r
		}
	}, code[kept:])
}
