package main

import (
	"errors"
	"iter"
	"math"
	"os"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// policies says what the columns of tidy data are: a row for each policy and area.
func policies() export.Schema {
	return export.Schema{
		Name: "policies", Title: "What each policy gives each area", Key: []string{"policy", "code"},
		Fields: []export.Field{
			{Name: "policy", Type: export.Text, Meaning: "Name of the policy"},
			{Name: "group", Type: export.Text, Meaning: "Group of the area, such as its board; empty if areas are not grouped"},
			{Name: "code", Type: export.Text, Meaning: "Code of the area"},
			{Name: "people", Type: export.Number, Meaning: "People of the area, by the column that counts them"},
			{Name: "pounds", Type: export.Number, Unit: "GBP", Decimals: 2, Meaning: "What the area gets"},
			{Name: "target", Type: export.Number, Unit: "GBP", Decimals: 2, Meaning: "What it would get without floors, caps and pace"},
			{Name: "bound", Type: export.Text, Meaning: "The floor or cap that holds it; empty if none does"},
			{Name: "distance", Type: export.Number, Unit: "share", Meaning: "How far it is from its target, of the target; empty if it has none"},
		},
	}
}

// writeTidy writes the rows of all allocations to a file.
func writeTidy(name string, areas *area.Table, group string, all iter.Seq2[*funding.Allocation, error]) (err error) {
	heads, err := areas.Floats(areas.Population())
	if err != nil {
		return err
	}
	groups := make([]string, len(heads))
	if group != "" {
		if groups, err = areas.Group(group); err != nil {
			return err
		}
	}
	rows, err := disclosure.NotPeople(rowsOf(heads, groups, all), "money of whole areas")
	if err != nil {
		return err
	}
	table, err := export.New(policies(), rows)
	if err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return table.WriteCSV(file)
}

// rowsOf yields a row for each allocation and area.
func rowsOf(heads []float64, groups []string, all iter.Seq2[*funding.Allocation, error]) export.Rows {
	return func(yield func([]export.Value, error) bool) {
		row := make([]export.Value, len(policies().Fields))
		for a, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			details, err := a.Details()
			if err != nil {
				yield(nil, err)
				return
			}
			row[0] = export.String(a.Policy().Name)
			for i, d := range details {
				row[1], row[2], row[3] = export.String(groups[i]), export.String(d.Code), export.Real(heads[i])
				row[4], row[5], row[6] = export.Minor(d.Amount.Minor()), export.Minor(d.Target.Minor()), export.String(d.Bound)
				if row[7] = (export.Value{}); d.Defined == sp.Yes {
					row[7] = export.Real(math.Round(d.Distance*1e6) / 1e6)
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
