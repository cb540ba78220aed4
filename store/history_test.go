package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// noted is an event of any name and content, to store the oddest.
type noted struct {
	name string
	Text string `json:"text"`
}

func (n noted) EventType() store.EventType { return store.EventType(n.name) }

func decodeNoted(name store.EventType, data []byte) (noted, error) {
	n := noted{name: string(name)}
	return n, json.Unmarshal(data, &n)
}

func record(b store.Batch, version int64) store.Record {
	return store.Record{Key: b.Puts[0].Key, Version: version, Body: b.Puts[0].Body}
}

func TestHistoryIsStoredAsLines(t *testing.T) {
	var h store.History[noted]
	h.Append(noted{"received", "a\tb\nc"}, sp.By(ann, moment))
	h.Append(noted{"accepted", "O’Brien"}, sp.By(sp.Actor{ID: "a\tb\\t\nc", Role: "odd\\", For: "bay/green", Only: "placement/PL-1"}, moment.Add(time.Hour)).Happened(moment).Under("request\t1"))
	b, err := h.Pending(key("R-1"), store.Terms{"state": "open"})
	require.NoError(t, err)
	require.Equal(t, ""+
		"2\treceived\t2026-11-23T09:30:00.123456Z\t\tlink-worker\tann\t\t\t\t{\"v\":1,\"text\":\"a\\tb\\nc\"}\n"+
		"2\taccepted\t2026-11-23T09:30:00.123456Z\t2026-11-23T10:30:00.123456Z\todd\\\\\ta\\tb\\\\t\\nc\tbay/green\tplacement/PL-1\trequest\\t1\t{\"v\":1,\"text\":\"O’Brien\"}\n",
		string(b.Puts[0].Body), "this form is stored for ever")
	require.Equal(t, store.New, b.Puts[0].If)
	require.Len(t, b.Events, 2)
	require.EqualValues(t, 2, b.Events[1].Version)
	require.NoError(t, b.Check())
}

func TestHistoryComesBackAsItWas(t *testing.T) {
	text := rapid.StringN(0, 20, 60)
	rapid.Check(t, func(t *rapid.T) {
		var h store.History[noted]
		version, encoded := int64(0), 0
		for range rapid.IntRange(1, 4).Draw(t, "saves") {
			for range rapid.IntRange(0, 3).Draw(t, "events") {
				s := sp.Stamp{
					By:       sp.Actor{ID: text.Draw(t, "actor"), Role: sp.Role(text.Draw(t, "role")), For: text.Draw(t, "for"), Only: text.Draw(t, "only")},
					Key:      text.Draw(t, "key"),
					At:       time.Unix(rapid.Int64Range(-1<<35, 1<<36).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")),
					Recorded: moment,
				}
				h.Append(noted{name: text.Draw(t, "name"), Text: text.Draw(t, "text")}, s)
			}
			touched := rapid.Bool().Draw(t, "touched")
			if touched {
				h.Touch()
			}
			b, err := h.Pending(key("R-1"), nil)
			require.NoError(t, err)
			if encoded == h.Len() && !touched {
				require.True(t, b.IsZero(), "nothing new is nothing to write")
				continue
			}
			require.Equal(t, version, b.Puts[0].If)
			require.Len(t, b.Events, h.Len()-encoded)
			again, err := h.Pending(key("R-1"), nil)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(b, again), "asking twice changes nothing")
			h.Committed()
			version, encoded = version+1, h.Len()

			loaded, err := store.LoadHistory(record(b, version), decodeNoted, nil)
			require.NoError(t, err)
			want, got := slices.Collect(h.All()), slices.Collect(loaded.All())
			require.Empty(t, cmp.Diff(want, got, cmp.AllowUnexported(noted{})))
			h = loaded // and goes on from there
		}
	})
}

