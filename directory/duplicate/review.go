package duplicate

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/store"
)

// Kind is under which reviews are stored.
const Kind = "directory-review"

// A Decision is what somebody says about a pair.
type Decision string

// The decisions.
const (
	Same      Decision = "same"      // both are about one service: show one, keep both
	Different Decision = "different" // they must not be merged
	Undecided Decision = "undecided" // a decision is taken back, or waits for somebody who knows
)

// A Decided event is one decision about a pair.
type Decided struct {
	A        directory.ID `json:"a"`
	B        directory.ID `json:"b"`
	Decision Decision     `json:"decision"`
	Score    int          `json:"score,omitempty"` // of the pair when it was decided, and its reasons
	Reasons  []Reason     `json:"reasons,omitempty"`
}

// EventDecided is the stored name of [Decided].
const EventDecided store.EventType = "directory-review.decided"

// EventType returns the stored name.
func (Decided) EventType() store.EventType { return EventDecided }

var eventTypes = store.EventTypesOf(Decided{})

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Decided, error) {
	return eventTypes.Decode(name, data)
}

// A Review is all that was decided about a pair, in order: it only grows. It must not be
// used by several goroutines at once.
type Review struct {
	a, b    directory.ID
	history store.History[Decided]
}

// NewReview returns the review of two services about which nothing was decided yet. Their
// order makes no difference.
func NewReview(a, b directory.ID) *Review { return &Review{a: min(a, b), b: max(a, b)} }

// Pair returns the two services, in order of ID.
func (r *Review) Pair() (a, b directory.ID) { return r.a, r.b }

// Decision returns the last decision, or nothing if there is none.
func (r *Review) Decision() Decision {
	var last Decision
	for e := range r.history.All() {
		last = e.Event.Decision
	}
	return last
}

// History returns every decision, with who took it and when.
func (r *Review) History() iter.Seq[store.Entry[Decided]] { return r.history.All() }

// Decide adds a decision. The pair says why the two were candidates, and may be zero where
// nobody proposed them.
func (r *Review) Decide(d Decision, p Pair, s sp.Stamp) error {
	e := &sp.InvalidError{Subject: fmt.Sprintf("duplicate: review of %s and %s", r.a, r.b)}
	s.Check(e)
	e.Check(sp.ValidID(r.a) && sp.ValidID(r.b), "pair", sp.Malformed, sp.IDRule)
	e.Check(r.a != r.b, "pair", sp.Inconsistent, "must be two services")
	e.Check(d == Same || d == Different || d == Undecided, "decision", sp.NotListed, "must be same, different or undecided")
	e.Check(p.Score == 0 || p.A == r.a && p.B == r.b, "pair", sp.Inconsistent, "must be of these two services")
	if r.history.IsStale() {
		return fmt.Errorf("%s: %w", e.Subject, store.ErrStale)
	}
	if err := e.Err(); err != nil {
		return err
	}
	r.history.Append(Decided{A: r.a, B: r.b, Decision: d, Score: p.Score, Reasons: slices.Clone(p.Reasons)}, s)
	return nil
}

// Pending implements [store.Change].
func (r *Review) Pending() (store.Batch, error) {
	terms := store.Terms{"a": string(r.a), "b": string(r.b), "decision": string(r.Decision())}
	return r.history.Pending(store.Key{Kind: Kind, ID: id(r.a, r.b)}, terms.Compact())
}

// Committed implements [store.Change].
func (r *Review) Committed() { r.history.Committed() }

// Stale implements [store.Change].
func (r *Review) Stale() { r.history.Stale() }

// id is the ID of the review of a pair, which is not too long for a store: two IDs are.
func id(a, b directory.ID) string { return string(directory.NewID(hash(a), hash(b))) }

func hash(i directory.ID) string { return string(directory.NewID("", string(i)))[1:] }

// Reviews finds reviews in a store.
type Reviews struct{ db store.Driver }

// NewReviews returns the reviews in db, a driver of one tenant.
func NewReviews(db store.Driver) *Reviews { return &Reviews{db} }

// LoadOrNew returns the review of two services, or one without decisions.
func (r *Reviews) LoadOrNew(ctx context.Context, a, b directory.ID) (*Review, error) {
	review, err := store.Load(ctx, r.db, Kind, id(min(a, b), max(a, b)), read)
	return store.OrNew(review, err, NewReview(a, b))
}

// All returns all reviews whose last decision is one of some, or all of them.
func (r *Reviews) All(ctx context.Context, decisions ...Decision) iter.Seq2[*Review, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Where: store.In(store.Where{}, "decision", decisions)}, read)
}

func read(rec store.Record) (*Review, error) {
	h, err := store.LoadHistory(rec, eventTypes.Decode, func(d Decided) bool { return d.A != "" && d.B != "" })
	if err != nil {
		return nil, err
	}
	r := &Review{history: h}
	for e := range h.All() {
		r.a, r.b = e.Event.A, e.Event.B
	}
	return r, nil
}

// Links returns, for each service that is the same as another, the one that stands for
// all of them: the first in order of ID. Nothing is deleted; whoever shows a directory
// leaves out the services that the map has. Refused are the pairs that were found the same
// and stay apart all the same, since joining them would join two that are different.
func Links(reviews []*Review) (survivor map[directory.ID]directory.ID, refused []Pair) {
	group := map[directory.ID]directory.ID{}
	of := func(i directory.ID) directory.ID {
		for group[i] != "" && group[i] != i {
			i = group[i]
		}
		return i
	}
	sorted := slices.Clone(reviews)
	slices.SortFunc(sorted, func(x, y *Review) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	for _, r := range sorted {
		if r.Decision() != Same {
			continue
		}
		a, b := of(r.a), of(r.b)
		if a == b {
			continue
		}
		if keptApart(sorted, of, a, b) {
			refused = append(refused, Pair{A: r.a, B: r.b})
			continue
		}
		group[max(a, b)] = min(a, b)
	}
	survivor = map[directory.ID]directory.ID{}
	for i := range group {
		survivor[i] = of(i)
	}
	return survivor, refused
}

// keptApart reports whether two groups hold a pair that is different.
func keptApart(reviews []*Review, of func(directory.ID) directory.ID, a, b directory.ID) bool {
	return slices.ContainsFunc(reviews, func(r *Review) bool {
		x, y := of(r.a), of(r.b)
		return r.Decision() == Different && (x == a && y == b || x == b && y == a)
	})
}
