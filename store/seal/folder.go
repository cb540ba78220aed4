package seal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Keys keep a key for each name of a tenant, such as for each person. They live apart from
// the database, so that neither it nor a backup of it can be read by itself.
type Keys interface {
	// Key returns a key, or an error that is [sp.ErrNotFound] where there is none, or not any more.
	Key(ctx context.Context, tenant, name string) ([]byte, error)
	// KeyOrNew is Key, but draws one where there never was one.
	KeyOrNew(ctx context.Context, tenant, name string) ([]byte, error)
	// Destroy destroys a key for good: no other is drawn under its name. It may be called again.
	Destroy(ctx context.Context, tenant, name string) error
}

// By returns secrets by which each record is sealed under the key of whom it is about, as
// whose names them. The name stands in the sealed body, so that it is found again whatever
// the record is about then.
//
//	db := seal.Driver(records, seal.By(seal.Folder("/srv/keys"), func(r store.Record) string { return r.Terms["person"] }))
func By(keys Keys, whose func(store.Record) string) Secrets { return named{keys, whose} }

type named struct {
	keys  Keys
	whose func(store.Record) string
}

// Secret implements [Secrets].
func (n named) Secret(ctx context.Context, r store.Record, name string) (Secret, error) {
	find := n.keys.Key
	if name == "" {
		name, find = n.whose(r), n.keys.KeyOrNew
	}
	key, err := find(ctx, r.Tenant, name)
	return Secret{Name: name, Key: key}, err
}

// A Folder keeps keys as files that nobody but the service may read. Its backups are to be
// as short as the law lets somebody wait who asks to be forgotten: a key that is destroyed
// here is in them still. The name of a file tells nothing of whose key it is, and a file
// without content is a key that was destroyed.
type Folder string

// Key implements [Keys].
func (f Folder) Key(_ context.Context, tenant, name string) ([]byte, error) {
	key, err := os.ReadFile(f.path(tenant, name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(key) == 0 {
		return nil, fmt.Errorf("seal: key of %s: %w", name, sp.ErrNotFound)
	}
	return key, err
}

// KeyOrNew implements [Keys]. Of several processes that draw one at the same moment, all get
// the key of the first.
func (f Folder) KeyOrNew(ctx context.Context, tenant, name string) ([]byte, error) {
	path := f.path(tenant, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails: see crypto/rand
		if err := WriteOnce(path, key); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return f.Key(ctx, tenant, name)
}

// Destroy implements [Keys]. What is left of a key whose writer was killed goes as well.
func (f Folder) Destroy(_ context.Context, tenant, name string) error {
	path := f.path(tenant, name)
	if err := write(path, nil, os.Rename); err != nil {
		return err
	}
	left, err := os.ReadDir(string(f))
	for _, file := range left {
		if strings.HasPrefix(file.Name(), filepath.Base(path)+unfinished) {
			if gone := os.Remove(filepath.Join(string(f), file.Name())); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}
	return err
}

func (f Folder) path(tenant, name string) string {
	between := "/"
	if strings.Contains(tenant, "/") { // "a/b" with "c" is not "a" with "b/c"
		between = "\x00" // which no tenant has
	}
	sum := sha256.Sum256([]byte(tenant + between + name))
	return filepath.Join(string(f), hex.EncodeToString(sum[:])+".key")
}

// WriteOnce puts a whole file at a path that only its owner may read, or none: it is
// [fs.ErrExist] where there is one. When it returns the file is on the disk, since what is
// sealed under a key that a power cut took could never be read again.
func WriteOnce(path string, content []byte) error { return write(path, content, os.Link) }

// unfinished follows the name of a file while it is written.
const unfinished = ".new-"

// write puts a whole file at a path or none, and waits until it is on the disk.
func write(path string, content []byte, put func(from, to string) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+unfinished)
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
