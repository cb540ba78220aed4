package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var textRules = []rule{
	{"TextID", "IDs that look alike are different IDs: no case is folded, no space trimmed, no normal form chosen, no end cut off", textID},
	{"TextKind", "kinds that look alike are different kinds, whatever signs they hold", textKind},
	{"TextTenant", "tenants that look alike are different tenants, in records and in the log", textTenant},
	{"TextName", "names of terms that look alike are different names, in exact terms and in ranges", textName},
	{"TextValue", "values that look alike are different values to their last byte, and ordered by bytes", textValue},
	{"TextEvent", "types, roles and actors of events come back as they were written, also those that look alike", textEvent},
	{"Cursor", "a cursor is a value and an ID, not the two joined: pages of one record each go through values and IDs that are one text if a sign joins them", cursor},
	{"Joined", "no two keys and no two terms are one, whichever sign a driver joins their parts by", joinedKeys},
	{"Conditions", "every one of 32 conditions counts, and every one of a thousand values of a condition", conditions},
}

// lookalikes are texts that are taken for one another by whatever folds case,
// trims, normalises, reads numbers, fills in patterns or cuts at a length.
func lookalikes(longest int) []string {
	texts := []string{
		"a", "A", "a ", " a", "a  ", "a\t", "\ta", "a\n", "\na", "a\r\n", "a\u00a0", "a\u3000", "\ufeffa", "a\u200b", "a\u00ad", "aa", "Aa", "AA",
		"\u00e4", "a\u0308", "\u00c4", "A\u0308", "\uff41", "\u0430", "\u00df", "ss", "SS", "\u1e9e", "i", "I", "\u0131", "\u0130", "\ufb01", "fi", "\ufffd", "\U0010ffff",
		"0", "00", "1", "01", "1.0", "+1", "-1", "1e0", "0x1", "10", "2", "9", "-0", "null", "NULL", "nil", "true", "TRUE", "none", "undefined", "NaN",
		"%", "a%", "_", "a_", "*", "a*", "?", "[a]", "{a}", "(a)", "$1", "?1", ":a", "@a", "#a", "&a", "a;", "a,b", "a, b", "a/b", "a//b", "/a", "a/", "a\\b", "a\\\\b",
		"'", "a'", "''", "\"", "a\"", "`", ".", "..", "a.b", "a:b", "a|b", "a=b", "a+b", "a-b", "a>b", "a<b", "a&b", "a&amp;b", "a%2Fb", "a%2fb", "a\x01", "a\x1f", "a\x7f", "\\x61", "\\u0061",
	}
	for n := 3; n < longest; n += max(1, n/4) {
		texts = append(texts, strings.Repeat("x", n))
	}
	full := strings.Repeat("x", longest-1)
	return append(texts, full+"x", full+"y", full+"Y", full, strings.Repeat("\u00e9", longest/2), strings.Repeat("\u00e9", longest/2-1)+"\u00e8")
}

// commitAll commits ps in batches.
func commitAll(tb testing.TB, d store.Driver, ps []store.Put) {
	tb.Helper()
	for some := range slices.Chunk(ps, 100) {
		commit(tb, d, puts(some...))
	}
}

// matching returns the IDs of those of ps that q selects, in its order.
func matching(ps []store.Put, q store.Query) string {
	live := make(map[string]store.Record, len(ps))
	for i, p := range ps {
		live[fmt.Sprint(i)] = store.Record{Key: p.Key, Version: 1, Terms: p.Terms, Body: p.Body}
	}
	return answer(q, live)
}

func textID(tb testing.TB, d store.Driver) {
	var all []store.Put
	for i, id := range lookalikes(store.MaxName) {
		p := put(id, store.New)
		p.Body = fmt.Append(nil, i)
		all = append(all, p)
	}
	commitAll(tb, d, all)
	for i, p := range all {
		equal(tb, state(tb, d, p.Key), fmt.Sprint("1 ", i), fmt.Sprintf("the record %q", p.ID))
		q := query()
		q.After, q.Limit = store.Cursor{ID: p.ID}, 1
		equal(tb, ids(tb, d, q), matching(all, q), fmt.Sprintf("the record behind %q", p.ID))
	}
	equal(tb, ids(tb, d, query()), matching(all, query()), "records")
	for i, p := range all[:40] {
		if i%2 == 0 {
			commit(tb, d, deletes(p.ID, 1))
		}
	}
	for i, p := range all[:40] {
		want := "none"
		if i%2 == 1 {
			want = fmt.Sprint("1 ", i)
		}
		equal(tb, state(tb, d, p.Key), want, fmt.Sprintf("the record %q after every second was deleted", p.ID))
	}
}

