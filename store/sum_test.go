package store_test

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func summed() (store.Record, store.RecordedEvent) {
	k := store.Key{Tenant: "north", Kind: "referral", ID: "R-1"}
	at := time.Date(2026, 11, 28, 9, 30, 0, 123456000, time.UTC)
	r := store.Record{Key: k, Version: 7, Terms: store.Terms{"state": "open", "due": "2026-12-01"}, Body: []byte("body"), Head: store.Sum{1, 2, 3}}
	e := store.RecordedEvent{
		Key: k, Version: 3, Type: "referral.accepted", Data: []byte(`{"n":1}`), Prev: store.Sum{4, 5},
		Stamp: sp.Stamp{By: sp.Actor{ID: "w-1", Role: sp.RoleLinkWorker, For: "P-1", Only: "reply"}, At: at, Recorded: at.Add(time.Hour), Key: "q-1"},
	}
	return r, e
}

// These numbers are in databases: they never change.
func TestSumsAndChecksumsNeverChange(t *testing.T) {
	r, e := summed()
	bare := store.RecordedEvent{Key: e.Key, Version: 1, Type: "x", Stamp: sp.By(sp.Actor{}, e.Stamp.At)}
	got := fmt.Sprintln("event", e.Sum(), e.Checksum()) + fmt.Sprintln("bare event", bare.Sum(), bare.Checksum()) +
		fmt.Sprintln("record", r.Checksum()) + fmt.Sprintln("bare record", store.Record{Key: r.Key, Version: 1}.Checksum())
	want, err := os.ReadFile("testdata/sums.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// flips returns a copy of v for each leaf of it, changed there alone, by the path of the leaf.
func flips[T any](v T, clone func(T) T) map[string]T {
	all := map[string]T{}
	var walk func(path []int, at reflect.Value, name string)
	walk = func(path []int, at reflect.Value, name string) {
		if at.Kind() == reflect.Struct && at.Type() != reflect.TypeFor[time.Time]() {
			for i := range at.NumField() {
				if !at.Type().Field(i).IsExported() { // nothing that is stored
					continue
				}
				walk(append(slices.Clip(path), i), at.Field(i), name+"."+at.Type().Field(i).Name)
			}
			return
		}
		c := clone(v)
		field := reflect.ValueOf(&c).Elem().FieldByIndex(path)
		switch x := field.Addr().Interface().(type) {
		case *time.Time:
			*x = x.Add(time.Microsecond)
		case *store.Terms:
			(*x)["state"] = "opem"
		case *[]byte:
			*x = append([]byte{(*x)[0] ^ 1}, (*x)[1:]...)
		case *store.Sum:
			x[15] ^= 1
		case *int64:
			*x ^= 1 << 40
		default:
			field.SetString(field.String() + " ")
		}
		all[name] = c
	}
	walk(nil, reflect.ValueOf(v), "")
	return all
}

func TestChecksumsChangeWithEveryField(t *testing.T) {
	r, e := summed()
	require.NoError(t, r.Verify(r.Checksum()))
	require.NoError(t, e.Verify(e.Checksum()))
	for name, c := range flips(r, store.Record.Clone) {
		var corrupt *store.CorruptError
		require.ErrorAs(t, c.Verify(r.Checksum()), &corrupt, name)
		require.Equal(t, c.Key, corrupt.Key)
	}
	for name, c := range flips(e, store.RecordedEvent.Clone) {
		if name == ".Position" {
			require.NoError(t, c.Verify(e.Checksum()))
			continue
		}
		require.ErrorIs(t, c.Verify(e.Checksum()), store.ErrCorrupt, name)
		if name == ".Key.Tenant" {
			require.Equal(t, e.Sum(), c.Sum(), "the tenant is filled in on the way to the database")
		} else {
			require.NotEqual(t, e.Sum(), c.Sum(), name)
		}
	}
}

func TestRecordChecksumDiffersWhereTextsMoveFromFieldToField(t *testing.T) {
	seen := map[int64]string{}
	for _, r := range []store.Record{
		{Key: store.Key{Tenant: "a", Kind: "bc", ID: "d"}},
		{Key: store.Key{Tenant: "ab", Kind: "c", ID: "d"}},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "cd"}},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Body: []byte("d")},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Terms: store.Terms{"d": "e"}},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Terms: store.Terms{"de": "f"}},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Terms: store.Terms{"d": "ef"}},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Terms: store.Terms{"d": "e"}, Body: []byte("\x01d\x01e")},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Body: []byte("\x01d\x01e")},
		{Key: store.Key{Tenant: "a", Kind: "b", ID: "c"}, Version: math.MaxInt64},
	} {
		name := fmt.Sprintf("%+v %q", r.Key, r.Body)
		require.Empty(t, seen[r.Checksum()], name)
		seen[r.Checksum()] = name
	}
}

func TestSumsAreWrittenInHexadecimal(t *testing.T) {
	_, e := summed()
	text, err := e.Sum().MarshalText()
	require.NoError(t, err)
	var read store.Sum
	require.NoError(t, read.UnmarshalText(text))
	require.Equal(t, e.Sum(), read)
	require.NoError(t, read.UnmarshalText(nil))
	require.True(t, read.IsZero())
	for _, bad := range []string{"0", strings.Repeat("x", 32), strings.Repeat("0", 34)} {
		require.ErrorIs(t, read.UnmarshalText([]byte(bad)), sp.ErrInvalid)
	}
}

func TestHistoryChainsItsEventsThroughEverySaveAndLoad(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	c := &seat{id: "C-1"}
	stamp := sp.By(sp.Actor{ID: "w-1"}, time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC))
	for i := range 6 {
		for range 1 + i%2 {
			c.history.Append(wheeled{To: fmt.Sprint(i)}, stamp)
		}
		require.NoError(t, store.Save(t.Context(), db, c))
		if i%3 == 2 {
			var err error
			c, err = store.Load(t.Context(), db, "seat", "C-1", readSeat)
			require.NoError(t, err)
		}
	}
	var last store.Sum
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, last, e.Prev, "event %d", e.Version)
		last = e.Sum()
	}
	r, err := db.Get(t.Context(), store.Key{Kind: "seat", ID: "C-1"})
	require.NoError(t, err)
	require.Equal(t, last, r.Head)
	c.history.Touch()
	require.NoError(t, store.Save(t.Context(), db, c))
	r, err = db.Get(t.Context(), r.Key)
	require.NoError(t, err)
	require.Equal(t, last, r.Head, "a touch leaves the head")
}

type wheeled struct{ To string }

func (wheeled) EventType() store.EventType { return "seat.wheeled" }

type seat struct {
	id      string
	history store.History[store.Event]
}

func (c *seat) Pending() (store.Batch, error) {
	return c.history.Pending(store.Key{Kind: "seat", ID: c.id}, nil)
}

func (c *seat) Committed() { c.history.Committed() }
func (c *seat) Stale()     { c.history.Stale() }

func readSeat(r store.Record) (*seat, error) {
	h, err := store.LoadHistory(r, store.EventTypesOf[store.Event](wheeled{}).Decode, nil)
	return &seat{id: r.ID, history: h}, err
}
