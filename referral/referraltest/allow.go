package referraltest

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/pathway"
)

// AllowAll is a remit and a permission that refuse nothing. It is for tests and
// examples: production code asks real questions.
type AllowAll struct{}

// Only is a remit and a permission that allow the commands and fields it lists,
// and refuse everything else.
type Only []string

var (
	_ pathway.Remit      = AllowAll{}
	_ pathway.Permission = AllowAll{}
	_ pathway.Remit      = Only{}
	_ pathway.Permission = Only{}
)

// May implements [pathway.Remit].
func (AllowAll) May(sp.Actor, pathway.Act) error { return nil }

// See implements [pathway.Permission].
func (AllowAll) See(sp.Actor, person.ID, string) error { return nil }

// May implements [pathway.Remit].
func (o Only) May(_ sp.Actor, do pathway.Act) error { return o.allow(do.Command) }

// See implements [pathway.Permission].
func (o Only) See(_ sp.Actor, _ person.ID, field string) error { return o.allow(field) }

func (o Only) allow(what string) error {
	if slices.Contains(o, what) {
		return nil
	}
	return fmt.Errorf("referraltest: %s is not among what is allowed: %w", what, sp.ErrDenied)
}
