package subject

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Then is what follows for a provider.
type Then string

// What follows.
const (
	Unaffected Then = "unaffected"  // what they know rests on something else
	NotOffered Then = "not-offered" // what stops they do not know yet, and are not told
	StopErase  Then = "stop-erase"  // they stop, and erase or return what they were told, except what a law makes them keep
)

// An Effect is what a withdrawal does to one placement.
type Effect struct {
	Placement placement.ID    `json:"placement"`
	Service   directory.ID    `json:"service"`
	Provider  directory.ID    `json:"provider"`
	State     placement.State `json:"state"`           // before
	Stops     []consent.Item  `json:"stops,omitempty"` // what they were told, or were to be told once they said yes, and may not be told any more
	Then      Then            `json:"then"`
}

// Ends reports whether the placement ends by it.
func (e Effect) Ends() bool { return e.Then == StopErase || e.Then == NotOffered }

// Preview returns what the withdrawal of one choice at a time would do to each placement,
// without doing anything. It asks the policy about everything that the provider was told,
// with the offer and since,
// with the choice and without it: what rests on another authority as well goes on.
func Preview(p *consent.Policy, r *register.Register, f register.Facts, choice consent.ChoiceID, placements []*placement.Placement, at time.Time) []Effect {
	before := r.File(f)
	after := *before
	after.Choices = slices.Clone(after.Choices)
	for i := range after.Choices {
		if after.Choices[i].ID == choice {
			after.Choices[i].Withdrawn = at
		}
	}
	// Of both it is asked at one moment, also where the register knows of a later one.
	var effects []Effect
	for _, pl := range placements {
		if pl.State().Open() {
			effects = append(effects, effect(p, before, &after, pl, told(r.Told(), pl), at))
		}
	}
	return effects
}

// told returns what of some tellings was to a provider and about a placement, with what went
// with the offer.
func told(tellings []register.Telling, pl *placement.Placement) []consent.Item {
	items := pl.Disclosed()
	for _, t := range tellings {
		if t.Ask.To != string(pl.Provider()) || t.Ask.Service != "" && t.Ask.Service != string(pl.Service()) || t.Ask.Purpose != consent.DirectCare {
			continue
		}
		for _, item := range t.Items {
			if !slices.Contains(items, item) {
				items = append(items, item)
			}
		}
	}
	return items
}

func effect(p *consent.Policy, before, after *consent.File, pl *placement.Placement, items []consent.Item, at time.Time) Effect {
	e := Effect{Placement: pl.ID(), Service: pl.Service(), Provider: pl.Provider(), State: pl.State(), Then: Unaffected}
	q := consent.Ask{To: string(pl.Provider()), As: consent.ToProvider, Purpose: consent.DirectCare, Service: string(pl.Service()), At: at}
	stops := func(items []consent.Item) (all []consent.Item) {
		for _, item := range items {
			q.Field, q.Code = item.Field, item.Code
			if p.Decide(before, q).Allow && !p.Decide(after, q).Allow {
				all = append(all, item)
			}
		}
		return all
	}
	var kept []consent.Item // for the provider's yes
	for _, item := range pl.Sent().OnceYes {
		if !slices.Contains(items, item) {
			kept = append(kept, item)
		}
	}
	known, waits := stops(items), stops(kept)
	switch {
	case len(known) > 0:
		e.Then, e.Stops = StopErase, append(known, waits...)
	case len(waits) > 0:
		e.Then, e.Stops = NotOffered, waits
	case len(items)+len(kept) == 0 && len(stops([]consent.Item{{Field: "name"}})) > 0:
		e.Then = NotOffered
	}
	return e
}

// Effects returns what [Withdraw] would do at a time, without doing it: [Preview] of the records
// that there are.
func Effects(ctx context.Context, db store.Driver, may transition.Authorizer, p *consent.Policy, of person.ID, choice consent.ChoiceID, at time.Time) ([]Effect, error) {
	r, facts, placements, err := resting(ctx, db, may, of)
	if err != nil {
		return nil, fmt.Errorf("subject: effects of %s for %s: %w", choice, of, err)
	}
	return Preview(p, r, facts, choice, placements, at), nil
}

// resting reads what a permission of somebody is looked at beside.
func resting(ctx context.Context, db store.Driver, may transition.Authorizer, of person.ID) (r *register.Register, facts register.Facts, placements []*placement.Placement, err error) {
	if r, err = register.NewRepository(db, may).Load(ctx, of); err != nil {
		return nil, facts, nil, err
	}
	record, err := person.NewRepository(db).Load(ctx, of)
	switch {
	case err == nil:
		facts = register.FactsOf(record.Person())
	case !errors.Is(err, sp.ErrNotFound):
		return nil, facts, nil, err
	}
	for pl, err := range placement.NewRepository(db, may).All(ctx, placement.Query{Person: of}) {
		if err != nil {
			return nil, facts, nil, err
		}
		placements = append(placements, pl)
	}
	return r, facts, placements, nil
}

