package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/store"
)

// enter waits for the turn to write. SQLite itself would make writers poll for
// its lock; in line they wait without polling, and nobody starves.
func (s *Store) enter(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) leave() { <-s.turn }

// Commit implements [store.Driver].
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := errors.Join(ctx.Err(), s.outside(ctx)); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	if b.IsZero() {
		return nil
	}
	if s.tx != nil {
		return s.join(ctx, b)
	}
	t, err := s.begin(ctx)
	if err != nil {
		return err
	}
	if err := s.write(ctx, t.tx, b); err != nil {
		return errors.Join(err, t.abandon())
	}
	return t.confirm() //nolint:contextcheck // nothing is to cut off the end
}

// undone ignores that a transaction has ended by itself, as after a full disk.
func undone(err error) error {
	if code(err) == codeError || errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// join writes b within the transaction, of which a savepoint makes a part that can
// fail alone.
func (s *Store) join(ctx context.Context, b store.Batch) error {
	whole := context.WithoutCancel(ctx) // a savepoint that is set has to be released
	if _, err := s.tx.ExecContext(whole, "SAVEPOINT sp_batch"); err != nil {
		return fmt.Errorf("sqlite: commit: %w", err)
	}
	end := "RELEASE sp_batch"
	err := s.write(ctx, s.tx, b)
	if err != nil {
		end = "ROLLBACK TO sp_batch; RELEASE sp_batch"
	}
	if _, failed := s.tx.ExecContext(whole, end); failed != nil {
		err = errors.Join(err, fmt.Errorf("sqlite: commit: %w", failed))
	}
	return err
}

// A writer carries out one batch within a transaction.
type writer struct {
	sql *statements
	tx  *sql.Tx
	ctx context.Context // never ends; the caller's is looked at between records
}

func (s *Store) write(ctx context.Context, tx *sql.Tx, b store.Batch) error {
	w := writer{sql: s.sql, tx: tx, ctx: context.WithoutCancel(ctx)}
	for _, p := range b.Puts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.put(p); err != nil {
			return fmt.Errorf("sqlite: commit: %w", err)
		}
	}
	for _, d := range b.Deletes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.remove(d); err != nil {
			return fmt.Errorf("sqlite: commit: %w", err)
		}
	}
	for _, p := range b.Puts { // after all that gives a value up
		if err := w.claim(p); err != nil {
			return fmt.Errorf("sqlite: commit: %w", err)
		}
	}
	for _, e := range b.Events {
		if err := w.append(e); err != nil {
			return fmt.Errorf("sqlite: commit: %w", err)
		}
	}
	return ctx.Err()
}

func (w writer) exec(st *sql.Stmt, args ...any) error {
	_, err := w.tx.StmtContext(w.ctx, st).ExecContext(w.ctx, args...)
	return err
}

// expect returns the version and the terms that stand under k, or a conflict.
func (w writer) expect(k store.Key, want int64) (version int64, terms store.Terms, err error) {
	var text []byte
	err = w.tx.StmtContext(w.ctx, w.sql.state).QueryRowContext(w.ctx, k.Tenant, k.Kind, k.ID).Scan(&version, &text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, nil, err
	}
	if want != store.Any && want != version {
		return 0, nil, &store.ConflictError{Key: k, Want: want, Got: version}
	}
	if version == 0 {
		return 0, nil, nil
	}
	return version, terms, decode(text, &terms)
}

func (w writer) put(p store.Put) error {
	version, before, err := w.expect(p.Key, p.If)
	if err != nil {
		return err
	}
	terms, err := encode(p.Terms)
	if err != nil {
		return err
	}
	body := p.Body
	if body == nil {
		body = []byte{} // nil would be NULL
	}
	sum := store.Record{Key: p.Key, Version: version + 1, Terms: p.Terms, Body: p.Body, Head: p.Head}.Checksum()
	if version == 0 {
		err = w.exec(w.sql.insert, p.Tenant, p.Kind, p.ID, 1, terms, body, column(p.Head), sum)
	} else {
		err = w.exec(w.sql.update, version+1, terms, body, column(p.Head), sum, p.Tenant, p.Kind, p.ID)
	}
	if err != nil {
		return err
	}
	return w.replaceTerms(p, before)
}

