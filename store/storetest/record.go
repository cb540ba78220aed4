package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var recordRules = []rule{
	{"GetMissing", "Get of an unknown key is sp.ErrNotFound, so that callers can tell absence from trouble", getMissing},
	{"RoundTrip", "a record comes back byte for byte, at version 1: bodies may hold anything, terms any text", roundTrip},
	{"Limits", "names, values and terms as large as store.MaxName, MaxValue and MaxTerms allow, of any characters, and a body of a megabyte, are kept whole", limits},
	{"CreateTwice", "creating an existing record is sp.ErrExists and changes nothing", createTwice},
	{"StaleUpdate", "an update from an old version is sp.ErrConflict, says which version stands there, and changes nothing", staleUpdate},
	{"UpdateMissing", "an update of a record that is not there is sp.ErrConflict at version 0: somebody deleted it", updateMissing},
	{"Any", "store.Any overwrites whatever is there and counts its version on, so that imports need not read first", putAny},
	{"Atomic", "one failed condition undoes the whole batch, whatever stands before or behind it, events included", atomicBatch},
	{"Empty", "a batch that writes nothing succeeds", empty},
	{"Large", "a batch of thousands of puts or deletes is still one commit, and a query may name thousands of values", large},
	{"Kinds", "the same ID in two kinds is two records that are written and deleted apart, and keys never run into one another", kinds},
	{"Tenants", "what one tenant writes no other can read, find, overwrite, delete or follow", tenants},
}

func getMissing(tb testing.TB, d store.Driver) {
	_, err := d.Get(tb.Context(), key("nobody"))
	wantErr(tb, err, sp.ErrNotFound, "Get of an unknown key")
}

func roundTrip(tb testing.TB, d store.Driver) {
	odd := " it's \"100%\" _ \\ ; -- \tb\n\u2019 \u00fc "
	for i, p := range []store.Put{
		{Key: key("plain"), Terms: store.Terms{"state": "new"}, Body: []byte("body")},
		{Key: key("bytes"), Terms: store.Terms{"state": "new"}, Body: []byte("{\"n\":\"O\u2019Brien\\u0000\"}\n\x00\xff\xfe")},
		{Key: key("bare")},
		{Key: key("no terms"), Body: []byte("x")},
		{Key: key("no body"), Terms: store.Terms{"a": "b"}},
		{Key: store.Key{Tenant: tenant, Kind: odd + "k", ID: odd}, Terms: store.Terms{odd: odd, "ü": "ß", "\U0001F9E1": "\U0001F9E1"}},
	} {
		commit(tb, d, puts(p))
		want := store.Record{Key: p.Key, Version: 1, Terms: p.Terms, Body: p.Body}
		equal(tb, plainRecord(get(tb, d, p.Key)), plainRecord(want), fmt.Sprintf("record %d from Get", i))
		got := collect(tb, d.Scan(tb.Context(), store.Query{Tenant: tenant, Kind: p.Kind, Where: oneOf(p.Terms)}))
		found := false
		for _, r := range got {
			if r.ID == p.ID {
				found = true
				equal(tb, plainRecord(r), plainRecord(want), fmt.Sprintf("record %d from Scan", i))
			}
		}
		equal(tb, found, true, fmt.Sprintf("record %d is found by its terms", i))
	}
}

// oneOf returns the conditions that records with these terms meet.
func oneOf(terms store.Terms) map[string][]string {
	where := make(map[string][]string, len(terms))
	for name, value := range terms {
		where[name] = []string{value}
	}
	return where
}

func limits(tb testing.TB, d store.Driver) {
	long := func(first string) string { // of characters that a path, a URL or ASCII has to escape
		return first + strings.Repeat("/", (store.MaxName-len(first))%2) + strings.Repeat("ü", (store.MaxName-len(first))/2)
	}
	p := store.Put{
		Key:   store.Key{Tenant: long("t"), Kind: long("k"), ID: long("i")},
		Terms: make(store.Terms),
		Body:  bytes.Repeat([]byte("b\x00"), 1<<19),
	}
	value := strings.Repeat("ü", store.MaxValue/2)
	for i := range store.MaxTerms {
		p.Terms[long(fmt.Sprintf("n%02d", i))] = value
	}
	e := event("a", 1, long("type"))
	e.Key = p.Key
	e.Stamp.By = sp.Actor{ID: long("id"), Role: sp.Role(long("role")), For: long("for"), Only: long("only")}
	e.Stamp.Key = long("key")
	e.Data = p.Body[:1<<17]
	commit(tb, d, store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{e}})
	want := store.Record{Key: p.Key, Version: 1, Terms: p.Terms, Body: p.Body}
	got := get(tb, d, p.Key)
	equal(tb, bytes.Equal(got.Body, want.Body), true, "the body of a megabyte is the same")
	got.Body, want.Body = nil, nil
	equal(tb, got, want, "the largest record")
	q := store.Query{Tenant: p.Tenant, Kind: p.Kind, Where: store.Where{long("n00"): {value}}, Range: store.Range{Term: long("n31"), From: value}}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), q))), 1, "records found by the largest term")
	log := collect(tb, d.Log(tb.Context(), p.Tenant, ""))
	equal(tb, len(log), 1, "events")
	equal(tb, log[0].Stamp.By, e.Stamp.By, "the longest actor")
	equal(tb, log[0].Stamp.Key, e.Stamp.Key, "the longest key of a request")
	equal(tb, bytes.Equal(log[0].Data, e.Data), true, "the data of an event is the same")
}

