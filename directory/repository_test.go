package directory_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var update = flag.Bool("update", false, "write the golden files")

var importer = sp.By(sp.Actor{ID: "import", Role: sp.RoleSystem}, now)

// everything is a directory with every field set.
func everything(t *testing.T) directory.Catalogue {
	t.Helper()
	schedule := directory.Schedule{
		ID: "r", Rule: rule(t, "FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=8,9;BYMONTH=9"), Raw: "FREQ=MONTHLY", Start: day("2026-01-01"), Until: day("2026-12-31"),
		Except: []sp.Date{day("2026-05-05")}, Unclear: true, Opens: sp.Know(directory.TimeOfDay(600)), Closes: sp.Know(directory.TimeOfDay(720)),
		Zone: "Europe/London", Valid: sp.Period{Start: day("2026-01-01"), End: day("2027-01-01")}, Text: "second Tuesdays",
		Extra: directory.Extra{"notes": json.RawMessage(`"bring a cup"`)},
	}
	from := directory.Provenance{Feed: "bay", Publisher: "council", SourceID: "1", URL: "https://example.org", Fetched: now, Hash: "ab", Licence: "OGL-3.0"}
	fresh := directory.Freshness{Assured: day("2026-08-20"), Modified: now.AddDate(0, -1, 0), Seen: now, First: now.AddDate(-1, 0, 0), Missing: now.AddDate(0, 0, 2), Absences: 1}
	phones := []directory.Phone{{ID: "t", Number: "01632 960101", Extension: "2", Kind: "voice", Note: "mornings"}, {Number: "01632 960102", Confidential: true}}
	contacts := []directory.Contact{{ID: "c", Name: sp.Plain[string]{Personal: sp.Hide("Ann Persona")}, Title: "Host", Email: "ann@example.org", Phones: phones}}
	extra := directory.Extra{"logo": json.RawMessage(`{"url":"x"}`)}
	languages := directory.Truths[directory.Language]{"en": sp.Yes, "pl": sp.No}
	access := directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.HearingLoop: sp.Unknown}
	s := directory.Service{
		ID: "bay/s", Organisation: "bay/o", Name: "The Long Table", AlternateName: "Table", Description: "Tea", URL: "https://example.org/s",
		Email: "s@example.org", Apply: "just come", Alert: "closed at Easter", Phones: phones, Provenance: from, Extra: extra,
		Contacts: contacts,
		Facts: directory.Facts{
			Status: directory.Active, Topics: []sp.Code{loneliness},
			Eligibility: directory.Eligibility{
				Ages:   directory.Ages{From: sp.Know(directory.Years(18)), Before: sp.Know(directory.Years(66)), Incomplete: true},
				Groups: []directory.Group{directory.Carers}, Excluded: []directory.Group{directory.YoungCarers}, Restricted: sp.Yes, Text: "carers of working age",
			},
			Area: directory.ServiceArea{Everywhere: true, Postcodes: []string{"LA4"}, Areas: []geo.Area{{Code: "E07000121", Boundary: 2021}}, Shapes: []geo.Shape{shape(t)}, Centre: prom, Radius: 500, Incomplete: true, Text: "the bay"},
			Cost: directory.Cost{Charge: directory.Paid, Text: "two pounds", Prices: []directory.Price{
				{ID: "k", Name: "all", Amount: sp.Know(sp.Pence(200)), Per: "session", Valid: sp.Period{Start: day("2026-01-01")}}, {Name: "unstated", Unclear: true},
			}},
			Delivery: directory.Truths[directory.Mode]{directory.InPerson: sp.Yes, directory.Online: sp.No}, Languages: languages, Access: access,
			Routes: directory.Truths[directory.Route]{directory.SelfReferral: sp.Yes}, Schedules: []directory.Schedule{schedule},
			Capacity:    directory.Capacity{Unit: "place", Available: sp.Know(0), Maximum: sp.Know(20), Funded: sp.Know(15), WaitDays: sp.Know(21), Updated: now},
			FundedUntil: day("2027-03-31"), Freshness: fresh,
			Format: directory.GroupFormat, GroupSize: sp.Know(12), DropIn: sp.Yes, Welcome: "Ann at the door", Intake: "the office",
		},
	}
	return directory.Catalogue{
		Organisations: []directory.Organisation{{
			ID: "bay/o", Name: "Tidewell", AlternateName: "TW", Description: "A trust", Email: "o@example.org", Website: "https://example.org", Parent: "bay/parent",
			Identifiers: []directory.Identifier{{Scheme: "GB-CHC", Kind: "charity", Value: "1234567"}}, Phones: phones, Contacts: contacts, Freshness: fresh, Provenance: from, Extra: extra,
		}},
		Services: []directory.Service{s},
		Places: []directory.Place{{
			ID: "bay/p", Organisation: "bay/o", Kind: directory.Physical, Name: "Centre", AlternateName: "TC", Description: "A hall", Point: prom, Precision: directory.Exact,
			Address: directory.Address{ID: "a", Attention: sp.Plain[string]{Personal: sp.Hide("A. Persona")}, Lines: []string{"12 Samphire Road"}, City: "Sandholme", Region: "Lancashire", Postcode: "LA4 9ZA", Country: "GB"},
			Transit: "bus 5", Identifiers: []directory.Identifier{{Scheme: "UPRN", Value: "10"}}, Access: access, AccessText: "a ramp", Languages: languages,
			Schedules: []directory.Schedule{schedule}, Phones: phones, Contacts: contacts, Shown: directory.ShownDistrict, Freshness: fresh, Provenance: from, Extra: extra,
		}},
		Venues: []directory.Venue{{
			ID: "bay/s@p", Service: "bay/s", Place: "bay/p", Description: "in the back room", Area: directory.ServiceArea{Text: "here"},
			Schedules: []directory.Schedule{schedule}, Phones: phones, Contacts: contacts, Provenance: from, Extra: extra,
		}},
	}
}

