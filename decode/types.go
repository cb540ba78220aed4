package decode

import (
	"encoding"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/socialprescribing/sp"
)

// implements reports whether a pointer to a value of type t has the methods of I.
func implements[I any](t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[I]())
}

func readsJSON(t reflect.Type) bool {
	return implements[stdjson.Unmarshaler](t) || implements[json.UnmarshalerFrom](t)
}

func readsTextOnly(t reflect.Type) bool {
	return implements[encoding.TextUnmarshaler](t) && !readsJSON(t)
}

func readsItself(t reflect.Type) bool { return readsJSON(t) || readsTextOnly(t) }

// takesNull reports whether null is no value of type t, rather than one that nobody
// stated: it is to a type that reads null itself, or that reads nothing as text.
func takesNull(t reflect.Type) bool {
	v := reflect.New(t)
	switch {
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return true
	case readsTextOnly(t):
		reader, _ := reflect.TypeAssert[encoding.TextUnmarshaler](v)
		return reader.UnmarshalText(nil) == nil
	case readsJSON(t):
		return json.Unmarshal([]byte("null"), v.Interface()) == nil
	}
	return false
}

// wrapped returns the type of what a Known, a Personal or a Plain of package sp holds,
// and nil for all other types.
func wrapped(t reflect.Type) reflect.Type {
	if t.PkgPath() != reflect.TypeFor[sp.Field]().PkgPath() || !strings.Contains(t.Name(), "[") {
		return nil
	}
	if or, ok := t.MethodByName("Or"); ok {
		return or.Type.Out(0)
	}
	if reveal, ok := t.MethodByName("Reveal"); ok {
		return reveal.Type.Out(0)
	}
	return nil
}

// wrapping remembers what wraps found, since types stay as they are.
var wrapping sync.Map // of reflect.Type to bool

// wraps reports whether a value of type t may hold a list or an object in a Known or a
// Personal, which reads it without looking for members that do not exist.
func wraps(t reflect.Type) bool {
	if known, ok := wrapping.Load(t); ok {
		return known == true
	}
	found := wrapsUnseen(t, map[reflect.Type]bool{})
	wrapping.Store(t, found)
	return found
}

func wrapsUnseen(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	if inner := wrapped(t); inner != nil {
		return !readsItself(inner) && (kindOf(inner) == '{' || kindOf(inner) == '[')
	}
	switch t.Kind() { //nolint:exhaustive // the others have no parts
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return wrapsUnseen(t.Elem(), seen)
	case reflect.Struct:
		for _, member := range membersOf(t).types {
			if !readsItself(t) && wrapsUnseen(member, seen) {
				return true
			}
		}
	}
	return false
}

// kindOf returns which JSON makes a value of type t, of true and false the one.
func kindOf(t reflect.Type) jsontext.Kind {
	switch t.Kind() { //nolint:exhaustive // the others are numbers, or cannot be read
	case reflect.Struct, reflect.Map:
		return '{'
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return '"'
		}
		return '['
	case reflect.String:
		return '"'
	case reflect.Bool:
		return 't'
	}
	return '0'
}

// ruleOf says what a value of type t must be.
func ruleOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "must be a time, written as 2026-11-23T09:30:00Z"
	case readsItself(t):
		return "cannot be read as " + t.String()
	}
	switch t.Kind() { //nolint:exhaustive // the others cannot be read
	case reflect.Struct, reflect.Map:
		return "must be an object"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "must be a text in base64"
		}
		return "must be a list"
	case reflect.String:
		return "must be a text"
	case reflect.Bool:
		return "must be true or false"
	case reflect.Float32, reflect.Float64:
		return "must be a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		most := uint64(1)<<(t.Bits()-1) - 1
		return fmt.Sprintf("must be a whole number from -%d to %d", most+1, most)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("must be a whole number from 0 to %d", ^uint64(0)>>(64-t.Bits()))
	}
	return "cannot be read"
}

// faultOf says in which way a value of the right kind of JSON was refused.
func faultOf(t reflect.Type, err error) sp.Fault {
	if kindOf(t) == '0' && !readsItself(t) && errors.Is(err, strconv.ErrRange) {
		return sp.OutOfRange
	}
	return sp.Malformed
}

// members are those that a struct has in JSON.
type members struct {
	types map[string]reflect.Type // nil for one that is read in a way of its own
	names []string                // in the order of the fields
	open  bool                    // whether others are kept in a map
}

// membersOf returns the members of a struct and of the structs embedded in it, of which
// the outer hide the inner.
func membersOf(t reflect.Type) members {
	m := members{types: make(map[string]reflect.Type)}
	visited := map[reflect.Type]bool{t: true}
	for level := []reflect.Type{t}; len(level) > 0; {
		var deeper []reflect.Type
		for _, outer := range level {
			for f := range outer.Fields() {
				name, options, embedded := tagOf(f)
				switch {
				case name == "-" && options == "":
				case embedded:
					inner := f.Type
					if inner.Kind() == reflect.Pointer {
						inner = inner.Elem()
					}
					m.open = m.open || inner.Kind() != reflect.Struct
					if inner.Kind() == reflect.Struct && !visited[inner] {
						visited[inner] = true
						deeper = append(deeper, inner)
					}
				case f.IsExported():
					m.add(name, f.Type, options)
				}
			}
		}
		level = deeper
	}
	return m
}

func (m *members) add(name string, t reflect.Type, options string) {
	if _, hidden := m.types[name]; hidden {
		return
	}
	if strings.Contains(options, "string") || strings.Contains(options, "format:") {
		t = nil
	}
	m.types[name] = t
	m.names = append(m.names, name)
}

// tagOf returns the name of a field in JSON, and whether its own members stand in its place.
func tagOf(f reflect.StructField) (name, options string, embedded bool) {
	name, options, _ = strings.Cut(f.Tag.Get("json"), ",")
	embedded = f.Anonymous && name == "" || strings.Contains(options, "embed")
	if name == "" {
		name = f.Name
	}
	return name, options, embedded
}

// join puts a path before another.
func join(path, member string) string {
	if path == "" || member == "" || member[0] == '[' {
		return path + member
	}
	return path + "." + member
}

// ordinal returns n as 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	end := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return strconv.Itoa(n) + end
}
