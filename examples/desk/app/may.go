package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/transition"
)

// ownCaseload says what is allowed beyond the tables: a link worker works on their own
// caseload and takes on for themself. What a team answers to a concern a second worker
// records, whose case it is not.
type ownCaseload struct{}

// Authorize implements transition.Authorizer.
func (ownCaseload) Authorize(by sp.Actor, do transition.Act) error {
	second := do.Command == string(referral.AcceptHandOver) || do.Command == string(referral.AnswerHandOver)
	if by.Role != sp.RoleLinkWorker || do.Machine != referral.Kind || second || do.Worker == "" || do.To == by.ID {
		return nil
	}
	return holds(by, do.Worker)
}

// ofNobody lets a case be taken on only as long as nobody has it: what is another's comes by a
// hand-over.
type ofNobody struct{}

// Authorize implements transition.Authorizer.
func (ofNobody) Authorize(_ sp.Actor, do transition.Act) error {
	if do.Command == string(referral.Assign) {
		return fmt.Errorf("it is on the caseload of another worker: %w", sp.ErrDenied)
	}
	return nil
}

// holds reports whether a case is on somebody's own caseload.
func holds[ID ~string](by sp.Actor, worker ID) error {
	if by.Role == sp.RoleLinkWorker && string(worker) == by.ID {
		return nil
	}
	return fmt.Errorf("it is on the caseload of another worker: %w", sp.ErrDenied)
}

// See reports whether somebody may see a kind of information about a person. Link workers
// and leads are told that they may not; to everybody else the person is then not known here.
func (d *Desk) See(ctx context.Context, by sp.Actor, of person.ID, kind consent.Kind) error {
	file, err := d.file(ctx, of)
	if err != nil {
		return err
	}
	q := asking(by)
	q.Kind, q.At = kind, d.now()
	err = d.policy.Decide(file, q).Err()
	if err == nil || by.Role == sp.RoleLinkWorker || by.Role == sp.RoleTeamLead {
		return err
	}
	return fmt.Errorf("%s: %w", of, sp.ErrNotFound)
}

// asking says who somebody is to the policy.
func asking(by sp.Actor) consent.Ask {
	q := consent.Ask{To: by.ID, As: consent.RecipientOf(by), Purpose: consent.DirectCare}
	switch by.Role {
	default:
	case sp.RoleProvider, sp.RolePerson:
		q.To = by.For
	case sp.RoleReferrer:
		q.To, q.Audience = by.For, consent.Health
	}
	return q
}

// reading is the permission that packages placement, letter and note ask.
func (d *Desk) reading(ctx context.Context) consent.Reading {
	return consent.Reading{
		Policy: d.policy, Purpose: consent.DirectCare, At: d.now(), Of: asking,
		Files: func(of person.ID) (*consent.File, error) { return d.file(ctx, of) },
	}
}

// file gathers what a decision about a person rests on.
func (d *Desk) file(ctx context.Context, of person.ID) (*consent.File, error) {
	r, err := d.registered(ctx, of)
	if err != nil {
		return nil, err
	}
	facts, err := d.facts(ctx, of)
	if err != nil {
		return nil, err
	}
	return r.File(facts), nil
}

// facts are those of the person's record, and who holds their case.
func (d *Desk) facts(ctx context.Context, of person.ID) (register.Facts, error) {
	p, err := d.persons.Load(ctx, of)
	if err != nil {
		return register.Facts{}, err
	}
	facts := register.FactsOf(p.Person())
	r, err := d.latest(ctx, of)
	if err != nil {
		return register.Facts{}, err
	}
	facts.Holder, facts.Referrer = string(r.Worker()), string(r.From())
	if facts.Holder == "" { // who is referred anew stays with whom they are: the others do not read what was said there
		facts.Holder, err = d.heldBy(ctx, of)
	}
	return facts, err
}

// heldBy returns who holds an open referral of a person, or nobody.
func (d *Desk) heldBy(ctx context.Context, of person.ID) (string, error) {
	for r, err := range d.referrals.All(ctx, referral.Query{Person: of}) {
		if err != nil {
			return "", err
		}
		if r.State().Open() && r.Worker() != "" {
			return string(r.Worker()), nil
		}
	}
	return "", nil
}

// latest returns the referral of a person that was received last.
func (d *Desk) latest(ctx context.Context, of person.ID) (*referral.Referral, error) {
	var last *referral.Referral
	for r, err := range d.referrals.All(ctx, referral.Query{Person: of}) {
		if err != nil {
			return nil, err
		}
		if last == nil || r.Received().After(last.Received()) {
			last = r
		}
	}
	if last == nil {
		return nil, fmt.Errorf("referral of %s: %w", of, sp.ErrNotFound)
	}
	return last, nil
}

// only lets in those of some roles.
func only(by sp.Actor, roles ...sp.Role) error {
	if slices.Contains(roles, by.Role) {
		return nil
	}
	return fmt.Errorf("it is not for a %s: %w", by.Role, sp.ErrDenied)
}

// hidden reports whether an error says that somebody may not see something.
func hidden(err error) bool { return errors.Is(err, sp.ErrDenied) || errors.Is(err, sp.ErrNotFound) }
