package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/socialprescribing/sp"
)

// formMember opens the JSON of everything that is stored, and is followed by the
// number of its form.
const formMember = `{"v":`

// Encode returns the stored form of an event: its JSON, which begins with the
// version of its form as member "v".
func Encode(e Event) ([]byte, error) {
	data, err := EncodeForm(form(e), e)
	if err != nil {
		return nil, fmt.Errorf("store: encode %s: %w", e.EventType(), err)
	}
	return data, nil
}

// EncodeForm returns the JSON of v, which begins with the number of its form as
// member "v": what a record holds that is no [History]. The number goes up when the
// form changes, and the reader asks [FormOf]. The error is [sp.ErrInvalid] if the JSON
// of v is no object, which has no room for the number.
func EncodeForm(form int, v any) ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, form, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// encode appends what EncodeForm returns to b.
func encode(b *bytes.Buffer, form int, v any) error {
	b.WriteString(formMember)
	b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(form), 10))
	start := b.Len()
	if err := json.NewEncoder(b).Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line break
	members := b.Bytes()[start:]
	if members[0] != '{' {
		return fmt.Errorf("is no JSON object: %w", sp.ErrInvalid)
	}
	if members[0] = ','; len(members) == len("{}") {
		members[0] = '}'
		b.Truncate(b.Len() - 1)
	}
	return nil
}

// FormOf returns the number of the form in which data is stored, by its first member.
// Data without one was stored before forms had numbers, and is in form 1. It is 0
// where the number is none.
func FormOf(data []byte) int {
	rest, ok := bytes.CutPrefix(data, []byte(formMember))
	if !ok {
		return 1
	}
	if i := bytes.IndexAny(rest, ",}"); i >= 0 {
		if n, err := strconv.Atoi(string(rest[:i])); err == nil {
			return n
		}
	}
	return 0
}
