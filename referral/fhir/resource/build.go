package resource

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// Text returns a string. Empty and blank ones are no value, since FHIR has none. What is
// not UTF-8 becomes the replacement character.
func Text[T ~string](s T) Value {
	if strings.TrimSpace(string(s)) == "" {
		return Value{}
	}
	return Value{appendText(make([]byte, 0, len(s)+2), string(s))}
}

// Bool returns true or false.
func Bool(is bool) Value {
	if is {
		return Value{[]byte("true")}
	}
	return Value{[]byte("false")}
}

// Int returns a whole number.
func Int(n int) Value { return Value{strconv.AppendInt(nil, int64(n), 10)} }

// Number returns a decimal number, and no value for what is infinite or none.
func Number(f float64) Value {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return Value{}
	}
	return Value{strconv.AppendFloat(nil, f, 'f', -1, 64)}
}

// List returns an array of those that are values, and no value where none is.
func List(values ...Value) Value {
	n := 2
	for _, v := range values {
		n += len(v.raw) + 1
	}
	b := append(make([]byte, 0, n), '[')
	for _, v := range values {
		if v.IsZero() {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, v.raw...)
	}
	if len(b) == 1 {
		return Value{}
	}
	return Value{append(b, ']')}
}

// Moment returns a dateTime or instant, by the clock of a zone and with its offset; nil is
// UTC. The zero time is no value.
func Moment(t time.Time, zone *time.Location) Value {
	if t.IsZero() {
		return Value{}
	}
	if zone == nil {
		zone = time.UTC
	}
	return Text(t.In(zone).Format(time.RFC3339Nano))
}

// Day returns a date. The zero date is no value.
func Day(d sp.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Text(d.String())
}

// appendText appends a string of JSON.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && plain[s[i]] {
			i++
		}
		if b = append(b, s[start:i]...); i == len(s) {
			break
		}
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
			i++
		case c == '\n':
			b = append(b, '\\', 'n')
			i++
		case c == '\r':
			b = append(b, '\\', 'r')
			i++
		case c == '\t':
			b = append(b, '\\', 't')
			i++
		case c < utf8.RuneSelf:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
		}
	}
	return append(b, '"')
}
