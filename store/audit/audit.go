// Package audit proves that nobody has changed the past.
//
// Whoever may write to a database may change what is in it, and with it any
// checksum. What they cannot change is what others have already been told. So from
// time to time a [Statement] of a tenant's log is taken: the last event of every
// history, each by a sum that stands for all events before it. Its digest is one
// line, which is printed, signed or sent to somebody who does not keep the database:
//
//	s, err := audit.Take(ctx, db, "morecambe-bay")
//	fmt.Println(s.Digest()) // 32 bytes that stand for the whole log
//	text, err := s.MarshalText() // kept, to compare with later
//
// Later [Verify] reads the log again, follows every history from its first event
// on, and reports which of those that the statement names have not just grown.
// That the statement itself is the one of then, its digest shows.
//
// All this happens outside of commits. It costs them nothing, and needs no
// order of the commits of different records.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Head is the last event of one history.
type Head struct {
	Kind, ID string
	Version  int64     // of the event
	Sum      store.Sum // of the event, and so of all before it
}

// A Statement says where every history of a tenant stood at one time.
type Statement struct {
	Tenant string
	Events int    // in the log
	Heads  []Head // in order of kind and ID
}

// A Digest stands for a [Statement]: the SHA-256 of its text.
type Digest [sha256.Size]byte

// String returns d in hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// A Fault is a history that has been changed since, or whose events do not follow one
// another.
type Fault struct {
	Key     store.Key
	Version int64 // of the event at which it is noticed
	What    string
}

// String names the key, the version and the fault. It holds no personal data.
func (f Fault) String() string { return fmt.Sprintf("%s, event %d: %s", f.Key, f.Version, f.What) }

// Take reads the log of a tenant and returns its statement. A log with faults
// is not stated: the error names the first, and is [store.ErrCorrupt]. It
// remembers some 150 bytes of each history.
func Take(ctx context.Context, d store.Driver, tenant string) (Statement, error) {
	l, err := read(ctx, d, tenant, nil)
	if err == nil && len(l.faults) > 0 {
		err = fmt.Errorf("%s: %w", l.faults[0], store.ErrCorrupt)
	}
	if err != nil {
		return Statement{}, fmt.Errorf("audit: take a statement of %s: %w", tenant, err)
	}
	s := Statement{Tenant: tenant, Events: l.events}
	for _, h := range l.heads {
		s.Heads = append(s.Heads, h.Head)
	}
	slices.SortFunc(s.Heads, func(a, b Head) int { return key("", a).Compare(key("", b)) })
	return s, nil
}

// Verify reads the log of the tenant of s again and returns what is wrong with
// it: histories whose events do not follow one another, and those that s names
// and that have not just grown since. No faults and no error prove that every event
// that stood in the log when s was taken stands there still as it was.
func Verify(ctx context.Context, d store.Driver, s Statement) ([]Fault, error) {
	l, err := read(ctx, d, s.Tenant, s.Heads)
	if err != nil {
		return nil, fmt.Errorf("audit: verify %s: %w", s.Tenant, err)
	}
	for _, h := range s.Heads {
		if !l.met[h] {
			l.fault(key(s.Tenant, h), h.Version, "is not there as it was stated, or an event before it is not")
		}
	}
	return l.faults, nil
}

func key(tenant string, h Head) store.Key { return store.Key{Tenant: tenant, Kind: h.Kind, ID: h.ID} }

// A log is what is gathered while the log is read.
type log struct {
	events int
	heads  map[store.Key]last
	met    map[Head]bool // which of those looked for were met
	faults []Fault
}

func (l *log) fault(k store.Key, version int64, what string) {
	l.faults = append(l.faults, Fault{k, version, what})
}

func read(ctx context.Context, d store.Driver, tenant string, wanted []Head) (*log, error) {
	l := &log{heads: make(map[store.Key]last), met: make(map[Head]bool, len(wanted))}
	for _, h := range wanted {
		l.met[h] = false
	}
	for e, err := range d.Log(ctx, tenant, "") {
		if err != nil {
			return nil, err
		}
		l.add(e)
	}
	return l, nil
}

func (l *log) add(e store.RecordedEvent) {
	l.events++
	before, known := l.heads[e.Key]
	switch {
	case e.Prev == before.own || e.Prev.IsZero():
	case !known:
		l.fault(e.Key, e.Version, "the events before it are missing")
	default:
		l.fault(e.Key, e.Version, "the event before it is missing or another one")
	}
	h := last{own: e.Sum(), Head: Head{Kind: e.Key.Kind, ID: e.Key.ID, Version: e.Version}}
	// An event without a sum was not written by a history, or is the first since
	// there were sums. To be provable all the same, it is joined to the one before it here.
	e.Prev = before.Sum
	h.Sum = e.Sum()
	l.heads[e.Key] = h
	if _, wanted := l.met[h.Head]; wanted {
		l.met[h.Head] = true
	}
}

// A last is the last event of a history so far, with the sum that the next
// event should name.
type last struct {
	Head
	own store.Sum
}

// form is the first line of a statement's text. It never changes.
const form = "sp-audit-1"

// MarshalText writes s as lines: the form, the tenant and the number of events, and then
// kind, ID, version and sum of each head. The form is fixed for ever.
func (s Statement) MarshalText() ([]byte, error) {
	b := fmt.Appendf(nil, "%s\n%s\t%d\n", form, escape.Replace(s.Tenant), s.Events)
	for _, h := range s.Heads {
		b = fmt.Appendf(b, "%s\t%s\t%d\t%s\n", escape.Replace(h.Kind), escape.Replace(h.ID), h.Version, h.Sum)
	}
	return b, nil
}

// Digest returns what stands for s.
func (s Statement) Digest() Digest {
	text, _ := s.MarshalText() //nolint:errcheck // it never fails
	return sha256.Sum256(text)
}

// UnmarshalText reads what MarshalText writes. The error is [sp.ErrInvalid] and
// names the line.
func (s *Statement) UnmarshalText(text []byte) error {
	var read Statement
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if lines[0] != form || len(lines) < 2 {
		return fmt.Errorf("audit: read a statement: it does not begin with %s and a tenant: %w", form, sp.ErrInvalid)
	}
	bad := func(i int, what string) error {
		return fmt.Errorf("audit: read a statement: line %d: %s: %w", i+1, what, sp.ErrInvalid)
	}
	for i, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		if i == 0 {
			n, err := strconv.Atoi(fields[len(fields)-1])
			if len(fields) != 2 || err != nil {
				return bad(i+1, "is not a tenant and a number of events")
			}
			read.Tenant, read.Events = unescape.Replace(fields[0]), n
			continue
		}
		if len(fields) != 4 {
			return bad(i+1, "has not four fields")
		}
		h := Head{Kind: unescape.Replace(fields[0]), ID: unescape.Replace(fields[1])}
		var err error
		if h.Version, err = strconv.ParseInt(fields[2], 10, 64); err != nil {
			return bad(i+1, "has no version")
		}
		if fields[3] == "" || h.Sum.UnmarshalText([]byte(fields[3])) != nil {
			return bad(i+1, "has no sum")
		}
		read.Heads = append(read.Heads, h)
	}
	*s = read
	return nil
}

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`)
	unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n")
)
