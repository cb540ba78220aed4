package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/subject"
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

// file reads what decisions about a person rest on: once for a page, and again where
// something is decided again.
func (d *Desk) file(ctx context.Context, of person.ID) (*subject.File, error) {
	f, err := subject.LoadFile(ctx, d.db, d.may, of)
	if err == nil && f.Latest() == nil { // nobody is here whom nobody referred
		err = fmt.Errorf("referral of %s: %w", of, sp.ErrNotFound)
	}
	return f, err
}

// open returns the file of a person of whom somebody may see a kind of information.
func (d *Desk) open(ctx context.Context, by sp.Actor, of person.ID, kind consent.Kind) (*subject.File, error) {
	f, err := d.file(ctx, of)
	if err != nil {
		return nil, err
	}
	return f, d.see(f, by, kind)
}

// caseOf returns a case with what is on file of whom it is about, if somebody may see a kind of it.
func (d *Desk) caseOf(ctx context.Context, by sp.Actor, id referral.ID, kind consent.Kind) (*referral.Case, *subject.File, error) {
	c, err := d.referrals.Case(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	f, err := d.open(ctx, by, c.Referral.Person(), kind)
	return c, f, err
}

// see reports whether somebody may see a kind of information about a person. Link workers
// and leads are told that they may not; to everybody else the person is then not known here.
func (d *Desk) see(f *subject.File, by sp.Actor, kind consent.Kind) error {
	q := asking(by)
	q.Kind, q.At = kind, d.now()
	err := d.policy.Decide(f.Consent(), q).Err()
	if err == nil || by.Role == sp.RoleLinkWorker || by.Role == sp.RoleTeamLead {
		return err
	}
	return fmt.Errorf("%s: %w", f.Person.Person().ID, sp.ErrNotFound)
}

// asking says who somebody is to the policy.
func asking(by sp.Actor) consent.Ask {
	q := consent.AskOf(by)
	q.Purpose = consent.DirectCare
	if by.Role == sp.RoleReferrer {
		q.Audience = consent.Health
	}
	return q
}

// reading is the permission that packages placement, letter and note ask.
func (d *Desk) reading(f *subject.File) consent.Reading {
	may := f.Reading(d.policy, d.now())
	may.Of = asking
	return may
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
