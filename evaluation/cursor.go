package evaluation

import (
	"reflect"
	"strconv"
	"strings"
)

// A cursor is a place in a text of JSON.
type cursor struct {
	text   string
	at     int
	buffer []byte // of texts that a type reads by itself
	weight int    // of what lists and maps hold
}

// maxTimes is how many bytes a byte of JSON may stand for; of what stands for more it is for
// [store.Unmarshal] to say.
const maxTimes = 6

// heavier reports whether it is too much to hold one more value.
func (c *cursor) heavier(bytes uintptr) bool {
	c.weight += int(bytes)
	return c.weight > maxTimes*len(c.text)
}

// bytes returns a text for a type to read, until the next call.
func (c *cursor) bytes(text string) []byte {
	c.buffer = append(c.buffer[:0], text...)
	return c.buffer
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
		return ok && m.text.UnmarshalText(c.bytes(text)) == nil
	case ownJSON:
		text, ok := c.scalar()
		return ok && m.own.UnmarshalJSON(c.bytes(text)) == nil
	case aTime:
		text, ok := c.string()
		return ok && isRFC3339(text) && m.text.UnmarshalText(c.bytes(text)) == nil
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
	case aFloat:
		return c.float(m.into)
	case aList:
		return c.list(m)
	case aMap:
		return c.table(m)
	case anObject:
		return c.next("{") && c.members(m.inner, true)
	default:
		return false
	}
}

// scalar reads a text with its quotes, a number, true or false.
func (c *cursor) scalar() (string, bool) {
	from := c.at
	if _, ok := c.string(); ok || c.next("true") || c.next("false") {
		return c.text[from:c.at], true
	}
	return c.number()
}

// number reads a number that is written without an exponent.
func (c *cursor) number() (string, bool) {
	from := c.at
	c.next("-")
	whole := c.digits()
	if whole == "" || whole[0] == '0' && len(whole) > 1 || c.next(".") && c.digits() == "" {
		return "", false
	}
	return c.text[from:c.at], !c.next("e") && !c.next("E")
}

func (c *cursor) digits() string {
	from := c.at
	for c.at < len(c.text) && c.text[c.at] >= '0' && c.text[c.at] <= '9' {
		c.at++
	}
	return c.text[from:c.at]
}

func (c *cursor) float(into reflect.Value) bool {
	text, ok := c.number()
	if !ok {
		return false
	}
	f, err := strconv.ParseFloat(text, 64)
	into.SetFloat(f)
	return err == nil
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

// list reads a list.
func (c *cursor) list(m *member) bool {
	if c.next("null") {
		return true // as it is from the beginning
	}
	if !c.next("[") {
		return false
	}
	list, n := m.into, 0
	if m.lists != nil {
		list = m.lists[usual]
	} else {
		list.Set(reflect.MakeSlice(list.Type(), 0, 2))
	}
	for ; !c.next("]"); n++ {
		if n > 0 && !c.next(",") || c.heavier(m.each.into.Type().Size()) {
			return false
		}
		if m.each.into.SetZero(); !c.value(m.each) {
			return false
		}
		switch {
		case m.lists == nil || n > usual:
			list.Set(reflect.Append(list, m.each.into))
		case n < usual:
			list.Index(n).Set(m.each.into)
		default: // there are more than usual
			m.into.Set(reflect.Append(list, m.each.into))
			list = m.into
		}
	}
	if m.lists != nil && n <= usual {
		m.into.Set(m.lists[n])
	}
	return true
}

// table reads a map.
func (c *cursor) table(m *member) bool {
	if c.next("null") {
		return true
	}
	if !c.next("{") {
		return false
	}
	t := m.into.Type()
	table := reflect.MakeMap(t)
	for n := 0; !c.next("}"); n++ {
		if n > 0 && !c.next(",") || c.heavier(mapEntry+t.Elem().Size()) {
			return false
		}
		text, ok := c.string()
		if !ok || !c.next(":") {
			return false
		}
		key := reflect.ValueOf(text).Convert(t.Key())
		if table.MapIndex(key).IsValid() { // it comes twice
			return false
		}
		if m.each.into.SetZero(); !c.value(m.each) {
			return false
		}
		table.SetMapIndex(key, m.each.into)
	}
	m.into.Set(table)
	return true
}

// mapEntry is how many bytes an entry of a map takes beside its value.
const mapEntry = 48

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
