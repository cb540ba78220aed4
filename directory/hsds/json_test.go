package hsds_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
)

// parse reads a text as the feed "bay".
func parse(tb testing.TB, text string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	c, issues, err := hsds.ReadJSON(tb.Context(), strings.NewReader(text), "bay.json", feed.Options{Feed: "bay", Fetched: fetched})
	require.NoError(tb, err)
	return c, issues
}

// faults counts issues, but for the note about services that name no place, which
// nearly all of these do not.
func faults(issues []sp.Issue) map[string]int {
	n := importertest.Counts(issues)
	delete(n, "note location_id no-location")
	return n
}

// service returns a service with an ID and more fields.
func service(fields string) string {
	return `{"id":"s","name":"Table","status":"active",` + fields + `}`
}

func ExampleReadJSON() {
	page := `{"contents": [{
	  "id": "S-1", "name": "The Long Table", "status": "active", "minimum_age": "18",
	  "cost_options": [{"id": "c", "amount": 0}],
	  "service_at_locations": [{"id": "SAL-1", "location": {"id": "L-1", "name": "Tidewell Centre", "latitude": 540.7, "longitude": -2.86}}]
	}]}`
	catalogue, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(page), "bay.json", feed.Options{Feed: "bay"})
	if err != nil {
		panic(err)
	}
	for _, offer := range catalogue.Offers() {
		fmt.Println(offer.ID, offer.Name, "at", offer.Where, offer.Cost.Charge, offer.Eligibility.Ages, offer.Point)
	}
	for _, issue := range issues {
		fmt.Println(issue)
	}
	// Output:
	// bay/S-1@L-1 The Long Table at Tidewell Centre free 18 and over unknown
	// bay.json:1: S-1: minimum_age: was read as a number (text-for-number, note)
	// bay.json:1: L-1: latitude: lies outside -90 to 90 (bad-latitude, warning)
}

func TestReadJSONFindsRecordsInTheirFrames(t *testing.T) {
	one, two := `{"id":"1","name":"One","status":"active"}`, `{"id":"2","name":"Two","status":"active"}`
	for _, tt := range []struct {
		name, text string
		want       []string
		issues     string
	}{
		{"one object", one, []string{"bay/1"}, ""},
		{"an array", "[" + one + ",\n" + two + "]", []string{"bay/1", "bay/2"}, ""},
		{"a page", `{"total_items":99,"contents":[` + one + "," + two + `],"empty":false}`, []string{"bay/1", "bay/2"}, ""},
		{"pages after each other", `{"contents":[` + one + "]}\n" + `{"contents":[` + two + "]}", []string{"bay/1", "bay/2"}, ""},
		{"a page within an array", `[{"contents":[` + one + `]},` + two + `]`, []string{"bay/1", "bay/2"}, ""},
		{"one a line", one + "\n" + two + "\n", []string{"bay/1", "bay/2"}, ""},
		{"a byte order mark", "\uFEFF" + one, []string{"bay/1"}, ""},
		{"an empty page", `{"contents":[],"empty":true}`, nil, ""},
		{"nothing", " \n", nil, "bay.json:2 empty-file"},
		{"brackets in strings", `{"id":"1","name":"a ] } [ \" b","status":"active"}` + two, []string{"bay/1", "bay/2"}, ""},
		{"a number", "12\n" + one, []string{"bay/1"}, "bay.json:1 not-a-record"},
		{"a number in a list", "[12]" + one, []string{"bay/1"}, "bay.json:1 not-a-record"},
		{"null in a page", `{"contents":[null],"empty":false}` + one, []string{"bay/1"}, "bay.json:1 not-a-record"},
		{"brackets that close nothing", "]]]\n]" + one, []string{"bay/1"}, "bay.json:1 not-a-record bay.json:2 not-a-record"},
		{"a page of errors", "<html>\n<p>502</p>", nil, "bay.json:1 not-a-record bay.json:2 not-a-record"},
		{"a fault in one record costs that record", "[" + one + ",\n{\"id\":}\n," + two + "]", []string{"bay/1", "bay/2"}, "bay.json:2 invalid-json"},
		{"a record that does not end", "{\"id\":\"0\",\"name\":\"x\n" + one + "\n" + two, []string{"bay/1", "bay/2"}, "bay.json:1 truncated"},
		{"a file that was cut off", "[" + one + ",\n{\"id\":\"2\",", []string{"bay/1"}, "bay.json:2 truncated"},
		{"a list that was cut off between two records", "[" + one + ",\n", []string{"bay/1"}, "bay.json:2 truncated"},
		{"a control character", "{\"id\":\"1\",\"name\":\"One\ttwo\",\"status\":\"active\"}", []string{"bay/1"}, "bay.json:1 control-characters"},
		{"text that is not UTF-8", "{\"id\":\"1\",\"name\":\"Caf\xe9\",\"status\":\"active\"}", []string{"bay/1"}, "bay.json:1 bad-encoding"},
		{"a record that nests without end", `{"organization":` + strings.Repeat(`{"services":[{"organization":`, 40) + "1" + strings.Repeat("}]}", 40) + "}" + one, []string{"bay/1"}, "bay.json:1 too-deep"},
		{"something else", `{"foo":1}`, nil, "bay.json:1 no-record"},
		{"a term or an organisation that has a name only is no service", `{"id":"t","name":"Lunch","description":"Meals at noon"}` + one, []string{"bay/1"}, "bay.json:1 unknown-record"},
		{"the same record twice", one + one, []string{"bay/1"}, "bay.json:1 duplicate-id"},
		{"the same id with other content", one + `{"id":"1","name":"Uno","status":"active"}`, []string{"bay/1~421ee6a7", "bay/1~54868072"}, "bay.json:1 duplicate-id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, tt.text)
			var got []string
			for _, s := range c.Services {
				got = append(got, string(s.ID))
			}
			require.Equal(t, tt.want, got)
			var found []string
			for _, i := range issues {
				if i.Code == "no-location" {
					continue
				}
				found = append(found, fmt.Sprintf("%s:%d %s", i.File, i.Line, i.Code))
			}
			require.Equal(t, tt.issues, strings.Join(found, " "))
		})
	}
}