// replaceTerms brings the index from the terms before to those of p. Most
// updates change few of them.
func (w writer) replaceTerms(p store.Put, before store.Terms) error {
	for name, value := range before {
		if p.Terms[name] == value {
			continue
		}
		if err := w.dropTerm(p.Key, name, value); err != nil {
			return err
		}
	}
	var added []string
	for name, value := range p.Terms {
		if before[name] != value {
			added = append(added, termsOf(p.Tenant, p.Kind, name)+value)
		}
	}
	if len(added) == 0 {
		return nil
	}
	text, err := json.Marshal(added)
	if err != nil {
		return err
	}
	return w.exec(w.sql.addTerms, p.ID, string(text))
}

func (w writer) dropTerm(k store.Key, name, value string) error {
	term := termsOf(k.Tenant, k.Kind, name) + value
	err := w.exec(w.sql.dropTerm, term, k.ID)
	if err == nil && strings.HasPrefix(name, store.Unique) {
		err = w.exec(w.sql.release, term, k.ID)
	}
	return err
}

// claim takes the values of the unique terms of p, or returns a [*store.DuplicateError]
// for one that another record has.
func (w writer) claim(p store.Put) error {
	for _, name := range p.Terms.Unique() {
		term := termsOf(p.Tenant, p.Kind, name) + p.Terms[name]
		var id string
		err := w.tx.StmtContext(w.ctx, w.sql.holder).QueryRowContext(w.ctx, term).Scan(&id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			err = w.exec(w.sql.claim, term, p.ID)
		case err == nil && id != p.ID:
			err = &store.DuplicateError{Key: p.Key, Term: name}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w writer) remove(d store.Delete) error {
	version, terms, err := w.expect(d.Key, d.If)
	if err != nil || version == 0 {
		return err
	}
	for name, value := range terms {
		if err := w.dropTerm(d.Key, name, value); err != nil {
			return err
		}
	}
	return w.exec(w.sql.remove, d.Tenant, d.Kind, d.ID)
}

func (w writer) append(e store.RecordedEvent) error {
	data := e.Data
	if data == nil {
		data = []byte{}
	}
	return w.exec(w.sql.addEvent, e.Key.Tenant, e.Key.Kind, e.Key.ID, e.Version, string(e.Type),
		string(e.Stamp.By.Role), e.Stamp.By.ID, e.Stamp.By.For, e.Stamp.By.Only, e.Stamp.Key,
		e.Stamp.At.UnixMicro(), e.Stamp.Recorded.UnixMicro(), data, column(e.Prev), e.Checksum())
}

// column returns what is stored of a sum: nothing if it stands for nothing.
func column(s store.Sum) []byte {
	if s.IsZero() {
		return nil
	}
	return s[:]
}

// Primary result codes of SQLite. Source: https://sqlite.org/rescode.html
const (
	codeError = 1  // among others, a ROLLBACK without a transaction
	codeBusy  = 5  // another connection holds the lock
	codeFull  = 13 // no space is left
)

// code returns the primary result code of an error, 0 if the driver does not tell.
func code(err error) int {
	if coded, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok {
		return coded.Code() & 0xff
	}
	return 0
}

// outcome says what a failed COMMIT means. A lock or a full disk keeps it from
// writing its last page, which is what makes it valid. After any other error,
// such as of the disk, that page may be there and be found at the next start.
func outcome(err error) error {
	switch code(err) {
	case codeBusy, codeFull:
		return fmt.Errorf("sqlite: commit: %w", err)
	default:
		return fmt.Errorf("sqlite: commit: %w: %w", store.ErrOutcomeUnknown, err)
	}
}
