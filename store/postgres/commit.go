package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

// commitSQL writes one tenant's part of a batch, whole or not at all, and
// returns the writes that did not find what they expected. It is one statement,
// so it is one round trip and its own transaction.
//
// Records are locked in order of their keys ("held"), which gives the versions
// to compare and the terms to replace as they are once everybody before us has
// committed. Everything else happens only if nothing was "refused": because of its
// version, because a later transaction has changed the record already, or because
// the statement, which began before that change, cannot see the rows of sp_term to
// replace. Records that appear between the start of the statement and its
// insert make it fail with a unique violation. Then the driver runs it again. So
// does a value of a unique term that another record has; terms are therefore added
// after all that gives one up, which is why "added" counts those that were "dropped".
//
// The planner must not guess: it caches the plan, perhaps while the tables are
// empty. The conditions that are always true (ord + 0 = ord) let it expect few
// rows, and so choose the primary keys, which are right for one row and for
// thousands. Joins name every column of a key, the tenant too, for the same reason.
const commitSQL = `WITH number AS (
	%s
), held AS MATERIALIZED (
	SELECT $1 AS tenant, w.*, number.tx, coalesce(r.version, 0) AS got, coalesce(r.terms, '{}') AS old, r.tx AS last
	FROM number CROSS JOIN unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::jsonb[], $7::bytea[], $20::bytea[], $21::bigint[])
		WITH ORDINALITY AS w (kind, id, want, put, terms, body, head, sum, ord)
	LEFT JOIN LATERAL (
		SELECT version, tx, terms FROM sp_record WHERE tenant = $1 AND kind = w.kind AND id = w.id FOR UPDATE
	) r ON true
	WHERE w.ord + 0 = w.ord
), refused AS MATERIALIZED (
	SELECT ord, got FROM held h WHERE want NOT IN (-1, got) OR last > tx
	OR got > 0 AND got <> (SELECT version FROM sp_record r WHERE r.tenant = h.tenant AND r.kind = h.kind AND r.id = h.id)
), inserted AS (
	INSERT INTO sp_record (tenant, kind, id, version, tx, terms, body, head, sum)
	SELECT tenant, kind, id, 1, tx, terms, body, head, sum # 1 FROM held
	WHERE put AND got = 0 AND NOT EXISTS (SELECT FROM refused)
), updated AS (
	UPDATE sp_record r SET version = h.got + 1, tx = h.tx, terms = h.terms, body = h.body, head = h.head, sum = h.sum # (h.got + 1) FROM held h
	WHERE r.tenant = h.tenant AND r.kind = h.kind AND r.id = h.id
	AND h.put AND h.got > 0 AND NOT EXISTS (SELECT FROM refused)
), deleted AS (
	DELETE FROM sp_record r USING held h
	WHERE r.tenant = h.tenant AND r.kind = h.kind AND r.id = h.id
	AND NOT h.put AND NOT EXISTS (SELECT FROM refused)
), stale AS MATERIALIZED (
	SELECT h.tenant, h.kind, o.key AS name, o.value, h.id FROM held h, jsonb_each_text(h.old) o
	WHERE h.got > 0 AND (h.terms->>o.key) IS DISTINCT FROM o.value AND o.key || '' = o.key AND NOT EXISTS (SELECT FROM refused)
), dropped AS (
	DELETE FROM sp_term t USING stale s
	WHERE t.tenant = s.tenant AND t.kind = s.kind AND t.name = s.name AND t.value = s.value AND t.id = s.id
	RETURNING 1
), added AS (
	INSERT INTO sp_term (tenant, kind, name, value, id)
	SELECT h.tenant, h.kind, n.key, n.value, h.id FROM held h, jsonb_each_text(h.terms) n
	WHERE (h.old->>n.key) IS DISTINCT FROM n.value AND NOT EXISTS (SELECT FROM refused) AND (SELECT count(*) FROM dropped) >= 0
), place AS MATERIALIZED (
	SELECT tx, coalesce((SELECT max(seq) FROM sp_event e WHERE e.tenant = $1 AND e.tx = number.tx), 0) AS last FROM number
), logged AS (
	INSERT INTO sp_event (tenant, tx, seq, kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data, prev, sum)
	SELECT $1, place.tx, place.last + ord, kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data, prev, sum
	FROM place, unnest($8::text[], $9::text[], $10::bigint[], $11::text[], $12::timestamptz[], $13::timestamptz[],
		$14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::bytea[], $22::bytea[], $23::bigint[])
		WITH ORDINALITY AS e (kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data, prev, sum, ord)
	WHERE NOT EXISTS (SELECT FROM refused)
)
SELECT ord, got FROM refused ORDER BY ord`

// Commit implements [store.Driver]. A batch of one tenant is one statement and
// one round trip, whether it holds one record or thousands; a batch of several
// tenants is one transaction. Serialization failures and deadlocks are tried
// again, and their error is returned if that does not help.
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	if err := errors.Join(ctx.Err(), s.outside(ctx)); err != nil {
		return fmt.Errorf("postgres: commit: %w", err)
	}
	parts, err := split(b)
	if err == nil && len(parts) > 0 {
		err = s.persist(ctx, parts)
	}
	if err != nil {
		return fmt.Errorf("postgres: commit: %w", err)
	}
	return nil
}

// attempts is how often a statement is tried while the database asks to try again:
// for about a second.
const attempts = 50

func (s *Store) persist(ctx context.Context, parts []*part) error {
	if s.joined {
		return inTransaction(s.claimed(ctx, parts, s.join(ctx, parts)))
	}
	insist := false
	return again(ctx, func() error {
		err := s.claimed(ctx, parts, s.try(ctx, parts, insist))
		insist = true
		return err
	})
}

// again calls f until its error is none that the database asks to try again after.
func again(ctx context.Context, f func() error) error {
	for attempt := 1; ; attempt++ {
		err := f()
		if !transient(err) || attempt == attempts {
			return err
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// try sends parts once: as one statement, or as one transaction if there are
// several or it is to insist.
func (s *Store) try(ctx context.Context, parts []*part, insist bool) error {
	if len(parts) == 1 && !insist {
		return s.alone(ctx, parts[0])
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer abandon(ctx, tx)
	if err := s.all(ctx, tx, parts); err != nil {
		return err
	}
	return confirm(ctx, tx)
}

// join sends parts within a transaction, in one of its own if there are several:
// if one is refused, none has written anything. Nor has one with unique terms, whose
// failure would end the transaction around it.
func (s *Store) join(ctx context.Context, parts []*part) error {
	if len(parts) == 1 && len(parts[0].claims) == 0 {
		return parts[0].insist(ctx, s.db, s.sql.commit)
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error { return s.all(ctx, tx, parts) })
}

func (s *Store) all(ctx context.Context, tx pgx.Tx, parts []*part) error {
	for _, p := range parts {
		if err := p.insist(ctx, tx, s.sql.commit); err != nil {
			return err
		}
	}
	return nil
}

// alone sends p as a statement that is a transaction of its own.
func (s *Store) alone(ctx context.Context, p *part) error {
	db, release, err := s.connection(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := ctx.Err(); err != nil {
		return err
	}
	return outcome(p.write(ctx, db, s.sql.commit))
}

// pause waits after an attempt, unless ctx ends first: not long, since meanwhile
// others come in that have not waited yet.
func pause(ctx context.Context, attempt int) error {
	t := time.NewTimer(time.Duration(min(attempt, 20)) * time.Millisecond)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
