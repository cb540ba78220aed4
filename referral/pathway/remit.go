package pathway

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// An Act is what somebody is about to do, as a [Remit] is asked about it.
type Act struct {
	Machine string // "referral", "placement" or "session"
	Command string // the verb of a rule of its table
	ID      string // of the referral, placement or session
	Person  person.ID
}

// A Remit knows who may do what beyond their role: which worker may take on a
// child, who is trained for which need, who is on leave. It is asked about
// consequences as well, such as the withdrawal of a placement whose referral
// ends: these have the role system and the ID of whoever caused them.
type Remit interface {
	// May returns nil if by may do it, and otherwise an error that is
	// [sp.ErrDenied] and says what would have to be different.
	May(by sp.Actor, do Act) error
}

// A Permission knows who may see what about a person, and what the person has
// agreed to.
type Permission interface {
	// See returns nil if the reader may see the named field of what is known
	// about a person, and otherwise an error that is [sp.ErrDenied] and says why.
	See(reader sp.Actor, of person.ID, field string) error
}
