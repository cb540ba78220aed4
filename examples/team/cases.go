package main

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/record"
)

// carry keeps who is on whose caseload.
func (s *scheme) carry() error {
	for _, c := range []struct {
		worker workforce.WorkerID
		people int
		ago    int // days since the first was received
		spoken int // of them somebody has spoken to so many
	}{{"ann", 6, 60, 6}, {"bea", 27, 80, 25}, {"cy", 3, 40, 2}, {"dee", 2, 30, 2}, {"", 1, 3, 0}} {
		for i := range c.people {
			r, err := s.received(c.worker, i, c.ago-i)
			if err != nil {
				return err
			}
			if c.worker != "" {
				err = r.Accept(c.worker, worker(c.worker, at(c.ago-i, 12)))
			}
			if err == nil && i < c.spoken {
				err = r.Contact(person.Phone, 30, worker(c.worker, at(c.ago-i-4-i%9, 10)))
			}
			if err := s.save(r, err); err != nil {
				return err
			}
		}
	}
	return s.closed()
}

// received returns the referral of somebody whom the Hill practice sent.
func (s *scheme) received(worker workforce.WorkerID, i, ago int) (*referral.Referral, error) {
	name := worker
	if name == "" {
		name = "new"
	}
	r := referral.New(referral.ID(fmt.Sprintf("R-%s-%d", name, i+1)), rules)
	dr := sp.By(sp.Actor{ID: "dr-hill", Role: sp.RoleReferrer, For: "bay/hill"}, at(ago, 9))
	return r, r.Receive(referral.Submission{
		Person: person.ID(fmt.Sprintf("P-%s-%d", name, i+1)), Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness, needs.Debt}[:1+i%2],
	}, dr)
}

// closed ends two of Ann's cases: she is to hear what became of them.
func (s *scheme) closed() error {
	for id, result := range map[referral.ID]needs.Result{
		"R-ann-5": {Outcome: needs.Met, Otherwise: needs.ByLinkWorker},
		"R-ann-6": {Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}, Otherwise: needs.ByLinkWorker},
	} {
		r, err := referral.NewRepository(s.db, rules).Load(s.ctx, id)
		if err != nil {
			return err
		}
		c := referral.NewCase(r)
		if err := s.save(c, c.Close(result, worker("ann", at(17, 15)))); err != nil {
			return err
		}
	}
	return nil
}

// refuse is the afternoon on which the practice wanted Ann to hold somebody in crisis.
func (s *scheme) refuse() error {
	s.title("What Ann was asked on 29 October, and what happened instead")
	r, err := referral.NewRepository(s.db, rules).Load(s.ctx, "R-ann-1")
	if err != nil {
		return err
	}
	remit := workforce.ProposedRemit()
	remit.From = today.Add(-90) // this scheme has had it since the summer
	for _, v := range remit.Violations([]workforce.Matter{workforce.Crisis}, sp.Known[int]{}) {
		s.say("  The practice asks her to help with %s, which is not a link worker's: %s (remit %s).", words.Of(nil, v.Matter), v.Says, v.Remit)
		s.say("  Instead: %s.", words.Of(nil, v.Instead))
		if v.Instead == workforce.RaiseConcern {
			err := r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: concern.TeamID(v.To)}, worker("ann", at(4, 16)))
			if err := s.save(r, err); err != nil {
				return err
			}
		}
		s.say("  Ann refuses, raises a concern for %s, and stays with him until they have taken it over.", own[v.To])
		if err := s.save(workforce.NotePressure(workforce.Pressure{
			ID: "PR-1", On: today.Add(-4), Worker: "ann", Practice: "bay/hill", Matter: v.Matter, Remit: v.Remit, Response: workforce.Refused,
		}, worker("ann", at(4, 17)))); err != nil {
			return err
		}
	}
	pressures, err := workforce.Pressures(s.db).List(s.ctx, record.Query{Code: "bay/hill"})
	for _, c := range workforce.PressureByPractice(pressures) {
		s.say("  %s has asked %d time for what is not theirs; taken on all the same: %d", c.Practice, c.Asked, c.Taken)
	}
	return err
}

// give shows that nobody is given a case silently who is away, or carries too much.
func (s *scheme) give() error {
	s.title("A young person was referred on Friday. Who can see them?")
	for _, to := range []referral.WorkerID{"dee", "bea"} {
		room, err := s.limits.Give(s.ctx, s.db, rules, "R-new-1", to, worker(to, at(0, 8)))
		s.say("  %-4s %s", to, refused(room, err))
	}
	fit, _ := workforce.Suitable(s.team, workforce.Wish{Area: "bay", Ages: workforce.YoungPeople}, today)
	for _, w := range fit {
		s.say("  Of those who are there, %s is the one who works with %s of the bay.", w.ID, words.Of(nil, workforce.YoungPeople))
	}
	s.say("  They wait in the intake queue, because %s, and somebody looks again on %s.", words.Of(nil, caseload.NobodyRoom), today.Add(7))
	return s.save(caseload.Queue(caseload.Queued{Referral: "R-new-1", On: today, Why: caseload.NobodyRoom, Look: today.Add(7)}, lead(at(0, 8))))
}

