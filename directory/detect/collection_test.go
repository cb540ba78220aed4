package detect_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

var update = flag.Bool("update", false, "write the golden files")

// What every folder and file of the reference data is, and how much is made of it: a
// line of the golden file tells the form, how many organisations, services, places,
// venues and topics there are, how many offers have a place and a provider, and how many
// errors, warnings and notes.
func TestReadCountsEveryCollection(t *testing.T) {
	root := os.DirFS(importertest.Data(t, "."))
	var out strings.Builder
	require.NoError(t, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		found, err := detect.Find(root, name)
		require.NoError(t, err, name)
		fmt.Fprintf(&out, "%s %s", name, found.Form)
		if found.Form.Readable() {
			fmt.Fprint(&out, counts(t, root, name, entry.IsDir()))
		}
		out.WriteByte('\n')
		return nil
	}))
	const golden = "testdata/collections.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")))
}

func counts(t *testing.T, root fs.FS, name string, folder bool) string {
	t.Helper()
	o := feed.Options{Feed: "feed", Fetched: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)}
	if strings.HasPrefix(name, "haarrrvest") { // whose identifiers mean something on their page
		o.IDs = feed.PageIDs
	}
	c, issues, err := detect.Read(t.Context(), root, name, o)
	require.NoError(t, err, name)
	if folder {
		importertest.Sound(t, c)
	}
	topics, placed, provided := 0, 0, 0
	offers := c.Offers()
	for _, x := range offers {
		topics += len(x.Topics)
		if x.Place != "" {
			placed++
		}
		if x.Provider != "" {
			provided++
		}
	}
	n := map[sp.Severity]int{}
	for _, issue := range issues {
		n[issue.Severity] += max(1, issue.Count)
	}
	return fmt.Sprintf(": %d organisations, %d services, %d places, %d venues; %d offers, %d placed, %d provided, %d topics; %d errors, %d warnings, %d notes",
		len(c.Organisations), len(c.Services), len(c.Places), len(c.Venues), len(offers), placed, provided, topics, n[sp.Error], n[sp.Warning], n[sp.Note])
}
