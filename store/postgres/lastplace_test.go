package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// Several workers reach for the last place of an offer at once: one gets it, and the
// others are told that none is left.
func TestOneOfSeveralGetsTheLastPlace(t *testing.T) {
	s, _ := open(t, 5, postgres.Options{})
	db := store.Tenant(s, north)
	worker := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	last := place.New("bay/garden")
	require.NoError(t, last.Restate(directory.Capacity{Available: sp.Know(1), Updated: worker.At}, worker))
	require.NoError(t, store.Save(t.Context(), db, last))
	results := make([]error, 4)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			results[i] = store.Retry(t.Context(), 2*len(results), func(ctx context.Context) error {
				p, err := place.NewRepository(db).Load(ctx, "bay/garden")
				if err != nil {
					return err
				}
				if err := p.Hold(place.Hold{For: fmt.Sprint("PL-", i)}, worker); err != nil {
					return err
				}
				return store.Save(ctx, db, p)
			})
		})
	}
	wg.Wait()
	got := 0
	for _, err := range results {
		if err == nil {
			got++
			continue
		}
		_, full := errors.AsType[*place.FullError](err)
		require.True(t, full, err)
	}
	require.Equal(t, 1, got)
}
