package consent_test

import (
	"fmt"
	"slices"
	"time"

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

// June has agreed that the garden group hears her name and number. They learn neither with
// the question whether there is a place, and her debt not at all.
func ExamplePolicy_Stages() {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	june := consent.File{Person: "P-55", Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1)), Holder: "ann"}
	june.Choices = []consent.Choice{{
		ID: "C-1", By: "P-55", As: consent.Themself, At: now, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Contact}},
	}}
	garden := consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, At: now}
	items := []consent.Item{{Field: "name"}, {Field: "telephone-number"}, {Field: "need", Code: "debt"}}
	split := consent.StandardPolicy().Stages(&june, garden, items...)
	fmt.Println("with the question:", split.WithQuestion)
	fmt.Println("once they say yes:", split.OnceYes)
	fmt.Println("not at all:", split.Withheld)
	for i, a := range split.Answers {
		fmt.Println(items[i].Field, a.Letter, a.Authority, a.Reason, a.Rules, a.Principles)
	}
	// Output:
	// with the question: []
	// once they say yes: [{name } {telephone-number }]
	// not at all: [{need debt}]
	// name A agreement agreed r1 r6 c3 c7 c8
	// telephone-number A agreement agreed r1 r6 c3 c7 c8
	// need A  no-agreement r1 r6 c1 c2 c3 c6 c8
}

// A scheme replaces a row of the table, and says so by a version of its own.
func ExamplePolicy_Decide() {
	bay := consent.StandardPolicy()
	bay.Version = "bay-3"
	if err := bay.Table.Set(consent.ToGP, consent.DirectCare, "AAAAAANAAA"); err != nil {
		fmt.Println(err)
	}
	june := consent.File{Person: "P-55", Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1))}
	gp := consent.Ask{To: "bay/practice-1", As: consent.ToGP, Purpose: consent.DirectCare, Field: "needs", At: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	fmt.Println(consent.StandardPolicy().Decide(&june, gp).Err())
	fmt.Println(bay.Decide(&june, gp).Err())
	// Output:
	// <nil>
	// consent: no-agreement (policy bay-3)
}
