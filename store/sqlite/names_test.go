package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
)

// In the index a tenant, a kind, a name and a value are one text.
func TestNamesThatHoldTheSignsBetweenThemAreToldApart(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	var b store.Batch
	for _, p := range []struct{ tenant, kind, name, value string }{
		{"a", "b/c", "d", "e"},
		{"a/b", "c", "d", "e"},
		{"a", "b", "c/d", "e"},
		{"a", "b", "c", "d=e"},
		{"a", "b", "c=d", "e"},
		{"a", "b%2Fc", "d", "e"},
		{"a", "b", "c%3Dd", "e"},
		{"a", "b", "c", ">"},
		{"a", "b", "c", "\U0010ffff"},
	} {
		id := p.tenant + " " + p.kind + " " + p.name + " " + p.value
		b.Puts = append(b.Puts, store.Put{Key: store.Key{Tenant: p.tenant, Kind: p.kind, ID: id}, Terms: store.Terms{p.name: p.value}})
	}
	require.NoError(t, s.Commit(t.Context(), b))
	for _, p := range b.Puts {
		for name, value := range p.Terms {
			for _, q := range []store.Query{
				{Where: store.Where{name: {value}}},
				{Range: store.Range{Term: name}},
				{Range: store.Range{Term: name, From: value, Before: value + "\x01"}},
				{Where: store.Where{name: {value}}, Range: store.Range{Term: name}},
			} {
				q.Tenant, q.Kind = p.Tenant, p.Kind
				var want, got []string
				for _, o := range b.Puts {
					if q.Match(store.Record{Key: o.Key, Terms: o.Terms}) {
						want = append(want, o.ID)
					}
				}
				for r, err := range s.Scan(t.Context(), q) {
					require.NoError(t, err)
					got = append(got, r.ID)
				}
				require.ElementsMatch(t, want, got, "%+v", q)
			}
		}
	}
	for _, p := range b.Puts {
		require.NoError(t, s.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: p.Key, If: 1}}}))
	}
	var left int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM sp_term").Scan(&left))
	require.Zero(t, left)
}
