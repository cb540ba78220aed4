package consent

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// An Audience is what kind of recipient somebody is. It decides, beside who they are,
// what is told to them: a practice owes a duty of confidence that a notice board does not.
type Audience string

// The kinds of recipients that the rules of telling tell apart.
const (
	Health     Audience = "health"
	SocialCare Audience = "social-care"
	Education  Audience = "education"
	Community  Audience = "community" // charities, clubs, faith groups, whoever else
	ThePerson  Audience = "the-person"
)

// A SensitivePermission is a [Permission] that can also be asked about what is sensitive,
// such as domestic abuse or thoughts of suicide, each by its name. A Permission without
// this method lets nothing sensitive be told, even if it allows every field: whoever
// agreed to everything did not have this in mind.
type SensitivePermission interface {
	Permission

	// SeeSensitive returns nil if the reader may be told that the person has a need, by
	// its code, and otherwise an error that is [sp.ErrDenied] and says why.
	SeeSensitive(reader sp.Actor, as Audience, of person.ID, need string) error
}

// A FlagPermission is a [Permission] that can also be asked about concerns about safety one
// by one, by the code of their kind, such as "crisis". Without this method a Permission
// allows all of them or none in a letter, as it allows the field "flags" or not, and none
// in FHIR.
type FlagPermission interface {
	Permission

	// SeeFlag returns nil if the reader may be told that there is such a concern, and
	// otherwise an error that is [sp.ErrDenied] and says why.
	SeeFlag(reader sp.Actor, as Audience, of person.ID, flag string) error
}

// SeeFlag asks a permission about one kind of concern. It denies if p is nil, or is no
// [FlagPermission].
func SeeFlag(p Permission, reader sp.Actor, as Audience, of person.ID, flag string) error {
	if f, ok := p.(FlagPermission); ok {
		return f.SeeFlag(reader, as, of, flag)
	}
	return fmt.Errorf("a concern by its kind needs a permission that names it: %w", sp.ErrDenied)
}

// IsSensitive reports whether a permission itself says that a need is sensitive, by a
// method Sensitive as [Reading] has it. A scheme whose policy lists a need so has it treated
// as such whatever the taxonomy says of it.
func IsSensitive(p Permission, need string) bool {
	s, ok := p.(interface{ Sensitive(need string) bool })
	return ok && s.Sensitive(need)
}

// SeeSensitive asks a permission about one sensitive need. It denies if p is nil, or is
// no [SensitivePermission].
func SeeSensitive(p Permission, reader sp.Actor, as Audience, of person.ID, need string) error {
	if s, ok := p.(SensitivePermission); ok {
		return s.SeeSensitive(reader, as, of, need)
	}
	return fmt.Errorf("what is sensitive needs a permission that names it: %w", sp.ErrDenied)
}
