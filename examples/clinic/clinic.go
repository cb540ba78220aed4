package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
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
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A clinic is the practice with its one link worker. Everything that happens is
// loaded from the database, decided, and saved again.
type clinic struct {
	ctx        context.Context
	db         store.Driver
	referrals  *referral.Repository
	placements *placement.Repository
	sessions   *session.Repository
	rules      rules
	refused    []string       // what was tried and not allowed, to be shown
	sentBack   triage.Verdict // on the form that was not sent
}

func open(ctx context.Context, db store.Driver) *clinic {
	r := rules{trained: map[string]bool{ann: true}}
	return &clinic{
		ctx: ctx, db: db, rules: r,
		referrals:  referral.NewRepository(db, r),
		placements: placement.NewRepository(db, r),
		sessions:   session.NewRepository(db, r),
	}
}

// rules are what this clinic answers when the pathway asks who may do what. Who may see
// what is asked of the policy that ships with package consent: see permission.go.
type rules struct {
	trained map[string]bool // who may take people on
}

// Authorize implements [transition.Authorizer]: who takes people on has had the training.
func (r rules) Authorize(_ sp.Actor, do transition.Act) error {
	if do.Machine == referral.Kind && do.Command == string(referral.Accept) && do.To != "" && !r.trained[do.To] {
		return fmt.Errorf("%s has not had the training to take people on: %w", do.To, sp.ErrDenied)
	}
	return nil
}

// ann is the link worker.
const ann = "ann"

// march returns ten o'clock on a day of the month that the program is about;
// days before the first and after the last are those of the months around it.
func march(day int) time.Time { return time.Date(2026, time.March, day, 10, 0, 0, 0, time.UTC) }

func by(role sp.Role, id string, day int) sp.Stamp {
	actor := sp.Actor{ID: id, Role: role}
	switch role {
	default:
	case sp.RoleSystem:
		return sp.BySystem(id, march(day))
	case sp.RolePerson: // for themself
		actor.For = id
	case sp.RoleProvider: // for their organisation
		actor.For = "sandholme/" + id
	}
	return sp.By(actor, march(day))
}

func worker(day int) sp.Stamp { return by(sp.RoleLinkWorker, ann, day) }

// A service is what there is in Sandholme, by what it helps with.
type service struct {
	id, provider directory.ID
	name         string
}

var services = map[needs.Code]service{
	needs.Loneliness: {"sandholme/garden", "sandholme/green-fingers", "the garden group"},
	needs.Grief:      {"sandholme/bereavement", "sandholme/hospice", "the bereavement circle"},
	needs.Debt:       {"sandholme/money-advice", "sandholme/advice", "the money advice"},
	needs.Caring:     {"sandholme/young-carers", "sandholme/carers", "the young carers' club"},
	needs.Inactivity: {"sandholme/walking", "sandholme/striders", "the walking group"},
	needs.Anxiety:    {"sandholme/befriending", "sandholme/neighbours", "the befriending"},
}

// choir is a second answer to loneliness.
var choir = service{"sandholme/choir", "sandholme/voices", "the choir"}

// wording puts names to the services.
var wording = letter.Wording{Service: func(id directory.ID) string {
	for _, s := range services {
		if s.id == id {
			return s.name
		}
	}
	if id == choir.id {
		return choir.name
	}
	return string(id)
}}

// work loads a case, gives it to f, and saves what f did.
func (c *clinic) work(id referral.ID, f func(*referral.Case) error) error {
	return store.Retry(c.ctx, 3, func(ctx context.Context) error {
		k, err := c.referrals.Case(ctx, id)
		if err != nil {
			return err
		}
		if err := f(k); err != nil {
			return err
		}
		return store.Save(ctx, c.db, k)
	})
}

