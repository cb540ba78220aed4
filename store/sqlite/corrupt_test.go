package sqlite_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

// stored fills a database with records whose rows are easy to find in the file.
func stored(tb testing.TB, path string) {
	tb.Helper()
	db := handle(tb, path)
	s := open(tb, db)
	stamp := sp.Stamp{
		By: sp.Actor{ID: "worker-one", Role: "link-worker", For: "provider-four", Only: "only-this"}, Key: "request-nine",
		At: time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC), Recorded: time.Date(2026, 11, 28, 9, 31, 0, 0, time.UTC),
	}
	for i := range 12 {
		k := store.Key{Tenant: "north-tenant", Kind: "referral-kind", ID: fmt.Sprintf("R-%04d", i)}
		received := store.RecordedEvent{Key: k, Version: 1, Type: "referral.received", Stamp: stamp, Data: fmt.Appendf(nil, `{"number":%d}`, 1000+i)}
		accepted := store.RecordedEvent{Key: k, Version: 2, Type: "referral.accepted", Stamp: stamp, Prev: received.Sum()}
		require.NoError(tb, s.Commit(tb.Context(), store.Batch{
			Puts: []store.Put{{
				Key: k, Terms: store.Terms{"state": "state-open", "due": fmt.Sprintf("2026-12-%02d", i+1), store.Unique + "number": fmt.Sprint(i)},
				Body: bytes.Repeat(fmt.Appendf(nil, "body of %04d; ", i), 20+i), Head: accepted.Sum(),
			}},
			Events: []store.RecordedEvent{received, accepted},
		}))
	}
	_, err := db.ExecContext(tb.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
	require.NoError(tb, err)
	require.NoError(tb, s.Close())
	require.NoError(tb, db.Close())
}

// everything is what a program can read, as text.
func everything(tb testing.TB, s *sqlite.Store) (text string, err error) {
	tb.Helper()
	var b strings.Builder
	write := func(v any) {
		line, err := json.Marshal(v)
		require.NoError(tb, err)
		b.Write(append(line, '\n'))
	}
	for i := range 12 {
		r, err := s.Get(tb.Context(), store.Key{Tenant: "north-tenant", Kind: "referral-kind", ID: fmt.Sprintf("R-%04d", i)})
		if err != nil && !errors.Is(err, sp.ErrNotFound) {
			return "", err
		}
		write(r)
	}
	for _, q := range []store.Query{
		{},
		{Where: store.Where{"state": {"state-open"}}},
		{Range: store.Range{Term: "due"}},
		{Range: store.Range{Term: "due", From: "2026-12-03"}, Where: store.Where{"state": {"state-open"}}},
	} {
		q.Tenant, q.Kind = "north-tenant", "referral-kind"
		for r, err := range s.Scan(tb.Context(), q) {
			if err != nil {
				return "", err
			}
			write(r)
		}
		write("end")
	}
	for e, err := range s.Log(tb.Context(), "north-tenant", "") {
		if err != nil {
			return "", err
		}
		write(e)
	}
	return b.String(), nil
}

// A verdict is what became of a flipped bit.
type verdict string

const (
	harmless verdict = "harmless"            // everything reads as before
	onRead   verdict = "noticed on reading"  // a method of the driver says so
	onCheck  verdict = "noticed by Check"    // something is missing, and Check says what
	missed   verdict = "not noticed"         // something is missing or wrong, and nobody says so
	onOpen   verdict = "noticed when opened" // it cannot be opened
)

// flip changes one bit of the file and says what becomes of it.
func flip(t *testing.T, good []byte, want string, at int64, bit int) verdict {
	t.Helper()
	path := filepath.Join(t.TempDir(), "flipped.db")
	bad := bytes.Clone(good)
	bad[at] ^= 1 << bit
	require.NoError(t, os.WriteFile(path, bad, 0o600))
	db, err := sql.Open("sqlite", "file:"+path+settings)
	require.NoError(t, err)
	defer db.Close()
	s, err := sqlite.Open(t.Context(), db)
	if err != nil {
		return onOpen
	}
	defer s.Close()
	got, err := everything(t, s)
	if err != nil {
		return onRead
	}
	_, err = s.Check(t.Context())
	switch {
	case err != nil && got == want:
		return harmless // as far as anybody can read, and Check knows more
	case err != nil:
		return onCheck
	case got == want:
		return harmless
	}
	return missed
}

