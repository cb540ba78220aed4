package fhir

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// waysThere are the commands through which a referral to a provider comes to where it
// stands. The last of each is the one step that a placement which is known here may take.
var waysThere = map[placement.State][]placement.Command{
	placement.StateProposed:  {},
	placement.StateOffered:   {placement.Offer},
	placement.StateAccepted:  {placement.Offer, placement.Accept},
	placement.StateStarted:   {placement.Offer, placement.Accept, placement.Start},
	placement.StateCompleted: {placement.Offer, placement.Accept, placement.Start, placement.Complete},
	placement.StateStopped:   {placement.Offer, placement.Accept, placement.Start, placement.Stop},
	placement.StateDeclined:  {placement.Offer, placement.Decline},
	placement.StateLapsed:    {placement.Offer, placement.Lapse},
	placement.StateWithdrawn: {placement.Offer, placement.Withdraw},
	placement.StateInError:   {placement.Offer, placement.EnterInError},
}

// begun records a placement as far as it is under way.
func (r *replay) begun(path string, from *Placement) {
	known, there := r.kept.Placement(from.ID)
	if !there {
		if known = r.propose(path, from); known == nil {
			return
		}
		r.fresh[from.ID] = true
	}
	way := r.wayOf(known, from)
	switch n := len(way); {
	case from.State == "":
		r.lose(Loss{Path: path + ".state", Ours: string(known.State()), Kind: Dropped, Severity: sp.Warning})
	case !r.fresh[from.ID] && from.State.Open():
		r.step(path, known, from, way)
	case !r.fresh[from.ID]:
	case from.State.Open():
		r.steps(path, known, from, way)
	case n > 0:
		r.steps(path, known, from, way[:n-1])
	}
}

// ended records how a placement ended.
func (r *replay) ended(path string, from *Placement) {
	if known, there := r.kept.Placement(from.ID); there && from.State != "" && !from.State.Open() {
		r.step(path, known, from, r.wayOf(known, from))
	}
}

// wayOf returns the commands that lead to where a placement stands there. Of what was a
// signpost the provider knew nothing, and of what was never offered they had nothing to say.
func (r *replay) wayOf(known *placement.Placement, from *Placement) []placement.Command {
	way := slices.Clone(waysThere[from.State])
	if _, waits := known.Waiting(); from.Waiting && !waits {
		way = append(way, placement.WaitList)
	}
	return slices.DeleteFunc(way, func(c placement.Command) bool {
		return c == placement.Accept && from.Level != "" && from.Level != placement.FullReferral ||
			c == placement.Offer && from.Offered.IsZero() && from.State != placement.StateOffered
	})
}

// step takes the one step that leads to where a placement stands there, unless what is known
// here is newer.
func (r *replay) step(path string, known *placement.Placement, from *Placement, way []placement.Command) {
	_, waits := known.Waiting()
	if known.State() == from.State && (waits || !from.Waiting) {
		return
	}
	older := !r.fresh[from.ID] && !from.Changed.IsZero() && last(known).After(from.Changed)
	if len(way) == 0 || older {
		r.lose(Loss{Path: path + ".state", Ours: string(known.State()), Theirs: string(from.State), Kind: Refused, Severity: sp.Warning})
		return
	}
	r.steps(path, known, from, way[len(way)-1:])
}

func (r *replay) steps(path string, known *placement.Placement, from *Placement, way []placement.Command) {
	for i, command := range way {
		when := from.Changed
		if command == placement.Offer {
			when = from.Offered
		} else if i < len(way)-1 {
			r.lose(Loss{Path: path + ".changed", Ours: string(command), Kind: Defaulted})
		}
		if !r.do(path+".state", string(from.ID), string(command), when, func(s sp.Stamp) error { return r.give(known, from, command, s) }) {
			return
		}
	}
}