// place loads a placement, gives it to f, and saves what f did.
func (c *clinic) place(id placement.ID, f func(*placement.Placement) error) error {
	return store.Retry(c.ctx, 3, func(ctx context.Context) error {
		p, err := c.placements.Load(ctx, id)
		if err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
		return store.Save(ctx, c.db, p)
	})
}

// register keeps a person and the referral that somebody sends for them, at once.
func (c *clinic) register(p person.Person, a referral.Submission, s sp.Stamp) error {
	record, err := person.Register(p, s)
	if err != nil {
		return err
	}
	a.Person = p.ID
	if a.Source == "gp" || a.Source == "nurse" {
		a.From = "sandholme/surgery"
	}
	r := referral.New(a.ID, c.rules)
	if err := r.Receive(a, s); err != nil {
		return err
	}
	return store.Save(c.ctx, c.db, record, r)
}

// meet records the first conversation and what it found.
func (c *clinic) meet(id referral.ID, day int, found ...needs.Code) error {
	return c.work(id, func(k *referral.Case) error {
		return all(
			k.Referral.Accept(ann, worker(day)),
			k.Referral.Contact(person.Phone, 40, worker(day)),
			k.Referral.Assess("A-"+needs.AssessmentID(id), found, nil, worker(day)),
		)
	})
}

// offer proposes a service and sends it on, with what the provider is told.
func (c *clinic) offer(id referral.ID, pl placement.ID, need needs.Code, step session.Step, day int) error {
	return c.work(id, func(k *referral.Case) error {
		s := services[need]
		p, err := k.Propose(placement.Proposal{ID: pl, Service: s.id, Provider: s.provider, Needs: []needs.Code{need}, Step: step}, worker(day))
		if err != nil {
			return err
		}
		return p.Offer(told(need), c.may(consent.DirectCare, day), worker(day))
	})
}

// told is the least that a provider needs to know: what for, and whom and how to reach
// them only once there is a place.
func told(need needs.Code) placement.Sending {
	return placement.Sending{
		Level: placement.FullReferral, Authority: consent.Agreement,
		Items: []placement.Item{{Field: "need", Code: string(need)}}, OnceYes: []placement.Item{{Field: "name"}, {Field: "telephone-number"}},
	}
}

// accept records a provider's yes, and tells them what waited for it.
func (c *clinic) accept(id placement.ID, s sp.Stamp) error {
	return all(c.place(id, func(p *placement.Placement) error { return p.Accept(s) }), c.tellRest(id, s.At))
}

// refuse notes a refusal that the story is about; anything else is a fault.
func (c *clinic) refuse(what string, err error) error {
	if err == nil {
		return fmt.Errorf("%s was not refused", what)
	}
	c.refused = append(c.refused, what+"\n    "+inWords(err))
	return nil
}

// inWords says why something was refused as the people of the scheme say it.
func inWords(err error) string {
	if refusal, ok := errors.AsType[*transition.Refusal](err); ok {
		said := words.Table(nil).Refusal(refusal)
		switch cause := errors.Unwrap(refusal); {
		case len(refusal.Parties) > 0:
			said += "; who may: " + strings.Join(refusal.Parties, "; ")
		case len(refusal.States) > 0:
			said += ": only while " + strings.Join(refusal.States, " or ")
		case cause != nil:
			said += ": " + strings.TrimSuffix(cause.Error(), ": "+sp.ErrDenied.Error())
		}
		return said
	}
	if disclosure, ok := errors.AsType[*placement.DisclosureError](err); ok {
		var fields []string
		for i, field := range disclosure.Fields {
			why := ""
			if denied, ok := errors.AsType[*consent.DeniedError](disclosure.Reasons[i]); ok {
				why = ": " + words.Of(nil, denied.Answer.Reason)
			}
			fields = append(fields, words.Table(nil).Field(field)+why)
		}
		return "the provider may not be told " + strings.Join(fields, "; ")
	}
	return err.Error()
}

// all returns the first error.
func all(errs ...error) error { return cmp.Or(errs...) }
