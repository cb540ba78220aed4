package store_test

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A counted event moves a counter; one that stays is never moved to a page.
type counted struct {
	N      int   `json:"n"`
	Stays  bool  `json:"stays,omitempty"`
	Events int64 `json:"events,omitempty"` // of a sum
	Pages  int   `json:"pages,omitempty"`
}

type countedSum struct{ counted }

func (counted) EventType() store.EventType    { return "count.moved" }
func (countedSum) EventType() store.EventType { return "count.sum" }
func (c countedSum) Before() (int64, int)     { return c.Events, c.Pages }
func (c counted) value() counted              { return c }

type counting interface {
	store.Event
	value() counted
}

var countedTypes = store.EventTypesOf[counting](counted{}, countedSum{})

func folding(every int) store.Fold[counting] {
	return store.Fold[counting]{
		Kind: "count-page", Every: every,
		Leaves: func(e counting) bool { return !e.value().Stays },
		Sum: func(left iter.Seq[counting], events int64, pages int) counting {
			sum := countedSum{counted{Events: events, Pages: pages}}
			for e := range left {
				sum.N += e.value().N
			}
			return sum
		},
	}
}

func total(entries iter.Seq[store.Entry[counting]]) (n int) {
	for e := range entries {
		n += e.Event.value().N
	}
	return n
}

func TestAFoldedHistoryHasTheSumTheVersionsAndTheChainOfAWholeOne(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		db := store.Tenant(memstore.New(), "bay")
		every := rapid.IntRange(1, 5).Draw(t, "every")
		var folded, whole store.History[counting]
		key, n := store.Key{Kind: "count", ID: "C"}, 0
		for range rapid.IntRange(1, 20).Draw(t, "saves") {
			for range rapid.IntRange(0, 4).Draw(t, "events") {
				n++
				e := counted{N: rapid.IntRange(-9, 9).Draw(t, "n"), Stays: n == 1 || rapid.IntRange(0, 3).Draw(t, "stays") == 0}
				s := sp.By(ann, moment.Add(time.Duration(n)*time.Minute)).Under(strconv.Itoa(n))
				folded.Append(e, s)
				whole.Append(e, s)
			}
			folded.Fold(folding(every))
			got, err := folded.Pending(key, nil)
			require.NoError(t, err)
			again, err := folded.Pending(key, nil)
			require.NoError(t, err)
			require.Equal(t, got, again, "asking twice changes nothing")
			want, err := whole.Pending(key, nil)
			require.NoError(t, err)
			require.Equal(t, want.Events, got.Events, "the log knows nothing of pages")
			if len(want.Puts) > 0 {
				require.Equal(t, want.Puts[0].Head, got.Puts[0].Head)
				require.NoError(t, db.Commit(ctx, got))
			}
			folded.Committed()
			whole.Committed()
			require.Equal(t, total(whole.All()), total(folded.All()))
			if n == 0 || !rapid.Bool().Draw(t, "load") {
				continue
			}
			rec, err := db.Get(ctx, key)
			require.NoError(t, err)
			folded, err = store.LoadHistory(rec, countedTypes.Decode, nil)
			require.NoError(t, err)
		}
		if n == 0 {
			return
		}
		var all []store.Entry[counting]
		for e, err := range store.Whole(ctx, db, key, "count-page", countedTypes.Decode) {
			require.NoError(t, err)
			all = append(all, e)
		}
		require.Equal(t, slices.Collect(whole.All()), all, "and the pages hold everything")
		leaving := 0
		for e := range folded.All() {
			if !e.Event.value().Stays {
				leaving++
			}
		}
		require.Less(t, leaving, 2*every+6, "however much has happened")
	})
}

func TestAFoldLeavesAloneARecordWhoseIDHasNoRoomForAPage(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	var h store.History[counting]
	h.Fold(folding(1))
	key := store.Key{Kind: "count", ID: strings.Repeat("x", store.MaxName-3)}
	for n := range 5 {
		h.Append(counted{N: n}, sp.By(ann, moment))
		b, err := h.Pending(key, nil)
		require.NoError(t, err)
		require.Len(t, b.Puts, 1)
		require.NoError(t, db.Commit(t.Context(), b))
		h.Committed()
	}
	require.Equal(t, 5, h.Len())
}

func TestWholeSaysWhichPageIsLost(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	var h store.History[counting]
	h.Fold(folding(1))
	key := store.Key{Kind: "count", ID: "C"}
	for n := range 3 {
		h.Append(counted{N: n}, sp.By(ann, moment))
		b, err := h.Pending(key, nil)
		require.NoError(t, err)
		require.NoError(t, db.Commit(t.Context(), b))
		h.Committed()
	}
	events, pages := h.Earlier()
	require.Equal(t, "2 2", fmt.Sprint(events, " ", pages))
	require.NoError(t, db.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: store.Key{Kind: "count-page", ID: store.PageID("C", 2)}, If: store.Any}}}))
	var last error
	for _, err := range store.Whole(t.Context(), db, key, "count-page", countedTypes.Decode) {
		last = err
	}
	require.ErrorIs(t, last, sp.ErrNotFound)
}
