package flat_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/flat"
)

// Three cases of a council. The third was spoken to before it was received, which cannot be.
func Example() {
	const cases = `Case no,Referral date,First contact
SW-001,01/04/2025,04/04/2025
SW-002,02/04/2025,20/05/2025
SW-003,09/04/2025,07/04/2025
`
	mapping, err := flat.ParseMapping([]byte(`{"dates": "DD/MM/YYYY", "columns": [
		{"column": "Case no", "to": "case"}, {"column": "Referral date", "to": "received"}, {"column": "First contact", "to": "contacted"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	sheet, err := flat.Open(strings.NewReader(cases), "cases.csv", mapping)
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := run.Read(context.Background(), sheet.Log(), nil); err != nil {
		fmt.Println(err)
		return
	}
	counts, err := run.Count(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	sheet.Mark(counts, run.Indicators()...)
	figures, err := counts.Figures(evaluation.Precision{}, run.Indicators()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range figures {
		if f.Indicator == catalogue.ContactedID || f.Indicator == catalogue.BeginID {
			fmt.Println(f)
		}
	}
	for _, issue := range sheet.Issues() {
		fmt.Println(issue)
	}
	// Output:
	// contacted within 10 working days: 50.0 % (9.5 to 90.5), 1 of 2 referrals received, Wilson 95 %
	// wait until help begins: undefined: not recorded
	// cases.csv:4: First contact: comes before the day of receipt; the row is left out (negative-wait, error)
}
