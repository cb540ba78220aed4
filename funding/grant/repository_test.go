package grant_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAFundLetsOneOfTwoPromiseTheLastMoney(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, funded(t, 13_000)))
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			errs[i] = store.Retry(ctx, 20, func(ctx context.Context) error {
				f, err := grant.NewFunds(db, anybody).Load(ctx, "F-1")
				if err != nil {
					return err
				}
				a, err := offer(f, twoYears(contract.ID(fmt.Sprintf("A-%d", i))), funder)
				if err != nil {
					return err
				}
				return store.Save(ctx, db, f, a)
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, grant.ErrOverspent)
	}
	require.Equal(t, 1, won)
	require.Equal(t, []string{"F-1"}, ids(t, grant.NewFunds(db, anybody).All(ctx), (*grant.Fund).ID))
	require.Len(t, ids(t, grant.NewAwards(db, anybody).All(ctx, grant.Query{Fund: "F-1"}), (*grant.Award).ID), 1)
}

func ids[T any, ID ~string](t *testing.T, all iter.Seq2[T, error], id func(T) ID) []string {
	t.Helper()
	var names []string
	for v, err := range all {
		require.NoError(t, err)
		names = append(names, string(id(v)))
	}
	return names
}

func TestAwardsAreFoundByWhatIsDueAndWhatEnds(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := funded(t, 100_000)
	walks := agreed(t, f, twoYears("A-1"))
	garden := twoYears("A-2")
	garden.Service, garden.Period = "bay/garden", sp.NewDate(2026, time.June, 1).Months(12)
	garden.Instalments = []contract.Instalment{{Due: sp.NewDate(2026, 6, 1), Amount: garden.Amount}}
	second := agreed(t, f, garden)
	core := twoYears("A-3")
	core.Provider, core.Service = "bay/hall", ""
	offered, err := offer(f, core, funder)
	require.NoError(t, err)
	stopped := agreed(t, f, twoYears("A-4"))
	require.NoError(t, f.Terminate(stopped, sp.NewDate(2026, 4, 10), "provider-closed", funder))
	require.NoError(t, f.Pay(walks, 1, funder))
	require.NoError(t, store.Save(ctx, db, f, walks, second, offered, stopped))

	awards := grant.NewAwards(db, anybody)
	id := (*grant.Award).ID
	require.Equal(t, []string{"A-2", "A-1"}, ids(t, awards.Due(ctx, sp.NewDate(2027, 1, 1)), id))
	require.Equal(t, []string{"A-2"}, ids(t, awards.Due(ctx, sp.NewDate(2026, 10, 15)), id), "on the day itself it is not overdue")
	require.Equal(t, []string{"A-2"}, ids(t, awards.Ending(ctx, sp.NewDate(2027, 6, 1)), id))
	require.Equal(t, []string{"A-2", "A-1"}, ids(t, awards.Ending(ctx, sp.NewDate(2028, 4, 1)), id))
	require.Equal(t, []string{"A-1", "A-4"}, ids(t, awards.All(ctx, grant.Query{Provider: "bay/green", Service: "bay/walks"}), id))
	require.Equal(t, []string{"A-3"}, ids(t, awards.All(ctx, grant.Query{States: []grant.State{grant.StateOffered}}), id))
	n, err := awards.Count(ctx, grant.Query{Provider: "bay/green", Service: "bay/walks", Limit: 1})
	require.NoError(t, err)
	require.Equal(t, 2, n)

	book, err := awards.Book(ctx, grant.Query{})
	require.NoError(t, err)
	require.Equal(t, sp.Pounds(48_000), book.Total(), "neither what is only offered nor what was never paid")
	again, err := awards.Load(ctx, "A-1")
	require.NoError(t, err)
	require.Equal(t, grant.FundID("F-1"), again.Fund())
	_, err = awards.Load(ctx, "A-9")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestARecordThatWasSpoiltIsAnErrorAndNotAWrongBalance(t *testing.T) {
	ctx := t.Context()
	for name, spoil := range map[string]func(string) string{
		"a cut line":       func(body string) string { return body[:len(body)-9] },
		"an unknown event": func(body string) string { return strings.ReplaceAll(body, "fund.allocated", "fund.painted") },
		"nothing":          func(string) string { return "" },
		"no opening":       func(body string) string { return strings.TrimPrefix(body, strings.SplitAfter(body, "\n")[0]) },
		"another currency": func(body string) string { return strings.Replace(body, "20000.00 GBP", "20000.00 EUR", 1) + line(body) },
	} {
		db := store.Tenant(memstore.New(), "bay")
		require.NoError(t, store.Save(ctx, db, funded(t, 20_000)))
		key := store.Key{Kind: grant.FundKind, ID: "F-1"}
		rec, err := db.Get(ctx, key)
		require.NoError(t, err)
		require.NoError(t, db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: key, If: rec.Version, Body: []byte(spoil(string(rec.Body)))}}}))
		_, err = grant.NewFunds(db, anybody).Load(ctx, "F-1")
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}

