package postgres

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

// A part is what a batch writes for one tenant, column by column, as the
// statement takes it.
type part struct {
	tenant string
	writes []write
	claims []claim // values of unique terms, in the order of the batch

	// events
	eventKinds, eventIDs []string
	versions             []int64
	types                []string
	at, recorded         []time.Time
	roles, actors        []string
	actsFor, onlyFor     []string
	requests             []string
	data, prevs          [][]byte
	sums                 []int64
}

// A write is a put or a delete.
type write struct {
	key   store.Key
	want  int64
	put   bool
	terms string // JSON
	body  []byte
	head  []byte // nil for none
	sum   int64  // of the record but its version
	place int    // in the batch, to report the first conflict
}

// split returns the parts of b in order of their tenants.
func split(b store.Batch) ([]*part, error) {
	var parts []*part
	of := func(tenant string) *part {
		for _, p := range parts { // batches rarely have a second tenant
			if p.tenant == tenant {
				return p
			}
		}
		p := &part{tenant: tenant}
		parts = append(parts, p)
		return p
	}
	for i, w := range b.Puts {
		terms, err := encodeTerms(w.Terms)
		if err != nil {
			return nil, err
		}
		p := of(w.Tenant)
		sum := store.Record{Key: w.Key, Terms: w.Terms, Body: w.Body, Head: w.Head}.Checksum()
		p.writes = append(p.writes, write{
			key: w.Key, want: w.If, put: true, terms: terms, body: present(w.Body), head: column(w.Head), sum: sum, place: i,
		})
		for _, name := range w.Terms.Unique() {
			p.claims = append(p.claims, claim{w.Key, name, w.Terms[name]})
		}
	}
	for i, w := range b.Deletes {
		p := of(w.Tenant)
		p.writes = append(p.writes, write{key: w.Key, want: w.If, terms: "{}", body: []byte{}, place: len(b.Puts) + i})
	}
	for _, e := range b.Events {
		of(e.Key.Tenant).event(e)
	}
	for _, p := range parts {
		// Everybody locks records in one order, so that nobody waits in a circle.
		slices.SortFunc(p.writes, func(a, b write) int { return a.key.Compare(b.key) })
	}
	slices.SortFunc(parts, func(a, b *part) int { return cmp.Compare(a.tenant, b.tenant) })
	return parts, nil
}

func (p *part) event(e store.RecordedEvent) {
	p.eventKinds = append(p.eventKinds, e.Key.Kind)
	p.eventIDs = append(p.eventIDs, e.Key.ID)
	p.versions = append(p.versions, e.Version)
	p.types = append(p.types, string(e.Type))
	p.at = append(p.at, e.Stamp.At.UTC())
	p.recorded = append(p.recorded, e.Stamp.Recorded.UTC())
	p.roles = append(p.roles, string(e.Stamp.By.Role))
	p.actors = append(p.actors, e.Stamp.By.ID)
	p.actsFor = append(p.actsFor, e.Stamp.By.For)
	p.onlyFor = append(p.onlyFor, e.Stamp.By.Only)
	p.requests = append(p.requests, e.Stamp.Key)
	p.data = append(p.data, present(e.Data))
	p.prevs = append(p.prevs, column(e.Prev))
	p.sums = append(p.sums, e.Checksum())
}

// column returns what is stored of a sum: nothing if it stands for nothing.
func column(s store.Sum) []byte {
	if s.IsZero() {
		return nil
	}
	return s[:]
}

// large is how many writes and events make it worth to plan their statement
// afresh. A plan that was kept since the tables were small may read them
// whole for every record, and an import is when they stop being small.
const large = 100

// write sends p. A refused write is a [*store.ConflictError].
func (p *part) write(ctx context.Context, db DB, sql string) error {
	n := len(p.writes)
	kinds, ids, terms := make([]string, n), make([]string, n), make([]string, n)
	wants, puts, bodies := make([]int64, n), make([]bool, n), make([][]byte, n)
	heads, sums := make([][]byte, n), make([]int64, n)
	for i, w := range p.writes {
		kinds[i], ids[i], terms[i] = w.key.Kind, w.key.ID, w.terms
		wants[i], puts[i], bodies[i] = w.want, w.put, w.body
		heads[i], sums[i] = w.head, w.sum
	}
	args := make([]any, 0, 24)
	if n+len(p.types) >= large {
		args = append(args, pgx.QueryExecModeCacheDescribe)
	}
	args = append(args, p.tenant, kinds, ids, wants, puts, terms, bodies,
		p.eventKinds, p.eventIDs, p.versions, p.types, p.at, p.recorded, p.roles, p.actors,
		p.actsFor, p.onlyFor, p.requests, p.data, heads, sums, p.prevs, p.sums)
	var first *write
	var got int64
	err := query(ctx, db, func(rows pgx.Rows) error {
		var ord, version int64
		if err := rows.Scan(&ord, &version); err != nil {
			return err
		}
		if w := &p.writes[ord-1]; first == nil || w.place < first.place {
			first, got = w, version
		}
		return nil
	}, sql, args...)
	switch {
	case err != nil || first == nil:
		return err
	case first.want == store.Any || first.want == got:
		return errOvertaken
	}
	return &store.ConflictError{Key: first.key, Want: first.want, Got: got}
}

// insist writes p within a transaction. If another commit came in between, it has
// waited for that one and holds the records now, so it does not happen twice.
func (p *part) insist(ctx context.Context, tx DB, sql string) error {
	err := p.write(ctx, tx, sql)
	if errors.Is(err, errOvertaken) {
		err = p.write(ctx, tx, sql)
	}
	return err
}

// errOvertaken refuses a transaction that got its number before another one
// that has changed the same record since: the log would tell the two in the wrong order.
var errOvertaken = errors.New("a transaction that began later has changed the record already")

// present returns b, or no bytes where nil would be NULL.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
