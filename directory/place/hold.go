package place

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/store"
)

// A Hold keeps units of an offer for somebody who is on their way to it.
type Hold struct {
	For   string `json:"for"`             // what it is for, as a rule the ID of a placement; there is one for each
	Units int    `json:"units,omitempty"` // places that are held; 0 is one

	// AnswerDue is when the answer to the offer is due, if one is awaited. The hold
	// does not end before.
	AnswerDue time.Time `json:"answerDue,omitzero"`

	// Until is when the hold is due to be let go. Nothing happens by itself at that
	// time: see [Repository.Due]. Zero holds until somebody lets go.
	Until time.Time `json:"until,omitzero"`

	// Over holds even if nothing is free, since the service has said that it makes
	// room. [Room] then says how many more are held than there are.
	Over bool `json:"over,omitempty"`
}

// count returns how many places h holds.
func (h Hold) count() int { return max(h.Units, 1) }

// due reports whether h is to be let go at a time.
func (h Hold) due(at time.Time) bool { return !h.Until.IsZero() && !h.Until.After(at) }

// A Cause says why a hold was let go. The list is open: a program may have more.
type Cause string

// The causes. Those of the first block are how placements end.
const (
	Declined  Cause = "declined"
	Lapsed    Cause = "lapsed"
	Withdrawn Cause = "withdrawn"
	Completed Cause = "completed"
	Stopped   Cause = "stopped"
	InError   Cause = "entered-in-error"
	Erased    Cause = "erased" // with whom it was for

	Overdue Cause = "overdue" // its time had come, and somebody let it go
	Counted Cause = "counted" // the service counts the person in what it states
)

// A FullError is the refusal of a hold for which too few places are free. It is
// [sp.ErrConflict].
type FullError struct {
	Offer directory.ID
	Asked int // places
	Room  Room
}

// Error says how many were asked for and how many are free.
func (e *FullError) Error() string {
	return fmt.Sprintf("place: hold at %s: %d asked for, and %s", e.Offer, e.Asked, e.Room)
}

// Is reports whether target is [sp.ErrConflict].
func (e *FullError) Is(target error) bool { return target == sp.ErrConflict }

// Hold holds places for what h is for. It fails with a [*FullError] if the service
// states fewer than are asked for, as far as that is still believed, see
// [directory.CapacityLife]; where nothing is known nothing is full. What is held already
// is prolonged if h ends later. What has been let go before is refused: it has ended.
func (p *Places) Hold(h Hold, s sp.Stamp) error {
	h.AnswerDue, h.Until = precise(h.AnswerDue), precise(h.Until)
	e := &sp.InvalidError{Subject: "place: hold at " + string(p.offer)}
	s.Check(e)
	e.CheckPersonID(h.For, "for")
	e.Check(h.Units >= 0 && h.Units <= maxUnits, "units", sp.OutOfRange, "must be from 0 to 1000")
	e.Check(h.Until.IsZero() || !h.Until.Before(h.AnswerDue), "until", sp.Untimely, "must not be before the answer to its offer is due")
	e.Check(h.Until.IsZero() || h.Until.After(s.At), "until", sp.Untimely, "must be later than now")
	_, over := p.doc.Ended[h.For]
	e.Check(!over, "for", sp.WrongState, "has ended and holds nothing any more")
	was, held := p.find(h.For)
	if held {
		e.Check(was.count() == h.count(), "units", sp.Inconsistent, "must be as many as are held already")
	}
	if err := p.usable(e); err != nil {
		return err
	}
	if held {
		return p.prolong(h, s)
	}
	room := p.Room(s.At, 0)
	if free, known := room.Free.Lookup(); known && free < h.count() && !h.Over {
		return &FullError{Offer: p.offer, Asked: h.count(), Room: room}
	}
	p.doc.Holds = append(p.doc.Holds, h)
	slices.SortFunc(p.doc.Holds, func(a, b Hold) int { return cmp.Compare(a.For, b.For) })
	p.record(Held(h), s)
	return nil
}

// prolong gives a hold that is there a later end.
func (p *Places) prolong(h Hold, s sp.Stamp) error {
	i := slices.IndexFunc(p.doc.Holds, func(o Hold) bool { return o.For == h.For })
	was := &p.doc.Holds[i]
	if was.Until.IsZero() || !h.Until.IsZero() && !h.Until.After(was.Until) {
		return nil
	}
	was.Until, was.AnswerDue = h.Until, later(was.AnswerDue, h.AnswerDue)
	p.record(Held(*was), s)
	return nil
}

// Release lets go of what is held for something that has ended. Letting go twice
// changes nothing. What was never held is noted as ended, so that a hold that arrives
// late finds it so.
func (p *Places) Release(what string, why Cause, s sp.Stamp) error {
	e := &sp.InvalidError{Subject: "place: release at " + string(p.offer)}
	s.Check(e)
	e.CheckPersonID(what, "for")
	e.Check(sp.ValidCode(why), "cause", sp.Malformed, "must be a code such as declined")
	if err := p.usable(e); err != nil {
		return err
	}
	if _, ended := p.doc.Ended[what]; ended {
		return nil
	}
	p.end(what, why, s)
	return nil
}

// LetGo lets go of the holds that are due at the time of s, and returns them. It is
// the command of a timer or of a link worker who has seen the list.
func (p *Places) LetGo(s sp.Stamp) ([]Hold, error) {
	e := &sp.InvalidError{Subject: "place: let go at " + string(p.offer)}
	s.Check(e)
	if err := p.usable(e); err != nil {
		return nil, err
	}
	due := p.Due(s.At)
	for _, h := range due {
		p.end(h.For, Overdue, s)
	}
	return due, nil
}

func (p *Places) end(what string, why Cause, s sp.Stamp) {
	p.doc.Holds = slices.DeleteFunc(p.doc.Holds, func(h Hold) bool { return h.For == what })
	for id, at := range p.doc.Ended {
		if s.At.Sub(at) > Memory {
			delete(p.doc.Ended, id)
		}
	}
	if p.doc.Ended == nil {
		p.doc.Ended = map[string]time.Time{}
	}
	p.doc.Ended[what] = s.At
	p.record(Released{what, why}, s)
}

// Memory is for how long it is remembered what has been let go: a year, after which no
// message about it is on its way any more.
const Memory = 365 * 24 * time.Hour

// maxUnits is more than anybody holds for one person.
const maxUnits = 1000

func precise(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// usable returns what is wrong with a command, or that p has to be loaded again.
func (p *Places) usable(e *sp.InvalidError) error {
	e.CheckID(string(p.offer), "offer")
	if p.stale {
		return fmt.Errorf("%s: %w", e.Subject, store.ErrStale)
	}
	return e.Err()
}
