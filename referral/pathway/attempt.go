package pathway

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/person"
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
// something that was recorded earlier is allowed, since the clocks of two machines differ: the
// order of a history is that of its entries, not of its times.
func (m Machine[S]) Permit(a Attempt[S]) error {
	by := a.Stamp.By
	if _, ok := m.Find(a.Command, a.State, by.Role); !ok {
		return m.refusal(a)
	}
	e := sp.InvalidError{Fields: a.Fields}
	e.Check(sp.ValidID(a.ID), "id", sp.IDRule)
	a.Stamp.Check(&e)
	e.Check(!a.Stamp.At.Before(a.Since), "stamp.at", "must not be earlier than the beginning of what it happens to")
	if len(e.Fields) > 0 {
		e.Subject = m.subject(a)
		return &e
	}
	if len(a.Missing) > 0 {
		refused := m.refusal(a)
		refused.Missing = a.Missing
		return refused
	}
	if a.Remit == nil {
		return fmt.Errorf("%s: no remit was supplied to ask: %w", m.subject(a), sp.ErrDenied)
	}
	if err := a.Remit.May(by, Act{Machine: m.Name, Command: a.Command, ID: a.ID, Person: a.Person}); err != nil {
		return fmt.Errorf("%s: %w", m.subject(a), err)
	}
	return nil
}

// subject names what was attempted on what, and never an ID that may be none.
func (m Machine[S]) subject(a Attempt[S]) string {
	return m.Name + ": " + a.Command + " " + printable(a.ID)
}

func printable(id string) string {
	if !sp.ValidID(id) {
		return "(malformed id)"
	}
	return id
}
