package consent_test

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// June has agreed that the garden group hears her name and no more.
func Example() {
	agreed := map[person.ID][]string{"P-55": {"name"}}
	var may consent.Permission = consent.Func(func(reader sp.Actor, of person.ID, field string) error {
		if reader.Role == sp.RoleLinkWorker || slices.Contains(agreed[of], field) {
			return nil
		}
		return fmt.Errorf("%s has not agreed that a %s sees %s: %w", of, reader.Role, field, sp.ErrDenied)
	})
	garden := sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/green"}
	fmt.Println(may.See(garden, "P-55", "name"))
	fmt.Println(may.See(garden, "P-55", "need"))
	// Output:
	// <nil>
	// P-55 has not agreed that a provider sees need: denied
}
