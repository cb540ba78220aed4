package hsds_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
)

// Every case of a real feed that was read wrongly comes back from an export as it was
// read, whatever is wrong with it.
func TestExporterWritesEveryCaseSoThatItComesBack(t *testing.T) {
	cases := importertest.Data(t, "../../cases/directory")
	entries, err := os.ReadDir(cases)
	require.NoError(t, err)
	read := 0
	for _, entry := range entries {
		path := filepath.Join(cases, entry.Name())
		for _, ids := range []feed.IDPolicy{feed.FeedIDs, feed.PageIDs} {
			o := feed.Options{Feed: "bay", Fetched: fetched, IDs: ids}
			c, ok := readCase(t, path, entry.IsDir(), o)
			if !ok {
				continue
			}
			read++
			t.Run(entry.Name(), func(t *testing.T) {
				importertest.Sound(t, c)
				comesBack(t, c, o)
			})
		}
	}
	require.Equal(t, 2*39, read, "all but the spreadsheet, which needs a mapping")
}

func readCase(t *testing.T, path string, folder bool, o feed.Options) (directory.Catalogue, bool) {
	t.Helper()
	var c directory.Catalogue
	var err error
	switch {
	case folder:
		readTables := func(ctx context.Context) (directory.Catalogue, []sp.Issue, error) {
			return hsds.ReadTables(ctx, os.DirFS(path), o)
		}
		if filepath.Base(path) == "09-ohana-hours" {
			readTables = func(ctx context.Context) (directory.Catalogue, []sp.Issue, error) {
				return ohana.Read(ctx, os.DirFS(path), o)
			}
		}
		c, _, err = readTables(t.Context())
	case filepath.Ext(path) == ".json":
		f, failed := os.Open(path)
		require.NoError(t, failed)
		defer f.Close()
		c, _, err = hsds.ReadJSON(t.Context(), f, filepath.Base(path), o)
	default:
		return c, false
	}
	require.NoError(t, err, path)
	return c, true
}
