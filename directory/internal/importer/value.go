package importer

import (
	"cmp"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
)

// peek returns a text without taking it.
func (o *Object) peek(field string) string {
	j := o.find(field)
	if j == 0 {
		return ""
	}
	v := o.t.sole(j + 1)
	if o.t.nodes[v].kind != text && o.t.nodes[v].kind != number {
		return ""
	}
	return strings.TrimSpace(o.t.text(v))
}

// sole returns the value that is the only one of a list, or of an object that only says of
// which type it is, as MongoDB writes {"$oid": "5f"}; or else v.
func (t *tree) sole(v uint32) uint32 {
	n := t.nodes[v]
	switch {
	case n.kind == list && n.next == v+2 && t.nodes[v+1].kind != object && t.nodes[v+1].kind != list:
		return v + 1
	case n.kind == object && n.next > v+1 && t.nodes[v+2].next == n.next && strings.HasPrefix(t.text(v+1), "$"):
		return t.sole(v + 2)
	}
	return v
}

// inEnglish returns the text in English of one that is told in several languages, by their
// tags, or else the Welsh one; 0 is none.
func (t *tree) inEnglish(v uint32) uint32 {
	var english, welsh uint32
	if t.nodes[v].kind != object {
		return 0
	}
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		tag := strings.ToLower(t.text(j))
		if k := t.nodes[j+1].kind; k != text && k != null || len(tag) != len("en") && len(tag) != len("en-gb") {
			return 0
		}
		switch {
		case !t.says(j + 1):
		case tag[:2] == "en":
			english = j + 1
		case tag[:2] == "cy":
			welsh = j + 1
		}
	}
	return cmp.Or(english, welsh)
}

// value takes a field that should be one value, as which the only one of a list is read:
// what makes JSON of XML writes lists everywhere.
func (o *Object) value(field string) uint32 {
	v := o.take(field)
	if v == 0 || !o.t.holdsParts(v) {
		return v
	}
	in := o.t.sole(v)
	switch {
	case in != v && !o.t.says(in):
		return 0
	case in != v:
		o.report(sp.Note, field, "list-for-value", "was read as the only value that is in it")
		return in
	}
	if in = o.t.inEnglish(v); in == 0 {
		return v
	}
	o.keep(field)
	o.report(sp.Note, field, "list-for-value", "is told in several languages, and was read in English, or else in Welsh; the original is kept beside it")
	return in
}

// decimal takes a field that should be a number.
func (o *Object) decimal(field string) *decimal.Decimal {
	v := o.value(field)
	if v == 0 {
		return nil
	}
	switch n := o.t.nodes[v]; n.kind {
	case text:
		s := strings.TrimSpace(o.t.text(v))
		if o.isNothing(field, s) {
			return nil
		}
		if inComma.MatchString(s) {
			o.keep(field)
			o.report(sp.Note, field, "decimal-comma", "was read as a number with a comma before its decimals")
			return numberOf(strings.Replace(s, ",", ".", 1))
		}
		if d := numberOf(s); d != nil {
			if n.form != inCells { // a table has nothing but texts
				o.report(sp.Note, field, "text-for-number", "was read as a number")
			}
			return d
		}
	case number:
		if d := numberOf(o.t.text(v)); d != nil {
			return d
		}
	default:
	}
	o.keep(field)
	o.report(sp.Warning, field, "wrong-type", "is not a number")
	return nil
}

// count takes a field that should be a whole number from 0 to a billion.
func (o *Object) count(field string) sp.Known[int] {
	d := o.decimal(field)
	if d == nil {
		return sp.Known[int]{}
	}
	if !d.IsInteger() || d.Sign() < 0 || d.GreaterThan(decimal.NewFromInt(1e9)) {
		o.keep(field)
		o.report(sp.Warning, field, "wrong-type", "is not a whole number from 0 to a billion")
		return sp.Known[int]{}
	}
	return sp.Know(int(d.IntPart()))
}

// yes takes a field that should be true or false.
func (o *Object) yes(field string) sp.Truth {
	v := o.value(field)
	if v == 0 {
		return sp.Unknown
	}
	switch strings.ToLower(strings.TrimSpace(o.t.text(v))) {
	case "true", "yes", "y", "t", "1":
		return sp.Yes
	}
	if isNo(o.t.text(v)) {
		return sp.No
	}
	o.keep(field)
	if o.t.nodes[v].kind != list && o.t.nodes[v].kind != object && !o.isNothing(field, o.t.text(v)) {
		o.report(sp.Warning, field, "bad-answer", "is neither true nor false")
	}
	return sp.Unknown
}

// isNo reports whether a text denies.
func isNo(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "false", "no", "n", "f", "0":
		return true
	}
	return false
}
