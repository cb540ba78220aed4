package extract_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"hash/fnv"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/extract"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

var update = flag.Bool("update", false, "rewrite golden files")

var leaves = sp.NewDate(2026, time.November, 30)

func ring(secret byte) subject.Keyring {
	return subject.Keyring{Keys: []subject.Key{{ID: "k1", Secret: sp.Hide(bytes.Repeat([]byte{secret}, 32))}}}
}

// options are those of a study to which everybody has agreed.
func options() extract.Options {
	return extract.Options{
		Audience: "the research environment of Bay", Why: "agreement DSA-12", Project: "bay-2026", Keys: ring(1), K: 2,
		OptOut: optout.Options[person.ID]{Footing: optout.ExplicitAgreement, On: leaves}, Area: "E05",
	}
}

func all(events []store.RecordedEvent) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func world(tb testing.TB, referrals int) (events []store.RecordedEvent) {
	tb.Helper()
	for e, err := range (evaluationtest.World{Seed: 3, Referrals: referrals, Heard: true}).Log() {
		require.NoError(tb, err)
		events = append(events, e.Clone())
	}
	return events
}

// profile invents what is known of somebody.
func profile(id person.ID, _ sp.Date) (person.Profile, bool) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	n := int(h.Sum32() % 1_000)
	if n%10 == 0 {
		return person.Profile{}, false
	}
	return person.Profile{
		ID: id, Age: sp.Know(directory.Years(20 + 10*(n%6))), Home: directory.Home{Postcode: "LA4 5", Areas: []geo.Area{{Code: "E01000001"}, {Code: fmt.Sprintf("E0500000%d", n%3), Boundary: 2021}}},
		Circumstances: person.Circumstances{Gender: []person.Gender{person.Female, person.Male, ""}[n%3]},
		Equality:      map[person.Characteristic]string{person.EthnicCategory: []string{"asian", "white", "not-stated"}[n%7%3]},
	}, true
}

func made(tb testing.TB, events []store.RecordedEvent, o extract.Options) (*extract.Extract, string) {
	tb.Helper()
	e, err := extract.Make(tb.Context(), all(events), o)
	require.NoError(tb, err)
	var b bytes.Buffer
	require.NoError(tb, e.Table().WriteCSV(&b))
	return e, b.String()
}

// rows reads the table back, by column.
func rows(tb testing.TB, text string) (all []map[string]string) {
	tb.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(tb, err)
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		all = append(all, row)
	}
	return all
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
