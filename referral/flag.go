package referral

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// A FlagKind is what somebody is worried about.
type FlagKind string

// The kinds of flag.
const (
	Crisis       FlagKind = "crisis"       // a danger to life, such as thoughts of suicide
	Safeguarding FlagKind = "safeguarding" // harm or neglect by others
)

type flag struct {
	Flagged
	raised time.Time
	to     string    // who took it over
	handed time.Time // when they did
}

// Raise records a concern that somebody else must take over, under an ID of its
// own. Anybody may raise one, at any time. Until a hand-over is accepted the
// referral cannot end in any way, and [Repository.Flagged] lists it. An alert of
// an assessment holds its [Case] without a flag: raise one as well where others
// are to know.
func (r *Referral) Raise(id string, kind FlagKind, s sp.Stamp) error {
	return r.RaiseFor(id, kind, "", s)
}

// RaiseFor is [Referral.Raise] for a concern that a certain team is to take over, by
// the ID that its people act for: they may then accept the hand-over themselves. An
// empty team is none.
func (r *Referral) RaiseFor(id string, kind FlagKind, team string, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(id), "flag", sp.Malformed, sp.IDRule)
	e.Check(kind == Crisis || kind == Safeguarding, "kind", sp.NotListed, "must be crisis or safeguarding")
	e.Check(r.flagIndex(id) < 0, "flag", sp.WrongState, "was raised before")
	e.Check(team == "" || sp.ValidID(team), "team", sp.Malformed, sp.IDRule)
	return r.do(RaiseFlag, team, s, e.Fields, Flagged{id, kind, team})
}

// AcceptHandOver records that a concern is now somebody else's: a crisis team,
// the safeguarding lead, the GP. A link worker may record it for them, but not
// for themself. A team that it was offered to accepts what was offered to it.
func (r *Referral) AcceptHandOver(id, to string, s sp.Stamp) error {
	var e sp.InvalidError
	i := r.flagIndex(id)
	e.Check(i >= 0, "flag", sp.WrongState, "must be one that was raised")
	e.Check(sp.ValidID(to), "to", sp.Malformed, sp.IDRule)
	e.Check(to != string(r.worker.value) && (s.By.Role != sp.RoleLinkWorker || to != s.By.ID), "to", sp.Inconsistent, "must be somebody other than the link worker")
	e.Check(i < 0 || r.flags[i].to == "", "flag", sp.WrongState, "was taken over before")
	e.Check(i < 0 || !s.At.Before(r.flags[i].raised), "stamp.at", sp.Untimely, "must not be before the concern was raised")
	theirs := s.By.Role == sp.RoleLinkWorker || receiverOf(r.flags, i) == s.By.For || s.By.Role == sp.RoleReferrer
	e.Check(i < 0 || theirs, "flag", sp.WrongState, "must be one that was offered to you")
	return r.do(AcceptHandOver, to, s, e.Fields, HandedOver{id, to})
}

func receiverOf(flags []flag, i int) string {
	if i < 0 {
		return ""
	}
	return flags[i].To
}

func (f flag) open() bool { return f.to == "" }

// openFlags returns the IDs of the open flags.
func (r *Referral) openFlags() (ids []string) {
	for _, f := range r.OpenFlags() {
		ids = append(ids, f.Flag)
	}
	return ids
}

// OpenFlags returns the concerns that nobody has taken over yet, the one that was
// raised first at the front.
func (r *Referral) OpenFlags() []Flagged {
	var open []flag
	for _, f := range r.flags {
		if f.to == "" {
			open = append(open, f)
		}
	}
	slices.SortStableFunc(open, func(a, b flag) int { return a.raised.Compare(b.raised) })
	var flagged []Flagged
	for _, f := range open {
		flagged = append(flagged, f.Flagged)
	}
	return flagged
}

// FlaggedSince returns when the oldest concern that nobody has taken over was
// raised, or the zero time.
func (r *Referral) FlaggedSince() time.Time {
	var since time.Time
	for _, f := range r.flags {
		if f.to == "" && (since.IsZero() || f.raised.Before(since)) {
			since = f.raised
		}
	}
	return since
}

func (r *Referral) flagIndex(id string) int {
	return slices.IndexFunc(r.flags, func(f flag) bool { return f.Flag == id })
}

// flaggedAt notes in e each flag that has been taken over since, and was open at a time.
func (r *Referral) flaggedAt(e *sp.InvalidError, at time.Time) {
	for _, f := range r.flags {
		e.Check(f.to == "" || f.raised.After(at) || !f.handed.After(at), "stamp.at", sp.Untimely, "must not be before the hand-over of flag "+f.Flag+" was accepted")
	}
}
