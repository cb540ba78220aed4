package postgres

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// hide returns the arguments of a statement in types that print nothing of what they
// hold: tracers of pgx log arguments, and bodies are among them. Numbers and options
// stay as they are.
func hide(args []any) []any {
	hidden := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case string:
			hidden[i] = argument{text: &a}
		case []string:
			hidden[i] = array[string]{values: &a, write: quoted}
		case [][]byte:
			hidden[i] = array[[]byte]{values: &a, write: bytea}
		case []time.Time:
			hidden[i] = array[time.Time]{values: &a, write: func(t time.Time) string { return quoted(t.UTC().Format("2006-01-02 15:04:05.999999Z07:00")) }}
		case []int64:
			hidden[i] = array[int64]{values: &a, write: func(n int64) string { return strconv.FormatInt(n, 10) }}
		case []int32:
			hidden[i] = array[int32]{values: &a, write: func(n int32) string { return strconv.FormatInt(int64(n), 10) }}
		case []bool:
			hidden[i] = array[bool]{values: &a, write: strconv.FormatBool}
		default:
			hidden[i] = a
		}
	}
	return hidden
}

// silent prints as "[argument]", whatever the verb, the logger or the format.
type silent struct{}

func (silent) Format(f fmt.State, _ rune)   { f.Write([]byte("[argument]")) }
func (silent) String() string               { return "[argument]" }
func (silent) LogValue() slog.Value         { return slog.StringValue("[argument]") }
func (silent) MarshalText() ([]byte, error) { return []byte("[argument]"), nil }

// An argument is a text.
type argument struct {
	silent
	text *string
}

// TextValue implements [pgtype.TextValuer].
func (a argument) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: *a.text, Valid: true}, nil
}

// An array is what a column of rows is sent as: in binary form where pgx knows the
// type of the parameter, and otherwise as text.
type array[T any] struct {
	silent
	values *[]T
	write  func(T) string
}

// Dimensions implements [pgtype.ArrayGetter].
func (a array[T]) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(len(*a.values)), LowerBound: 1}}
}

// Index implements [pgtype.ArrayGetter].
func (a array[T]) Index(i int) any { return (*a.values)[i] }

// IndexType implements [pgtype.ArrayGetter].
func (a array[T]) IndexType() any {
	var none T
	return none
}

// TextValue implements [pgtype.TextValuer].
func (a array[T]) TextValue() (pgtype.Text, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range *a.values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(a.write(v))
	}
	b.WriteByte('}')
	return pgtype.Text{String: b.String(), Valid: true}, nil
}

var inArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quoted(s string) string { return `"` + inArray.Replace(s) + `"` }

func bytea(b []byte) string {
	if b == nil {
		return "NULL"
	}
	return quoted(`\x` + hex.EncodeToString(b))
}
