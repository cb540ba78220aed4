package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

var byDue = store.Query{Tenant: north, Kind: kind, Range: store.Range{Term: "due"}}

// dated returns a store with n records that are due at 0000, 0001 and so on.
func dated(t *testing.T, n int) *postgres.Store {
	t.Helper()
	s, _ := open(t, 1, postgres.Options{})
	var b store.Batch
	for i := range n {
		p := put(fmt.Sprintf("%04d", i), store.New)
		p.Terms["due"] = fmt.Sprintf("%04d", i)
		b.Puts = append(b.Puts, p)
	}
	require.NoError(t, s.Commit(t.Context(), b))
	return s
}

// A record that moves to a later value while the range is scanned is met again
// further on, unless the scan remembers.
func TestAScanOfARangeYieldsWhatTheBodyMovesOnce(t *testing.T) {
	const n = 700
	s := dated(t, n)
	seen := map[string]int{}
	for r, err := range s.Scan(t.Context(), byDue) {
		require.NoError(t, err)
		seen[r.ID]++
		p := put(r.ID, r.Version)
		p.Terms["due"] = "9" + r.Terms["due"] // behind all others
		if len(seen)%2 == 0 {
			p.Terms["due"] = "!" + r.Terms["due"] // before all others
		}
		require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{p}}))
	}
	require.Len(t, seen, n)
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
}

// Whoever stops at the first date that is too late must not miss an earlier one.
func TestAScanOfARangeStaysInOrderWhileRecordsComeAndMove(t *testing.T) {
	s := dated(t, 700)
	var seen []string
	for r, err := range s.Scan(t.Context(), byDue) {
		require.NoError(t, err)
		switch seen = append(seen, r.Terms["due"]); len(seen) {
		case 100:
			require.NoError(t, s.Commit(t.Context(), due("new", "!"))) // before all others
		case 300:
			require.NoError(t, s.Commit(t.Context(), due("0650", "9"))) // behind all others
		}
	}
	require.Len(t, seen, 700)
	require.True(t, slices.IsSorted(seen), seen)
	require.NotContains(t, seen, "!")
}

// A page that is shorter than its limit is taken for the last one.
func TestAStoreReachesALimitAlthoughRecordsAreDeletedMeanwhile(t *testing.T) {
	s := dated(t, 700)
	q := byDue
	q.Limit = 450
	n := 0
	for _, err := range s.Scan(t.Context(), q) {
		require.NoError(t, err)
		if n++; n != 210 {
			continue
		}
		var b store.Batch
		for i := 250; i < 440; i++ {
			b.Deletes = append(b.Deletes, store.Delete{Key: key(fmt.Sprintf("%04d", i)), If: 1})
		}
		require.NoError(t, s.Commit(t.Context(), b))
	}
	require.Equal(t, 450, n)
}

func TestAStoreAnswersARangeOfWhatFewHaveInOrderBeyondItsFirstPages(t *testing.T) {
	s := dated(t, 3000)
	q := byDue
	q.Where = map[string][]string{"due": {}} // none of the first of the range
	for i := 2999; i >= 1000; i -= 2 {
		q.Where["due"] = append(q.Where["due"], fmt.Sprintf("%04d", i))
	}
	var seen []string
	for r, err := range s.Scan(t.Context(), q) {
		require.NoError(t, err)
		seen = append(seen, r.ID)
	}
	require.Len(t, seen, 1000)
	require.True(t, slices.IsSorted(seen))
}
