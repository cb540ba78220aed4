package sp

import (
	"errors"
	"slices"
	"strings"
)

// The errors that every package agrees on. Branch on them with [errors.Is].
var (
	ErrNotFound = errors.New("not found")        // it does not exist; in a web service, 404
	ErrExists   = errors.New("already exists")   // it should have been new; 409
	ErrConflict = errors.New("version conflict") // somebody else changed it: load again and retry; 409 or 412
	ErrInvalid  = errors.New("invalid")          // the input breaks a rule: show the fields; 422
	ErrDenied   = errors.New("denied")           // it is not allowed to this actor; 403
)

// A Fault says in one stable word in which way an input is wrong, so that a program
// can branch on it, count it, and say it in another language. The sentences beside it
// are for people, and may change from one version to the next.
type Fault string

// The faults.
const (
	Missing       Fault = "missing"        // has to be there, or to be known
	Malformed     Fault = "malformed"      // is not written as it should be, or fails its check digit
	WrongType     Fault = "wrong-type"     // is of another type, such as a text where a number belongs
	WrongLength   Fault = "wrong-length"   // has too few or too many characters, items or levels
	OutOfRange    Fault = "out-of-range"   // is a number, an amount or a day that is too small or too large
	NotListed     Fault = "not-listed"     // is none of the codes or values that can stand here
	Duplicate     Fault = "duplicate"      // is there more than once
	UnknownMember Fault = "unknown-member" // has a member that means nothing here
	Inconsistent  Fault = "inconsistent"   // does not go with another part of the input, or with what is known already
	Untimely      Fault = "untimely"       // comes before, or after, what it cannot come before or after
	WrongState    Fault = "wrong-state"    // is not possible yet, or no longer
	Identifying   Fault = "identifying"    // holds personal data where none may be, or a redacted copy of it
	Unsupported   Fault = "unsupported"    // cannot be done with this kind of value
)

// A Field is one rule that an input breaks: where, in which way, and what would be
// right. It never repeats the input, which may be personal.
type Field struct {
	Path string `json:"path"` // such as "needs[2].severity"; empty for all of it
	Code Fault  `json:"code"` // such as "out-of-range"
	Rule string `json:"rule"` // such as "must be from 0 to 10"
}

// An InvalidError lists every rule that an input breaks. It is [ErrInvalid].
type InvalidError struct {
	Subject string // what was checked, by its ID: "referral R-1007"
	Fields  []Field
}

// Invalid returns the [*InvalidError] of one broken rule. The path is empty where
// the subject is a single value.
func Invalid(subject, path string, code Fault, rule string) error {
	return &InvalidError{Subject: subject, Fields: []Field{{path, code, rule}}}
}

// Check adds a Field for path unless ok.
func (e *InvalidError) Check(ok bool, path string, code Fault, rule string) {
	if !ok {
		e.Fields = append(e.Fields, Field{path, code, rule})
	}
}

// Err returns e, or nil if every check passed.
func (e *InvalidError) Err() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error lists the fields and rules in the order in which they were checked.
func (e *InvalidError) Error() string {
	rules := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		rules[i] = strings.TrimSpace(f.Path + " " + f.Rule)
	}
	return join(e.Subject, "invalid", strings.Join(rules, "; "))
}

// join returns the parts that are not empty, with colons between them.
func join(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, ": ")
}

// Renamed returns the error as whoever sent a form reads it: of another subject, and with the
// paths that a function makes of those that there are, such as the Replace of a
// [strings.Replacer]. Nothing of e changes.
func (e *InvalidError) Renamed(subject string, path func(string) string) *InvalidError {
	renamed := &InvalidError{Subject: subject, Fields: slices.Clone(e.Fields)}
	for i := range renamed.Fields {
		renamed.Fields[i].Path = path(renamed.Fields[i].Path)
	}
	return renamed
}

// Unwrap returns [ErrInvalid].
func (e *InvalidError) Unwrap() error { return ErrInvalid }

// invalidValue is the error of a single value that cannot be parsed.
func invalidValue(subject string, code Fault, rule string) error {
	return Invalid(subject, "", code, rule)
}
