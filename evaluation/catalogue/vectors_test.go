package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/store"
)

// vectors is a folder for each indicator with a worked example: a log (events.ndjson),
// what is counted of it (expected.csv) and the words (definition.json). They know no
// language, so that R, SQL and other vendors' systems can prove that they count the same.
const vectors = "testdata/vectors"

// A definition is what definition.json holds.
type definition struct {
	ID          string   `json:"id"`
	Version     string   `json:"version"`
	Name        string   `json:"name"`
	Unit        string   `json:"unit"`
	Numerator   string   `json:"numerator"`
	Denominator string   `json:"denominator"`
	Excluded    string   `json:"excluded"`
	Statistic   string   `json:"statistic"`
	Days        int      `json:"days,omitempty"`
	Workdays    int      `json:"workdays,omitempty"`
	AsOf        string   `json:"asOf"` // the last day that counts, in UTC, every Monday to Friday a working day
	Themes      []string `json:"themes"`
	Source      string   `json:"source"`
}

func find(t *testing.T, id string) evaluation.Indicator {
	t.Helper()
	for _, i := range catalogue.All(catalogue.Standards{}) {
		if i.ID == id {
			return i
		}
	}
	require.Fail(t, "no indicator", id)
	return evaluation.Indicator{}
}

// answers counts a log for one indicator, by answer.
func answers(t *testing.T, i evaluation.Indicator, o evaluation.Options, events []store.RecordedEvent) map[string]int64 {
	t.Helper()
	r, err := evaluation.New(o, i)
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, r.Add(e))
	}
	counts, err := r.Count(t.Context())
	require.NoError(t, err)
	got := map[string]int64{}
	for a, n := range counts.Tally(i.ID, "") {
		got[a.String()] = n
	}
	return got
}

func TestTheCatalogueCountsItsWorkedExamplesAsByHand(t *testing.T) {
	worked := map[string]bool{}
	for _, x := range allExamples() {
		worked[x.id] = true
		t.Run(x.id, func(t *testing.T) {
			i := find(t, x.id)
			require.Equal(t, x.want, answers(t, i, evaluation.Options{AsOf: monday.Add(x.asOf)}, x.events))
			if *update {
				write(t, i, x)
			}
		})
	}
	for _, i := range catalogue.All(catalogue.Standards{}) {
		require.True(t, worked[i.ID], "%s has no worked example", i.ID)
	}
}

// write writes the vectors of a worked example.
func write(t *testing.T, i evaluation.Indicator, x example) {
	t.Helper()
	folder := filepath.Join(vectors, i.ID)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	var events bytes.Buffer
	require.NoError(t, eventfile.Write(&events, func(yield func(store.RecordedEvent, error) bool) {
		for _, e := range x.events {
			if !yield(e, nil) {
				return
			}
		}
	}))
	var table strings.Builder
	table.WriteString("answer,n\n")
	for _, answer := range slices.Sorted(func(yield func(string) bool) {
		for a := range x.want {
			if !yield(a) {
				return
			}
		}
	}) {
		fmt.Fprintf(&table, "%s,%d\n", answer, x.want[answer])
	}
	words, err := json.MarshalIndent(definition{
		i.ID, i.Version, i.Name, i.Unit.String(), i.Numerator, i.Denominator, i.Excluded, string(i.Statistic),
		i.Window.Days, i.Window.Workdays, monday.Add(x.asOf).String(), i.Themes, i.Source,
	}, "", "\t")
	require.NoError(t, err)
	for name, data := range map[string][]byte{"events.ndjson": events.Bytes(), "expected.csv": []byte(table.String()), "definition.json": append(words, '\n')} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o644))
	}
}

// The vectors are read as another program would, and counted.
func TestTheCatalogueCountsItsVectors(t *testing.T) {
	folders, err := filepath.Glob(vectors + "/*")
	require.NoError(t, err)
	require.Len(t, folders, len(allExamples()), "one for each worked example")
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			var words definition
			data, err := os.ReadFile(filepath.Join(folder, "definition.json"))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, &words))
			i := find(t, words.ID)
			require.Equal(t, []string{i.Version, i.Numerator, i.Denominator}, []string{words.Version, words.Numerator, words.Denominator}, "go test ./evaluation/catalogue -update")

			log, err := os.ReadFile(filepath.Join(folder, "events.ndjson"))
			require.NoError(t, err)
			var events []store.RecordedEvent
			for e, err := range eventfile.Read(bytes.NewReader(log), "events.ndjson") {
				require.NoError(t, err)
				events = append(events, e)
			}
			table, err := os.ReadFile(filepath.Join(folder, "expected.csv"))
			require.NoError(t, err)
			want := map[string]int64{}
			for _, row := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
				answer, n, found := strings.Cut(row, ",")
				require.True(t, found)
				want[answer], err = strconv.ParseInt(n, 10, 64)
				require.NoError(t, err)
			}
			var o evaluation.Options
			require.NoError(t, o.AsOf.UnmarshalText([]byte(words.AsOf)))
			require.Equal(t, want, answers(t, i, o, events))
		})
	}
}

// Each of the 76 has a vector: of a log here, of a table or of records beside the package that computes it.
func TestListingsHaveAVectorEach(t *testing.T) {
	there := map[int]bool{}
	for _, i := range catalogue.All(catalogue.Standards{}) {
		there[i.Number] = true // each has one
	}
	for _, folder := range []string{"../tables", "../../workforce/measure"} {
		paths, err := filepath.Glob(filepath.Join(folder, vectors, "*/definition.json"))
		require.NoError(t, err)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			var words struct{ Number int }
			require.NoError(t, json.Unmarshal(data, &words))
			there[words.Number] = true
		}
	}
	for _, l := range catalogue.Listings() {
		require.True(t, there[l.Number], "%d %s", l.Number, l.Name)
	}
}
