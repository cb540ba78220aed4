package pathway_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/pathway"
)

// rules are what a scheme answers when it is asked: who is trained to take
// people on, and what each person agreed that others are told.
type rules struct {
	trained []string
	agreed  map[person.ID][]string
}

// May makes rules a [pathway.Remit].
func (r rules) May(by sp.Actor, do pathway.Act) error {
	if do.Machine == referral.Kind && do.Command == "accept" && !slices.Contains(r.trained, by.ID) {
		return fmt.Errorf("%s is not trained to take people on: %w", by.ID, sp.ErrDenied)
	}
	return nil
}

// See makes rules a [pathway.Permission].
func (r rules) See(reader sp.Actor, of person.ID, field string) error {
	if reader.Role != sp.RoleLinkWorker && !slices.Contains(r.agreed[of], field) {
		return fmt.Errorf("%s has not agreed that a %s sees %s: %w", of, reader.Role, field, sp.ErrDenied)
	}
	return nil
}

// A scheme writes its own remit and permission. The first is asked before each
// command, the second before anything is told to somebody else.
func Example_rules() {
	scheme := rules{
		trained: []string{"ann"},
		agreed:  map[person.ID][]string{"P-1": {letter.FieldStatus, letter.FieldService}},
	}
	by := func(role sp.Role, id string, day int) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role}, time.Date(2026, time.March, day, 9, 0, 0, 0, time.UTC))
	}
	r, err := referral.Receive(referral.Submission{
		ID: "R-1", Person: "P-1", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt},
	}, scheme, by(sp.RoleReferrer, "dr-khan", 2))
	fmt.Println(err)
	fmt.Println(r.Accept("bea", by(sp.RoleLinkWorker, "bea", 3)))
	fmt.Println(r.Accept("ann", by(sp.RoleLinkWorker, "ann", 4)))

	message := letter.MessageBack(referral.NewCase(r), letter.Wording{}, scheme, time.Date(2026, time.March, 5, 9, 0, 0, 0, time.UTC))
	for _, w := range message.Withheld[:1] {
		fmt.Println(w.Why)
	}
	// Output:
	// <nil>
	// referral: accept R-1: bea is not trained to take people on: denied
	// <nil>
	// P-1 has not agreed that a referrer sees needs: denied
}
