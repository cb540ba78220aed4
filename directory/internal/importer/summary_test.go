package importer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsSummaryTellsRowsBeneathATableFromRecords(t *testing.T) {
	for row, want := range map[string]bool{
		"Total:|||45":                 true,
		"|Total|45|12.5 %":            true,
		"TOTALS|£1,200.00|-|":         true,
		"Total: 45|||":                true,
		"Grand Total||3":              true,
		"Sub-total|2":                 true,
		"Total number of services: 3": true,
		"Source: Borough Council||":   true,
		"Last updated 1 May 2026||":   true,
		"© Crown copyright||":         true,
		"Page 2 of 3||":               true,
		"Please note":                 true,
		"* booking essential||":       true,

		"Total Recovery|||":                 false,
		"Total|A group for all|":            false,
		"17|Total||":                        false, // called so by whoever numbered it
		"Page Hall Club||":                  false,
		"Source: people|A group for all|":   false,
		"Total|01632 960101|Hall Street|12": false,
		"Sum of Us||":                       false,
		"Tea|||45":                          false,
		"|||":                               false,
	} {
		require.Equal(t, want, isSummary(strings.Split(row, "|"), max(3, 1+strings.Count(row, "|"))), row)
	}
}
