package pathway

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/transition"
)

// An Attempt is a command before it is allowed: what is asked of which
// aggregate, by whom and when.
type Attempt[S ~string] struct {
	Command string
	ID      string
	Person  person.ID
	State   S
	Since   time.Time // when the aggregate began; nothing may take effect before it
	Stamp   sp.Stamp
	Fields  []sp.Field // what is wrong with the input
	Missing []string   // what must be there first
	Remit   Remit      // nil refuses
}

// Permit decides a command: the table first, then the fields and the times,
// then what is missing, and last the remit. It returns the error of the first of
// these that does not allow the command.
//
// Nothing can take effect before the aggregate began. That it is recorded before
// something that was recorded earlier is allowed, since the clocks of two machines
// differ: the order of a history is that of its entries, not of its times.
func Permit[S ~string](m transition.RoleMachine[S], a Attempt[S]) error {
	by := a.Stamp.By
	if err := m.Allow(a.ID, a.Command, a.State, by.Role); err != nil {
		return err
	}
	e := sp.InvalidError{Fields: a.Fields}
	e.Check(sp.ValidID(a.ID), "id", sp.IDRule)
	a.Stamp.Check(&e)
	e.Check(!a.Stamp.At.Before(a.Since), "stamp.at", "must not be earlier than the beginning of what it happens to")
	if len(e.Fields) > 0 {
		e.Subject = a.subject(m.Name)
		return &e
	}
	if len(a.Missing) > 0 {
		return m.Allow(a.ID, a.Command, a.State, by.Role, a.Missing...)
	}
	if a.Remit == nil {
		return fmt.Errorf("%s: no remit was supplied to ask: %w", a.subject(m.Name), sp.ErrDenied)
	}
	if err := a.Remit.May(by, Act{Machine: m.Name, Command: a.Command, ID: a.ID, Person: a.Person}); err != nil {
		return fmt.Errorf("%s: %w", a.subject(m.Name), err)
	}
	return nil
}

// subject names what was attempted on what, and never an ID that may be none.
func (a Attempt[S]) subject(machine string) string {
	if !sp.ValidID(a.ID) {
		return machine + ": " + a.Command + " (malformed id)"
	}
	return machine + ": " + a.Command + " " + a.ID
}
