package duckdbtest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/parquet"
)

// Events and figures that were written as Parquet are read by DuckDB with their types, and say what
// the log and the CSV file say.
func TestDuckDBReadsParquetWithItsTypes(t *testing.T) {
	world := evaluationtest.World{Seed: 1, Referrals: 2000}
	run, err := evaluation.New(evaluation.Options{By: evaluation.By("route", facts.Route)}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
	require.NoError(t, run.Read(t.Context(), world.Log(), nil))
	counts, err := run.Count(t.Context())
	require.NoError(t, err)
	table, err := export.Figures(counts, export.About{}, run.Indicators()...)
	require.NoError(t, err)
	dir := t.TempDir()
	events, figures := filepath.Join(dir, "events.parquet"), filepath.Join(dir, "figures.parquet")
	var b bytes.Buffer
	require.NoError(t, parquet.WriteEvents(&b, world.Log()))
	require.NoError(t, os.WriteFile(events, b.Bytes(), 0o600))
	b.Reset()
	require.NoError(t, parquet.WriteTable(&b, table))
	require.NoError(t, os.WriteFile(figures, b.Bytes(), 0o600))

	var got struct {
		EventTypes, FigureTypes map[string]string
		Counts                  map[string]int
		Figures                 [][]any
	}
	out, err := exec.CommandContext(t.Context(), "node", "parquet.mjs", events, figures).Output()
	require.NoError(t, err, "setup fetches DuckDB")
	require.NoError(t, json.Unmarshal(out, &got))

	require.Equal(t, "VARCHAR", got.EventTypes["id"])
	require.Equal(t, "BIGINT", got.EventTypes["version"])
	require.Contains(t, got.EventTypes["at"], "TIMESTAMP")
	want := map[string]int{}
	for e, err := range world.Log() {
		require.NoError(t, err)
		want[string(e.Type)]++
	}
	require.Equal(t, want, got.Counts)

	for name, kind := range map[string]string{"indicator": "VARCHAR", "start": "DATE", "end": "DATE", "value": "DOUBLE", "numerator": "DOUBLE", "excluded": "BIGINT", "status": "VARCHAR"} {
		require.Equal(t, kind, got.FigureTypes[name], name)
	}
	b.Reset()
	require.NoError(t, table.WriteCSV(&b))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Len(t, got.Figures, len(lines)-1)
	place := map[string]int{}
	for i, name := range lines[0] {
		place[name] = i
	}
	for i, row := range got.Figures {
		line := lines[i+1]
		for k, name := range []string{"indicator", "group", "value", "lower", "upper", "numerator", "denominator", "end", "status"} {
			text := line[place[name]]
			switch v := row[k].(type) {
			case nil:
				require.Empty(t, text, name)
			case float64:
				f, err := strconv.ParseFloat(text, 64)
				require.NoError(t, err)
				require.InDelta(t, f, v, 0)
			default:
				require.Equal(t, text, v)
			}
		}
	}
}
