package area

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Totals returns the codes of the rows that look like totals of others, in their
// order. Such a row has exactly as many people as all other rows, as the rows above
// it since the last total, or as the rows below it; or, in every column of counts of
// which there are several, as many as some rows that stand together. Its code is of
// another form than theirs - "England" among wards, E92000001 among E06000001 - or
// it stands among so many rows that this is no accident. Totals are not left out by
// themselves:
//
//	table, err := table.Without(table.Totals()...)
//
// Without a population there are none.
func (t *Table) Totals() []string {
	c := t.numbers[t.population]
	if c == nil || len(t.codes) < 3 || c.Least < 0 {
		return nil
	}
	sum := c.total()
	if sum.BitLen() > 61 {
		return nil // no people are so many
	}
	odd := t.unusual()
	var totals []string
	everything, areas := sum.Int64(), int64(0) // all rows; those above that are no totals
	run, rows := int64(0), 0                   // those since the last total
	for i, v := range c.Values {
		above := rows >= 2 && v == run && (odd[i] || rows >= 6)
		whole := near(2*v, everything, odd[i], len(t.codes)) && (odd[i] || len(t.codes) >= 7)
		grand := odd[i] && len(totals) > 0 && v == areas
		if v > 0 && (above || whole || grand || odd[i] && (t.below(i, odd) || t.window(i, odd))) {
			totals = append(totals, t.codes[i])
			run, rows = 0, 0
			continue
		}
		run += v
		areas += v
		rows++
	}
	return totals
}

// below reports whether row i has as many people as the two or more rows below it,
// up to the next whose code is of another form.
func (t *Table) below(i int, odd []bool) bool {
	values := t.numbers[t.population].Values
	left, k := values[i], i+1
	for ; k < len(values) && !odd[k]; k++ {
		left -= values[k]
	}
	return k > i+2 && left == 0
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
func near(a, b int64, rounded bool, n int) bool {
	off := max(a-b, b-a)
	return off == 0 || rounded && off <= int64(n)/2
}

// unusual tells of each row whether its code is of another form than most.
func (t *Table) unusual() []bool {
	counts := map[string]int{}
	var buffer []byte
	for _, code := range t.codes {
		buffer = form(buffer[:0], code)
		counts[string(buffer)]++
	}
	usual := ""
	for f, n := range counts {
		if n > counts[usual] || n == counts[usual] && f < usual {
			usual = f
		}
	}
	odd := make([]bool, len(t.codes))
	for i, code := range t.codes {
		buffer = form(buffer[:0], code)
		odd[i] = string(buffer) != usual
	}
	return odd
}

// form appends a code with its digits and letters made alike. Of the nine
// characters of the Office for National Statistics, the first three say what kind of
// area it is and stay.
func form(to []byte, code string) []byte {
	kept := 0
	if len(code) == 9 && strings.Trim(code[1:], "0123456789") == "" {
		kept = 3
	}
	to = append(to, code[:kept]...)
	for _, r := range code[kept:] {
		switch {
		case unicode.IsDigit(r):
			to = append(to, '9')
		case unicode.IsLetter(r):
			to = append(to, 'a')
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return to
}
