package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp/store"
)

// Checked is what [Store.Check] has looked at.
type Checked struct {
	Records, Events int

	// Rows that were written before there were checksums, of which nobody can
	// tell whether they have changed. A record is protected from when it is next written.
	UnprotectedRecords, UnprotectedEvents int
}

// manyFaults is how many faults are reported. A file with more is beyond repair.
const manyFaults = 100

// Check reads the whole file and reports every fault that it finds, up to a
// hundred, each as a [*store.CorruptError] where it is about a record or an event:
// rows that are not what was written, terms of a record that the index lacks or has
// beyond it, events that are missing from the middle of a history, and whatever
// SQLite's own integrity check finds. Reading through the driver says as much of
// the rows that it reads, but cannot know of one that it does not find. It
// sees one moment of the database and holds up no writer. It takes about as long as
// reading everything, and remembers some 100 bytes of each history.
func (s *Store) Check(ctx context.Context) (c Checked, err error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return c, fmt.Errorf("sqlite: check: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	k := &checking{ctx: ctx, tx: tx}
	k.integrity()
	k.records()
	k.index()
	k.events()
	if k.broken != nil {
		k.faults = append(k.faults, fmt.Errorf("sqlite: check: %w", interrupted(ctx, k.broken)))
	}
	return k.Checked, errors.Join(k.faults...)
}

// A checking gathers what Check finds.
type checking struct {
	Checked
	ctx    context.Context
	tx     *sql.Tx
	faults []error
	broken error // that kept it from looking further
}

func (c *checking) fault(err error) {
	if len(c.faults) < manyFaults {
		c.faults = append(c.faults, err)
	}
}

// each calls row for each row of a query. What row returns is a fault, after which the others
// are looked at; a fault of the query itself is one as well.
func (c *checking) each(row func(*sql.Rows) error, query string) {
	rows, err := c.tx.QueryContext(c.ctx, query)
	err = each(rows, err, func(rows *sql.Rows) error {
		if err := row(rows); err != nil {
			c.fault(err)
		}
		return c.ctx.Err()
	})
	if err != nil {
		c.broken = errors.Join(c.broken, err)
	}
}

func (c *checking) integrity() {
	c.each(func(rows *sql.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil || line == "ok" {
			return err
		}
		return fmt.Errorf("%w: SQLite finds: %s", store.ErrCorrupt, line)
	}, "PRAGMA integrity_check(100)")
}

func (c *checking) records() {
	c.each(func(rows *sql.Rows) error {
		c.Records++
		var r store.Record
		var sum sql.NullInt64
		err := read(rows, &r, &sum, &r.Tenant, &r.Kind, &r.ID, &r.Version)
		if !sum.Valid {
			c.UnprotectedRecords++
		}
		return err
	}, "SELECT sum, tenant, kind, id, version, terms, body, head, sum FROM sp_record NOT INDEXED")
}

// index compares the index with the terms of the records, both ways.
func (c *checking) index() {
	const pairs = `SELECT replace(replace(replace(r.tenant, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(r.kind, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(t.key, '%', '%25'), '/', '%2F'), '=', '%3D') || '=' || t.value, r.id
	FROM sp_record AS r NOT INDEXED, json_each(CASE WHEN json_valid(r.terms) THEN r.terms ELSE '{}' END) AS t`
	const unique = pairs + " WHERE substr(t.key, 1, 7) = 'unique:'"
	for query, what := range map[string]string{
		"SELECT count(*) FROM (" + pairs + " EXCEPT SELECT term, id FROM sp_term)":    "%w: the index lacks %d terms of records: rebuild it, or restore the database from a backup",
		"SELECT count(*) FROM (SELECT term, id FROM sp_term EXCEPT " + pairs + ")":    "%w: the index has %d terms that no record has: rebuild it, or restore the database from a backup",
		"SELECT count(*) FROM (" + unique + " EXCEPT SELECT term, id FROM sp_unique)": "%w: %d unique terms of records are not held for them: restore the database from a backup",
		"SELECT count(*) FROM (SELECT term, id FROM sp_unique EXCEPT " + unique + ")": "%w: %d unique terms are held for records that do not have them: restore the database from a backup",
	} {
		c.each(func(rows *sql.Rows) error {
			var n int
			if err := rows.Scan(&n); err != nil || n == 0 {
				return err
			}
			return fmt.Errorf(what, store.ErrCorrupt, n)
		}, query)
	}
}

// events reads the log of every tenant and follows the chains in it. A sum
// before that is not that of the event before tells of one that is missing.
func (c *checking) events() {
	type history struct{ tenant, kind, id string }
	last := map[history]store.Sum{}
	c.each(func(rows *sql.Rows) error {
		c.Events++
		var e store.RecordedEvent
		var at, recorded int64
		var prev sql.RawBytes
		var sum sql.NullInt64
		var tenant string
		if err := rows.Scan(&tenant, &e.Key.Kind, &e.Key.ID, &e.Version, &e.Type, &e.Stamp.By.Role, &e.Stamp.By.ID, &e.Stamp.By.For,
			&e.Stamp.By.Only, &e.Stamp.Key, &at, &recorded, &e.Data, &prev, &sum); err != nil {
			return err
		}
		e.Key.Tenant = tenant
		e.Stamp.At, e.Stamp.Recorded = time.UnixMicro(at).UTC(), time.UnixMicro(recorded).UTC()
		of := history{tenant, e.Key.Kind, e.Key.ID}
		before := last[of]
		if !sum.Valid {
			c.UnprotectedEvents++
			return nil
		}
		if n := copy(e.Prev[:], prev); n != len(prev) || n != 0 && n != len(e.Prev) {
			return &store.CorruptError{Key: e.Key, Version: e.Version, Event: true}
		}
		last[of] = e.Sum()
		if err := e.Verify(sum.Int64); err != nil {
			return err
		}
		if !e.Prev.IsZero() && e.Prev != before {
			return &store.CorruptError{Key: e.Key, Version: e.Version, Event: true, Why: "the event before it is missing or another one"}
		}
		return nil
	}, `SELECT tenant, kind, id, version, type, role, actor, acts_for, only_for, request, at, recorded, data, prev, sum
	FROM sp_event NOT INDEXED ORDER BY seq`)
	c.heads(func(k store.Key) store.Sum { return last[history{k.Tenant, k.Kind, k.ID}] })
}

// heads compares the heads of records with the last events of their histories.
func (c *checking) heads(last func(store.Key) store.Sum) {
	c.each(func(rows *sql.Rows) error {
		var k store.Key
		var version int64
		var head sql.RawBytes
		if err := rows.Scan(&k.Tenant, &k.Kind, &k.ID, &version, &head); err != nil {
			return err
		}
		if sum := last(k); string(head) != string(sum[:]) {
			return &store.CorruptError{Key: k, Version: version, Why: "its last event is missing or another one"}
		}
		return nil
	}, "SELECT tenant, kind, id, version, head FROM sp_record NOT INDEXED WHERE head IS NOT NULL")
}
