package caseload

import (
	"context"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Repository loads hand-overs from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the hand-overs in db. Those it loads ask the authorizer before each
// command; nil denies them all.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns a hand-over, or an error that is [sp.ErrNotFound].
func (p *Repository) Load(ctx context.Context, id ID) (*HandOver, error) {
	return store.Load(ctx, p.db, HandOverKind, string(id), p.read)
}

// LoadOrNew returns a hand-over, or a new one that does not exist yet: what a request that
// offers one begins with, since it may come twice.
func (p *Repository) LoadOrNew(ctx context.Context, id ID) (*HandOver, error) {
	h, err := p.Load(ctx, id)
	return store.OrNew(h, err, New(id, p.may))
}

// handTries is how often [Repository.Offer] and [Repository.Answer] decide again where others
// were faster.
const handTries = 8

// under returns the hand-overs under the limits of a team as well: no call here can forget them.
func (p *Repository) under(l Limits) *Repository {
	if p.may == nil {
		return p // which denies all
	}
	return &Repository{p.db, transition.AllOf{p.may, l}}
}

// Offer begins a hand-over ([HandOver.Offer]) and saves it. The limits deny that a case is offered
// to somebody who is away. It is [store.ErrChanged] where one of the cases is not with the worker
// any more who is to hand it over. The same command twice is once.
func (p *Repository) Offer(ctx context.Context, id ID, o Offering, l Limits, s sp.Stamp) error {
	return store.Retry(ctx, handTries, func(ctx context.Context) error {
		h, err := p.under(l).LoadOrNew(ctx, id)
		if err != nil {
			return err
		}
		referrals := referral.NewRepository(p.db, p.may)
		for _, pass := range o.Cases {
			r, err := referrals.Load(ctx, pass.Referral)
			if err != nil {
				return err
			}
			if h.Version() == 0 && r.Worker() != o.From {
				return fmt.Errorf("caseload: offer %s: referral %s: %w", id, pass.Referral, store.ErrChanged)
			}
		}
		if err := h.Offer(o, s); err != nil {
			return err
		}
		return store.Save(ctx, p.db, h)
	})
}

// A Reply is what a worker says to a case that is offered to them.
type Reply struct {
	Yes  bool
	Why  No                // of a no
	Next referral.WorkerID // whom to ask then; empty is the lead
}

// Answer answers a case of a hand-over, and saves it. Whoever it is offered to accepts it, unless
// the limits deny it: beyond the hard cap, also to the slower of two who take the last room at
// once. Or they refuse it. A lead to whom it is not offered takes it, since nobody has answered.
// It is [store.ErrChanged] where another version of the hand-over was seen than there is; 0 is
// none. An answer of the same actor that comes again under the key of its stamp is taken once;
// one about another case, or in other words, is none that comes again.
func (p *Repository) Answer(ctx context.Context, id ID, of referral.ID, reply Reply, l Limits, seen int64, s sp.Stamp) error {
	p = p.under(l)
	return store.Retry(ctx, handTries, func(ctx context.Context) error {
		h, err := p.Load(ctx, id)
		if err != nil || h.gave(of, reply, s) { // whom it asked next is asked by now
			return err
		}
		if seen != 0 && seen != h.Version() {
			return fmt.Errorf("caseload: answer %s: %w", id, store.ErrChanged)
		}
		referrals := referral.NewRepository(p.db, p.may)
		r, err := referrals.Load(ctx, of)
		if err != nil {
			return err
		}
		if err := h.answer(ctx, r, reply, l, referrals, s); err != nil {
			return err
		}
		return again(store.Save(ctx, p.db, h))
	})
}

// gave reports whether somebody gave this answer to a case before, under the key of a stamp.
func (h *HandOver) gave(of referral.ID, reply Reply, s sp.Stamp) bool {
	return store.Repeated(func(yield func(store.Entry[Event]) bool) {
		for e := range h.History() {
			var same bool
			switch x := e.Event.(type) {
			case Accepted:
				same = x.Referral == of && reply.Yes
			case Taken:
				same = x.Referral == of
			case Refused:
				same = x.Referral == of && !reply.Yes && x.Why == reply.Why && (x.Next == reply.Next || x.Next == "")
			}
			if same && !yield(e) {
				return
			}
		}
	}, s)
}

// answer gives the command that a reply means.
func (h *HandOver) answer(ctx context.Context, r *referral.Referral, reply Reply, l Limits, referrals *referral.Repository, s sp.Stamp) error {
	p, _ := h.find(r) //nolint:errcheck // what is wrong, the command says
	switch {
	case s.By.Role == sp.RoleTeamLead && !h.is(p, s.By):
		return h.Take(r, s)
	case !reply.Yes:
		return h.Refuse(r, reply.Why, reply.Next, s)
	case s.By.Role == sp.RoleLinkWorker:
		carried, err := referrals.Caseload(ctx, referral.WorkerID(s.By.ID))
		if err != nil {
			return err
		}
		if _, err := l.Supply(r, carried, s.At); err != nil {
			return err
		}
	}
	return h.Accept(r, s)
}

// Going yields the hand-overs of which somebody is still to answer, those of one worker if
// one is named, in the order of their IDs: what is to be resumed.
func (p *Repository) Going(ctx context.Context, from referral.WorkerID) iter.Seq2[*HandOver, error] {
	where := store.Where{}.Is("open", "yes").Is("from", string(from))
	return store.Select(ctx, p.db, store.Query{Kind: HandOverKind, Where: where}, p.read)
}

// Overdue yields the hand-overs of which somebody was to answer before a day, the longest
// overdue first, in one indexed scan. What is left of them is for the lead to take.
func (p *Repository) Overdue(ctx context.Context, before sp.Date) iter.Seq2[*HandOver, error] {
	due := store.Range{Term: "due"}
	if !before.IsZero() {
		due.Before = before.String()
	}
	return store.Select(ctx, p.db, store.Query{Kind: HandOverKind, Range: due}, p.read)
}

// Of yields the hand-overs of a worker's caseload, those that are over among them, in the
// order of their IDs.
func (p *Repository) Of(ctx context.Context, from referral.WorkerID) iter.Seq2[*HandOver, error] {
	return store.Select(ctx, p.db, store.Query{Kind: HandOverKind, Where: store.Where{}.Is("from", string(from))}, p.read)
}

func (p *Repository) read(rec store.Record) (*HandOver, error) {
	h := New(ID(rec.ID), p.may)
	begins := func(e Event) bool { _, ok := e.(Offered); return ok }
	if err := h.root.Restore(rec, events, begins, h.view()); err != nil {
		return nil, err
	}
	return h, nil
}

// Pending implements [store.Change]: the hand-over with every referral that it moved.
func (h *HandOver) Pending() (store.Batch, error) {
	if h == nil {
		return store.Batch{}, fmt.Errorf("caseload: save a hand-over: there is none: %w", sp.ErrInvalid)
	}
	terms := store.Terms{"from": string(h.from)}
	if h.open > 0 {
		terms["open"] = "yes"
		if !h.by.IsZero() {
			terms["due"] = h.by.String()
		}
	}
	b, err := h.root.Pending(store.Key{Kind: HandOverKind, ID: string(h.id)}, terms.Compact())
	if err != nil {
		return store.Batch{}, err
	}
	moved, err := h.changes().Pending()
	if err != nil {
		return store.Batch{}, err
	}
	b.Puts, b.Events = append(b.Puts, once(moved.Puts)...), append(b.Events, moved.Events...)
	return b, nil
}

// once leaves one put of each caseload that several cases were accepted by: the oldest,
// which conflicts where they were read at different versions.
func once(puts []store.Put) []store.Put {
	at := map[store.Key]int{}
	kept := puts[:0]
	for _, p := range puts {
		i, again := at[p.Key]
		if again && p.Kind == referral.CaseloadKind {
			kept[i].If = min(kept[i].If, p.If)
			continue
		}
		at[p.Key] = len(kept)
		kept = append(kept, p)
	}
	return kept
}

// Committed implements [store.Change].
func (h *HandOver) Committed() {
	h.root.Committed()
	h.changes().Committed()
	h.moved = nil
}

// Stale implements [store.Change].
func (h *HandOver) Stale() {
	h.root.Stale()
	h.changes().Stale()
}
