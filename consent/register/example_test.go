package register_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/transition"
)

// June agrees that the garden group hears her name. They are told, and who was told what
// is a list.
func Example() {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ann := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, noon)
	r := register.New("P-55", transition.TableOnly{})
	fmt.Println(r.Open(consent.England, ann))
	fmt.Println(r.Choose(consent.Choice{
		ID: "C-1", By: "P-55", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity}},
		Until: noon.AddDate(0, 6, 0),
	}, ann))

	facts := register.Facts{Born: sp.Hide(sp.NewDate(1950, 5, 1)), Holder: "ann"}
	garden := consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare}
	_, err := r.Tell(consent.StandardPolicy(), facts, register.Telling{ID: "T-1", Ask: garden, Items: []consent.Item{{Field: "name"}}}, ann)
	fmt.Println(err)
	_, err = r.Tell(consent.StandardPolicy(), facts, register.Telling{ID: "T-2", Ask: garden, Items: []consent.Item{{Field: "telephone-number"}}}, ann)
	fmt.Println(err)
	for _, t := range r.Told() {
		for _, what := range t.Facts {
			fmt.Println(t.Ask.To, what.Field, what.Authority, what.Source, "until", what.Until.Format(time.DateOnly), "under", t.Under)
		}
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// register: tell T-2 of P-55: telephone-number: consent: no-agreement (policy sp-2026-11)
	// bay/green name agreement C-1 until 2027-05-23 under sp-2026-11
}
