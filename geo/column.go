package geo

import (
	"encoding"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/column"
)

// scan is the Scan of a type whose column holds its text. Its errors do not quote what was read.
func scan(subject string, src any, into encoding.TextUnmarshaler) error {
	text, ok := column.Text(src)
	if !ok {
		return sp.Invalid(subject, "", sp.WrongType, "cannot be read from a column of this type; it is kept as text")
	}
	return into.UnmarshalText([]byte(text))
}
