// Package decode reads JSON that other programs and people write, such as the body of a
// request or a file of settings, and says at once everything that is wrong with it: each
// fault with its path, a stable code and a sentence. A decoder that stops at the first
// fault, and at "invalid date" does not say which, makes somebody fill in a form five
// times.
//
//	in, err := decode.JSON[intake](body, decode.Options{Subject: "intake"})
//	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
//		for _, f := range broken.Fields {
//			fmt.Println(f.Path, f.Code, f.Rule) // services[2].phones[0].number malformed must ...
//		}
//	}
//
// [JSON] reads what is in memory, [Read] from a body of unknown size. Both take the
// types of this module and any others that package encoding/json reads, and are strict
// where that package guesses:
//
//   - A member that the type does not have is refused, with the one that was probably
//     meant, and so is a member that stands there twice. Names are taken as they are
//     written: "Name" is not "name".
//   - null is refused where it would be taken for a value: for a text, a number, a bool
//     or a struct. For pointers, lists and maps it means nothing there, and for sp.Known
//     and the like unknown.
//   - Text that is not UTF-8, anything after the value, and values that are larger,
//     deeper or denser than [Options] allow are refused before they cost memory.
//
// Errors repeat nothing of the input, which may be personal: not a value, nor the name
// of a member that does not exist, nor the key of a map, which is told by its place.
// Where nothing is wrong, reading takes less time than package encoding/json does.
package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/go-json-experiment/json" // which Go 1.27 has as encoding/json/v2

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/proportion"
)

// Options say what is read, and how much of it. The zero Options are for the body of a
// request.
type Options struct {
	Subject string // what is read, in front of the error's text: "intake", or a file's name
	Bytes   int    // the most that are read; 0 is 1 MiB
	Depth   int    // the most levels of objects and lists; 0 is 64
}

const (
	defaultBytes = 1 << 20
	defaultDepth = 64

	// mostFields is how many faults are listed. Each costs memory, and nobody reads more.
	mostFields = 1000
)

// JSON reads a T from data. The error is an [*sp.InvalidError] that lists every broken
// rule in the order of the input, or the first thousand and how many follow.
func JSON[T any](data []byte, o Options) (T, error) {
	var v, none T
	err := unmarshal(data, &v, o)
	if err == nil {
		return v, nil
	}
	if refused := find[T](data, o, err); refused != nil {
		return none, refused
	}
	return v, nil
}

// Read reads a T from r to its end, as [JSON] does, and no more than the bytes that the
// options allow. An error of r itself is returned as it is.
func Read[T any](r io.Reader, o Options) (T, error) {
	limit := o.bytes()
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		var none T
		return none, fmt.Errorf("decode: %w", err)
	}
	return JSON[T](data, o)
}

func (o Options) bytes() int {
	if o.Bytes > 0 {
		return o.Bytes
	}
	return defaultBytes
}

func (o Options) depth() int {
	if o.Depth > 0 {
		return o.Depth
	}
	return defaultDepth
}

// errUnsure asks for a closer look at input that may hold a null where none can stand, or
// something in personal data that its type passes over.
var errUnsure = errors.New("may hold more than was looked at")

// unmarshal reads data in one pass. Its error says that there may be faults, not which.
func unmarshal(data []byte, v any, o Options) error {
	if len(data) > o.bytes() || deeper(data, o.depth()) {
		return sp.ErrInvalid
	}
	err := json.Unmarshal(data, v, proportion.Watch(data, json.RejectUnknownMembers(true))...)
	if err == nil && (bytes.Contains(data, []byte("null")) || wraps(reflect.TypeOf(v).Elem())) {
		return errUnsure
	}
	return err
}

// find returns the faults of input that unmarshal did not like, or nil if it is good.
func find[T any](data []byte, o Options, cause error) error {
	e := &sp.InvalidError{Subject: o.Subject}
	switch {
	case len(data) > o.bytes():
		e.Check(false, "", sp.WrongLength, fmt.Sprintf("must have at most %d bytes", o.bytes()))
		return e
	case deeper(data, o.depth()):
		e.Check(false, "", sp.WrongLength, fmt.Sprintf("must have at most %d levels of objects and lists", o.depth()))
		return e
	case errors.Is(cause, proportion.Err):
		e.Check(false, "", sp.WrongLength, "stands for far more than its size")
		return e
	}
	w := newWalker(data)
	w.document(reflect.TypeFor[T]())
	e.Fields = w.fields
	if w.more > 0 {
		e.Check(false, "", sp.WrongLength, fmt.Sprintf("has %d faults more than are listed", w.more))
	}
	if len(e.Fields) == 0 && cause != errUnsure { //nolint:errorlint // it is never wrapped
		e.Check(false, "", sp.Malformed, "cannot be read as what it should be")
	}
	return e.Err()
}

// deeper reports whether objects and lists stand more than n levels deep in each other.
func deeper(data []byte, n int) bool {
	if bytes.Count(data, []byte{'{'})+bytes.Count(data, []byte{'['}) <= n {
		return false // which holds for nearly all input, and is found fast
	}
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > n {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
