package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

// small is a district that takes a second.
var small = []string{"-days", "75", "-weekly", "5", "-pairs", "2"}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append(small, args...), &out, io.Discard))
	return out.String()
}

// wroteTheSame compares what two runs have left in their folders for people and machines to read.
func wroteTheSame(t *testing.T, one, two string) {
	t.Helper()
	for _, name := range []string{"report.html", "case.json"} {
		a, err := os.ReadFile(filepath.Join(one, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(two, name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b), name)
	}
	require.Equal(t, logOf(t, one), logOf(t, two))
}

// logOf returns the digest of the log that the database in a folder holds.
func logOf(t *testing.T, folder string) string {
	t.Helper()
	db, err := sqlite.OpenFile(t.Context(), filepath.Join(folder, "district.db"))
	require.NoError(t, err)
	digest := sha256.New()
	require.NoError(t, eventfile.Write(digest, store.Tenant(db, "district").Log(t.Context(), "", "")))
	require.NoError(t, db.Close())
	return hex.EncodeToString(digest.Sum(nil))
}

func TestDistrictPrintsAndWritesTheSameBytesForTheSameSeed(t *testing.T) {
	tier.Unraced(t)
	one, two := t.TempDir(), t.TempDir()
	printed := output(t, "-out", one)
	require.Equal(t, printed, output(t, "-out", two))
	wroteTheSame(t, one, two)
	t.Setenv("TMPDIR", t.TempDir())
	require.NotEqual(t, printed, output(t, "-seed", "2"))
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left, "nothing is to be kept")

	err = run(t.Context(), append(small, "-out", one), io.Discard, io.Discard)
	require.ErrorContains(t, err, "is there already")
}

func TestDistrictRunsOnASheetByAMapping(t *testing.T) {
	tier.Need(t, tier.Full)
	sheet := filepath.Join(shared.Dir(t), "data/directory/trafford-ogl/charities_operating_in_trafford.csv")
	require.Contains(t, output(t, "-directory", sheet, "-map", "testdata/trafford.json"), "DIRECTORY  736 services")
}

// The page about directories has a line for each real one, with what is made of it.
func TestDistrictReadsTheDirectoriesThatThePageLists(t *testing.T) {
	tier.Need(t, tier.Full)
	page, err := os.ReadFile("../../docs/directory.md")
	require.NoError(t, err)
	for _, tt := range []struct {
		path, mapping     string
		services, options string
	}{
		{path: "baltimore-icarol-ohana-csv", services: "1876", options: "1157"},
		{path: "trafford-ogl/charities_operating_in_trafford.csv", mapping: "testdata/trafford.json", services: "736", options: "80"},
		{path: "haarrrvest-llm-hsds", services: "472", options: "263"},
		{path: "ohana-sample-csv", services: "23", options: "6"},
		{path: "uk-mobile-libraries", services: "25", options: "0"},
	} {
		folder := t.TempDir()
		db, done, err := database(t.Context(), folder)
		require.NoError(t, err)
		d := newDistrict(order{directory: filepath.Join(shared.Dir(t), "data/directory", tt.path), mapping: tt.mapping}, db, folder)
		d.bar = bar.New(io.Discard)
		require.NoError(t, d.feed(t.Context()), tt.path)
		require.Contains(t, d.found.String(), "DIRECTORY  "+tt.services+" services of ", tt.path)
		require.Contains(t, d.found.String(), "there are "+tt.options+" options", tt.path)
		require.Contains(t, string(page), "| `"+tt.path+"` | "+tt.services+" | "+tt.options+" |")
		require.NoError(t, done())
	}
}

// A stopper is an output that interrupts the run when it reads a word.
type stopper struct {
	bytes.Buffer
	at   string
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(s.at)) {
		s.stop()
	}
	return s.Buffer.Write(p)
}

func TestDistrictSaysHowFarItHadComeWhereItIsInterrupted(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	folder := t.TempDir()
	for _, tt := range []struct {
		at, says string
		args     []string
	}{
		{"PEOPLE", "interrupted during the year; played up to 2026-11-17, 0 of 42 people were referred by then; nothing is kept", nil},
		{"THE YEAR", "42 of 42 people were referred by then; " + filepath.Join(folder, "district.db") + " holds that much", []string{"-out", folder}},
	} {
		ctx, stop := context.WithCancel(t.Context())
		out := &stopper{at: tt.at, stop: stop}
		err := run(ctx, append(small, tt.args...), out, io.Discard)
		require.ErrorContains(t, err, tt.says)
		require.Contains(t, out.String(), tt.at, "what was found is printed")
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestDistrictRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for _, args := range [][]string{{"-days", "3"}, {"-weekly", "0"}, {"-pairs", "1"}, {"left", "over"}, {"-directory", "nowhere"}, {"-directory", "testdata"}, {"-map", "testdata/trafford.json"}, {"-directory", "testdata/trafford.json", "-map", "testdata/nothing.json"}} {
		require.Error(t, run(t.Context(), args, io.Discard, io.Discard), "%v", args)
	}
}