func TestADirectoryComesBackAsItWasSaved(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	directories := directory.NewRepository(db)
	want := everything(t)
	require.NoError(t, directories.Save(t.Context(), want, importer))
	got, err := directories.Load(t.Context())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, got))
	s, err := directories.Service(t.Context(), "bay/s")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want.Services[0], s))
	_, err = directories.Service(t.Context(), "bay/none")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestARepositoryWritesOnlyWhatChangedAndTurnsNoTimeBack(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	directories := directory.NewRepository(db)
	c := everything(t)
	require.NoError(t, directories.Save(t.Context(), c, importer))
	require.Equal(t, 4, events(t, db))
	require.NoError(t, directories.Save(t.Context(), c, importer))
	require.Equal(t, 4, events(t, db), "nothing changed")

	again := everything(t)
	for _, p := range []*directory.Provenance{&again.Organisations[0].Provenance, &again.Services[0].Provenance, &again.Places[0].Provenance, &again.Venues[0].Provenance} {
		p.Fetched = now.AddDate(0, 0, 1)
	}
	for _, fresh := range []*directory.Freshness{&again.Organisations[0].Freshness, &again.Services[0].Freshness, &again.Places[0].Freshness} {
		fresh.Seen = now.AddDate(0, 0, 1)
	}
	require.NoError(t, directories.Save(t.Context(), again, importer))
	require.Equal(t, 4, events(t, db), "it was only fetched once more")
	require.Equal(t, now.AddDate(0, 0, 1), again.Services[0].Freshness.Seen, "what was passed in is as it was")

	c.Services[0].Name = "The Longer Table"
	c.Services[0].Freshness = directory.Freshness{Modified: now.AddDate(0, 0, 3), Seen: now.AddDate(-1, 0, 0)}
	before := c.Services[0].Freshness
	require.NoError(t, directories.Save(t.Context(), c, importer))
	require.Equal(t, 5, events(t, db))
	require.Equal(t, before, c.Services[0].Freshness, "what was passed in is as it was")
	s, err := directories.Service(t.Context(), "bay/s")
	require.NoError(t, err)
	require.Equal(t, directory.Freshness{Assured: day("2026-08-20"), Modified: now.AddDate(0, 0, 3), Seen: now, First: now.AddDate(-1, 0, 0), Missing: now.AddDate(0, 0, 2), Absences: 1}, s.Freshness)

	require.NoError(t, directories.Save(t.Context(), directory.Catalogue{}, importer))
	_, err = directories.Service(t.Context(), "bay/s")
	require.NoError(t, err, "what is not mentioned stays")
}

