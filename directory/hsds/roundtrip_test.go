package hsds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/internal/tier"
)

// A tester is a test, or a case of a property.
type tester interface {
	require.TestingT
	Helper()
	Fatalf(format string, args ...any)
}

// asStored returns each record of a catalogue as it is stored, without the hash of
// what it was read from and without what must not be told.
func asStored(tb tester, c directory.Catalogue) map[string]string {
	tb.Helper()
	all := map[string]string{}
	add := func(kind string, id directory.ID, v any) {
		text, err := json.MarshalIndent(v, "", " ")
		require.NoError(tb, err)
		all[kind+" "+string(id)] = string(text)
	}
	numbers := func(phones []directory.Phone) []directory.Phone {
		var told []directory.Phone
		for _, p := range phones {
			if !p.Confidential {
				told = append(told, p)
			}
		}
		return told
	}
	contacts := func(all []directory.Contact) []directory.Contact {
		all = slices.Clone(all)
		for i := range all {
			all[i].Phones = numbers(all[i].Phones)
		}
		return all
	}
	extra := func(x directory.Extra, record any) directory.Extra {
		text, err := json.Marshal(record)
		require.NoError(tb, err)
		if !strings.Contains(string(text), `"confidential":true`) {
			return x
		}
		x = maps.Clone(x) // where one number is secret, nothing more is told of the others
		maps.DeleteFunc(x, func(name string, _ json.RawMessage) bool {
			return strings.Contains(name, "phone") || strings.Contains(name, "contacts")
		})
		return x
	}
	secret, there := map[directory.ID]bool{}, map[directory.ID]bool{} // places, and services that happen there
	for _, p := range c.Places {
		secret[p.ID] = p.Shown != directory.ShownInFull
	}
	for _, v := range c.Venues {
		there[v.Service] = there[v.Service] || secret[v.Place]
	}
	for _, o := range c.Organisations {
		o.Extra = extra(o.Extra, o)
		o.Provenance.Hash, o.Phones, o.Contacts = "", numbers(o.Phones), contacts(o.Contacts)
		add("organisation", o.ID, o)
	}
	for _, s := range c.Services {
		if s.Extra = extra(s.Extra, s); there[s.ID] || s.Extra["confidential"] != nil || s.Extra["mask_exact_address"] != nil {
			s.Extra = nil
		}
		s.Provenance.Hash, s.Phones, s.Contacts = "", numbers(s.Phones), contacts(s.Contacts)
		add("service", s.ID, s)
	}
	for _, p := range c.Places {
		p.Extra = extra(p.Extra, p)
		p.Provenance.Hash, p.Contacts = "", contacts(p.Contacts)
		add("place", p.ID, p.Public())
	}
	for _, v := range c.Venues {
		if v.Extra = extra(v.Extra, v); secret[v.Place] {
			v.Extra = nil
		}
		v.Provenance.Hash, v.Phones, v.Contacts = "", numbers(v.Phones), contacts(v.Contacts)
		add("venue", v.ID, v)
	}
	for i, l := range c.Broader {
		add("term", directory.ID(fmt.Sprint(i)), l)
	}
	return all
}

// differences returns how the first of the records that differ do so.
func differences(tb tester, a, b directory.Catalogue) []string {
	tb.Helper()
	was, is := asStored(tb, a), asStored(tb, b)
	var found []string
	for key := range was {
		if was[key] != is[key] {
			found = append(found, key+"\n"+cmp.Diff(strings.Split(was[key], "\n"), strings.Split(is[key], "\n")))
		}
	}
	for key := range is {
		if was[key] == "" {
			found = append(found, key+" is new: "+is[key])
		}
	}
	if len(found) > 3 {
		found = append(found[:3], fmt.Sprintf("%d more records differ", len(found)-3))
	}
	return found
}

