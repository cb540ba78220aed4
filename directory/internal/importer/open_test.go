package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// readUpTo reads JSON as if no record were longer than a number of bytes.
func readUpTo(tb testing.TB, longest int, text string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	im := New(tb.Context(), feed.Options{Feed: "x"}, "x.json")
	im.longest = longest
	require.NoError(tb, im.AddJSON(strings.NewReader(text), "x.json"))
	return im.Finish()
}

// many returns records that are parted by commas.
func many(n int, each func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = each(i)
	}
	return strings.Join(all, ",\n")
}

// An envelope that is longer than any record is read list by list, and gives what it
// gives when it is read at once.
func TestAddJSONReadsEnvelopesThatAreLongerThanARecord(t *testing.T) {
	service := func(i int) string {
		return fmt.Sprintf(`{"id":"S%d","name":"Tea %[1]d","status":"active","organization_id":"O%d","fees":"a \"quoted\" }] text"}`, i, i%3)
	}
	keyed := func(i int) string { return fmt.Sprintf(`"S%d" : {"name":"Tea %[1]d","status":"active"}`, i) }
	organisation := func(i int) string { return fmt.Sprintf(`{"id":"O%d","name":"Hall %[1]d"}`, i) }
	for _, tt := range []struct{ name, text string }{
		{"a list of services", `{"services":[` + many(50, service) + "]}"},
		{"lists by name", `{ "organizations" : [` + many(3, organisation) + `] , "services":[` + many(50, service) + `],"phones":[{"service_id":"S1","number":"01632 960101"}]}`},
		{"with other fields between them", `{"meta":{"a":["}",1]},"odd":-1.5,"none":null,"organizations":[` + many(3, organisation) + `],"text":"\\\"]}","services":[` + many(50, service) + `],"last":true}`},
		{"within another envelope", `{"data":{"services":[` + many(50, service) + `]},"more":1}`},
		{"an envelope in a list", `[{"services":[` + many(50, service) + `]},{"id":"S99","name":"After","status":"active"}]`},
		{"services by their identifiers", `{"services":{` + many(50, keyed) + "}}"},
		{"before another record", `{"services":[` + many(50, service) + "]}\n" + `{"id":"S99","name":"After","status":"active"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole, _ := readUpTo(t, 0, tt.text)
			require.GreaterOrEqual(t, len(whole.Services), 50)
			parts, issues := readUpTo(t, 1<<10, tt.text)
			require.Empty(t, cmp.Diff(whole, parts))
			for _, i := range issues {
				require.NotEqual(t, sp.Error, i.Severity, i)
			}
		})
	}
}

func TestAddJSONRefusesWhatIsLongerThanARecordAndNoEnvelope(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		code       string
		services   int
	}{
		{"a record", `{"id":"S1","name":"Tea","status":"active","description":"` + strings.Repeat("x", 2000) + `"}`, "too-long", 1},
		{"an organisation with its services", `{"id":"O1","name":"Hall","services":[` + many(100, func(i int) string { return fmt.Sprintf(`{"id":"T%d","name":"x"}`, i) }) + "]}", "too-long", 1},
		{"something else", `{"a":{"b":[` + many(1000, func(int) string { return "1" }) + "]}}", "too-long", 1},
		{"one whose identifier comes after its lists", `{"services":[` + many(100, func(i int) string { return fmt.Sprintf(`{"id":"T%d","name":"x"}`, i) }) + `],"name":"Hall","id":"O1"}`, "no-record", 101},
		{"one that does not end", `{"services":[` + many(100, func(i int) string { return fmt.Sprintf(`{"id":"T%d","name":"x"}`, i) }) + `],"more":{`, "truncated", 101},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := readUpTo(t, 1<<10, tt.text+"\n"+`{"id":"S99","name":"After","status":"active"}`)
			require.Len(t, c.Services, tt.services)
			n := 0
			for _, i := range issues {
				if i.Severity == sp.Error {
					require.Equal(t, tt.code, i.Code)
					n++
				}
			}
			require.Equal(t, 1, n)
		})
	}
}

// No input makes reading list by list go on for ever, or find what is not sound.
func FuzzAddJSONListByList(f *testing.F) {
	for _, text := range []string{
		`{"services":[{"id":"1","name":"x"}],"phones":[]}`, `{"services":{"1":{"name":"x"}}}`, `{"data":{"services":[{`, `{"services":"`, `{"a":1,"services":[1,2]}}`, `{"services" : [#] , : }`,
		`{"data":{"services":{"a":#"b":{"name":"x"}}}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "#", strings.Repeat(`{"id":"S","name":"x","status":"active"},`, 4))
		c, _ := readUpTo(t, 64, text)
		importertest.Sound(t, c)
	})
}
