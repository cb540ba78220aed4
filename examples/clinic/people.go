package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// month lets everything happen. Each person's part is told from beginning to
// end; the database does not mind in which order it is told.
func (c *clinic) month(seed uint64) error {
	return all(c.mia(), c.arthur(), c.june(), c.hassan(), c.rose(), c.nadia(), c.others(rand.New(rand.NewPCG(seed, 0))))
}

// mia is twelve and looks after her mother, who decides for her.
func (c *clinic) mia() error {
	mother := person.Representative{
		Name: sp.Hide(person.Name{Given: "Olga"}), Person: "P-olga", Authority: person.ParentalResponsibility, Decides: sp.Yes,
	}
	child := person.Person{
		ID: "P-mia", Name: sp.Hide(person.Name{Given: "Mia"}), Born: sp.Hide(sp.NewDate(2013, time.June, 4)),
		Representatives: []person.Representative{mother},
	}
	school := by(sp.RoleReferrer, "school-2", 2)
	err := all(
		c.register(child, referral.Submission{ID: "R-mia", Urgency: referral.Soon, Source: "school", Reasons: []needs.Code{needs.Caring}}, school),
		c.refuse("A new colleague takes on Mia on her first day.", c.work("R-mia", func(k *referral.Case) error {
			return k.Referral.Accept("bea", by(sp.RoleLinkWorker, "bea", 3))
		})),
		c.meet("R-mia", 3, needs.Caring),
		c.refuse("Mia is offered to the young carers' club before her mother has agreed.", c.offer("R-mia", "PL-mia", needs.Caring, session.SmallGroup, 3)),
	)
	return all(err,
		c.agree("P-mia", "P-olga", person.ParentalResponsibility, 6), // her mother rang back
		c.offer("R-mia", "PL-mia", needs.Caring, session.SmallGroup, 6),
		c.accept("PL-mia", by(sp.RoleProvider, "carers", 9)),
		c.place("PL-mia", func(p *placement.Placement) error { return p.Start(by(sp.RoleProvider, "carers", 12)) }),
		c.attend("PL-mia", "S-mia-1", 12, true),
		c.work("R-mia", func(k *referral.Case) error {
			return all(k.Referral.SendFeedback("D-mia-1", worker(13)), k.Referral.PlanFollowUp(sp.NewDate(2026, time.March, 27), worker(13)))
		}),
	)
}

// arthur has not left his house for two years.
func (c *clinic) arthur() error {
	adjustment, _ := person.Adjustment("adjustforhighlevelsofanxiety")
	man := person.Person{
		ID: "P-arthur", Name: sp.Hide(person.Name{Given: "Arthur"}), Born: sp.Hide(sp.NewDate(1961, time.January, 20)),
		Channels: map[person.Channel]sp.Truth{person.Phone: sp.Yes, person.Letter: sp.No},
		Circumstances: sp.Hide(person.Circumstances{
			Adjustments: []sp.Code{adjustment}, GroupSize: sp.Know(1), Transport: person.Transport{Alone: sp.No},
		}),
	}
	const r, pl = referral.ID("R-arthur"), placement.ID("PL-arthur")
	err := all(
		c.register(man, referral.Submission{ID: r, Urgency: referral.Soon, Source: "gp", Reasons: []needs.Code{needs.Anxiety}}, by(sp.RoleReferrer, "dr-khan", -3)),
		c.meet(r, 2, needs.Anxiety, needs.Loneliness),
		c.agrees("P-arthur", 2),
		c.offer(r, pl, needs.Anxiety, session.Phone, 2),
		c.accept(pl, by(sp.RoleProvider, "neighbours", 4)),
		c.attend(pl, "S-arthur-1", 5, false),
		c.place(pl, func(p *placement.Placement) error {
			return all(p.Start(by(sp.RoleProvider, "neighbours", 5)), p.MoveTo(session.Home, "", worker(6)))
		}),
		c.attend(pl, "S-arthur-2", 10, false),
		c.place(pl, func(p *placement.Placement) error { return p.MoveTo(session.Accompanied, "", worker(11)) }),
		c.miss(pl, "S-arthur-3", 16),
		c.attend(pl, "S-arthur-4", 19, false),
		c.place(pl, func(p *placement.Placement) error { return p.MoveTo(session.Accompanied, "", worker(20)) }),
		c.attend(pl, "S-arthur-5", 25, true),
	)
	return all(err, c.work(r, func(k *referral.Case) error {
		return k.Referral.PlanFollowUp(sp.NewDate(2026, time.April, 14), worker(26))
	}))
}

