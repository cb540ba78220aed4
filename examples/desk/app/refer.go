package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/store"
)

// A Form is what a practice sends.
type Form struct {
	Number    sp.NHSNumber                `json:"number" validate:"required"`
	Name      sp.Personal[person.Name]    `json:"name" validate:"required"`
	Born      sp.Personal[sp.Date]        `json:"born" validate:"required"`
	Telephone sp.Personal[string]         `json:"telephone" validate:"max=40"`
	Safe      map[person.Channel]sp.Truth `json:"safe"`                      // through which ways they may be reached by it
	Message   person.Leave                `json:"message" validate:"max=40"` // that may be left with whoever answers
	Urgency   referral.Urgency            `json:"urgency" validate:"required,oneof=routine soon urgent"`
	Reasons   []needs.Code                `json:"reasons" validate:"required,min=1,max=20,unique,dive,code"`
	Agreed    sp.Truth                    `json:"agreed" validate:"required"` // to be referred
}

// check returns what is wrong with a form beyond what its types say.
func (f Form) check() error {
	e := sp.InvalidError{Subject: "referral"}
	e.Check(!f.Number.IsZero(), "number", sp.Missing, "must be given")
	e.Check(f.Name.Reveal().Family != "" || f.Name.Reveal().Known != "", "name", sp.Missing, "must be given")
	e.Check(!f.Born.Reveal().IsZero(), "born", sp.Missing, "must be given")
	e.Check(f.Agreed == sp.Yes, "agreed", sp.Missing, "must be yes: nobody is referred who has not agreed to it")
	return e.Err()
}

// person returns who the form is about.
func (f Form) person(id person.ID) person.Person {
	p := person.Person{ID: id, NHSNumber: f.Number, Name: f.Name, Born: f.Born}
	if f.Telephone.Reveal() != "" {
		p.Contacts = []person.Contact{{Value: f.Telephone, Safe: f.Safe, Message: f.Message}}
	}
	return p
}

// inForm says of the fields of a person's record where in a form they come from.
var inForm = strings.NewReplacer("contacts[0].value", "telephone", "contacts[0].channel", "telephone", "contacts[0].", "", "nhsNumber", "number")

// submission returns what the referral starts from.
func (f Form) submission(of person.ID, by sp.Actor) referral.Submission {
	return referral.Submission{Person: of, Urgency: f.Urgency, Reasons: f.Reasons, Source: "gp", From: directory.ID(by.For)}
}

// Check judges a form before it is sent: whether it fits the scheme, and what to ask.
func (d *Desk) Check(_ context.Context, by sp.Actor, f Form) (triage.Verdict, error) {
	if err := only(by, sp.RoleReferrer); err != nil {
		return triage.Verdict{}, err
	}
	s := sp.By(by, d.now())
	invalid := f.check()
	v, err := triage.Preview(d.Scheme.Criteria, f.submission("P-preview", by), f.person("P-preview").Profile(sp.DateOf(s.At)), s)
	return v, errors.Join(invalid, err)
}

// Refer receives a referral. Whoever is known already is not registered again; the same
// request under the same key is received once.
func (d *Desk) Refer(ctx context.Context, a Acting, f Form) (Sent, error) {
	if err := only(a.By, sp.RoleReferrer); err != nil {
		return Sent{}, err
	}
	if err := f.check(); err != nil {
		return Sent{}, err
	}
	s, err := d.stamp(a)
	if err != nil {
		return Sent{}, err
	}
	reception := subject.Reception{DB: d.db, May: d.may, People: d.people} // what they agree to is asked in the first conversation
	r, err := reception.Receive(ctx, referral.ID("R-"+s.Key), f.person(person.ID("P-"+s.Key)), f.submission("", a.By), s)
	if invalid, ok := errors.AsType[*sp.InvalidError](err); ok {
		err = invalid.Renamed("referral", inForm.Replace)
	}
	if err != nil {
		return Sent{}, err
	}
	return d.sent(r), nil
}

// Promised returns by when somebody speaks to a person who is referred at a time.
func (d *Desk) Promised(u referral.Urgency, at time.Time) sp.Date {
	p := d.Scheme.Promises
	by, _ := p.Waiting.Due(u, p.Calendar.Date(at), p.Calendar)
	return by
}

// Sent is what a practice sees of its own referral.
type Sent struct {
	Referral referral.ID    `json:"referral"`
	Version  int64          `json:"version"`
	State    referral.State `json:"state"`
	By       sp.Date        `json:"by"` // by when somebody speaks to the person
}

func (d *Desk) sent(r *referral.Referral) Sent {
	return Sent{r.ID(), r.Version(), r.State(), d.Promised(r.Urgency(), r.Received())}
}

// Sent returns a page of the referrals of a practice, in the order of their IDs, and the cursor
// of the next, which is zero on the last. The limit is from 1 to 100.
func (d *Desk) Sent(ctx context.Context, by sp.Actor, limit int, after store.Cursor) (page []Sent, next store.Cursor, err error) {
	if err := only(by, sp.RoleReferrer); err != nil {
		return nil, next, err
	}
	found, next, err := d.referrals.Page(ctx, referral.AllList, referral.Query{Referrer: by.ID, Limit: limit}, after)
	if err != nil {
		return nil, next, fmt.Errorf("referrals of %s: %w", by.ID, err)
	}
	for _, r := range found {
		page = append(page, d.sent(r))
	}
	return page, next, nil
}
