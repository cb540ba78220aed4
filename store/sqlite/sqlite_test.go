package sqlite_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
	"github.com/socialprescribing/sp/store/storetest"
)

// settings are those that the package documentation recommends.
const settings = "?_pragma=busy_timeout(5000)&_pragma=synchronous(normal)&_txlock=immediate"

func handle(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+path+settings)
	require.NoError(tb, err)
	tb.Cleanup(func() { db.Close() })
	return db
}

func open(tb testing.TB, db *sql.DB) *sqlite.Store {
	tb.Helper()
	require.NoError(tb, sqlite.Migrate(tb.Context(), db))
	s, err := sqlite.Open(tb.Context(), db)
	require.NoError(tb, err)
	tb.Cleanup(func() { s.Close() })
	return s
}

func TestOpenFileMakesAFileThatIsFoundAgain(t *testing.T) {
	for _, name := range []string{"scheme.db", "a scheme?with #every%20thing.db"} {
		path := filepath.Join(t.TempDir(), name)
		k := store.Key{Tenant: "bay", Kind: "note", ID: "N-1"}
		s, err := sqlite.OpenFile(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: k, Body: []byte("x")}}}))
		require.NoError(t, s.Close())
		_, err = s.Get(t.Context(), k)
		require.Error(t, err, "it is closed")
		again, err := sqlite.OpenFile(t.Context(), path)
		require.NoError(t, err)
		r, err := again.Get(t.Context(), k)
		require.NoError(t, err)
		require.Equal(t, "x", string(r.Body))
		if runtime.GOOS != "windows" {
			for _, beside := range []string{"", "-wal", "-shm"} {
				info, err := os.Stat(path + beside)
				require.NoError(t, err)
				require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "people's records are for nobody else to read")
			}
		}
		require.NoError(t, again.Close())
		files, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, files, 1, "it is where it was asked for, and nothing is left beside it")
		require.Equal(t, name, files[0].Name())
	}
	_, err := sqlite.OpenFile(t.Context(), filepath.Join(t.TempDir(), "no folder", "scheme.db"))
	require.Error(t, err)
	t.Chdir(t.TempDir())
	_, err = sqlite.OpenFile(t.Context(), ":memory:")
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NoFileExists(t, ":memory:")
}

// openPlain is open for the process that is not a test.
func openPlain(ctx context.Context, path string) (*sqlite.Store, error) {
	db, err := sql.Open("sqlite", "file:"+path+settings)
	if err != nil {
		return nil, err
	}
	if err := sqlite.Migrate(ctx, db); err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, db)
}

func file(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "scheme.db")
}

func TestStoreKeepsEveryPromiseOfADriver(t *testing.T) {
	paths := map[store.Driver]string{}
	storetest.Suite{
		Few: tier.Racing(), // more of the same finds no other race, and takes minutes
		Open: func(t *testing.T) store.Driver {
			t.Helper()
			path := file(t)
			s := open(t, handle(t, path))
			paths[s] = path
			return s
		},
		Reopen: func(t *testing.T, d store.Driver) store.Driver {
			t.Helper()
			return open(t, handle(t, paths[d]))
		},
		Backup: func(t *testing.T, d store.Driver) func() store.Driver {
			t.Helper()
			path := paths[d]
			copied := file(t)
			_, err := handle(t, path).ExecContext(t.Context(), "VACUUM INTO ?", copied)
			require.NoError(t, err)
			return func() store.Driver {
				data, err := os.ReadFile(copied)
				require.NoError(t, err)
				path = file(t)
				require.NoError(t, os.WriteFile(path, data, 0o600))
				db := handle(t, path)
				require.NoError(t, sqlite.Migrate(t.Context(), db))
				require.NoError(t, sqlite.Restored(t.Context(), db))
				return open(t, db)
			}
		},
	}.Run(t)
}

func TestDriverWithEveryCommitInATransaction(t *testing.T) {
	storetest.Suite{
		Few: tier.Now() < tier.Long,
		Open: func(t *testing.T) store.Driver {
			t.Helper()
			return storetest.ThroughTx(open(t, handle(t, file(t))))
		},
	}.Run(t)
}

func TestStoreOnAPoolOfOneConnectionKeepsEveryPromise(t *testing.T) {
	tier.Unraced(t) // one connection does one thing at a time
	storetest.Suite{
		Few: tier.Now() < tier.Long,
		Open: func(t *testing.T) store.Driver {
			t.Helper()
			db := handle(t, file(t))
			db.SetMaxOpenConns(1)
			return open(t, db)
		},
	}.Run(t)
}
