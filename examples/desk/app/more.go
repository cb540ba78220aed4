package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/feedback"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// more are the fields that a provider may ask for beside what it is told with every yes.
var more = map[string]func(person.Person) string{
	"born":    func(p person.Person) string { return p.Born.Reveal().String() },
	"address": func(p person.Person) string { return strings.Join(p.Address.Reveal().Lines, ", ") },
}

// A Wish is what a provider asks to know besides, and why, as a code.
type Wish struct {
	Fields []string `json:"fields" validate:"required,min=1,max=5,unique,dive,code"`
	Why    string   `json:"why" validate:"required,code"` // such as "safety-on-site"
}

// AskMore records that a provider asks for more than it was told. Whoever holds the case
// answers.
func (d *Desk) AskMore(ctx context.Context, a Acting, id placement.ID, w Wish) error {
	for i, f := range w.Fields {
		if more[f] == nil {
			return sp.Invalid("request", fmt.Sprintf("fields[%d]", i), sp.NotListed, "must be one of "+strings.Join(slices.Sorted(maps.Keys(more)), ", "))
		}
	}
	return d.provide(ctx, a, id, func(_ *referral.Case, p *placement.Placement, s sp.Stamp) ([]store.Change, error) {
		r, err := d.registers.LoadOrNew(ctx, p.Person())
		if err != nil {
			return nil, err
		}
		return []store.Change{r}, r.Request(register.Requested{
			Request: register.RequestID("M-" + s.Key), By: string(p.Provider()), As: consent.ToProvider, Fields: w.Fields, Reason: w.Why,
		}, s)
	})
}

// A Reply answers what a provider asked for.
type Reply struct {
	Request register.RequestID `json:"request" validate:"required,max=200"`
	Yes     bool               `json:"yes"`
	Why     string             `json:"why" validate:"omitempty,code"` // of a no
}

// AnswerMore tells a provider what it asked for, as far as the person lets it be told, or says
// why not. It is for whoever holds the case.
func (d *Desk) AnswerMore(ctx context.Context, a Acting, id referral.ID, reply Reply) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := holds(a.By, c.Referral.Worker()); err != nil {
			return nil, err
		}
		f, err := d.file(ctx, c.Referral.Person())
		if err != nil {
			return nil, err
		}
		if reply.Yes {
			return []store.Change{f.Register}, f.Grant(d.policy, reply.Request, c.Placements, register.TellingID(s.Key+"-more"), s)
		}
		return []store.Change{f.Register}, f.Register.Reply(register.Replied{Request: reply.Request, Refused: reply.Why}, s)
	})
}

// MessageBack returns the message that tells whoever referred somebody what became of it.
func (d *Desk) MessageBack(ctx context.Context, id referral.ID, at time.Time) (*feedback.Message, error) {
	c, err := d.referrals.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	f, err := d.file(ctx, c.Referral.Person())
	if err != nil {
		return nil, err
	}
	return letter.MessageBack(c, d.wording(), d.reading(f), at), nil
}

// SentBack records that a message back was sent, under the name of its document: in the
// referral that it was, and in the register of the person what it told to whom.
func (d *Desk) SentBack(ctx context.Context, m *feedback.Message, document referral.DocumentID) error {
	s := sp.BySystem("desk", d.now()).Under(string(document))
	return d.referrals.Change(ctx, m.Referral, 0, s, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := c.Referral.SendFeedback(document, s); err != nil || len(m.Told) == 0 {
			return nil, err
		}
		f, err := d.file(ctx, c.Referral.Person())
		if err != nil {
			return nil, err
		}
		_, err = f.Register.Tell(d.policy, f.Facts(), register.Telling{ID: register.TellingID(document), Ask: asking(m.To), Items: m.Items()}, s)
		return []store.Change{f.Register}, err
	})
}

// A Door is what a link opens for somebody without an account: which page, as whom, until when.
type Door struct {
	To    string
	Actor sp.Actor
	Until time.Time
}

// ProviderDoor is where the provider of a placement answers for it, and for nothing else.
func ProviderDoor(of placement.ID, provider directory.ID, until time.Time) Door {
	return Door{"/provider/" + string(of), sp.Actor{ID: "link", Role: sp.RoleProvider, For: string(provider), Only: "placement/" + string(of)}, until}
}

// visiting is for how long somebody's own page is open to them.
const visiting = 7 * 24 * time.Hour

// PersonDoor is where somebody sees their own page. Whoever holds the case gives it to them.
func (d *Desk) PersonDoor(ctx context.Context, by sp.Actor, id referral.ID) (Door, error) {
	r, err := d.referrals.Load(ctx, id)
	if err != nil {
		return Door{}, err
	}
	of := string(r.Person())
	return Door{"/mine", sp.Actor{ID: of, Role: sp.RolePerson, For: of, Only: register.Kind + "/" + of}, d.now().Add(visiting)}, holds(by, r.Worker())
}
