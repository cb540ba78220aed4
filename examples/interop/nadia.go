package main

import (
	"errors"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/transition"
)

// at returns ten o'clock on a day of March 2026.
func at(day int) time.Time { return time.Date(2026, time.March, day, 10, 0, 0, 0, time.UTC) }

func drLee(day int) sp.Stamp {
	return sp.By(sp.Actor{ID: "dr-lee", Role: sp.RoleReferrer, For: "sandholme/practice"}, at(day))
}

func ann(day int) sp.Stamp { return sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, at(day)) }

func choir(day int) sp.Stamp {
	return sp.By(sp.Actor{ID: "choir-desk", Role: sp.RoleProvider, For: "sandholme/choir"}, at(day))
}

// woman is who it is about.
func woman() person.Person {
	return person.Person{ID: "P-nadia", Name: sp.Hide(person.Name{Given: "Nadia"}), Born: sp.Hide(sp.NewDate(1969, 10, 12))}
}

// bo takes her over in another scheme.
func bo(day int) sp.Stamp { return sp.By(sp.Actor{ID: "bo", Role: sp.RoleLinkWorker}, at(day)) }

// agreed is what she has agreed to: that the choir and her GP hear who she is, how to reach
// her and what it is for.
func agreed() []consent.Choice {
	return []consent.Choice{{
		ID: "C-1", By: "P-nadia", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sandholme-sharing", Version: "2026-1"}, At: at(3),
		Scope: consent.Scope{
			Purposes: []consent.Purpose{consent.DirectCare, consent.Feedback}, To: []string{string(consent.ToProvider), string(consent.ToReferrer)},
			Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
		},
	}}
}

// file is what is known of her permission. She objects to her GP hearing when she was spoken
// to and whether she goes there.
func file(person.ID) (*consent.File, error) {
	f := consent.FileOf(woman(), consent.England)
	f.Holder, f.Referrer, f.Choices = "ann", "dr-lee", agreed()
	f.Objections = []consent.Objection{{ID: "O-1", By: "P-nadia", Scope: consent.Scope{To: []string{string(consent.ToReferrer), "gp", "dr-lee"}, Kinds: []consent.Kind{consent.Attendance}}, At: at(4)}}
	return &f, nil
}

// may is what our policy lets anybody see, for a purpose and on a day.
func may(f consent.Purpose, day int) consent.Permission { return policy(f, day, file) }

func policy(f consent.Purpose, day int, files func(person.ID) (*consent.File, error)) consent.Permission {
	return consent.Reading{Policy: consent.StandardPolicy(), Purpose: f, At: at(day), Files: files, Of: func(a sp.Actor) consent.Ask {
		q := consent.Ask{To: a.ID, As: consent.RecipientOf(a)}
		if a.Role == sp.RoleProvider {
			q.To = a.For
		}
		if a.Role == sp.RoleReferrer {
			q.Audience = consent.Health
		}
		return q
	}}
}

// assessed is what Ann found out with her: she is lonely, has debts, and would sing again.
func assessed() (*needs.Assessment, error) {
	a := needs.New("A-nadia", transition.TableOnly{})
	return a, errors.Join(
		a.Open("P-nadia", ann(3)),
		a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Severity: needs.Severe, Source: sp.RolePerson}, nil, ann(3)),
		a.Identify(needs.Finding{ID: "N-2", Code: needs.Debt, Severity: needs.Mild, Source: sp.RolePerson}, nil, ann(3)),
		a.Order([]needs.ID{"N-1", "N-2"}, ann(3)),
		a.SetGoal("G-1", []needs.ID{"N-1"}, sp.NewDate(2026, 6, 1), ann(5)),
	)
}

// plan is what she has agreed to try, in her words.
func plan() needs.Plan {
	return needs.Plan{Assessment: "A-nadia", Person: "P-nadia", Items: []needs.Item{{
		Goal: "G-1", Words: sp.Hide("to sing with others, as I did at school"), Steps: []needs.Step{{Carrier: "PL-choir"}},
	}}}
}

// nadia is the case: she is lonely and has debts, and is offered the choir.
func nadia() (*referral.Case, error) {
	a, err := assessed()
	if err != nil {
		return nil, err
	}
	r := referral.New("R-nadia", transition.TableOnly{})
	c := referral.NewCase(r, a)
	err = errors.Join(
		r.Receive(referral.Submission{
			Person: "P-nadia", Urgency: referral.Soon, Source: "gp", From: "sandholme/practice", Medium: referral.Structured, Reasons: []needs.Code{needs.Loneliness, needs.Debt},
		}, drLee(2)),
		r.Accept("ann", ann(2)),
		r.Contact(person.Phone, 40, ann(3)),
	)
	if err != nil {
		return nil, err
	}
	p, err := c.Propose(placement.Proposal{
		ID: "PL-choir", Service: "sandholme/choir-thursdays", Provider: "sandholme/choir", Needs: []needs.Code{needs.Loneliness}, Step: session.SmallGroup,
	}, ann(5))
	if err != nil {
		return nil, err
	}
	items := []placement.Item{{Field: "name"}, {Field: "need", Code: string(needs.Loneliness)}}
	now, later, _ := placement.Staged(may(consent.DirectCare, 6), p.Service(), p.Provider(), consent.Community, p.Person(), items)
	return c, p.Offer(placement.Sending{Level: placement.FullReferral, Items: now, OnceYes: later}, may(consent.DirectCare, 6), ann(6))
}

// wording has the name of the choir, which tells no need.
var wording = letter.Wording{
	Service: func(directory.ID) string { return "the Thursday choir" },
	Reveals: func(directory.ID) []needs.Code { return nil },
}
