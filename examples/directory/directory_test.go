package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/socialprescribing/sp"
	"github.com/stretchr/testify/require"
)

func TestDirectoryPrintsTheSameBytesForTheSameFiles(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, io.Discard))
	require.Empty(t, cmp.Diff(string(want), out.String()))
}

func TestDirectoryFindsAndReadsAgainWhatItExports(t *testing.T) {
	folder := t.TempDir()
	var first, again bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-export", folder, "harbour.json"}, &first, io.Discard))
	require.NoError(t, run(t.Context(), []string{filepath.Join(folder, "harbour.json.hsds", "directory.json"), filepath.Join(folder, "harbour.json.hsds")}, &again, io.Discard))
	require.Contains(t, first.String(), "of 4 offers 2 have a place and 1 a provider\n3 organisations, 4 services")
	require.Contains(t, again.String(), "directory.json: json-envelope")
	require.Contains(t, again.String(), "harbour.json.hsds: hsds-3-tables")
	require.Equal(t, 2, bytes.Count(again.Bytes(), []byte("of 4 offers 2 have a place")))
	again.Reset()
	t.Chdir(folder)
	require.NoError(t, run(t.Context(), []string{"harbour.json.hsds/", "./harbour.json.hsds/../harbour.json.hsds"}, &again, io.Discard))
	require.Equal(t, 2, bytes.Count(again.Bytes(), []byte("harbour.json.hsds: hsds-3-tables")), "a path as people write it")
	require.Error(t, run(t.Context(), []string{"-on", "soon"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"missing.json"}, io.Discard, io.Discard))
}

func TestDirectoryReadsASheetOfWhichTheColumnsAreSaid(t *testing.T) {
	folder := t.TempDir()
	sheet, mapping := filepath.Join(folder, "groups.csv"), filepath.Join(folder, "columns.json")
	require.NoError(t, os.WriteFile(sheet, []byte("Group,Hall\nChoir,Mill\nBowls,Green\n"), 0o600))
	require.NoError(t, os.WriteFile(mapping, []byte(`{"columns":[{"column":"Group","to":"name"},{"column":"Hall","to":"location.name"}]}`), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{sheet}, &out, io.Discard))
	require.Contains(t, out.String(), "groups.csv: sheet, as it is a table: what its columns mean has to be said by a mapping\n  say what they mean by -map FILE")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-map", mapping, sheet}, &out, io.Discard))
	require.Contains(t, out.String(), "of 2 offers 2 have a place and 0 a provider\n0 organisations, 2 services, 2 places, 2 offers")
	require.ErrorIs(t, run(t.Context(), []string{"-map", sheet, sheet}, io.Discard, io.Discard), sp.ErrInvalid)
	require.Error(t, run(t.Context(), []string{"-map", "missing.json", sheet}, io.Discard, io.Discard))
}

func TestDirectoryHintsWhereIdentifiersClash(t *testing.T) {
	var feed bytes.Buffer
	for _, town := range []string{"Bath", "Bristol", "Leeds", "York", "Hull"} {
		feed.WriteString(`{"id":"svc_1","name":"Lunch in ` + town + `","status":"active"}` + "\n")
	}
	path := filepath.Join(t.TempDir(), "bay.jsonl")
	require.NoError(t, os.WriteFile(path, feed.Bytes(), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{path}, &out, io.Discard))
	require.Contains(t, out.String(), "read it with -page-ids")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-page-ids", path}, &out, io.Discard))
	require.NotContains(t, out.String(), "read it with -page-ids")
}

