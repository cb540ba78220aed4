package note_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// one is a store that holds one record.
type one struct {
	store.Driver
	record store.Record
}

func (d one) Get(context.Context, store.Key) (store.Record, error) { return d.record, nil }

func read(ctx context.Context, body []byte) (*note.Record, error) {
	record := store.Record{Key: store.Key{Kind: note.Kind, ID: "N-1"}, Version: 1, Body: body}
	return note.NewRepository(one{record: record}).Load(ctx, "N-1")
}

// Bodies that were once stored are read for ever: files are added here, and none is
// changed.
func TestEveryBodyThatWasEverStoredIsRead(t *testing.T) {
	files, err := filepath.Glob("testdata/stored/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		r, err := read(t.Context(), body)
		require.NoError(t, err, file)
		require.Equal(t, []string{"Rang Jo.", "It was her sister."}, texts(t, r), file)
	}
	// The present form is among them.
	n := note.Note{ID: "N-1", Person: "P-55", About: "referral/R-7", Class: note.Team, Text: sp.Hide("Rang Jo.")}
	db, _, _ := open()
	r := write(t, db, n, noon)
	n.Text = sp.Hide("It was her sister.")
	require.NoError(t, r.Rewrite(n, sp.By(ann.By, noon.Add(time.Hour))))
	batch, err := r.Pending()
	require.NoError(t, err)
	present, err := os.ReadFile("testdata/stored/v1.json")
	require.NoError(t, err)
	require.JSONEq(t, string(present), string(batch.Puts[0].Body))
	require.True(t, batch.Puts[0].Sealed)
	require.JSONEq(t, `{"v":1,"class":"note-team"}`, string(batch.Events[0].Data))
}

func TestARepositoryRefusesABrokenBodyAndQuotesNothing(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":        canary,
		"a later version": `{"v":2,"id":"N-1"}`,
		"without a text":  `{"v":1,"id":"N-1","person":"P-1"}`,
		"of nobody":       `{"v":1,"id":"N-1","versions":[{"text":"` + canary + `"}]}`,
		"of another":      `{"v":1,"id":"` + canary + `","person":"P-1","versions":[{"text":"x"}]}`,
		"a wrong type":    `{"v":1,"id":"N-1","person":"P-1","versions":["` + canary + `"]}`,
	} {
		_, err := read(t.Context(), []byte(body))
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.NotContains(t, err.Error(), canary, name)
	}
}

func FuzzDecode(f *testing.F) {
	r, err := note.Write(daily("N-1", "P-1"), ann)
	require.NoError(f, err)
	batch, err := r.Pending()
	require.NoError(f, err)
	f.Add(batch.Puts[0].Body)
	f.Add([]byte(`{"v":1,"id":"N-1","person":"P-1","versions":[null,{"at":"2026-01-01T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := read(t.Context(), body)
		if err != nil {
			return
		}
		was := texts(t, r)
		s := r.Summary()
		n := note.Note{ID: s.ID, Person: s.Person, About: s.About, Class: s.Class, Text: sp.Hide("once more")}
		if r.Rewrite(n, ann) != nil {
			return
		}
		batch, err := r.Pending()
		if err != nil {
			return // an old text was not one that can be stored
		}
		loaded, err := read(t.Context(), batch.Puts[0].Body)
		require.NoError(t, err)
		require.Equal(t, append(was, "once more"), texts(t, loaded))
	})
}

func TestARepositoryReportsAStoreThatFails(t *testing.T) {
	repo := note.NewRepository(store.Tenant(storetest.Faulty(memstore.New(), storetest.Fault{Err: io.ErrUnexpectedEOF}), "bay"))
	_, err := repo.Load(t.Context(), "N-1")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	for _, err := range repo.Of(t.Context(), "P-1", note.Query{}) {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	db, _, _ := open()
	r := write(t, db, daily("N-1", "P-1"), noon)
	r.Stale()
	require.ErrorIs(t, r.Rewrite(daily("N-1", "P-1"), ann), store.ErrStale)
	require.ErrorIs(t, r.Erase(ann), store.ErrStale)
	_, err = r.Pending()
	require.ErrorIs(t, err, store.ErrStale)
}
