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

// programs are those of others that read CSV, with a script of theirs.
func programs(script string) [][]string {
	return [][]string{{"/usr/bin/python3", "testdata/" + script + ".py"}, {"Rscript", "testdata/" + script + ".R"}}
}

// inFolder writes a table and what it is into a folder.
func inFolder(t *testing.T, table export.Table) string {
	t.Helper()
	dir := t.TempDir()
	var text, pack bytes.Buffer
	require.NoError(t, table.WriteCSV(&text))
	require.NoError(t, export.WritePackage(&pack, "A test", table))
	require.NoError(t, os.WriteFile(filepath.Join(dir, table.Schema().Name+".csv"), text.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "datapackage.json"), pack.Bytes(), 0o600))
	return dir
}

// Programs of others take the guard against formulas away by the rule of datapackage.json.
func TestWritePackageLetsPandasAndRHaveTextsAsTheyWere(t *testing.T) {
	tier.Need(t, tier.Long)
	var want strings.Builder
	var rows [][]export.Value
	for _, text := range []string{"a", "=1+1", "+44", "-2", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\n=1", "'", "'=1", "''", "it's", "é", "a,b", `"q"`, "NA", "1"} {
		rows = append(rows, []export.Value{export.String(text), {}, {}, {}, {}})
		fmt.Fprintf(&want, "%x\n", text)
	}
	table, err := export.New(schema(), released(t, rows...))
	require.NoError(t, err)
	dir := inFolder(t, table)
	for _, program := range programs("texts") {
		out, err := exec.CommandContext(t.Context(), program[0], append(program[1:], dir)...).CombinedOutput()
		require.NoError(t, err, "needs python3-pandas and r-base-core: %s", out)
		require.Equal(t, want.String(), string(out), program[0])
	}
}

// Programs of others read the CSV with the types that datapackage.json gives, and add up what we do.
func TestWriteCSVIsReadByPandasAndRWithItsTypes(t *testing.T) {
	tier.Need(t, tier.Long)
	run, counts := counted(t, 600, evaluation.By("route", facts.Route))
	table, err := export.Figures(counts, export.About{}, run.Indicators()...)
	require.NoError(t, err)
	dir := inFolder(t, table)
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
	for _, program := range programs("read") {
		out, err := exec.CommandContext(t.Context(), program[0], append(program[1:], dir)...).CombinedOutput()
		require.NoError(t, err, "needs python3-pandas and r-base-core: %s", out)
		got := strings.Fields(string(out))
		require.Len(t, got, 5, "%s", out)
		require.Equal(t, fmt.Sprintf("%d %d %d %s", rows, empty, excluded, last), strings.Join([]string{got[0], got[1], got[3], got[4]}, " "), program[0])
		f, err := strconv.ParseFloat(got[2], 64)
		require.NoError(t, err)
		require.InEpsilon(t, sum, f, 1e-12)
	}
}
