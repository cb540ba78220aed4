package main

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/funding"
)

// write writes a row for each area: what it had, what it gets, how far both are
// from its target if a policy knows what it had, and by which factors. The total
// times all factors of a row is the amount, to the penny for totals up to thousands
// of billions.
func write(w io.Writer, before, after *funding.Allocation) error {
	var distances []funding.Distance
	if after.Policy().Opening != "" {
		var err error
		if distances, err = after.Distances(); err != nil {
			return err
		}
	}
	fields, err := explained(after, distances != nil)
	if err != nil {
		return err
	}
	rows, err := disclosure.NotPeople(steps(before, after, distances), "money of whole areas")
	if err != nil {
		return err
	}
	table, err := export.New(export.Schema{Name: "amounts", Title: "What each area gets, and why", Key: []string{"code"}, Fields: fields}, rows)
	if err != nil {
		return err
	}
	return table.WriteCSV(w)
}

// explained says what the columns are. All areas have the steps of the first one.
func explained(a *funding.Allocation, targets bool) ([]export.Field, error) {
	money := func(name, meaning string, decimals int) export.Field {
		return export.Field{Name: name, Type: export.Number, Unit: "GBP", Decimals: decimals, Meaning: meaning}
	}
	share := func(name, meaning string) export.Field {
		return export.Field{Name: name, Type: export.Number, Unit: "%", Decimals: 2, Meaning: meaning}
	}
	fields := []export.Field{
		{Name: "code", Type: export.Text, Meaning: "Code of the area"},
		money("before", "What the area had before, or equal money for each person", 2),
		money("amount", "What it gets", 2),
	}
	if targets {
		fields = append(fields,
			money("target", "What it would get without floors, caps and pace", 2),
			share("distance_before", "How far it was from its target, of the target; empty if it had nothing or has none"),
			share("distance_after", "How far it is now; empty if it has none"))
	}
	for e, err := range a.Explanations() {
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for i, s := range e.Steps {
			name := s.Name
			if bounded(name) {
				name = "bound"
			}
			column := columnOf(name)
			if seen[column] { // a bound for each level, or names that differ in their signs alone
				column += "_" + strconv.Itoa(i+1)
			}
			seen[column] = true
			if name == "bound" {
				fields = append(fields, export.Field{Name: column, Type: export.Text, Meaning: "The floor or cap that holds it, or its group"})
			}
			fields = append(fields,
				export.Field{Name: "factor_" + column, Type: export.Number, Meaning: "By what the step " + name + " multiplies; empty if there was nothing to multiply"},
				money("after_"+column, "Money after the step "+name, 4))
		}
		break
	}
	return fields, nil
}

// columnOf writes the name of a step as one of a column.
func columnOf(step string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(step))
}

// steps yields a row for each area.
func steps(before, after *funding.Allocation, distances []funding.Distance) export.Rows {
	had := before.Minor()
	return func(yield func([]export.Value, error) bool) {
		var row []export.Value
		i := 0
		for e, err := range after.Explanations() {
			if err == nil {
				row = append(row[:0], export.String(e.Code), export.Minor(had[i]), export.Minor(e.Amount.Minor()))
				if distances != nil {
					row = appendDistance(row, distances[i])
				}
				row, err = appendSteps(row, e)
			}
			if !yield(row, err) || err != nil {
				return
			}
			i++
		}
	}
}

func appendDistance(row []export.Value, d funding.Distance) []export.Value {
	part := func(f float64, known bool) export.Value {
		if !known {
			return export.Value{}
		}
		return export.Minor(int64(math.Round(f * 1e4)))
	}
	return append(row, export.Minor(d.Target.Minor()), part(d.Before, d.Defined == sp.Yes && d.New != sp.Yes), part(d.After, d.Defined == sp.Yes))
}

func appendSteps(row []export.Value, e funding.Explanation) ([]export.Value, error) {
	for _, s := range e.Steps {
		if bounded(s.Name) {
			row = append(row, export.String(s.Name))
		}
		var factor export.Value
		if s.Factor != nil {
			f, _ := s.Factor.Float64()
			factor = export.Real(f)
		}
		money, err := strconv.ParseInt(new(big.Rat).Mul(s.Money, big.NewRat(100, 1)).FloatString(0), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("area %s, step %s: too much money to be written with four decimals", e.Code, s.Name)
		}
		row = append(row, factor, export.Minor(money))
	}
	return row, nil
}