func TestReadJSONMakesOneOfTwoVenuesAtOnePlace(t *testing.T) {
	at := func(id, day string) string {
		return `{"id":"` + id + `","location":{"id":"l","location_type":"physical","latitude":54,"longitude":-2.8},"schedules":[{"freq":"WEEKLY","byday":"` + day + `"}]}`
	}
	c, issues := parse(t, service(`"service_at_locations":[`+at("1", "TU")+`,`+at("2", "TH")+`]`))
	require.Len(t, c.Places, 1)
	require.Len(t, c.Venues, 1)
	require.Len(t, c.Venues[0].Schedules, 2)
	require.Equal(t, map[string]int{"note location repeated-venue": 1}, faults(issues))
}

func TestReadJSONLetsRecordsReferToEachOther(t *testing.T) {
	c, issues := parse(t, `{"id":"l","location_type":"physical","name":"Hall","latitude":54,"longitude":-2.8}
		{"id":"s","name":"Table","status":"active","organization_id":"o"}
		{"id":"sal","service_id":"s","location_id":"l"}
		{"id":"lost","service_id":"nobody","location_id":"nowhere"}
		{"id":"vague","service_id":["s","t"],"location_id":"l"}`)
	offers := c.Offers()
	require.Len(t, offers, 1)
	require.Equal(t, "Hall", offers[0].Where)
	require.Empty(t, cmp.Diff(map[string]int{
		"warning service_id dangling-reference": 1, "warning location_id dangling-reference": 1, "note organization_id dangling-reference": 1,
		"error service missing-reference": 1, "warning service_id wrong-type": 1,
	}, faults(issues)))
}

// Two services of one name at different places are two, and nobody can say which
// of the places is meant by a reference.
func TestAnotherServiceUnderTheSameIDTakesNothingOver(t *testing.T) {
	at := func(place string) string {
		return `{"id":"s","name":"` + place + `","status":"active","service_at_locations":[{"id":"sal-` + place + `","location":{"id":"` + place + `","latitude":54,"longitude":-2.8}}]}`
	}
	c, issues := parse(t, at("hall")+at("barn"))
	offers := c.Offers()
	require.Len(t, offers, 2)
	for _, o := range offers {
		require.True(t, o.Point.IsZero())
		require.Empty(t, o.Place)
	}
	require.Equal(t, map[string]int{"error id duplicate-id": 1}, faults(issues))
}

func TestReadJSONIsDeterministic(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"))
	require.NoError(t, err)
	c1, issues1 := parse(t, string(text))
	for range 3 {
		c2, issues2 := parse(t, string(text))
		require.Empty(t, cmp.Diff(c1, c2))
		require.Equal(t, issues1, issues2)
	}
}

func TestReadJSONHashesWithoutSpacingAndTheOrderOfFields(t *testing.T) {
	a, _ := parse(t, `{"id":"1","name":"One","status":"active"}`)
	b, _ := parse(t, "{ \"status\": \"active\",\n \"name\": \"One\", \"id\": \"1\" }")
	require.Equal(t, a.Services[0].Provenance.Hash, b.Services[0].Provenance.Hash)
	c, _ := parse(t, `{"id":"1","name":"Two","status":"active"}`)
	require.NotEqual(t, a.Services[0].Provenance.Hash, c.Services[0].Provenance.Hash)
}

