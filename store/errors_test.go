package store_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

func TestUnchangedIsWhatWasShownOrWhatOnesOwnCommandMadeOfIt(t *testing.T) {
	history := slices.Values([]store.Entry[store.Event]{
		{Stamp: sp.Stamp{Key: "k-1"}}, {}, {Stamp: sp.Stamp{Key: "k-2"}},
	})
	for _, c := range []struct {
		name string
		seen int64
		key  string
		want error
	}{
		{"nothing was shown", 0, "", nil},
		{"it is as it was shown", 3, "", nil},
		{"somebody was faster", 2, "k-9", store.ErrChanged},
		{"a version that never was", 9, "", store.ErrChanged},
		{"the own command comes again", 2, "k-2", nil},
		{"the own command comes again after others", 1, "k-1", nil},
		{"without a key nothing is known again", 2, "", store.ErrChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := store.Unchanged(c.seen, 3, history, c.key)
			require.ErrorIs(t, err, c.want)
			if c.want != nil {
				require.ErrorIs(t, err, sp.ErrConflict)
			}
		})
	}
}
