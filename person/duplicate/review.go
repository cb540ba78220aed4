package duplicate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// Kind is under which reviews are stored.
const Kind = "person-review"

// A Decision is what somebody says about a pair.
type Decision string

// The decisions. None of them joins records.
const (
	Same      Decision = "same"      // both are of one person: one is to be used, and the case of the other closed
	Different Decision = "different" // they are two people, who must not be proposed again
	Undecided Decision = "undecided" // a decision is taken back, or waits for somebody who knows
)

// A Decided event is one decision about a pair. It holds IDs and reasons.
type Decided struct {
	A        person.ID `json:"a"`
	B        person.ID `json:"b"`
	Decision Decision  `json:"decision"`
	Score    int       `json:"score,omitempty"` // of the pair when it was decided, and its reasons
	Reasons  []Reason  `json:"reasons,omitempty"`
}

// EventDecided is the stored name of [Decided].
const EventDecided store.EventType = "person-review.decided"

// EventType returns the stored name.
func (Decided) EventType() store.EventType { return EventDecided }

var eventTypes = store.EventTypesOf(Decided{})

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Decided, error) {
	return eventTypes.Decode(name, data)
}

// A Review is all that was decided about a pair, in order: it only grows, until one of the
// two is erased, and the review with them. It must not be used by several goroutines at
// once.
type Review struct {
	a, b    person.ID
	history store.History[Decided]
}

// NewReview returns the review of two records about which nothing was decided yet. Their
// order makes no difference.
func NewReview(a, b person.ID) *Review { return &Review{a: min(a, b), b: max(a, b)} }

// Pair returns the two records, in order of ID.
func (r *Review) Pair() (a, b person.ID) { return r.a, r.b }

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
// nobody proposed them. The error is [sp.ErrInvalid].
func (r *Review) Decide(d Decision, p Pair, s sp.Stamp) error {
	e := &sp.InvalidError{Subject: fmt.Sprintf("duplicate: review of %s and %s", r.a, r.b)}
	s.Check(e)
	e.CheckPersonID(string(r.a), "a")
	e.CheckPersonID(string(r.b), "b")
	e.Check(r.a != r.b, "pair", sp.Inconsistent, "must be two records")
	e.Check(d == Same || d == Different || d == Undecided, "decision", sp.NotListed, "must be same, different or undecided")
	e.Check(p.Score == 0 || p.A == r.a && p.B == r.b, "pair", sp.Inconsistent, "must be of these two records")
	if r.history.IsStale() {
		return fmt.Errorf("%s: %w", e.Subject, store.ErrStale)
	}
	if err := e.Err(); err != nil {
		return err
	}
	r.history.Append(Decided{A: r.a, B: r.b, Decision: d, Score: p.Score, Reasons: slices.Clone(p.Reasons)}, s)
	return nil
}

// The terms by which reviews are found: both people, of whom either may be erased, and the
// last decision.
const (
	termPerson   = "person"
	termOther    = "other"
	termDecision = "decision"
)

// Pending implements [store.Change].
func (r *Review) Pending() (store.Batch, error) {
	terms := store.Terms{termPerson: string(r.a), termOther: string(r.b), termDecision: string(r.Decision())}
	return r.history.Pending(store.Key{Kind: Kind, ID: id(r.a, r.b)}, terms.Compact())
}

// Committed implements [store.Change].
func (r *Review) Committed() { r.history.Committed() }

// Stale implements [store.Change].
func (r *Review) Stale() { r.history.Stale() }

// id is the ID of the review of a pair, whichever comes first.
func id(a, b person.ID) string {
	sum := sha256.Sum256([]byte(string(min(a, b)) + "\x00" + string(max(a, b))))
	return hex.EncodeToString(sum[:])
}

// Reviews finds reviews in a store.
type Reviews struct{ db store.Driver }

// NewReviews returns the reviews in db, a driver of one tenant.
func NewReviews(db store.Driver) *Reviews { return &Reviews{db} }

// LoadOrNew returns the review of two records, or one without decisions.
func (r *Reviews) LoadOrNew(ctx context.Context, a, b person.ID) (*Review, error) {
	review, err := store.Load(ctx, r.db, Kind, id(a, b), read)
	if errors.Is(err, sp.ErrNotFound) {
		return NewReview(a, b), nil
	}
	return review, err
}

// All returns all reviews whose last decision is one of some, or all of them.
func (r *Reviews) All(ctx context.Context, decisions ...Decision) iter.Seq2[*Review, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Where: store.In(store.Where{}, termDecision, decisions)}, read)
}

// Waiting returns the pairs that nobody has decided on, in their order: what stands on
// the list of whoever keeps the records. A pair that was found to be one person or two is
// not proposed again. Each pair reads one record.
func (r *Reviews) Waiting(ctx context.Context, pairs []Pair) ([]Pair, error) {
	var waiting []Pair
	for _, p := range pairs {
		review, err := r.LoadOrNew(ctx, p.A, p.B)
		if err != nil {
			return nil, err
		}
		if d := review.Decision(); d == "" || d == Undecided {
			waiting = append(waiting, p)
		}
	}
	return waiting, nil
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
