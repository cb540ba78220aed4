package audit_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/audit"
	"github.com/socialprescribing/sp/store/memstore"
)

var stamp = sp.By(sp.Actor{ID: "w-1", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC))

// written returns a store in which three histories have grown in turn.
func written(tb testing.TB, rounds int) *memstore.Store {
	tb.Helper()
	db := memstore.New()
	heads := map[string]store.Sum{}
	for round := range rounds {
		for _, id := range []string{"R-1", "R-2", "odd\tID\\"} {
			e := store.RecordedEvent{
				Key: store.Key{Tenant: "north", Kind: "referral", ID: id}, Version: int64(round + 1), Type: "referral.changed",
				Stamp: stamp, Data: fmt.Appendf(nil, `{"round":%d}`, round), Prev: heads[id],
			}
			heads[id] = e.Sum()
			require.NoError(tb, db.Commit(tb.Context(), store.Batch{Events: []store.RecordedEvent{e}}))
		}
	}
	return db
}

// A statement is kept by others for years: its text and its digest never change.
func TestStatementStaysAsItWas(t *testing.T) {
	s, err := audit.Take(t.Context(), written(t, 2), "north")
	require.NoError(t, err)
	text, err := s.MarshalText()
	require.NoError(t, err)
	want, err := os.ReadFile("testdata/statement.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), string(text)+s.Digest().String()+"\n")
	var read audit.Statement
	require.NoError(t, read.UnmarshalText(text))
	require.Equal(t, s, read)
}

func TestVerifyAcceptsHistoriesThatHaveOnlyGrown(t *testing.T) {
	s, err := audit.Take(t.Context(), written(t, 2), "north")
	require.NoError(t, err)
	for rounds := 2; rounds < 5; rounds++ {
		faults, err := audit.Verify(t.Context(), written(t, rounds), s)
		require.NoError(t, err)
		require.Empty(t, faults)
	}
}

// tampered is a driver whose log somebody has changed, with every sum made to fit again.
type tampered struct {
	store.Driver
	change func([]store.RecordedEvent) []store.RecordedEvent
	mend   bool
}

func (d tampered) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		var es []store.RecordedEvent
		for e, err := range d.Driver.Log(ctx, tenant, after) {
			if err != nil {
				yield(e, err)
				return
			}
			es = append(es, e)
		}
		heads := map[store.Key]store.Sum{}
		for _, e := range d.change(es) {
			if d.mend {
				e.Prev = heads[e.Key]
				heads[e.Key] = e.Sum()
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestVerifyFindsWhatSomebodyChangedThoughEverySumFits(t *testing.T) {
	s, err := audit.Take(t.Context(), written(t, 3), "north")
	require.NoError(t, err)
	for name, change := range map[string]func([]store.RecordedEvent) []store.RecordedEvent{
		"a type":     func(es []store.RecordedEvent) []store.RecordedEvent { es[4].Type = "referral.closed"; return es },
		"who did it": func(es []store.RecordedEvent) []store.RecordedEvent { es[0].Stamp.By.ID = "w-2"; return es },
		"when it was recorded": func(es []store.RecordedEvent) []store.RecordedEvent {
			es[8].Stamp.Recorded = stamp.At.Add(time.Hour)
			return es
		},
		"data":                        func(es []store.RecordedEvent) []store.RecordedEvent { es[3].Data = []byte(`{}`); return es },
		"an event that is gone":       func(es []store.RecordedEvent) []store.RecordedEvent { return append(es[:4:4], es[5:]...) },
		"the last event that is gone": func(es []store.RecordedEvent) []store.RecordedEvent { return es[:8] },
		"an event that was put in": func(es []store.RecordedEvent) []store.RecordedEvent {
			return append(es[:4:4], append([]store.RecordedEvent{es[1]}, es[4:]...)...)
		},
		"two events that changed place": func(es []store.RecordedEvent) []store.RecordedEvent { es[1], es[4] = es[4], es[1]; return es },
		"a history that is gone": func(es []store.RecordedEvent) (kept []store.RecordedEvent) {
			for _, e := range es {
				if e.Key.ID != "R-2" {
					kept = append(kept, e)
				}
			}
			return kept
		},
	} {
		for _, mend := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, sums made to fit: %t", name, mend), func(t *testing.T) {
				faults, err := audit.Verify(t.Context(), tampered{written(t, 4), change, mend}, s)
				require.NoError(t, err)
				require.NotEmpty(t, faults)
				require.Contains(t, faults[0].String(), "north/referral/")
			})
		}
	}
}

