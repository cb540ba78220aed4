package custom_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestARecordOfCustomFieldsReportsAStoreThatFails(t *testing.T) {
	repo := custom.NewRepository(store.Tenant(storetest.Faulty(memstore.New(), storetest.Fault{Err: io.ErrUnexpectedEOF}), "bay"))
	_, err := repo.Load(t.Context(), june.ID())
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	for _, err := range repo.Of(t.Context(), "P-55") {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	r := record(t, june, answers())
	r.Stale()
	require.ErrorIs(t, r.Set(bay(), answers(), ann), store.ErrStale)
	require.ErrorIs(t, r.Erase(ann), store.ErrStale)
	_, err = r.Pending()
	require.ErrorIs(t, err, store.ErrStale)
}

// one is a driver that answers one record.
type one struct {
	store.Driver
	record store.Record
}

func (d one) Get(context.Context, store.Key) (store.Record, error) { return d.record, nil }

func read(ctx context.Context, body []byte) (*custom.Record, error) {
	stored := store.Record{Key: store.Key{Kind: custom.RecordKind, ID: string(june.ID())}, Version: 1, Body: body}
	return custom.NewRepository(one{record: stored}).Load(ctx, june.ID())
}

func body(t require.TestingT, r *custom.Record) []byte {
	batch, err := r.Pending()
	require.NoError(t, err)
	return batch.Puts[0].Body
}

// Bodies that were once stored are read for ever: files are added here, and none is
// changed.
func TestEveryBodyOfCustomFieldsThatWasEverStoredIsRead(t *testing.T) {
	files, err := filepath.Glob("testdata/stored/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	want := record(t, june, answers())
	for _, file := range files {
		stored, err := os.ReadFile(file)
		require.NoError(t, err)
		r, err := read(t.Context(), stored)
		require.NoError(t, err, file)
		require.Equal(t, open(t, want), open(t, r), file)
	}
	present, err := os.ReadFile("testdata/stored/v1.json")
	require.NoError(t, err)
	require.JSONEq(t, string(present), string(body(t, want)))
}

func TestARepositoryOfCustomFieldsRefusesABrokenBodyAndQuotesNothing(t *testing.T) {
	fact := `{"field":"bay.pet","kind":"code","value":"` + canary + `"}`
	for name, broken := range map[string]string{
		"not JSON":              canary,
		"a later version":       `{"v":2,"person":"P-55"}`,
		"of nobody":             `{"v":1,"facts":[` + fact + `]}`,
		"of another":            `{"v":1,"person":"` + canary + `"}`,
		"a field twice":         `{"v":1,"person":"P-55","facts":[` + fact + `],"sensitive":[` + fact + `]}`,
		"a field of no scheme":  `{"v":1,"person":"P-55","facts":[{"field":"pet","kind":"code","value":"dog"}]}`,
		"a kind that is none":   `{"v":1,"person":"P-55","facts":[{"field":"bay.pet","kind":"` + canary + `","value":"dog"}]}`,
		"a value of no kind":    `{"v":1,"person":"P-55","facts":[{"field":"bay.pet","kind":"date","value":"` + canary + `"}]}`,
		"a value that is empty": `{"v":1,"person":"P-55","facts":[{"field":"bay.pet","kind":"text"}]}`,
		"a wrong type":          `{"v":1,"person":"P-55","facts":["` + canary + `"]}`,
	} {
		_, err := read(t.Context(), []byte(broken))
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.NotContains(t, err.Error(), canary, name)
	}
}

func TestCustomFieldsSurviveBeingStored(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,10})?`), rapid.StringMatching(`[0-9]{4}-[01][0-9]-[0-3][0-9]`), rapid.SampledFrom([]string{"yes", "no", "unknown", "dog"}))
	rapid.Check(t, func(t *rapid.T) {
		values := make(custom.Values)
		for _, f := range bay().Fields[:6] {
			if v, err := custom.Parse(f.Kind, text.Draw(t, string(f.Key))); err == nil && (f.Kind != custom.KindCode || v.Reveal() == "dog") {
				values[f.Key] = v
				again, err := custom.Parse(f.Kind, v.Reveal())
				require.NoError(t, err)
				require.True(t, v.Equal(again))
			}
		}
		if len(values) == 0 {
			return
		}
		r := record(t, june, values)
		stored := body(t, r)
		loaded, err := read(context.Background(), stored)
		require.NoError(t, err)
		require.Equal(t, open(t, r), open(t, loaded))
		require.Len(t, open(t, r), len(values))
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(body(f, record(f, june, answers())))
	f.Add([]byte(`{"v":1,"person":"P-55","facts":[null,{"field":"bay.pet","kind":"truth","value":"no"}]}`))
	f.Add([]byte(`{"v":1,"erased":true}`))
	f.Fuzz(func(t *testing.T, stored []byte) {
		r, err := read(t.Context(), stored)
		if err != nil {
			return
		}
		was, kept := r.Undeclared(), open(t, r)
		values := custom.Values{"steps": custom.Number(decimal.NewFromInt(1))}
		if kept["steps"] == "number 1" {
			values["steps"] = custom.Number(decimal.NewFromInt(2))
		}
		require.NoError(t, r.Set(bay(), values, ann))
		loaded, err := read(t.Context(), body(t, r))
		require.NoError(t, err)
		require.Subset(t, loaded.Undeclared(), was, "nothing is lost")
		now := open(t, loaded)
		delete(kept, "steps")
		delete(now, "steps")
		require.Equal(t, kept, now)
	})
}
