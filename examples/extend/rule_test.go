package extend_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/transition"
)

// garden asks of an offer whether there is a garden. It is asked for those alone who like gardening.
var garden = matching.Criterion{
	Rule: "garden", Words: "has a garden",
	Applies: func(c *matching.Case) bool { return c.Person.Likes("gardening") == sp.Yes },
	Ask:     func(_ *matching.Case, o *directory.Offer) sp.Truth { return o.Access["garden"] },
	No:      matching.Change{By: matching.Person, What: "the person does without a garden"},
	Unknown: matching.Change{By: matching.Provider, What: "there is a garden"},
}

// The one offer says that it has a garden, the second that it has none, the third says nothing.
func Example_ruleOfMatching() {
	offer := func(name string, has sp.Truth) directory.Offer {
		o := directory.Offer{ID: directory.ID("bay/" + name), Service: directory.ID("bay/" + name), Name: name}
		o.Topics = []sp.Code{needs.Loneliness.Concept()}
		o.Access = directory.Truths[directory.Access]{"garden": has}
		return o
	}
	offers := []directory.Offer{offer("allotment", sp.Yes), offer("cinema", sp.No), offer("lunch club", sp.Unknown)}
	p := person.Profile{ID: "P-1", On: sp.NewDate(2026, time.May, 4)}
	p.Interests = []person.Interest{{Activity: "gardening", Likes: sp.Yes}}
	options := matching.Options{Needs: []needs.Code{needs.Loneliness}, Rules: []matching.Criterion{garden}}

	for _, found := range matching.Rank(p, offers, options) {
		fmt.Println(found.Offer.Name)
		for _, q := range found.Questions() {
			if q.Rule == garden.Rule {
				fmt.Println("  ask whether", q.Change)
			}
		}
	}
	for _, miss := range matching.NearMisses(p, offers, options) {
		fmt.Println(miss.Offer.Name, "would fit if", miss.Change)
	}
	// Output:
	// allotment
	// lunch club
	//   ask whether there is a garden
	// cinema would fit if the person does without a garden
}

// carers is a criterion of a scheme that is for carers alone. Nobody has asked is not no.
var carers = triage.Criterion{
	Code: "carer", Says: "must care for somebody",
	Test:    func(_ *referral.Referral, p person.Profile) sp.Truth { return p.Groups[directory.Carers] },
	Refusal: reason.Because(reason.OutsideRemit),
}

// What is unknown is asked; what is known to be no is refused, with what follows.
func Example_ruleOfTriage() {
	criteria := triage.Criteria{Name: "carers-2026-1", List: []triage.Criterion{carers}}
	r := referraltest.Referral("R-1", referral.StateReceived)
	for _, cares := range []sp.Truth{sp.Yes, sp.Unknown, sp.No} {
		p := person.Profile{ID: "P-1"}
		p.Groups = directory.Truths[directory.Group]{directory.Carers: cares}
		verdict := triage.Judge(criteria, r, p)
		fmt.Println(verdict.Fits, len(verdict.Unknown), "to ask,", len(verdict.Failed), "failed")
	}
	// Output:
	// yes 0 to ask, 0 failed
	// unknown 1 to ask, 0 failed
	// no 0 to ask, 1 failed
}

// weekdays lets nobody close a referral at a weekend: a rule about who may do what, and when,
// beyond the table of the pathway.
type weekdays struct{ today time.Weekday }

// Authorize implements [transition.Authorizer].
func (w weekdays) Authorize(_ sp.Actor, do transition.Act) error {
	if weekend := w.today == time.Saturday || w.today == time.Sunday; weekend && do.Command == string(referral.Close) {
		return fmt.Errorf("nobody closes a referral at a weekend: %w", sp.ErrDenied)
	}
	return nil
}

// On a Saturday the button is not shown, and whoever presses it all the same is told why.
func Example_ruleOfWho() {
	saturday := weekdays{today: time.Saturday}
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	fmt.Println(saturday.Authorize(ann, transition.Act{Command: string(referral.Close)}))
	fmt.Println(saturday.Authorize(ann, transition.Act{Command: string(referral.Contact)}))
	// Output:
	// nobody closes a referral at a weekend: denied
	// <nil>
}
