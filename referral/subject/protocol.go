package subject

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// ErasureKind is under which protocols of erasures are stored.
const ErasureKind = "erasure"

// An ErasureID names an erasure, and so its protocol.
type ErasureID string

// A Why is the code of why somebody is erased.
type Why string

// The reasons for which somebody is erased.
const (
	AtRequest     Why = "request"   // the person asked
	RetentionOver Why = "retention" // the time to keep it is over
	ByOrder       Why = "order"     // a court or a supervisory authority ordered it
)

// A State is how far an erasure has come.
type State string

// How far an erasure can have come.
const (
	Begun        State = "begun"         // some records may be gone
	RecordsGone  State = "records-gone"  // all records are gone, and the key still opens backups
	KeyDestroyed State = "key-destroyed" // nothing can be read again
	Finished     State = "finished"      // and a last look found nothing
)

// An Event is a step of an erasure, by kinds and numbers.
type Event interface {
	EventType() store.EventType
	apply(*Protocol)
}

// The steps of an erasure, each recorded once it is done.
type (
	// ErasureBegun says who is to be erased, and why.
	ErasureBegun struct {
		Person person.ID `json:"person"`
		Why    Why       `json:"why"`
	}
	// RecordsErased says what went in one commit, and which placements ended in it.
	RecordsErased struct {
		Counts map[string]int `json:"counts"`
		Ended  []placement.ID `json:"ended,omitempty"`
	}
	// AllRecordsErased says that no record of the person was left.
	AllRecordsErased struct{}
	// KeyWasDestroyed says that the person's key is destroyed.
	KeyWasDestroyed struct{}
	// ErasureFinished says that a last look found no record of the person.
	ErasureFinished struct{}
)

// The names under which the events are stored. They do not change.
const (
	EventErasureBegun     store.EventType = "erasure.begun"
	EventRecordsErased    store.EventType = "erasure.records-erased"
	EventAllRecordsErased store.EventType = "erasure.all-records-erased"
	EventKeyWasDestroyed  store.EventType = "erasure.key-destroyed"
	EventErasureFinished  store.EventType = "erasure.finished"
)

// EventType returns the stored name.
func (ErasureBegun) EventType() store.EventType { return EventErasureBegun }

// EventType returns the stored name.
func (RecordsErased) EventType() store.EventType { return EventRecordsErased }

// EventType returns the stored name.
func (AllRecordsErased) EventType() store.EventType { return EventAllRecordsErased }

// EventType returns the stored name.
func (KeyWasDestroyed) EventType() store.EventType { return EventKeyWasDestroyed }

// EventType returns the stored name.
func (ErasureFinished) EventType() store.EventType { return EventErasureFinished }

var eventTypes = store.EventTypesOf[Event](ErasureBegun{}, RecordsErased{}, AllRecordsErased{}, KeyWasDestroyed{}, ErasureFinished{})

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}

// A Protocol is what an erasure did, step by step: kinds, numbers and pseudonyms. It is
// what is left.
type Protocol struct {
	id      ErasureID
	person  person.ID
	why     Why
	state   State
	counts  map[string]int
	ended   []placement.ID
	history store.History[Event]
}

func (e ErasureBegun) apply(p *Protocol) { p.person, p.why, p.state = e.Person, e.Why, Begun }

func (e RecordsErased) apply(p *Protocol) {
	for kind, n := range e.Counts {
		p.counts[kind] += n
	}
	p.ended = append(p.ended, e.Ended...)
}

func (AllRecordsErased) apply(p *Protocol) { p.state = RecordsGone }

func (KeyWasDestroyed) apply(p *Protocol) { p.state = KeyDestroyed }

func (ErasureFinished) apply(p *Protocol) { p.state = Finished }

// ID returns what the erasure is called.
func (p *Protocol) ID() ErasureID { return p.id }

// Person returns who was erased.
func (p *Protocol) Person() person.ID { return p.person }

// Why returns why.
func (p *Protocol) Why() Why { return p.why }

// State returns how far it has come.
func (p *Protocol) State() State { return p.state }

// Counts returns how many records of each kind are gone.
func (p *Protocol) Counts() map[string]int { return maps.Clone(p.counts) }

// Ended returns the placements that were under way and ended with it: their providers are
// to be told, as the log says.
func (p *Protocol) Ended() []placement.ID { return slices.Clone(p.ended) }

// Steps returns everything that happened, in the order in which it was recorded.
func (p *Protocol) Steps() iter.Seq[store.Entry[Event]] { return p.history.All() }

func (p *Protocol) record(e Event, s sp.Stamp) {
	p.history.Append(e, s)
	e.apply(p)
}

// Pending implements [store.Change].
func (p *Protocol) Pending() (store.Batch, error) {
	terms := store.Terms{"erased": string(p.person)}
	if p.state != Finished {
		if first, known := p.history.First(); known {
			terms["unfinished"] = store.Time(first.At)
		}
	}
	return p.history.Pending(store.Key{Kind: ErasureKind, ID: string(p.id)}, terms)
}

// Committed implements [store.Change].
func (p *Protocol) Committed() { p.history.Committed() }

// Stale implements [store.Change].
func (p *Protocol) Stale() { p.history.Stale() }

// LoadProtocol returns the protocol of an erasure, or an error that is [sp.ErrNotFound].
func LoadProtocol(ctx context.Context, db store.Driver, id ErasureID) (*Protocol, error) {
	return store.Load(ctx, db, ErasureKind, string(id), readProtocol)
}

// Unfinished yields the erasures that were begun and not finished, the longest ago first:
// what is to be resumed. It is one indexed scan.
func Unfinished(ctx context.Context, db store.Driver) iter.Seq2[*Protocol, error] {
	return store.Select(ctx, db, store.Query{Kind: ErasureKind, Range: store.Range{Term: "unfinished"}}, readProtocol)
}

func readProtocol(rec store.Record) (*Protocol, error) {
	p := &Protocol{id: ErasureID(rec.ID), counts: map[string]int{}}
	h, err := store.LoadHistory(rec, eventTypes.Decode, func(e Event) bool { _, ok := e.(ErasureBegun); return ok })
	if err != nil {
		return nil, err
	}
	p.history = h
	for e := range h.All() {
		e.Event.apply(p)
	}
	return p, nil
}

func loadOrNew(ctx context.Context, db store.Driver, id ErasureID) (*Protocol, error) {
	p, err := LoadProtocol(ctx, db, id)
	if errors.Is(err, sp.ErrNotFound) {
		return &Protocol{id: id, counts: map[string]int{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("subject: erase: %w", err)
	}
	return p, nil
}
