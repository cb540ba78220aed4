package detect_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func ExampleRead() {
	downloads := importertest.Folder(
		"bay.json", `{"contents":[{"id":"S1","name":"Choir","status":"active"}]}`,
		"moor.json", `<!doctype html><title>We have moved</title>`,
	)
	for _, name := range []string{"bay.json", "moor.json"} {
		catalogue, issues, err := detect.Read(context.Background(), downloads, name, feed.Options{})
		if err != nil {
			panic(err)
		}
		fmt.Println(len(catalogue.Services), issues[0])
	}
	// Output:
	// 1 bay.json: has an envelope with contents, as in HSDS 3 (detected, note)
	// 0 moor.json: is a page of the web or another text in angle brackets (no-directory, error)
}

// archive returns files as a zip archive, in a folder of their own.
func archive(tb testing.TB, within string, files fstest.MapFS) string {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, f := range files {
		in, err := w.Create(within + name)
		require.NoError(tb, err)
		_, err = in.Write(f.Data)
		require.NoError(tb, err)
	}
	require.NoError(tb, w.Close())
	return b.String()
}

func TestFilesAreFoundOut(t *testing.T) {
	tables := importertest.Folder("services.csv", "id,name\n1,Choir\n")
	for _, tt := range []struct {
		name, text string
		want       detect.Form
		services   int
	}{
		{"one record", `{"id":"1","name":"Choir","status":"active"}`, detect.Records, 1},
		{"a list", `[{"id":"1","name":"Choir","status":"active"}]`, detect.Records, 1},
		{"one a line", "{\"id\":\"1\",\"name\":\"Choir\",\"status\":\"active\"}\n{\"id\":\"2\",\"name\":\"Bowls\",\"status\":\"active\"}\n", detect.Records, 2},
		{"an empty list", `[]`, detect.Records, 0},
		{"a page", `{"page_number":1,"contents":[{"id":"1","name":"Choir","status":"active"}]}`, detect.Page, 1},
		{"a page of the older standard", `{"totalElements":1,"content":[{"id":"1","name":"Choir","status":"active"}]}`, detect.OldPage, 1},
		{"lists by name", `{"services":[{"id":"1","name":"Choir"}]}`, detect.Envelope, 1},
		{"an answer around records", `{"data":[{"id":"1","name":"Choir","status":"active"}]}`, detect.Envelope, 1},
		{"shapes of a map", `{"type":"FeatureCollection","features":[]}`, detect.GeoJSON, 0},
		{"an answer that says no", `{"error":"gone","status":410}`, detect.Failure, 0},
		{"a page of the web", "\n<html></html>", detect.WebPage, 0},
		{"a sheet", "Group,Day\nChoir,Tuesday\n", detect.Sheet, 0},
		{"words", "There is nothing here.\n", detect.Nothing, 0},
		{"nothing", "", detect.Nothing, 0},
		{"an archive of tables", archive(t, "", tables), detect.Tables3, 1},
		{"an archive with a folder", archive(t, "bay/", tables), detect.Tables3, 1},
		{"an archive that is none", "PK\x03\x04oops", detect.Nothing, 0},
		{"records by name in a page of GraphQL", `{"data":{"services":{"nodes":[{"id":"1","name":"Choir","status":"active"}]}}}`, detect.Envelope, 1},
		{"records of a search", `{"hits":{"hits":[{"_id":"1","_source":{"id":"1","name":"Choir","status":"active"}}]}}`, detect.Envelope, 1},
		{"records of OData", `{"value":[{"id":"1","name":"Choir","status":"active"}]}`, detect.Envelope, 1},
		{"tables written as JSON", `{"organizations.csv":[{"id":"o","name":"Vestry"}],"programs.csv":[{"id":"p","organization_id":"o","name":"Advice"}],"services.csv":[{"id":"1","name":"Choir","organization_id":"o"}]}`, detect.Envelope, 1},
		{"terms", `[{"code":"lonely","name":"Loneliness"}]`, detect.Records, 0},
		{"one shape of a map", `{"type":"GeometryCollection","geometries":[]}`, detect.GeoJSON, 0},
		{"an answer with a number of its own", `{"id":"req-1","message":"Rate limit exceeded","status":429}`, detect.Failure, 0},
		{"an answer with a name", `{"name":"NotFoundError","message":"No such page","code":404}`, detect.Failure, 0},
		{"sessions of OpenActive", `{"next":"https://x.example","items":[{"state":"updated","kind":"SessionSeries","id":"a","modified":1,"data":{"name":"Choir"}},{"state":"deleted","id":"b","modified":2}]}`, detect.Nothing, 0},
		{"a session that was deleted", `{"items":[{"id":"b","modified":2,"kind":"Event","state":"deleted"}],"next":"https://x.example"}`, detect.Nothing, 0},
		{"a page of records with a next one", `{"next":"https://x.example","items":[{"id":"1","name":"Choir","status":"active","state":"Kent"}]}`, detect.Envelope, 1},
		{"a schema", `{"$schema":"http://json-schema.org/draft-07/schema#","name":"service","type":"object","properties":{"id":{"type":"string"}}}`, detect.Nothing, 0},
		{"a schema in the form of the standard", `{"name":"service","datapackage_metadata":{},"type":"object","properties":{"id":{"name":"id"}}}`, detect.Nothing, 0},
		{"a data package", `{"name":"hsds","resources":[{"name":"services","path":"services.csv"}]}`, detect.Nothing, 0},
		{"a record with a message", `{"id":"1","name":"Choir","status":"active","message":"Closed in August"}`, detect.Records, 1},
		{"a program", `callback({"services":[{"id":"1","name":"Choir"}]});`, detect.Nothing, 0},
		{"a text with a table", "# Groups\n\n| Name | Day |\n|------|-----|\n| Choir | Tue |\n", detect.Nothing, 0},
		{"a sheet with bars", "Name|Day\nChoir|Tue\n", detect.Sheet, 0},
		{"objects that tell of something else", `{"weather":"fair"}`, detect.Nothing, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := importertest.Folder("download", tt.text)
			found, err := detect.Find(files, "download")
			require.NoError(t, err)
			require.Equal(t, tt.want, found.Form, found.Reason)
			c, issues, err := detect.Read(t.Context(), files, "download", feed.Options{})
			require.NoError(t, err)
			require.Len(t, c.Services, tt.services)
			require.Equal(t, found.Reason, issues[0])
			require.Equal(t, found.Form.Readable(), issues[0].Severity == sp.Note)
		})
	}
	_, err := detect.Find(fstest.MapFS{}, "missing")
	require.Error(t, err)
}

