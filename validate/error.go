package validate

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
)

// Error returns what a validator, or a binder that calls one, says is wrong as an
// [*sp.InvalidError] of subject: each field by its path in JSON, with a code and a
// sentence, and nothing of what was sent. Keys of maps may be personal and are written
// as [*]. JSON that package encoding/json could not read is told as well. Other errors,
// among them those of a program that asks for what cannot be validated, and nil are
// returned as they are.
func Error(subject string, err error) error {
	e := &sp.InvalidError{Subject: subject}
	if broken, ok := errors.AsType[validator.ValidationErrors](err); ok {
		for _, f := range broken {
			code, rule := ruleOf(f)
			e.Fields = append(e.Fields, sp.Field{Path: pathOf(f.Namespace()), Code: code, Rule: rule})
		}
		return e
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		e.Check(false, wrong.Field, sp.WrongType, "must be "+article(wrong.Type))
		return e
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		e.Check(false, "", sp.Malformed, "is no JSON")
		return e
	}
	return err
}

func article(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // the others are numbers
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a number"
}

// pathOf returns the path of a field without the name of the struct in front of it, and
// without the keys of maps.
func pathOf(namespace string) string {
	depth := 0 // within the brackets of a generic type
	for i, c := range namespace {
		if c == '[' {
			depth++
		}
		if c == ']' {
			depth--
		}
		if c == '.' && depth == 0 {
			namespace = namespace[i+1:]
			break
		}
	}
	var path strings.Builder
	for rest := namespace; rest != ""; {
		before, after, found := strings.Cut(rest, "[")
		path.WriteString(member(before))
		if !found {
			break
		}
		index, beyond, closed := strings.Cut(after, "]")
		if !closed || !isIndex(index) {
			path.WriteString("[*]")
			if !closed {
				break
			}
		} else {
			path.WriteString("[" + index + "]")
		}
		rest = beyond
	}
	return path.String()
}

// member returns a part of a path that consists of names of fields. What does not may be
// the rest of a key with brackets in it.
func member(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("_-.$@", r)
	}) {
		return ".*"
	}
	return s
}

// isIndex reports whether s is the index of a list, and not a number that is a key.
func isIndex(s string) bool {
	return s != "" && len(s) <= 6 && strings.Trim(s, "0123456789") == ""
}

// ruleOf says in which way a field is wrong, and what would be right.
func ruleOf(f validator.FieldError) (sp.Fault, string) {
	tag, param := f.ActualTag(), f.Param()
	switch tag {
	case "min", "gte":
		return size(f, "at least ", "must not lie in the past")
	case "max", "lte":
		return size(f, "at most ", "must not lie in the future")
	case "gt":
		return size(f, "more than ", "must lie in the future")
	case "lt":
		return size(f, "less than ", "must lie in the past")
	case "len":
		return size(f, "exactly ", "cannot be checked by "+tag)
	case "oneof", "oneofci":
		return sp.NotListed, "must be one of " + strings.Join(strings.Fields(param), ", ")
	case "noneof", "noneofci":
		return sp.NotListed, "must be none of " + strings.Join(strings.Fields(param), ", ")
	case "eq", "eq_ignore_case":
		return sp.NotListed, "must be " + param
	case "ne", "ne_ignore_case":
		return sp.NotListed, "must not be " + param
	}
	if s, ok := sentences[tag]; ok {
		return s.code, s.rule
	}
	if words, ok := comparisons[strings.Replace(tag, "csfield", "field", 1)]; ok {
		return sp.Inconsistent, "must be " + words + " " + param
	}
	switch {
	case strings.HasPrefix(tag, "required"):
		return sp.Missing, "must be given"
	case strings.HasPrefix(tag, "excluded"):
		return sp.Inconsistent, "must not be given"
	}
	return sp.Malformed, "must pass the check " + tag
}

// size says what the length of a text or a list, a number or a time must be.
func size(f validator.FieldError, words, moment string) (sp.Fault, string) {
	switch f.Kind() { //nolint:exhaustive // the others are numbers
	case reflect.String:
		return sp.WrongLength, "must have " + words + f.Param() + " characters"
	case reflect.Slice, reflect.Array, reflect.Map:
		return sp.WrongLength, "must have " + words + f.Param() + " items"
	case reflect.Struct:
		return sp.Untimely, moment
	case reflect.Pointer, reflect.Invalid, reflect.Bool:
		return sp.Missing, "must be given"
	}
	return sp.OutOfRange, "must be " + words + f.Param()
}

// A sentence is what one tag asks for.
type sentence struct {
	code sp.Fault
	rule string
}

var sentences = map[string]sentence{
	"nhs_number": {sp.Malformed, "must be an NHS number, with its check digit"},
	"sctid":      {sp.Malformed, "must be an identifier of SNOMED CT, with its check digit"},
	"postcode":   {sp.Malformed, "must be a full postcode, written as LA4 5AB"},
	"ods_code":   {sp.Malformed, "must be a code of the Organisation Data Service, such as A81001"},
	"date":       {sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
	"money":      {sp.Malformed, "must be an amount with its currency, written as 1234.50 GBP"},
	"period":     {sp.Malformed, "must be two days with a slash between them, written as 2026-04-01/2027-04-01"},
	"id":         {sp.Malformed, sp.IDRule},
	"person_id":  {sp.Identifying, sp.IDRule + ", and be neither an NHS number nor an e-mail address"},
	"code":       {sp.Malformed, sp.CodeRule},
	"known":      {sp.Missing, "must be known"},
	"unknown":    {sp.Inconsistent, "must not be given"},
	"isdefault":  {sp.Inconsistent, "must not be given"},
	"unique":     {sp.Duplicate, "must not have anything twice"},
	"email":      {sp.Malformed, "must be an e-mail address"},
	"url":        {sp.Malformed, "must be an address of the web"},
	"e164":       {sp.Malformed, "must be a telephone number with its country, written as +441524582800"},
	"uuid":       {sp.Malformed, "must be a UUID"},
}

var comparisons = map[string]string{
	"eqfield": "the same as", "nefield": "different from", "gtfield": "more, or later, than", "gtefield": "no less, or earlier, than",
	"ltfield": "less, or earlier, than", "ltefield": "no more, or later, than",
}
