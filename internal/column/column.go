// Package column reads what a database driver hands over for a column, for types that
// have a text form. Drivers hand over a few types only: nil, text, bytes, numbers,
// truths and times.
package column

import (
	"database/sql/driver"
	"encoding"
	"reflect"
	"strconv"
)

// Text returns a column as text, and whether it is one. NULL is the empty text.
func Text(src any) (text string, ok bool) {
	switch v := src.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}

// Value returns what goes into the column of a type with a text form: its text, or NULL
// for what is unknown.
func Value(v encoding.TextMarshaler, null bool) (driver.Value, error) {
	if null {
		return nil, nil //nolint:nilnil // driver.Valuer calls NULL so
	}
	text, err := v.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// AppendText writes a value of a basic kind, or of a type with a text form, as text. It
// reports false for any other.
func AppendText(v any) (text []byte, ok bool, err error) {
	if m, is := v.(encoding.TextMarshaler); is {
		text, err = m.MarshalText()
		return text, true, err
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return []byte(r.String()), true, nil
	case reflect.Bool:
		return strconv.AppendBool(nil, r.Bool()), true, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(nil, r.Int(), 10), true, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(nil, r.Uint(), 10), true, nil
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(nil, r.Float(), 'g', -1, r.Type().Bits()), true, nil
	default:
		return nil, false, nil
	}
}

// ReadText reads into what v points to the text that [AppendText] writes. It reports
// false if the type has no text form or the text does not fit, and an error of the type
// itself as it is. The error of a number is not passed on, since it quotes the text.
func ReadText(v any, text []byte) (ok bool, err error) {
	if u, is := v.(encoding.TextUnmarshaler); is {
		return true, u.UnmarshalText(text)
	}
	r, s := reflect.ValueOf(v).Elem(), string(text)
	switch r.Kind() {
	case reflect.String:
		r.SetString(s)
		return true, nil
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		r.SetBool(b)
		return err == nil, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, r.Type().Bits())
		r.SetInt(n)
		return err == nil, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(s, 10, r.Type().Bits())
		r.SetUint(n)
		return err == nil, nil
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(s, r.Type().Bits())
		r.SetFloat(f)
		return err == nil, nil
	default:
		return false, nil
	}
}
