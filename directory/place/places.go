package place

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/store"
)

// Places are those of one offer: what the service states, and what is held. Commands
// change them, and [store.Save] saves them, together with what they are held for. They
// must not be used by several goroutines at once.
type Places struct {
	offer   directory.ID
	version int64
	doc     document
	events  []happened // not saved yet
	stale   bool
}

// A document is how Places are stored.
type document struct {
	Stated directory.Capacity   `json:"stated,omitzero"`
	Holds  []Hold               `json:"holds,omitempty"` // in order of what they are for
	Ended  map[string]time.Time `json:"ended,omitempty"` // what has been let go, and when
	Events int64                `json:"events"`          // how many were recorded
}

// New returns the places of an offer of which nothing is known yet.
func New(offer directory.ID) *Places { return &Places{offer: offer} }

// Offer returns whose places they are: the ID of an offer, which is that of a venue or of
// a service alone.
func (p *Places) Offer() directory.ID { return p.offer }

// Version returns the version of the record, 0 if it was never saved.
func (p *Places) Version() int64 { return p.version }

// Stated returns what the service last stated, however old it is.
func (p *Places) Stated() directory.Capacity { return p.doc.Stated }

// Holds returns what is held, in order of what it is for.
func (p *Places) Holds() []Hold { return slices.Clone(p.doc.Holds) }

// Due returns the holds that are to be let go at a time, in order of what they are for.
func (p *Places) Due(at time.Time) []Hold {
	var due []Hold
	for _, h := range p.doc.Holds {
		if h.due(at) {
			due = append(due, h)
		}
	}
	return due
}

// Holding reports whether something is held for what.
func (p *Places) Holding(what string) bool {
	_, held := p.find(what)
	return held
}

func (p *Places) find(what string) (Hold, bool) {
	for _, h := range p.doc.Holds {
		if h.For == what {
			return h, true
		}
	}
	return Hold{}, false
}

// String returns "places of bay/S-1".
func (p *Places) String() string { return "places of " + string(p.offer) }

// MarshalJSON writes the offer, the version, what is stated and what is held. Members are
// added and never change.
func (p *Places) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Offer   directory.ID       `json:"offer"`
		Version int64              `json:"version"`
		Stated  directory.Capacity `json:"stated,omitzero"`
		Holds   []Hold             `json:"holds,omitempty"`
	}{p.offer, p.version, p.doc.Stated, p.doc.Holds})
}

// Room is what an offer has left, at a time.
type Room struct {
	Stated directory.Capacity `json:"stated,omitzero"` // as far as it is still believed
	Held   int                `json:"held"`            // places that are held
	Free   sp.Known[int]      `json:"free,omitzero"`   // stated as available and not held; never below 0
	Over   int                `json:"over,omitempty"`  // held beyond those that are available
}

// Room returns what is left at a time. What the service stated longer ago than life is
// not believed any more, and how many places are free is then unknown; a life of 0 is
// [directory.CapacityLife].
func (p *Places) Room(at time.Time, life time.Duration) Room {
	r := Room{Stated: p.doc.Stated.At(at, life), Held: p.held()}
	if available, known := r.Stated.Available.Lookup(); known {
		r.Free = sp.Know(max(0, available-r.Held))
		r.Over = max(0, r.Held-available)
	}
	return r
}

// Left returns what the service stated with what is held taken off, for a
// [directory.Offer] that is to be searched and ranked: the last place that is held for
// somebody is no place for anybody else.
func (p *Places) Left() directory.Capacity {
	c := p.doc.Stated
	if available, known := c.Available.Lookup(); known {
		c.Available = sp.Know(max(0, available-p.held()))
	}
	return c
}

func (p *Places) held() int {
	n := 0
	for _, h := range p.doc.Holds {
		n += h.count()
	}
	return n
}

// Has reports whether there is room for so many more.
func (r Room) Has(places int) sp.Truth {
	free, known := r.Free.Lookup()
	if !known {
		return sp.Unknown
	}
	return sp.TruthOf(free >= places)
}

