package person

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A HashKey is a secret under which identifiers are hashed, and the name that it goes
// by in the store. There are only a thousand million NHS numbers, so whoever has the
// secret and the store can try all of them: keep it where the keys of a seal are kept,
// and not in the database.
type HashKey struct {
	Name   string // not secret, such as "2026"; a code, see [sp.ValidCode]
	Secret []byte // at least 32 bytes, from a source of randomness fit for keys
}

// String returns "hash key NAME".
func (k HashKey) String() string { return "hash key " + k.Name }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (k HashKey) Format(f fmt.State, _ rune) { f.Write([]byte(k.String())) }

// LogValue implements [slog.LogValuer].
func (k HashKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText implements [encoding.TextMarshaler], and so JSON, and writes what String
// returns: to store a key, write its Secret yourself.
func (k HashKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalBinary refuses, as package encoding/gob would write the secret.
func (HashKey) MarshalBinary() ([]byte, error) {
	return nil, fmt.Errorf("person: a hash key has no binary form; write its secret yourself: %w", sp.ErrInvalid)
}

// An Index finds people by their NHS number, without the number standing anywhere but
// in their sealed or erasable record: the term by which the store finds a record holds
// an HMAC-SHA256 of it. The term is unique, so of two who register one person at the
// same moment the second gets an error that is [sp.ErrExists], and finds the first. A
// person who is erased is not found, and their number is free. The hash of a number is
// the same in all tenants; where nobody may tell that two of them know the same person,
// give each its own key.
//
// To change keys, let every process have the new one in front of the old. Then both
// are entered, both find people, and a number is unique under either. Once
// [Index.Enter] has entered everybody, leave out the old one.
type Index struct{ keys []HashKey } //nolint:recvcheck // it must not print as a value either

// leastSecret is how many bytes a secret has at least: as many as the hash.
const leastSecret = sha256.Size

// NewIndex returns an index under one or more keys, the one to use from now on in front.
func NewIndex(keys ...HashKey) (*Index, error) {
	e := sp.InvalidError{Subject: "person: index"}
	e.Check(len(keys) > 0, "keys", sp.Missing, "must be one or more")
	ix := &Index{}
	for i, k := range keys {
		path := fmt.Sprintf("keys[%d].", i)
		e.Check(sp.ValidCode(k.Name), path+"name", sp.Malformed, sp.CodeRule)
		e.Check(len(k.Secret) >= leastSecret, path+"secret", sp.WrongLength, "must have 32 bytes or more")
		e.Check(!slices.ContainsFunc(ix.keys, func(o HashKey) bool { return o.Name == k.Name }), path+"name", sp.Duplicate, "is there twice")
		ix.keys = append(ix.keys, HashKey{k.Name, slices.Clone(k.Secret)})
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return ix, nil
}

// Format prints the type and no key, of an Index that was copied too.
func (ix Index) Format(f fmt.State, _ rune) { f.Write([]byte("an index of people")) }

// LogValue implements [slog.LogValuer].
func (ix Index) LogValue() slog.Value { return slog.StringValue("an index of people") }

// Driver returns d with everybody who is saved through it entered in the index. Open
// one where the program starts and let all of it use that: who is saved past it is not
// found. It reads the bodies of people, so it goes around the driver of package seal and not inside.
func (ix *Index) Driver(d store.Driver) store.Driver { return &indexed{d, ix} }

// Find returns the record of the person with a number, or an error that is [sp.ErrNotFound].
func (ix *Index) Find(ctx context.Context, d store.Driver, number sp.NHSNumber) (*Record, error) {
	if number.IsZero() {
		return nil, fmt.Errorf("person: find by NHS number: there is no number: %w", sp.ErrNotFound)
	}
	for _, k := range ix.keys {
		term, value := k.term(number)
		for r, err := range store.Select(ctx, d, store.Query{Kind: Kind, Where: store.Where{term: {value}}, Limit: 1}, load) {
			if err != nil {
				return nil, fmt.Errorf("person: find by NHS number: %w", err)
			}
			if r.person.NHSNumber.Equal(number) { // or somebody has changed it since
				return r, nil
			}
		}
	}
	return nil, fmt.Errorf("person: find by NHS number: %w", sp.ErrNotFound)
}

// Enter enters everybody of d who is not in the index under each key, or is under one
// that the index no longer has: after a key was added or left out, and where there were
// people before there was an index. It returns how many it has written; after an error it
// can be called again. Two people with one number are a [*store.DuplicateError], which
// names the second: revise one of the two and go on. A new version is written of whom it
// enters, so a save that was decided on the old one is a version conflict.
func (ix *Index) Enter(ctx context.Context, d store.Driver) (n int, err error) {
	for r, err := range d.Scan(ctx, store.Query{Kind: Kind}) {
		if err != nil {
			return n, fmt.Errorf("person: enter: %w", err)
		}
		wrote := false
		err = store.Retry(ctx, enterAttempts, func(ctx context.Context) (err error) {
			if r, err = d.Get(ctx, store.Key{Kind: Kind, ID: r.ID}); err == nil {
				wrote, err = ix.enter(ctx, d, r)
			}
			return err
		})
		if err != nil && !errors.Is(err, sp.ErrNotFound) { // erased meanwhile
			return n, fmt.Errorf("person: enter %s: %w", r.ID, err)
		}
		if wrote {
			n++
		}
	}
	return n, nil
}

// enterAttempts is how often a record is read again that somebody is writing meanwhile.
const enterAttempts = 100

func (ix *Index) enter(ctx context.Context, d store.Driver, r store.Record) (wrote bool, err error) {
	terms, err := ix.terms(r.Terms, r.Body)
	if err != nil || maps.Equal(terms, r.Terms) {
		return false, err
	}
	put := store.Put{Key: store.Key{Kind: Kind, ID: r.ID}, If: r.Version, Terms: terms, Body: r.Body, Head: r.Head}
	return true, d.Commit(ctx, store.Batch{Puts: []store.Put{put}})
}

// number begins the names of the terms; that of the key follows.
const number = store.Unique + "nhs-number."

func (k HashKey) term(n sp.NHSNumber) (name, value string) {
	mac := hmac.New(sha256.New, k.Secret)
	mac.Write([]byte("nhs-number\x00" + n.Reveal())) // so that one key can serve other identifiers too
	return number + k.Name, base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// terms returns the terms of a record with those of the index.
func (ix *Index) terms(t store.Terms, body []byte) (store.Terms, error) {
	p, err := decode(body)
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return nil, err
	}
	all := make(store.Terms, len(t)+len(ix.keys))
	for name, value := range t {
		if len(name) < len(number) || name[:len(number)] != number {
			all[name] = value
		}
	}
	if p.NHSNumber.IsZero() { // or erased
		return all, nil
	}
	for _, k := range ix.keys {
		name, value := k.term(p.NHSNumber)
		all[name] = value
	}
	return all, nil
}

// indexed is a driver that enters people.
type indexed struct {
	store.Driver
	ix *Index
}

// Below implements [store.Wrapper].
func (d *indexed) Below() store.Driver { return d.Driver }

// Over implements [store.Wrapper].
func (d *indexed) Over(other store.Driver) store.Driver { return &indexed{other, d.ix} }

func (d *indexed) Commit(ctx context.Context, b store.Batch) error {
	puts := slices.Clone(b.Puts)
	for i, p := range puts {
		if p.Kind != Kind {
			continue
		}
		terms, err := d.ix.terms(p.Terms, p.Body)
		if err != nil {
			return fmt.Errorf("person: index %s: %w", p.ID, err)
		}
		puts[i].Terms = terms
	}
	b.Puts = puts
	return d.Driver.Commit(ctx, b)
}
