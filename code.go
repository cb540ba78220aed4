package sp

import (
	"database/sql/driver"
)

// systemSNOMED is the URI of SNOMED CT in FHIR.
const systemSNOMED = "http://snomed.info/sct"

// A Code is a concept in a code system, like a Coding in FHIR. Code systems
// change over time, so codes are data: packages take them as values, with the
// version of the system that they came from.
type Code struct {
	System  string `json:"system,omitempty"`  // URI of the code system
	Version string `json:"version,omitempty"` // of the code system, as published
	Code    string `json:"code"`
	Display string `json:"display,omitempty"` // a label for people; not compared
}

// Is reports whether c and d are the same concept: same system and code,
// whatever the version and the display text.
func (c Code) Is(d Code) bool { return c.System == d.System && c.Code == d.Code }

// IsZero reports whether c is no code at all.
func (c Code) IsZero() bool { return c.System == "" && c.Code == "" }

// InSNOMED reports whether c is a concept of SNOMED CT. [SCTID.Code] makes one.
func (c Code) InSNOMED() bool { return c.System == systemSNOMED }

// String returns "system|code", the form that FHIR searches use.
func (c Code) String() string { return c.System + "|" + c.Code }

// Value implements [driver.Valuer]: the JSON of c, since "system|code" would lose version
// and display, and NULL for no code.
func (c Code) Value() (driver.Value, error) { return jsonValue(c, c == Code{}) }

// Scan implements sql.Scanner and reads the JSON of a code. NULL is no code.
func (c *Code) Scan(src any) error { return scanJSON("code", src, c) }
