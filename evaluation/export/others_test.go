package export_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/internal/tier"
)

// Programs of others read the CSV with the types that datapackage.json gives, and add up what we do.
func TestWriteCSVIsReadByPandasAndRWithItsTypes(t *testing.T) {
	tier.Need(t, tier.Long)
	run, counts := counted(t, 600, evaluation.By("route", facts.Route))
	table, err := export.Figures(counts, export.About{}, run.Indicators()...)
	require.NoError(t, err)
	dir := t.TempDir()
	var text, pack bytes.Buffer
	require.NoError(t, table.WriteCSV(&text))
	require.NoError(t, export.WritePackage(&pack, "A test", table))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "figures.csv"), text.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "datapackage.json"), pack.Bytes(), 0o600))
	rows, empty, excluded, sum, last := 0, 0, 0, 0.0, ""
	for _, l := range linesOf(t, table) {
		rows++
		if l["value"] == "" {
			empty++
		} else {
			sum += l.number(t, "value")
		}
		n, _ := strconv.Atoi(l["excluded"])
		excluded += n
		last = max(last, l["end"])
	}
	for _, program := range [][]string{{"/usr/bin/python3", "testdata/read.py", dir}, {"Rscript", "testdata/read.R", dir}} {
		out, err := exec.CommandContext(t.Context(), program[0], program[1:]...).CombinedOutput()
		require.NoError(t, err, "needs python3-pandas and r-base-core: %s", out)
		got := strings.Fields(string(out))
		require.Len(t, got, 5, "%s", out)
		require.Equal(t, fmt.Sprintf("%d %d %d %s", rows, empty, excluded, last), strings.Join([]string{got[0], got[1], got[3], got[4]}, " "), program[0])
		f, err := strconv.ParseFloat(got[2], 64)
		require.NoError(t, err)
		require.InEpsilon(t, sum, f, 1e-12)
	}
}
