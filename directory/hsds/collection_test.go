package hsds_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// The pages that a language model has made of web sites have as many shapes as
// pages, and identifiers that mean something on their page alone. All services
// that have a name are there, wherever they stand, and no organisation is made of
// the envelopes around them.
func TestPagesOfManyShapes(t *testing.T) {
	f, err := os.Open(importertest.Data(t, "haarrrvest-llm-hsds/content_store_results.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	c, issues, err := hsds.ReadJSON(t.Context(), f, "pages.jsonl", feed.Options{
		Feed: "pages", IDs: feed.PageIDs, Currency: sp.USD, Zone: "America/New_York",
	})
	require.NoError(t, err)
	importertest.Sound(t, c)
	named := 0
	for _, s := range c.Services {
		if s.Name != "" {
			named++
		}
	}
	require.Equal(t, 984, named)
	for _, o := range c.Organisations {
		require.NotEmpty(t, o.Name, "nobody invents an organisation")
	}
	offers := c.Offers()
	placed, provided := 0, 0
	for _, o := range offers {
		if o.Place != "" {
			placed++
		}
		if o.Provider != "" {
			provided++
		}
	}
	require.Len(t, c.Organisations, 951)
	require.Len(t, c.Places, 858)
	pointed := 0
	for _, p := range c.Places {
		if !p.Point.IsZero() {
			pointed++
		}
	}
	require.Equal(t, 757, pointed, "most have the point in their address")
	require.Equal(t, []int{1036, 806, 888}, []int{len(offers), placed, provided})
	require.Equal(t, map[string]int{"dangling-reference": 55, "duplicate-id": 3, "no-record": 108, "unknown-record": 1}, errorsOf(issues))
}

// errorsOf returns how many issues there are of each code of an error.
func errorsOf(issues []sp.Issue) map[string]int {
	n := map[string]int{}
	for _, i := range issues {
		if i.Severity == sp.Error {
			n[i.Code] += max(1, i.Count)
		}
	}
	return n
}

func TestReadTablesReadsTheOfficialTables(t *testing.T) {
	c, issues, err := hsds.ReadTables(t.Context(), os.DirFS(importertest.Data(t, "hsds/hsds-3.1/examples/csv")), feed.Options{Feed: "official", Fetched: fetched})
	require.NoError(t, err)
	importertest.Sound(t, c)
	require.Equal(t, []int{1, 1, 1, 1}, []int{len(c.Organisations), len(c.Services), len(c.Places), len(c.Venues)})
	require.Equal(t, map[string]int{"dangling-reference": 6}, errorsOf(issues), "its rows refer to records of other examples")
}
