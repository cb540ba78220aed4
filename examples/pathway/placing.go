package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// connect looks for something that meets each need, the best first, until one
// service takes the person on.
func (w *walk) connect(ctx context.Context) bool {
	profile := w.person.Profile(sp.DateOf(w.now))
	for _, need := range w.needs {
		if w.err = w.learn(ctx); w.err != nil {
			return false
		}
		options := w.options(profile, need, w.now)
		offers := w.left(ctx, need)
		if w.err != nil {
			return false
		}
		proposals := ready(matching.Rank(profile, offers, options))
		full := w.note(profile, offers, options, proposals)
		if len(proposals) == 0 {
			code := w.obstacle(matching.NearMisses(profile, offers, options))
			if full {
				code = reason.NoCapacity
			}
			why := reason.Because(code)
			if !w.save(ctx, w.file.Referral.NothingFound(need, why, w.me())) {
				return false
			}
			continue
		}
		for _, p := range proposals {
			placed, on := w.try(ctx, p.Offer, need)
			if !on {
				return false
			}
			if placed {
				break
			}
		}
	}
	return true
}

// asked is how many proposals are gone through for a need.
const asked = 3

// ready returns the best proposals whose services did not say lately that they are full:
// the others are shown, and nobody asks them in vain.
func ready(proposals []matching.Proposal) []matching.Proposal {
	free := slices.DeleteFunc(slices.Clone(proposals), func(p matching.Proposal) bool {
		return slices.ContainsFunc(p.Warnings(), func(v matching.Verdict) bool { return v.Rule == matching.Room })
	})
	return free[:min(asked, len(free))]
}

// note counts which services would have been asked again although they had said that they
// are full, and reports whether there are any.
func (w *walk) note(profile person.Profile, offers []directory.Offer, options matching.Options, chosen []matching.Proposal) (full bool) {
	if w.askAgain {
		return false
	}
	seen := options.Observed
	options.Observed, options.Limit = nil, asked
	for _, p := range matching.Rank(profile, offers, options) {
		again := slices.ContainsFunc(chosen, func(a matching.Proposal) bool { return a.Offer.ID == p.Offer.ID })
		if !again && seen[p.Offer.Service].HasRoom(w.now, 0) == sp.No {
			w.spare[p.Offer.Service]++
			full = true
		}
	}
	return full
}

// obstacle names what stood in the way, as a reason for the ledger of unmet needs.
func (w *walk) obstacle(misses []matching.NearMiss) string {
	if len(misses) == 0 {
		return reason.NotSuitable
	}
	switch misses[0].Rule {
	case matching.Reachable:
		return reason.NoTransport
	case matching.Cost:
		return reason.TooDear
	case matching.Room:
		return reason.NoCapacity
	default:
		return reason.NotSuitable
	}
}

// try offers one service. It reports whether the person was taken on, and
// whether the story goes on.
func (w *walk) try(ctx context.Context, o directory.Offer, need needs.Code) (placed, on bool) {
	step := session.Group
	if w.shy {
		step = session.SmallGroup
	}
	provider := cmp.Or(o.Organisation, o.Service)
	p, err := w.file.Propose(placement.Proposal{
		ID:      placement.ID(fmt.Sprintf("PL-%03d-%d", w.number, len(w.file.Placements)+1)),
		Service: o.Service, Venue: venue(o), Provider: provider, Needs: []needs.Code{need}, Step: step,
	}, w.me())
	if !w.save(ctx, err) {
		return false, false
	}
	if w.rng.IntN(8) == 0 {
		why := reason.PersonsChoice
		if w.shy {
			why = reason.Anxiety
		}
		return false, w.save(ctx, p.Decline(reason.Because(why), w.by(sp.RolePerson, string(w.person.ID))))
	}
	if sent, on := w.hold(ctx, p); !sent {
		return false, on
	}
	if w.err != nil {
		return false, false
	}
	switch {
	case w.rng.IntN(12) == 0: // nobody answers
		return false, w.wait(placement.ReplyDays+1) && w.save(ctx, p.Lapse(sp.BySystem("timer", w.now)))
	case !w.wait(1 + w.rng.IntN(8)):
		return false, false
	case w.full(ctx, o, p):
		return false, w.err == nil && w.save(ctx, p.Decline(reason.Because(reason.NoCapacity), w.by(sp.RoleProvider, string(provider))))
	}
	if !w.save(ctx, p.Accept(w.by(sp.RoleProvider, string(provider)))) {
		return false, false
	}
	return true, w.attend(ctx, o, p)
}

// venue returns the venue of an offer, if it is at a place.
func venue(o directory.Offer) directory.ID {
	if o.Place == "" {
		return ""
	}
	return o.ID
}

// attend plans a session a week. Whoever misses one is offered the next at the
// step that the cause calls for; nothing starts again.
func (w *walk) attend(ctx context.Context, o directory.Offer, p *placement.Placement) bool {
	came := 0
	host := func() sp.Stamp { return w.by(sp.RoleProvider, string(p.Provider())) }
	for week := range 4 {
		start := w.now.AddDate(0, 0, 7)
		x, err := w.file.PlanSession(p.ID(), session.ID(fmt.Sprintf("%s-%d", p.ID(), week+1)), start, host())
		if !w.save(ctx, err) || !w.wait(8) {
			return false
		}
		cause, missed := w.misses(p.Step())
		switch {
		case missed:
			advice := session.Advise(p.Step(), cause)
			if !w.save(ctx, x.Miss(cause, host())) {
				return false
			}
			if advice.Rebook == session.DoNotBook {
				return w.save(ctx, p.Stop(reason.Because(reason.PersonsChoice), host()))
			}
			if advice.Next != p.Step() && !w.save(ctx, p.MoveTo(advice.Next, cause, host())) {
				return false
			}
		default:
			if !w.save(ctx, x.Attend(session.Attended{Minutes: 90}, host())) {
				return false
			}
			if came++; came == 1 && !w.save(ctx, p.Start(host())) {
				return false
			}
		}
	}
	result := needs.Result{Outcome: needs.Met}
	if came < 2 || w.rng.IntN(5) == 0 {
		result.Outcome = needs.NotMet
	}
	return w.save(ctx, errors.Join(p.Complete(result, host()), w.stay(ctx, o, p)))
}

// misses draws whether the person stays away, and why.
func (w *walk) misses(step session.Step) (session.Cause, bool) {
	if w.shy && step != session.Accompanied && w.rng.IntN(10) < 5 {
		return session.Anxiety, true
	}
	if w.rng.IntN(10) > 1 {
		return "", false
	}
	causes := []session.Cause{session.Illness, session.Illness, session.NoTransport, session.Cost, session.Refusal, session.UnknownCause}
	return causes[w.rng.IntN(len(causes))], true
}
