package referral_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/transition"
)

// rules are what a scheme answers when it is asked: who is trained to take
// people on, and what each person agreed that others are told.
type rules struct {
	trained []string
	agreed  map[person.ID][]string
}

// Authorize makes rules a [transition.Authorizer].
func (r rules) Authorize(_ sp.Actor, do transition.Act) error {
	if do.Machine == referral.Kind && do.Command == string(referral.Accept) && do.To != "" && !slices.Contains(r.trained, do.To) {
		return fmt.Errorf("%s is not trained to take people on: %w", do.To, sp.ErrDenied)
	}
	return nil
}

// See makes rules a [consent.Permission].
func (r rules) See(reader sp.Actor, of person.ID, field string) error {
	if reader.Role != sp.RoleLinkWorker && !slices.Contains(r.agreed[of], field) {
		return fmt.Errorf("%s has not agreed that a %s sees %s: %w", of, reader.Role, field, sp.ErrDenied)
	}
	return nil
}

// A scheme writes its own authorizer and permission. The first is asked before each
// command, the second before anything is told to somebody else.
func Example_rules() {
	scheme := rules{
		trained: []string{"ann"},
		agreed:  map[person.ID][]string{"P-1": {letter.FieldStatus, letter.FieldService}},
	}
	by := func(role sp.Role, id string, day int) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role}, time.Date(2026, time.March, day, 9, 0, 0, 0, time.UTC))
	}
	r := referral.New("R-1", scheme)
	fmt.Println(r.Receive(referral.Submission{
		Person: "P-1", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt},
	}, by(sp.RoleReferrer, "dr-khan", 2)))
	fmt.Println(r.Accept("bea", by(sp.RoleLinkWorker, "ann", 3)))
	fmt.Println(r.Accept("ann", by(sp.RoleLinkWorker, "ann", 4)))

	message := letter.MessageBack(referral.NewCase(r), letter.Wording{}, scheme, time.Date(2026, time.March, 5, 9, 0, 0, 0, time.UTC))
	for _, w := range message.Withheld[:1] {
		fmt.Println(w.Why)
	}
	// Output:
	// <nil>
	// referral: accept R-1: is not open to you: bea is not trained to take people on: denied
	// <nil>
	// P-1 has not agreed that a referrer sees needs: denied
}
