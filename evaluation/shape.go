package evaluation

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// An object is what a scanner knows of a struct.
type object struct{ members []member }

// A member is a member of an object, or the value of a list or map, and where it goes.
type member struct {
	name  string // as it is written: `"person":`
	into  reflect.Value
	how   how
	text  encoding.TextUnmarshaler // of ownText
	own   json.Unmarshaler         // of ownJSON
	inner *object                  // of anObject
	each  *member                  // of aList and aMap: where one of them is read before it goes there
	lists []reflect.Value          // of those that are used over and over: of none, of one, and so on
}

// how says how a value is read.
type how uint8

const (
	otherwise how = iota // by others
	ownText              // by its type, from a text
	ownJSON              // by its type, from a text, a number, true or false
	aTime                // from a text as JSON has it, which is stricter than the type
	aText
	aBool
	anInt
	aFloat
	aList
	aMap
	anObject
)

// maxMembers is how many members of an object are told apart.
const maxMembers = 64

// maxDepth is how deep values stand within values; a type that holds itself has no end.
const maxDepth = 8

// objectOf returns what there is to know of a struct, and whether it can be read.
func objectOf(v reflect.Value, depth int) (*object, bool) {
	o := new(object)
	if depth > maxDepth || !o.add(v, depth) || len(o.members) > maxMembers {
		return nil, false
	}
	seen := map[string]bool{`"v":`: true}
	for _, m := range o.members {
		if seen[m.name] {
			return nil, false
		}
		seen[m.name] = true
	}
	return o, true
}

// add adds the members of a struct, and reports whether they are all of the simple kind.
func (o *object) add(v reflect.Value, depth int) bool {
	if readsItself(v) {
		return false
	}
	for f, field := range v.Fields() {
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case name == "-" && options == "":
			continue
		case !f.IsExported() || strings.Trim(name, letters) != "" || strings.Contains(tag, "'"):
			return false
		case options != "" && options != "omitempty" && options != "omitzero" && options != "omitempty,omitzero":
			return false
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			if !o.add(field, depth) {
				return false
			}
			continue
		case name == "":
			return false // in what case it is written is for others to know
		}
		o.members = append(o.members, memberOf(name, field, depth))
	}
	return true
}

// memberOf returns how a value is read. In a list or a map nothing is used again, since the next
// value would change the last.
func memberOf(name string, into reflect.Value, depth int) member {
	m := member{name: `"` + name + `":`, into: into}
	text, isText := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr())
	own, isOwn := reflect.TypeAssert[json.Unmarshaler](into.Addr())
	_, isTime := reflect.TypeAssert[time.Time](into)
	switch kind := into.Kind(); {
	case isTime:
		m.how, m.text = aTime, text
	case readsItself(into) && isOwn && !streams(into):
		m.how, m.own = ownJSON, own
	case readsItself(into) || into.Type() == reflect.TypeFor[time.Duration]():
	case isText:
		m.how, m.text = ownText, text
	case kind == reflect.String:
		m.how = aText
	case kind == reflect.Bool:
		m.how = aBool
	case into.CanInt():
		m.how = anInt
	case kind == reflect.Float64:
		m.how = aFloat
	default:
		m.hold(depth)
	}
	return m
}

// hold finds how a value that holds others is read.
func (m *member) hold(depth int) {
	t := m.into.Type()
	switch kind := t.Kind(); {
	case depth > maxDepth:
	case kind == reflect.Struct:
		if inner, ok := objectOf(m.into, depth+1); ok {
			m.how, m.inner = anObject, inner
		}
	case kind == reflect.Slice || kind == reflect.Map && t.Key().Kind() == reflect.String && !ownKey(t.Key()):
		each := memberOf("", reflect.New(t.Elem()).Elem(), depth+1)
		if each.how == otherwise {
			return
		}
		each.forget()
		m.each = &each
		if m.how = aMap; kind == reflect.Slice {
			m.how = aList
			list := reflect.MakeSlice(t, usual, usual)
			for n := range usual + 1 {
				m.lists = append(m.lists, list.Slice(0, n))
			}
		}
	default:
	}
}

// forget makes what is read anew each time.
func (m *member) forget() {
	m.lists = nil
	if m.inner != nil {
		for i := range m.inner.members {
			m.inner.members[i].forget()
		}
	}
}

// ownKey reports whether keys of a type are read by it.
func ownKey(t reflect.Type) bool {
	v := reflect.New(t).Elem()
	_, isText := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr())
	return isText || readsItself(v)
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// readsItself reports whether a value has a method to read JSON.
func readsItself(v reflect.Value) bool {
	_, old := reflect.TypeAssert[json.Unmarshaler](v.Addr())
	return old || streams(v)
}

// streams reports whether a value has the newer method to read JSON.
func streams(v reflect.Value) bool {
	_, present := v.Addr().Type().MethodByName("UnmarshalJSONFrom")
	return present
}
