package app

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// A Question is what a provider sees of a placement: no more than it was told.
type Question struct {
	Placement placement.ID                   `json:"placement"`
	Version   int64                          `json:"version"`
	State     placement.State                `json:"state"`
	Service   string                         `json:"service"`
	Needs     []needs.Code                   `json:"needs"`
	ReplyBy   time.Time                      `json:"replyBy"`
	Worker    referral.WorkerID              `json:"worker"` // who asks
	Name      sp.Personal[person.Name]       `json:"name"`   // after a yes
	Telephone sp.Personal[string]            `json:"telephone"`
	More      map[string]sp.Personal[string] `json:"more"`  // what was told besides, by field
	Asked     []register.Asked               `json:"asked"` // what its provider has asked to know besides, and how it stands
	Sessions  []*session.Session             `json:"-"`     // their form names the person
}

// Question returns what the provider of a placement was told. To everybody else it is not
// there.
func (d *Desk) Question(ctx context.Context, by sp.Actor, id placement.ID) (Question, error) {
	p, err := d.theirs(ctx, by, id)
	if err != nil {
		return Question{}, err
	}
	c, err := d.referrals.Case(ctx, p.Referral())
	if err != nil {
		return Question{}, err
	}
	q := Question{
		Placement: id, Version: p.Version(), State: p.State(), Service: d.Service(p.Service()), ReplyBy: p.Sent().ReplyBy,
		Worker: c.Referral.Worker(), Sessions: c.SessionsOf(id), More: map[string]sp.Personal[string]{},
	}
	f, err := d.file(ctx, p.Person())
	if err != nil {
		return Question{}, err
	}
	for _, x := range f.Register.Requests() {
		if x.By == string(p.Provider()) {
			q.Asked = append(q.Asked, x)
		}
	}
	d.reveal(f, p, &q)
	return q, nil
}

// reveal fills in what was told and may still be seen: the person may have taken it back.
func (d *Desk) reveal(f *subject.File, p *placement.Placement, q *Question) {
	who := f.Person.Person()
	still, _ := placement.Permitted(d.reading(f), p.Provider(), p.Sent().Audience, p.Person(), p.Disclosed())
	for _, item := range still {
		switch show := more[item.Field]; {
		case item.Field == placement.FieldNeed:
			q.Needs = append(q.Needs, needs.Code(item.Code))
		case item.Field == "name":
			q.Name = who.Name
		case item.Field == "telephone-number":
			if reach := who.Reach(person.Phone); len(reach) > 0 {
				q.Telephone = reach[0].Value
			}
		case show != nil:
			q.More[item.Field] = sp.Hide(show(who))
		}
	}
}

// theirs returns a placement of the provider that asks.
func (d *Desk) theirs(ctx context.Context, by sp.Actor, id placement.ID) (*placement.Placement, error) {
	missing := fmt.Errorf("placement %s: %w", id, sp.ErrNotFound)
	p, err := d.placements.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if by.Role != sp.RoleProvider || by.For != string(p.Provider()) || by.Only != "" && by.Only != "placement/"+string(id) {
		return nil, missing
	}
	return p, nil
}

// An Answer is what a provider says to a question.
type Answer struct {
	Yes  bool          `json:"yes"`
	Why  reason.Reason `json:"why"`  // of a no
	From sp.Date       `json:"from"` // when a place is expected, of "not yet"
}

// Answer takes a provider's yes, no, or "not yet". With the yes it is told who it is and how
// to reach them; with the no, the place that was held is let go: in the same commit.
func (d *Desk) Answer(ctx context.Context, a Acting, id placement.ID, answer Answer) error {
	return d.provide(ctx, a, id, func(_ *referral.Case, p *placement.Placement, s sp.Stamp) ([]store.Change, error) {
		switch {
		case answer.Yes:
			if err := p.Accept(s); err != nil {
				return nil, err
			}
			return d.disclose(ctx, p)
		case !answer.From.IsZero():
			return nil, p.WaitList(answer.From, s)
		default:
			return nil, p.Decline(answer.Why, s)
		}
	})
}

// provide changes a placement as its provider, who saw a version of it. A link for a placement
// is good for what hangs on it too, its sessions and what is asked about it: that it is theirs
// has been looked at.
func (d *Desk) provide(ctx context.Context, a Acting, id placement.ID, f func(*referral.Case, *placement.Placement, sp.Stamp) ([]store.Change, error)) error {
	p, err := d.theirs(ctx, a.By, id)
	if err != nil {
		return err
	}
	s, err := d.stamp(a)
	if err != nil {
		return err
	}
	s.By.Only = ""
	return d.referrals.ChangePlacement(ctx, p.Referral(), id, a.Seen, s, f)
}

// disclose tells a provider that has said yes what waited for it. Whether that may be told
// is asked again: the person may have taken it back since.
func (d *Desk) disclose(ctx context.Context, p *placement.Placement) ([]store.Change, error) {
	f, err := d.file(ctx, p.Person())
	if err != nil {
		return nil, err
	}
	return []store.Change{f.Register}, f.Disclose(d.policy, p, register.TellingID(p.ID()+"-yes"), p.Untold(), sp.BySystem("desk", d.now()))
}

// An Attendance says whether somebody came.
type Attendance struct {
	Start   time.Time     `json:"start" validate:"required"`
	Minutes int           `json:"minutes"`
	Cause   session.Cause `json:"cause"` // why they did not come; empty where they did
}

// Attend records that somebody came to a service or did not. The first time that they came,
// the placement has started.
func (d *Desk) Attend(ctx context.Context, a Acting, id placement.ID, at Attendance) error {
	return d.provide(ctx, a, id, func(c *referral.Case, _ *placement.Placement, s sp.Stamp) ([]store.Change, error) {
		if at.Cause != "" {
			return nil, c.Miss(id, session.ID("S-"+s.Key), at.Start, at.Cause, s)
		}
		return nil, c.Attend(id, session.ID("S-"+s.Key), at.Start, session.Attended{Minutes: at.Minutes}, s)
	})
}

// Done is how a placement came to its end: with what came of it, or before it was done and why.
type Done struct {
	Result needs.Result  `json:"result"`
	Why    reason.Reason `json:"why"` // why it stopped before; empty where it was completed
}

// Finish records that a placement has ended, as its provider says.
func (d *Desk) Finish(ctx context.Context, a Acting, id placement.ID, how Done) error {
	return d.provide(ctx, a, id, func(c *referral.Case, _ *placement.Placement, s sp.Stamp) ([]store.Change, error) {
		return nil, c.EndPlacement(id, func(p *placement.Placement, s sp.Stamp) error {
			if how.Why.Code != "" {
				return p.Stop(how.Why, s)
			}
			return p.Complete(how.Result, s)
		}, s)
	})
}
