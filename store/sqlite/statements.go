package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// statements are those whose text never changes.
type statements struct {
	get, lock, state, insert, update, remove *sql.Stmt
	addTerms, dropTerm, addEvent             *sql.Stmt
	log, position                            *sql.Stmt
	open                                     []*sql.Stmt
}

func prepare(ctx context.Context, db *sql.DB) (*statements, error) {
	s := new(statements)
	for _, one := range []struct {
		st   **sql.Stmt
		text string
	}{
		{&s.get, "SELECT version, terms, body FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.lock, "UPDATE sp_schema SET version = version WHERE false"},
		{&s.state, "SELECT version, terms FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.insert, "INSERT INTO sp_record (tenant, kind, id, version, terms, body) VALUES (?, ?, ?, ?, ?, ?)"},
		{&s.update, "UPDATE sp_record SET version = ?, terms = ?, body = ? WHERE tenant = ? AND kind = ? AND id = ?"},
		{&s.remove, "DELETE FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?"},
		// OR FAIL, since otherwise SQLite would journal every page against the
		// failure of a later row; here the transaction does that.
		{&s.addTerms, "INSERT OR FAIL INTO sp_term (term, id) SELECT value, ?1 FROM json_each(?2)"},
		{&s.dropTerm, "DELETE FROM sp_term WHERE term = ? AND id = ?"},
		{&s.addEvent, "INSERT INTO sp_event (tenant, kind, id, version, type, role, actor, acts_for, only_for, request, at, recorded, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.log, "SELECT seq, kind, id, version, type, role, actor, acts_for, only_for, request, at, recorded, data FROM sp_event WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?"},
		{&s.position, "SELECT count(*) FROM sp_event WHERE seq = ? AND tenant = ?"},
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

func (s *statements) close() error {
	var errs []error
	for _, st := range s.open {
		errs = append(errs, st.Close())
	}
	return errors.Join(errs...)
}
