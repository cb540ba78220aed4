// Package eventfile writes a log of events as a file of lines and reads it again: what
// takes a log from a service to whoever counts it, in any language.
//
//	err := eventfile.Write(w, db.Log(ctx, "", ""))
//	err = run.Read(ctx, eventfile.Read(file, "events.ndjson"), nil)
//
// Each line is a JSON object (NDJSON):
//
//	{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-04-06T10:00:00Z","data":{...}}
//
// Who did it is left out, since nothing that is counted needs it. What is left are IDs,
// codes and numbers; they are pseudonymous and not anonymous, so a file is kept as the
// log is.
package eventfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// form is the number of the form of a line.
const form = 1

// A line is an event in a file.
type line struct {
	Form     int             `json:"v"`
	Tenant   string          `json:"tenant"`
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Version  int64           `json:"version"`
	Type     store.EventType `json:"type"`
	At       time.Time       `json:"at"`
	Recorded time.Time       `json:"recorded,omitzero"` // if it was not written at once
	Data     json.RawMessage `json:"data"`
}

// Write writes a line for each event of a log. It fails with the first error of the log,
// of w, and of an event whose data is no JSON.
func Write(w io.Writer, log iter.Seq2[store.RecordedEvent, error]) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for e, err := range log {
		if err != nil {
			return fmt.Errorf("eventfile: read the log: %w", err)
		}
		l := line{
			Form: form, Tenant: e.Key.Tenant, Kind: e.Key.Kind, ID: e.Key.ID, Version: e.Version, Type: e.Type,
			At: e.Stamp.At.UTC(), Data: e.Data,
		}
		if !e.Stamp.Recorded.Equal(e.Stamp.At) && !e.Stamp.Recorded.IsZero() {
			l.Recorded = e.Stamp.Recorded.UTC()
		}
		if len(e.Data) == 0 {
			l.Data = json.RawMessage("{}")
		}
		if !json.Valid(l.Data) {
			return fmt.Errorf("eventfile: event %d of %s: its data is no JSON: %w", e.Version, e.Key, sp.ErrInvalid)
		}
		if err := lines.Encode(l); err != nil {
			return fmt.Errorf("eventfile: write event %d of %s: %w", e.Version, e.Key, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("eventfile: write: %w", err)
	}
	return nil
}

// longest is how long a line may be.
const longest = 16 << 20

// Read yields the events of a file, of which name stands in errors. The first line that is no
// event, such as one that was cut off, is an error with its number, that is [sp.ErrInvalid],
// and ends the range, so that nothing is skipped silently. Empty lines are skipped. It can be
// ranged over once.
func Read(r io.Reader, name string) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, 64<<10), longest)
		n := 0
		for in.Scan() {
			n++
			if len(bytes.TrimSpace(in.Bytes())) == 0 {
				continue
			}
			e, why := parse(in.Bytes())
			if why != "" {
				yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %s:%d: %s: %w", name, n, why, sp.ErrInvalid))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %s:%d: is longer than %d bytes: %w", name, n+1, longest, sp.ErrInvalid))
		} else if err != nil {
			yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %s:%d: %w", name, n+1, err))
		}
	}
}

// parse returns the event of a line, or why there is none.
func parse(text []byte) (e store.RecordedEvent, why string) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return e, "is no JSON of an event"
	}
	switch {
	case l.Form != form:
		return e, fmt.Sprintf("is of form %d, and this program reads %d", l.Form, form)
	case l.Kind == "" || l.ID == "" || l.Type == "" || l.Version < 1 || l.At.IsZero():
		return e, "lacks kind, id, type, version or at"
	}
	if l.Recorded.IsZero() {
		l.Recorded = l.At
	}
	return store.RecordedEvent{
		Key: store.Key{Tenant: l.Tenant, Kind: l.Kind, ID: l.ID}, Version: l.Version, Type: l.Type,
		Stamp: sp.Stamp{At: l.At, Recorded: l.Recorded}, Data: bytes.Clone(l.Data),
	}, ""
}
