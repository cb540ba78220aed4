package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// Unique begins the name of a unique term, as in Unique + "number": of the records
// of one tenant and kind only one can have a certain value of it. Whoever comes
// second is refused with a [*DuplicateError], however close together the two are,
// so a person is not registered twice under one number. The name says it, so that
// no writer of a record can forget to.
//
// What counts is what stands after a commit: a batch may hand a value over from one
// record to another, or exchange those of two. A value is free again once its record
// is deleted or has another one.
const Unique = "unique:"

// Unique returns the names of the unique terms, in order.
func (t Terms) Unique() []string {
	var names []string
	for name := range t {
		if strings.HasPrefix(name, Unique) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A DuplicateError says that another record of the same tenant and kind has the
// value that a put wants for a unique term: see [Unique]. It is [sp.ErrExists], so
// [Retry] does not try again; a query for the value finds the other record.
type DuplicateError struct {
	Key  Key    // of the put that was refused
	Term string // the name, with Unique before it
}

// Error names the record that was refused and the term, and neither the value nor
// who has it.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("store: %s: another record has its value of %s", e.Key, e.Term)
}

// Is reports whether target is [sp.ErrExists].
func (e *DuplicateError) Is(target error) bool { return target == sp.ErrExists }

// repeated returns a [*DuplicateError] if two puts of b have the same value of a
// unique term.
func (b Batch) repeated() error {
	type value struct{ tenant, kind, name, value string }
	var seen map[value]bool
	for _, p := range b.Puts {
		for _, name := range p.Terms.Unique() {
			v := value{p.Tenant, p.Kind, name, p.Terms[name]}
			if seen[v] {
				return &DuplicateError{Key: p.Key, Term: name}
			}
			if seen == nil {
				seen = make(map[value]bool)
			}
			seen[v] = true
		}
	}
	return nil
}
