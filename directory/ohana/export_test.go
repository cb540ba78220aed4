package ohana_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/internal/tier"
)

// A real directory that is read from tables of the oldest form, written in the
// newest and read again is the same, but for the hashes of what it was read from.
func TestReadTakesBackARealDirectory(t *testing.T) {
	tier.Need(t, tier.Full)
	o := feed.Options{Feed: "baltimore", Currency: sp.USD, Zone: "America/New_York"}
	c, _, err := ohana.Read(t.Context(), os.DirFS(importertest.Data(t, "baltimore-icarol-ohana-csv")), o)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, hsds.NewExporter(c, hsds.HSDS3).WriteJSON(&out))
	back, _, err := hsds.ReadJSON(t.Context(), &out, "baltimore.json", o)
	require.NoError(t, err)
	require.Len(t, back.Services, 1876)
	require.Empty(t, cmp.Diff(c, back, cmpopts.IgnoreFields(directory.Provenance{}, "Hash"),
		cmpopts.SortSlices(func(x, y directory.Organisation) bool { return x.ID < y.ID }),
		cmpopts.SortSlices(func(x, y directory.Place) bool { return x.ID < y.ID }),
		cmpopts.SortSlices(func(x, y directory.Venue) bool { return x.ID < y.ID }),
	))
}
