// A program that takes a referral and keeps it in memory.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	db := store.Tenant(memstore.New(), "bay")
	r := referral.New("R-1", transition.TableOnly{})
	err := r.Receive(referral.Submission{Person: person.ID(os.Args[1]), Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness}},
		sp.By(sp.Actor{ID: "dr-7", Role: sp.RoleReferrer}, time.Now()))
	if err == nil {
		err = store.Save(context.Background(), db, r)
	}
	fmt.Println(r.State(), err)
}
