package seal_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// whose finds whose a record is, or that it is the scheme's own.
func whose(r store.Record) string {
	if of := r.Terms["person"]; of != "" {
		return of
	}
	return "scheme"
}

// The keys of people are files of a folder. Once June's is destroyed nobody reads her records.
func ExampleFolder() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "keys")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	keys := seal.Folder(folder)
	db := store.Tenant(seal.Driver(memstore.New(), seal.By(keys, whose)), "bay")
	err = db.Commit(ctx, store.Batch{Puts: []store.Put{
		{Key: store.Key{Kind: "note", ID: "N-1"}, If: store.New, Terms: store.Terms{"person": "P-55"}, Body: []byte("likes roses")},
	}})
	fmt.Println(err)
	r, err := db.Get(ctx, store.Key{Kind: "note", ID: "N-1"})
	fmt.Println(string(r.Body), err)
	fmt.Println(keys.Destroy(ctx, "bay", "P-55"))
	_, err = db.Get(ctx, store.Key{Kind: "note", ID: "N-1"})
	fmt.Println(err != nil)
	// Output:
	// <nil>
	// likes roses <nil>
	// <nil>
	// true
}

func TestFolderKeepsAKeyForEachNameOfATenantUntilItIsDestroyed(t *testing.T) {
	ctx, keys := t.Context(), seal.Folder(filepath.Join(t.TempDir(), "made when it is needed"))
	_, err := keys.Key(ctx, "bay", "P-1")
	require.ErrorIs(t, err, sp.ErrNotFound, "none is drawn to read with")
	first, err := keys.KeyOrNew(ctx, "bay", "P-1")
	require.NoError(t, err)
	require.Len(t, first, 32)
	for _, get := range []func(context.Context, string, string) ([]byte, error){keys.Key, keys.KeyOrNew, seal.Folder(string(keys)).Key} {
		again, err := get(ctx, "bay", "P-1")
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	for _, other := range [][2]string{{"dale", "P-1"}, {"bay", "P-2"}} {
		key, err := keys.KeyOrNew(ctx, other[0], other[1])
		require.NoError(t, err)
		require.NotEqual(t, first, key)
	}
	for range 2 {
		require.NoError(t, keys.Destroy(ctx, "bay", "P-1"))
		for _, get := range []func(context.Context, string, string) ([]byte, error){keys.Key, keys.KeyOrNew} {
			_, err = get(ctx, "bay", "P-1")
			require.ErrorIs(t, err, sp.ErrNotFound, "and no other is drawn in its place")
		}
	}
	require.NoError(t, keys.Destroy(ctx, "bay", "P-9"), "one that never was")
	_, err = keys.KeyOrNew(ctx, "bay", "P-9")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestFolderGivesAllWhoDrawAtTheSameMomentOneKey(t *testing.T) {
	keys := seal.Folder(t.TempDir())
	got := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			key, err := keys.KeyOrNew(t.Context(), "bay", "P-1")
			if err != nil {
				t.Error(err)
			}
			got[i] = key
		})
	}
	all.Wait()
	for _, key := range got {
		require.Equal(t, got[0], key)
	}
}

func TestFolderTellsNothingByTheNamesOfItsFilesAndLetsNobodyElseRead(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	_, err := seal.Folder(folder).KeyOrNew(t.Context(), "bay", "../P-1/june")
	require.NoError(t, err)
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left of how it was written")
	require.NotContains(t, files[0].Name(), "june")
	require.True(t, strings.HasSuffix(files[0].Name(), ".key"))
	info, err := files[0].Info()
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077)
}

func TestBySealsUnderTheKeyOfWhomARecordIsAboutThen(t *testing.T) {
	ctx, keys := t.Context(), seal.Folder(t.TempDir())
	db := store.Tenant(seal.Driver(memstore.New(), seal.By(keys, whose)), "bay")
	put := func(id, person string, version int64) {
		t.Helper()
		terms := store.Terms{"person": person}
		require.NoError(t, db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "note", ID: id}, If: version, Terms: terms.Compact(), Body: []byte("x")}}}))
	}
	put("N-1", "P-1", store.New)
	put("N-2", "P-2", store.New)
	put("N-3", "", store.New)
	require.NoError(t, keys.Destroy(ctx, "bay", "P-1"))
	_, err := db.Get(ctx, store.Key{Kind: "note", ID: "N-1"})
	require.ErrorIs(t, err, seal.ErrErased)
	for _, id := range []string{"N-2", "N-3"} {
		_, err = db.Get(ctx, store.Key{Kind: "note", ID: id})
		require.NoError(t, err)
	}
	put("N-2", "", 1) // it is the scheme's from now on
	require.NoError(t, keys.Destroy(ctx, "bay", "P-2"))
	_, err = db.Get(ctx, store.Key{Kind: "note", ID: "N-2"})
	require.NoError(t, err)
	err = db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "note", ID: "N-4"}, If: store.New, Terms: store.Terms{"person": "P-1"}, Body: []byte("x")}}})
	require.ErrorIs(t, err, sp.ErrNotFound, "nothing is written of somebody who was forgotten")
}

func TestWriteOncePutsAWholeFileOrNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "file")
	require.NoError(t, seal.WriteOnce(path, []byte("first")))
	require.ErrorIs(t, seal.WriteOnce(path, []byte("second")), fs.ErrExist)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "first", string(got))
	require.Error(t, seal.WriteOnce(filepath.Join(path, "below a file"), nil))
}

func TestFolderKeepsTheKeysOfTwoTenantsApartWhateverTheirNames(t *testing.T) {
	keys := seal.Folder(t.TempDir())
	one, err := keys.KeyOrNew(t.Context(), "bay", "north/P-1")
	require.NoError(t, err)
	other, err := keys.KeyOrNew(t.Context(), "bay/north", "P-1")
	require.NoError(t, err)
	require.NotEqual(t, one, other)
	require.NoError(t, keys.Destroy(t.Context(), "bay/north", "P-1"))
	again, err := keys.Key(t.Context(), "bay", "north/P-1")
	require.NoError(t, err, "who is forgotten in one is kept in the other")
	require.Equal(t, one, again)
}

// A key is written under a second name first, which stays where the process is killed between.
func TestFolderDestroysWhatAKilledWriterLeftOfAKeyToo(t *testing.T) {
	folder := t.TempDir()
	keys := seal.Folder(folder)
	for _, name := range []string{"P-1", "P-2"} {
		_, err := keys.KeyOrNew(t.Context(), "bay", name)
		require.NoError(t, err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.key"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, path := range files {
		require.NoError(t, os.Link(path, path+".new-7"))
	}
	require.NoError(t, keys.Destroy(t.Context(), "bay", "P-1"))
	left, err := filepath.Glob(filepath.Join(folder, "*.new-*"))
	require.NoError(t, err)
	require.Len(t, left, 1, "that of the other stays: somebody may be writing it")
	_, err = keys.Key(t.Context(), "bay", "P-1")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = keys.Key(t.Context(), "bay", "P-2")
	require.NoError(t, err)
}
