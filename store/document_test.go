package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// noticed is precise to less than what is stored.
var noticed = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 2, 9, 0, 0, 1234, time.FixedZone("", 3600)))

// wish is an event, and what a note holds.
type wish struct {
	Text string `json:"text"`
}

func (wish) EventType() store.EventType { return "wish.noted" }

// A note is kept as it stands.
type note struct {
	text  string
	saved store.Document
}

func (n *note) Pending() (store.Batch, error) {
	return n.saved.Pending(key("N-1"), func(erased bool) (put store.Put, err error) {
		if !erased {
			put.Body, err = store.EncodeForm(1, wish{n.text})
		}
		return put, err
	})
}

func (n *note) Committed() {
	if n.saved.Committed() {
		*n = note{}
	}
}

func (n *note) Stale() { n.saved.Stale() }

func TestDocumentTakesOneChangeForEachSave(t *testing.T) {
	n := &note{text: "the sea"}
	require.False(t, n.saved.Exists())
	none, err := n.Pending()
	require.NoError(t, err)
	require.True(t, none.IsZero(), "nothing has happened")
	require.False(t, n.saved.Committed())
	require.Zero(t, n.saved.Version(), "nor was anything saved")

	s := n.saved.Change(wish{"codes only"}, noticed)
	require.Equal(t, noticed.Kept(), s)
	require.True(t, n.saved.Exists())
	var e sp.InvalidError
	n.saved.Check(&e)
	require.ErrorContains(t, e.Err(), "save it first")

	b, err := n.Pending()
	require.NoError(t, err)
	require.Empty(t, b.Deletes)
	require.Equal(t, []store.Put{{Key: key("N-1"), Body: []byte(`{"v":1,"text":"the sea"}`)}}, b.Puts)
	require.Equal(t, []store.RecordedEvent{{Key: key("N-1"), Version: 1, Type: "wish.noted", Stamp: s, Data: []byte(`{"v":1,"text":"codes only"}`)}}, b.Events)
	n.Committed()
	require.EqualValues(t, 1, n.saved.Version())
	e = sp.InvalidError{}
	n.saved.Check(&e)
	require.NoError(t, e.Err())
}

func TestDocumentThatIsErasedWithoutABodyIsDeleted(t *testing.T) {
	n := &note{text: "the sea", saved: store.DocumentOf(store.Record{Version: 3})}
	n.saved.Erase(wish{}, noticed)
	b, err := n.Pending()
	require.NoError(t, err)
	require.Empty(t, b.Puts)
	require.Equal(t, []store.Delete{{Key: key("N-1"), If: 3}}, b.Deletes)
	require.EqualValues(t, 4, b.Events[0].Version)
	n.Committed()
	require.Equal(t, note{}, *n, "nothing is left of it")
	require.False(t, n.saved.Exists())

	left := store.DocumentOf(store.Record{Version: 3})
	left.Erase(wish{}, noticed)
	b, err = left.Pending(key("N-1"), func(erased bool) (store.Put, error) {
		require.True(t, erased)
		return store.Put{Body: []byte(`{"erased":true}`)}, nil
	})
	require.NoError(t, err)
	require.Equal(t, []store.Put{{Key: key("N-1"), If: 3, Body: []byte(`{"erased":true}`)}}, b.Puts)
	require.Empty(t, b.Deletes)
}

// list is an event whose JSON is no object, and has no room for the number of its form.
type list []string

func (list) EventType() store.EventType { return "list.noted" }

func TestDocumentRefusesWhatCannotBeSaved(t *testing.T) {
	n := &note{}
	n.saved.Change(list{"a"}, noticed)
	_, err := n.Pending()
	require.ErrorIs(t, err, sp.ErrInvalid)

	n = &note{}
	n.saved.Change(wish{}, noticed)
	broken := errors.New("broken")
	_, err = n.saved.Pending(key("N-1"), func(bool) (store.Put, error) { return store.Put{}, broken })
	require.ErrorIs(t, err, broken)

	require.False(t, n.saved.IsStale())
	n.Stale()
	require.True(t, n.saved.IsStale())
	_, err = n.Pending()
	require.ErrorIs(t, err, store.ErrStale)
}
