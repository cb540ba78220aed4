package importer

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// union adds to a list the parts of b that it lacks. Parts with one identifier
// complete each other.
func (m *merger) union(a, b reflect.Value, path string) {
	if b.Len() == 0 {
		return
	}
	x := index{of: a}
	if b.Len() > few {
		x.build()
	}
	shared := true // a has its items in common with others
	for i := range b.Len() {
		item := b.Index(i)
		if found := x.find(item); found >= 0 {
			m.merge(a.Index(found), item, path+"["+strconv.Itoa(found)+"]")
			x.note(found)
			continue
		}
		if a.Len() >= mostParts {
			m.untold(item, path)
			continue
		}
		if shared {
			a.Set(a.Slice3(0, a.Len(), a.Len()))
			shared = false
		}
		a.Set(reflect.Append(a, item))
		x.note(a.Len() - 1)
	}
}

// untold keeps a part that is one too many.
func (m *merger) untold(item reflect.Value, path string) {
	m.im.report(sp.Error, m.source, path, "too-many", "has more than 1,000 parts when its tellings are taken together; this one is not used")
	if m.more++; m.more > mostParts {
		return
	}
	if raw, err := json.Marshal(item.Interface()); err == nil {
		if m.extra == nil {
			m.extra = directory.Extra{}
		}
		m.extra["beyond."+path+again(m.extra)] = raw
	}
}

// few is how many parts are compared one by one with those that are there.
const few = 4

// An index finds parts in a list as [samePart] does, without comparing all of them.
type index struct {
	of       reflect.Value
	ids      map[string]int // the first with an identifier
	alike    map[string]int // the first that says something, whatever its identifier
	nameless map[string]int // and the first without an identifier that says it
	built    bool
}

func (x *index) build() {
	n := x.of.Len()
	x.ids, x.alike, x.nameless, x.built = make(map[string]int, n), make(map[string]int, n), make(map[string]int, n), true
	for j := range n {
		x.note(j)
	}
}

// note notes what a part says that is new, or says more than before.
func (x *index) note(j int) {
	if !x.built {
		return
	}
	id, says := sayings(x.of.Index(j))
	first := func(m map[string]int, key string) {
		if at, known := m[key]; !known || at > j {
			m[key] = j
		}
	}
	first(x.alike, says)
	if id == "" {
		first(x.nameless, says)
		return
	}
	first(x.ids, id)
}

// find returns where the first part stands that is item, or -1.
func (x *index) find(item reflect.Value) int {
	if !x.built {
		return x.search(item)
	}
	id, says := sayings(item)
	found := at(x.alike, says)
	if id != "" {
		found = at(x.ids, id)
		if j := at(x.nameless, says); found < 0 || j >= 0 && j < found {
			found = j
		}
	}
	if found >= 0 && !samePart(x.of.Index(found), item) { // it says something else by now
		return x.search(item)
	}
	return found
}

// search compares all.
func (x *index) search(item reflect.Value) int {
	for j := range x.of.Len() {
		if samePart(x.of.Index(j), item) {
			return j
		}
	}
	return -1
}

func at(m map[string]int, key string) int {
	if i, known := m[key]; known {
		return i
	}
	return -1
}

// sayings returns the identifier of a part, and all else that it says.
func sayings(v reflect.Value) (id, says string) {
	if v.Type() == codeType {
		c := v.Interface().(sp.Code)
		return "", c.System + "\x00" + c.Code
	}
	if p, ok := reflect.TypeAssert[directory.Phone](v); ok { // of which there are most
		confidential := ""
		if p.Confidential {
			confidential = "confidential"
		}
		return p.ID, strings.Join([]string{p.Number, p.Extension, p.Kind, p.Note, confidential}, "\x00")
	}
	if v.Kind() == reflect.Struct {
		if f := v.FieldByName("ID"); f.IsValid() {
			id = f.String()
			anonymous := reflect.New(v.Type()).Elem()
			anonymous.Set(v)
			anonymous.FieldByName("ID").SetString("")
			v = anonymous
		}
	}
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return id, "" // it holds nothing that JSON cannot
	}
	return id, string(data)
}

// samePart reports whether two parts are one: by their identifiers, or without
// these by all that they say.
func samePart(a, b reflect.Value) bool {
	if a.Type() == codeType {
		return a.Interface().(sp.Code).Is(b.Interface().(sp.Code))
	}
	if a.Kind() != reflect.Struct || !a.FieldByName("ID").IsValid() {
		return reflect.DeepEqual(a.Interface(), b.Interface())
	}
	x, y := a.FieldByName("ID").String(), b.FieldByName("ID").String()
	if x != "" && y != "" {
		return x == y
	}
	one, other := reflect.New(a.Type()).Elem(), reflect.New(b.Type()).Elem()
	one.Set(a)
	other.Set(b)
	one.FieldByName("ID").SetString("")
	other.FieldByName("ID").SetString("")
	return reflect.DeepEqual(one.Interface(), other.Interface())
}
