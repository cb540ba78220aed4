// Package referraltest helps teams to test their own services against the
// pathway: [AllowAll] answers every question of remit and permission with yes.
package referraltest

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/person"
)

// AllowAll is a remit and a permission that refuse nothing. It is for tests and
// examples: production code asks real questions.
type AllowAll struct{}

var (
	_ pathway.Remit      = AllowAll{}
	_ pathway.Permission = AllowAll{}
)

// May implements [pathway.Remit].
func (AllowAll) May(sp.Actor, pathway.Act) error { return nil }

// See implements [pathway.Permission].
func (AllowAll) See(sp.Actor, person.ID, string) error { return nil }
