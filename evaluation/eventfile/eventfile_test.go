package eventfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A log goes from a database into a file.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	if err := store.Save(ctx, db, referraltest.Referral("R-1", referral.StateReceived)); err != nil {
		log.Fatal(err)
	}
	if err := eventfile.Write(os.Stdout, db.Log(ctx, "", "")); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-03-02T10:00:00Z","data":{"v":1,"person":"P-1","urgency":"routine","reasons":["loneliness","debt"],"source":"gp","from":"bay/practice-1"}}
}

func TestReadReturnsWhatWriteHasWritten(t *testing.T) {
	var file bytes.Buffer
	world := evaluationtest.World{Seed: 1, Referrals: 40}
	require.NoError(t, eventfile.Write(&file, world.Log()))
	want, n := file.String(), 0
	for e, err := range eventfile.Read(strings.NewReader(want), "x") {
		require.NoError(t, err)
		require.NotEmpty(t, e.Key.ID)
		n++
	}
	require.Equal(t, strings.Count(want, "\n"), n)
	var again bytes.Buffer
	require.NoError(t, eventfile.Write(&again, eventfile.Read(strings.NewReader(want), "x")))
	require.Equal(t, want, again.String())
}

const good = `{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-04-06T10:00:00Z","data":{"person":"secret"}}`

func TestReadNamesTheLineThatIsNoEventAndItsFaults(t *testing.T) {
	change := func(old, with string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, with, 1)
	}
	for _, x := range []struct{ name, line, want string }{
		{"a line that was cut off", good[:60], "is no JSON, as it ends too early, at column 61"},
		{"a line that is no JSON", "secret", "is no JSON at column 1"},
		{"an object that has nothing of an event", "{}", "v must be 1, the form that this program reads; kind must not be empty; id must not be empty; version must be 1 or more; type must not be empty; at must be a time; data must be an object"},
		{"a form of later programs, whatever it has", `{"v":2,"secret":true}`, "v must be 1, the form that this program reads"},
		{"a version that is a text", change(`"version":1`, `"version":"1"`), "version must be a whole number from -9223372036854775808 to 9223372036854775807"},
		{"a version before the first", change(`"version":1`, `"version":0`), "version must be 1 or more"},
		{"a version that is no whole number, and a time that is none", `{"v":1,"version":1.5,"at":"6 April","data":{}}`, "version must be a whole number from -9223372036854775808 to 9223372036854775807; at must be a time, written as 2026-11-23T09:30:00Z"},
		{"a day without a time", change("T10:00:00Z", ""), "at must be a time, written as 2026-11-23T09:30:00Z"},
		{"a member that events do not have", change(`"id"`, `"by":"ann","id"`), "has a member that does not exist, the 4th"},
		{"a member that stands there twice", change(`"id"`, `"kind":"referral","id"`), "has a member for the second time, the 4th"},
		{"a member in other letters", change(`"id"`, `"ID"`), "has a member that does not exist, the 4th"},
		{"data that is a list", change(`{"person":"secret"}`, `[]`), "data must be an object"},
		{"data that is cut off", change(`{"person":"secret"}`, `{"person":"secret"`), "is no JSON, as it ends too early, at column 145"},
		{"two events in one line", good + good, "must be one JSON value, with nothing after it"},
		{"a line without an end", strings.Repeat("x", 17<<20), "must have at most 16777216 bytes"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var got error
			n := 0
			for _, err := range eventfile.Read(strings.NewReader(good+"\n\n"+good+"\n"+x.line+"\n"+good), "log.ndjson") {
				if n++; err != nil {
					require.NoError(t, got, "it is the last")
					got = err
				}
			}
			require.Equal(t, 3, n)
			broken, ok := errors.AsType[*sp.InvalidError](got)
			require.True(t, ok, "%v", got)
			require.Equal(t, "log.ndjson:4", broken.Subject)
			require.ErrorContains(t, got, x.want)
			require.NotContains(t, got.Error(), "secret")
		})
	}
}

func TestReadTakesLinesOfOtherPrograms(t *testing.T) {
	want := first(t, good)
	require.JSONEq(t, `{"person":"secret"}`, string(want.Data))
	for name, line := range map[string]string{
		"with spaces":            `{"v": 1, "tenant": "bay", "kind": "referral", "id": "R-1", "version": 1, "type": "referral.received", "at": "2026-04-06T10:00:00Z", "data": {"person":"secret"}}`,
		"in another order":       `{"data":{"person":"secret"},"at":"2026-04-06T10:00:00Z","type":"referral.received","version":1,"id":"R-1","kind":"referral","tenant":"bay","v":1}`,
		"with escapes":           strings.Replace(good, `"R-1"`, `"R\u002d1"`, 1),
		"with an end of Windows": good + "\r",
		"with when it was recorded, as that is at once": strings.Replace(good, `,"data"`, `,"recorded":"2026-04-06T10:00:00Z","data"`, 1),
	} {
		require.Equal(t, want, first(t, line), name)
	}
	require.Equal(t, "2026-04-06T08:00:00.5Z", first(t, strings.Replace(good, "T10:00:00Z", "T10:00:00.5+02:00", 1)).Stamp.At.UTC().Format(time.RFC3339Nano))
}

func first(t *testing.T, line string) store.RecordedEvent {
	t.Helper()
	for e, err := range eventfile.Read(strings.NewReader(line), "x") {
		require.NoError(t, err)
		return e
	}
	require.Fail(t, "there is no event")
	return store.RecordedEvent{}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWriteFailsWithTheLogAndTheFile(t *testing.T) {
	require.ErrorContains(t, eventfile.Write(full{}, evaluationtest.World{Referrals: 1}.Log()), "the disk is full")
	bad := func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, fmt.Errorf("gone")) }
	require.ErrorContains(t, eventfile.Write(full{}, bad), "gone")
	secret := func(yield func(store.RecordedEvent, error) bool) {
		yield(store.RecordedEvent{Data: []byte("secret")}, nil)
	}
	err := eventfile.Write(&bytes.Buffer{}, secret)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "secret")
}

// FuzzRead: whatever stands in a file, it is read or refused.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-04-06T10:00:00Z","data":{}}`))
	f.Add([]byte("{}\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var events []store.RecordedEvent
		for e, err := range eventfile.Read(bytes.NewReader(data), "x") {
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				continue
			}
			events = append(events, e)
		}
		var file bytes.Buffer
		if err := eventfile.Write(&file, func(yield func(store.RecordedEvent, error) bool) {
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
		}); err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid, "data may be empty")
			return
		}
		require.LessOrEqual(t, len(events), strings.Count(file.String(), "\n"))
	})
}
