package voice

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// RecordKind is the kind of record that statements are stored as.
const RecordKind = "voice"

// A Record is a statement as it is kept. It is a [store.Change], saved with [store.Save].
// It must not be used by several goroutines at once.
type Record struct {
	statement Statement
	at        time.Time // when it was said
	outcome   Outcome   // empty until it is answered
	retracted bool

	version int64 // of the stored record; 0 before the first save
	event   Event // pending
	stamp   sp.Stamp
	stale   bool
}

// Say returns the record of a new statement, by the codes of a list; nil is [Standard].
// It fails with the error of [Statement.Check], and refuses the pulse of a staff from
// whoever names themselves: stamp it with [sp.BySystem].
func Say(st Statement, by *List, s sp.Stamp) (*Record, error) {
	if by == nil {
		by = Standard()
	}
	err := st.Check(by)
	if err == nil {
		e := &sp.InvalidError{Subject: st.String()}
		s.Check(e)
		e.Check(st.Kind != Pulse || s.System(), "stamp.by", sp.Inconsistent, "must be the system that collects: the pulse of a staff is anonymous")
		err = e.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("voice: say: %w", err)
	}
	st.List = by.Canonical()
	s = s.Kept()
	return &Record{statement: st, at: s.At, event: st.Said, stamp: s}, nil
}

// Statement returns what was said, and by whom. Its slices belong to the record.
func (r *Record) Statement() Statement { return r.statement }

// At returns when it was said.
func (r *Record) At() time.Time { return r.at }

// Outcome returns what became of it; empty is that nobody has answered.
func (r *Record) Outcome() Outcome { return r.outcome }

// Retracted reports whether it no longer counts.
func (r *Record) Retracted() bool { return r.retracted }

// Open reports whether somebody still expects an answer.
func (r *Record) Open() bool { return r.statement.Kind.waits() && r.outcome == "" && !r.retracted }

// Answer records what became of a request, a support request or a concern. It fails for
// other kinds, and if it has been answered or taken back.
func (r *Record) Answer(o Outcome, s sp.Stamp) error {
	e := r.check("answer", s)
	e.Check(r.statement.Kind.waits(), "kind", sp.NotListed, "must be a request, a support request or a concern about privacy")
	e.Check(r.Open() || !r.statement.Kind.waits(), "", sp.WrongState, "is answered or taken back already")
	e.Check(o.valid(), "outcome", sp.NotListed, "must be done, passed-on, not-done, unfounded or no-contact")
	return r.do("answer", Answered{o}, e, s, func() { r.outcome = o })
}

// Retract takes the statement back, such as one that was entered twice.
func (r *Record) Retract(s sp.Stamp) error {
	e := r.check("retract", s)
	e.Check(!r.retracted, "", sp.WrongState, "is taken back already")
	return r.do("retract", Retracted{}, e, s, func() { r.retracted = true })
}

// Erase forgets whose statement it was and their words, such as when the person asks to
// be forgotten. Once it is saved the store holds only that there was a statement, and
// the log holds what was said. An open one no longer waits for an answer.
func (r *Record) Erase(s sp.Stamp) error {
	return r.do("erase", Erased{}, r.check("erase", s), s, func() {})
}

func (r *Record) check(command string, s sp.Stamp) *sp.InvalidError {
	e := &sp.InvalidError{Subject: r.statement.String()}
	s.Check(e)
	e.Check(s.At.IsZero() || !s.Precise().At.Before(r.at), "stamp.at", sp.Untimely, "must not be before it was said")
	e.Check(r.event == nil, "", sp.Inconsistent, "has a change that is not saved yet: save it first")
	e.Check(r.version > 0 || r.event != nil, "", sp.WrongState, "is erased: there is nothing to "+command)
	return e
}

func (r *Record) do(command string, event Event, e *sp.InvalidError, s sp.Stamp, apply func()) error {
	err := e.Err()
	if r.stale {
		err = store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("voice: %s %s: %w", command, r.statement, err)
	}
	r.event, r.stamp = event, s.Kept()
	apply()
	return nil
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	if r.stale {
		return store.Batch{}, fmt.Errorf("voice: save %s: %w", r.statement, store.ErrStale)
	}
	if r.event == nil {
		return store.Batch{}, nil
	}
	key := store.Key{Kind: RecordKind, ID: string(r.statement.ID)}
	data, err := store.Encode(r.event)
	if err != nil {
		return store.Batch{}, fmt.Errorf("voice: save %s: %w", r.statement, err)
	}
	put := store.Put{Key: key, If: r.version}
	if _, erased := r.event.(Erased); erased {
		put.Body, err = encode(&Record{statement: Statement{ID: r.statement.ID}}, true)
	} else {
		put.Terms = r.terms()
		put.Body, err = encode(r, false)
	}
	if err != nil {
		return store.Batch{}, fmt.Errorf("voice: save %s: %w", r.statement, err)
	}
	return store.Batch{
		Puts:   []store.Put{put},
		Events: []store.RecordedEvent{{Key: key, Version: r.version + 1, Type: r.event.EventType(), Stamp: r.stamp, Data: data}},
	}, nil
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record) Committed() {
	switch r.event.(type) {
	case nil:
	case Erased:
		*r = Record{}
	default:
		r.version++
		r.event = nil
	}
}

// Stale implements [store.Change].
func (r *Record) Stale() { r.stale = true }
