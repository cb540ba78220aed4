package store

import (
	"fmt"
	"log/slog"

	"github.com/socialprescribing/sp"
)

// What holds bodies or the data of events prints identifiers, versions and sizes
// instead, whatever the verb, the logger or the format: a batch in an error message
// or in a line of a log tells nothing about anybody. Read the fields to see more.

// String returns "bay/referral/R-7, version 3, 2 terms, 45 bytes".
func (r Record) String() string {
	return fmt.Sprintf("%s, version %d, %d terms, %d bytes", r.Key, r.Version, len(r.Terms), len(r.Body))
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (r Record) Format(f fmt.State, _ rune) { f.Write([]byte(r.String())) }

// LogValue implements [slog.LogValuer].
func (r Record) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText implements [encoding.TextMarshaler], and so JSON: a stored form of
// records is a type of its own.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// MarshalBinary refuses, so that package encoding/gob does not write what others must not print.
func (Record) MarshalBinary() ([]byte, error) { return nil, errBinary }

// String returns "bay/referral/R-7 over version 2, 2 terms, 45 bytes".
func (p Put) String() string {
	return fmt.Sprintf("%s over version %d, %d terms, %d bytes", p.Key, p.If, len(p.Terms), len(p.Body))
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (p Put) Format(f fmt.State, _ rune) { f.Write([]byte(p.String())) }

// LogValue implements [slog.LogValuer].
func (p Put) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText implements [encoding.TextMarshaler]; see [Record.MarshalText].
func (p Put) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// MarshalBinary refuses, so that package encoding/gob does not write what others must not print.
func (Put) MarshalBinary() ([]byte, error) { return nil, errBinary }

// String returns "referral.accepted, event 3 of bay/referral/R-7, 12 bytes".
func (e RecordedEvent) String() string {
	return fmt.Sprintf("%s, event %d of %s, %d bytes", e.Type, e.Version, e.Key, len(e.Data))
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (e RecordedEvent) Format(f fmt.State, _ rune) { f.Write([]byte(e.String())) }

// LogValue implements [slog.LogValuer].
func (e RecordedEvent) LogValue() slog.Value { return slog.StringValue(e.String()) }

// MarshalText implements [encoding.TextMarshaler]; see [Record.MarshalText].
func (e RecordedEvent) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// MarshalBinary refuses, so that package encoding/gob does not write what others must not print.
func (RecordedEvent) MarshalBinary() ([]byte, error) { return nil, errBinary }

// String returns "2 puts, 0 deletes, 3 events".
func (b Batch) String() string {
	return fmt.Sprintf("%d puts, %d deletes, %d events", len(b.Puts), len(b.Deletes), len(b.Events))
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (b Batch) Format(f fmt.State, _ rune) { f.Write([]byte(b.String())) }

// LogValue implements [slog.LogValuer].
func (b Batch) LogValue() slog.Value { return slog.StringValue(b.String()) }

// MarshalText implements [encoding.TextMarshaler]; see [Record.MarshalText].
func (b Batch) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// MarshalBinary refuses, so that package encoding/gob does not write what others must not print.
func (Batch) MarshalBinary() ([]byte, error) { return nil, errBinary }

// String returns "a history of 5 entries".
func (h History[F]) String() string { return fmt.Sprintf("a history of %d entries", len(h.entries)) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (h History[F]) Format(f fmt.State, _ rune) { f.Write([]byte(h.String())) }

// LogValue implements [slog.LogValuer].
func (h History[F]) LogValue() slog.Value { return slog.StringValue(h.String()) }

var errBinary = fmt.Errorf("store: has no binary form; write its fields yourself: %w", sp.ErrInvalid)
