package evaluation

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"

	"github.com/socialprescribing/sp/store"
)

// A scanner reads the JSON of one type of event in the form in which programs of this
// library write it: the members of the struct, no spaces, no escapes. It is several times as fast as
// [store.Unmarshal], to which it leaves everything else, so that it never reads
// anything in another way than that does.
type scanner[F store.Event] struct {
	event  F
	form   int
	older  decoder // of other forms; may be nil
	opens  string  // the beginning of what is stored in this form
	object *object // nil if F has members that it does not know to read
	page   strings.Builder
	buffer []byte // of texts that a type reads by itself
}

// page is how many bytes of events stand in one piece of memory, since a piece for each event
// takes longer to get than the event takes to read.
const page = 4096

// copied returns data as a text.
func (s *scanner[F]) copied(data []byte) string {
	if s.page.Cap()-s.page.Len() < len(data) {
		s.page.Reset() // what was read from the last page goes on to stand there
		s.page.Grow(max(page, len(data)))
	}
	from := s.page.Len()
	s.page.Write(data)
	return s.page.String()[from:]
}

func newScanner[F store.Event](form int, older decoder) *scanner[F] {
	s := &scanner[F]{form: form, older: older, opens: fmt.Sprintf(`{"v":%d`, form)}
	s.object, _ = objectOf(reflect.ValueOf(&s.event).Elem(), 0)
	return s
}

// decode returns a pointer to the event in data, which holds until the next call.
func (s *scanner[F]) decode(data []byte) (any, error) {
	var none F
	s.event = none
	if s.object != nil && s.read(data) {
		return &s.event, nil
	}
	s.event = none
	if store.FormOf(data) != s.form {
		return s.upcast(data)
	}
	if err := store.Unmarshal(data, &s.event); err != nil {
		return nil, err
	}
	return &s.event, nil
}

// upcast reads an event of another form.
func (s *scanner[F]) upcast(data []byte) (any, error) {
	if s.older == nil {
		return nil, errForm
	}
	e, err := s.older(s.event.EventType(), data)
	if err != nil {
		return nil, err
	}
	event, ok := e.(F)
	if !ok {
		return nil, errForm
	}
	s.event = event
	return &s.event, nil
}

func (s *scanner[F]) read(data []byte) bool {
	if !plainText(data) || !bytes.HasPrefix(data, []byte(s.opens)) {
		return false
	}
	c := cursor{text: s.copied(data), at: len(s.opens), buffer: s.buffer}
	ok := c.members(s.object, false) && c.at == len(c.text)
	s.buffer = c.buffer
	return ok
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
