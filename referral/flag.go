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
	var e sp.InvalidError
	e.Check(sp.ValidID(id), "flag", sp.IDRule)
	e.Check(kind == Crisis || kind == Safeguarding, "kind", "must be crisis or safeguarding")
	e.Check(r.flagIndex(id) < 0, "flag", "was raised before")
	return r.record("raise flag", Flagged{id, kind}, s, e.Fields)
}

// AcceptHandOver records that a concern is now somebody else's: a crisis team,
// the safeguarding lead, the GP. A link worker may record it for them, but not
// for themself.
func (r *Referral) AcceptHandOver(id, to string, s sp.Stamp) error {
	var e sp.InvalidError
	i := r.flagIndex(id)
	e.Check(i >= 0, "flag", "must be one that was raised")
	e.Check(sp.ValidID(to), "to", sp.IDRule)
	e.Check(to != string(r.worker.value) && (s.By.Role != sp.RoleLinkWorker || to != s.By.ID), "to", "must be somebody other than the link worker")
	e.Check(i < 0 || r.flags[i].to == "", "flag", "was taken over before")
	e.Check(i < 0 || !s.At.Before(r.flags[i].raised), "stamp.at", "must not be before the concern was raised")
	return r.record("accept hand-over", HandedOver{id, to}, s, e.Fields)
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

// unflagged is what is missing while a flag is open, or was at the given time.
func (r *Referral) unflagged(at time.Time) []string {
	var missing []string
	for _, f := range r.flags {
		if f.to == "" || !f.raised.After(at) && f.handed.After(at) {
			missing = append(missing, "the hand-over of "+string(f.Kind)+" flag "+f.Flag+" is accepted")
		}
	}
	return missing
}