// Withdraw takes one choice back and ends every placement that rests on it, with the
// sessions that are still to come, in one commit, and returns what it did. Of a provider's
// yes and a withdrawal at the same moment the store lets one be first, and the other is
// decided again: either the yes comes too late, or the placement that was accepted ends.
// Under the key of a request that comes again it does nothing, and returns the same effects,
// so that nobody forgets a provider who is to erase something because an answer was lost.
func Withdraw(ctx context.Context, db store.Driver, may transition.Authorizer, p *consent.Policy, of person.ID, choice consent.ChoiceID, s sp.Stamp) (effects []Effect, err error) {
	err = store.Retry(ctx, tries, func(ctx context.Context) error {
		effects = nil
		r, facts, placements, err := resting(ctx, db, may, of)
		if err != nil {
			return fmt.Errorf("subject: withdraw %s of %s: %w", choice, of, err)
		}
		if at, done := since(r, choice, s); done {
			effects = again(p, r, facts, choice, placements, s.Happened(at))
			return nil
		}
		effects = Preview(p, r, facts, choice, placements, s.At)
		changes, err := withdrawn(ctx, db, may, r, choice, placements, effects, s)
		if err != nil {
			return err
		}
		return store.Save(ctx, db, changes...)
	})
	return effects, err
}

// withdrawn prepares all of it before any of it is recorded.
func withdrawn(ctx context.Context, db store.Driver, may transition.Authorizer, r *register.Register, choice consent.ChoiceID, placements []*placement.Placement, effects []Effect, s sp.Stamp) ([]store.Change, error) {
	changes := []store.Change{r}
	why := reason.Because(reason.PermissionWithdrawn)
	var then []func()
	for _, e := range effects {
		if !e.Ends() {
			continue
		}
		pl := placements[slices.IndexFunc(placements, func(x *placement.Placement) bool { return x.ID() == e.Placement })]
		record, err := pl.PrepareWithdraw(why, s)
		if err != nil {
			return nil, fmt.Errorf("subject: withdraw: %w", err)
		}
		then, changes = append(then, record), append(changes, pl)
		planned := session.Query{Placement: pl.ID(), States: []session.State{session.StatePlanned}}
		for x, err := range session.NewRepository(db, may).All(ctx, planned) {
			if err == nil && x.Plan().Start.After(s.At) {
				var cancel func()
				if cancel, err = x.PrepareCancel(why, s); err == nil {
					then, changes = append(then, cancel), append(changes, x)
				}
			}
			if err != nil {
				return nil, fmt.Errorf("subject: withdraw: %w", err)
			}
		}
	}
	if err := r.Withdraw(choice, s); err != nil {
		return nil, err
	}
	for _, record := range then {
		record()
	}
	return changes, nil
}

// since returns from when a choice is withdrawn by the request of a stamp, if it is.
func since(r *register.Register, choice consent.ChoiceID, s sp.Stamp) (at time.Time, done bool) {
	for e := range r.History() {
		if w, ok := e.Event.(register.Withdrawn); ok && w.Choice == choice && s.Key != "" && e.Stamp.Key == s.Key && e.Stamp.By == s.By {
			return e.Stamp.At, true
		}
	}
	return time.Time{}, false
}

// again returns what a withdrawal did that was made under the same key: [Preview] as it was
// then, of what it ended and of what is still open.
func again(p *consent.Policy, r *register.Register, f register.Facts, choice consent.ChoiceID, placements []*placement.Placement, s sp.Stamp) (effects []Effect) {
	before := *r.File(f)
	before.Last = s.At
	before.Choices = slices.DeleteFunc(slices.Clone(before.Choices), func(c consent.Choice) bool { return c.At.After(s.At) })
	after := before
	after.Choices = slices.Clone(before.Choices)
	for i := range before.Choices {
		if before.Choices[i].ID == choice {
			before.Choices[i].Withdrawn = time.Time{}
		}
	}
	then := slices.DeleteFunc(r.Told(), func(t register.Telling) bool { return t.At.After(s.At) })
	for _, pl := range placements {
		if state := stateBefore(pl, s); state.Open() {
			e := effect(p, &before, &after, pl, told(then, pl), s.At)
			e.State = state
			effects = append(effects, e)
		}
	}
	return effects
}

// stateBefore returns the state of a placement before the request of a stamp withdrew it, or
// the one that it is in.
func stateBefore(pl *placement.Placement, s sp.Stamp) (state placement.State) {
	leads := map[store.EventType]placement.State{}
	for _, row := range placement.Table().Rows {
		if row.To != "" {
			leads[row.Event] = row.To
		}
	}
	for e := range pl.History() {
		name := e.Event.EventType()
		if name == placement.EventWithdrawn && e.Stamp.Key == s.Key && e.Stamp.By == s.Consequence().By {
			return state
		}
		if to, ok := leads[name]; ok {
			state = to
		}
	}
	return pl.State()
}
