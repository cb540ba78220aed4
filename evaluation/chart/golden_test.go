package chart

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Of each picture: the same bytes as always, no text cut or on another one, a title and a description, and nothing
// that a page would have to fetch.
func TestPictureOfEachKind(t *testing.T) {
	for _, p := range samples(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, f := range []Form{Wide, Narrow} {
				golden(t, filepath.Join("testdata", p.Name+"-"+string(f)+".svg"), p.SVG(f))
			}
			if slices.Contains([]string{"funnel", "control", "per-need"}, p.Name) {
				golden(t, filepath.Join("../../docs/pictures", p.Name+".svg"), p.SVG(Wide))
				golden(t, filepath.Join("../../docs/pictures", p.Name+"-narrow.svg"), p.SVG(Narrow)) // in README.md
			}
			var table bytes.Buffer
			require.NoError(t, p.Table.WriteCSV(&table))
			golden(t, filepath.Join("testdata", p.Name+".csv"), table.Bytes())
			golden(t, filepath.Join("testdata", p.Name+".txt"), []byte(p.Title+"\n\n"+p.Subtitle+"\n\n"+p.Desc+"\n\n"+p.Foot+"\n"))
			for _, text := range []string{p.Title, p.Subtitle, p.Desc, p.Foot} {
				require.NotContains(t, text, "{")
				require.NotContains(t, text, "  ")
			}
			laidOut(t, p)
			accessible(t, p)
		})
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