// String returns "2 free, 1 held", "0 free, 3 held, 1 more than there are", or "unknown
// how many are free, 1 held".
func (r Room) String() string {
	free := "unknown how many are"
	if n, known := r.Free.Lookup(); known {
		free = fmt.Sprint(n)
	}
	said := fmt.Sprintf("%s free, %d held", free, r.Held)
	if r.Over > 0 {
		said += fmt.Sprintf(", %d more than there are", r.Over)
	}
	return said
}

// Restate records what the service states now. It takes the place of what was stated
// before, whole, and keeps what is held. A statement that is older than the one that
// is known changes nothing, so that imports may come in any order; of two of the same
// moment the one with fewer places counts. One of an unknown time gives way to any other.
func (p *Places) Restate(c directory.Capacity, s sp.Stamp) error {
	c.Updated = precise(c.Updated)
	e := &sp.InvalidError{Subject: "place: restate " + string(p.offer)}
	s.Check(e)
	for _, n := range []struct {
		field string
		of    sp.Known[int]
	}{{"available", c.Available}, {"maximum", c.Maximum}, {"funded", c.Funded}, {"waitDays", c.WaitDays}} {
		e.Check(n.of.Or(0) >= 0, n.field, sp.OutOfRange, "must be 0 or more")
	}
	e.Check(!c.Updated.After(s.Recorded), "updated", sp.Untimely, "must not be later than now")
	if err := p.usable(e); err != nil {
		return err
	}
	if compareStatements(c, p.doc.Stated) <= 0 {
		return nil
	}
	p.doc.Stated = c
	p.record(Stated(c), s)
	return nil
}

// compareStatements orders statements so that the greater one counts. It is 0 only for
// statements that say the same, which makes the order of their arrival irrelevant.
func compareStatements(a, b directory.Capacity) int {
	fewer := func(a, b sp.Known[int]) int {
		if a.IsZero() || b.IsZero() {
			return cmp.Compare(known(a), known(b))
		}
		return cmp.Compare(b.Or(0), a.Or(0))
	}
	return cmp.Or(a.Updated.Compare(b.Updated), fewer(a.Available, b.Available), fewer(a.Maximum, b.Maximum),
		fewer(a.Funded, b.Funded), fewer(b.WaitDays, a.WaitDays), cmp.Compare(a.Unit, b.Unit))
}

func known(n sp.Known[int]) int {
	if n.IsZero() {
		return 0
	}
	return 1
}

func (p *Places) record(e Event, s sp.Stamp) {
	p.doc.Events++
	p.events = append(p.events, happened{e, s.Kept(), p.doc.Events})
}

// Pending implements [store.Change].
func (p *Places) Pending() (store.Batch, error) {
	if p.stale {
		return store.Batch{}, fmt.Errorf("place: save %s: %w", p.offer, store.ErrStale)
	}
	if len(p.events) == 0 {
		return store.Batch{}, nil
	}
	key := store.Key{Kind: Kind, ID: string(p.offer)}
	body, err := store.EncodeForm(bodyForm, p.doc)
	if err != nil {
		return store.Batch{}, fmt.Errorf("place: save %s: %w", p.offer, err)
	}
	b := store.Batch{Puts: []store.Put{{Key: key, If: p.version, Terms: p.terms(), Body: body}}}
	for _, h := range p.events {
		data, err := store.Encode(h.event)
		if err != nil {
			return store.Batch{}, fmt.Errorf("place: save %s: %w", p.offer, err)
		}
		b.Events = append(b.Events, store.RecordedEvent{Key: key, Version: h.number, Type: h.event.EventType(), Stamp: h.stamp, Data: data})
	}
	return b, nil
}

// terms are by which places are found: when the first hold is due, and whether more are
// held than the service stated.
func (p *Places) terms() store.Terms {
	var first time.Time
	for _, h := range p.doc.Holds {
		if !h.Until.IsZero() && (first.IsZero() || h.Until.Before(first)) {
			first = h.Until
		}
	}
	t := store.Terms{termDue: store.Time(first)}
	if available, known := p.doc.Stated.Available.Lookup(); known && p.held() > available {
		t[termOver] = "yes"
	}
	return t.Compact()
}

// Committed implements [store.Change].
func (p *Places) Committed() {
	if len(p.events) > 0 {
		p.version++
		p.events = nil
	}
}

// Stale implements [store.Change].
func (p *Places) Stale() { p.stale = true }
