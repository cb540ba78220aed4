//go:build linux

package evaluation_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/store"
)

var tapes = flag.String("tapes", "", "folder that keeps the logs of benchmarks, which take minutes to make")

// A tape is a log in a file, so that neither the time nor the memory that it takes to make
// one counts as that of what reads it.
type tape struct {
	path      string
	referrals int
	events    int
}

// tapeOf returns a tape of so many referrals, in random order or with the events of a referral
// together.
func tapeOf(tb testing.TB, referrals int, mixed bool) tape {
	tb.Helper()
	folder := *tapes
	if folder == "" {
		folder = tb.TempDir()
	}
	t := tape{filepath.Join(folder, fmt.Sprintf("%d-%t", referrals, mixed)), referrals, 0}
	if _, err := os.Stat(t.path); err != nil {
		t.make(tb, mixed)
	}
	for range t.Log() {
		t.events++
	}
	return t
}

// make writes the events to some files by lot, and these one after the other, each shuffled.
func (t tape) make(tb testing.TB, mixed bool) {
	tb.Helper()
	heaps, by := 1+t.referrals/20_000, rand.New(rand.NewPCG(1, 2))
	if !mixed {
		heaps = 1
	}
	name := func(n int) string { return fmt.Sprintf("%s.%d", t.path, n) }
	var files []*os.File
	var into []*bufio.Writer
	for n := range heaps {
		f, err := os.Create(name(n))
		require.NoError(tb, err)
		files, into = append(files, f), append(into, bufio.NewWriter(f))
	}
	var buffer []byte
	for e, err := range (evaluationtest.World{Seed: 1, Referrals: t.referrals}).Log() {
		require.NoError(tb, err)
		buffer = appendEvent(buffer[:0], e)
		_, err = into[by.IntN(heaps)].Write(buffer)
		require.NoError(tb, err)
	}
	whole, err := os.Create(name(heaps))
	require.NoError(tb, err)
	for n, f := range files {
		require.NoError(tb, into[n].Flush())
		require.NoError(tb, f.Close())
		pour(tb, whole, name(n), mixed, by)
		require.NoError(tb, os.Remove(name(n)))
	}
	require.NoError(tb, whole.Close())
	require.NoError(tb, os.Rename(whole.Name(), t.path))
}

func pour(tb testing.TB, into io.Writer, from string, mixed bool, by *rand.Rand) {
	tb.Helper()
	all, err := os.ReadFile(from)
	require.NoError(tb, err)
	var events [][]byte
	for rest := all; len(rest) > 0; {
		size, n := binary.Uvarint(rest)
		events, rest = append(events, rest[:n+int(size)]), rest[n+int(size):]
	}
	if mixed {
		by.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	}
	out := bufio.NewWriter(into)
	for _, e := range events {
		_, err := out.Write(e)
		require.NoError(tb, err)
	}
	require.NoError(tb, out.Flush())
}

// appendEvent appends an event behind its length.
func appendEvent(b []byte, e store.RecordedEvent) []byte {
	var one []byte
	for _, text := range []string{string(e.Type), e.Key.Kind, e.Key.ID, string(e.Data)} {
		one = append(binary.AppendUvarint(one, uint64(len(text))), text...)
	}
	one = binary.AppendUvarint(binary.AppendUvarint(one, uint64(e.Version)), uint64(e.Stamp.At.Unix()))
	return append(binary.AppendUvarint(b, uint64(len(one))), one...)
}

// Log reads the tape. The data of an event stands until the next one is read.
func (t tape) Log() iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		f, err := os.Open(t.path)
		if err != nil {
			yield(store.RecordedEvent{}, err)
			return
		}
		defer f.Close()
		in, names := bufio.NewReaderSize(f, 1<<20), map[string]string{}
		var one []byte
		for {
			size, err := binary.ReadUvarint(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if one = append(one[:0], make([]byte, size)...); err == nil {
				_, err = io.ReadFull(in, one)
			}
			if !yield(eventOf(one, names), err) || err != nil {
				return
			}
		}
	}
}

func eventOf(one []byte, names map[string]string) (e store.RecordedEvent) {
	text := func() []byte {
		size, n := binary.Uvarint(one)
		b := one[n : n+int(size)]
		one = one[n+int(size):]
		return b
	}
	name := func() string {
		b := text()
		if known, ok := names[string(b)]; ok {
			return known
		}
		names[string(b)] = string(b)
		return string(b)
	}
	e.Type = store.EventType(name())
	e.Key = store.Key{Tenant: "bay", Kind: name(), ID: strings.Clone(string(text()))}
	e.Data = text()
	version, n := binary.Uvarint(one)
	at, _ := binary.Uvarint(one[n:])
	e.Version, e.Stamp = int64(version), sp.Stamp{At: time.Unix(int64(at), 0).UTC()}
	return e
}
