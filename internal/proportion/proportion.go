// Package proportion refuses JSON that would decode into far more memory than it has
// itself: three bytes of an array, {} and a comma, can become a struct of hundreds.
package proportion

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json" // which Go 1.27 has as encoding/json/v2
	"github.com/go-json-experiment/json/jsontext"

	"github.com/socialprescribing/sp"
)

// Err is the error of JSON that stands for far more than its size. It is [sp.ErrInvalid].
var Err = fmt.Errorf("stands for far more than its size: %w", sp.ErrInvalid)

// maxTimes is how many bytes a byte of JSON may stand for, beside those that arrays
// leave behind as they grow. A list of numbers of one digit has four, lists of
// codes, dates and texts have fewer.
const maxTimes = 6

// Watch returns options for reading data once. Reading fails with [Err] as soon as what
// was read is out of proportion, within a decoder's own error.
func Watch(data []byte, options ...json.Options) []json.Options {
	if dense(data) {
		m := meter{left: maxTimes*len(data) + 1024}
		options = append(options, json.WithUnmarshalers(json.UnmarshalFromFunc(m.weigh)))
	}
	return options
}

// dense reports whether the values in data stand so close together that they may
// stand for far more than their size. Those that programs write hardly ever do.
func dense(data []byte) bool {
	const value, composite = 8, 24 // bytes that one takes on average
	composites := bytes.Count(data, []byte{'{'}) + bytes.Count(data, []byte{'['})
	return bytes.Count(data, []byte{','})*value > len(data) || (composites-4)*composite > len(data)
}

// A meter adds up the memory of the elements of arrays and of maps, and of what is pointed to.
type meter struct {
	left int
	maps []bool // by depth: whether the objects there become maps
}

// weigh looks at a value before it is decoded.
func (m *meter) weigh(d *jsontext.Decoder, v any) error {
	t, depth := reflect.TypeOf(v).Elem(), d.StackDepth()
	for len(m.maps) <= depth+1 {
		m.maps = append(m.maps, false)
	}
	m.maps[depth+1] = t.Kind() == reflect.Map
	const entry = 48 // of a map, beside its value
	switch kind, _ := d.StackIndex(depth); {
	case kind == jsontext.KindBeginArray:
		m.left -= int(t.Size())
	case m.maps[depth]:
		m.left -= entry + int(t.Size())
	}
	if t.Kind() == reflect.Pointer && d.PeekKind() != jsontext.KindNull {
		m.left -= int(t.Elem().Size())
	}
	if u, ok := v.(stdjson.Unmarshaler); ok && d.PeekKind() != jsontext.KindString {
		return m.opaque(d, u, t)
	}
	if m.left < 0 {
		return Err
	}
	return errors.ErrUnsupported // as it is decoded anyway
}

// opaque decodes a value that reads its own JSON: at worst each value in
// that becomes the largest of the elements that t is made of.
func (m *meter) opaque(d *jsontext.Decoder, u stdjson.Unmarshaler, t reflect.Type) error {
	data, err := d.ReadValue()
	if err != nil {
		return err
	}
	values := 0
	for _, sign := range []byte{',', '[', '{'} {
		values += bytes.Count(data, []byte{sign})
	}
	if m.left -= values * largest(t, nil); m.left < 0 {
		return Err
	}
	return u.UnmarshalJSON(data)
}

// largest returns the size of the largest element that a value of type t can hold many of.
func largest(t reflect.Type, within []reflect.Type) (size int) {
	if slices.Contains(within, t) {
		return 0
	}
	within = append(within, t)
	switch t.Kind() { //nolint:exhaustive // the others hold one value
	case reflect.Struct:
		for f := range t.Fields() {
			size = max(size, largest(f.Type, within))
		}
	case reflect.Slice, reflect.Map:
		size = max(int(t.Elem().Size()), largest(t.Elem(), within))
	case reflect.Pointer, reflect.Array:
		size = largest(t.Elem(), within)
	}
	return size
}
