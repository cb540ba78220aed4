package extract_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/evaluation/extract"
)

// Whatever stands in a log, an extract is refused or adds up.
func FuzzMake(f *testing.F) {
	var log bytes.Buffer
	require.NoError(f, eventfile.Write(&log, (evaluationtest.World{Seed: 1, Referrals: 3}).Log()))
	f.Add(log.String())
	f.Add(strings.ReplaceAll(log.String(), "2025", "9999"))
	f.Add(`{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-05-04T10:00:00Z","data":{"person":"=1+1","source":"@x"}}`)
	f.Add("{}\n[]\n")
	f.Fuzz(func(t *testing.T, text string) {
		made, err := extract.Make(t.Context(), eventfile.Read(strings.NewReader(text), "f.ndjson"), options())
		if err != nil {
			return
		}
		r, left := made.Report(), 0
		for _, n := range r.LeftOut {
			left += n
		}
		require.Equal(t, r.Referrals, r.Rows+left)
		var b bytes.Buffer
		require.NoError(t, made.Table().WriteCSV(&b))
		lines := rows(t, b.String())
		require.Len(t, lines, r.Rows)
		people := map[string]bool{}
		for _, line := range lines {
			people[line["person"]] = true
		}
		require.Len(t, people, r.People)
	})
}

// The log of 20,000 referrals, made into an extract.
func BenchmarkMake(b *testing.B) {
	events := world(b, 20_000)
	log := all(events)
	b.ReportAllocs()
	for b.Loop() {
		_, err := extract.Make(b.Context(), log, options())
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
}
