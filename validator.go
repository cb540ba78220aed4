package sp

import (
	"encoding"
	"fmt"
	"log/slog"
	"reflect"
	"time"
)

// ValidatorValue says what validators of tagged structs look at, such as
// go-playground/validator: a pointer to the value, which is nil if it is unknown.
func (k Known[T]) ValidatorValue() any {
	if !k.known {
		return (*T)(nil)
	}
	return &k.value
}

// ValidatorValue says what validators of tagged structs look at, such as
// go-playground/validator: text as text and numbers as numbers, of types that print
// themselves as "[personal]" in errors; a known [Date] as a time. Of any other type
// they see only whether there is a value.
func (p Personal[T]) ValidatorValue() any {
	if p.value == nil {
		if reflect.TypeFor[T]().Kind() == reflect.String {
			return maskedText("")
		}
		return (*maskedText)(nil)
	}
	if d, ok := any(**p.value).(Date); ok {
		if d.IsZero() {
			return maskedTime{}
		}
		return maskedTime(d.utc())
	}
	switch v := reflect.ValueOf(**p.value); {
	case v.Kind() == reflect.String:
		return maskedText(v.String())
	case v.CanInt():
		return maskedNumber(v.Int())
	case v.CanUint():
		return maskedNumber(v.Uint())
	case v.CanFloat():
		return maskedNumber(v.Float())
	}
	return maskedText(redacted)
}

// What validators see of personal data. They keep it in their errors, so it prints
// itself as a Personal does.
type (
	maskedText   string
	maskedNumber float64
	maskedTime   time.Time
)

// masked is what all of them do.
var (
	_ masked = maskedText("")
	_ masked = maskedNumber(0)
	_ masked = maskedTime{}
)

type masked interface {
	fmt.Formatter
	fmt.Stringer
	fmt.GoStringer
	slog.LogValuer
	encoding.TextMarshaler
}

func (maskedText) Format(f fmt.State, _ rune)     { f.Write([]byte(redacted)) }
func (maskedNumber) Format(f fmt.State, _ rune)   { f.Write([]byte(redacted)) }
func (maskedTime) Format(f fmt.State, _ rune)     { f.Write([]byte(redacted)) }
func (maskedText) String() string                 { return redacted }
func (maskedNumber) String() string               { return redacted }
func (maskedTime) String() string                 { return redacted }
func (maskedText) GoString() string               { return redacted }
func (maskedNumber) GoString() string             { return redacted }
func (maskedTime) GoString() string               { return redacted }
func (maskedText) LogValue() slog.Value           { return slog.StringValue(redacted) }
func (maskedNumber) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (maskedTime) LogValue() slog.Value           { return slog.StringValue(redacted) }
func (maskedText) MarshalText() ([]byte, error)   { return []byte(redacted), nil }
func (maskedNumber) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (maskedTime) MarshalText() ([]byte, error)   { return []byte(redacted), nil }
