package filestore_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/filestore"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestFilestoreKeepsThePromisesOfADriver(t *testing.T) {
	dirs := map[store.Driver]string{}
	open := func(t *testing.T, dir string) store.Driver {
		t.Helper()
		s, err := filestore.Open(dir)
		require.NoError(t, err)
		dirs[s] = dir
		return s
	}
	storetest.Suite{
		Open: func(t *testing.T) store.Driver {
			t.Helper()
			return open(t, t.TempDir())
		},
		Reopen: func(t *testing.T, d store.Driver) store.Driver {
			t.Helper()
			return open(t, dirs[d])
		},
	}.Run(t)
}

func TestFilestoreRefusesASecondProcessOnOneDirectory(t *testing.T) {
	dir := t.TempDir()
	a, err := filestore.Open(dir)
	require.NoError(t, err)
	b, err := filestore.Open(dir)
	require.NoError(t, err)
	k := store.Key{Tenant: "north", Kind: "referral", ID: "R-1"}
	for version := range int64(6) {
		writer, other := a, b
		if version%2 == 1 {
			writer, other = b, a
		}
		batch := store.Batch{Puts: []store.Put{{Key: k, If: version}}}
		require.NoError(t, writer.Commit(t.Context(), batch))
		require.Error(t, other.Commit(t.Context(), batch))
		r, err := other.Get(t.Context(), k)
		require.NoError(t, err)
		require.Equal(t, version+1, r.Version)
	}
}

func TestFilestoreReportsTheFirstOfSeveralConflicts(t *testing.T) {
	db, err := filestore.Open(t.TempDir())
	require.NoError(t, err)
	var b store.Batch
	for i := range 8 {
		b.Puts = append(b.Puts, store.Put{Key: store.Key{Tenant: "north", Kind: "referral", ID: fmt.Sprint(i)}, If: 1})
	}
	for range 8 {
		err := db.Commit(t.Context(), b)
		require.EqualError(t, err, "store: north/referral/0: is not there, expected version 1: somebody deleted it")
	}
}

func TestFilestoreReportsADamagedFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/000000000001.gob", []byte(`{"Puts":[`), 0o600))
	_, err := filestore.Open(dir)
	require.ErrorContains(t, err, "filestore: read commit 1: ")
}

func TestFilestoreIsShort(t *testing.T) {
	f, err := os.Open("filestore.go")
	require.NoError(t, err)
	defer f.Close()
	lines := 0
	for scanner := bufio.NewScanner(f); scanner.Scan(); {
		if line := strings.TrimSpace(scanner.Text()); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	require.Less(t, lines, 220, "docs/storage.md says that a driver takes some 200 lines")
}
