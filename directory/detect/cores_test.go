package detect_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// Rows are read ahead of what is made of them, on a second core where there is one. What
// comes of a feed does not depend on it.
func TestReadSaysTheSameOnOneCoreAndOnTwo(t *testing.T) {
	root := os.DirFS(importertest.Data(t, "."))
	for _, name := range []string{"baltimore-icarol-ohana-csv", "ohana-sample-csv", "uk-mobile-libraries", "hsds/hsds-3.1/examples/csv", "haarrrvest-llm-hsds"} {
		t.Run(name, func(t *testing.T) { sameOnCores(t, root, name) })
	}
	const some = 1 << 13
	for _, h := range importertest.Tables() {
		t.Run(h.Name, func(t *testing.T) { sameOnCores(t, importertest.Folder("services.csv", h.Of(some)), ".") })
	}
}

// sameOnCores reads a file or folder on one core and on two.
func sameOnCores(t *testing.T, root fs.FS, name string) {
	t.Helper()
	was := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(was)
	one := readOf(t, root, name)
	runtime.GOMAXPROCS(2)
	two := readOf(t, root, name)
	if one != two { // megabytes that nobody wants to see
		t.Errorf("%d bytes of catalogue and issues on one core, and %d on two, that differ", len(one), len(two))
	}
}

// readOf returns what is read, and what there is to say of it, as one text.
func readOf(t *testing.T, root fs.FS, name string) string {
	t.Helper()
	c, issues, err := detect.Read(t.Context(), root, name, feed.Options{Feed: "feed", Fetched: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)})
	if err != nil {
		return err.Error()
	}
	text, err := json.Marshal([]any{c, issues})
	require.NoError(t, err)
	return string(text)
}
