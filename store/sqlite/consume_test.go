package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
)

func TestAConsumerOfAStoreMissesNothingAcrossRestartsWhileOthersWrite(t *testing.T) {
	const writers, each = 3, 150
	path := file(t)
	writer := open(t, handle(t, path))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for v := range int64(each) {
				if err := writer.Commit(t.Context(), batch(fmt.Sprint("R-", w), v)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()

	crash := errors.New("crash")
	seen := map[string]int64{}
	handled := 0
	for last := false; !last; {
		select {
		case <-done:
			last = true
		default:
		}
		db := handle(t, path) // every round is a new process
		s := open(t, db)
		left := 70
		if last {
			left = writers * each * 2
		}
		_, err := store.Consume(t.Context(), store.Tenant(s, "north"), "letters", func(_ context.Context, e store.RecordedEvent) error {
			if left--; left < 0 {
				return crash
			}
			if e.Version > seen[e.Key.ID]+1 {
				return fmt.Errorf("event %d of %s came after event %d", e.Version, e.Key.ID, seen[e.Key.ID])
			}
			seen[e.Key.ID] = max(seen[e.Key.ID], e.Version)
			handled++
			return nil
		})
		if !errors.Is(err, crash) {
			require.NoError(t, err)
		}
		require.NoError(t, s.Close())
		require.NoError(t, db.Close())
	}
	for w := range writers {
		require.EqualValues(t, each, seen[fmt.Sprint("R-", w)])
	}
	require.GreaterOrEqual(t, handled, writers*each)
}
