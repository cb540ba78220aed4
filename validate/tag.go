package validate

import (
	"cmp"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// checks are the tags of the vocabulary. A field of any other kind than theirs fails.
var checks = map[string]func(reflect.Value) bool{
	"nhs_number": text(func(s string) bool { _, err := sp.ParseNHSNumber(s); return err == nil }),
	"sctid":      text(func(s string) bool { _, err := sp.ParseSCTID(s); return err == nil }),
	"postcode":   text(func(s string) bool { _, err := geo.ParsePostcode(s); return err == nil }),
	"period":     text(func(s string) bool { return new(sp.Period).UnmarshalText([]byte(s)) == nil && s != "" }),
	"ods_code":   text(odsCode),
	"id":         text(sp.ValidID[string]),
	"person_id":  text(sp.ValidPersonID[string]),
	"code":       text(sp.ValidCode[string]),
	"date":       orText[day](func(s string) bool { _, err := sp.ParseDate(s); return err == nil }),
	"money":      orText[amount](func(s string) bool { _, err := sp.ParseMoney(s); return err == nil }),
	"known":      known,
	"unknown":    func(field reflect.Value) bool { return !known(field) },
}

// text makes a check of a text.
func text(check func(string) bool) func(reflect.Value) bool {
	return func(field reflect.Value) bool { return field.Kind() == reflect.String && check(field.String()) }
}

// orText makes a check of a text that a known value of type T passes.
func orText[T any](check func(string) bool) func(reflect.Value) bool {
	of := text(check)
	return func(field reflect.Value) bool {
		return field.Type() == reflect.TypeFor[T]() && known(field) || of(field)
	}
}

// known reports whether a value is stated.
func known(field reflect.Value) bool {
	switch {
	case !field.IsValid():
		return false
	case field.Type() == reflect.TypeFor[amount](): // no money is an amount
		return true
	}
	switch field.Kind() { //nolint:exhaustive // the others hold values
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
		return !field.IsNil()
	case reflect.String, reflect.Struct:
		return !field.IsZero()
	}
	return true
}

// odsCode reports whether s has the form of a code of the Organisation Data Service,
// which publishes no pattern: capital letters and digits, from three on ("X26", "A81001").
func odsCode(s string) bool {
	return len(s) >= 3 && len(s) <= 12 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// narrow are the tags that panic where a field is of a kind that they do not know. A
// test tries every tag with every type, and so finds those that another version adds.
var narrow = []string{
	"bcp47_language_tag", "bcp47_strict_language_tag", "datetime", "dir", "dirpath", "ein", "eq", "eq_ignore_case",
	"file", "filepath", "gt", "gte", "http_url", "https_url", "image", "iso3166_1_alpha_numeric", "iso3166_1_alpha_numeric_eu",
	"iso4217_numeric", "json", "latitude", "len", "longitude", "lowercase", "lt", "lte", "luhn_checksum", "max", "mimetype", "min",
	"multibyte", "ne", "ne_ignore_case", "noneof", "noneofci", "oneof", "oneofci", "origin", "port", "spicedb", "ssn", "timezone", "unique",
	"uppercase", "uri", "url", "urn_rfc2141", "urn_rfc8141",
}

// guarded returns the tag as it is built in, but for fields of the vocabulary a broken
// rule where that panics. It panics as ever for the caller's own types, as a program
// that asks for `lowercase` of a number has to be mended.
func guarded(plain *validator.Validate, tag string) validator.Func {
	holds := bounds[tag]
	return func(fl validator.FieldLevel) (ok bool) {
		field, param := fl.Field(), fl.Param()
		if holds != nil {
			if c, known := compared(field, param); known {
				return holds(c)
			}
		}
		rule := tag
		if param != "" {
			rule += "=" + escape.Replace(param)
		}
		defer func() {
			if p := recover(); p != nil {
				if !ours(declared(fl)) {
					panic(p)
				}
				ok = false
			}
		}()
		return plain.Var(field.Interface(), rule) == nil
	}
}

// bounds are the tags that most requests have, by what a comparison with their number has
// to say. They are answered here, at a fraction of what it costs to ask a second time.
var bounds = map[string]func(int) bool{
	"min": func(c int) bool { return c >= 0 }, "gte": func(c int) bool { return c >= 0 }, "gt": func(c int) bool { return c > 0 },
	"max": func(c int) bool { return c <= 0 }, "lte": func(c int) bool { return c <= 0 }, "lt": func(c int) bool { return c < 0 },
	"len": func(c int) bool { return c == 0 },
}

// compared compares the length of a text or a list, or a number, with that of a tag. It
// reports false where the tag has to be asked as it is built in: of times, of what is no
// number, and of other kinds.
func compared(field reflect.Value, param string) (c int, known bool) {
	switch field.Kind() { //nolint:exhaustive // the others are asked
	case reflect.String:
		n, err := strconv.ParseInt(param, 0, 64)
		return cmp.Compare(int64(utf8.RuneCountInString(field.String())), n), err == nil
	case reflect.Slice, reflect.Array, reflect.Map:
		n, err := strconv.ParseInt(param, 0, 64)
		return cmp.Compare(int64(field.Len()), n), err == nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(param, 0, 64)
		return cmp.Compare(field.Int(), n), err == nil && field.Type() != reflect.TypeFor[time.Duration]()
	case reflect.Float64:
		n, err := strconv.ParseFloat(param, 64)
		return cmp.Compare(field.Float(), n), err == nil && !math.IsNaN(n) && !math.IsNaN(field.Float())
	}
	return 0, false
}

// postcodeOf returns the tag by which another field says of which country a postcode is.
func postcodeOf(plain *validator.Validate) validator.Func {
	return func(fl validator.FieldLevel) bool {
		country, kind, _, found := fl.GetStructFieldOK2()
		return found && kind == reflect.String && fl.Field().Kind() == reflect.String &&
			plain.Var(fl.Field().String(), "postcode_iso3166_alpha2="+escape.Replace(country.String())) == nil
	}
}

// declared returns the type of a field, or of the elements in it, as it was declared.
func declared(fl validator.FieldLevel) reflect.Type {
	t := fl.Parent().Type()
	if name, _, _ := strings.Cut(fl.StructFieldName(), "["); name != "" && t.Kind() == reflect.Struct {
		if f, ok := t.FieldByName(name); ok {
			t = f.Type
		}
	}
	for t.PkgPath() == "" && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map) {
		t = t.Elem()
	}
	return t
}

// escape writes a parameter as it stands in a tag.
var escape = strings.NewReplacer(",", "0x2C", "|", "0x7C")

// ours reports whether a type belongs to this module.
func ours(t reflect.Type) bool {
	module := reflect.TypeFor[sp.Field]().PkgPath()
	return t.PkgPath() == module || strings.HasPrefix(t.PkgPath(), module+"/")
}
