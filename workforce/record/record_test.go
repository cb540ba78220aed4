package record_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce/record"
)

// A Key of the office is held by somebody.
type Key struct {
	ID     string          `json:"id"`
	Holder record.WorkerID `json:"holder"`
	On     sp.Date         `json:"on"`
	Back   sp.Date         `json:"back,omitzero"`
}

func (Key) EventType() store.EventType { return "office-key.noted" }

func (k Key) index() record.Index {
	return record.Index{ID: k.ID, Worker: k.Holder, On: k.On, Due: k.Back}
}

var (
	keys = &record.Kind[Key]{Name: "office-key", By: []sp.Role{sp.RoleTeamLead}, Index: Key.index}
	at   = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	lena = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, at)
	day  = sp.NewDate(2026, 11, 2)
)

// A scheme keeps documents of its own.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := keys.Write(Key{ID: "K-1", Holder: "ann", On: sp.NewDate(2026, 11, 2), Back: sp.NewDate(2026, 11, 6)}, lena)
	fmt.Println(r, err, store.Save(ctx, db, r))
	for due, err := range keys.In(db).Due(ctx, sp.NewDate(2026, 11, 9), record.Query{}) {
		fmt.Println("back since", due.Document().Back, err)
	}
	// Output:
	// office-key K-1 <nil> <nil>
	// back since 2026-11-06 <nil>
}

func saved(t *testing.T, db store.Driver, k Key) *record.Record[Key] {
	t.Helper()
	r, err := keys.Write(k, lena)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	return r
}

func TestRepositoryFind(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	saved(t, db, Key{ID: "1", Holder: "ann", On: day.Add(-9)})
	saved(t, db, Key{ID: "2", Holder: "bea", On: day.Add(-5)})
	saved(t, db, Key{ID: "3", Holder: "ann", On: day})
	gone := saved(t, db, Key{ID: "4", Holder: "ann", On: day})
	require.NoError(t, gone.Retract(lena))
	require.NoError(t, store.Save(t.Context(), db, gone))
	for name, c := range map[string]struct {
		q    record.Query
		want []string
	}{
		"all that count":             {record.Query{}, []string{"1", "2", "3"}},
		"those of a worker":          {record.Query{Worker: "ann"}, []string{"1", "3"}},
		"those from a day":           {record.Query{From: day.Add(-5)}, []string{"2", "3"}},
		"those before a day":         {record.Query{Before: day.Add(-5)}, []string{"1"}},
		"those of nobody":            {record.Query{Worker: "dee"}, nil},
		"not more than the limit is": {record.Query{Limit: 2}, []string{"1", "2"}},
	} {
		t.Run("a query finds "+name, func(t *testing.T) {
			docs, err := keys.In(db).List(t.Context(), c.q)
			require.NoError(t, err)
			var got []string
			for _, d := range docs {
				got = append(got, d.ID)
			}
			require.Equal(t, c.want, got)
		})
	}
	r, err := keys.In(db).Load(t.Context(), "4")
	require.NoError(t, err)
	require.True(t, r.Retracted(), "what was taken back is found by its ID")
}

func TestRecordRefuses(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	k := Key{ID: "1", Holder: "ann", On: day}
	worker := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, at)
	_, err := keys.Write(k, worker)
	require.ErrorIs(t, err, sp.ErrDenied, "a role that may not write it")
	_, err = keys.Write(Key{ID: "1", On: day.Add(2)}, lena)
	require.ErrorIs(t, err, sp.ErrInvalid, "a day to come")
	_, err = keys.Write(Key{ID: "a b"}, lena)
	require.ErrorIs(t, err, sp.ErrInvalid, "a malformed ID")

	r := saved(t, db, k)
	require.ErrorIs(t, r.Amend(Key{ID: "2"}, lena), sp.ErrInvalid, "another ID")
	require.ErrorIs(t, r.Amend(k, sp.By(lena.By, at.Add(-time.Minute))), sp.ErrInvalid, "a clock that goes back")
	require.NoError(t, r.Amend(k, lena))
	require.ErrorIs(t, r.Retract(lena), sp.ErrInvalid, "a second change before the first is saved")
	require.NoError(t, store.Save(t.Context(), db, r))
	require.NoError(t, r.Retract(lena))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.ErrorIs(t, r.Amend(k, lena), sp.ErrInvalid, "what was taken back")

	again, err := keys.Write(k, lena)
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(t.Context(), db, again), sp.ErrExists, "a second of the same ID")
	r.Stale()
	require.ErrorIs(t, r.Erase(lena), store.ErrStale)
}

