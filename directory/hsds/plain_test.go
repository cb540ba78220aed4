package hsds_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// In whatever field markup stands, and however often it was escaped, none of it comes
// out of a reader.
func TestReadJSONMakesEveryFieldPlain(t *testing.T) {
	for _, file := range []string{"hsds-3.1/examples/service_full.json", "oruk-3.0/examples/organization_full.json"} {
		text, err := os.ReadFile(importertest.Data(t, "hsds/"+file))
		require.NoError(t, err)
		importertest.Leaves(t, text, func(what string, changed []byte) {
			c, _, err := hsds.ReadJSON(t.Context(), bytes.NewReader(changed), "x.json", feed.Options{Feed: "x"})
			require.NoError(t, err)
			importertest.Plain(t, c, what)
		})
	}
}

func TestReadTablesMakesEveryFieldPlain(t *testing.T) {
	folder := importertest.Data(t, "hsds/hsds-3.1/examples/csv")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	files := fstest.MapFS{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = &fstest.MapFile{Data: text}
	}
	for name, file := range files {
		if filepath.Ext(name) != ".csv" {
			continue
		}
		header, _, _ := strings.Cut(string(file.Data), "\n")
		columns := strings.Split(strings.TrimSpace(header), ",")
		importertest.Cells(columns, []string{strings.Repeat(",", len(columns)-1)}, func(what, table string) {
			was := files[name]
			files[name] = &fstest.MapFile{Data: append(bytes.Clone(was.Data), table[strings.Index(table, "\n")+1:]...)}
			c, _, err := hsds.ReadTables(t.Context(), files, feed.Options{Feed: "x"})
			files[name] = was
			require.NoError(t, err)
			importertest.Plain(t, c, name+" "+what)
		})
	}
}
