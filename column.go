package sp

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"

	"github.com/socialprescribing/sp/internal/column"
)

// What the types of this package have in common as columns of a database.

// scanText is the Scan of a type whose column holds its text. Its errors do not quote what was read.
func scanText(subject string, src any, into encoding.TextUnmarshaler) error {
	text, ok := column.Text(src)
	if !ok {
		return invalidValue(subject, WrongType, "cannot be read from a column of this type; it is kept as text")
	}
	return into.UnmarshalText([]byte(text))
}

// jsonValue is the Value of a type whose column holds its JSON, or NULL for the zero
// value.
func jsonValue(v any, null bool) (driver.Value, error) {
	if null {
		return nil, nil //nolint:nilnil // driver.Valuer calls NULL so
	}
	data, err := json.Marshal(v)
	return string(data), err
}

// scanJSON is the Scan of such a type.
func scanJSON[T any](subject string, src any, into *T) error {
	text, ok := column.Text(src)
	var v T
	if ok && text != "" {
		ok = json.Unmarshal([]byte(text), &v) == nil
	}
	if !ok {
		return invalidValue(subject, Malformed, "cannot be read from this column; it is kept as JSON")
	}
	*into = v
	return nil
}