func TestFoldersAreFoundOut(t *testing.T) {
	for _, tt := range []struct {
		name     string
		files    fstest.MapFS
		want     detect.Form
		services int
	}{
		{"Ohana", importertest.Folder("services.csv", "id,location_id,name\n1,,Choir\n", "locations.csv", "id\n"), detect.Ohana, 1},
		{"HSDS 2", importertest.Folder("services.csv", "id,organization_id,name\n1,,Choir\n", "regular_schedules.csv", "id\n"), detect.Tables2, 1},
		{"HSDS 3", importertest.Folder("services.csv", "id,organization_id,name\n1,,Choir\n", "schedules.csv", "id\n"), detect.Tables3, 1},
		{"files in JSON", importertest.Folder("1.json", `{"id":"1","name":"Choir","organization_id":"o"}`, "2.json", `{"id":"o","name":"Vestry"}`), detect.Files, 1},
		{"timetables", importertest.Folder("organisations.csv", "authority\nBay\n", "bay.csv", "organisation,stop,geox,geoy,frequency,start\nBay,Green,-2,54,FREQ=WEEKLY,2026-11-24\n"), detect.Timetable, 1},
		{"sheets", importertest.Folder("groups.csv", "a,b\n"), detect.Sheet, 0},
		{"shapes of maps", importertest.Folder("a.json", `{"type":"FeatureCollection","features":[]}`), detect.GeoJSON, 0},
		{"schemas", importertest.Folder("a.json", `{"name":"service","type":"object","properties":{"id":{}}}`), detect.Nothing, 0},
		{"an answer that says no beside a page", importertest.Folder("1.json", `{"error":"busy"}`, "2.json", `{"contents":[{"id":"1","name":"Choir","status":"active"}]}`), detect.Files, 1},
		{"tables in a folder of a folder", importertest.Folder("export/ohana/services.csv", "id,location_id,name\n1,,Choir\n", "export/.DS_Store", "x", "__MACOSX/x", "x"), detect.Ohana, 1},
		{"a folder in it that is not the only one", importertest.Folder("a/x.png", "x", "b/x.png", "x"), detect.Nothing, 0},
		{"pictures", importertest.Folder("a.png", "x"), detect.Nothing, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues, err := detect.Read(t.Context(), tt.files, ".", feed.Options{Feed: "bay"})
			require.NoError(t, err)
			found, err := detect.Find(tt.files, ".")
			require.NoError(t, err)
			require.Equal(t, tt.want, found.Form, issues[0])
			require.Len(t, c.Services, tt.services)
		})
	}
}