func TestHistoryIsSavedAgainWithoutBeingLoaded(t *testing.T) {
	var h store.History[noted]
	for version, events := range []int{1, 2, 0, 1} {
		for range events {
			h.Append(noted{name: "noted"}, sp.By(ann, moment))
		}
		if events == 0 {
			h.Touch()
		}
		b, err := h.Pending(key("R-1"), nil)
		require.NoError(t, err)
		require.EqualValues(t, version, b.Puts[0].If)
		require.Len(t, b.Events, events)
		for _, e := range b.Events {
			require.True(t, bytes.Equal(e.Data, []byte(`{"v":1,"text":""}`)), "the event, and nothing of the line around it")
		}
		loaded, err := store.LoadHistory(record(b, 1), decodeNoted, nil)
		require.NoError(t, err)
		require.Equal(t, slices.Collect(h.All()), slices.Collect(loaded.All()), "the record holds all that was saved before")
		for range 2 { // the second time nothing is pending, and so nothing has been saved
			h.Committed()
		}
	}
}

func TestHistoryKeepsTimesAsTheyAreStored(t *testing.T) {
	summer := time.FixedZone("BST", 3600)
	late := moment.Add(time.Hour)
	var h store.History[noted]
	h.Append(noted{name: "at once"}, sp.Stamp{By: ann, At: moment.Add(999).In(summer), Recorded: moment.Add(999).In(summer)})
	h.Append(noted{name: "later"}, sp.Stamp{By: ann, At: moment.Add(999).In(summer), Recorded: late.Add(999).In(summer)})
	b, err := h.Pending(key("R-1"), nil)
	require.NoError(t, err)
	loaded, err := store.LoadHistory(record(b, 1), decodeNoted, nil)
	require.NoError(t, err)
	for _, entries := range [][]store.Entry[noted]{slices.Collect(h.All()), slices.Collect(loaded.All())} {
		require.Equal(t, sp.Stamp{By: ann, At: moment, Recorded: moment}, entries[0].Stamp)
		require.Equal(t, sp.Stamp{By: ann, At: moment, Recorded: late}, entries[1].Stamp)
	}
}

func TestHistoryTellsActorsApartThatAreWrittenAlike(t *testing.T) {
	var h store.History[noted]
	ids := []string{`\n`, "\n", "\n", `\n`}
	for _, id := range ids {
		h.Append(noted{name: "noted"}, sp.By(sp.Actor{ID: id}, moment))
	}
	b, err := h.Pending(key("R-1"), nil)
	require.NoError(t, err)
	loaded, err := store.LoadHistory(record(b, 1), decodeNoted, nil)
	require.NoError(t, err)
	var got []string
	for e := range loaded.All() {
		got = append(got, e.Stamp.By.ID)
	}
	require.Equal(t, ids, got)
}

func TestHistoryTellsApartWhatOneActorDidInTwoRoles(t *testing.T) {
	var h store.History[noted]
	for _, by := range []sp.Actor{
		{ID: "ann", Role: sp.RoleLinkWorker},
		{ID: "ann", Role: sp.RolePerson},
		{ID: "ann", Role: sp.RolePerson},
		{ID: "ann", Role: sp.RolePerson, For: "P-1"},
		{ID: "ann", Role: sp.RolePerson, For: "P-2"},
		{ID: "ann", Role: sp.RolePerson, For: "P-2", Only: "placement/PL-1"},
		{ID: "ann", Role: sp.RolePerson, For: "P-2"},
		{ID: "ann", Role: sp.RoleLinkWorker},
	} {
		h.Append(noted{name: "noted"}, sp.By(by, moment))
	}
	b, err := h.Pending(key("R-1"), nil)
	require.NoError(t, err)
	loaded, err := store.LoadHistory(record(b, 1), decodeNoted, nil)
	require.NoError(t, err)
	require.Equal(t, slices.Collect(h.All()), slices.Collect(loaded.All()))
}

func TestHistoryKeepsOldLinesByteForByte(t *testing.T) {
	old := "renamed\t2020-01-01T00:00:00.000000Z\t2020-01-01T00:00:00.000000Z\tsystem\tx\t{\"text\" : \"old form\"}\n"
	r := store.Record{Key: key("R-1"), Version: 7, Body: append(make([]byte, 0, 1000), old...)}
	h, err := store.LoadHistory(r, decodeNoted, nil)
	require.NoError(t, err)
	h.Append(noted{"new", "x"}, sp.By(ann, moment))
	b, err := h.Pending(key("R-1"), nil)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(b.Puts[0].Body, []byte(old)))
	require.EqualValues(t, 7, b.Puts[0].If)
	require.EqualValues(t, 2, b.Events[0].Version)
	again, err := store.LoadHistory(record(b, 8), decodeNoted, nil)
	require.NoError(t, err)
	require.Equal(t, slices.Collect(h.All()), slices.Collect(again.All()), "lines of two forms stand beside each other")
	require.Equal(t, make([]byte, 10), r.Body[:cap(r.Body)][len(old):len(old)+10], "the record's memory is not written to")
}

