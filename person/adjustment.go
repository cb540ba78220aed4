package person

import (
	_ "embed" // for the list of adjustments
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
)

// AdjustmentSystem is the URI of the code system of [Adjustments].
const AdjustmentSystem = "https://fhir.nhs.uk/CodeSystem/reasonable-adjustment-codes-bars"

//go:embed data/adjustments.csv
var adjustmentsCSV string

type adjustmentList struct {
	codes []sp.Code
	index map[string]sp.Code
}

var adjustmentTable = sync.OnceValue(func() adjustmentList {
	rows, err := csv.NewReader(strings.NewReader(adjustmentsCSV)).ReadAll()
	if err != nil {
		panic("person: " + err.Error())
	}
	list := adjustmentList{index: make(map[string]sp.Code, len(rows))}
	for _, row := range rows[1:] {
		c := sp.Code{System: AdjustmentSystem, Code: row[0], Display: row[1]}
		list.codes = append(list.codes, c)
		list.index[row[0]] = c
	}
	return list
})

// Adjustments returns the reasonable adjustments of the NHS, in the order of
// their publication: what a service must change so that a disabled person is
// not at a disadvantage. Codes are written as published, a blank in two of them
// included. Source: NHS England, Booking and Referral Standard, code system
// reasonable-adjustment-codes-bars, read in November 2026.
func Adjustments() []sp.Code { return slices.Clone(adjustmentTable().codes) }

// Adjustment returns the adjustment with a code, and false if the list has none.
//
//	quiet, ok := person.Adjustment("adjustforlownoisestimulus")
func Adjustment(code string) (sp.Code, bool) {
	c, ok := adjustmentTable().index[code]
	return c, ok
}