// Every collection of the reference data is what its README says it is.
func TestCollectionsAreFoundOut(t *testing.T) {
	files := os.DirFS(importertest.Data(t, "."))
	for name, want := range map[string]detect.Form{
		"baltimore-icarol-ohana-csv": detect.Ohana, "ohana-sample-csv": detect.Ohana, "uk-mobile-libraries": detect.Timetable,
		"haarrrvest-llm-hsds/content_store_results.jsonl": detect.Envelope, "trafford-ogl/gm_food_banks.csv": detect.Sheet,
		"trafford-ogl/trafford_allotments.geojson": detect.GeoJSON, "hsds/hsds-3.1/examples/csv": detect.Tables3,
		"hsds/hsds-3.1/examples/service_full.json": detect.Records, "hsds/oruk-3.0/examples/service_list.json": detect.Page,
	} {
		found, err := detect.Find(files, name)
		require.NoError(t, err)
		require.Equal(t, want, found.Form, "%s: %s", name, found.Reason)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"contents":[{"id":"1","name":"x"}]}`, "a,b\n1,2\n", "PK\x03\x04", "<html>", `[[[{"data":`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, issues, err := detect.Read(t.Context(), fstest.MapFS{"x": {Data: text}}, "x", feed.Options{})
		require.NoError(t, err)
		require.NotEmpty(t, issues)
		importertest.Sound(t, c)
		for _, s := range c.Services {
			require.True(t, s.Name != "" || s.Description != "" || s.Organisation != "" || len(s.Phones)+len(s.Schedules)+len(s.Topics) > 0 || s.Email != "" || len(c.Venues) > 0, "a phantom")
		}
	})
}

// Shapes of a map are no directory, and sheets need a mapping: nothing is made of
// either without anybody's word.
func TestPublicFilesThatAreNoDirectoryAreFoundOut(t *testing.T) {
	files := os.DirFS(importertest.Data(t, "trafford-ogl"))
	for name, want := range map[string]detect.Form{
		"trafford_allotments.geojson": detect.GeoJSON, "trafford_places_of_worship.geojson": detect.GeoJSON, "LICENSE.txt": detect.Nothing,
		"charities_operating_in_trafford.csv": detect.Sheet, "gm_food_banks.csv": detect.Sheet, "gm_libraries.csv": detect.Sheet, "sports_clubs.csv": detect.Sheet,
		"sports_facilities.csv": detect.Sheet, "trafford_food_banks.csv": detect.Sheet, "trafford_mental_health_services.csv": detect.Sheet, ".": detect.Sheet,
	} {
		c, issues, err := detect.Read(t.Context(), files, name, feed.Options{Feed: "gm"})
		require.NoError(t, err)
		require.Empty(t, c.Offers(), name)
		require.Len(t, issues, 1, name)
		found, err := detect.Find(files, name)
		require.NoError(t, err)
		require.Equal(t, want, found.Form, name)
		require.Equal(t, sp.Error, found.Reason.Severity)
	}
}

// What each of the other public collections is.
func TestPublicCollectionsAreFoundOut(t *testing.T) {
	files := os.DirFS(importertest.Data(t, ""))
	for name, want := range map[string]detect.Form{
		"baltimore-icarol-ohana-csv": detect.Ohana, "ohana-sample-csv": detect.Ohana, "uk-mobile-libraries": detect.Timetable, "hsds/hsds-3.1/examples/csv": detect.Tables3,
		"hsds/hsds-3.1/examples": detect.Files, "hsds/oruk-3.0/examples": detect.Files, "hsds/hsds-3.1/examples/service_full.json": detect.Records,
		"hsds/hsds-3.1/examples/service_list.json": detect.Page, "haarrrvest-llm-hsds/content_store_results.jsonl": detect.Envelope,
	} {
		found, err := detect.Find(files, name)
		require.NoError(t, err)
		require.Equal(t, want, found.Form, name)
	}
}

// A small archive may say that it holds more than any directory.
func TestReadDoesNotOpenAnArchiveThatUnpacksToTooMuch(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"services.csv", "phones.csv"} {
		f, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: 1, UncompressedSize64: 1 << 29})
		require.NoError(t, err)
		_, err = f.Write([]byte{0})
		require.NoError(t, err)
	}
	f, err := w.Create("more.csv")
	require.NoError(t, err)
	_, err = f.Write([]byte("id\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	found, err := detect.Find(fstest.MapFS{"bomb.zip": {Data: out.Bytes()}}, "bomb.zip")
	require.NoError(t, err)
	require.Equal(t, detect.Nothing, found.Form)
	require.Contains(t, found.Reason.Detail, "cannot be opened")
}

func TestTablesAreFoundInWhateverLayout(t *testing.T) {
	const services, organisations = "id,organization_id,name,status\nS,O,Bowls,active\n", "id,name\nO,Vestry\n"
	for name, files := range map[string]fstest.MapFS{
		"in the singular":     {"d/service.csv": {Data: []byte(services)}, "d/organization.csv": {Data: []byte(organisations)}},
		"in capitals":         {"d/SERVICES.CSV": {Data: []byte(services)}, "d/Organizations.CSV": {Data: []byte(organisations)}},
		"with tabs":           {"d/services.tsv": {Data: []byte(strings.ReplaceAll(services, ",", "\t"))}, "d/organizations.tsv": {Data: []byte(strings.ReplaceAll(organisations, ",", "\t"))}},
		"below a description": {"d/data/services.csv": {Data: []byte(services)}, "d/data/organizations.csv": {Data: []byte(organisations)}, "d/datapackage.json": {Data: []byte(`{"name":"bay"}`)}, "d/README.md": {Data: []byte("Bay")}},
		"as files in JSON":    {"d/services.json": {Data: []byte(`[{"id":"S","name":"Bowls","description":"On the green","organization_id":"O"}]`)}, "d/organizations.json": {Data: []byte(`[{"id":"O","name":"Vestry","description":"Lends rooms"}]`)}},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues, err := detect.Read(t.Context(), files, "d", feed.Options{Feed: "bay"})
			require.NoError(t, err)
			require.Len(t, c.Services, 1, issues)
			require.Equal(t, "Vestry", c.Offers()[0].Provider)
		})
	}
}
