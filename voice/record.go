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
	saved     store.Document
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
	r := &Record{statement: st}
	r.at = r.saved.Change(st.Said, s).At
	return r, nil
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
	return r.do("answer", e, func() {
		r.outcome = o
		r.saved.Change(Answered{o}, s)
	})
}

// Retract takes the statement back, such as one that was entered twice.
func (r *Record) Retract(s sp.Stamp) error {
	e := r.check("retract", s)
	e.Check(!r.retracted, "", sp.WrongState, "is taken back already")
	return r.do("retract", e, func() {
		r.retracted = true
		r.saved.Change(Retracted{}, s)
	})
}

// Erase forgets whose statement it was and their words, such as when the person asks to
// be forgotten. Once it is saved the store holds only that there was a statement, and
// the log holds what was said. An open one no longer waits for an answer.
func (r *Record) Erase(s sp.Stamp) error {
	return r.do("erase", r.check("erase", s), func() { r.saved.Erase(Erased{}, s) })
}

func (r *Record) check(command string, s sp.Stamp) *sp.InvalidError {
	e := &sp.InvalidError{Subject: r.statement.String()}
	s.Check(e)
	e.Check(s.At.IsZero() || !s.Precise().At.Before(r.at), "stamp.at", sp.Untimely, "must not be before it was said")
	r.saved.Check(e)
	e.Check(r.saved.Exists(), "", sp.WrongState, "is erased: there is nothing to "+command)
	return e
}

func (r *Record) do(command string, e *sp.InvalidError, apply func()) error {
	err := e.Err()
	if r.saved.IsStale() {
		err = store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("voice: %s %s: %w", command, r.statement, err)
	}
	apply()
	return nil
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	return r.saved.Pending(store.Key{Kind: RecordKind, ID: string(r.statement.ID)}, func(erased bool) (put store.Put, err error) {
		if erased {
			put.Body, err = encode(&Record{statement: Statement{ID: r.statement.ID}}, true)
			return put, err
		}
		put.Terms = r.terms()
		put.Body, err = encode(r, false)
		return put, err
	})
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record) Committed() {
	if r.saved.Committed() {
		*r = Record{}
	}
}

// Stale implements [store.Change].
func (r *Record) Stale() { r.saved.Stale() }