func (r *replay) propose(path string, from *Placement) *placement.Placement {
	if from.Group != "" {
		r.lose(Loss{Path: path + ".group", Ours: "group", Kind: Dropped, Severity: sp.Warning})
	}
	var made *placement.Placement
	r.do(path+".state", string(from.ID), string(placement.StateProposed), cmpTime(from.Proposed, from.Offered), func(s sp.Stamp) error {
		a := placement.Proposal{ID: from.ID, Service: from.Service, Venue: from.Venue, Provider: from.Provider, Needs: slices.Clone(from.Needs), Step: from.Step}
		p, err := r.kept.Propose(a, s)
		if err == nil {
			made = p
		}
		return err
	})
	return made
}

// give gives a placement one command with what was read.
func (r *replay) give(p *placement.Placement, from *Placement, command placement.Command, s sp.Stamp) error {
	why := orOther(from.Reason)
	end := func(end func(*placement.Placement, sp.Stamp) error) error { return r.kept.EndPlacement(p.ID(), end, s) }
	switch command {
	case placement.Offer:
		return p.Offer(placement.Sending{Level: cmp.Or(from.Level, placement.FullReferral), Items: from.Disclosed, OnceYes: from.Untold, ReplyBy: from.ReplyBy}, r.may, s)
	case placement.Accept:
		return p.Accept(s)
	case placement.WaitList:
		return p.WaitList(from.Expected, s)
	case placement.Start:
		return p.Start(s)
	case placement.Complete:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.Complete(from.Result, s) })
	case placement.Stop:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.Stop(why, s) })
	case placement.Decline:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.Decline(why, s) })
	case placement.Lapse:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.Lapse(s) })
	case placement.Withdraw:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(why, s) })
	default:
		return end(func(p *placement.Placement, s sp.Stamp) error { return p.EnterInError(why, s) })
	}
}

// session records one session of a placement that is kept: that it was planned, and what
// became of it.
func (r *replay) session(path string, from *Session) {
	known, there := r.kept.Session(from.ID)
	if !there {
		planned := r.do(path+".state", string(from.ID), string(session.StatePlanned), from.Start, func(s sp.Stamp) error {
			x, err := r.kept.PlanSession(from.Placement, from.ID, from.Start, s)
			known = x
			return err
		})
		if !planned {
			return
		}
	}
	if from.State == "" || from.State == known.State() {
		return
	}
	r.do(path+".state", string(from.ID), string(from.State), from.Start, func(s sp.Stamp) error {
		switch from.State {
		case session.StateAttended:
			return known.Attend(session.Attended{Minutes: from.Minutes, Accompanied: from.Accompanied}, s)
		case session.StateMissed:
			return known.Miss(from.Cause, s)
		case session.StateCancelled:
			return known.Cancel(orOther(from.Reason), s)
		case session.StateInError:
			return known.EnterInError(orOther(from.Reason), s)
		default:
			return sp.ErrInvalid
		}
	})
}

// records reports what the caller keeps: each of it is a record of its own. Where the
// referral itself is refused, so is all that would be recorded with it.
func (r *replay) records(begun bool) {
	for _, kept := range []struct {
		path     string
		n        int
		severity sp.Severity
		is       bool // recorded
	}{
		{"placements", len(r.c.Placements), sp.Warning, begun},
		{"sessions", len(r.c.Sessions), sp.Warning, begun},
		{"flags", len(r.c.Flags), sp.Error, begun},
		{"choices", len(r.c.Choices), sp.Warning, r.c.chosen},
		{"needs", len(r.c.Needs), sp.Warning, begun},
		{"scores", len(r.c.Scores), sp.Note, false},
		{"answers", len(r.c.Answers), sp.Warning, false},
		{"goals", len(r.c.Goals), sp.Warning, begun},
		{"plans", len(r.c.Plans), sp.Note, false},
		{"carried", len(r.c.Carried), sp.Note, false},
	} {
		if kept.n > 0 && !kept.is {
			r.lose(Loss{Path: kept.path, Ours: kept.path, Kind: Dropped, Severity: kept.severity})
		}
	}
}
