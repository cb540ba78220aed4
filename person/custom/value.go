package custom

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
)

// A Kind is what kind of answer a field takes.
type Kind string

// The kinds of answer that a field can take.
const (
	KindText   Kind = "text"
	KindNumber Kind = "number"
	KindDate   Kind = "date"
	KindTruth  Kind = "truth" // yes, no, or unknown: asked, and nobody could say
	KindCode   Kind = "code"  // one of the options of the field
)

const kindRule = "must be text, number, date, truth or code"

func (k Kind) valid() bool {
	return slices.Contains([]Kind{KindText, KindNumber, KindDate, KindTruth, KindCode}, k)
}

// A Value is an answer, of one kind. It is personal: it prints as "[personal]" in every
// way. The zero Value is no answer.
type Value struct {
	kind    Kind
	written sp.Personal[string] // as it is stored: "2026-11-01", "yes", "12.50"
}

// Text returns the value of a text. It may have at most 4096 bytes.
func Text(text string) Value { return Value{KindText, sp.Hide(text)} }

// Number returns the value of a number, with at most 18 digits before the point and 9
// behind it. It is kept exactly.
func Number(n decimal.Decimal) Value {
	if n.Exponent() < -decimals || n.Exponent() > digits || n.NumDigits() > digits+decimals {
		return Value{KindNumber, sp.Hide("")} // writing it out could take any amount of memory
	}
	return Value{KindNumber, sp.Hide(n.String())}
}

// Date returns the value of a day.
func Date(d sp.Date) Value { return Value{KindDate, sp.Hide(d.String())} }

// Truth returns the value of an answer to a question of yes or no.
func Truth(t sp.Truth) Value { return Value{KindTruth, sp.Hide(t.String())} }

// Code returns the value of one of the options of a field.
func Code(code string) Value { return Value{KindCode, sp.Hide(code)} }

// Parse reads a value as a form sends it: "2026-11-01", "yes", "12.50". It fails with an
// [*sp.InvalidError] that names the rule and repeats nothing.
func Parse(k Kind, text string) (Value, error) {
	v := Value{k, sp.Hide(text)}
	if rule := v.broken(); rule != "" {
		return Value{}, sp.Invalid("custom: value", "", sp.Malformed, rule)
	}
	return v, nil
}

const (
	digits, decimals = 18, 9
	mostText         = 4096
)

var numberForm = regexp.MustCompile(fmt.Sprintf(`^-?[0-9]{1,%d}(\.[0-9]{1,%d})?$`, digits, decimals))

// broken returns the rule that v breaks, if it does.
func (v Value) broken() string {
	text := v.written.Reveal()
	switch v.kind {
	case KindText:
		if strings.TrimSpace(text) == "" || len(text) > mostText || !utf8.ValidString(text) || text == v.written.String() {
			return fmt.Sprintf("must be a text in UTF-8 of at most %d bytes, not empty and not a redacted copy", mostText)
		}
	case KindNumber:
		if !numberForm.MatchString(text) {
			return fmt.Sprintf("must be a number of at most %d digits before the point and %d behind it", digits, decimals)
		}
	case KindDate:
		if _, err := sp.ParseDate(text); err != nil {
			return "must be a day as in 2026-11-01"
		}
	case KindTruth:
		if text != sp.Yes.String() && text != sp.No.String() && text != sp.Unknown.String() {
			return "must be yes, no or unknown"
		}
	case KindCode:
		if !sp.ValidCode(text) {
			return sp.CodeRule
		}
	default:
		return kindRule
	}
	return ""
}

// Kind returns of which kind v is; empty is no answer.
func (v Value) Kind() Kind { return v.kind }

// IsZero reports whether v is no answer.
func (v Value) IsZero() bool { return v.kind == "" && v.written.IsZero() }

// Equal reports whether v and w are the same answer, of the same kind and written alike.
func (v Value) Equal(w Value) bool { return v.kind == w.kind && v.written.Equal(w.written) }

// Reveal returns the answer in the open, as [Parse] reads it.
func (v Value) Reveal() string { return v.written.Reveal() }

// Number returns a number, and false if v is none.
func (v Value) Number() (decimal.Decimal, bool) {
	if v.kind != KindNumber || v.broken() != "" {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(v.Reveal())
	return n, err == nil
}

// Date returns a day, and false if v is none.
func (v Value) Date() (sp.Date, bool) {
	if v.kind != KindDate {
		return 0, false
	}
	d, err := sp.ParseDate(v.Reveal())
	return d, err == nil
}

// Truth returns an answer of yes or no; [sp.Unknown] also if v is none.
func (v Value) Truth() sp.Truth {
	switch {
	case v.kind == KindTruth && v.Reveal() == sp.Yes.String():
		return sp.Yes
	case v.kind == KindTruth && v.Reveal() == sp.No.String():
		return sp.No
	}
	return sp.Unknown
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (v Value) Format(f fmt.State, _ rune) { v.written.Format(f, 'v') }

// MarshalJSON writes "[personal]".
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.written.String()) }

// Values are answers by field. They print as "[personal]": which fields have one may say
// enough.
type Values map[Key]Value

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (v Values) Format(f fmt.State, _ rune) { Value{}.Format(f, 'v') }

// MarshalJSON writes "[personal]".
func (v Values) MarshalJSON() ([]byte, error) { return Value{}.MarshalJSON() }

func (v Values) keys() []Key { return slices.Sorted(maps.Keys(v)) }
