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
	"github.com/socialprescribing/sp/referral/fhir/resource"
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

// file is what is known of her permission: she has agreed that the choir and her GP hear who
// she is, how to reach her and what it is for. She objects to her GP hearing when she was
// spoken to and whether she goes there.
func file(person.ID) (*consent.File, error) {
	f := consent.FileOf(woman(), consent.England)
	f.Holder, f.Referrer = "ann", "dr-lee"
	f.Choices = []consent.Choice{{
		ID: "C-1", By: "P-nadia", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sandholme-sharing", Version: "2026-1"}, At: at(3),
		Scope: consent.Scope{
			Purposes: []consent.Purpose{consent.DirectCare, consent.Feedback}, To: []string{string(consent.ToProvider), string(consent.ToReferrer)},
			Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
		},
	}}
	f.Objections = []consent.Objection{{ID: "O-1", By: "P-nadia", Scope: consent.Scope{To: []string{string(consent.ToReferrer), "gp", "dr-lee"}, Kinds: []consent.Kind{consent.Attendance}}, At: at(4)}}
	return &f, nil
}

// may is what the policy lets anybody see, for a purpose and on a day.
func may(f consent.Purpose, day int) consent.Permission {
	return consent.Reading{Policy: consent.StandardPolicy(), Purpose: f, At: at(day), Files: file, Of: func(a sp.Actor) consent.Ask {
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

// nadia is the case: she is lonely and has debts, and is offered the choir.
func nadia() (*referral.Case, error) {
	r := referral.New("R-nadia", transition.TableOnly{})
	c := referral.NewCase(r)
	err := errors.Join(
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

// known is what the clinic knows the GP's patients and practice by.
func known(kind string, reference resource.Value) (string, bool) {
	id, ok := map[string]string{"person Patient/4711": "P-omar", "organisation Organization/p81001": "sandholme/practice"}[kind+" "+reference.Get("reference").Text()]
	return id, ok
}

// request is what the GP's system sends.
const request = `{"resourceType":"ServiceRequest","id":"77","identifier":[{"system":"https://gp.example/requests","value":"77"}],"status":"active","intent":"order",
 "priority":"stat","subject":{"reference":"Patient/4711"},"authoredOn":"2026-03-20T16:45:00Z","requester":{"reference":"Organization/p81001"},
 "reasonCode":[{"coding":[{"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes","code":"food-insecurity"}]},{"text":"said that the fridge is empty"}]}`