// comesBack checks that a catalogue is the same after an export and an import, in
// each of the forms in which all of it can be written.
func comesBack(tb tester, c directory.Catalogue, o feed.Options) {
	tb.Helper()
	o.IDs = feed.FeedIDs // an export tells records of different pages apart
	x := hsds.NewExporter(c, hsds.HSDS3)
	var document bytes.Buffer
	require.NoError(tb, x.WriteJSON(&document))
	back, _, err := hsds.ReadJSON(context.Background(), &document, "back.json", o)
	require.NoError(tb, err)
	for _, d := range differences(tb, c, back) {
		tb.Errorf("JSON: %s", d)
	}
	folder := fstest.MapFS{}
	require.NoError(tb, x.WriteTables(func(name string) (io.WriteCloser, error) {
		folder[name] = &fstest.MapFile{}
		return file{folder[name]}, nil
	}))
	back, _, err = hsds.ReadTables(context.Background(), folder, o)
	require.NoError(tb, err)
	for _, d := range differences(tb, c, back) {
		tb.Errorf("tables: %s", d)
	}
	o.Endpoint = "services"
	c.Services = slices.DeleteFunc(slices.Clone(c.Services), func(s directory.Service) bool { return s.Name == "" }) // which the profile requires
	var before, after bytes.Buffer
	writeDetails(tb, c, &before)
	back, _, err = hsds.ReadJSON(context.Background(), bytes.NewReader(before.Bytes()), "details.json", o)
	require.NoError(tb, err)
	writeDetails(tb, back, &after)
	sameLines(tb, "details", before.String(), after.String())
	before.Reset()
	after.Reset()
	writePages(tb, c, &before)
	back, _, err = hsds.ReadJSON(context.Background(), bytes.NewReader(before.Bytes()), "pages.json", o)
	require.NoError(tb, err)
	writePages(tb, back, &after)
	sameLines(tb, "pages", before.String(), after.String())
}

// sameLines compares texts line by line, and shows some that differ.
func sameLines(tb tester, what, before, after string) {
	tb.Helper()
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(is) != len(was) {
		tb.Fatalf("%s: %d lines, and %d before", what, len(is), len(was))
	}
	shown := 0
	for i := range was {
		if was[i] == is[i] {
			continue
		}
		if shown++; shown > 3 {
			return
		}
		var a, b any
		require.NoError(tb, json.Unmarshal([]byte(was[i]), &a))
		require.NoError(tb, json.Unmarshal([]byte(is[i]), &b))
		tb.Errorf("%s: %s", what, cmp.Diff(a, b))
	}
}

// writeDetails writes the services in full, as the API of Open Referral UK does.
func writeDetails(tb tester, c directory.Catalogue, w *bytes.Buffer) {
	tb.Helper()
	x := hsds.NewExporter(c, hsds.ORUK3)
	for _, s := range c.Services {
		detail, err := x.Service(s.ID)
		require.NoError(tb, err)
		w.Write(append(detail, '\n'))
	}
}

// writePages writes the pages of the list of services.
func writePages(tb tester, c directory.Catalogue, w *bytes.Buffer) {
	tb.Helper()
	x := hsds.NewExporter(c, hsds.ORUK3)
	for n := 1; n <= (len(c.Services)+99)/100; n++ {
		page, err := x.Page(n, 100)
		require.NoError(tb, err)
		w.Write(append(page, '\n'))
	}
}

// thin returns a directory with every so manieth of its services, at most a number,
// and with the records that they refer to.
func thin(c directory.Catalogue, most int) directory.Catalogue {
	if len(c.Services) <= most {
		return c
	}
	var some directory.Catalogue
	kept := map[directory.ID]bool{}
	for i := 0; i < len(c.Services); i += 1 + len(c.Services)/most {
		some.Services = append(some.Services, c.Services[i])
		kept[c.Services[i].ID], kept[c.Services[i].Organisation] = true, true
	}
	for _, v := range c.Venues {
		if kept[v.Service] {
			some.Venues = append(some.Venues, v)
			kept[v.Place] = true
		}
	}
	for _, p := range c.Places {
		if kept[p.ID] {
			some.Places = append(some.Places, p)
			kept[p.Organisation] = true
		}
	}
	for _, o := range c.Organisations {
		if kept[o.ID] {
			some.Organisations = append(some.Organisations, o)
		}
	}
	return some
}

