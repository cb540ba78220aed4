package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// due is a batch that writes a record with a date, whatever is there.
func due(id, date string) store.Batch {
	p := put(id, store.Any)
	p.Terms["due"] = date
	return store.Batch{Puts: []store.Put{p}}
}

// dueIDs returns the IDs of the records that a query by their date finds.
func dueIDs(t *testing.T, s *postgres.Store, dates ...string) (ids []string) {
	t.Helper()
	page, _, err := store.Page(t.Context(), s, store.Query{Tenant: north, Kind: kind, Where: store.Where{"due": dates}})
	require.NoError(t, err)
	for _, r := range page {
		ids = append(ids, r.ID)
	}
	return ids
}

// A statement sees the rows that were there when it began. One that waits for
// another commit has to replace terms that are written after that.
func TestACommitThatHadToWaitReplacesTheTermsOfTheOneBefore(t *testing.T) {
	for _, numbering := range []postgres.Numbering{postgres.ByTransaction, postgres.ByCounter} {
		for name, commit := range map[string]func(*postgres.Store, store.Batch) error{
			"alone": func(s *postgres.Store, b store.Batch) error { return s.Commit(t.Context(), b) },
			"in a transaction": func(s *postgres.Store, b store.Batch) error {
				return store.InTx(t.Context(), s, func(ctx context.Context, in store.Driver) error { return in.Commit(ctx, b) })
			},
		} {
			t.Run(fmt.Sprint(numbering, " ", name), func(t *testing.T) {
				s, pool := open(t, 3, postgres.Options{Numbering: numbering})
				require.NoError(t, s.Commit(t.Context(), due("a", "1")))
				first := begun(t, s)
				require.NoError(t, first.Commit(t.Context(), due("a", "2")))
				second := make(chan error)
				go func() { second <- commit(s, due("a", "3")) }()
				waiting(t, pool, 1)
				require.NoError(t, first.Confirm(t.Context()))
				require.NoError(t, <-second)
				require.Equal(t, []string{"a"}, dueIDs(t, s, "3"))
				require.Empty(t, dueIDs(t, s, "1", "2"))
				require.NoError(t, s.Commit(t.Context(), due("a", "2")), "the value can be taken again")

				require.NoError(t, s.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key("a"), If: store.Any}}}))
				require.False(t, exists(t, pool.Config().ConnConfig, "SELECT FROM sp_term"), "terms outlive their record")
			})
		}
	}
}

func TestAStoreLetsManyWritersOfOneRecordSucceedAndLeavesItsTermsAlone(t *testing.T) {
	for _, numbering := range []postgres.Numbering{postgres.ByTransaction, postgres.ByCounter} {
		t.Run(numbering.String(), func(t *testing.T) {
			const writers, each = 8, 20
			s, pool := open(t, writers, postgres.Options{Numbering: numbering})
			errs := make(chan error, writers)
			for w := range writers {
				go func() {
					var err error
					for i := 0; i < each && err == nil; i++ {
						err = s.Commit(t.Context(), due("a", fmt.Sprint((i*7+w)%10)))
					}
					errs <- err
				}()
			}
			for range writers {
				require.NoError(t, <-errs)
			}
			r, err := s.Get(t.Context(), key("a"))
			require.NoError(t, err)
			require.Equal(t, int64(writers*each), r.Version)
			rows, err := pool.Query(t.Context(), "SELECT name, value FROM sp_term")
			require.NoError(t, err)
			terms := store.Terms{}
			var name, value string
			_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error {
				require.NotContains(t, terms, name)
				terms[name] = value
				return nil
			})
			require.NoError(t, err)
			require.Equal(t, r.Terms, terms)
		})
	}
}
