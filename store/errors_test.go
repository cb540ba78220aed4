package store_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

func TestUnchangedIsWhatWasShownOrWhatOnesOwnCommandMadeOfIt(t *testing.T) {
	ann, ben := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}
	history := slices.Values([]store.Entry[store.Event]{
		{Stamp: sp.Stamp{By: ann, Key: "k-1"}}, {Stamp: sp.Stamp{By: ann}}, {Stamp: sp.Stamp{By: ann, Key: "k-2"}},
	})
	for _, c := range []struct {
		name string
		seen int64
		by   sp.Actor
		key  string
		want error
	}{
		{"nothing was shown", 0, ann, "", nil},
		{"it is as it was shown", 3, ann, "", nil},
		{"somebody was faster", 2, ann, "k-9", store.ErrChanged},
		{"a version that never was", 9, ann, "", store.ErrChanged},
		{"the own command comes again", 2, ann, "k-2", nil},
		{"the own command comes again after others", 1, ann, "k-1", nil},
		{"without a key nothing is known again", 2, ann, "", store.ErrChanged},
		{"another's command under the same key", 2, ben, "k-2", store.ErrChanged},
		{"the own command by a link", 2, sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, Only: "placement/PL-1"}, "k-2", nil},
		{"the own command for somebody else", 2, sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "dale"}, "k-2", store.ErrChanged},
		{"the own command in another role", 2, sp.Actor{ID: "ann", Role: sp.RoleTeamLead}, "k-2", store.ErrChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := store.Unchanged(c.seen, 3, history, sp.Stamp{By: c.by, Key: c.key})
			require.ErrorIs(t, err, c.want)
			if c.want != nil {
				require.ErrorIs(t, err, sp.ErrConflict)
			}
		})
	}
}
