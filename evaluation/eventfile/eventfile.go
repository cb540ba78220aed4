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
// A member "recorded" stands behind "at" where an event was not written down at once. Programs in
// other languages may write the members in another order, with spaces and escapes; lines
// as above are read several times as fast.
//
// Who did it is left out, since nothing that is counted needs it. What is left are IDs,
// codes and numbers; they are pseudonymous and not anonymous, so a file is kept as the
// log is.
package eventfile

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"

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
// of w, and, with one that is [sp.ErrInvalid], of an event that [Read] would refuse: that
// lacks what a line has, or whose data is no JSON object.
func Write(w io.Writer, log iter.Seq2[store.RecordedEvent, error]) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for e, err := range log {
		if err != nil {
			return fmt.Errorf("eventfile: read the log: %w", err)
		}
		l := lineOf(e)
		err := l.check(fmt.Sprintf("event %d of %s", e.Version, e.Key))
		if err == nil && !jsontext.Value(l.Data).IsValid() {
			err = sp.Invalid(fmt.Sprintf("event %d of %s", e.Version, e.Key), "data", sp.Malformed, "must be JSON")
		}
		if err == nil {
			err = lines.Encode(l)
		}
		if err != nil {
			return fmt.Errorf("eventfile: write: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("eventfile: write: %w", err)
	}
	return nil
}

// lineOf returns the line of an event.
func lineOf(e store.RecordedEvent) line {
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
	return l
}

// check fails for a line that is no event, with every fault.
func (l *line) check(subject string) error {
	e := &sp.InvalidError{Subject: subject}
	e.Check(l.Form == form, "v", sp.Unsupported, fmt.Sprintf("must be %d, the form that this program reads", form))
	e.Check(l.Kind != "", "kind", sp.Missing, "must not be empty")
	e.Check(l.ID != "", "id", sp.Missing, "must not be empty")
	e.Check(l.Version >= 1, "version", sp.OutOfRange, "must be 1 or more")
	e.Check(l.Type != "", "type", sp.Missing, "must not be empty")
	e.Check(!l.At.IsZero(), "at", sp.Missing, "must be a time")
	e.Check(len(l.Data) > 0 && l.Data[0] == '{', "data", sp.WrongType, "must be an object")
	return e.Err()
}

// event returns the event of a line.
func (l *line) event() store.RecordedEvent {
	stamp := sp.Stamp{At: l.At, Recorded: l.Recorded}
	if stamp.Recorded.IsZero() {
		stamp.Recorded = stamp.At
	}
	return store.RecordedEvent{
		Key: store.Key{Tenant: l.Tenant, Kind: l.Kind, ID: l.ID}, Version: l.Version, Type: l.Type, Stamp: stamp, Data: l.Data,
	}
}