func TestALogWithFaultsIsNotStated(t *testing.T) {
	_, err := audit.Take(t.Context(), tampered{written(t, 3), func(es []store.RecordedEvent) []store.RecordedEvent { return es[1:] }, false}, "north")
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.EqualError(t, err, "audit: take a statement of north: north/referral/R-1, event 2: the events before it are missing: stored data are not what was written")
}

// Events that no history wrote have no sums before them. They are provable all the same.
func TestTakeChainsEventsWithoutSums(t *testing.T) {
	plain := func(es []store.RecordedEvent) []store.RecordedEvent {
		for i := range es {
			es[i].Prev = store.Sum{}
		}
		return es
	}
	s, err := audit.Take(t.Context(), tampered{written(t, 3), plain, false}, "north")
	require.NoError(t, err)
	faults, err := audit.Verify(t.Context(), tampered{written(t, 4), plain, false}, s)
	require.NoError(t, err)
	require.Empty(t, faults)
	faults, err = audit.Verify(t.Context(), tampered{written(t, 4), func(es []store.RecordedEvent) []store.RecordedEvent { es[0].Type = "x"; return plain(es) }, false}, s)
	require.NoError(t, err)
	require.NotEmpty(t, faults)
}

// A history that began before there were sums goes on with one that names none.
func TestVerifyProvesAHistoryFromBeforeThereWereSums(t *testing.T) {
	old := func(es []store.RecordedEvent) []store.RecordedEvent {
		heads := map[store.Key]store.Sum{}
		for i, e := range es {
			es[i].Prev = heads[e.Key]
			if e.Version > 2 {
				heads[e.Key] = es[i].Sum()
			}
		}
		return es
	}
	s, err := audit.Take(t.Context(), tampered{written(t, 5), old, false}, "north")
	require.NoError(t, err)
	faults, err := audit.Verify(t.Context(), tampered{written(t, 6), old, false}, s)
	require.NoError(t, err)
	require.Empty(t, faults)
}

func TestStatementsThatNobodyWroteAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "sp-audit-1", "sp-audit-2\nnorth\t1\n", "sp-audit-1\nnorth\n", "sp-audit-1\nnorth\tx\n", "sp-audit-1\nnorth\t1\na\tb\t1\n",
		"sp-audit-1\nnorth\t1\na\tb\tx\t00000000000000000000000000000000\n", "sp-audit-1\nnorth\t1\na\tb\t1\t\n", "sp-audit-1\nnorth\t1\na\tb\t1\t0g\n",
	} {
		require.ErrorIs(t, new(audit.Statement).UnmarshalText([]byte(text)), sp.ErrInvalid, "%q", text)
	}
}

func TestStatementsComeBackAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a\\\t\nbé]{1,6}`)
		s := audit.Statement{Tenant: text.Draw(t, "tenant"), Events: rapid.IntRange(0, 9).Draw(t, "events")}
		for range rapid.IntRange(0, 4).Draw(t, "heads") {
			h := audit.Head{Kind: text.Draw(t, "kind"), ID: text.Draw(t, "id"), Version: rapid.Int64().Draw(t, "version")}
			h.Sum[3] = rapid.Byte().Draw(t, "sum")
			s.Heads = append(s.Heads, h)
		}
		b, err := s.MarshalText()
		require.NoError(t, err)
		var read audit.Statement
		require.NoError(t, read.UnmarshalText(b))
		require.Equal(t, s, read)
	})
}

func Example() {
	ctx := context.Background()
	db := memstore.New()
	k := store.Key{Tenant: "morecambe-bay", Kind: "referral", ID: "R-1"}
	received := store.RecordedEvent{Key: k, Version: 1, Type: "referral.received", Stamp: stamp}
	if err := db.Commit(ctx, store.Batch{Events: []store.RecordedEvent{received}}); err != nil {
		fmt.Println(err)
	}
	statement, err := audit.Take(ctx, db, "morecambe-bay")
	fmt.Println(statement.Digest(), err) // for the minutes of the board
	accepted := store.RecordedEvent{Key: k, Version: 2, Type: "referral.accepted", Stamp: stamp, Prev: received.Sum()}
	if err := db.Commit(ctx, store.Batch{Events: []store.RecordedEvent{accepted}}); err != nil {
		fmt.Println(err)
	}
	faults, err := audit.Verify(ctx, db, statement)
	fmt.Println(faults, err)
	// Output:
	// 2b63888b924ac7b8614b611f5e40d38f3c38937b3817d7bfd72cb639b922c0f6 <nil>
	// [] <nil>
}
