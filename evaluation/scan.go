package evaluation

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp/store"
)

// A scanner reads the JSON of one type of event in the form in which programs of this
// library write it: the members of the struct, no spaces, no escapes. It is several times as fast as
// [store.Unmarshal], to which it leaves everything else, so that it never reads
// anything in another way than that does.
type scanner[F store.Event] struct {
	event  F
	form   int
	opens  string  // the beginning of what is stored in this form
	object *object // nil if F has members that it does not know to read
}

func newScanner[F store.Event](form int) *scanner[F] {
	s := &scanner[F]{form: form, opens: fmt.Sprintf(`{"v":%d`, form)}
	s.object, _ = objectOf(reflect.ValueOf(&s.event).Elem())
	return s
}

// decode returns a pointer to the event in data, which holds until the next call.
func (s *scanner[F]) decode(data []byte) (any, error) {
	var none F
	s.event = none
	if s.object != nil && s.read(data) {
		return &s.event, nil
	}
	if store.FormOf(data) != s.form {
		return nil, errForm
	}
	s.event = none
	if err := store.Unmarshal(data, &s.event); err != nil {
		return nil, err
	}
	return &s.event, nil
}

func (s *scanner[F]) read(data []byte) bool {
	if !plainText(data) || !bytes.HasPrefix(data, []byte(s.opens)) {
		return false
	}
	c := cursor{text: string(data), at: len(s.opens)}
	return c.members(s.object, false) && c.at == len(c.text)
}

