package validate

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/go-playground/validator/v10"
)

// try validates an empty value of a type and one that is filled in, since a validator
// looks at a tag no earlier than that, and panics at one that it cannot have.
func try(v *validator.Validate, t reflect.Type) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("validate: %v cannot be validated: %v", t, p)
		}
	}()
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("validate: %v is no struct", t)
	}
	full := reflect.New(t)
	_ = v.Struct(full.Interface()) //nolint:errcheck // that it is not valid does not matter
	fill(full.Elem(), 0)
	_ = v.Struct(full.Interface()) //nolint:errcheck // that it is not valid does not matter
	return nil
}

// samples are what types that read themselves may take.
var samples = [...]string{`"x"`, `1`, `"2026-11-23"`, `"1.00 GBP"`, `true`, `"yes"`, `"9434765919"`, `"871731000000106"`, `"LA4 5AB"`, `{"code":"x"}`, `{}`}

// fill puts something into every field, and into every list and map, of a value.
func fill(v reflect.Value, depth int) {
	const deepest = 8 // of types that hold themselves
	if depth > deepest || !v.CanSet() || filled(v) {
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others stay empty
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		if key.Comparable() {
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	}
}

// filled gives a value that reads itself one of the samples, and reports whether it did.
func filled(v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	into := v.Addr().Interface()
	switch into.(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler:
	default:
		return false
	}
	for _, sample := range samples {
		if json.Unmarshal([]byte(sample), into) == nil && !v.IsZero() {
			return true
		}
		v.SetZero()
	}
	return false
}
