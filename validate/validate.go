// Package validate teaches go-playground/validator, by which most web programs in Go
// check their requests, the vocabulary of this module. Out of the box that package
// panics on `gt=0` for an amount of money, passes over `required` on an identifier that
// is not there, and hands what somebody typed to whoever logs its errors.
//
//	type intake struct {
//		Person string              `json:"person" validate:"required,person_id"`
//		Number sp.NHSNumber        `json:"number" validate:"required"`
//		Name   sp.Personal[string] `json:"name" validate:"required,max=100"`
//		Born   sp.Date             `json:"born" validate:"known"`
//		Fare   sp.Money            `json:"fare" validate:"gte=0,lte=25.50"`
//		Needs  []string            `json:"needs" validate:"min=1,dive,code"`
//	}
//
//	v := validator.New()
//	err := validate.Register(v, intake{}) // once, before the first request
//	err = validate.Error("intake", v.Struct(in)) // an *sp.InvalidError with paths of JSON, codes and sentences
//
// # What tags see
//
// An sp.Money is a number of major units, such as pounds: `gte=0.50` is fifty pence. An
// sp.Date is a time, so that `gtfield=Start` compares, and zero if it is unknown. An
// sp.Known is what it holds, and like a nil pointer if it is unknown: let `omitempty` go
// first where it may be. Personal data is a text or a number, which prints itself as
// "[personal]" wherever an error is printed; personal structs are there or not. All else
// is its text, which is empty for the zero value: an SCTID, a postcode, a period, a
// truth (yes, no or empty), the code of an sp.Code, the ID of an sp.Actor. A tag that
// means nothing for a type is a broken rule, and never a panic.
//
// # Tags
//
// These are added, for texts as well as for the types themselves:
//
//	nhs_number  sctid  postcode  ods_code  date  money  period   as their parsers read them
//	id  person_id  code   by sp.ValidID, sp.ValidPersonID and sp.ValidCode
//	known  unknown        is stated, or is not; nothing at all of money is stated
//
// Rules about two fields, money, time or state are better said in Go; see
// [sp.InvalidError.Check]. The binders of gin and of echo are tested with this package;
// in a form, gin wants to be told which fields read text, as in
// `form:"fare,parser=encoding.TextUnmarshaler"`. Where a program decodes by itself, package decode says what is no JSON of a
// request before this one says what is no request.
package validate

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// Register makes v understand the vocabulary: its types, its tags, and the names that
// fields have in JSON (or else in a form, a query or a path), which errors then tell.
// Call it before v is used: a validator is not to be changed afterwards.
//
// It also tries the tags of the requests, of which it wants a value each, empty or not.
// A tag that does not exist, or that cannot be had with its field, would otherwise panic
// when the first such request comes; the error names the type.
func Register(v *validator.Validate, requests ...any) error {
	for _, t := range types {
		v.RegisterCustomTypeFunc(seen, t)
	}
	v.RegisterTagNameFunc(nameOf)
	for tag, check := range checks {
		if err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return check(fl.Field()) }, tag == "known" || tag == "unknown"); err != nil {
			return fmt.Errorf("validate: tag %s: %w", tag, err)
		}
	}
	plain := validator.New()
	for _, tag := range narrow {
		if err := v.RegisterValidation(tag, guarded(plain, tag)); err != nil {
			return fmt.Errorf("validate: tag %s: %w", tag, err)
		}
	}
	if err := v.RegisterValidation(postcodeTag, postcodeOf(plain)); err != nil {
		return fmt.Errorf("validate: tag %s: %w", postcodeTag, err)
	}
	var errs []error
	for _, r := range requests {
		errs = append(errs, try(v, reflect.TypeOf(r)))
	}
	return errors.Join(errs...)
}

const postcodeTag = "postcode_iso3166_alpha2_field"

// nameOf returns the name of a field for who sent it.
func nameOf(f reflect.StructField) string {
	for _, tag := range [...]string{"json", "form", "query", "param", "uri", "header"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
			return name
		}
	}
	return f.Name
}

// A day and an amount are what tags see of a date and of money. Types of their own tell
// them from the times and numbers of the caller.
type (
	day    time.Time
	amount float64
)

// String returns the day as 2026-11-23.
func (d day) String() string { return sp.DateOf(time.Time(d)).String() }

// types are those of the vocabulary that are seen as something else. Known and Personal,
// of which there is one for each type, say by themselves what is seen of them.
var types = []any{
	sp.Date(0),
	sp.Money{},
	sp.SCTID(0), sp.Truth(0), sp.Severity(0),
	sp.Period{},
	sp.Code{},
	sp.Actor{},
	sp.Stamp{},
	geo.Point{},
	geo.Area{},
}

// seen returns what tags see of a value of one of the types.
func seen(field reflect.Value) any {
	switch v := field.Interface().(type) {
	case sp.Date:
		if v.IsZero() {
			return day{}
		}
		year, month, d := v.Civil()
		return day(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
	case sp.Money:
		f, _ := v.Decimal().Float64()
		return amount(f)
	case sp.Stamp:
		return day(v.At)
	case sp.Code:
		return word(v.Code)
	case sp.Actor:
		return word(v.ID)
	case sp.Severity:
		return word(v.String())
	case interface {
		IsZero() bool
		MarshalText() ([]byte, error)
	}:
		return textOf(v)
	case interface{ MarshalText() ([]byte, error) }: // a period, whose zero value has no limits, or a truth
		return textOf(v)
	}
	return nil
}

// A word is the text of a value.
type word string

// textOf returns the text of a value, and none of a zero one.
func textOf(v interface{ MarshalText() ([]byte, error) }) word {
	if reflect.ValueOf(v).IsZero() {
		return ""
	}
	text, err := v.MarshalText()
	if err != nil {
		return ""
	}
	return word(text)
}