// handOver gives Ann's people to others, one by one.
func (s *scheme) handOver() error {
	offering := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, By: today.Add(14), Cases: []caseload.Pass{
		{Referral: "R-ann-1", To: "cy"}, {Referral: "R-ann-2", To: "cy"}, {Referral: "R-ann-3", To: "bea"}, {Referral: "R-ann-4", To: "cy"},
	}}
	h := caseload.New("H-ann", rules)
	if err := s.save(h, h.Offer(offering, lead(at(0, 10)))); err != nil {
		return err
	}
	for i, answer := range []struct {
		by    workforce.WorkerID
		about referral.ID
		no    caseload.No
		next  referral.WorkerID
	}{
		{"cy", "R-ann-1", "", ""}, {"cy", "R-ann-2", "", ""}, {"bea", "R-ann-3", caseload.NoRoom, "cy"}, {"cy", "R-ann-3", "", ""}, {"cy", "R-ann-4", caseload.Knows, ""},
	} {
		h, err := caseload.NewRepository(s.db, rules).Load(s.ctx, "H-ann")
		if err != nil {
			return err
		}
		r, err := s.weighed(answer.about, answer.by)
		if err != nil {
			return err
		}
		stamp := worker(answer.by, at(0, 11+i))
		if answer.no != "" {
			err = h.Refuse(r, answer.no, answer.next, stamp)
		} else {
			err = h.Accept(r, stamp)
		}
		if err := s.save(h, err); err != nil {
			return err
		}
	}
	return s.protocol()
}

// weighed returns a referral that knows what somebody would carry with it.
func (s *scheme) weighed(id referral.ID, by referral.WorkerID) (*referral.Referral, error) {
	referrals := referral.NewRepository(s.db, s.limits)
	r, err := referrals.Load(s.ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := referrals.Caseload(s.ctx, by)
	if err != nil {
		return nil, err
	}
	_, err = s.limits.Supply(r, c, at(0, 10))
	return r, err
}

// protocol prints what happened to Ann's caseload, from the log.
func (s *scheme) protocol() error {
	h, err := caseload.NewRepository(s.db, rules).Load(s.ctx, "H-ann")
	if err != nil {
		return err
	}
	s.title("Ann's caseload is handed over, because " + words.Of(nil, h.Why()) + "; to be answered by " + h.By().String())
	for e := range h.History() {
		said := ""
		switch e := e.Event.(type) {
		case caseload.Offered:
			said = fmt.Sprintf("offers %d cases of %s; until somebody says yes they stay with %s", len(e.Cases), e.From, e.From)
		case caseload.Accepted:
			said = "takes " + string(e.Referral)
		case caseload.Refused:
			said = answered(e)
		}
		s.say("  %s  %-5s%s", e.Stamp.At.Format("2 January 15:04"), e.Stamp.By.ID, said)
	}
	s.say("")
	for _, p := range h.Passes() {
		r, err := referral.NewRepository(s.db, nil).Load(s.ctx, p.Referral)
		if err != nil {
			return err
		}
		s.say("  %s is with %s", p.Referral, r.Worker())
	}
	return nil
}

// partners are with whom the scheme works.
var partners = []string{"bay/council", "bay/green", "bay/choir", "bay/hill"}

// meetings are the forums of the quarter: to the second of them nobody invited a link worker.
func meetings() []forum.Meeting {
	in := func(who string, as sp.Role, came sp.Truth) forum.Invitation {
		return forum.Invitation{Who: who, As: as, On: today.Add(-50), Came: came}
	}
	council, green := in("bay/council", sp.RoleReferrer, sp.Yes), in("bay/green", sp.RoleProvider, sp.Yes)
	return []forum.Meeting{
		{ID: "F-1", Area: "bay", Organiser: "bay/alliance", On: today.Add(-30), Invited: []forum.Invitation{in("ann", sp.RoleLinkWorker, sp.Yes), council, green, in("bay/choir", sp.RoleProvider, sp.No)}},
		{ID: "F-2", Area: "bay", Organiser: "bay/council", On: today.Add(-10), Invited: slices.Clone([]forum.Invitation{council, green})},
	}
}