// endless is an input that never ends and of which somebody tires.
type endless struct {
	text  string
	reads int
	tired func()
}

func (e *endless) Read(p []byte) (int, error) {
	if e.reads++; e.reads == 1000 {
		e.tired()
	}
	return copy(p, e.text), nil
}

// folderOf is a folder in which every file is the same.
type folderOf struct{ io.Reader }

func (f folderOf) Glob(string) ([]string, error) { return []string{"services.csv"}, nil }

func (f folderOf) Open(string) (fs.File, error) { return f, nil }
func (f folderOf) Stat() (fs.FileInfo, error)   { return nil, nil } //nolint:nilnil // nobody asks for more than that it is there
func (f folderOf) Close() error                 { return nil }

func TestReadJSONStopsWhenItIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := hsds.ReadJSON(ctx, strings.NewReader(`{"id":"1"}`), "bay.json", feed.Options{})
	require.ErrorIs(t, err, context.Canceled)
	for name, fault := range map[string]string{"not JSON": "oops\n", "cut off": "{\n\n{\n"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, _, err = hsds.ReadJSON(ctx, &endless{text: fault, tired: cancel}, "bay.json", feed.Options{})
		require.ErrorIs(t, err, context.Canceled, name)
	}
	ctx, cancel = context.WithCancel(t.Context())
	rows := io.MultiReader(strings.NewReader("id,name\n"), &endless{text: "1,A\"\n", tired: cancel})
	_, _, err = ohana.Read(ctx, folderOf{rows}, feed.Options{})
	require.ErrorIs(t, err, context.Canceled, "rows that are no CSV")
	lost := errors.New("connection lost")
	_, _, err = hsds.ReadJSON(t.Context(), io.MultiReader(strings.NewReader(`[{"id":"1","name":"One"},{"id"`), iotest.ErrReader(lost)), "bay.json", feed.Options{})
	require.ErrorIs(t, err, lost)
	require.ErrorContains(t, err, "import: read bay.json")
}

func TestReadJSONTellsItsProgress(t *testing.T) {
	var last int
	text := strings.Repeat(`{"id":"1","name":"One","status":"active"}`, 1000)
	_, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(text), "x.json", feed.Options{Progress: func(done, total int) { last = done }})
	require.NoError(t, err)
	require.Equal(t, 1000, last)
}

// However a record is cut off or spoilt, the ones around it are imported and
// every line that is lost is named.
func TestReadJSONLosesOneRecordForOneThatIsSpoilt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "records")
		spoilt := rapid.IntRange(0, n-1).Draw(t, "spoilt")
		var lines []string
		for i := range n {
			line := fmt.Sprintf(`{"id":"%d","name":"Service {%d}","status":"active","phones":[{"number":"01632 960101"}]}`, i, i)
			if i == spoilt {
				line = line[:rapid.IntRange(1, len(line)-1).Draw(t, "cut")]
			}
			lines = append(lines, line)
		}
		c, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(strings.Join(lines, "\n")), "x.jsonl", feed.Options{Feed: "x"})
		require.NoError(t, err)
		require.Len(t, c.Services, n-1)
		require.NotEmpty(t, issues)
		require.Equal(t, spoilt+1, issues[0].Line)
	})
}

// emptyList is a list in which nothing stands, as a page of no records has it.
var emptyList = regexp.MustCompile(`\[(\s|,|null)*\]`)

func FuzzReadJSON(f *testing.F) {
	bay, err := os.ReadFile(filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"))
	require.NoError(f, err)
	f.Add(bay[:20000])
	for _, s := range []string{
		`{"contents":[{"id":1,"name":"x","schedules":[{"freq":"WEEKLY","count":1e9,"dtstart":"9999-12-31"}]}]}`,
		`[{"service":{"id":"s","name":"n"},"location":{"id":"l","latitude":"NaN","longitude":1e400}}]`,
		`{"id":"o","website":"x","services":[{"id":"s","cost_options":[{"amount":1e999999999}]}],"locations":[{}]}`,
		"{\n{\n{\n", `{"name":"x","attributes":[{"link_type":"wait-days","value":"1e31"}]}`, "\uFEFF[[[{\"contents\":[]}]]]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(string(text)), "fuzz.json", feed.Options{Fetched: fetched})
		require.NoError(t, err)
		importertest.Sound(t, c)
		blank := strings.Trim(string(text), "\uFEFF[], \n\r\t") == ""
		if !blank && len(c.Services)+len(c.Organisations)+len(c.Places) == 0 && !emptyList.Match(text) {
			require.NotEmpty(t, issues, "nothing is dropped silently")
		}
	})
}