// The test flips bits all over the rows of a file: in bodies, terms, keys,
// versions, times, sums and the index, and in what lies between them.
func TestAStoreNoticesFlippedBitsOrTheyAreHarmless(t *testing.T) {
	tier.Unraced(t)
	path := file(t)
	stored(t, path)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	db := handle(t, path)
	s := open(t, db)
	want, err := everything(t, s)
	require.NoError(t, err)
	checked, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, sqlite.Checked{Records: 12, Events: 24}, checked)

	// The places of rows are those of pages of the tables and their indexes.
	const page = 4096
	rows, err := db.Query("SELECT DISTINCT name, pageno FROM dbstat WHERE name LIKE 'sp_record%' OR name LIKE 'sp_event%' OR name LIKE 'sp_term%' OR name LIKE 'sp_unique%' OR name LIKE 'sqlite_autoindex_sp_record%'")
	if err != nil { // SQLite was built without dbstat: take every page but the first
		rows, err = db.Query("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 'page', i FROM n", len(good)/page)
	}
	require.NoError(t, err)
	counts, by := map[verdict]int{}, map[string]map[verdict]int{}
	var bad []string
	step := tier.Pick(37, 17, 1)
	for rows.Next() {
		var name string
		var number int
		require.NoError(t, rows.Scan(&name, &number))
		if by[name] == nil {
			by[name] = map[verdict]int{}
		}
		for at := (number - 1) * page; at < number*page; at += step {
			v := flip(t, good, want, int64(at), at%8)
			counts[v]++
			by[name][v]++
			if v == missed {
				bad = append(bad, fmt.Sprintf("bit %d of byte %d of page %d, %s", at%8, at%page, number, name))
			}
		}
	}
	require.NoError(t, rows.Err())
	t.Log(counts, by)
	slices.Sort(bad)
	require.Empty(t, bad)
	require.Positive(t, counts[onRead])
}

func TestAStoreNamesCorruptRows(t *testing.T) {
	for _, tt := range []struct{ name, sql, want string }{
		{"a body", "UPDATE sp_record SET body = x'00' WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the record of version 1 is not what was written: its checksum differs"},
		{"a version", "UPDATE sp_record SET version = 9 WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the record of version 9 is not what was written: its checksum differs"},
		{"terms", "UPDATE sp_record SET terms = '{' WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the record of version 1 is not what was written: its terms cannot be read"},
		{"a head", "UPDATE sp_record SET head = x'01' WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the record of version 1 is not what was written"},
		{"data", "UPDATE sp_event SET data = x'00' WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the event of version 1 is not what was written: its checksum differs"},
		{"a time", "UPDATE sp_event SET at = at + 1 WHERE id = 'R-0003'", "store: north-tenant/referral-kind/R-0003: the event of version 1 is not what was written: its checksum differs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := file(t)
			stored(t, path)
			db := handle(t, path)
			_, err := db.ExecContext(t.Context(), tt.sql)
			require.NoError(t, err)
			s := open(t, db)
			_, err = everything(t, s)
			require.ErrorIs(t, err, store.ErrCorrupt)
			require.ErrorContains(t, err, tt.want)
			_, err = s.Check(t.Context())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestCheckFindsWhatReadingCannotMiss(t *testing.T) {
	for name, damage := range map[string]string{
		"a record without its terms in the index": "DELETE FROM sp_term WHERE id = 'R-0003' AND term LIKE '%due%'",
		"terms in the index without a record":     "DELETE FROM sp_record WHERE id = 'R-0003'",
		"a unique term that is held for nobody":   "DELETE FROM sp_unique WHERE id = 'R-0003'",
		"a unique term of somebody else":          "UPDATE sp_unique SET id = 'R-0004' WHERE id = 'R-0003'",
		"an event that is gone":                   "DELETE FROM sp_event WHERE id = 'R-0003'",
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t)
			stored(t, path)
			db := handle(t, path)
			_, err := db.ExecContext(t.Context(), damage)
			require.NoError(t, err)
			_, err = open(t, db).Check(t.Context())
			require.ErrorIs(t, err, store.ErrCorrupt)
		})
	}
}

func TestAStoreReadsAndCountsRowsFromBeforeChecksums(t *testing.T) {
	path := file(t)
	stored(t, path)
	db := handle(t, path)
	_, err := db.ExecContext(t.Context(), "UPDATE sp_record SET sum = NULL, head = NULL; UPDATE sp_event SET sum = NULL, prev = NULL")
	require.NoError(t, err)
	s := open(t, db)
	_, err = everything(t, s)
	require.NoError(t, err)
	checked, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, sqlite.Checked{Records: 12, Events: 24, UnprotectedRecords: 12, UnprotectedEvents: 24}, checked)
	k := store.Key{Tenant: "north-tenant", Kind: "referral-kind", ID: "R-0003"}
	require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: k, If: 1}}}))
	checked, err = s.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, 11, checked.UnprotectedRecords)
}
