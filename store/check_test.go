package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var (
	moment = time.Date(2026, 11, 23, 9, 30, 0, 123456000, time.UTC)
	ann    = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
)

func key(id string) store.Key { return store.Key{Tenant: "north", Kind: "referral", ID: id} }

func happened(id string, version int64) store.RecordedEvent {
	return store.RecordedEvent{Key: key(id), Version: version, Type: "received", Stamp: sp.By(ann, moment)}
}

// rules returns "path rule" for each field of an error that lists them.
func rules(t *testing.T, err error) []string {
	t.Helper()
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.ErrorIs(t, err, sp.ErrInvalid)
	var got []string
	for _, f := range invalid.Fields {
		got = append(got, f.Path+" "+f.Rule)
	}
	return got
}

const nameRule = "must have from 1 to 200 bytes of UTF-8 without NUL"

func TestBatchCheckNamesEveryFault(t *testing.T) {
	b := store.Batch{
		Puts: []store.Put{
			{Key: key("R-1"), Terms: store.Terms{"state": "open"}},
			{Key: key("R-1"), If: -2, Terms: store.Terms{"worker": "", "due": strings.Repeat("x", 501), "": "x"}},
		},
		Deletes: []store.Delete{{Key: key("R-1")}, {Key: store.Key{Tenant: "a\x00", Kind: "\xff", ID: strings.Repeat("x", 201)}}},
		Events:  []store.RecordedEvent{{Key: store.Key{Kind: "k", ID: "i"}}},
	}
	want := []string{
		"deletes[0].id is written for the second time in this batch; save a whole, such as a case, without its parts",
		"deletes[1].id " + nameRule,
		"deletes[1].kind " + nameRule,
		"deletes[1].tenant " + nameRule + "; store.Tenant supplies it",
		"events[0].stamp must say when it happened and when it was recorded, within the years 1 to 9999",
		"events[0].tenant " + nameRule + "; store.Tenant supplies it",
		"events[0].type " + nameRule,
		"events[0].version must be 1 or more",
		"puts[1].id is written for the second time in this batch; save a whole, such as a case, without its parts",
		"puts[1].if must be a version, New or Any",
		"puts[1].terms need names of 1 to 200 bytes of UTF-8 without NUL",
		"puts[1].terms.due must have from 1 to 500 bytes of UTF-8 without NUL; leave out a term that has no value",
		"puts[1].terms.worker must have from 1 to 500 bytes of UTF-8 without NUL; leave out a term that has no value",
	}
	for range 20 { // in one order, although maps have none
		require.Empty(t, cmp.Diff(want, rules(t, b.Check())))
	}
}

func TestBatchCheckAcceptsWhatEveryBackendCanKeep(t *testing.T) {
	many := make(store.Terms)
	for i := range store.MaxTerms {
		many[strings.Repeat("n", i+1)] = strings.Repeat("v", store.MaxValue)
	}
	early, late := happened("R-1", 1), happened("R-1", 2)
	early.Stamp.At = time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)
	late.Stamp.At = time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	late.Stamp.By = sp.Actor{}
	for _, b := range []store.Batch{
		{},
		{Puts: []store.Put{{Key: key("R-1"), If: store.Any, Terms: many}}},
		{Deletes: []store.Delete{{Key: key("R-1"), If: store.Any}}, Events: []store.RecordedEvent{early, late}},
	} {
		require.NoError(t, b.Check())
	}
}

func TestBatchCheckRefusesYearsThatDoNotSort(t *testing.T) {
	for name, at := range map[string]time.Time{
		"the year 10000":                    time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"the year 0":                        time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC),
		"the year 10000 in UTC, 9999 there": time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)),
	} {
		t.Run(name, func(t *testing.T) {
			e := happened("R-1", 1)
			e.Stamp.Recorded = at
			require.ErrorIs(t, store.Batch{Events: []store.RecordedEvent{e}}.Check(), sp.ErrInvalid)
		})
	}
}

func TestQueryCheckNamesEveryFault(t *testing.T) {
	q := store.Query{
		Where: store.Where{"": nil, "state": {"open", "\x00"}},
		Range: store.Range{From: "\xff"},
		After: store.Cursor{ID: "\x00"},
		Limit: -1,
	}
	require.Empty(t, cmp.Diff([]string{
		"after must be UTF-8 without NUL",
		"kind " + nameRule,
		"limit must not be negative",
		"range must be UTF-8 without NUL",
		"range.term " + nameRule,
		"tenant " + nameRule + "; store.Tenant supplies it",
		"where needs names of 1 to 200 bytes of UTF-8 without NUL",
		"where must be UTF-8 without NUL",
	}, rules(t, q.Check())))
	good := store.Query{Tenant: "north", Kind: "referral", Where: store.Where{"worker": {""}}}
	require.NoError(t, good.Check(), "an empty value is met by none, which is no fault")
	good.After = store.Cursor{Value: "2026-11-23", ID: "R-1"}
	require.Equal(t, []string{"after.value is for a query with a range"}, rules(t, good.Check()))
	good.Range.Term = "due"
	require.NoError(t, good.Check())
	for _, after := range []store.Cursor{{Value: "\x00", ID: "R-1"}, {Value: "x", ID: "\xff"}} {
		good.After = after
		require.Len(t, rules(t, good.Check()), 1)
	}
}

func TestKeysAndTenantsAreChecked(t *testing.T) {
	require.NoError(t, key("R-1").Check())
	require.NoError(t, store.CheckTenant("north"))
	require.Len(t, rules(t, store.Key{}.Check()), 3)
	require.Len(t, rules(t, store.CheckTenant("")), 1)
	require.ErrorContains(t, store.Key{}.Check(), "store: key: invalid: ")
	require.ErrorContains(t, store.CheckTenant(""), "store: tenant: invalid: ")
}

func TestFaultsOfBatchesHoldNoValues(t *testing.T) {
	secret := "Mary O'Brien\x00"
	b := store.Batch{
		Puts:   []store.Put{{Key: key(secret), Terms: store.Terms{"name": secret, secret: "x"}}},
		Events: []store.RecordedEvent{{Key: key(secret), Type: store.EventType(secret), Stamp: sp.Stamp{By: sp.Actor{ID: secret}}}},
	}
	require.NotContains(t, b.Check().Error(), "Mary")
	b.Puts[0].Terms[secret] = secret // neither may be told
	require.NotContains(t, b.Check().Error(), "Mary")
	require.NotContains(t, store.Query{Where: store.Where{secret: {secret}}}.Check().Error(), "Mary")
}
