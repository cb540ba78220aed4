package extract_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/extract"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
)

// An invented scheme of 2,000 referrals goes to a study to which everybody has agreed. Where
// people have not, OptOut says so by another footing, with who has opted out.
func Example() {
	secret := bytes.Repeat([]byte{7}, 32) // of a real one nobody knows a byte
	made, err := extract.Make(context.Background(), evaluationtest.World{Seed: 1, Referrals: 2_000, Heard: true}.Log(), extract.Options{
		Audience: "the research environment of Bay", Why: "agreement DSA-12", Project: "bay-2026",
		Keys:   subject.Keyring{Keys: []subject.Key{{ID: "k1", Secret: sp.Hide(secret)}}},
		OptOut: optout.Options[person.ID]{Footing: optout.ExplicitAgreement, On: sp.NewDate(2026, time.November, 30)},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(made.Report())
	fmt.Println(made.Table().Audience(), "has", len(made.Table().Schema().Fields), "columns")
	dictionary, err := extract.Dictionary()
	if err == nil {
		err = dictionary.WriteCSV(new(bytes.Buffer)) // to a file beside the table
	}
	if err == nil {
		err = made.Table().WriteCSV(new(bytes.Buffer))
	}
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1911 of 2000 referrals, of 1678 people
	// left out, entered in error: 89 referrals
	// withheld, received: 222 people
	// alike as recorded: 1678 rows in 95 classes, the smallest of 1; 10 unique, 222 below 10
	// alike in the table: 1678 rows in 36 classes, the smallest of 11; 0 unique, 0 below 10; at least 11 kinds of needs
	// the research environment of Bay has 30 columns
}
