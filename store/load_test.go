package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func body(r store.Record) (string, error) {
	if string(r.Body) == "bad" {
		return "", errors.New("cannot be read")
	}
	return string(r.Body), nil
}

func library(t *testing.T, bodies ...string) store.Driver {
	t.Helper()
	db := store.Tenant(memstore.New(), "north")
	var b store.Batch
	for i, text := range bodies {
		id := string(rune('a' + i))
		terms := store.Terms{"shelf": text[:1], "id": id}
		b.Puts = append(b.Puts, store.Put{Key: store.Key{Kind: "book", ID: id}, Terms: terms, Body: []byte(text)})
	}
	require.NoError(t, db.Commit(t.Context(), b))
	return db
}

func TestLoadReadsOneRecordOrSaysWhichIsMissing(t *testing.T) {
	db := library(t, "one", "bad")
	got, err := store.Load(t.Context(), db, "book", "a", body)
	require.NoError(t, err)
	require.Equal(t, "one", got)
	_, err = store.Load(t.Context(), db, "book", "b", body)
	require.EqualError(t, err, "cannot be read")
	_, err = store.Load(t.Context(), db, "book", "z", body)
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.ErrorContains(t, err, "book: load z: ")
}

func TestSelectReadsTheAnswersInTheirOrderAsOftenAsItIsAsked(t *testing.T) {
	db := library(t, "one", "two", "other", "three")
	for range 2 {
		var got []string
		for text, err := range store.Select(t.Context(), db, store.Query{Kind: "book", Where: store.Where{}.Is("shelf", "t")}, body) {
			require.NoError(t, err)
			got = append(got, text)
		}
		require.Equal(t, []string{"two", "three"}, got)
	}
}

func TestTheFirstErrorOfSelectIsTheLastPair(t *testing.T) {
	db := library(t, "one", "bad", "three")
	for name, tt := range map[string]struct {
		db   store.Driver
		want string
	}{
		"a record that cannot be read": {db, "cannot be read"},
		"a store that fails":           {storetest.Faulty(db, storetest.Fault{Op: storetest.Scan, Err: errors.New("cut off")}), "book: scan: cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			var errs []error
			for _, err := range store.Select(t.Context(), tt.db, store.Query{Kind: "book"}, body) {
				errs = append(errs, err)
			}
			require.EqualError(t, errs[len(errs)-1], tt.want)
			require.Equal(t, len(errs)-1, slices.IndexFunc(errs, func(err error) bool { return err != nil }))
		})
	}
}

func TestWhereAsksOnlyForWhatIsNamed(t *testing.T) {
	type state string
	where := store.In(store.Where{}.Is("worker", "ann").Is("person", ""), "state", []state{"open", "closed"})
	require.Equal(t, store.Where{"worker": {"ann"}, "state": {"open", "closed"}}, store.In(where, "urgency", []state(nil)))
}

func TestAHistoryBeginsWithWhatOpensOne(t *testing.T) {
	opens := func(n noted) bool { return n.name == "opened" }
	line := func(name string) string {
		return name + "\t2026-11-23T09:30:00.123456Z\t2026-11-23T09:30:00.123456Z\tsystem\tx\t{}\n"
	}
	for _, tt := range []struct{ name, body, want string }{
		{"it does", line("opened") + line("noted"), ""},
		{"something else comes first", line("noted") + line("opened"), "store: north/referral/R-1: entry 1: noted does not open a history: invalid"},
		{"nothing is there", "", "store: north/referral/R-1: the history is empty: invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := store.LoadHistory(store.Record{Key: key("R-1"), Body: []byte(tt.body)}, decodeNoted, opens)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}
