package subject

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// An Eraser forgets people: every record of theirs, and then the key that opens what
// backups hold. The zero values of Kinds, Forget, Begin and Hold are all kinds of this module,
// no key, leave to begin, and no hold.
type Eraser struct {
	DB    store.Driver // of one tenant
	May   transition.Authorizer
	Kinds []Kind

	// Forget destroys the person's key. It may be called again for the same person.
	Forget func(context.Context, person.ID) error

	// Begin reports why an erasure may not begin, such as that somebody else holds the case. It
	// is asked before the first step alone: what has begun is resumed by whoever calls again.
	Begin func(context.Context, person.ID) error

	// Hold returns the code of what forbids to erase somebody, such as "inquiry", or
	// nothing. A hold wins over every request.
	Hold func(context.Context, person.ID) (string, error)
}

// most is how many records go in one commit, so that none grows without limit.
const most = 400

// tries is how often a step is repeated where others were faster.
const tries = 5

// Erase forgets a person. Referrals that are open are withdrawn first, with their
// placements and sessions, in the commit in which they go, so that their providers hear of
// it from the log, and the places that were held for them are free again. An open concern
// about somebody's safety, or an alert of a questionnaire, refuses that, also where the referral
// has ended: somebody has to answer it first, or nobody would know of it any more. Then all
// other records go, a few hundred in a commit, with their numbers in the protocol; then the person's key; and then it looks once more, for what
// somebody wrote meanwhile.
//
// It can be killed anywhere and called again with the same ID: it goes on where it was,
// and does nothing if it had finished. The same ID for somebody else is [sp.ErrInvalid].
// The stamp is that of the link worker who does it. A person of whom nothing is kept is
// [sp.ErrNotFound].
//
// Events stay in the log, as codes under a pseudonym, so that it can still be proved; and
// other people's records that name the person as their representative are not touched:
// revise those.
func (e Eraser) Erase(ctx context.Context, id ErasureID, of person.ID, why Why, s sp.Stamp) (*Protocol, error) {
	if err := checkErasure(id, of, why, s); err != nil {
		return nil, err
	}
	for {
		var p *Protocol
		err := store.Retry(ctx, tries, func(ctx context.Context) (err error) {
			if p, err = loadOrNew(ctx, e.DB, id); err != nil {
				return err
			}
			if p.person != "" && p.person != of {
				return sp.Invalid("subject: erase", "person", sp.Inconsistent, "must be the one of this erasure")
			}
			return e.step(ctx, p, of, why, s)
		})
		if err != nil || p.state == Finished {
			return p, err
		}
	}
}

func checkErasure(id ErasureID, of person.ID, why Why, s sp.Stamp) error {
	e := &sp.InvalidError{Subject: "subject: erase"}
	e.CheckID(string(id), "id")
	e.CheckPersonID(string(of), "person")
	e.Check(why == AtRequest || why == RetentionOver || why == ByOrder, "why", sp.NotListed, "must be request, retention or order")
	s.Check(e)
	return e.Err()
}

// step does what comes next and records it.
func (e Eraser) step(ctx context.Context, p *Protocol, of person.ID, why Why, s sp.Stamp) error {
	if p.state != Finished {
		if err := e.held(ctx, of); err != nil {
			return err
		}
	}
	if p.state == "" && e.Begin != nil {
		if err := e.Begin(ctx, of); err != nil {
			return fmt.Errorf("subject: erase %s: %w", of, err)
		}
	}
	switch p.state {
	case "", Begun:
		return e.eraseRecords(ctx, p, of, why, s)
	case RecordsGone:
		if e.Forget != nil {
			if err := e.Forget(ctx, of); err != nil {
				return fmt.Errorf("subject: erase %s: destroy the key: %w", of, err)
			}
		}
		p.record(KeyWasDestroyed{}, s)
		return e.lookAgain(ctx, p, of, s)
	case KeyDestroyed:
		return e.lookAgain(ctx, p, of, s)
	case Finished:
	}
	return nil
}

// lookAgain erases what somebody wrote meanwhile, or finishes.
func (e Eraser) lookAgain(ctx context.Context, p *Protocol, of person.ID, s sp.Stamp) error {
	b, err := e.batch(ctx, of, s)
	if err == nil {
		err = e.unreadable(ctx, b, of)
	}
	if err != nil {
		return err
	}
	if len(b.changes) > 0 {
		p.record(RecordsErased{b.counts, b.ended}, s)
	} else {
		p.record(ErasureFinished{}, s)
	}
	return store.Save(ctx, e.DB, append(b.changes, p)...)
}

// unreadable adds what was written just before the key was destroyed: a driver that seals
// passes over it, and below the seal it still carries the person.
func (e Eraser) unreadable(ctx context.Context, b *batch, of person.ID) error {
	db := unsealed(e.DB)
	for _, k := range e.kinds() {
		if k.ByID {
			continue // what is left of it is that there was one
		}
		for r, err := range k.records(ctx, db, of) {
			if err != nil {
				return fmt.Errorf("subject: erase %s: %w", of, err)
			}
			if len(b.taken) < most {
				b.add(r.Kind, r.ID, remove(r))
			}
		}
	}
	return nil
}

// unsealed returns a driver as it is without what seals.
func unsealed(d store.Driver) store.Driver {
	w, wraps := d.(store.Wrapper)
	if !wraps {
		return d
	}
	below := unsealed(w.Below())
	if _, seals := d.(store.Sealer); seals {
		return below
	}
	return w.Over(below)
}

