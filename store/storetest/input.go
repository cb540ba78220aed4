package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var inputRules = []rule{
	{"RefusedBatch", "a batch that breaks a rule of store.Batch.Check is sp.ErrInvalid and changes nothing, so that no backend stores what another cannot", refusedBatch},
	{"RefusedKey", "a key, query, tenant or position that cannot be is sp.ErrInvalid: an empty answer would hide the mistake", refusedKey},
}

func refusedBatch(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	bad := map[string]func(*store.Batch){
		"no tenant":            func(b *store.Batch) { b.Puts[0].Tenant = "" },
		"no kind":              func(b *store.Batch) { b.Puts[0].Kind = "" },
		"no ID":                func(b *store.Batch) { b.Puts[0].ID = "" },
		"an ID with NUL":       func(b *store.Batch) { b.Puts[0].ID = "b\x00" },
		"an ID not in UTF-8":   func(b *store.Batch) { b.Puts[0].ID = "b\xff" },
		"an ID too long":       func(b *store.Batch) { b.Puts[0].ID = strings.Repeat("b", store.MaxName+1) },
		"a version below Any":  func(b *store.Batch) { b.Puts[0].If = -2 },
		"a term without value": func(b *store.Batch) { b.Puts[0].Terms = store.Terms{"worker": ""} },
		"a term without name":  func(b *store.Batch) { b.Puts[0].Terms = store.Terms{"": "x"} },
		"a value with NUL":     func(b *store.Batch) { b.Puts[0].Terms = store.Terms{"worker": "x\x00"} },
		"a value not in UTF-8": func(b *store.Batch) { b.Puts[0].Terms = store.Terms{"worker": "\xff"} },
		"a value too long":     func(b *store.Batch) { b.Puts[0].Terms = store.Terms{"w": strings.Repeat("x", store.MaxValue+1)} },
		"too many terms": func(b *store.Batch) {
			for i := range store.MaxTerms + 1 {
				b.Puts[0].Terms[fmt.Sprint(i)] = "x"
			}
		},
		"a key put twice":           func(b *store.Batch) { b.Puts = append(b.Puts, b.Puts[0]) },
		"a key put and deleted":     func(b *store.Batch) { b.Deletes = []store.Delete{{Key: b.Puts[0].Key, If: 1}} },
		"a delete without ID":       func(b *store.Batch) { b.Deletes = []store.Delete{{Key: store.Key{Tenant: tenant, Kind: kindK}}} },
		"an event without tenant":   func(b *store.Batch) { b.Events[0].Key.Tenant = "" },
		"an event without type":     func(b *store.Batch) { b.Events[0].Type = "" },
		"an event without version":  func(b *store.Batch) { b.Events[0].Version = 0 },
		"an event without time":     func(b *store.Batch) { b.Events[0].Stamp.At = time.Time{} },
		"an event never recorded":   func(b *store.Batch) { b.Events[0].Stamp.Recorded = time.Time{} },
		"an event after year 9999":  func(b *store.Batch) { b.Events[0].Stamp.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"an actor with NUL":         func(b *store.Batch) { b.Events[0].Stamp.By.ID = "\x00" },
		"a role that is not UTF-8":  func(b *store.Batch) { b.Events[0].Stamp.By.Role = "\xff" },
		"a stranger with NUL":       func(b *store.Batch) { b.Events[0].Stamp.By.For = "\x00" },
		"a link with NUL":           func(b *store.Batch) { b.Events[0].Stamp.By.Only = "\x00" },
		"a request not in UTF-8":    func(b *store.Batch) { b.Events[0].Stamp.Key = "\xff" },
		"an actor's ID is too long": func(b *store.Batch) { b.Events[0].Stamp.By.ID = strings.Repeat("x", store.MaxName+1) },
	}
	for what, spoil := range bad {
		b := store.Batch{Puts: []store.Put{put("b", store.New)}, Events: []store.RecordedEvent{event("b", 1, "created")}}
		spoil(&b)
		wantErr(tb, d.Commit(tb.Context(), b), sp.ErrInvalid, what)
		equal(tb, ids(tb, d, query()), "a", "records after "+what)
		equal(tb, len(events(tb, d, "")), 0, "events after "+what)
	}
}

func refusedKey(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", store.New)}, Events: []store.RecordedEvent{event("a", 1, "created")}})
	for _, k := range []store.Key{
		{},
		{Kind: kindK, ID: "a"},
		{Tenant: tenant, ID: "a"},
		{Tenant: tenant, Kind: kindK},
		{Tenant: tenant, Kind: kindK, ID: "a\x00"},
		{Tenant: tenant, Kind: kindK, ID: "\xff"},
		{Tenant: tenant, Kind: kindK, ID: strings.Repeat("x", store.MaxName+1)},
	} {
		_, err := d.Get(tb.Context(), k)
		wantErr(tb, err, sp.ErrInvalid, fmt.Sprintf("Get of %q", k))
	}
	for what, q := range map[string]store.Query{
		"no tenant":               {Kind: kindK},
		"no kind":                 {Tenant: tenant},
		"a negative limit":        {Tenant: tenant, Kind: kindK, Limit: -1},
		"a range over no term":    {Tenant: tenant, Kind: kindK, Range: store.Range{From: "a"}},
		"a value with NUL":        {Tenant: tenant, Kind: kindK, Where: store.Where{"state": {"\x00"}}},
		"a condition on no term":  {Tenant: tenant, Kind: kindK, Where: store.Where{"": {"x"}}},
		"a bound not in UTF-8":    {Tenant: tenant, Kind: kindK, Range: store.Range{Term: "state", Before: "\xff"}},
		"a cursor that has a NUL": {Tenant: tenant, Kind: kindK, After: store.Cursor{ID: "\x00"}},
		"a cursor of a range":     {Tenant: tenant, Kind: kindK, After: store.Cursor{Value: "x", ID: "a"}},
	} {
		wantErr(tb, failure(d.Scan(tb.Context(), q)), sp.ErrInvalid, "Scan with "+what)
	}
	wantErr(tb, failure(d.Log(tb.Context(), "", "")), sp.ErrInvalid, "Log of no tenant")
	wantErr(tb, failure(d.Log(tb.Context(), tenant, "no position of this log")), sp.ErrInvalid, "Log after nonsense")
}
