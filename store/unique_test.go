package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestTermsNameThoseThatAreUnique(t *testing.T) {
	terms := store.Terms{"state": "open", store.Unique + "b": "1", store.Unique + "a": "1", "not unique:": "1"}
	require.Equal(t, []string{"unique:a", "unique:b"}, terms.Unique())
	require.Empty(t, store.Terms(nil).Unique())
}

func TestADuplicateErrorNamesNeitherTheValueNorWhoHasIt(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	numbered := func(id string) store.Batch {
		return store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "person", ID: id}, Terms: store.Terms{store.Unique + "number": "h-4711"}}}}
	}
	require.NoError(t, db.Commit(t.Context(), numbered("P-1")))
	err := db.Commit(t.Context(), numbered("P-2"))
	require.EqualError(t, err, "store: north/person/P-2: another record has its value of unique:number")
	require.ErrorIs(t, err, sp.ErrExists)
	require.NotErrorIs(t, err, sp.ErrConflict)
}

func TestBatchCheckFindsTwoPutsWithOneUniqueValue(t *testing.T) {
	put := func(tenant, kind, id string) store.Put {
		return store.Put{Key: store.Key{Tenant: tenant, Kind: kind, ID: id}, Terms: store.Terms{store.Unique + "number": "1", "state": "open"}}
	}
	require.NoError(t, store.Batch{Puts: []store.Put{put("a", "k", "1"), put("b", "k", "2"), put("a", "l", "3")}}.Check())
	err := store.Batch{Puts: []store.Put{put("a", "k", "1"), put("a", "k", "2")}}.Check()
	require.ErrorIs(t, err, sp.ErrExists)
	require.ErrorContains(t, store.Batch{Puts: []store.Put{put("a", "k", "1"), put("a", "k", "")}}.Check(), "id", "what is malformed comes first")
}

// Two people are not registered under one number, and whoever comes second finds the first.
func ExampleUnique() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "north")
	for _, id := range []string{"P-1", "P-2"} {
		fmt.Println(db.Commit(ctx, store.Batch{Puts: []store.Put{{
			Key: store.Key{Kind: "person", ID: id}, Terms: store.Terms{store.Unique + "number": "5f2c"},
		}}}))
	}
	for r := range db.Scan(ctx, store.Query{Kind: "person", Where: store.Where{}.Is(store.Unique+"number", "5f2c")}) {
		fmt.Println(r.ID)
	}
	// Output:
	// <nil>
	// store: north/person/P-2: another record has its value of unique:number
	// P-1
}
