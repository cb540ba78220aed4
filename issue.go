package sp

import (
	"database/sql/driver"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp/internal/column"
)

// A Severity says what became of an input that was not as it should be.
type Severity int8

// The severities, in rising order.
const (
	Note    Severity = iota // kept as it was, or repaired without loss
	Warning                 // one fact could not be read and is unknown; the rest of its record is used
	Error                   // the record could not be used
)

var severities = [...]string{"note", "warning", "error"}

// String returns "note", "warning" or "error".
func (s Severity) String() string {
	if s != Note && s != Warning {
		s = Error
	}
	return severities[s]
}

// MarshalText writes what String returns.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severities[:], string(text))
	if i < 0 {
		return invalidValue("severity", NotListed, "must be note, warning or error")
	}
	*s = Severity(i)
	return nil
}

// An Issue is something wrong in data that was read: where it stands, what is
// wrong, and what became of it. Importers return issues as values beside the
// records, one for each fault, so that nothing is dropped silently.
type Issue struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file,omitempty"`   // as given to the importer
	Line     int      `json:"line,omitempty"`   // 1 for the first; 0 where lines mean nothing
	Record   string   `json:"record,omitempty"` // the record's own identifier, if it has one
	Field    string   `json:"field,omitempty"`  // column name or path
	Code     string   `json:"code"`             // stable and greppable: "bad-latitude", "dangling-reference"
	Detail   string   `json:"detail"`           // for people; holds no personal data
	Count    int      `json:"count,omitempty"`  // how many issues this one stands for, where there are too many to list each; 0 means one
}

// Error makes an Issue an error: "services.csv:12: S-7: latitude: out of range (bad-latitude, warning)".
func (i Issue) Error() string {
	place := i.File
	switch {
	case i.Line > 0 && i.File == "":
		place = "line " + strconv.Itoa(i.Line)
	case i.Line > 0:
		place += ":" + strconv.Itoa(i.Line)
	}
	return join(place, i.Record, i.Field, i.Detail) + " (" + i.Code + ", " + i.Severity.String() + ")"
}

// Unwrap returns [ErrInvalid].
func (i Issue) Unwrap() error { return ErrInvalid }

// Value implements [driver.Valuer]: what String returns.
func (s Severity) Value() (driver.Value, error) { return column.Value(s, false) }

// Scan implements sql.Scanner and reads what String returns.
func (s *Severity) Scan(src any) error { return scanText("severity", src, s) }
