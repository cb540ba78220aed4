package resource

import (
	"bytes"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
)

// An Object is a JSON object whose members stay as they were read, in their order. As long
// as nothing is set, it is written as exactly the bytes that it was read from. The zero
// Object has no members. It prints as its type and prints nothing of what it holds, since
// that may be personal.
type Object struct { //nolint:recvcheck // a copy prints nothing either
	raw     []byte // as read; nil once anything has changed
	members []member
}

type member struct {
	name  []byte
	value Value
}

// Parse reads a JSON object, in one pass that checks the syntax at every depth. It refuses
// names that occur twice or are escaped, text that is not UTF-8, and what is nested more
// than 200 deep. The object shares memory with b, which is not to be changed any more. The
// error is [sp.ErrInvalid] and names the byte, and repeats nothing of what is there.
func Parse(b []byte) (*Object, error) {
	s := scanner{b: b}
	o, ok := s.only()
	if !ok {
		return nil, sp.Invalid("resource: parse", "byte "+strconv.Itoa(s.i), sp.Malformed, s.rule)
	}
	return o, nil
}

// only reads an object after which there is nothing.
func (s *scanner) only() (*Object, bool) {
	if bytes.HasPrefix(s.b, []byte(byteOrderMark)) {
		s.i = len(byteOrderMark)
	}
	s.space()
	start := s.i
	if s.i >= len(s.b) || s.b[s.i] != '{' {
		return nil, s.fail("must be a JSON object")
	}
	o := &Object{members: make([]member, 0, 12)}
	if !s.object(0, o) {
		return nil, false
	}
	o.raw = s.b[start:s.i:s.i]
	if s.space(); s.i < len(s.b) {
		return nil, s.fail("must be one JSON object and nothing after it")
	}
	return o, true
}

// byteOrderMark is what some programs put in front of UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// New returns a resource of a type, such as "Task", that holds nothing yet.
func New(resourceType string) *Object {
	return new(Object).Set("resourceType", Text(resourceType))
}

func (o *Object) index(name string) int {
	for i := range o.members {
		if string(o.members[i].name) == name {
			return i
		}
	}
	return -1
}

// Get returns a member, or what further names lead to within it: Get("for", "reference").
// It is no value where there is none.
func (o *Object) Get(name string, within ...string) Value {
	if o == nil {
		return Value{}
	}
	i := o.index(name)
	if i < 0 {
		return Value{}
	}
	if len(within) == 0 {
		return o.members[i].value
	}
	return o.members[i].value.Get(within...)
}

// Type returns the type of a resource, such as "Task"; empty if it is none.
func (o *Object) Type() string { return o.Get("resourceType").Text() }

// ID returns the logical identifier of a resource.
func (o *Object) ID() string { return o.Get("id").Text() }

// Len returns how many members there are.
func (o *Object) Len() int { return len(o.members) }

// Members yields the members in their order.
func (o *Object) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range o.members {
			if !yield(string(m.name), m.value) {
				return
			}
		}
	}
}

// Set replaces a member where it stands or adds it at the end, and returns the object. No
// value removes the member. A value that says the same ([Value.Equal]) changes nothing: the
// member stays byte for byte. What FHIR keeps beside a primitive, under the same name behind
// an underscore, stays as it is; see [Object.Remove].
func (o *Object) Set(name string, v Value) *Object {
	i := o.index(name)
	switch {
	case i < 0 && v.IsZero(), i >= 0 && !v.IsZero() && o.members[i].value.Equal(v):
		return o
	case i < 0:
		o.members = append(o.members, member{[]byte(name), v})
	case v.IsZero():
		o.members = slices.Delete(o.members, i, i+1)
	default:
		o.members[i].value = v
	}
	o.raw = nil
	return o
}

// Remove takes members away, each with what stands beside it under the same name behind an
// underscore: the time of birth is part of _birthDate.
func (o *Object) Remove(names ...string) *Object {
	for _, name := range names {
		o.Set(name, Value{}).Set("_"+name, Value{})
	}
	return o
}

// Clone returns a copy that can be changed without changing o.
func (o *Object) Clone() *Object {
	return &Object{o.raw, slices.Clone(o.members)}
}

// Value returns the object as a value: none if it has no members, since FHIR knows no
// empty objects.
func (o *Object) Value() Value {
	switch {
	case o == nil || len(o.members) == 0:
		return Value{}
	case o.raw != nil:
		return Value{o.raw}
	}
	return Value{o.Append(nil)}
}

// Append appends the JSON of the object to b. [encoding/json.Marshal] may be used too, but
// rewrites white space and some characters.
func (o *Object) Append(b []byte) []byte {
	if o.raw != nil {
		return append(b, o.raw...)
	}
	b = slices.Grow(b, o.size())
	b = append(b, '{')
	for i, m := range o.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, m.name...)
		b = append(b, '"', ':')
		b = append(b, m.value.raw...)
	}
	return append(b, '}')
}

// size returns how many bytes it takes to write the members.
func (o *Object) size() int {
	n := 2
	for _, m := range o.members {
		n += len(m.name) + len(m.value.raw) + 4
	}
	return n
}

// MarshalJSON writes what [Object.Append] does.
func (o *Object) MarshalJSON() ([]byte, error) { return o.Append(nil), nil }

// UnmarshalJSON reads what [Parse] reads, into memory of its own.
func (o *Object) UnmarshalJSON(b []byte) error {
	read, err := Parse(bytes.Clone(b))
	if err == nil {
		*o = *read
	}
	return err
}

// Equal reports whether two objects say the same; see [Value.Equal].
func (o *Object) Equal(p *Object) bool { return o.Value().Equal(p.Value()) }

// String returns "FHIR Task": what it says may be personal.
func (o Object) String() string { return "FHIR " + o.label() }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (o Object) Format(f fmt.State, _ rune) { f.Write([]byte(o.String())) }

// LogValue implements [slog.LogValuer].
func (o Object) LogValue() slog.Value { return slog.StringValue(o.String()) }

// label is the type, as far as it can be one and nothing else.
func (o *Object) label() string {
	t := o.Type()
	for _, c := range t {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "resource"
		}
	}
	if t == "" || len(t) > 40 {
		return "object"
	}
	return t
}
