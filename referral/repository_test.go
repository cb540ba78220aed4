package referral_test

import (
	"context"
	"io"
	"iter"
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

// cut is a driver whose connection is cut at one kind.
type cut struct {
	store.Driver
	kind string
}

func (c cut) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if k.Kind == c.kind {
		return store.Record{}, io.ErrUnexpectedEOF // as a driver may hand it on
	}
	return c.Driver.Get(ctx, k)
}

func TestARepositoryNamesWhatCannotBeLoaded(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for kind, load := range loaders {
		err := load(t.Context(), cut{db, kind}, "X-1")
		require.EqualError(t, err, kind+": load X-1: unexpected EOF")
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	group := store.Put{Key: store.Key{Kind: placement.GroupKind, ID: "G-1"}, Body: []byte(`{"members":["PL-1","PL-2"]}`)}
	require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{group}}))
	err := loaders[placement.GroupKind](t.Context(), cut{db, placement.Kind}, "G-1")
	require.EqualError(t, err, "placement-group: load G-1: placement: load PL-1: unexpected EOF")
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
			require.Regexp(t, kind+"(/|: load )X-1: ", err)
		}
	}
}

func TestEachQueryOfAQueueIsOneRangeOverOneTerm(t *testing.T) {
	var asked []store.Query
	repo := referral.NewRepository(counting{store.Tenant(memstore.New(), "bay"), &asked}, nil)
	ctx, at := t.Context(), referraltest.Day(30)
	for _, seq := range []iter.Seq2[*referral.Referral, error]{
		repo.FeedbackOwed(ctx, at), repo.FollowUps(ctx, sp.DateOf(at)), repo.FollowUps(ctx, 0), repo.Flagged(ctx), repo.Waiting(ctx, referral.Query{}), repo.Quiet(ctx, at, referral.Query{}),
	} {
		asked = nil
		for _, err := range seq {
			require.NoError(t, err)
		}
		require.Len(t, asked, 1)
		require.NotEmpty(t, asked[0].Range.Term)
	}
}
