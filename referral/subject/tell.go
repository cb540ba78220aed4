package subject

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
)

// Reading returns the permission that packages placement, letter and note ask: that of a
// policy on what is on file about this person, for their care, at a time. Set its Of where an
// actor does not say who somebody is.
func (f *File) Reading(p *consent.Policy, at time.Time) consent.Reading {
	file := f.Consent()
	return consent.Reading{
		Policy: p, Purpose: consent.DirectCare, At: at,
		Files: func(person.ID) (*consent.File, error) { return file, nil },
	}
}

// ToProvider is the question whether a provider may be told something for one of its services.
func ToProvider(provider, service directory.ID, at time.Time) consent.Ask {
	return consent.Ask{To: string(provider), As: consent.ToProvider, Purpose: consent.DirectCare, Service: string(service), At: at}
}

// Ask asks the provider of a placement for a place ([placement.Placement.Offer]). The items of
// the sending are all that it needs to know: what the policy lets be told with the question is
// told, and the rest waits for the yes (see [File.Disclose]). What was told stands in the
// register of the person then, as "ID of the placement-ask". If one item may not be told at all
// nobody is asked, and the error is a [*placement.DisclosureError] that says why of each.
//
//	err := f.Ask(policy, pl, placement.Sending{Level: placement.FullReferral, Items: items}, s)
//	err = store.Save(ctx, db, c, f.Register) // the question and that it was told, or neither
//
// After an error save neither the placement nor the register. The same command twice is once, and
// other words under its key are refused ([transition.KeyTaken]).
func (f *File) Ask(p *consent.Policy, pl *placement.Placement, how placement.Sending, s sp.Stamp) error {
	if err := f.tells(p, pl, s); err != nil {
		return err
	}
	if asked(pl, how, s) {
		return nil
	}
	may := f.Reading(p, s.At)
	now, yes, never := placement.Staged(may, pl.Service(), pl.Provider(), how.Audience, pl.Person(), how.Items)
	how.Items, how.OnceYes = now, slices.Concat(how.OnceYes, yes, never) // of what is never told the offer says why
	if err := pl.Offer(how, may, s); err != nil {
		return err
	}
	return f.tell(p, pl, consent.WithQuestion, register.TellingID(string(pl.ID())+"-ask"), how.Items, s)
}

// asked reports whether the provider was asked by the same command before: the same is told, be it
// with the question or with the yes, of which a policy may decide otherwise since.
func asked(pl *placement.Placement, how placement.Sending, s sp.Stamp) bool {
	for e := range pl.History() {
		sent, offered := e.Event.(placement.Offered)
		if offered && s.Key != "" && e.Stamp.Key == s.Key && e.Stamp.By == s.By {
			return sent.Level == how.Level && sent.Audience == how.Audience && same(slices.Concat(sent.Disclosed, sent.OnceYes), slices.Concat(how.Items, how.OnceYes)) &&
				(how.ReplyBy.IsZero() || sent.ReplyBy.Equal(how.ReplyBy.Truncate(time.Microsecond)))
		}
	}
	return false
}

// same reports whether two lists have the same items, in any order.
func same(a, b []consent.Item) bool {
	order := func(x, y consent.Item) int { return cmp.Or(cmp.Compare(x.Field, y.Field), cmp.Compare(x.Code, y.Code)) }
	return slices.Equal(slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order))
}

// Disclose tells the provider of a placement more, once it has said yes: what has waited for
// that ([placement.Placement.Untold]), or what it has asked for. Whether it may be told is asked
// anew, as the person may have taken it back since. It stands in the register under the ID
// then. Without items there is nothing to do. After an error save neither of the two.
//
//	err := pl.Accept(s)
//	err = f.Disclose(policy, pl, "PL-1-yes", pl.Untold(), sp.BySystem("desk", s.At))
//	err = store.Save(ctx, db, c, f.Register)
func (f *File) Disclose(p *consent.Policy, pl *placement.Placement, id register.TellingID, items []consent.Item, s sp.Stamp) error {
	if len(items) == 0 {
		return nil
	}
	if err := f.tells(p, pl, s); err != nil {
		return err
	}
	if err := pl.Disclose(placement.Disclosure{Items: items}, f.Reading(p, s.At), s); err != nil {
		return err
	}
	return f.tell(p, pl, consent.OnceYes, id, items, s)
}

// Grant tells a provider what it has asked for beside what it was told ([register.Register.Request]),
// and answers the request by that: for the first of some placements that goes on with this
// provider. It is sp.ErrNotFound where there is no such request, or no such placement. After an
// error save nothing of it.
func (f *File) Grant(p *consent.Policy, request register.RequestID, of []*placement.Placement, id register.TellingID, s sp.Stamp) error {
	asked := f.Register.Requests()
	at := slices.IndexFunc(asked, func(a register.Asked) bool { return a.Request == request })
	if at < 0 {
		return fmt.Errorf("subject: grant %s: %w", request, sp.ErrNotFound)
	}
	on := slices.IndexFunc(of, func(pl *placement.Placement) bool {
		return string(pl.Provider()) == asked[at].By && pl.May(placement.Disclose, s) == nil
	})
	if on < 0 {
		return fmt.Errorf("subject: grant %s: a placement with %s that goes on: %w", request, asked[at].By, sp.ErrNotFound)
	}
	var items []consent.Item
	for _, field := range asked[at].Fields {
		items = append(items, consent.Item{Field: field})
	}
	if err := f.Disclose(p, of[on], id, items, s); err != nil {
		return err
	}
	return f.Register.Reply(register.Replied{Request: request, Telling: id}, s)
}

// tells reports why what is on file may not be told to the provider of a placement.
func (f *File) tells(p *consent.Policy, pl *placement.Placement, s sp.Stamp) error {
	e := sp.InvalidError{Subject: "subject: tell of " + string(f.Person.Person().ID)}
	e.Check(p != nil, "policy", sp.Missing, "must be given: it decides")
	e.Check(pl != nil && pl.Person() == f.Person.Person().ID, "placement", sp.Inconsistent, "must be of this person")
	if err := e.Err(); err != nil {
		return err
	}
	return f.Register.May(register.Tell, s)
}

// tell notes in the register what a provider is told.
func (f *File) tell(p *consent.Policy, pl *placement.Placement, stage consent.Stage, id register.TellingID, items []consent.Item, s sp.Stamp) error {
	if len(items) == 0 {
		return nil
	}
	t := register.Telling{ID: id, Ask: ToProvider(pl.Provider(), pl.Service(), s.At), Items: items}
	t.Ask.Stage = stage
	_, err := f.Register.Tell(p, f.Facts(), t, s)
	return err
}
