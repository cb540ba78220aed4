package referral_test

import (
	"errors"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
)

// errNothing says that an act has nothing to be tried on.
var errNothing = errors.New("nothing to do it to")

// An act is something that somebody may try.
type act struct {
	name string
	do   func(l *life, c *referral.Case) error
}

// acts are all of them; what leads on stands there more than once.
var acts = slices.Concat(onward, onward, onward, onward, onward, sidewards)

func toPlacement(do func(l *life, c *referral.Case, p *placement.Placement) error) func(*life, *referral.Case) error {
	return func(l *life, c *referral.Case) error {
		if len(c.Placements) == 0 {
			return errNothing
		}
		return do(l, c, any1(l, c.Placements[max(0, len(c.Placements)-2):]))
	}
}

func toSession(do func(l *life, x *session.Session) error) func(*life, *referral.Case) error {
	return func(l *life, c *referral.Case) error {
		if len(c.Sessions) == 0 {
			return errNothing
		}
		return do(l, any1(l, c.Sessions))
	}
}

func ending(roles []sp.Role, end func(l *life, p *placement.Placement, s sp.Stamp) error) func(*life, *referral.Case) error {
	return toPlacement(func(l *life, c *referral.Case, p *placement.Placement) error {
		return c.EndPlacement(p.ID(), func(p *placement.Placement, s sp.Stamp) error { return end(l, p, s) }, l.stamp(roles...))
	})
}

// seldom is for what would end every case before anything has happened in it.
func seldom(do func(*life, *referral.Case) error) func(*life, *referral.Case) error {
	return func(l *life, c *referral.Case) error {
		if l.rng.IntN(8) > 0 {
			return errNothing
		}
		return do(l, c)
	}
}

func result(l *life, of []needs.Code) needs.Result {
	r := needs.Result{Outcome: any1(l, []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet, needs.UnknownOutcome})}
	if r.Outcome == needs.PartlyMet {
		r.Unmet = of[:1]
	}
	return r
}

var (
	worker   = []sp.Role{sp.RoleLinkWorker}
	provider = []sp.Role{sp.RoleProvider, sp.RoleLinkWorker}
	theirs   = []sp.Role{sp.RolePerson, sp.RoleLinkWorker}
)

var onward = []act{
	{"accept", func(l *life, c *referral.Case) error {
		s := l.stamp(worker...)
		return c.Referral.Accept(referral.WorkerID(s.By.ID), s)
	}},
	{"contact", func(l *life, c *referral.Case) error { return c.Referral.Contact(person.Phone, 5, l.stamp(worker...)) }},
	{"propose", func(l *life, c *referral.Case) error {
		if len(c.Placements) > 0 && l.rng.IntN(3) > 0 {
			return errNothing
		}
		a := placement.Proposal{ID: placement.ID(l.name("PL")), Service: any1(l, []directory.ID{"bay/garden", "bay/choir"}), Provider: "bay/green", Needs: c.Referral.Needs()[:1]}
		_, err := c.Propose(a, l.stamp(worker...))
		return err
	}},
	{"offer", toPlacement(func(l *life, _ *referral.Case, p *placement.Placement) error {
		a, s := referraltest.Sending(), l.stamp(worker...)
		if l.rng.IntN(3) == 0 {
			a = placement.Sending{Level: any1(l, []placement.Level{placement.Signpost, placement.SelfReferral})}
		}
		a.ReplyBy = s.At.Add(time.Duration(1+l.rng.IntN(100)) * time.Hour)
		return p.Offer(a, referraltest.AllowAll{}, s)
	})},
	{"say yes", toPlacement(func(l *life, _ *referral.Case, p *placement.Placement) error { return p.Accept(l.stamp(provider...)) })},
	{"plan a session", toPlacement(func(l *life, c *referral.Case, p *placement.Placement) error {
		x, err := referraltest.PlanSession(p, session.ID(l.name("S")), l.now.Add(time.Duration(l.rng.IntN(120)-40)*time.Hour), l.stamp(provider...))
		if err == nil {
			c.Sessions = append(c.Sessions, x)
		}
		return err
	})},
	{"start", toPlacement(func(l *life, _ *referral.Case, p *placement.Placement) error { return p.Start(l.stamp(theirs...)) })},
	{"attend", toSession(func(l *life, x *session.Session) error {
		return x.Attend(session.Attended{Minutes: 60}, l.stamp(provider...))
	})},
}

// toConcern is what is done to one of the concerns that are open.
func toConcern(do func(*life, *referral.Referral, concern.ID) error) func(*life, *referral.Case) error {
	return func(l *life, c *referral.Case) error {
		open := slices.DeleteFunc(c.Referral.Concerns(), func(c concern.Concern) bool { return !c.Open() })
		if len(open) == 0 {
			return errNothing
		}
		return do(l, c.Referral, any1(l, open).ID)
	}
}

