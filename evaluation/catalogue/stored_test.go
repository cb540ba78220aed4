package catalogue_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/store"
)

// Events were stored before forms had numbers. A log of that time gives the figures of today's.
func TestTheCatalogueCountsALogOfTheFirstFormAsOneOfToday(t *testing.T) {
	events := world(t)
	o := evaluation.Options{AsOf: evaluationtest.End}
	want := countAll(t, o, catalogue.All(catalogue.Standards{}), events, "")
	older := 0
	for n := range events {
		if rest, ok := bytes.CutPrefix(events[n].Data, []byte(`{"v":1`)); ok {
			events[n].Data = append([]byte("{"), bytes.TrimPrefix(rest, []byte(","))...)
			older++
		}
	}
	require.Greater(t, older, len(events)*9/10, "all but those that have another form by now")
	got := countAll(t, o, catalogue.All(catalogue.Standards{}), events, "")
	require.True(t, equal(t, want, got))
}

// Whatever was once stored of the machines of which facts are declared, a run reads.
func TestTheCatalogueReadsEveryFormThatWasEverStored(t *testing.T) {
	stored, err := os.ReadFile("../../internal/repo/testdata/stored.txt")
	require.NoError(t, err)
	r, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
	read := 0
	for line := range strings.SplitSeq(string(stored), "\n") {
		name, data, found := strings.Cut(line, " ")
		if !found || strings.HasPrefix(line, "#") || whyIgnored(name) != "" {
			continue
		}
		kind, _, _ := strings.Cut(name, ".")
		require.NoError(t, r.Add(store.RecordedEvent{
			Key: store.Key{Tenant: "bay", Kind: kind, ID: "X-1"}, Version: 1, Type: store.EventType(name), Data: []byte(data),
			Stamp: sp.Stamp{At: monday.In(time.UTC)},
		}), line)
		read++
	}
	require.Greater(t, read, 60)
	for name := range r.Report().Ignored {
		require.Fail(t, "nobody reads", name)
	}
}
