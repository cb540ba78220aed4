package export_test

import (
	"fmt"
	"os"

	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
)

// Money of whole areas counts no people, which is why it may be published.
func ExampleNew() {
	rows, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) {
		_ = yield([]export.Value{export.String("W01"), export.Minor(3_553_593)}, nil) &&
			yield([]export.Value{export.String("W02"), export.Minor(3_845_862)}, nil)
	}, "money of whole wards")
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := export.New(export.Schema{Name: "wards", Title: "Money by ward", Key: []string{"ward"}, Fields: []export.Field{
		{Name: "ward", Type: export.Text, Meaning: "Code of the ward"},
		{Name: "pounds", Type: export.Number, Unit: "GBP", Decimals: 2, Meaning: "What it gets in 2026/27"},
	}}, rows)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := table.WriteCSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ward,pounds
	// W01,35535.93
	// W02,38458.62
}
