package health_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/health"
	"github.com/socialprescribing/sp/store/memstore"
)

var monday = time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)

// The directory has not been fetched for a month; all else is in order.
func Example() {
	db := store.Tenant(memstore.New(), "bay")
	r := health.Report{Tenant: "bay"}
	r.Consumer(context.Background(), db, "messages", 1000)
	r.Age("The directory", monday.AddDate(0, -1, 0), monday, 7*24*time.Hour, "Fetch it anew. Until then ask each service whether its entry is still true.")
	r.Disk(os.TempDir(), 1<<20)
	for _, f := range r.Findings {
		fmt.Println(f)
	}
	// Output:
	// bay: The directory is of 2026-10-30.
	//   do: Fetch it anew. Until then ask each service whether its entry is still true.
}

// stands is a database in a state.
type stands struct {
	store.Driver
	err    error // of its log
	events int
}

func (s stands) Log(context.Context, string, store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		for range s.events {
			if !yield(store.RecordedEvent{}, nil) {
				return
			}
		}
		if s.err != nil {
			yield(store.RecordedEvent{}, s.err)
		}
	}
}

func TestReportSaysWhatIsWrongWithADatabaseAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		db        stands
		wrong, do string
	}{
		"nothing is wrong":      {stands{events: 9}, "", ""},
		"a consumer is behind":  {stands{events: 10}, "10 events or more are not yet looked at for messages.", "within an hour"},
		"it is far behind":      {stands{events: 500}, "10 events or more are not yet looked at for messages.", "within an hour"},
		"a backup was put back": {stands{err: fmt.Errorf("log: %w", &store.RestoredError{Tenant: "bay"})}, "The database was put back from a backup, so work for messages has stopped.", "store.Resume"},
		"somebody changed it":   {stands{err: &store.CorruptError{Why: "its sum does not fit"}}, "The log cannot be read to its end", "keep a copy"},
		"it is away":            {stands{err: errors.New("connection refused")}, "The database does not answer", "goes on by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			test.db.Driver = memstore.New()
			r := health.Report{Tenant: "bay"}
			r.Consumer(t.Context(), store.Tenant(test.db, "bay"), "messages", 10)
			if test.wrong == "" {
				require.Empty(t, r.Findings)
				return
			}
			require.Len(t, r.Findings, 1)
			require.Equal(t, "bay", r.Findings[0].Tenant)
			require.Contains(t, r.Findings[0].Wrong, test.wrong)
			require.Contains(t, r.Findings[0].Do, test.do)
		})
	}
}

func TestReportOfNoBoundFindsWhetherAConsumerIsBehindAtAll(t *testing.T) {
	for events, found := range []int{0, 1, 1} {
		var r health.Report
		r.Consumer(t.Context(), store.Tenant(stands{Driver: memstore.New(), events: events}, "bay"), "messages", 0)
		require.Len(t, r.Findings, found, "%d events", events)
	}
}

func TestReportSaysWhatTheServiceSaysOfABackup(t *testing.T) {
	r := health.Report{Tenant: "bay", Resume: "Start the program once with -resume."}
	r.Consumer(t.Context(), store.Tenant(stands{Driver: memstore.New(), err: &store.RestoredError{}}, "bay"), "messages", 10)
	require.Equal(t, "Start the program once with -resume.", r.Findings[0].Do)
}

func TestReportFindsADiskThatCannotBeWrittenToAndLeavesNothingOnOneThatCan(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outbox")
	var r health.Report
	r.Disk(folder, 1<<10)
	require.Empty(t, r.Findings)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	r.Disk(filepath.Join(file, "below"), 1<<10)
	require.Len(t, r.Findings, 1)
	require.Contains(t, r.Findings[0].Wrong, "The disk is full, or may not be written to")
}

func TestReportFindsWhatIsOlderThanItMayBe(t *testing.T) {
	var r health.Report
	r.Age("The directory", monday.Add(-time.Hour), monday, time.Hour, "Fetch it.")
	require.Empty(t, r.Findings, "as old as it may be")
	r.Age("The directory", monday.Add(-time.Hour-1), monday, time.Hour, "Fetch it.")
	require.Equal(t, []health.Finding{{Wrong: "The directory is of " + sp.DateOf(monday).String() + ".", Do: "Fetch it."}}, r.Findings)
}