func (e Eraser) eraseRecords(ctx context.Context, p *Protocol, of person.ID, why Why, s sp.Stamp) error {
	b, err := e.batch(ctx, of, s)
	if err != nil {
		return err
	}
	if p.state == "" {
		if len(b.changes) == 0 {
			return fmt.Errorf("subject: erase %s: nothing is kept of them: %w", of, sp.ErrNotFound)
		}
		p.record(ErasureBegun{of, why}, s)
	}
	if len(b.changes) > 0 {
		p.record(RecordsErased{b.counts, b.ended}, s)
	}
	if !b.full {
		p.record(AllRecordsErased{}, s)
	}
	return store.Save(ctx, e.DB, append(b.changes, p)...)
}

// A batch is what goes in one commit.
type batch struct {
	changes []store.Change
	counts  map[string]int
	ended   []placement.ID
	taken   map[store.Key]bool
	full    bool // there may be more
}

func (b *batch) add(kind, id string, c store.Change) {
	k := store.Key{Kind: kind, ID: id}
	if !b.taken[k] {
		b.taken[k] = true
		b.counts[kind]++
		b.changes = append(b.changes, c)
	}
}

// batch gathers what is to go next.
func (e Eraser) batch(ctx context.Context, of person.ID, s sp.Stamp) (*batch, error) {
	known, err := e.lookUp(ctx, []person.ID{of})
	if err != nil {
		return nil, err
	}
	book := held.NewBook(e.DB)
	b, err := e.gather(ctx, known, of, s)
	if err == nil {
		err = release(ctx, known, book, of, s)
	}
	if err != nil {
		return nil, err
	}
	if free, err := book.Pending(); err != nil {
		return nil, err
	} else if len(free.Puts) > 0 {
		b.changes = append(b.changes, book)
	}
	return b, nil
}

// gather is batch without the places that are held, by what is known of the person.
func (e Eraser) gather(ctx context.Context, known *known, of person.ID, s sp.Stamp) (*batch, error) {
	b := &batch{counts: map[string]int{}, taken: map[store.Key]bool{}}
	if err := e.answered(ctx, known, of); err != nil {
		return nil, err
	}
	if err := e.end(ctx, known, b, of, s); err != nil {
		return nil, err
	}
	for _, k := range e.kinds() {
		for r, err := range k.records(ctx, known, of) {
			if err != nil {
				return nil, fmt.Errorf("subject: erase %s: %w", of, err)
			}
			if b.taken[store.Key{Kind: r.Kind, ID: r.ID}] {
				continue
			}
			if len(b.taken) >= most {
				b.full = true
				return b, nil
			}
			if err := b.one(ctx, known, k, r, s); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

func (e Eraser) kinds() []Kind {
	if e.Kinds != nil {
		return e.Kinds
	}
	return Kinds()
}

func remove(r store.Record) *deletion {
	return &deletion{batch: store.Batch{Deletes: []store.Delete{{Key: store.Key{Kind: r.Kind, ID: r.ID}, If: r.Version}}}}
}

// one adds what erases a record.
func (b *batch) one(ctx context.Context, db store.Driver, k Kind, r store.Record, s sp.Stamp) error {
	if k.Erase == nil {
		b.add(r.Kind, r.ID, remove(r))
		return nil
	}
	c, err := k.Erase(ctx, db, r.ID, s)
	if isGone(err) { // erased before
		return nil
	}
	if err != nil {
		return err
	}
	b.add(r.Kind, r.ID, c)
	return nil
}

// release lets go of the places that are held for the person.
func release(ctx context.Context, db store.Driver, book *held.Book, of person.ID, s sp.Stamp) error {
	if err := book.Erase(ctx, db, of, s); err != nil {
		return fmt.Errorf("subject: erase %s: %w", of, err)
	}
	return nil
}

// end ends the person's open referrals and deletes them as they end.
func (e Eraser) end(ctx context.Context, db store.Driver, b *batch, of person.ID, s sp.Stamp) error {
	open := referral.Query{Person: of, States: []referral.State{referral.StateReceived, referral.StateAccepted, referral.StateActive}}
	referrals := referral.NewRepository(db, e.May)
	for r, err := range referrals.All(ctx, open) {
		if err != nil {
			return fmt.Errorf("subject: erase %s: %w", of, err)
		}
		c, err := referrals.Case(ctx, r.ID())
		if err != nil {
			return fmt.Errorf("subject: erase %s: %w", of, err)
		}
		var going []placement.ID
		for _, p := range c.Placements {
			if p.State().Open() {
				going = append(going, p.ID())
			}
		}
		if err := c.Withdraw(reason.Because(reason.PermissionWithdrawn), s); err != nil {
			return fmt.Errorf("subject: erase %s: what is under way must end first: %w", of, err)
		}
		ending, err := c.Pending()
		if err != nil {
			return err
		}
		d := &deletion{batch: store.Batch{Events: ending.Events}}
		for _, put := range ending.Puts {
			b.taken[store.Key{Kind: put.Kind, ID: put.ID}] = true
			b.counts[put.Kind]++
			d.batch.Deletes = append(d.batch.Deletes, store.Delete{Key: put.Key, If: put.If})
		}
		b.ended = append(b.ended, going...)
		b.changes = append(b.changes, d)
	}
	return nil
}

// A deletion is a change that deletes, with the events that go before.
type deletion struct{ batch store.Batch }

// Pending implements [store.Change].
func (d *deletion) Pending() (store.Batch, error) { return d.batch, nil }

// Committed implements [store.Change].
func (*deletion) Committed() {}

// Stale implements [store.Change].
func (*deletion) Stale() {}
