package ohana_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/stretchr/testify/require"
)

var fetched = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

// The numbers are those of the data's own README, except where a comment says so.
func TestReadTakesTheDirectoryOfBaltimore(t *testing.T) {
	o := feed.Options{Feed: "baltimore", Currency: sp.USD, Zone: "America/New_York", Fetched: fetched}
	c, issues, err := ohana.Read(t.Context(), os.DirFS(importertest.Data(t, "baltimore-icarol-ohana-csv")), o)
	require.NoError(t, err)
	require.Len(t, c.Organisations, 748)
	require.Len(t, c.Places, 1482)
	require.Len(t, c.Services, 1876)
	require.Len(t, c.Venues, 1875)
	require.Empty(t, cmp.Diff(map[string]int{
		"note latitude no-coordinates": 133,
		"note location_id no-location": 1,
		"note description markup":      70,
		"warning website bad-url":      1,
		// 28 by the README, which counts numbers of other than ten digits: "(711)    -"
		// is one all the same, and "(800) 370-LEAD" is none.
		"note number odd-phone": 13,
		// 174 are "See notes." under eligibility to the letter; 10 more with other
		// spacing or "N/A", and one says "None". The README does not count the fees.
		"note eligibility placeholder": 185,
		"note fees placeholder":        42,
		// The README does not say that the postal addresses are numbered by service
		// while their column is called location_id, so that 393 numbers do not exist.
		"error location_id dangling-reference": 393,
		"note  not-imported":                   4, // categories.csv, mail_addresses.csv, taxonomy_mapping.csv and all but code and name of taxonomy.csv
	}, importertest.Counts(issues)))
	require.Equal(t, sp.Issue{
		Severity: sp.Note, File: "services.csv", Line: 7662, Record: "144332", Field: "location_id", Code: "no-location",
		Detail: "names no place: it is offered without one",
	}, issues[indexOf(issues, "no-location")])

	phones, addressed := 0, 0
	for _, owner := range c.Services {
		phones += len(owner.Phones)
	}
	for _, owner := range c.Organisations {
		phones += len(owner.Phones)
	}
	for _, p := range c.Places {
		if p.Address.City != "" {
			addressed++
		}
	}
	require.Equal(t, 7157, phones)
	require.Equal(t, 1482, addressed)

	offers := c.Offers()
	require.Len(t, offers, 1876)
	free, placed := 0, 0
	for _, x := range offers {
		if x.Cost.Charge == directory.Free {
			free++
		}
		if !x.Point.IsZero() {
			placed++
		}
	}
	require.Equal(t, 906+3+2, free, "fees that are nothing but None, Free or No fees; none of the 17 empty ones")
	require.Equal(t, 1742, placed)
}

func indexOf(issues []sp.Issue, code string) int {
	for i, issue := range issues {
		if issue.Code == code {
			return i
		}
	}
	return -1
}

// Baltimore tags nothing; the words of the same crosswalk suggest something for
// most of its services.
func TestReadTakesBaltimoreWithItsSuggestions(t *testing.T) {
	c, _, err := ohana.Read(t.Context(), os.DirFS(importertest.Data(t, "baltimore-icarol-ohana-csv")), feed.Options{Feed: "baltimore", Currency: sp.USD})
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "internal", "bay", "crosswalk.json"))
	require.NoError(t, err)
	var crosswalk taxonomy.Crosswalk
	require.NoError(t, json.Unmarshal(text, &crosswalk))
	suggested := 0
	for _, o := range c.Offers() {
		require.Empty(t, o.Topics)
		if len(crosswalk.Suggest(o)) > 0 {
			suggested++
		}
	}
	require.Greater(t, suggested, 1200)
}

func size(b *testing.B, pattern string) int64 {
	b.Helper()
	files, err := filepath.Glob(importertest.Data(b, pattern))
	require.NoError(b, err)
	total := int64(0)
	for _, name := range files {
		info, err := os.Stat(name)
		require.NoError(b, err)
		total += info.Size()
	}
	return total
}

func BenchmarkRead(b *testing.B) {
	const folder = "baltimore-icarol-ohana-csv"
	b.SetBytes(size(b, folder+"/*s.csv") - size(b, folder+"/categories.csv"))
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := ohana.Read(b.Context(), os.DirFS(importertest.Data(b, folder)), feed.Options{})
		if err != nil || len(c.Services) != 1876 {
			b.Fatal(len(c.Services), err)
		}
	}
}

func BenchmarkSpeed(b *testing.B) {
	folder := importertest.Data(b, "baltimore-icarol-ohana-csv")
	var tables [][]byte
	files, err := filepath.Glob(folder + "/*s.csv")
	require.NoError(b, err)
	for _, file := range append(files, folder+"/taxonomy.csv") {
		if text, err := os.ReadFile(file); filepath.Base(file) != "categories.csv" {
			require.NoError(b, err)
			tables = append(tables, text)
		}
	}
	importertest.Speed(b, tables, func() {
		_, _, err := ohana.Read(b.Context(), os.DirFS(folder), feed.Options{})
		require.NoError(b, err)
	})
}
