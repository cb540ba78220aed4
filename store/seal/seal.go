// Package seal encrypts record bodies with a secret for each person
// (crypto-shredding): once the secret is destroyed, nobody can read that person's
// records again, not even in backups.
//
// [Driver] wraps any driver. Its [Secrets] tell it which secret to encrypt a
// record with, and find the secret to decrypt it. That one method is all there is
// to implement, over a key management service or a table in another database:
//
//	db := seal.Driver(records, secrets)
//	people := person.NewRepository(store.Tenant(db, "morecambe-bay"))
//	err := secrets.Forget("P-55") // and nobody can read P-55 again: seal.ErrErased
//
// [By] makes them of [Keys], one for each person, and a [Folder] keeps keys as files.
//
// Wrap the database in [Driver] first and the result in [store.Tenant], as above.
// The other way round, records have no tenant yet when they are sealed, and are
// refused.
//
// A body is sealed by AES-GCM with a random nonce. The record's key is bound to
// it, so a body cannot be moved under another key, or be altered, without
// notice; an older body of the same record, put back by somebody who can write
// to the database, would not be noticed. Terms and events are not sealed, since the database searches them:
// they hold identifiers, codes and numbers, and no personal data.
//
// # Rotation
//
// A body names its secret. When [Secrets] starts to give out a new one, whatever
// is written is sealed under it, and [Rotate] rewrites the rest. A commit in
// progress at that moment may still use the old secret. So destroy the old one
// only after a Rotate that began when every process gave out the new one and all
// earlier commits had ended.
package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// ErrErased says that the secret of a record has been destroyed: the record can
// never be read again. It is [sp.ErrNotFound] too.
var ErrErased = fmt.Errorf("its secret is destroyed: %w", sp.ErrNotFound)

// A Secret is a key of AES and the name it goes by in sealed bodies.
type Secret struct {
	Name string // of at most 255 bytes; not secret
	Key  []byte // 16, 24 or 32 bytes, from a source of randomness fit for keys; good for 2^32 bodies
}

// String returns "secret NAME".
func (s Secret) String() string { return "secret " + s.Name }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (s Secret) Format(f fmt.State, _ rune) { f.Write([]byte(s.String())) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements [encoding.TextMarshaler], and so JSON, and writes what
// String returns: to store a
// Secret, write its Key yourself.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalBinary refuses, as package encoding/gob would write the key.
func (Secret) MarshalBinary() ([]byte, error) {
	return nil, fmt.Errorf("seal: a secret has no binary form; write its key yourself: %w", sp.ErrInvalid)
}

// Secrets finds the secrets of records. It is used by as many goroutines as
// the driver is.
type Secrets interface {
	// Secret returns the secret called name, or, if name is empty, the one
	// under which the record is to be sealed now. The record has its key and
	// terms, from which to tell whose it is, and no body. A secret that has been
	// destroyed is an error that is [sp.ErrNotFound]. It must not be made anew:
	// a record that is written for a person who was erased has no secret.
	Secret(ctx context.Context, r store.Record, name string) (Secret, error)
}

// Driver returns a driver over d that seals the bodies it writes and opens
// those it reads. Get of a record whose secret is destroyed is [ErrErased]; Scan
// passes over it, as over any record that is gone. A body that was not sealed
// under its key by such a driver, or was altered, is [sp.ErrInvalid]; one whose
// secret's name was altered is ErrErased if the [Secrets] know no such name.
func Driver(d store.Driver, secrets Secrets) store.Driver { return &driver{d, secrets.Secret} }

type driver struct {
	store.Driver // Log passes through: events are not sealed

	// It is a function, which shows no secrets when it is printed.
	ask func(context.Context, store.Record, string) (Secret, error)
}

// Below and Over make it a [store.Wrapper].
func (s *driver) Below() store.Driver              { return s.Driver }
func (s *driver) Over(d store.Driver) store.Driver { return &driver{d, s.ask} }

// Seals makes it a [store.Sealer].
func (*driver) Seals() {}

func (s *driver) Get(ctx context.Context, k store.Key) (store.Record, error) {
	r, err := s.Driver.Get(ctx, k)
	if err != nil {
		return store.Record{}, err
	}
	return s.opened(ctx, r)
}

func (s *driver) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	b.Puts = slices.Clone(b.Puts)
	for i, p := range b.Puts {
		secret, err := s.secret(ctx, store.Record{Key: p.Key, Terms: p.Terms}, "")
		if err == nil {
			b.Puts[i].Body, err = sealed(secret, p.Key, p.Body)
		}
		if err != nil {
			return fmt.Errorf("seal: commit %s: %w", p.Key, err)
		}
	}
	return s.Driver.Commit(ctx, b)
}

