package person_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

func TestAProfileGoesThroughJSONWhole(t *testing.T) {
	for name, profile := range map[string]person.Profile{
		"of somebody known":           jo(t).Profile(today),
		"of somebody unknown":         {ID: "P-1"},
		"of somebody who pays nought": {ID: "P-2", Circumstances: person.Circumstances{Ceiling: sp.Know(sp.Money{}), GroupSize: sp.Know(1)}},
	} {
		data, err := json.Marshal(profile)
		require.NoError(t, err)
		require.NotContains(t, string(data), canary)
		var back person.Profile
		require.NoError(t, json.Unmarshal(data, &back))
		require.Empty(t, diff(profile, back), name)
	}
	data, err := json.Marshal(person.Profile{ID: "P-1"})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"P-1"}`, string(data), "what is unknown is not written")
}

func BenchmarkProfile(b *testing.B) {
	p := jo(b)
	b.ReportAllocs()
	for b.Loop() {
		if p.Profile(today).ID == "" {
			b.Fatal("no profile")
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p := jo(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Check(today); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStoredForm(b *testing.B) {
	record, err := person.Register(jo(b), ann)
	require.NoError(b, err)
	batch, err := record.Pending()
	require.NoError(b, err)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := record.Pending(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		people := person.NewRepository(one{record: store.Record{Key: batch.Puts[0].Key, Version: 1, Body: batch.Puts[0].Body}})
		b.ReportAllocs()
		for b.Loop() {
			if _, err := people.Load(b.Context(), "P-55"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
