package sqlite_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/socialprescribing/sp/internal/tier"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
)

// holds reports which files of a database contain text.
func holds(t *testing.T, path, text string) (files []string) {
	t.Helper()
	all, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, f := range all {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		if bytes.Contains(data, []byte(text)) {
			files = append(files, filepath.Base(f))
		}
	}
	return files
}

func TestAStoreLeavesNoByteOfWhatIsErasedInItsFiles(t *testing.T) {
	tier.Unraced(t)
	path := file(t)
	s := open(t, handle(t, path))
	commit := func(b store.Batch) { require.NoError(t, s.Commit(t.Context(), b)) }
	for i := range 300 {
		id := fmt.Sprintf("P-%03d", i)
		b := batch(id, store.New)
		b.Puts[0].Terms["name"] = "Canary the " + id
		b.Puts[0].Body = bytes.Repeat([]byte("Canary the "+id+" "), 1+i*20%700) // some overflow their page
		commit(b)
		b = batch(id, 1)
		b.Puts[0].Body = []byte("Canary the " + id + " has moved")
		commit(b)
	}
	for i := range 300 {
		if i%10 != 0 {
			commit(store.Batch{Deletes: []store.Delete{{Key: key(fmt.Sprintf("P-%03d", i)), If: 2}}})
		}
	}
	left := 0
	for i := range 300 {
		if i%10 != 0 && holds(t, path, fmt.Sprintf("Canary the P-%03d", i)) != nil {
			left++
		}
	}
	require.Positive(t, left, "deleting alone leaves bytes, or this test proves nothing")
	require.NoError(t, s.Scrub(t.Context()))
	for i := range 300 {
		id := fmt.Sprintf("P-%03d", i)
		if kept := holds(t, path, "Canary the "+id); i%10 != 0 {
			require.Empty(t, kept, id)
		} else {
			require.NotEmpty(t, kept, id)
		}
	}
	records, events := contents(t, s)
	require.Equal(t, []int{30, 600}, []int{records, events}, "the log stays, since it holds nothing personal")
}
