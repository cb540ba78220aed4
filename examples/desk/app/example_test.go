package app_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// A practice asks whether somebody fits before it sends the form, sends it, and sends it
// once more because the answer was lost.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "keys")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	desk, err := app.New(memstore.New(), app.Setup{
		Tenant: "sandholme", Scheme: seed.Scheme("sandholme"), Keys: seal.Folder(folder),
		Index: person.HashKey{Name: "2026", Secret: make([]byte, 32)},
		Now:   func() time.Time { return monday },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	number, _ := sp.ParseNHSNumber("943 476 5919")
	form := seed.Form(number, "June", "Moon", sp.NewDate(1950, time.May, 1), referral.Soon, needs.Loneliness)
	verdict, err := desk.Check(ctx, seed.DrKhan, form)
	fmt.Println(len(verdict.Failed), err)
	for range 2 {
		sent, err := desk.Refer(ctx, app.Acting{By: seed.DrKhan, Key: "k-1"}, form)
		fmt.Println(sent.Version, "somebody speaks to her by", sent.By, err)
	}
	// Output:
	// 0 <nil>
	// 1 somebody speaks to her by 2026-12-07 <nil>
	// 1 somebody speaks to her by 2026-12-07 <nil>
}