func TestRecordIsWrittenByWhoseItIs(t *testing.T) {
	own := &record.Kind[Key]{Name: "office-key", By: []sp.Role{sp.RoleTeamLead}, Own: []sp.Role{sp.RoleLinkWorker}, Index: Key.index}
	as := func(id string, role sp.Role) sp.Stamp { return sp.By(sp.Actor{ID: id, Role: role}, at) }
	k := Key{ID: "1", Holder: "ann", On: day}
	for name, c := range map[string]struct {
		s  sp.Stamp
		ok bool
	}{
		"a lead writes it":                    {as("lena", sp.RoleTeamLead), true},
		"whose it is writes it":               {as("ann", sp.RoleLinkWorker), true},
		"a colleague does not":                {as("bea", sp.RoleLinkWorker), false},
		"whose it is does not in other robes": {as("ann", sp.RoleProvider), false},
		"an import writes it":                 {sp.BySystem("payroll", at), true},
	} {
		t.Run("of a record "+name, func(t *testing.T) {
			_, err := own.Write(k, c.s)
			require.Equal(t, c.ok, err == nil)
			if !c.ok {
				require.ErrorIs(t, err, sp.ErrDenied)
			}
		})
	}
	r, err := own.Write(k, as("ann", sp.RoleLinkWorker))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), store.Tenant(memstore.New(), "bay"), r))
	require.ErrorIs(t, r.Amend(Key{ID: "1", Holder: "bea", On: day}, as("bea", sp.RoleLinkWorker)), sp.ErrDenied, "nobody makes it their own by writing it anew")
	require.ErrorIs(t, r.Erase(as("bea", sp.RoleLinkWorker)), sp.ErrDenied)
	require.NoError(t, r.Retract(as("ann", sp.RoleLinkWorker)))
}

func TestRecordOfADayToComeIsForItsKind(t *testing.T) {
	ahead := &record.Kind[Key]{Name: "office-key", By: []sp.Role{sp.RoleTeamLead}, Index: Key.index, Ahead: func(k Key) bool { return k.Back.IsZero() }}
	_, err := ahead.Write(Key{ID: "1", Holder: "ann", On: day.Add(9)}, lena)
	require.NoError(t, err)
	_, err = ahead.Write(Key{ID: "1", Holder: "ann", On: day.Add(9), Back: day.Add(10)}, lena)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestRecordOfNothingAnswers(t *testing.T) {
	var none *record.Record[Key]
	require.Equal(t, "record", none.String())
	_, err := none.Pending()
	require.ErrorIs(t, err, sp.ErrInvalid)
	var zero record.Record[Key]
	require.ErrorIs(t, zero.Amend(Key{ID: "1"}, lena), store.ErrStale)
	require.ErrorIs(t, zero.Retract(lena), store.ErrStale)
	b, err := zero.Pending()
	require.NoError(t, err)
	require.True(t, b.IsZero())
	zero.Committed()
	zero.Stale()
	_, err = zero.Pending()
	require.ErrorIs(t, err, store.ErrStale)
}

func TestRepositoryPagesAndErases(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for _, id := range []string{"1", "2", "3"} {
		saved(t, db, Key{ID: id, Holder: "ann", On: day, Back: day.Add(1)})
	}
	r, err := keys.In(db).Load(t.Context(), "2")
	require.NoError(t, err)
	require.EqualValues(t, 1, r.Version())
	require.NoError(t, r.Erase(lena))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Equal(t, Key{}, r.Document(), "it is empty afterwards")
	_, err = keys.In(db).Load(t.Context(), "2")
	require.ErrorIs(t, err, sp.ErrNotFound)
	var due []string
	for r, err := range keys.In(db).Due(t.Context(), day.Add(2), record.Query{Limit: 2}) {
		require.NoError(t, err)
		due = append(due, r.Document().ID)
	}
	require.Equal(t, []string{"1", "3"}, due, "what is erased is not due")
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.NotEmpty(t, e.Type)
	}
}

func TestLoadRefusesWhatIsNoDocument(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for i, body := range []string{`{"v":2}`, `[]`, `{"v":1,"document":[]}`, `{"v":1,"document":{"id":"other"}}`, ``} {
		id := fmt.Sprint(i)
		require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "office-key", ID: id}, Body: []byte(body)}}}))
		_, err := keys.In(db).Load(t.Context(), id)
		require.ErrorIs(t, err, sp.ErrInvalid, body)
	}
}