func createTwice(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	again := put("a", store.New)
	again.Body = []byte("overwritten")
	err := d.Commit(tb.Context(), puts(again))
	wantErr(tb, err, sp.ErrExists, "creating a record again")
	wantConflict(tb, err, store.ConflictError{Key: key("a"), Want: 0, Got: 1})
	equal(tb, state(tb, d, key("a")), "1 a", "the record")
}

func staleUpdate(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	commit(tb, d, puts(put("a", 1)))
	commit(tb, d, puts(put("a", 2)))
	stale := put("a", 1)
	stale.Body = []byte("lost update")
	err := d.Commit(tb.Context(), puts(stale))
	wantErr(tb, err, sp.ErrConflict, "an update from version 1 of 3")
	wantConflict(tb, err, store.ConflictError{Key: key("a"), Want: 1, Got: 3})
	stale.If = 9
	wantConflict(tb, d.Commit(tb.Context(), puts(stale)), store.ConflictError{Key: key("a"), Want: 9, Got: 3})
	equal(tb, state(tb, d, key("a")), "3 a", "the record")
}

func updateMissing(tb testing.TB, d store.Driver) {
	err := d.Commit(tb.Context(), puts(put("a", 3)))
	wantErr(tb, err, sp.ErrConflict, "an update of what is not there")
	wantConflict(tb, err, store.ConflictError{Key: key("a"), Want: 3, Got: 0})
	equal(tb, state(tb, d, key("a")), "none", "the record")
}

func putAny(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.Any)))
	equal(tb, state(tb, d, key("a")), "1 a", "after Any on nothing")
	commit(tb, d, puts(put("a", 1)))
	p := put("a", store.Any)
	p.Body = []byte("imported")
	commit(tb, d, puts(p, put("b", store.Any)))
	equal(tb, state(tb, d, key("a")), "3 imported", "after Any on version 2")
	equal(tb, state(tb, d, key("b")), "1 b", "its neighbour")
	wantErr(tb, d.Commit(tb.Context(), puts(put("a", 2))), sp.ErrConflict, "an update from before Any")
}

func atomicBatch(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New), put("x", store.New)))
	remove := func(id string, version int64) []store.Delete { return []store.Delete{{Key: key(id), If: version}} }
	told := []store.RecordedEvent{event("b", 1, "created")}
	for what, b := range map[string]store.Batch{
		"a stale put behind a good one":   {Puts: []store.Put{put("b", store.New), put("a", 7)}, Events: told},
		"a stale put before a good one":   {Puts: []store.Put{put("a", 7), put("b", store.New)}, Events: told},
		"a stale delete behind good puts": {Puts: []store.Put{put("b", store.New), put("a", 1)}, Deletes: remove("x", 7), Events: told},
		"a stale put with a good delete":  {Puts: []store.Put{put("b", store.New), put("a", 7)}, Deletes: remove("x", 1), Events: told},
		"a create of what is there":       {Puts: []store.Put{put("b", store.New), put("a", store.New)}, Deletes: remove("x", 1), Events: told},
	} {
		if err := d.Commit(tb.Context(), b); err == nil {
			tb.Fatalf("%s was committed", what)
		}
		equal(tb, ids(tb, d, query()), "a x", "records after "+what)
		equal(tb, state(tb, d, key("a"))+", "+state(tb, d, key("x")), "1 a, 1 x", "records after "+what)
		equal(tb, len(events(tb, d, "")), 0, "events after "+what)
	}
}

func empty(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{})
	equal(tb, ids(tb, d, query()), "", "records")
	equal(tb, len(events(tb, d, "")), 0, "events")
}