// hassan is referred to money advice, which never answers; then two others are
// asked at once about his loneliness.
func (c *clinic) hassan() error {
	man := person.Person{ID: "P-hassan", Name: sp.Hide(person.Name{Given: "Hassan"}), Born: sp.Hide(sp.NewDate(1990, time.August, 9))}
	const r = referral.ID("R-hassan")
	garden := services[needs.Loneliness]
	err := all(
		c.register(man, referral.Submission{ID: r, Urgency: referral.Routine, Source: "self", Reasons: []needs.Code{needs.Debt}}, by(sp.RolePerson, "P-hassan", 2)),
		c.meet(r, 5, needs.Debt, needs.Loneliness),
		c.agrees("P-hassan", 5),
		c.offer(r, "PL-hassan-1", needs.Debt, session.Group, 5),
		c.place("PL-hassan-1", func(p *placement.Placement) error { return p.Lapse(by(sp.RoleSystem, "timer", 5+placement.ReplyDays)) }),
		c.work(r, func(k *referral.Case) error {
			return k.Referral.NothingFound(needs.Debt, reason.Because(reason.NoReply), worker(20))
		}),
		c.work(r, func(k *referral.Case) error {
			var offers []*placement.Placement
			for i, s := range []service{garden, choir} {
				p, err := k.Propose(placement.Proposal{
					ID: placement.ID(fmt.Sprintf("PL-hassan-%d", i+2)), Service: s.id, Provider: s.provider,
					Needs: []needs.Code{needs.Loneliness}, Group: "G-hassan",
				}, worker(20))
				if err == nil {
					err = p.Offer(told(needs.Loneliness), c.may(consent.DirectCare, 20), worker(20))
				}
				if err != nil {
					return err
				}
				offers = append(offers, p)
			}
			g, err := placement.Together("G-hassan", offers...)
			if err != nil {
				return err
			}
			return store.Save(c.ctx, c.db, k.Referral, g) // the group saves its members
		}),
	)
	accept := func(id placement.ID, who string, day int) error {
		g, err := c.placements.Group(c.ctx, "G-hassan")
		if err != nil {
			return err
		}
		if err := g.Accept(id, by(sp.RoleProvider, who, day)); err != nil {
			return err
		}
		return store.Save(c.ctx, c.db, g)
	}
	return all(err,
		accept("PL-hassan-3", "voices", 22),
		c.tellRest("PL-hassan-3", march(22)),
		c.refuse("The garden group accepts Hassan a day after the choir did.", accept("PL-hassan-2", "green-fingers", 23)),
	)
}

// rose was here a year ago, and comes back.
func (c *clinic) rose() error {
	woman := person.Person{ID: "P-rose", Name: sp.Hide(person.Name{Given: "Rose"}), Born: sp.Hide(sp.NewDate(1944, time.November, 30))}
	const before, now = referral.ID("R-rose-2025"), referral.ID("R-rose-2026")
	lastYear := -370
	err := all(
		c.register(woman, referral.Submission{ID: before, Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Inactivity}}, by(sp.RoleReferrer, "dr-lee", lastYear)),
		c.meet(before, lastYear+4, needs.Inactivity),
		c.work(before, func(k *referral.Case) error {
			return all(k.Close(needs.Result{Outcome: needs.Met}, worker(lastYear+60)), k.Referral.SendFeedback("D-rose-1", worker(lastYear+61)))
		}),
	)
	if err != nil {
		return err
	}
	r, err := c.referrals.Load(c.ctx, before)
	if err != nil {
		return err
	}
	again, err := r.ReferAgain(referral.Submission{
		ID: now, Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Grief, needs.Housing},
	}, by(sp.RoleReferrer, "dr-lee", 4))
	if err != nil {
		return err
	}
	return all(
		store.Save(c.ctx, c.db, r, again),
		c.meet(now, 11, needs.Grief, needs.Housing),
		c.agrees("P-rose", 11),
		c.work(now, func(k *referral.Case) error {
			return k.Referral.NothingFound(needs.Housing, reason.Because(reason.NoCapacity), worker(12))
		}),
		c.offer(now, "PL-rose", needs.Grief, session.Group, 12),
		c.place("PL-rose", func(p *placement.Placement) error {
			return p.WaitList(sp.NewDate(2026, time.May, 4), by(sp.RoleProvider, "hospice", 16))
		}),
	)
}

// others are twenty-five more, who come as they come.
func (c *clinic) others(rng *rand.Rand) error {
	for i := range 25 {
		if err := c.other(rng, i); err != nil {
			return err
		}
	}
	return nil
}

