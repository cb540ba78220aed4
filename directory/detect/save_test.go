package detect_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A saver imports a folder or file again and again, each time a day later.
type saver struct {
	store store.Driver
	day   time.Time
}

func newSaver() *saver {
	return &saver{store: store.Tenant(memstore.New(), "bay"), day: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)}
}

// save returns how many records were written.
func (s *saver) save(tb testing.TB, fsys fs.FS, name string) int {
	tb.Helper()
	s.day = s.day.AddDate(0, 0, 1)
	c, _, err := detect.Read(tb.Context(), fsys, name, feed.Options{Feed: "bay", Fetched: s.day})
	require.NoError(tb, err)
	before := s.events(tb)
	require.NoError(tb, directory.NewRepository(s.store).Save(tb.Context(), c, sp.By(sp.Actor{ID: "import", Role: sp.RoleSystem}, s.day)))
	return s.events(tb) - before
}

func (s *saver) events(tb testing.TB) (n int) {
	tb.Helper()
	for _, err := range s.store.Log(tb.Context(), "", "") {
		require.NoError(tb, err)
		n++
	}
	return n
}

// An unchanged collection is written once, however often it is fetched.
func TestReadOfAnUnchangedCollectionWritesNothing(t *testing.T) {
	for _, tt := range []struct {
		folder, name string
		tier         tier.Tier
	}{
		{"baltimore-icarol-ohana-csv", ".", tier.Full},
		{"uk-mobile-libraries", ".", tier.Full},
		{"haarrrvest-llm-hsds", "content_store_results.jsonl", tier.Full},
		{"ohana-sample-csv", ".", tier.Fast},
		{"hsds/hsds-3.1/examples/csv", ".", tier.Fast},
		{"hsds/hsds-3.1/examples", "service_full.json", tier.Fast},
		{"hsds/oruk-3.0/examples", "service_full.json", tier.Fast},
	} {
		t.Run(tt.folder, func(t *testing.T) {
			tier.Need(t, tt.tier)
			folder := os.DirFS(importertest.Data(t, tt.folder))
			s := newSaver()
			require.Positive(t, s.save(t, folder, tt.name))
			require.Zero(t, s.save(t, folder, tt.name))
			require.Zero(t, s.save(t, folder, tt.name))
		})
	}
}

// What is told in another order, or with other spaces, says nothing new.
func TestReadOfTheSameInAnotherFormWritesNothing(t *testing.T) {
	const (
		services  = "id,name,organization_id,description\nS1,Tea,O1,Warm\nS2,Cake,O2,Sweet\n"
		shuffled  = "id,name,organization_id,description\nS2,Cake,O2,Sweet\nS1,Tea,O1,Warm\n"
		columns   = "description,organization_id,id,name\nWarm,O1,S1,Tea\nSweet,O2,S2,Cake\n"
		providers = "id,name\nO1,Hall\nO2,Club\n"
		one       = `{"id":"S1","name":"Tea","description":"Warm","organization":{"id":"O1","name":"Hall"}}`
		other     = `{"id":"S2","name":"Cake","organization":{"id":"O1","name":"Hall"}}`
	)
	folder := func(services string) fs.FS {
		return importertest.Folder("bay/services.csv", services, "bay/organizations.csv", providers)
	}
	file := func(text string) fs.FS { return fstest.MapFS{"bay": &fstest.MapFile{Data: []byte(text)}} }
	for _, tt := range []struct {
		name          string
		first, second fs.FS
	}{
		{"rows in another order", folder(services), folder(shuffled)},
		{"columns in another order", folder(services), folder(columns)},
		{"lines with another end", folder(services), folder(strings.ReplaceAll(services, "\n", "\r\n"))},
		{"cells in quotation marks", folder(services), folder(strings.ReplaceAll(services, "Warm", `"Warm"`))},
		{"another separator", folder(services), folder(strings.ReplaceAll(services, ",", ";"))},
		{"an empty row", folder(services), folder(services + ",,,\n")},
		{"a column with nothing in it", folder(services), folder(strings.NewReplacer("description\n", "description,fees\n", "Warm\n", "Warm,\n", "Sweet\n", "Sweet,\n").Replace(services))},
		{"records in another order", file("[" + one + "," + other + "]"), file("[" + other + "," + one + "]")},
		{"a page of them", file("[" + one + "," + other + "]"), file(`{"contents":[` + one + "," + other + "]}")},
		{"a list by name", file("[" + one + "," + other + "]"), file(`{"services":[` + one + "," + other + "]}")},
		{"one a line", file("[" + one + "," + other + "]"), file(one + "\n" + other + "\n")},
		{"fields in another order", file(one), file(`{"organization":{"name":"Hall","id":"O1"},"description":"Warm","name":"Tea","id":"S1"}`)},
		{"with more space", file(one), file(strings.NewReplacer(":", " : ", ",", " ,\n ").Replace(one))},
		{"a record once more", file(one), file(one + one)},
		{"with a byte order mark", file(one), file("\uFEFF" + one)},
		{"a null", file(one), file(strings.Replace(one, `"name":"Tea"`, `"name":"Tea","fees":null`, 1))},
		{"escaped letters", file(one), file(strings.Replace(one, "Tea", `\u0054ea`, 1))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSaver()
			require.Positive(t, s.save(t, tt.first, "bay"))
			require.Zero(t, s.save(t, tt.second, "bay"))
		})
	}
}
