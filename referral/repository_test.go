package referral_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// loaders load each kind of record of the pathway.
var loaders = map[string]func(context.Context, store.Driver, string) error{
	referral.Kind: func(ctx context.Context, db store.Driver, id string) error {
		_, err := referral.NewRepository(db, nil).Load(ctx, referral.ID(id))
		return err
	},
	placement.Kind: func(ctx context.Context, db store.Driver, id string) error {
		_, err := placement.NewRepository(db, nil).Load(ctx, placement.ID(id))
		return err
	},
	placement.GroupKind: func(ctx context.Context, db store.Driver, id string) error {
		_, err := placement.NewRepository(db, nil).Group(ctx, placement.GroupID(id))
		return err
	},
	session.Kind: func(ctx context.Context, db store.Driver, id string) error {
		_, err := session.NewRepository(db, nil).Load(ctx, session.ID(id))
		return err
	},
}

func TestAHistoryThatDoesNotSayWhoseItIsIsNone(t *testing.T) {
	opening := map[string]string{referral.Kind: "referral.received", placement.Kind: "placement.proposed", session.Kind: "session.planned"}
	for kind, load := range loaders {
		for _, data := range []string{"null", "{}", `{"person":""}`, `{"members":["PL-1"]}`} {
			body := data
			if name := opening[kind]; name != "" {
				at := store.Time(referraltest.Day(0))
				body = name + "\t" + at + "\t" + at + "\tlink-worker\tann\t" + data + "\n"
			}
			db := store.Tenant(memstore.New(), "bay")
			key := store.Key{Kind: kind, ID: "X-1"}
			require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key, Body: []byte(body)}}}))
			err := load(t.Context(), db, "X-1")
			require.ErrorIs(t, err, sp.ErrInvalid, "%s %s", kind, data)
			require.ErrorContains(t, err, kind+": load X-1: ")
		}
	}
}
