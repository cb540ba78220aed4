package matching_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
)

// rows returns the rows of the tables of docs/matching.md that have so many columns.
func rows(t *testing.T, columns int) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/matching.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) == columns && cells[0] != "term" && cells[0] != "offer" && !strings.HasPrefix(cells[0], "--") {
			all = append(all, cells)
		}
	}
	return all
}

func TestDefaultWeightsAreThoseOfTheDocs(t *testing.T) {
	w := matching.DefaultWeights()
	weights := map[string]matching.Weight{
		"travel": w.Travel, "distance": w.Distance, "cost": w.Cost, "wait": w.Wait, "acceptance": w.Acceptance, "need": w.Need, "first need": w.FirstNeed,
		"likes": w.Likes, "dislikes": w.Dislikes, "company": w.Company, "freshness": w.Freshness, "unknown": w.Unknown, "continuity": w.Continuity,
	}
	number := func(s string) (n int64) {
		if s != "" {
			var err error
			n, err = strconv.ParseInt(s, 10, 64)
			require.NoError(t, err)
		}
		return n
	}
	table := rows(t, 6)
	require.Len(t, table, len(weights))
	for _, row := range table {
		is, known := weights[row[0]]
		require.True(t, known, row[0])
		is.Per = max(is.Per, 1)
		stated := matching.Weight{Points: number(row[2]), Per: number(row[3]), Most: number(row[4]), Unknown: number(row[5])}
		require.Equal(t, stated, is, row[0])
	}
}

func TestRankHasTheNumbersOfTheWorkedExample(t *testing.T) {
	walk := offer("bay/S-2", "Walking group")
	walk.Point, walk.Languages = home, nil
	options := matching.Options{Needs: []needs.Code{needs.Loneliness}, Travel: byBus}
	table := rows(t, 4)
	for _, p := range matching.Rank(profile(), []directory.Offer{offer("bay/S-1", "Choir"), walk}, options) {
		sum := int64(0)
		for _, term := range p.Terms {
			want := []string{p.Offer.Name, term.Text, strconv.FormatInt(term.Amount.Or(-1), 10), strconv.FormatInt(term.Points, 10)}
			require.Equal(t, want, table[0])
			sum += term.Points
			table = table[1:]
		}
		require.Equal(t, sum, p.Score)
		text, err := os.ReadFile("../docs/matching.md")
		require.NoError(t, err)
		require.Contains(t, string(text), "= "+strconv.FormatInt(sum, 10))
	}
	require.Empty(t, table)
}