func TestHistoryReportsWhatItCannotRead(t *testing.T) {
	line := "noted\t2026-11-23T09:30:00.123456Z\t2026-11-23T09:30:00.123456Z\tsystem\tx\t{}\n"
	for _, tt := range []struct{ name, body, want string }{
		{"a line cut off", line + line[:len(line)-1], "store: north/referral/R-1: entry 2: line is cut off: invalid"},
		{"a field missing", "noted\t{}\n", "store: north/referral/R-1: entry 1: has 2 fields, not 6: invalid"},
		{"a malformed time", strings.Replace(line, "11-23", "13-23", 1), "store: north/referral/R-1: entry 1: has a malformed time: invalid"},
		{"a form of a later program", "3\t" + line, "store: north/referral/R-1: entry 1: is in form 3, which only a newer program knows: invalid"},
		{"a field missing in the second form", "2\t" + line, "store: north/referral/R-1: entry 1: has 6 fields, not 9: invalid"},
		{"an empty line", line + "\n", "store: north/referral/R-1: entry 2: has 1 fields, not 6: invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := store.LoadHistory(store.Record{Key: key("R-1"), Body: []byte(tt.body)}, decodeNoted, nil)
			require.EqualError(t, err, tt.want)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	unknown := errors.New("unknown event")
	_, err := store.LoadHistory(store.Record{Key: key("R-1"), Body: []byte(line)},
		func(store.EventType, []byte) (noted, error) { return noted{}, unknown }, nil)
	require.ErrorIs(t, err, unknown)
}

// odd is an event that JSON cannot write.
type odd struct{ F func() }

func (odd) EventType() store.EventType { return "odd" }

func TestHistoryReportsAnEventThatCannotBeWritten(t *testing.T) {
	var h store.History[odd]
	h.Append(odd{}, sp.By(ann, moment))
	_, err := h.Pending(key("R-1"), nil)
	require.ErrorContains(t, err, "store: encode north/referral/R-1 odd: ")
}

func TestHistoryGivesBackTheStampAsItWillBeStored(t *testing.T) {
	var h store.History[noted]
	h.Committed()
	given := sp.By(ann, moment)
	given.At = given.At.Add(999).In(time.FixedZone("BST", 3600))
	require.Equal(t, sp.By(ann, moment), h.Append(noted{}, given))
	for e := range h.All() {
		require.Equal(t, sp.By(ann, moment), e.Stamp)
	}
	require.Equal(t, 1, h.Len())
}

func FuzzLoadHistory(f *testing.F) {
	line := "noted\t2026-11-23T09:30:00.123456Z\t2026-11-23T09:30:00.123456Z\tsystem\tx\\t\\\\\\n\t{\"text\":\"a\"}\n"
	f.Add([]byte(line + line))
	f.Add([]byte(line[:40]))
	f.Add([]byte("\n\t\t\t\t\t\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := store.LoadHistory(store.Record{Key: key("R-1"), Version: 1, Body: bytes.Clone(body)}, decodeNoted, nil)
		if err != nil {
			if h.Len() != 0 {
				t.Fatal("a history that cannot be read has entries")
			}
			return
		}
		if h.Len() != bytes.Count(body, []byte("\n")) {
			t.Fatalf("%d entries from %d lines", h.Len(), bytes.Count(body, []byte("\n")))
		}
		// What was read can be written, and comes back as it was read.
		h.Append(noted{name: "more"}, sp.By(ann, moment))
		b, err := h.Pending(key("R-1"), nil)
		if err != nil || !bytes.HasPrefix(b.Puts[0].Body, body) {
			t.Fatalf("the old lines changed: %q, %v", b.Puts[0].Body, err)
		}
		again, err := store.LoadHistory(record(b, 2), decodeNoted, nil)
		if err != nil || again.Len() != h.Len() {
			t.Fatalf("%d entries became %d: %v", h.Len(), again.Len(), err)
		}
	})
}