// line returns the second line of a body, which allocates money to 2026.
func line(body string) string { return strings.SplitAfter(body, "\n")[1] }

func FuzzDecodeEvent(f *testing.F) {
	f.Add("fund.paid", []byte(`{"award":"A-1","parts":[{"year":"2026","amount":"1.00 GBP"}]}`))
	f.Add("award.closed", []byte(`{"state":"terminated","lastDay":"2026-12-31"}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if _, err := grant.DecodeFundEvent(store.EventType(name), data); err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
		event, err := grant.DecodeAwardEvent(store.EventType(name), data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		// Replay must not panic, whatever a record holds.
		db := store.Tenant(memstore.New(), "bay")
		var h store.History[grant.AwardEvent]
		h.Append(grant.AwardOffered{Fund: "F-1", Terms: twoYears("A-1")}, funder)
		h.Append(event, funder)
		batch, err := h.Pending(store.Key{Kind: grant.AwardKind, ID: "A-1"}, nil)
		if err != nil {
			return
		}
		require.NoError(t, db.Commit(t.Context(), batch))
		if a, err := grant.NewAwards(db, anybody).Load(t.Context(), "A-1"); err == nil {
			a.Next()
			a.Terms()
			a.Unspent()
		}
	})
}

func BenchmarkFund(b *testing.B) {
	f := funded(b, 10_000_000)
	var awards []*grant.Award
	for i := range 500 {
		awards = append(awards, agreed(b, f, twoYears(contract.ID(fmt.Sprintf("A-%d", i)))))
	}
	db := store.Tenant(memstore.New(), "bay")
	changes := []store.Change{f}
	for _, a := range awards {
		changes = append(changes, a)
	}
	require.NoError(b, store.Save(b.Context(), db, changes...))
	b.Run("offer", func(b *testing.B) {
		for b.Loop() {
			a, err := offer(f, twoYears("A-X"), funder)
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Withdraw(a, "budget-cut", funder); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load-500-awards", func(b *testing.B) {
		for b.Loop() {
			if _, err := grant.NewFunds(db, anybody).Load(b.Context(), "F-1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load-offer-save-in-a-fund-of-5000", func(b *testing.B) {
		db, n := store.Tenant(memstore.New(), "bay"), 0
		require.NoError(b, store.Save(b.Context(), db, funded(b, 100_000_000)))
		next := func() {
			f, err := grant.NewFunds(db, anybody).Load(b.Context(), "F-1")
			require.NoError(b, err)
			n++
			a, err := offer(f, twoYears(contract.ID(fmt.Sprintf("A-%d", n))), funder)
			require.NoError(b, err)
			require.NoError(b, store.Save(b.Context(), db, f, a))
		}
		for n < 5000 {
			next()
		}
		for b.Loop() {
			next()
		}
		rec, err := db.Get(b.Context(), store.Key{Kind: grant.FundKind, ID: "F-1"})
		require.NoError(b, err)
		b.ReportMetric(float64(len(rec.Body)), "bytes-of-the-record")
	})
}
