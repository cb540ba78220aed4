package sp_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
)

// A tour of the vocabulary that every package speaks.
func Example() {
	// Who did something, when it happened, and when it was written down.
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	monday := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	call := sp.By(ann, monday).Happened(monday.AddDate(0, 0, -3))
	fmt.Println(call.By, "rang on", sp.DateOf(call.At), "and noted it on", sp.DateOf(call.Recorded))

	// Amounts are exact, and a fraction of a penny is never lost unasked.
	grant, _ := sp.ParseMoney("£1,234.50")
	twelve, _ := grant.Mul(12)
	fmt.Println(twelve, "in", sp.FinancialYear(2026))

	// What nobody stated is unknown, and unknown is not no.
	var stepFree sp.Truth
	fmt.Println(stepFree.And(sp.Yes), stepFree.And(sp.No))

	// Personal data prints itself as such, wherever it turns up.
	number, err := sp.ParseNHSNumber("943 476 5919")
	fmt.Printf("%v %+q %v\n", number, struct{ Name any }{sp.Hide("Joan")}, err)

	// Errors are values to branch on, and repeat no input.
	_, err = sp.ParseNHSNumber("943 476 5918")
	fmt.Println(errors.Is(err, sp.ErrInvalid), err)
	// Output:
	// link-worker ann rang on 2026-11-20 and noted it on 2026-11-23
	// £14,814.00 in 2026-04-01/2027-04-01
	// unknown no
	// [personal] {[personal]} <nil>
	// true NHS number: invalid: fails its check digit: look for a mistyped or swapped digit
}

func ExampleInvalidError() {
	check := &sp.InvalidError{Subject: "service S-7"}
	check.Check(false, "places[1].latitude", sp.OutOfRange, "must be from -90 to 90")
	check.Check(true, "name", sp.Missing, "must not be empty")
	fmt.Println(check.Err())
	// Output: service S-7: invalid: places[1].latitude must be from -90 to 90
}

func ExampleDate_AddMonths() {
	taken := sp.NewDate(2026, time.January, 31)
	fmt.Println(taken.AddMonths(1), taken.AddMonths(1).Weekday())
	// Output: 2026-02-28 Saturday
}

func ExamplePlain() {
	name := sp.Hide("Joan")
	fmt.Println(name, sp.Plain[string]{Personal: name}, name.Reveal())
	// Output: [personal] [personal] Joan
}
