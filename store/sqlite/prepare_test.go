package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

// A preparer opens connections that count the statements they prepare.
type preparer struct {
	to       driver.Driver
	name     string
	prepared *atomic.Int64
}

func (p preparer) Driver() driver.Driver { return p.to }

func (p preparer) Connect(context.Context) (driver.Conn, error) {
	conn, err := p.to.Open(p.name)
	return preparing{conn, p.prepared}, err
}

// A preparing connection has no way but Prepare to be asked anything.
type preparing struct {
	driver.Conn
	prepared *atomic.Int64
}

func (c preparing) Prepare(query string) (driver.Stmt, error) {
	c.prepared.Add(1)
	return c.Conn.Prepare(query)
}

func (c preparing) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func TestAStorePreparesThePagesOfAQueryOnce(t *testing.T) {
	path := file(t)
	var prepared atomic.Int64
	db := sql.OpenDB(preparer{handle(t, path).Driver(), "file:" + path + settings, &prepared})
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection prepares for itself
	s := open(t, db)
	var all store.Batch
	for i := range 350 {
		all.Puts = append(all.Puts, batch(fmt.Sprintf("%03d", i), store.New).Puts...)
	}
	require.NoError(t, s.Commit(t.Context(), all))
	for name, q := range map[string]store.Query{
		"all of a kind":                         {},
		"by a term":                             {Where: store.Where{"state": {"open"}}},
		"by two values":                         {Where: store.Where{"state": {"open", "closed"}}},
		"by two terms":                          {Where: store.Where{"state": {"open"}, "due": {"007", "008"}}},
		"along a range":                         {Range: store.Range{Term: "due"}},
		"along a range, of a term that is rare": {Range: store.Range{Term: "due"}, Where: store.Where{"due": {"007"}}},
	} {
		t.Run(name, func(t *testing.T) {
			q.Tenant, q.Kind = "north", "referral"
			want := count(t, s.Scan(t.Context(), q))
			before := prepared.Load()
			for range 5 {
				require.Equal(t, want, count(t, s.Scan(t.Context(), q)))
			}
			require.Equal(t, before, prepared.Load())
		})
	}
}

func TestAStoreAnswersQueriesOfMoreFormsThanItKeeps(t *testing.T) {
	tier.Unraced(t)
	s := open(t, handle(t, file(t)))
	require.NoError(t, s.Commit(t.Context(), batch("a", store.New)))
	values := []string{"a", "open"}
	for i := range 49 {
		values = append(values, fmt.Sprint(i))
		q := store.Query{Tenant: "north", Kind: "referral", Where: store.Where{"state": values}}
		for range 2 {
			require.Equal(t, 1, count(t, s.Scan(t.Context(), q)))
			q.Where["due"] = values
		}
		q.Range = store.Range{Term: "due"}
		require.Equal(t, 1, count(t, s.Scan(t.Context(), q)))
	}
	require.Equal(t, 100, sqlite.Kept(s))
}
