package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// statements are those whose text never changes.
type statements struct {
	get, lock, state, insert, update, remove *sql.Stmt
	addTerms, dropTerm, addEvent             *sql.Stmt
	holder, claim, release                   *sql.Stmt
	log, position                            *sql.Stmt

	mu   sync.Mutex // guards what follows
	page map[string]*sql.Stmt
	open []*sql.Stmt
}

// maxPages is how many statements of pages are kept. What a program asks for has
// few forms: a statement depends on which terms a query has and on how many values.
const maxPages = 100

func prepare(ctx context.Context, db *sql.DB) (*statements, error) {
	s := &statements{page: make(map[string]*sql.Stmt)}
	for _, one := range []struct {
		st   **sql.Stmt
		text string
	}{
		{&s.get, "SELECT version, terms, body, head, sum FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.lock, "UPDATE sp_schema SET version = version WHERE false"},
		{&s.state, "SELECT version, terms FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.insert, "INSERT INTO sp_record (tenant, kind, id, version, terms, body, head, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.update, "UPDATE sp_record SET version = ?, terms = ?, body = ?, head = ?, sum = ? WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.remove, "DELETE FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		// OR FAIL, since otherwise SQLite would journal every page against the
		// failure of a later row; here the transaction does that.
		{&s.addTerms, "INSERT OR FAIL INTO sp_term (term, id) SELECT value, ?1 FROM json_each(?2)"},
		{&s.dropTerm, "DELETE FROM sp_term WHERE term = ? AND id = ?"},
		{&s.holder, "SELECT id FROM sp_unique WHERE term = ?"},
		{&s.claim, "INSERT INTO sp_unique (term, id) VALUES (?, ?)"},
		{&s.release, "DELETE FROM sp_unique WHERE term = ? AND id = ?"},
		{&s.addEvent, "INSERT INTO sp_event (tenant, kind, id, version, type, role, actor, acts_for, only_for, request, at, recorded, data, prev, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.log, logSQL},
		{&s.position, positionSQL},
	} {
		st, err := db.PrepareContext(ctx, one.text)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sqlite: prepare: %w", err), s.close())
		}
		*one.st = st
		s.open = append(s.open, st)
	}
	return s, nil
}

// kept returns the statement that was kept for text, or nil and whether there is
// room for it.
func (s *statements) kept(text string) (st *sql.Stmt, room bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.page[text], len(s.page) < maxPages
}

// keep prepares text and keeps it.
func (s *statements) keep(ctx context.Context, db *sql.DB, text string) (*sql.Stmt, error) {
	st, err := db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.page[text]; other != nil { // somebody was faster
		return other, st.Close()
	}
	s.page[text] = st
	s.open = append(s.open, st)
	return st, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.open {
		errs = append(errs, st.Close())
	}
	return errors.Join(errs...)
}
