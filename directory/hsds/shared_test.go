package hsds_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var fetched = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

// The official examples of both standards hold the faults that reference says
// they hold, and import all the same.
func TestReadJSONReadsTheOfficialExamples(t *testing.T) {
	hsdsFaults := map[string]int{
		"warning latitude bad-latitude": 1, "warning capacities[0].available over-capacity": 1,
		"warning schedules[0].freq bad-rule": 3, "note phones[0].number quoted-phone": 4, "note contacts[0].phones[0].number quoted-phone": 4,
	}
	orukFaults := map[string]int{
		"warning latitude bad-latitude": 1, "warning schedules[0].freq bad-rule": 1, "note languages[0] empty-language": 1,
	}
	for _, tt := range []struct {
		file   string
		faults map[string]int
	}{
		{"hsds-3.1/examples/service_full.json", hsdsFaults},
		{"hsds-3.1/examples/organization_full.json", hsdsFaults},
		{"hsds-3.1/examples/service_at_location_full.json", hsdsFaults},
		{"oruk-3.0/examples/service_full.json", orukFaults},
		{"oruk-3.0/examples/organization_full.json", orukFaults},
		{"oruk-3.0/examples/service_at_location_full.json", orukFaults},
		{"hsds-3.1/examples/service_list.json", map[string]int{"note location_id no-location": 1}},
		{"oruk-3.0/examples/service_list.json", map[string]int{"note location_id no-location": 1}},
		{"hsds-3.1/examples/service_at_location_list.json", map[string]int{"warning latitude bad-latitude": 1}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			c, issues := read(t, importertest.Data(t, "hsds/"+tt.file))
			require.Empty(t, cmp.Diff(tt.faults, importertest.Counts(issues)))
			require.Len(t, c.Services, 1)
			s := c.Services[0]
			require.Equal(t, "Community Counselling", s.Name)
			require.Equal(t, directory.Active, s.Status)
			require.Equal(t, "12 to 100", s.Eligibility.Ages.String())
			require.Equal(t, importertest.Day("2005-01-01"), s.Freshness.Assured)
			require.Equal(t, fetched, s.Freshness.Seen)
			require.Equal(t, time.Date(2023, 3, 15, 10, 30, 45, 123e6, time.UTC), s.Freshness.Modified)
			require.Len(t, c.Organisations, 1)
			require.Equal(t, s.Organisation, c.Organisations[0].ID)
		})
	}
}

func TestOfficialServiceInFull(t *testing.T) {
	c, _ := read(t, importertest.Data(t, "hsds/hsds-3.1/examples/service_full.json"))
	s := c.Services[0]
	require.Equal(t, directory.Truths[directory.Language]{"ur": sp.Yes}, s.Languages)
	require.Equal(t, sp.Yes, s.Delivery[directory.InPerson], "it has a physical location")
	require.Equal(t, "+44 1234 234567", s.Phones[0].Number)
	require.Equal(t, "100", s.Phones[0].Extension)
	require.Equal(t, "Ann Persona", s.Contacts[0].Name.Reveal())
	require.True(t, s.Capacity.Available.IsZero(), "12 of 10 kilograms of beds")
	require.True(t, s.Schedules[0].Rule.IsZero())
	require.Contains(t, s.Schedules[0].Raw, "BYWEEKNO=41,42")
	require.Equal(t, sp.Period{Start: importertest.Day("2005-01-01"), End: importertest.Day("2005-01-02")}, s.Schedules[0].Valid, "valid_to belongs to it")
	require.Equal(t, "10:00", s.Schedules[0].Opens.Or(0).String())
	amount, ok := s.Cost.Prices[0].Amount.Lookup()
	require.True(t, ok)
	require.Equal(t, sp.No, s.Cost.Within(sp.Pounds(30), importertest.Day("2022-12-31")))
	require.Equal(t, sp.Unknown, s.Cost.Within(sp.Pounds(30), importertest.Day("2023-01-01")), "the price has run out")
	require.Equal(t, "35", amount.Decimal().String())
	require.True(t, c.Places[0].Point.IsZero())
	require.Equal(t, []directory.Identifier{{Scheme: "UPRN", Value: "10092008082"}}, c.Places[0].Identifiers)
	require.Contains(t, s.Extra, "accreditations")
	require.Contains(t, s.Extra, "capacities[0].available")
	require.Contains(t, s.Extra, "schedules[0].notes")
	require.Contains(t, s.Extra, "attributes[0].value")
	require.Equal(t, directory.VenueID(s.ID, c.Places[0].ID), c.Offers()[0].ID)
}

