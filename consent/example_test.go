package consent_test

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// Nobody knows yet who decides for Mia, who is twelve. She is received, and until it is
// known the school hears nothing.
func ExampleUnanswered() {
	today := sp.NewDate(2026, 11, 23)
	mia := person.Person{ID: "P-7", Born: sp.Hide(sp.NewDate(2014, 5, 1))}
	fmt.Println(mia.Check(today), consent.Unanswered(mia, consent.England, today), consent.Unanswered(mia, consent.Scotland, today))

	everything := consent.Func(func(sp.Actor, person.ID, string) error { return nil })
	may := consent.AnswersFirst{Permission: everything, Questions: func(person.ID) ([]consent.Question, error) {
		return consent.Unanswered(mia, consent.England, today), nil
	}}
	school := sp.Actor{ID: "bay-school", Role: sp.RoleReferrer}
	fmt.Println(may.See(school, "P-7", "status"))

	mia.Representatives = []person.Representative{{Person: "P-8", Authority: person.ParentalResponsibility, Decides: sp.Yes}}
	fmt.Println(may.See(school, "P-7", "status"))
	// Output:
	// <nil> [who-decides] []
	// P-7: who-decides must be answered first: denied
	// <nil>
}

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
