package resource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"strconv"
)

// A Value is one JSON value that has been checked. The zero Value is none: no member of
// that name, which is different from null. Reading asks for a kind and gets the zero value
// of it where the value is of another kind or none. It prints as how long it is, since what
// it says may be personal.
type Value struct{ raw []byte }

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return len(v.raw) == 0 }

// IsNull reports whether the value is null, as it is in lists of primitives whose
// extensions stand in a list beside them.
func (v Value) IsNull() bool { return v.first() == 'n' }

// IsObject reports whether the value is an object.
func (v Value) IsObject() bool { return v.first() == '{' }

// IsList reports whether the value is an array.
func (v Value) IsList() bool { return v.first() == '[' }

// IsText reports whether the value is a string.
func (v Value) IsText() bool { return v.first() == '"' }

func (v Value) first() byte {
	if len(v.raw) == 0 {
		return 0
	}
	return v.raw[0]
}

// Raw returns the value as it was written. It is not to be changed.
func (v Value) Raw() []byte { return v.raw }

// Text returns a string.
func (v Value) Text() (s string) {
	if v.first() != '"' {
		return ""
	}
	if inner := v.raw[1 : len(v.raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	if json.Unmarshal(v.raw, &s) != nil { // which cannot be: it was checked
		return ""
	}
	return s
}

// Is reports whether the value is a string that says s. Unlike a comparison with Text, it
// allocates nothing.
func (v Value) Is(s string) bool {
	if n := len(v.raw); n >= 2 && v.raw[0] == '"' && bytes.IndexByte(v.raw, '\\') < 0 {
		return string(v.raw[1:n-1]) == s
	}
	return v.first() == '"' && v.Text() == s
}

// Bool returns true or false, and whether it is one of the two.
func (v Value) Bool() (is, ok bool) {
	return v.first() == 't', v.first() == 't' || v.first() == 'f'
}

// Int returns a whole number of 32 bits, which is what FHIR calls an integer. 1.0 is none.
func (v Value) Int() (n int, ok bool) {
	i, err := strconv.ParseInt(string(v.raw), 10, 32)
	return int(i), err == nil
}

// Number returns a number as it was written, since 15.0 is not 15 in FHIR; empty if it is
// none.
func (v Value) Number() string {
	if c := v.first(); c == '-' || '0' <= c && c <= '9' {
		return string(v.raw)
	}
	return ""
}

// Get returns the member of an object to which names lead, one within the other.
func (v Value) Get(names ...string) Value {
	for _, name := range names {
		c := v.walk('{')
		for {
			m, ok := c.next()
			if !ok {
				return Value{}
			}
			if string(m.name) == name {
				v = m.value
				break
			}
		}
	}
	return v
}

// All yields the elements of an array with their indices. Where there is no array, it
// yields nothing.
func (v Value) All() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		c := v.walk('[')
		for i := 0; ; i++ {
			m, ok := c.next()
			if !ok || !yield(i, m.value) {
				return
			}
		}
	}
}

// First returns the first element of an array, or no value.
func (v Value) First() Value {
	c := v.walk('[')
	m, _ := c.next()
	return m.value
}

// Members yields the members of an object in their order.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for c := v.walk('{'); ; {
			m, ok := c.next()
			if !ok || !yield(string(m.name), m.value) {
				return
			}
		}
	}
}

// Object returns an object to be edited or kept, and nil if the value is none.
func (v Value) Object() *Object {
	if v.first() != '{' {
		return nil
	}
	o := &Object{raw: v.raw, members: make([]member, 0, 12)}
	for c := v.walk('{'); ; {
		m, ok := c.next()
		if !ok {
			return o
		}
		o.members = append(o.members, m)
	}
}

// Equal reports whether two values say the same: order of members, white space and escapes
// do not count. Numbers count as written.
func (v Value) Equal(w Value) bool {
	if bytes.Equal(v.raw, w.raw) {
		return true
	}
	if v.first() != w.first() {
		return false
	}
	switch v.first() {
	case '"':
		return v.Text() == w.Text()
	case '[':
		a, b := v.walk('['), w.walk('[')
		for {
			x, more := a.next()
			y, also := b.next()
			if more != also || more && !x.value.Equal(y.value) {
				return false
			}
			if !more {
				return true
			}
		}
	case '{':
		return v.sameMembers(w)
	}
	return false
}

func (v Value) sameMembers(w Value) bool {
	o, p := v.Object(), w.Object()
	if len(o.members) != len(p.members) {
		return false
	}
	for i, m := range o.members {
		same := string(p.members[i].name) == string(m.name)
		if !same {
			i = p.index(string(m.name))
		}
		if i < 0 || !m.value.Equal(p.members[i].value) {
			return false
		}
	}
	return true
}

// MarshalJSON writes the value, and null where there is none.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.IsZero() {
		return []byte("null"), nil
	}
	return v.raw, nil
}

// String returns how long the value is: what it says may be personal.
func (v Value) String() string {
	return fmt.Sprintf("%d bytes of JSON", len(v.raw))
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (v Value) Format(f fmt.State, _ rune) { f.Write([]byte(v.String())) }

// LogValue implements [slog.LogValuer].
func (v Value) LogValue() slog.Value { return slog.StringValue(v.String()) }

// A walk steps through an object or an array that has been checked.
type walk struct {
	b      []byte
	i      int
	object bool
}

// walk returns the members or elements of a value that begins with open, and nothing of
// any other.
func (v Value) walk(open byte) walk {
	if v.first() != open {
		return walk{}
	}
	return walk{v.raw[:len(v.raw)-1], 1, open == '{'}
}

// next returns the next member; that of an array has no name.
func (w *walk) next() (m member, ok bool) {
	w.between()
	if w.i >= len(w.b) {
		return member{}, false
	}
	if w.object {
		start := w.i
		w.i = endOfText(w.b, w.i)
		m.name = w.b[start+1 : w.i-1]
		w.between()
	}
	start := w.i
	w.i = end(w.b, w.i)
	m.value = Value{w.b[start:w.i:w.i]}
	return m, true
}

// between steps over white space, commas and colons.
func (w *walk) between() {
	for w.i < len(w.b) && (w.b[w.i] <= ' ' || w.b[w.i] == ',' || w.b[w.i] == ':') {
		w.i++
	}
}

// end returns where the value ends that begins at b[i].
func end(b []byte, i int) int {
	switch b[i] {
	case '"':
		return endOfText(b, i)
	case '{', '[':
		for depth := 0; ; {
			switch b[i] {
			case '"':
				i = endOfText(b, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for i < len(b) && b[i] > ' ' && b[i] != ',' && b[i] != '}' && b[i] != ']' {
		i++
	}
	return i
}

// endOfText returns where the string ends that begins at b[i].
func endOfText(b []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(b[i:], '"')
		back := i
		for b[back-1] == '\\' {
			back--
		}
		if (i-back)%2 == 0 {
			return i + 1
		}
	}
}
