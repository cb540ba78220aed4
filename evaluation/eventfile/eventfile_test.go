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

func TestReadNamesTheLineThatIsNoEvent(t *testing.T) {
	good := `{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-04-06T10:00:00Z","data":{}}` + "\n"
	for _, bad := range []string{good[:60], "secret", `{"v":2}`, `{"v":1,"kind":"referral"}`, strings.Repeat("x", 17<<20)} {
		var got error
		n := 0
		for _, err := range eventfile.Read(strings.NewReader(good+"\n"+good+bad+"\n"+good), "log.ndjson") {
			if n++; err != nil {
				require.NoError(t, got, "it is the last")
				got = err
			}
		}
		require.Equal(t, 3, n)
		require.ErrorIs(t, got, sp.ErrInvalid)
		require.ErrorContains(t, got, "log.ndjson:4: ")
		require.NotContains(t, got.Error(), "secret")
	}
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
