package voice_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/voice"
)

// Bodies that were once stored are read for ever: files are added here, and none is
// changed.
func TestARepositoryReadsEveryBodyThatWasEverStored(t *testing.T) {
	files, err := filepath.Glob("testdata/stored/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		r, err := read(t.Context(), body)
		if strings.Contains(file, "erased") {
			require.ErrorIs(t, err, sp.ErrNotFound, file)
			continue
		}
		require.NoError(t, err, file)
		require.NoError(t, r.Statement().Check(voice.Standard()), file)
	}
	// The present form is among them.
	st := samples()[voice.Request]
	st.Person, st.Case, st.Words = "P-55", "R-1", sp.Hide("Somewhere warm to sing.")
	st.ID = "V-1"
	batch, err := say(t, st, noon).Pending()
	require.NoError(t, err)
	present, err := os.ReadFile("testdata/stored/v1-request.json")
	require.NoError(t, err)
	require.JSONEq(t, string(present), string(batch.Puts[0].Body))
}

// one is a store that holds one record.
type one struct {
	store.Driver
	record store.Record
}

func (d one) Get(context.Context, store.Key) (store.Record, error) { return d.record, nil }

func read(ctx context.Context, body []byte) (*voice.Record, error) {
	record := store.Record{Key: store.Key{Kind: voice.RecordKind, ID: "V-1"}, Version: 1, Body: body}
	return voice.NewRepository(one{record: record}).Load(ctx, "V-1")
}

func TestARepositoryRefusesABrokenBodyAndQuotesNothing(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":           canary,
		"a later version":    `{"v":2,"id":"V-1"}`,
		"no version":         `{"id":"V-1"}`,
		"nothing said":       `{"v":1,"id":"V-1"}`,
		"a wrong type":       `{"v":1,"id":"V-1","said":"` + canary + `"}`,
		"of another":         `{"v":1,"id":"` + canary + `","said":{}}`,
		"words that are not": `{"v":1,"id":"V-1","said":{},"words":{"` + canary + `":1}}`,
	} {
		_, err := read(t.Context(), []byte(body))
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.NotContains(t, err.Error(), canary, name)
	}
}

func FuzzDecode(f *testing.F) {
	for kind, st := range samples() {
		st.ID = "V-1"
		r, err := voice.Say(st, nil, stamp(kind, noon))
		require.NoError(f, err)
		batch, err := r.Pending()
		require.NoError(f, err)
		f.Add(batch.Puts[0].Body)
	}
	f.Add([]byte(`{"v":1,"id":"V-1","said":{"kind":"trust","items":[{"code":"x","answer":"9"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := read(t.Context(), body)
		if err != nil {
			return
		}
		st := r.Statement()
		if st.Check(voice.Standard()) != nil {
			return
		}
		again, err := voice.Say(st, nil, stamp(st.Kind, noon))
		require.NoError(t, err)
		batch, err := again.Pending()
		require.NoError(t, err)
		loaded, err := read(t.Context(), batch.Puts[0].Body)
		require.NoError(t, err)
		require.True(t, st.Words.Equal(loaded.Statement().Words))
		require.Equal(t, st.Items, loaded.Statement().Items)
	})
}

func TestARepositoryReportsAStoreThatFails(t *testing.T) {
	repo := voice.NewRepository(store.Tenant(storetest.Faulty(memstore.New(), storetest.Fault{Err: io.ErrUnexpectedEOF}), "bay"))
	_, err := repo.Load(t.Context(), "V-1")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	for _, err := range repo.Find(t.Context(), voice.Query{}) {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	for _, err := range repo.Of(t.Context(), person.ID("P-1")) {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	db := store.Tenant(memstore.New(), "bay")
	r := say(t, samples()[voice.Request], noon)
	r.Stale()
	require.ErrorIs(t, store.Save(t.Context(), db, r), store.ErrStale)
	require.ErrorIs(t, r.Answer(voice.Done, ann), store.ErrStale)
}