// plainText reports whether data is ASCII without control characters and escapes. It looks at
// eight bytes at a time: a bit is set at the top of each that is none of it.
func plainText(data []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	bad := func(x uint64) uint64 {
		escape := x ^ '\\'*ones
		return (x | (x-' '*ones)&^x | (escape-ones)&^escape) & tops
	}
	for ; len(data) >= 8; data = data[8:] {
		if bad(binary.LittleEndian.Uint64(data)) != 0 {
			return false
		}
	}
	rest := [8]byte{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '}
	copy(rest[:], data)
	return bad(binary.LittleEndian.Uint64(rest[:])) == 0
}

// An object is what a scanner knows of a struct.
type object struct{ members []member }

// A member is a member of an object, and where its value goes.
type member struct {
	name  string // as it is written: `"person":`
	into  reflect.Value
	how   how
	text  encoding.TextUnmarshaler // of ownText
	inner *object                  // of anObject
	lists []reflect.Value          // of someTexts: those of no text, of one, and so on, used over and over
}

// how says how a value is read.
type how uint8

const (
	otherwise how = iota // by others
	ownText              // by its type, from a text
	aTime                // from a text as JSON has it, which is stricter than the type
	aText
	aBool
	anInt
	someTexts
	anObject
)

// maxMembers is how many members of an object are told apart.
const maxMembers = 64

// objectOf returns what there is to know of a struct, and whether it can be read.
func objectOf(v reflect.Value) (*object, bool) {
	o := new(object)
	if !o.add(v) || len(o.members) > maxMembers {
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
func (o *object) add(v reflect.Value) bool {
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
			if !o.add(field) {
				return false
			}
			continue
		case name == "":
			return false // in what case it is written is for others to know
		}
		o.members = append(o.members, memberOf(name, field))
	}
	return true
}

func memberOf(name string, into reflect.Value) member {
	m := member{name: `"` + name + `":`, into: into}
	text, isText := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr())
	_, isTime := reflect.TypeAssert[time.Time](into)
	switch kind := into.Kind(); {
	case isTime:
		m.how, m.text = aTime, text
	case isText && !readsItself(into):
		m.how, m.text = ownText, text
	case readsItself(into) || into.Type() == reflect.TypeFor[time.Duration]():
	case kind == reflect.String:
		m.how = aText
	case kind == reflect.Bool:
		m.how = aBool
	case into.CanInt():
		m.how = anInt
	case kind == reflect.Slice && memberOf("", reflect.New(into.Type().Elem()).Elem()).how == aText:
		m.how = someTexts
		list := reflect.MakeSlice(into.Type(), usual, usual)
		for n := range usual + 1 {
			m.lists = append(m.lists, list.Slice(0, n))
		}
	case kind == reflect.Struct:
		if inner, ok := objectOf(into); ok {
			m.how, m.inner = anObject, inner
		}
	}
	return m
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// readsItself reports whether a value has a method to read JSON.
func readsItself(v reflect.Value) bool {
	_, old := reflect.TypeAssert[json.Unmarshaler](v.Addr())
	_, present := v.Addr().Type().MethodByName("UnmarshalJSONFrom")
	return old || present
}

// A cursor is a place in a text of JSON.
type cursor struct {
	text string
	at   int
}

// next reports whether s comes next, and passes over it.
func (c *cursor) next(s string) bool {
	if !strings.HasPrefix(c.text[c.at:], s) {
		return false
	}
	c.at += len(s)
	return true
}

// members reads the members of an object and its closing brace. Those that are not known or come twice are
// for others to judge.
func (c *cursor) members(o *object, first bool) bool {
	seen, from := uint64(0), 0
	for !c.next("}") {
		if !first && !c.next(",") {
			return false
		}
		first = false
		n := c.member(o, from)
		if n < 0 || seen&(1<<n) != 0 || !c.value(&o.members[n]) {
			return false
		}
		seen |= 1 << n
		from = n + 1
	}
	return true
}

// member passes over the name of a member, and returns its number, -1 for none. They are written in their order.
func (c *cursor) member(o *object, from int) int {
	for n := from; n < len(o.members); n++ {
		if c.next(o.members[n].name) {
			return n
		}
	}
	for n := range from {
		if c.next(o.members[n].name) {
			return n
		}
	}
	return -1
}

func (c *cursor) value(m *member) bool {
	switch m.how {
	case ownText:
		text, ok := c.string()
		return ok && m.text.UnmarshalText([]byte(text)) == nil
	case aTime:
		text, ok := c.string()
		return ok && isRFC3339(text) && m.text.UnmarshalText([]byte(text)) == nil
	case aText:
		text, ok := c.string()
		m.into.SetString(text)
		return ok
	case aBool:
		is := c.next("true")
		m.into.SetBool(is)
		return is || c.next("false")
	case anInt:
		return c.int(m.into)
	case someTexts:
		return c.strings(m)
	case anObject:
		return c.next("{") && c.members(m.inner, true)
	default:
		return false
	}
}

// string reads a text.
func (c *cursor) string() (string, bool) {
	if !c.next(`"`) {
		return "", false
	}
	n := strings.IndexByte(c.text[c.at:], '"')
	if n < 0 {
		return "", false
	}
	s := c.text[c.at : c.at+n]
	c.at += n + 1
	return s, true
}

// int reads a whole number of at most 18 digits.
func (c *cursor) int(into reflect.Value) bool {
	from := c.at
	c.next("-")
	digits := c.at
	for c.at < len(c.text) && c.text[c.at] >= '0' && c.text[c.at] <= '9' {
		c.at++
	}
	n, err := strconv.ParseInt(c.text[from:c.at], 10, 64)
	if err != nil || c.text[digits] == '0' && (c.at > digits+1 || digits > from) || into.OverflowInt(n) {
		return false
	}
	into.SetInt(n)
	return !c.next(".") && !c.next("e") && !c.next("E")
}

// usual is how many texts a list holds at most that is used again.
const usual = 8

// strings reads a list of texts.
func (c *cursor) strings(m *member) bool {
	if c.next("null") {
		return true // as it is from the beginning
	}
	if !c.next("[") {
		return false
	}
	var buffer [usual]string
	all := buffer[:0]
	for !c.next("]") {
		if len(all) > 0 && !c.next(",") {
			return false
		}
		text, ok := c.string()
		if !ok {
			return false
		}
		all = append(all, text)
	}
	var list reflect.Value
	if len(all) <= usual {
		list = m.lists[len(all)]
	} else {
		list = reflect.MakeSlice(m.into.Type(), len(all), len(all))
	}
	for i, text := range all {
		list.Index(i).SetString(text)
	}
	m.into.Set(list)
	return true
}

// isRFC3339 reports whether a time is written with two digits wherever RFC 3339 has two, a
// point before parts of a second, and an offset of less than a day. Go reads more than that
// (go.dev/issue/54580), and JSON does not.
func isRFC3339(s string) bool {
	const form = "0000-00-00T00:00:00"
	if len(s) <= len(form) || !follows(s[:len(form)], form) {
		return false
	}
	if rest := s[len(form):]; rest[0] == '.' {
		digits := strings.TrimLeft(rest[1:], "0123456789")
		if len(digits) == len(rest)-1 {
			return false
		}
		s = digits
	} else {
		s = rest
	}
	return s == "Z" || len(s) == 6 && (s[0] == '+' || s[0] == '-') && follows(s[1:], "00:00") && s[1:3] < "24" && s[4:] < "60"
}

// follows reports whether a text has a digit wherever the form has a 0, and else what it has.
func follows(s, form string) bool {
	for i := range form {
		digit := '0' <= s[i] && s[i] <= '9'
		if form[i] == '0' && !digit || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	return true
}
