package disclosure_test

import (
	"encoding/json"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// Referrals by practice and need. The two small counts are left out, and so are four
// others: with two of them alone a reader could tell the one of Moor Surgery to within
// three of its four possible values, but not the fourth (rule of the ONS; Cox 1980).
func Example() {
	table := disclosure.Table{
		Title: "Referrals by practice and need", Columns: []string{"debt", "housing", "loneliness"},
		Rows: []disclosure.Row{
			{Name: "Hill Surgery", Counts: []int64{3, 12, 40}},
			{Name: "Dale Surgery", Counts: []int64{9, 15, 22}},
			{Name: "Moor Surgery", Counts: []int64{14, 2, 31}},
		},
	}
	released, err := disclosure.Release(table, disclosure.Threshold5())
	if err != nil {
		fmt.Println(err)
		return
	}
	safe, err := released.Public()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%-13s %v\n", "practice", safe.Columns)
	for _, row := range safe.Rows {
		fmt.Printf("%-13s %v\n", row.Name, row.Cells)
	}
	fmt.Println(released.Foot())
	// Output:
	// practice      [debt housing loneliness Total]
	// Hill Surgery  [* * 40 55]
	// Dale Surgery  [* * 22 46]
	// Moor Surgery  [* * 31 47]
	// Total         [26 29 93 148]
	// Small numbers are not shown (threshold 5).
}

// The same table under two policies: what may be told depends on who has said so.
func ExampleRelease() {
	table := disclosure.Table{
		Title: "People reached by ward", Columns: []string{"people"},
		Rows: []disclosure.Row{
			{Name: "Harbour", Counts: []int64{41}}, {Name: "Mill", Counts: []int64{3}}, {Name: "Sands", Counts: []int64{18}},
		},
	}
	for _, policy := range []disclosure.Policy{disclosure.Threshold5(), disclosure.HES()} {
		released, err := disclosure.Release(table, policy)
		if err != nil {
			fmt.Println(err)
			continue
		}
		safe, _ := released.Public()
		for _, row := range safe.Rows {
			fmt.Print(row.Name, " ", row.Cells, "; ")
		}
		fmt.Println(released.Foot())
	}
	// Output:
	// Harbour [41]; Mill [*]; Sands [*]; Total [62]; Small numbers are not shown (threshold 5).
	// Harbour [40]; Mill [*]; Sands [*]; Total [60]; Small numbers are not shown (HES).
}

// Pounds are not people, and say so; a worker's caseload stays with the lead.
func ExampleWithin() {
	money, _ := disclosure.NotPeople(map[string]int{"north": 120_000}, "pounds allocated")
	caseload, _ := disclosure.Within(map[string]int{"worker W-3": 61}, disclosure.Team, "caseload for supervision")

	written, err := json.Marshal(money)
	fmt.Println(string(written), err)
	_, err = caseload.Public()
	fmt.Println(err)
	_, foot, _ := caseload.Draw()
	fmt.Println(foot)
	// Output:
	// {"north":120000} <nil>
	// disclosure: for the team's lead only: denied
	// For the team's lead only: caseload for supervision.
}

// A table that somebody else made: one star beside its total is no secret.
// The intervals are those of a flow in a network (Cox 1995, doi
// 10.1080/01621459.1995.10476631).
func ExampleAuditMask() {
	table := disclosure.Table{Columns: []string{"women", "men"}, Rows: []disclosure.Row{
		{Name: "village", Counts: []int64{3, 12}},
		{Name: "town", Counts: []int64{40, 35}},
	}}
	findings, _ := disclosure.AuditMask(table, func(row, column string) bool { return row == "village" && column == "women" })
	for _, f := range findings {
		fmt.Println(f.Row, f.Column, f.Knows, "exact:", f.Exact)
	}
	// Output: village women 3 to 3 exact: true
}

// Whom could a neighbour recognise in a file of one row for each person (Sweeney
// 2002)?
func ExampleKAnonymity() {
	a, _ := disclosure.KAnonymity([][]string{
		{"30-39", "female"}, {"30-39", "female"}, {"30-39", "female"}, {"80-89", "male"},
	}, 3)
	fmt.Println(a)
	// Output: 4 rows in 2 classes, the smallest of 1; 1 unique, 1 below 3
}

// Twenty people in March and twenty-two in April would be two new ones.
func ExampleLedger() {
	table := func(people int64) disclosure.Table {
		return disclosure.Table{Columns: []string{"referred"}, Rows: []disclosure.Row{{Name: "Hill Surgery", Counts: []int64{people}}}}
	}
	var ledger disclosure.Ledger
	_, err := ledger.Release("referrals by practice", sp.NewDate(2025, 3, 31), table(20), disclosure.Threshold5())
	fmt.Println(err)
	_, err = ledger.Release("referrals by practice", sp.NewDate(2025, 4, 30), table(22), disclosure.Threshold5())
	fmt.Println(err)
	// Output:
	// <nil>
	// disclosure: release of referrals by practice: Hill Surgery / referred and the release of referrals by practice on 2025-03-31 differ by few people, and 1 more do
}