func textKind(tb testing.TB, d store.Driver) {
	kinds := lookalikes(store.MaxName)
	var all []store.Put
	for i, kind := range kinds {
		all = append(all, store.Put{Key: store.Key{Tenant: tenant, Kind: kind, ID: "x"}, Terms: store.Terms{"t": "v"}, Body: fmt.Append(nil, i)})
	}
	commitAll(tb, d, all)
	for i, p := range all {
		equal(tb, state(tb, d, p.Key), fmt.Sprint("1 ", i), fmt.Sprintf("the record of kind %q", p.Kind))
		for _, q := range []store.Query{{}, {Where: store.Where{"t": {"v"}}}, {Range: store.Range{Term: "t"}}} {
			q.Tenant, q.Kind = tenant, p.Kind
			got := collect(tb, d.Scan(tb.Context(), q))
			equal(tb, len(got), 1, fmt.Sprintf("records of kind %q", p.Kind))
			equal(tb, string(got[0].Body), fmt.Sprint(i), fmt.Sprintf("the record of kind %q", p.Kind))
		}
	}
}

func textTenant(tb testing.TB, d store.Driver) {
	names := lookalikes(store.MaxName)
	for i, name := range names { // one by one: not every driver takes several tenants at once
		e := event("x", 1, fmt.Sprint(i))
		e.Key.Tenant = name
		p := store.Put{Key: e.Key, Terms: store.Terms{"t": "v"}, Body: fmt.Append(nil, i)}
		commit(tb, d, store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{e}})
	}
	for i, name := range names {
		k := store.Key{Tenant: name, Kind: kindK, ID: "x"}
		equal(tb, state(tb, d, k), fmt.Sprint("1 ", i), fmt.Sprintf("the record of tenant %q", name))
		for _, q := range []store.Query{{}, {Where: store.Where{"t": {"v"}}}, {Range: store.Range{Term: "t"}}} {
			q.Tenant, q.Kind = name, kindK
			equal(tb, ids(tb, d, q), "x", fmt.Sprintf("records of tenant %q", name))
		}
		log := collect(tb, d.Log(tb.Context(), name, ""))
		equal(tb, types(log), fmt.Sprint(i), fmt.Sprintf("events of tenant %q", name))
		equal(tb, log[0].Key, k, "the key of the event")
	}
}

func textName(tb testing.TB, d store.Driver) {
	var all []store.Put
	for i, name := range lookalikes(store.MaxName) {
		all = append(all, with(put(fmt.Sprintf("%03d", i), store.New), name, "v"))
	}
	commitAll(tb, d, all)
	for _, p := range all {
		for name := range p.Terms {
			q := query()
			q.Where = store.Where{name: {"v"}}
			equal(tb, ids(tb, d, q), p.ID, fmt.Sprintf("records with a term %q", name))
			q = query()
			q.Range = store.Range{Term: name}
			equal(tb, ids(tb, d, q), p.ID, fmt.Sprintf("records in the range of a term %q", name))
			equal(tb, get(tb, d, p.Key).Terms, p.Terms, "the terms")
		}
	}
}

func textValue(tb testing.TB, d store.Driver) {
	var all []store.Put
	values := lookalikes(store.MaxValue)
	for i, value := range values {
		all = append(all, with(put(fmt.Sprintf("%03d", len(values)-i), store.New), "t", value))
	}
	commitAll(tb, d, all)
	along := query()
	along.Range = store.Range{Term: "t"}
	equal(tb, ids(tb, d, along), matching(all, along), "records in order of their values")
	for _, p := range all {
		value := p.Terms["t"]
		exact, from, before, behind := query(), along, along, along
		exact.Where = store.Where{"t": {value}}
		equal(tb, ids(tb, d, exact), p.ID, fmt.Sprintf("records with the value %q", value))
		from.Range.From, from.Limit = value, 2
		equal(tb, ids(tb, d, from), matching(all, from), fmt.Sprintf("two records from the value %q", value))
		before.Range.Before = value
		equal(tb, ids(tb, d, before), matching(all, before), fmt.Sprintf("records before the value %q", value))
		behind.After, behind.Limit = store.Cursor{Value: value, ID: p.ID}, 1
		equal(tb, ids(tb, d, behind), matching(all, behind), fmt.Sprintf("the record behind the value %q", value))
	}
}

func textEvent(tb testing.TB, d store.Driver) {
	var b store.Batch
	for i, text := range lookalikes(store.MaxName) {
		for place := range 4 {
			e := event("a", int64(4*i+place+1), "x")
			switch place {
			case 0:
				e.Type = store.EventType(text)
			case 1:
				e.Stamp.By.Role = sp.Role(text)
			case 2:
				e.Stamp.By.ID = text
			case 3:
				e.Key.ID = text
			}
			b.Events = append(b.Events, e)
		}
	}
	commit(tb, d, b)
	got := events(tb, d, "")
	equal(tb, len(got), len(b.Events), "events")
	for i := range got {
		got[i].Position = ""
		equal(tb, got[i], b.Events[i], fmt.Sprintf("event %d", i))
	}
}
