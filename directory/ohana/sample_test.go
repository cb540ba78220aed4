package ohana_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
)

// The sample of the Ohana API has every table of its form.
func TestTheSampleOfTheOhanaAPI(t *testing.T) {
	o := feed.Options{Feed: "sample", Currency: sp.USD, Zone: "America/Los_Angeles", Fetched: fetched}
	c, issues, err := ohana.Read(t.Context(), os.DirFS(importertest.Data(t, "ohana-sample-csv")), o)
	require.NoError(t, err)
	importertest.Sound(t, c)
	require.Equal(t, []int{23, 8, 22, 23}, []int{len(c.Services), len(c.Organisations), len(c.Places), len(c.Venues)})
	placed, provided, scheduled, phones, topics := 0, 0, 0, 0, 0
	for _, x := range c.Offers() {
		if !x.Point.IsZero() {
			placed++
		}
		if x.Provider != "" {
			provided++
		}
		if len(x.Schedules) > 0 {
			scheduled++
		}
		topics += len(x.Topics)
	}
	for _, p := range c.Places {
		phones += len(p.Phones)
	}
	require.Equal(t, []int{22, 23, 3, 44, 6}, []int{placed, provided, scheduled, phones, topics})
	require.Empty(t, cmp.Diff(map[string]int{
		"note closes-before-opens": 1, "note not-imported": 2, "note placeholder": 4, "note time-of-day-form": 3,
		// Its holidays are of the year 1, by which the Ohana API means every year, or end in another year than they begin.
		"warning bad-date": 6, "warning bad-holiday": 3,
	}, importertest.Codes(issues)))
}
