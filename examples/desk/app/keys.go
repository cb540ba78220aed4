package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/seal"
)

// Keys keep a secret for each person. They live apart from the database, so that neither
// it nor a backup of it can be read by itself. Of a destroyed one they answer sp.ErrNotFound
// and never make another.
type Keys interface {
	Key(ctx context.Context, tenant, name string, create bool) ([]byte, error)
	Destroy(ctx context.Context, tenant, name string) error
}

// secrets finds whose key a record is sealed under: that of the person it is about, or the
// scheme's own.
type secrets struct{ Keys }

// Secret implements seal.Secrets.
func (s secrets) Secret(ctx context.Context, r store.Record, name string) (seal.Secret, error) {
	sealing := name == ""
	if sealing {
		name = r.Terms[termPerson]
		if r.Kind == person.Kind {
			name = r.ID
		}
		name = cmp.Or(name, "scheme")
	}
	key, err := s.Key(ctx, r.Tenant, name, sealing)
	return seal.Secret{Name: name, Key: key}, err
}

// termPerson is the term by which records say whose they are.
const termPerson = "person"

// KeyFolder keeps keys as files of a folder that nobody but the service may read. A file
// without content is a key that was destroyed.
type KeyFolder string

// Key implements Keys.
func (f KeyFolder) Key(_ context.Context, tenant, name string, create bool) ([]byte, error) {
	path := f.path(tenant, name)
	key, err := os.ReadFile(path)
	if create && errors.Is(err, fs.ErrNotExist) {
		if err := f.draw(path); err != nil {
			return nil, err
		}
		key, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(key) == 0 {
		return nil, fmt.Errorf("key of %s: %w", name, sp.ErrNotFound)
	}
	return key, err
}

// Destroy implements Keys.
func (f KeyFolder) Destroy(_ context.Context, tenant, name string) error {
	return write(f.path(tenant, name), nil, os.Rename)
}

// path returns the file of a key, whose name tells nothing.
func (f KeyFolder) path(tenant, name string) string {
	sum := sha256.Sum256([]byte(tenant + "/" + name))
	return filepath.Join(string(f), hex.EncodeToString(sum[:])+".key")
}

// WriteOnce puts a whole file at a path, or none: fs.ErrExist where there is one.
func WriteOnce(path string, content []byte) error { return write(path, content, os.Link) }

// draw writes a new key, unless somebody else has been faster.
func (f KeyFolder) draw(path string) error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: see crypto/rand
	err := WriteOnce(path, key)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// write puts a whole file at a path or none, and waits until it is on the disk: what is sealed
// under a key that a power cut took could never be read again.
func write(path string, content []byte, put func(from, to string) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "new-")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // after os.Rename it is gone
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := put(file.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