var sidewards = []act{
	{"attempt", func(l *life, c *referral.Case) error { return c.Referral.Attempt(person.Phone, l.stamp(worker...)) }},
	{"assign", func(l *life, c *referral.Case) error {
		return c.Referral.Assign(any1(l, []referral.WorkerID{"link-worker-0", "link-worker-1", "link-worker-2"}), l.stamp(worker...))
	}},
	{"check in", func(l *life, c *referral.Case) error {
		return c.Referral.CheckIn(person.Phone, referral.StillWanted, l.stamp(worker...))
	}},
	{"assess, and show what there is", func(l *life, c *referral.Case) error {
		s := l.stamp(worker...)
		if err := c.Referral.Assess("", lacks[l.rng.IntN(3):], nil, s); err != nil {
			return err
		}
		s.Key = "" // two things, one after the other
		return c.Referral.ShowOptions(referral.OptionsShown{Needs: c.Referral.Needs(), Options: []directory.ID{"bay/garden", "bay/choir"}}, s)
	}},
	{"raise", func(l *life, c *referral.Case) error {
		if l.rng.IntN(3) > 0 {
			return errNothing
		}
		return c.Referral.Raise(referral.Flagged{Flag: concern.ID(l.name("F")), Kind: concern.Crisis, To: "crisis-team"}, l.stamp(sp.RolePerson, sp.RoleProvider))
	}},
	{"offer a hand-over", toConcern(func(l *life, r *referral.Referral, id concern.ID) error {
		return r.OfferHandOver(id, any1(l, []concern.TeamID{"crisis-team", "night-team"}), l.stamp(worker...))
	})},
	{"hand over", toConcern(func(l *life, r *referral.Referral, id concern.ID) error {
		return r.AcceptHandOver(id, "crisis-team", "", l.stamp(worker...))
	})},
	{"answer a hand-over", toConcern(func(l *life, r *referral.Referral, id concern.ID) error {
		a := any1(l, concern.Answers())
		if l.rng.IntN(3) > 0 && a.Ends() {
			return errNothing
		}
		team := concern.TeamID("night-team")
		if a == concern.RaisedByMistake {
			team = ""
		}
		return r.AnswerHandOver(referral.HandOverAnswered{Flag: id, By: team, Answer: a}, l.stamp(worker...))
	})},
	{"plan a follow-up", func(l *life, c *referral.Case) error {
		return c.Referral.PlanFollowUp(sp.DateOf(l.now).Add(1+l.rng.IntN(30)), l.stamp(worker...))
	}},
	{"follow up", func(l *life, c *referral.Case) error { return c.Referral.FollowUp(l.stamp(worker...)) }},
	{"call off a follow-up", func(l *life, c *referral.Case) error {
		return c.Referral.CallOffFollowUp(l.reason(), l.stamp(worker...))
	}},
	{"send feedback", func(l *life, c *referral.Case) error {
		return c.Referral.SendFeedback(referral.DocumentID(l.name("D")), l.stamp(worker...))
	}},
	{"acknowledge feedback", func(l *life, c *referral.Case) error {
		for e := range c.Referral.History() {
			if sent, is := e.Event.(referral.FeedbackSent); is {
				return c.Referral.AcknowledgeFeedback(sent.Document, l.stamp(worker...))
			}
		}
		return errNothing
	}},
	{"find nothing", func(l *life, c *referral.Case) error {
		return c.Referral.NothingFound(c.Referral.Needs()[0], l.reason(), l.stamp(worker...))
	}},
	{"put on a list", toPlacement(func(l *life, _ *referral.Case, p *placement.Placement) error {
		return p.WaitList(sp.DateOf(l.now).Add(l.rng.IntN(30)), l.stamp(provider...))
	})},
	{"tell the provider", toPlacement(func(l *life, _ *referral.Case, p *placement.Placement) error {
		return p.SendFeedback(placement.DocumentID(l.name("D")), l.stamp(worker...))
	})},
	{"say no", ending(provider, func(l *life, p *placement.Placement, s sp.Stamp) error { return p.Decline(l.reason(), s) })},
	{"lapse", ending([]sp.Role{sp.RoleSystem}, func(_ *life, p *placement.Placement, s sp.Stamp) error { return p.Lapse(s) })},
	{"take back", ending(theirs, func(l *life, p *placement.Placement, s sp.Stamp) error { return p.Withdraw(l.reason(), s) })},
	{"complete", ending(provider, func(l *life, p *placement.Placement, s sp.Stamp) error { return p.Complete(result(l, p.Needs()), s) })},
	{"stop", ending(theirs, func(l *life, p *placement.Placement, s sp.Stamp) error { return p.Stop(l.reason(), s) })},
	{"miss", toSession(func(l *life, x *session.Session) error { return x.Miss(session.Anxiety, l.stamp(provider...)) })},
	{"cancel", toSession(func(l *life, x *session.Session) error { return x.Cancel(l.reason(), l.stamp(theirs...)) })},
	{"decline", seldom(func(l *life, c *referral.Case) error { return c.Decline(l.reason(), l.stamp(worker...)) })},
	{"expire", seldom(func(l *life, c *referral.Case) error { return c.Expire(l.reason(), l.stamp(sp.RoleSystem)) })},
	{"close", func(l *life, c *referral.Case) error {
		return c.Close(result(l, c.Referral.Needs()), l.stamp(worker...))
	}},
	{"give up", func(l *life, c *referral.Case) error {
		return c.GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, l.stamp(worker...))
	}},
	{"record a death", seldom(func(l *life, c *referral.Case) error { return c.RecordDeath(l.stamp(worker...)) })},
	{"withdraw", seldom(func(l *life, c *referral.Case) error { return c.Withdraw(l.reason(), l.stamp(theirs...)) })},
	{"enter in error", seldom(func(l *life, c *referral.Case) error {
		return c.EnterInError(l.reason(), l.stamp(worker...))
	})},
}
