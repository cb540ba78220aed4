package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/nearest"
)

// A walker goes through input that cannot be read, value by value beside the type that
// each should have, and notes every fault. It runs only where there is one.
type walker struct {
	data   []byte
	d      *jsontext.Decoder
	fields []sp.Field
	more   int // faults beyond those that are listed
}

func newWalker(data []byte) *walker {
	// Duplicates and broken UTF-8 are noted, and do not end the walk.
	return &walker{data: data, d: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

func (w *walker) fault(path string, code sp.Fault, rule string) {
	if len(w.fields) == mostFields {
		w.more++
		return
	}
	w.fields = append(w.fields, sp.Field{Path: path, Code: code, Rule: rule})
}

// errBroken ends the walk, since after text that is no JSON nothing can be told.
var errBroken = errors.New("no JSON")

// broken notes where the text stops being JSON.
func (w *walker) broken(path string, err error) error {
	at := w.d.InputOffset()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at = syntax.ByteOffset
	}
	before := w.data[:min(int(at), len(w.data))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	what := "is no JSON"
	if int(at) >= len(w.data) {
		what = "is no JSON, as it ends too early,"
	}
	w.fault(path, sp.Malformed, fmt.Sprintf("%s in line %d, column %d", what, line, column))
	return errBroken
}

// document walks through all of the input, which should be one value of type t.
func (w *walker) document(t reflect.Type) {
	if w.value(t, "") != nil {
		return
	}
	if _, err := w.d.ReadToken(); !errors.Is(err, io.EOF) {
		w.fault("", sp.Malformed, "must be one JSON value, with nothing after it")
	}
}

// value walks through the next value. A nil type takes anything. The error is errBroken.
func (w *walker) value(t reflect.Type, path string) error {
	kind := w.d.PeekKind()
	switch {
	case kind == 0, kind == ']', kind == '}':
		_, err := w.d.ReadToken()
		return w.broken(path, err)
	case t == nil || t.Kind() == reflect.Interface:
		return w.anything(path)
	case t.Kind() == reflect.Pointer:
		if kind == 'n' {
			return w.skip(path)
		}
		return w.value(t.Elem(), path)
	case kind == 'n':
		if !takesNull(t) {
			w.fault(path, sp.Missing, "must not be null")
		}
		return w.skip(path)
	case readsItself(t):
		return w.whole(t, path)
	}
	return w.composite(t, path, kind)
}

// composite walks through a value that package json reads by the kind of its type.
func (w *walker) composite(t reflect.Type, path string, kind jsontext.Kind) error {
	switch {
	case kind != kindOf(t) && (kind != 'f' || kindOf(t) != 't'):
		w.fault(path, sp.WrongType, ruleOf(t))
		_, err := w.d.ReadValue()
		if err != nil {
			return w.broken(path, err)
		}
		return nil
	case t.Kind() == reflect.Struct:
		return w.object(t, path)
	case t.Kind() == reflect.Map:
		return w.table(t, path)
	case kind == '[':
		return w.list(t, path)
	}
	return w.whole(t, path)
}

// object walks through the members of a struct.
func (w *walker) object(t reflect.Type, path string) error {
	m := membersOf(t)
	return w.members(path, func(i int, name string) (reflect.Type, string) {
		member, known := m.types[name]
		switch {
		case known:
			return member, join(path, name)
		case m.open:
			return nil, path
		}
		rule := fmt.Sprintf("has a member that does not exist, the %s", ordinal(i+1))
		if meant := nearest.To(name, m.names); meant != "" {
			rule += fmt.Sprintf("; %q was probably meant", meant)
		}
		w.fault(path, sp.UnknownMember, rule)
		return nil, path
	})
}

// table walks through the members of a map, whose keys may be personal.
func (w *walker) table(t reflect.Type, path string) error {
	return w.members(path, func(i int, name string) (reflect.Type, string) {
		at := fmt.Sprintf("%s[%d]", path, i)
		key := reflect.New(t.Key())
		quoted, _ := jsontext.AppendQuote(nil, name) //nolint:errcheck // text that is not UTF-8 was noted
		if err := json.Unmarshal(quoted, key.Interface(), json.StringifyNumbers(true)); err != nil {
			w.notes(err, t.Key(), at)
		}
		return t.Elem(), at
	})
}

// members walks through the members of an object. What each is, and where, look says by
// its place and its name.
func (w *walker) members(path string, look func(i int, name string) (reflect.Type, string)) error {
	if _, err := w.d.ReadToken(); err != nil {
		return w.broken(path, err)
	}
	seen := make(map[string]bool)
	for i := 0; w.d.PeekKind() != '}'; i++ {
		raw, err := w.d.ReadValue()
		if err != nil {
			return w.broken(path, err)
		}
		if !utf8.Valid(raw) {
			w.fault(path, sp.Malformed, "has a member whose name is not UTF-8, the "+ordinal(i+1))
		}
		unquoted, _ := jsontext.AppendUnquote(nil, raw) //nolint:errcheck // it is known to be a text
		name := string(unquoted)
		var t reflect.Type
		at := path
		if seen[name] {
			w.fault(path, sp.Duplicate, "has a member for the second time, the "+ordinal(i+1))
		} else {
			t, at = look(i, name)
		}
		seen[name] = true
		if err := w.value(t, at); err != nil {
			return err
		}
	}
	_, err := w.d.ReadToken()
	if err != nil {
		return w.broken(path, err)
	}
	return nil
}

// list walks through the elements of a slice or an array.
func (w *walker) list(t reflect.Type, path string) error {
	if _, err := w.d.ReadToken(); err != nil {
		return w.broken(path, err)
	}
	n := 0
	for ; w.d.PeekKind() != ']'; n++ {
		if err := w.value(t.Elem(), path+"["+strconv.Itoa(n)+"]"); err != nil {
			return err
		}
	}
	if t.Kind() == reflect.Array && n != t.Len() {
		w.fault(path, sp.WrongLength, fmt.Sprintf("must have %d items", t.Len()))
	}
	if _, err := w.d.ReadToken(); err != nil {
		return w.broken(path, err)
	}
	return nil
}

// whole reads a value at once, as its type does.
func (w *walker) whole(t reflect.Type, path string) error {
	raw, err := w.d.ReadValue()
	if err != nil {
		return w.broken(path, err)
	}
	raw = raw.Clone()
	if w.look(raw, func(inner *walker) error { return inner.value(wrapped(t), path) }) { // untyped, for duplicates and UTF-8, where nothing is wrapped
		return nil
	}
	if raw.Kind() != '"' && readsTextOnly(t) {
		w.fault(path, sp.WrongType, "must be a text")
		return nil
	}
	v := reflect.New(t)
	if err = json.Unmarshal(raw, v.Interface()); err == nil {
		return nil
	}
	// A struct that reads itself may have members that say what is wrong with it; one whose
	// fields are all hidden has others than they say.
	if t.Kind() == reflect.Struct && raw.Kind() == '{' && len(membersOf(t).names) > 0 && w.look(raw, func(inner *walker) error { return inner.object(t, path) }) {
		return nil
	}
	w.notes(err, t, path)
	return nil
}

// look takes the faults that a closer look at a part of the input finds, and reports
// whether there were any.
func (w *walker) look(raw jsontext.Value, walk func(inner *walker) error) bool {
	inner := newWalker(raw)
	_ = walk(inner) //nolint:errcheck // raw is known to be JSON
	for _, f := range inner.fields {
		w.fault(f.Path, f.Code, f.Rule)
	}
	w.more += inner.more
	return len(inner.fields) > 0
}

// notes adds what a type says about a value that it refused.
func (w *walker) notes(err error, t reflect.Type, path string) {
	broken, ok := errors.AsType[*sp.InvalidError](err)
	if !ok { // its own words may quote the value
		w.fault(path, faultOf(t, err), ruleOf(t))
		return
	}
	for _, f := range broken.Fields {
		w.fault(join(path, f.Path), f.Code, f.Rule)
	}
}

// anything walks through a value of no particular type.
func (w *walker) anything(path string) error {
	switch w.d.PeekKind() { //nolint:exhaustive // the others have no parts
	case '{':
		return w.members(path, func(i int, _ string) (reflect.Type, string) { return nil, fmt.Sprintf("%s[%d]", path, i) })
	case '[':
		return w.list(reflect.TypeFor[[]any](), path)
	}
	return w.skip(path)
}

// skip reads a value that has no parts.
func (w *walker) skip(path string) error {
	raw, err := w.d.ReadValue()
	if err != nil {
		return w.broken(path, err)
	}
	if !utf8.Valid(raw) {
		w.fault(path, sp.Malformed, "must be UTF-8")
	}
	return nil
}
