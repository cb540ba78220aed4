package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Sum is a hash chain: a hash of an event and of every event before it in the
// history of its record. It is the first 16 bytes of a SHA-256: finding two
// histories with the same Sum takes about 2^64 attempts, and the whole hash would
// double what each row grows by.
type Sum [16]byte

// String returns s in hexadecimal digits.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// IsZero reports whether s is the Sum of no event.
func (s Sum) IsZero() bool { return s == Sum{} }

// MarshalText writes s in hexadecimal digits, and nothing for the zero Sum.
func (s Sum) MarshalText() ([]byte, error) {
	if s.IsZero() {
		return nil, nil
	}
	return hex.AppendEncode(nil, s[:]), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Sum) UnmarshalText(text []byte) error {
	*s = Sum{}
	if len(text) == 0 {
		return nil
	}
	if len(text) != hex.EncodedLen(len(s)) {
		return fmt.Errorf("store: a sum has 32 digits: %w", sp.ErrInvalid)
	}
	if _, err := hex.Decode(s[:], text); err != nil {
		return fmt.Errorf("store: a sum has digits from 0 to f: %w", sp.ErrInvalid)
	}
	return nil
}

// Sum returns the hash of e.Prev and of everything that is stored of e, except
// its position and the tenant, which [Tenant] fills in only on the way to the
// database.
func (e RecordedEvent) Sum() (s Sum) {
	var room [512]byte
	whole := sha256.Sum256(e.appendTo(append(room[:0], e.Prev[:]...)))
	return Sum(whole[:len(s)])
}

// appendTo writes all of e but its tenant, position and Prev. The form is fixed
// for ever.
func (e RecordedEvent) appendTo(b []byte) []byte {
	stamp := e.Stamp                                                         // of whose times whole microseconds count
	b = binary.BigEndian.AppendUint64(b, uint64(e.Version))                  //nolint:gosec // any number will do
	b = binary.BigEndian.AppendUint64(b, uint64(stamp.At.UnixMicro()))       //nolint:gosec // any number will do
	b = binary.BigEndian.AppendUint64(b, uint64(stamp.Recorded.UnixMicro())) //nolint:gosec // any number will do
	for _, text := range [...]string{e.Key.Kind, e.Key.ID, string(e.Type), string(stamp.By.Role), stamp.By.ID, stamp.By.For, stamp.By.Only, stamp.Key} {
		b = appendText(b, text)
	}
	return append(b, e.Data...)
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns a number that changes when anything of e changes but its
// position: the CRC-32C of the rest. Drivers that keep events on a disk store it
// beside them, and compare it with [RecordedEvent.Verify] when they read them.
func (e RecordedEvent) Checksum() int64 {
	var room [256]byte // enough for nearly all; it goes on the heap
	b := append(appendText(room[:0], e.Key.Tenant), e.Prev[:]...)
	return int64(crc32.Checksum(e.appendTo(b), castagnoli))
}

// Verify returns a [*CorruptError] unless sum is the checksum of e.
func (e RecordedEvent) Verify(sum int64) error {
	if e.Checksum() == sum {
		return nil
	}
	return &CorruptError{Key: e.Key, Version: e.Version, Event: true}
}

// Checksum returns a number that changes when anything of r changes: the
// CRC-32C of all but the version, with the version added bit by bit by an
// exclusive or, so that a database can do that where only it knows the version.
// Drivers that keep records on a disk store it beside them, and compare it
// with [Record.Verify] when they read them.
func (r Record) Checksum() int64 {
	var room [256]byte // enough for nearly all; it goes on the heap
	b := append(room[:0], r.Head[:]...)
	for _, text := range [...]string{r.Tenant, r.Kind, r.ID} {
		b = appendText(b, text)
	}
	var names [MaxTerms]string
	sorted := slices.AppendSeq(names[:0], maps.Keys(r.Terms))
	slices.Sort(sorted)
	for _, name := range sorted {
		b = appendText(appendText(b, name), r.Terms[name])
	}
	sum := crc32.Checksum(binary.AppendUvarint(b, uint64(len(r.Body))), castagnoli)
	return int64(crc32.Update(sum, castagnoli, r.Body)) ^ r.Version
}

// Verify returns a [*CorruptError] unless sum is the checksum of r.
func (r Record) Verify(sum int64) error {
	if r.Checksum() == sum {
		return nil
	}
	return &CorruptError{Key: r.Key, Version: r.Version}
}
