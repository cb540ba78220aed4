package referraltest

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/transition"
)

// AllowAll is an authorizer that allows every command, and a permission that allows
// every field. Like every permission that does not name them, it tells no sensitive
// need (see [consent.SensitivePermission]). It is for tests and examples: production
// code asks real questions.
type AllowAll struct{}

// Only is an authorizer and a permission that allow the commands and fields it lists,
// and refuse everything else.
type Only []string

var (
	_ transition.Authorizer = AllowAll{}
	_ consent.Permission    = AllowAll{}
	_ transition.Authorizer = Only{}
	_ consent.Permission    = Only{}
)

// Authorize implements [transition.Authorizer].
func (AllowAll) Authorize(sp.Actor, transition.Act) error { return nil }

// See implements [consent.Permission].
func (AllowAll) See(sp.Actor, person.ID, string) error { return nil }

// Authorize implements [transition.Authorizer].
func (o Only) Authorize(_ sp.Actor, do transition.Act) error { return o.allow(do.Command) }

// See implements [consent.Permission].
func (o Only) See(_ sp.Actor, _ person.ID, field string) error { return o.allow(field) }

func (o Only) allow(what string) error {
	if slices.Contains(o, what) {
		return nil
	}
	return fmt.Errorf("referraltest: %s is not among what is allowed: %w", what, sp.ErrDenied)
}
