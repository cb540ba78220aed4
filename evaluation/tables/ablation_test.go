package tables_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// uncounted are the columns and counts that no figure depends on, and why.
var uncounted = map[string]string{
	"voluntary-share: item": "for readers", "cost-per-outcome: item": "for readers",
	"free-to-use: service": "names the listing", "directory-freshness: service": "names the listing",
	"provider-survival: amount": "a provider is funded by any amount", "funding-continuity: amount": "a provider is funded by any amount",
	"notice: amount": "every award counts once", "notice: provider": "every award counts once", "contract-length: provider": "every contract counts once",
	"reach-in-need: count of P-9": "nobody on the list of people in need",
}

// others returns other values of the same kind as one, for text those of the column too.
func others(cell string, column []string) []string {
	var year int
	if n, err := fmt.Sscanf(cell, "%4d-", &year); n == 1 && err == nil {
		return []string{fmt.Sprint(year-1, cell[4:]), fmt.Sprint(year+1, cell[4:])}
	}
	number, unit, isMoney := strings.Cut(cell, " ")
	switch n, err := strconv.ParseFloat(number, 64); {
	case err == nil && isMoney:
		return []string{fmt.Sprintf("%.2f %s", 2*n+100, unit)}
	case err == nil:
		return []string{fmt.Sprint(n + 1), fmt.Sprint(2*n + 100), "0"}
	}
	return append(column, cell+"-x")
}

// comesOf reports whether v is what comes of a table and of counts of the log.
func (v vector) comesOf(table [][]string, counts map[string]int64) bool {
	var text strings.Builder
	if csv.NewWriter(&text).WriteAll(table) != nil {
		return false
	}
	figures, err := v.figure(strings.NewReader(text.String()), counts)
	if err != nil || len(figures) != len(v.want) {
		return false
	}
	for n, f := range figures {
		if said(f) != v.want[n] {
			return false
		}
	}
	return true
}

// Every column of every vector, every count of the log and some row of every table change a figure when they
// change, or are listed with the reason why not.
func TestTablesDependOnEveryColumnAndCountOrSayWhyNot(t *testing.T) {
	for name, v := range vectors() {
		table, err := csv.NewReader(strings.NewReader(v.table)).ReadAll()
		require.NoError(t, err)
		require.True(t, v.comesOf(table, v.counts), name)
		counted := map[string]bool{}
		for n, row := range table[1:] {
			for i, was := range row {
				column := name + ": " + table[0][i]
				var all []string
				for _, row := range table[1:] {
					if _, err := strconv.ParseFloat(row[i], 64); err != nil {
						all = append(all, row[i])
					}
				}
				for _, to := range others(was, all) {
					row[i] = to
					counted[column] = counted[column] || !v.comesOf(table, v.counts)
				}
				row[i] = was
			}
			if len(table) > 2 {
				counted[name+": rows"] = counted[name+": rows"] || !v.comesOf(slices.Delete(slices.Clone(table), n+1, n+2), v.counts)
			}
		}
		for of := range v.counts {
			more, less := maps.Clone(v.counts), maps.Clone(v.counts)
			more[of]++
			delete(less, of)
			counted[name+": count of "+of] = !v.comesOf(table, more) || !v.comesOf(table, less)
		}
		for column, does := range counted {
			if does != (uncounted[column] == "") {
				t.Errorf("%s: a figure changes with it: %t; why it is not counted: %q", column, does, uncounted[column])
			}
		}
	}
}