// shape is a triangle of the bay.
func shape(tb testing.TB) geo.Shape {
	tb.Helper()
	s, err := geo.ParseShape([]byte(`{"type":"Polygon","coordinates":[[[-2.9,54],[-2.8,54],[-2.8,54.1],[-2.9,54]]]}`))
	require.NoError(tb, err)
	return s
}

func events(t *testing.T, db store.Driver) int {
	t.Helper()
	n := 0
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, directory.EventSaved, e.Type)
		require.True(t, json.Valid(e.Data))
		n++
	}
	return n
}

func TestARepositoryKeepsTheFormOfStoredDocuments(t *testing.T) {
	c := everything(t)
	got, err := json.MarshalIndent(map[string]any{
		directory.KindOrganisation: c.Organisations[0], directory.KindService: c.Services[0], directory.KindPlace: c.Places[0], directory.KindVenue: c.Venues[0],
	}, "", "  ")
	require.NoError(t, err)
	golden := filepath.Join("testdata", "stored.json")
	if *update {
		require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got)+"\n")
}

// The sample of what is stored has every field, so that a new one is added to it.
func TestTheSampleThatARepositoryStoredHasEveryField(t *testing.T) {
	c := everything(t)
	known, set := map[string]bool{}, map[string]bool{}
	for _, v := range []any{c.Organisations[0], c.Services[0], c.Places[0], c.Venues[0]} {
		fields(reflect.ValueOf(v), known, set)
	}
	for field := range known {
		require.True(t, set[field], "%s stands nowhere in the sample", field)
	}
	require.Greater(t, len(known), 90)
}

// fields notes the fields of the types of this package within v, and those that are
// set.
func fields(v reflect.Value, known, set map[string]bool) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			fields(v.Index(i), known, set)
		}
	case reflect.Struct:
		if !strings.HasSuffix(v.Type().PkgPath(), "/directory") {
			return
		}
		for i := range v.NumField() {
			name := v.Type().String() + "." + v.Type().Field(i).Name
			known[name] = true
			set[name] = set[name] || !v.Field(i).IsZero()
			fields(v.Field(i), known, set)
		}
	default:
	}
}

func TestAContactPrintsNoNameAnywhere(t *testing.T) {
	c := everything(t)
	printed := fmt.Sprintf("%v %+v %#v", c, c, c) + cmp.Diff(c, directory.Catalogue{})
	require.NotContains(t, printed, "Persona")
}

func TestARepositoryReportsABrokenStore(t *testing.T) {
	db := memstore.New()
	require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{
		Key: store.Key{Tenant: "bay", Kind: directory.KindService, ID: "bay/s"}, Body: []byte(`{"freshness":7700900123}`),
	}}}))
	directories := directory.NewRepository(store.Tenant(db, "bay"))
	_, err := directories.Load(t.Context())
	require.EqualError(t, err, "directory: load: directory-service bay/s: cannot be read: invalid", "what was read may be a telephone number")
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = directories.Service(t.Context(), "bay/s")
	require.EqualError(t, err, "directory-service bay/s: cannot be read: invalid")
	err = directories.Save(t.Context(), directory.Catalogue{Services: []directory.Service{{ID: "bay/t"}}}, importer)
	require.EqualError(t, err, "directory: save: directory-service bay/s: cannot be read: invalid")
}
