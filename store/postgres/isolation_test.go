package postgres_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// Under serializable isolation PostgreSQL ends statements that only read, too.
func TestAStoreReadsAgainUnderSerializableIsolation(t *testing.T) {
	db := newDatabase(t)
	migrated(t, db.pool(t, 1), postgres.Options{})
	db.config.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable"
	s, err := postgres.Open(t.Context(), db.pool(t, 6))
	require.NoError(t, err)
	const writers, each = 3, 60
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		writing.Go(func() {
			for version := range int64(each) {
				if err := s.Commit(t.Context(), change(fmt.Sprint(w), version)); err != nil {
					t.Error("commit: ", err)
					return
				}
			}
		})
	}
	reads := map[string]func() error{
		"get": func() error {
			_, err := s.Get(t.Context(), key("0"))
			if errors.Is(err, sp.ErrNotFound) {
				return nil
			}
			return err
		},
		"scan": func() (err error) {
			for _, err = range s.Scan(t.Context(), store.Query{Tenant: north, Kind: kind, Where: store.Where{"state": {"open"}}, Range: store.Range{Term: "due"}}) {
			}
			return err
		},
		"log": func() (err error) {
			next := map[string]int64{}
			for e, err := range s.Log(t.Context(), north, "") {
				if err != nil {
					return err
				}
				if next[e.Key.ID]++; e.Version != next[e.Key.ID] {
					return fmt.Errorf("event %d of %s in place of %d", e.Version, e.Key.ID, next[e.Key.ID])
				}
			}
			return nil
		},
	}
	for name, read := range reads {
		reading.Go(func() {
			n := 0
			for !done.Load() {
				if err := read(); err != nil {
					t.Errorf("%s %d: %v", name, n, err)
					return
				}
				n++
			}
			t.Logf("%s: %d times", name, n)
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
}