func (s *driver) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		q := q // the loop moves its own copy
		for {
			erased := 0
			for r, err := range s.Driver.Scan(ctx, q) {
				if err == nil {
					q.After = q.Cursor(r)
					r, err = s.opened(ctx, r)
				}
				if errors.Is(err, ErrErased) {
					erased++
					continue
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
			if q.Limit == 0 || erased == 0 {
				return
			}
			q.Limit = erased // as many are still owed
		}
	}
}

// secret asks for a secret and says in one way that it is destroyed.
func (s *driver) secret(ctx context.Context, r store.Record, name string) (Secret, error) {
	r.Body = nil
	secret, err := s.ask(ctx, r, name)
	if errors.Is(err, sp.ErrNotFound) {
		return Secret{}, ErrErased
	}
	if err == nil && (len(secret.Name) > 255 || secret.Name == "") {
		err = fmt.Errorf("the name of a secret must have from 1 to 255 bytes: %w", sp.ErrInvalid)
	}
	return secret, err
}

func (s *driver) opened(ctx context.Context, r store.Record) (store.Record, error) {
	name, _, err := split(r.Body)
	var secret Secret
	if err == nil {
		secret, err = s.secret(ctx, r, name)
	}
	if err == nil {
		r.Body, err = open(secret, r.Key, r.Body)
	}
	if err != nil {
		return store.Record{}, fmt.Errorf("seal: open %s: %w", r.Key, err)
	}
	return r, nil
}

// Rotate encrypts again, with the secrets given out now, the records that match q
// and are sealed with others. The driver must have been made by [Driver]. Each
// rewritten record gets a new version, so a save that was decided on the old one
// is a version conflict. Rotate returns how many it has rewritten; after an error
// it can be called again.
func Rotate(ctx context.Context, d store.Driver, q store.Query) (n int, err error) {
	s, ok := d.(*driver)
	if !ok {
		return 0, fmt.Errorf("seal: rotate: the driver was not made by seal.Driver: %w", sp.ErrInvalid)
	}
	for r, err := range s.Driver.Scan(ctx, q) {
		if err != nil {
			return n, err
		}
		rewritten, err := s.rotate(ctx, r)
		// Whoever writes it meanwhile may do so under a secret from before.
		for errors.Is(err, sp.ErrConflict) {
			if r, err = s.Driver.Get(ctx, r.Key); err == nil {
				rewritten, err = s.rotate(ctx, r)
			}
		}
		if err != nil && !errors.Is(err, sp.ErrNotFound) { // erased or deleted
			return n, fmt.Errorf("seal: rotate %s: %w", r.Key, err)
		}
		if rewritten {
			n++
		}
	}
	return n, nil
}

// rotate seals one record anew, if it has to be.
func (s *driver) rotate(ctx context.Context, r store.Record) (rewritten bool, err error) {
	old, _, err := split(r.Body)
	if err != nil {
		return false, err
	}
	now, err := s.secret(ctx, r, "")
	if err != nil || now.Name == old {
		return false, err
	}
	if r, err = s.opened(ctx, r); err != nil {
		return false, err
	}
	err = s.Commit(ctx, store.Batch{Puts: []store.Put{{Key: r.Key, If: r.Version, Terms: r.Terms, Body: r.Body, Head: r.Head}}})
	return err == nil, err
}

// A sealed body is the form, the length and the bytes of the secret's name, and
// what AES-GCM makes of the plain body: nonce, ciphertext and tag.
const form = 1

func sealed(secret Secret, k store.Key, body []byte) ([]byte, error) {
	gcm, err := aead(secret)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, 2+len(secret.Name)+len(body)+gcm.Overhead())
	b = append(b, form, byte(len(secret.Name)))
	b = append(b, secret.Name...)
	return gcm.Seal(b, nil, body, bound(secret.Name, k)), nil
}

func open(secret Secret, k store.Key, b []byte) ([]byte, error) {
	name, text, err := split(b)
	if err != nil {
		return nil, err
	}
	gcm, err := aead(secret)
	if err != nil {
		return nil, err
	}
	body, err := gcm.Open(nil, nil, text, bound(name, k))
	if err != nil {
		return nil, fmt.Errorf("the body is not what was sealed under this key with secret %q: %w", name, sp.ErrInvalid)
	}
	return body, nil
}

func split(b []byte) (name string, text []byte, err error) {
	if len(b) < 2 || b[0] != form || len(b) < 2+int(b[1]) {
		return "", nil, fmt.Errorf("the body is not sealed: %w", sp.ErrInvalid)
	}
	end := 2 + int(b[1])
	return string(b[2:end]), b[end:], nil
}

func aead(secret Secret) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret.Key)
	if err != nil {
		return nil, fmt.Errorf("secret %q: a key must have 16, 24 or 32 bytes: %w", secret.Name, sp.ErrInvalid)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// bound is what a sealed body belongs to. No part of a key contains NUL.
func bound(name string, k store.Key) []byte {
	return []byte(name + "\x00" + k.Tenant + "\x00" + k.Kind + "\x00" + k.ID)
}