func (c *clinic) other(rng *rand.Rand, i int) error {
	id := person.ID(fmt.Sprintf("P-%02d", i+1))
	r, pl := referral.ID("R"+id[1:]), placement.ID("PL"+id[1:])
	wants := []needs.Code{needs.Loneliness, needs.Grief, needs.Debt, needs.Inactivity, needs.Anxiety}
	need := wants[rng.IntN(len(wants))]
	urgency := []referral.Urgency{referral.Routine, referral.Routine, referral.Routine, referral.Soon, referral.Urgent}[rng.IntN(5)]
	came := rng.IntN(40) - 10 // some were there when the month began
	err := c.register(
		person.Person{ID: id, Born: sp.Hide(sp.NewDate(1940+rng.IntN(65), time.January, 1+rng.IntN(28)))},
		referral.Submission{ID: r, Urgency: urgency, Source: "gp", Reasons: []needs.Code{need}},
		by(sp.RoleReferrer, []string{"dr-khan", "dr-lee", "nurse-owen"}[rng.IntN(3)], came),
	)
	if err != nil {
		return err
	}
	day := max(came, 1) + 3 + rng.IntN(14) // when Ann comes to it
	if day > 31 {
		return nil // still waiting
	}
	switch rng.IntN(8) {
	case 0:
		return c.work(r, func(k *referral.Case) error {
			return k.Decline(reason.Because(reason.OutsideRemit), worker(day))
		})
	case 1:
		return c.work(r, func(k *referral.Case) error {
			return all(k.Referral.Accept(ann, worker(day)), k.Referral.Attempt(person.Phone, worker(day)))
		})
	}
	if err := all(c.meet(r, day, need), c.agrees(id, day), c.offer(r, pl, need, session.SmallGroup, day)); err != nil {
		return err
	}
	if rng.IntN(3) > 0 {
		document := "D" + referral.DocumentID(id[1:])
		if err := c.work(r, func(k *referral.Case) error { return k.Referral.SendFeedback(document, worker(day)) }); err != nil {
			return err
		}
	}
	answer := c.host(pl, day+2+rng.IntN(6))
	if answer.At.After(march(31)) {
		return nil
	}
	switch rng.IntN(5) {
	case 0:
		why := []string{reason.NoCapacity, reason.TooFar, reason.NotEligible}[rng.IntN(3)]
		return c.place(pl, func(p *placement.Placement) error { return p.Decline(reason.Because(why), answer) })
	case 1:
		return nil // no answer yet
	case 2:
		return c.work(r, func(k *referral.Case) error {
			why := reason.Because(reason.PersonsChoice)
			return all(k.Withdraw(why, by(sp.RolePerson, string(id), day+1)), k.Withdraw(why, worker(day+1))) // asked, and completed
		})
	}
	return c.accept(pl, answer)
}

// attend plans a session of a placement and records that the person came.
func (c *clinic) attend(pl placement.ID, id session.ID, day int, accompanied bool) error {
	return c.session(pl, id, day, func(x *session.Session, s sp.Stamp) error {
		return x.Attend(session.Attended{Minutes: 45, Accompanied: accompanied}, s)
	})
}

// miss plans a session that the person could not face, and takes the advice on
// what to do next.
func (c *clinic) miss(pl placement.ID, id session.ID, day int) error {
	var advice session.Advice
	err := c.session(pl, id, day, func(x *session.Session, s sp.Stamp) error {
		advice = session.Advise(x.Plan().Step, session.Anxiety)
		return x.Miss(session.Anxiety, s)
	})
	if err != nil || advice.Rebook != session.BookAgain {
		return err
	}
	return c.place(pl, func(p *placement.Placement) error { return p.MoveTo(advice.Next, session.Anxiety, worker(day+1)) })
}

func (c *clinic) session(pl placement.ID, id session.ID, day int, f func(*session.Session, sp.Stamp) error) error {
	p, err := c.placements.Load(c.ctx, pl)
	if err != nil {
		return err
	}
	host := c.host(pl, day)
	x := session.New(id, c.rules)
	if err := p.PlanSession(x, march(day), host); err != nil {
		return err
	}
	if err := f(x, host); err != nil {
		return err
	}
	return store.Save(c.ctx, c.db, p, x) // p too: whoever ends the placement meanwhile meets a conflict
}

// host is the provider of a placement.
func (c *clinic) host(pl placement.ID, day int) sp.Stamp {
	p, err := c.placements.Load(c.ctx, pl)
	if err != nil {
		return sp.Stamp{} // and what it is for is refused
	}
	return sp.By(sp.Actor{ID: "provider-1", Role: sp.RoleProvider, For: string(p.Provider())}, march(day))
}
