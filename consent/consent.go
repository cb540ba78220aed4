// Package consent is about who may see what of a person.
//
// A provider who offers a walk does not need to know of a debt, and a referrer does not
// need to hear what was said in confidence. Whatever tells anybody anything about a
// person asks a [Permission] first, field by field, and tells nothing without one:
//
//	func (r rules) See(reader sp.Actor, of person.ID, field string) error {
//		if reader.Role != sp.RoleLinkWorker && !slices.Contains(r.agreed[of], field) {
//			return fmt.Errorf("%s has not agreed that a %s sees %s: %w", of, reader.Role, field, sp.ErrDenied)
//		}
//		return nil
//	}
//
// Who may do what is another question; see Authorizer of package transition.
package consent

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Permission knows who may see what about a person, and what the person has
// agreed to. It is asked for every reader and every field; whoever has none to ask
// tells nothing.
type Permission interface {
	// See returns nil if the reader may see the named field of what is known about a
	// person, and otherwise an error that is [sp.ErrDenied] and says why.
	See(reader sp.Actor, of person.ID, field string) error
}

// A Func is a [Permission] made of a function.
type Func func(reader sp.Actor, of person.ID, field string) error

// See implements [Permission].
func (f Func) See(reader sp.Actor, of person.ID, field string) error { return f(reader, of, field) }