func TestDirectoryPrintsWhatChangedAndWhatIsDue(t *testing.T) {
	folder := t.TempDir()
	older := filepath.Join(folder, "last-month.json")
	require.NoError(t, os.WriteFile(older, bytes.Replace(harbour, []byte("Harbour Choir"), []byte("Harbour Singers"), 1), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-since", older, "-due", "harbour.json"}, &out, io.Discard))
	require.Contains(t, out.String(), "1 changes since last-month.json\n  changed service")
	require.Contains(t, out.String(), "services must be verified by 2026-11-23")
	require.Contains(t, out.String(), "never assured")

	tried := filepath.Join(folder, "tried.jsonl")
	said := `{"id":"V-1","kind":"listing-check","speaker":"lead","service":"H1","items":[{"code":"list-times"}],"on":"2026-11-20"}
		{"id":"V-2","kind":"listing-check","speaker":"lead","service":"harbour.json/H3","items":[{"code":"list-right"}],"on":"2026-11-19"}`
	require.NoError(t, os.WriteFile(tried, []byte(said), 0o600))
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-checks", tried, "harbour.json"}, &out, io.Discard))
	require.Contains(t, out.String(), "3 of 4 services must be verified by 2026-11-23\n  harbour.json/H1 Harbour Choir: assured on 2026-10-02, and a check found it wrong\n", "though it was assured lately")
	require.NotContains(t, out.String(), "Debt Line", "which was found right")
	require.NoError(t, os.WriteFile(tried, []byte(`{"id":"V-1","kind":"listing-check","speaker":"lead","service":"H1","items":[{"code":"nonsense"}]}`), 0o600))
	require.ErrorContains(t, run(t.Context(), []string{"-checks", tried, "harbour.json"}, io.Discard, io.Discard), "statement 1")
	require.Error(t, run(t.Context(), []string{"-checks", "missing.jsonl", "harbour.json"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"-since", "missing.json", "harbour.json"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"-sheet", "here", "harbour.json"}, io.Discard, io.Discard))
}

// The sheet says what is near and when, and never where a place is that is told to nobody.
func TestDirectoryPrintsOnePageOfWhatIsNear(t *testing.T) {
	feed := `[{"id":"S1","name":"Lunch <b>club</b>","status":"active","fees":"free","application_process":"Just come","alert":"Bring a friend","minimum_age":60,
		"attributes":[{"link_type":"activity","value":"group"},{"link_type":"group-size","value":"12"},{"link_type":"drop-in","value":"yes"},
			{"link_type":"first-contact","value":"Ann at the door"},{"link_type":"intake-point","value":"the kitchen"},{"link_type":"eligibility-excluded","value":"young-people"}],
		"phones":[{"id":"P","number":"01524 000000"}],"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"12:00","closes_at":"14:00"}],
		"service_at_locations":[{"location":{"id":"L1","location_type":"physical","name":"The Hall","latitude":54.07,"longitude":-2.87}}]},
		{"id":"S2","name":"Far choir","status":"active","service_at_locations":[{"location":{"id":"L2","location_type":"physical","name":"Elsewhere","latitude":51.5,"longitude":-0.1}}]},
		{"id":"S3","name":"Refuge","status":"active","service_at_locations":[{"location":{"id":"L3","location_type":"physical","name":"Hidden House","confidential":true,"latitude":54.07,"longitude":-2.87}}]}]`
	path := filepath.Join(t.TempDir(), "bay.json")
	require.NoError(t, os.WriteFile(path, []byte(feed), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-sheet", "54.07,-2.87", path}, &out, io.Discard))
	page := out.String()
	for _, want := range []string{
		"<!DOCTYPE html>", "The Hall, 0\u00a0m", "Tue 24 Nov 12:00\u201114:00", "Bring a friend", "Just come, nothing to arrange. Ring 01524 000000. Just come", "free",
		"A group of at most 12 people.", "For: 60 and over.", "Not for: young people.", "<td>Ann at the door. Begin: the kitchen</td>",
	} {
		require.Contains(t, page, want)
	}
	for _, not := range []string{"Hidden House", "Far choir", "<b>club"} {
		require.NotContains(t, page, not)
	}
	require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("<h1>")))
}

// Days of the same hours are told together, and the hours of each once.
func TestDirectorySheetTellsDaysOfTheSameHoursTogether(t *testing.T) {
	week := func(hours ...string) (w []held) {
		for i, h := range hours {
			if h != "" {
				w = append(w, held{sp.NewDate(2026, time.November, 28).Add(i), h})
			}
		}
		return w
	}
	for want, of := range map[string][]held{
		"":                                   nil,
		"Sat 28 Nov 10-12":                   week("10-12"),
		"Sat 28 Nov":                         {{sp.NewDate(2026, time.November, 28), ""}},
		"Sat 28, Mon 30 Nov 10-12":           week("10-12", "", "10-12"),
		"Sun 29 Nov to Tue 1 Dec 10-12":      week("", "10-12", "10-12", "10-12"),
		"Sat 28, Mon 30 Nov a; Sun 29 Nov b": week("a", "b", "a"),
		"Mon 30 Nov, Tue 1 Dec a":            week("", "", "a", "a"),
	} {
		require.Equal(t, want, whenOf(of))
	}
	require.Equal(t, "Sat 28 Nov a; Sat 28 Nov b", whenOf(append(week("a"), week("b")...)))
}

func TestDirectoryAnswersANeedWithReasonsAndAPlan(t *testing.T) {
	feed := `[{"id":"S1","name":"Lunch club","status":"active","fees":"free","minimum_age":60,"attributes":[{"link_type":"topic","taxonomy_term":{"id":"lunch","name":"Meals","taxonomy":"bay"}}],
		"service_at_locations":[{"location":{"id":"L1","location_type":"physical","name":"The Hall","latitude":54.07,"longitude":-2.87}}]},
		{"id":"S2","name":"Cafe","status":"active","attributes":[{"link_type":"topic","taxonomy_term":{"id":"lunch","name":"Meals","taxonomy":"bay"}}]},
		{"id":"S3","name":"Choir","status":"active","attributes":[{"link_type":"topic","taxonomy_term":{"id":"songs","name":"Songs","taxonomy":"bay"}}]}]`
	path := filepath.Join(t.TempDir(), "bay.json")
	require.NoError(t, os.WriteFile(path, []byte(feed), 0o600))
	for _, need := range []string{"lunch", "MEALS"} {
		var out, timings bytes.Buffer
		require.NoError(t, run(t.Context(), []string{path, "-near", "54.08,-2.87", "-need", need, "-age", "70", "-free"}, &out, &timings))
		require.Contains(t, out.String(), "2 of 3 offers found, 1 of them (50 %) do not say all that was asked\n")
		require.Contains(t, out.String(), "  1.1 km           Lunch club, The Hall; fits: open, age, free, topics\n")
		require.Contains(t, out.String(), "  distance unknown Cafe; fits: open, topics; not said: age, free\n")
		require.Contains(t, out.String(), "plan: open 3, age 3 (2 unsure), free 3 (2 unsure), topics 2; 2 measured\n")
		require.Contains(t, timings.String(), "index built in ")
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-near", "54.08,-2.87", "-text", "lunches", path}, &out, io.Discard))
	require.Contains(t, out.String(), "1 of 3 offers found")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-near", "54.08,-2.87", "-need", "song", path}, &out, io.Discard))
	require.Contains(t, out.String(), `nothing is tagged "song", so nobody can say what helps with it; terms that are used: Songs, Meals`)
	out.Reset()
	require.NoError(t, run(t.Context(), []string{path, "-near", "-33.9,151.2", "-text", "meals or lunch"}, &out, io.Discard))
	require.Contains(t, out.String(), "0 of 3 offers found\n")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{path, "-near", "-33.9,151.2"}, &out, io.Discard))
	require.Contains(t, out.String(), "nothing is within 100.0 km of there\n")
	require.Error(t, run(t.Context(), []string{"-near", "here", path}, io.Discard, io.Discard))
	require.ErrorContains(t, run(t.Context(), []string{path, "-free"}, io.Discard, io.Discard), "-near")
	sheet := filepath.Join(t.TempDir(), "clubs.csv")
	require.NoError(t, os.WriteFile(sheet, []byte("Club,Town\nChoir,Tidewell\n"), 0o600))
	var told bytes.Buffer
	require.NoError(t, run(t.Context(), []string{sheet, "-near", "54.08,-2.87"}, io.Discard, &told))
	require.Contains(t, told.String(), "clubs.csv: nothing is read of it")
}