// No file of the collection may break a reader, whatever it is meant to be.
func TestReadFilesAgreesWithTheOtherReadersOnEveryFile(t *testing.T) {
	dirs := map[string]bool{}
	require.NoError(t, filepath.WalkDir(importertest.Data(t, "."), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		dirs[filepath.Dir(path)] = true
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		_, _, err = hsds.ReadJSON(t.Context(), f, filepath.Base(path), feed.Options{})
		require.NoError(t, err, path)
		return nil
	}))
	for dir := range dirs {
		_, _, err := mobilelibrary.Read(t.Context(), os.DirFS(dir), feed.Options{})
		if !errors.Is(err, fs.ErrNotExist) { // there are no tables
			require.NoError(t, err, dir)
		}
		if _, err := os.Stat(filepath.Join(dir, "services.csv")); err == nil {
			_, _, err = ohana.Read(t.Context(), os.DirFS(dir), feed.Options{})
			require.NoError(t, err, dir)
		}
	}
}

func read(tb testing.TB, path string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	f, err := os.Open(path)
	require.NoError(tb, err)
	defer f.Close()
	c, issues, err := hsds.ReadJSON(tb.Context(), f, filepath.Base(path), feed.Options{Feed: "test", Fetched: fetched})
	require.NoError(tb, err)
	return c, issues
}

// The directory of the pathway example is a small feed with the faults of real
// ones.
func TestReadTablesReadsTheBay(t *testing.T) {
	c, issues := read(t, filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"))
	require.Len(t, c.Services, 46)
	require.Len(t, c.Places, 15)
	require.Empty(t, cmp.Diff(map[string]int{
		"note addresses[0].postal_code postcode-form":     1,
		"note description markup":                         1,
		"note latitude no-coordinates":                    1,
		"note minimum_age text-for-number":                1,
		"note schedules[0].closes_at time-of-day-offset":  1,
		"note schedules[0].opens_at time-of-day-offset":   1,
		"note schedules[0].closes_at closes-before-opens": 1,
		"warning capacities[0].available over-capacity":   1,
		"note schedules[0].freq rule-form":                1,
		"note location_id no-location":                    1,
	}, importertest.Counts(issues)))
	index := directory.NewIndex(c.Offers())
	found := index.Find(directory.Query{
		Near: geo.Point{Lat: 54.0689, Lon: -2.8741}, Within: 8 * geo.Kilometre, Free: true, Open: true,
		Age: sp.Know(directory.Years(70)), Delivery: []directory.Mode{directory.InPerson},
		Access: []directory.Access{directory.StepFree}, Days: []time.Weekday{time.Saturday},
		At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Unknown: directory.ExcludeUnknown,
	})
	require.Equal(t, 1, found.Total, fmt.Sprint(found.Offers()))
	require.Equal(t, "Promenade Walks", found.Hits[0].Offer.Name)
}

// What is imported, saved and loaded gives the same answers.
func TestReadTablesReadsTheBayThroughAStore(t *testing.T) {
	c, _ := read(t, filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"))
	directories := directory.NewRepository(store.Tenant(memstore.New(), "bay"))
	require.NoError(t, directories.Save(t.Context(), c, sp.By(sp.Actor{ID: "import", Role: sp.RoleSystem}, fetched)))
	loaded, err := directories.Load(t.Context())
	require.NoError(t, err)
	everything := directory.Query{}
	require.Empty(t, cmp.Diff(directory.NewIndex(c.Offers()).Find(everything), directory.NewIndex(loaded.Offers()).Find(everything)))
	require.Len(t, loaded.Organisations, len(c.Organisations))
	require.Len(t, loaded.Places, len(c.Places))
}

func exampleCrosswalk(tb testing.TB) taxonomy.Crosswalk {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "internal", "bay", "crosswalk.json"))
	require.NoError(tb, err)
	var crosswalk taxonomy.Crosswalk
	require.NoError(tb, json.Unmarshal(text, &crosswalk))
	return crosswalk
}

// The crosswalk of the example leads from every topic of its directory to a
// need, and to all the needs that link workers meet most.
func TestReadTablesReadsTheBayByItsCrosswalk(t *testing.T) {
	c, _ := read(t, filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"))
	crosswalk := exampleCrosswalk(t)
	helps := map[string]int{}
	for _, o := range c.Offers() {
		needs, missing := crosswalk.Needs(o.Topics)
		require.Empty(t, missing, o.ID)
		for _, need := range needs {
			helps[need.Code]++
		}
	}
	for _, need := range []string{
		"anxiety", "benefits", "caring", "debt", "digital-skills", "domestic-abuse", "domestic-help", "employment",
		"food", "grief", "housing", "inactivity", "loneliness", "low-mood", "transport",
	} {
		require.Positive(t, helps[need], need)
	}
}
