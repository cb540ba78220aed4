package subject_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// June asks to be forgotten while her referral is under way: it ends, and all of it goes.
func ExampleEraser() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	june, err := person.Register(person.Person{ID: "P-1", Name: sp.Hide(person.Name{Given: "June"})}, referraltest.By(sp.RoleLinkWorker, 1))
	if err == nil {
		err = store.Save(ctx, db, june, referraltest.Referral("R-1", referral.StateActive))
	}
	fmt.Println(err)
	e := subject.Eraser{DB: db, May: referraltest.AllowAll{}}
	p, err := e.Erase(ctx, "E-1", "P-1", subject.AtRequest, referraltest.By(sp.RoleLinkWorker, 9))
	fmt.Println(p.State(), p.Counts(), err)
	_, err = subject.Read(ctx, db, subject.Kinds(), subject.Request{Person: "P-1", As: subject.Self})
	fmt.Println(err)
	// Output:
	// <nil>
	// finished map[person:1 referral:1] <nil>
	// subject: read P-1: nothing is kept of them: not found
}
