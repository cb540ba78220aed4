package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
)

func TestConvertWritesTheLogAndItsFigures(t *testing.T) {
	at := func(name string) string { return filepath.Join(t.TempDir(), name) }
	events, log, figures := at("events.ndjson"), at("events.parquet"), at("figures.parquet")
	file, err := os.Create(events)
	require.NoError(t, err)
	world := evaluationtest.World{Seed: 1, Referrals: 200}
	require.NoError(t, eventfile.Write(file, world.Log()))
	require.NoError(t, file.Close())
	require.NoError(t, run(t.Context(), []string{"-events", events, "-log", log, "-figures", figures}, io.Discard))
	n := 0
	for range world.Log() {
		n++
	}
	rows := func(path string) int {
		type row struct{}
		got, err := pq.ReadFile[row](path)
		require.NoError(t, err)
		return len(got)
	}
	require.Equal(t, n, rows(log))
	require.Positive(t, rows(figures))
}

func TestConvertRefusesArgumentsThatSayTooLittleOrTooMuch(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "absent")
	for name, args := range map[string][]string{
		"nothing": nil, "no events": {"-log", "l"}, "nothing to write": {"-events", absent}, "a word too many": {"-events", absent, "-log", "l", "more"},
		"a flag that is none": {"-even", absent}, "events that are not there": {"-events", absent, "-log", absent + ".parquet"},
	} {
		require.Error(t, run(t.Context(), args, io.Discard), name)
	}
}