func large(tb testing.TB, d store.Driver) {
	const n = 3000 // at five values a record more than a statement of SQLite takes
	b := store.Batch{}
	for i := range n {
		id := fmt.Sprintf("%04d", i)
		b.Puts = append(b.Puts, with(put(id, store.New), "state", "new", "worker", id[3:], "due", id))
		b.Events = append(b.Events, event(id, 1, "created"))
	}
	commit(tb, d, b)
	q := query()
	q.Where = store.Where{"worker": {"7"}}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), q))), n/10, "records of one worker")
	equal(tb, len(events(tb, d, "")), n, "events")
	for i := range b.Puts {
		b.Puts[i].If = 1
	}
	b.Puts[n-1].If = 9
	wantErr(tb, d.Commit(tb.Context(), b), sp.ErrConflict, "a large batch whose last put is stale")
	equal(tb, get(tb, d, key("0000")).Version, 1, "the version of the first record")
	q.Where = store.Where{"due": {}}
	var erase store.Batch
	for _, p := range b.Puts {
		q.Where["due"] = append(q.Where["due"], p.ID)
		erase.Deletes = append(erase.Deletes, store.Delete{Key: p.Key, If: 1})
	}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), q))), n, "records that have one of thousands of values")
	commit(tb, d, erase)
	equal(tb, ids(tb, d, query()), "", "records after all were deleted")
}

func kinds(tb testing.TB, d store.Driver) {
	keys := []store.Key{
		{Tenant: tenant, Kind: "a", ID: "bc"},
		{Tenant: tenant, Kind: "ab", ID: "c"},
		{Tenant: tenant + "a", Kind: "b", ID: "c"},
		{Tenant: tenant, Kind: "a/b", ID: "c"},
		{Tenant: tenant, Kind: "a", ID: "b/c"},
		{Tenant: tenant, Kind: "A", ID: "bc"},
		{Tenant: tenant, Kind: "a", ID: "bc "},
		{Tenant: tenant, Kind: "a", ID: ".."},
		{Tenant: "..", Kind: "..", ID: "bc"},
	}
	for _, k := range keys {
		commit(tb, d, puts(store.Put{Key: k, Terms: store.Terms{"state": "new"}, Body: []byte(k.String())}))
	}
	for _, k := range keys {
		equal(tb, string(get(tb, d, k).Body), k.String(), "the body of "+k.String())
	}
	look := func(want map[string]string) {
		tb.Helper()
		for kind, want := range want {
			equal(tb, ids(tb, d, store.Query{Tenant: tenant, Kind: kind}), want, "records of kind "+kind)
			q := store.Query{Tenant: tenant, Kind: kind, Where: store.Where{"state": {"new"}}}
			equal(tb, ids(tb, d, q), want, "records of kind "+kind+" by term")
		}
	}
	look(map[string]string{"a": ".. b/c bc bc ", "ab": "c", "A": "bc", "b": ""})
	commit(tb, d, store.Batch{
		Puts:    []store.Put{{Key: store.Key{Tenant: tenant, Kind: "A", ID: "c"}, Terms: store.Terms{"state": "new"}}},
		Deletes: []store.Delete{{Key: keys[0], If: 1}},
	})
	commit(tb, d, puts(store.Put{Key: store.Key{Tenant: tenant, Kind: "A", ID: "c"}, If: 1, Terms: store.Terms{"state": "new"}}))
	look(map[string]string{"a": ".. b/c bc ", "ab": "c", "A": "bc c", "b": ""})
}

func tenants(tb testing.TB, d store.Driver) {
	names := []string{"a", "ab", "A", "b"}
	in := func(tenant string, p store.Put) store.Put {
		p.Tenant = tenant
		p.Body = []byte(tenant)
		return p
	}
	for _, name := range names {
		e := event("x", 1, "created-in-"+name)
		e.Key.Tenant = name
		commit(tb, d, store.Batch{Puts: []store.Put{in(name, put("x", store.New))}, Events: []store.RecordedEvent{e}})
	}
	commit(tb, d, store.Batch{Deletes: []store.Delete{{Key: store.Key{Tenant: "b", Kind: kindK, ID: "x"}, If: 1}}})
	commit(tb, d, puts(in("a", put("x", 1))))
	for _, name := range names {
		k := store.Key{Tenant: name, Kind: kindK, ID: "x"}
		want := map[string]string{"a": "2 a", "ab": "1 ab", "A": "1 A", "b": "none"}[name]
		equal(tb, state(tb, d, k), want, "the record of tenant "+name)
		n := 1
		if want == "none" {
			n = 0
		}
		for _, q := range []store.Query{
			{Tenant: name, Kind: kindK},
			{Tenant: name, Kind: kindK, Where: store.Where{"state": {"new"}}},
			{Tenant: name, Kind: kindK, Range: store.Range{Term: "state"}},
		} {
			got := collect(tb, d.Scan(tb.Context(), q))
			equal(tb, len(got), n, fmt.Sprintf("answers to %+v", q))
			for _, r := range got {
				equal(tb, r.Tenant+string(r.Body), name+name, "tenant and body")
			}
		}
		log := collect(tb, d.Log(tb.Context(), name, ""))
		equal(tb, len(log), 1, "events of tenant "+name)
		equal(tb, string(log[0].Type)+" "+log[0].Key.Tenant, "created-in-"+name+" "+name, "the event of tenant "+name)
	}
}