// Every collection of the reference data comes back from an export as it was.
func TestExporterWritesEveryCollectionSoThatItComesBack(t *testing.T) {
	tier.Unraced(t)
	us := feed.Options{Feed: "us", Publisher: "City", Currency: sp.USD, Zone: "America/New_York", Fetched: fetched}
	uk := feed.Options{Feed: "uk", Licence: "OGL", Fetched: fetched}
	paged := us
	paged.IDs = feed.PageIDs
	type reader func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error)
	inJSON := func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		return hsds.ReadJSON(ctx, f, filepath.Base(path), o)
	}
	tables := func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
		return hsds.ReadTables(ctx, os.DirFS(path), o)
	}
	ohanas := func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
		return ohana.Read(ctx, os.DirFS(path), o)
	}
	timetables := func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
		return mobilelibrary.Read(ctx, os.DirFS(path), o)
	}
	sheets := func(m flat.Mapping) reader {
		return func(ctx context.Context, path string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
			f, err := os.Open(path)
			require.NoError(t, err)
			defer f.Close()
			return flat.Read(ctx, f, filepath.Base(path), m, o)
		}
	}
	for _, tt := range []struct {
		path    string
		read    reader
		options feed.Options
	}{
		{"baltimore-icarol-ohana-csv", ohanas, us},
		{"ohana-sample-csv", ohanas, us},
		{"uk-mobile-libraries", timetables, uk},
		{"haarrrvest-llm-hsds/content_store_results.jsonl", inJSON, paged},
		{"haarrrvest-llm-hsds/content_store_results.jsonl", inJSON, us},
		{"hsds/hsds-3.1/examples/csv", tables, uk},
		{"trafford-ogl/gm_libraries.csv", sheets(flat.Mapping{Columns: []flat.Column{
			{Column: "name", To: "name"},
			{Column: "email", To: "email"},
			{Column: "website", To: "website"},
			{Column: "name", To: "location.name"},
			{Column: "postcode", To: "location.postal_code"},
			{Column: "lat", To: "location.latitude"},
			{Column: "lon", To: "location.longitude"},
		}}), uk},
		{"trafford-ogl/sports_clubs.csv", sheets(flat.Mapping{Taxonomy: "trafford/sports", Columns: []flat.Column{
			{Column: "name", To: "name"}, {Column: "category", To: "attribute.topic"}, {Column: "address", To: "location.address_1"},
		}}), uk},
		{"trafford-ogl/gm_food_banks.csv", sheets(flat.Mapping{Columns: []flat.Column{
			{Column: "name", To: "name"}, {Column: "opening times", To: "schedule.description"}, {Column: "website", To: "website"}, {Column: "contact", To: "email"},
		}}), uk},
		{"trafford-ogl/charities_operating_in_trafford.csv", sheets(flat.Mapping{Records: "organizations", Columns: []flat.Column{
			{Column: "registered_charity_number", To: "id"}, {Column: "charity_name", To: "name"}, {Column: "charity_contact_phone", To: "phone.number"},
		}}), uk},
	} {
		t.Run(tt.path, func(t *testing.T) {
			c, _, err := tt.read(t.Context(), importertest.Data(t, tt.path), tt.options)
			require.NoError(t, err)
			require.NotZero(t, len(c.Services)+len(c.Organisations))
			comesBack(t, thin(c, tier.Pick(60, len(c.Services), len(c.Services))), tt.options)
		})
	}
	require.NoError(t, filepath.WalkDir(importertest.Data(t, "hsds"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		c, _, err := inJSON(t.Context(), path, uk)
		if err != nil || len(c.Services)+len(c.Organisations)+len(c.Places) == 0 { // schemas hold no records
			return err
		}
		t.Run(strings.TrimPrefix(path, importertest.Data(t, "hsds")), func(t *testing.T) { comesBack(t, c, uk) })
		return nil
	}))
}
