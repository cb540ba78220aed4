package postgres_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// holding returns the files of a server that contain text: those of tables, and
// those of the write-ahead log.
func holding(t *testing.T, s *pgserver.Server, text string) (tables, log []string) {
	t.Helper()
	err := filepath.WalkDir(s.Data(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.Type().IsRegular() {
			return nil
		}
		data, err2 := os.ReadFile(path)
		switch err = cmp.Or(err, err2); {
		case errors.Is(err, fs.ErrNotExist):
			return nil // the server has removed it meanwhile
		case err != nil || !bytes.Contains(data, []byte(text)):
			return err
		case strings.Contains(path, "pg_wal"):
			log = append(log, path)
		default:
			tables = append(tables, path)
		}
		return nil
	})
	require.NoError(t, err)
	return tables, log
}

func TestAStoreLeavesNoByteOfWhatIsErasedInItsFiles(t *testing.T) {
	tier.Unraced(t)
	server := available(t)
	if server.Dir == "" {
		t.Skip("the files of the server are not ours to read")
	}
	s, pool := open(t, 1, postgres.Options{})
	run := func(sql string) {
		t.Helper()
		_, err := pool.Exec(t.Context(), sql)
		require.NoError(t, err, sql)
	}
	run("ALTER SYSTEM SET wal_recycle = off") // as the package documentation says
	t.Cleanup(func() {
		execute(t, pool.Config().ConnConfig, "ALTER SYSTEM RESET wal_recycle")
		execute(t, pool.Config().ConnConfig, "SELECT pg_reload_conf()")
	})
	run("SELECT pg_reload_conf()")

	forgotten, kept := "Canary whom all forget", "Canary who remains"
	run("CHECKPOINT")                         // the next one, which removes what is behind, is then far off
	size := []int{20, 400, 900, 3000, 10_000} // from within its row to many rows beside it
	for i := range 100 {
		name := forgotten
		if i%10 == 0 {
			name = kept
		}
		for version := range int64(2) {
			b := change(fmt.Sprint("P-", i), version)
			noise := make([]byte, size[i%len(size)]) // which does not compress
			_, err := rand.Read(noise)
			require.NoError(t, err)
			b.Puts[0].Body = append([]byte(name), noise...)
			if i%20 < 10 {
				b.Puts[0].Terms["name"] = name
			}
			require.NoError(t, s.Commit(t.Context(), b))
		}
	}
	_, log := holding(t, server, forgotten)
	require.NotEmpty(t, log, "the write-ahead log has what is written, or this test proves nothing")
	run("ANALYZE") // as the server does by itself
	for i := range 100 {
		if i%10 != 0 {
			require.NoError(t, s.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key(fmt.Sprint("P-", i)), If: 2}}}))
		}
	}
	run("CHECKPOINT")
	tables, _ := holding(t, server, forgotten)
	require.NotEmpty(t, tables, "deleting alone leaves bytes, or this test proves nothing")

	run("VACUUM FULL sp_record")
	run("VACUUM FULL sp_term")
	run("SELECT pg_switch_wal()")
	run("CHECKPOINT")
	tables, log = holding(t, server, forgotten)
	require.Empty(t, tables)
	require.Empty(t, log)
	tables, _ = holding(t, server, kept)
	require.NotEmpty(t, tables)
	got, _ := told(t, s, "")
	require.Len(t, got, 200, "the log stays, since it holds nothing personal")
}
