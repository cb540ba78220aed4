package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// Options are what could help somebody with one need: what fits, with its reasons and what
// to ask first, and what would fit after one change.
type Options struct {
	Referral referral.ID                 `json:"referral"`
	Version  int64                       `json:"version"`
	Need     needs.Code                  `json:"need"`
	Fits     []matching.Proposal         `json:"fits"`
	NearMiss []matching.NearMiss         `json:"nearMisses"`
	Rooms    map[directory.ID]place.Room `json:"rooms"` // by offer
	Tried    []directory.ID              `json:"tried"` // services that this person was with, or that said no
}

// most is how many options are shown at a time.
const most = 10

// Options returns what could help with a need of somebody.
func (d *Desk) Options(ctx context.Context, by sp.Actor, id referral.ID, need needs.Code) (Options, error) {
	if err := only(by, sp.RoleLinkWorker, sp.RoleTeamLead); err != nil {
		return Options{}, err
	}
	c, f, err := d.caseOf(ctx, by, id, consent.Needs)
	if err != nil {
		return Options{}, err
	}
	s, err := d.searched()
	if err != nil {
		return Options{}, err
	}
	now := d.now()
	o := Options{Referral: id, Version: c.Version(), Need: need, Tried: slices.Sorted(maps.Keys(c.Tried()))}
	ask := matching.Request{At: now, Limit: most, Needs: []needs.Code{need}, Without: o.Tried}
	profile := f.Person.Person().Profile(d.Scheme.Promises.Calendar.Date(now))
	if o.Fits, o.NearMiss, err = s.index.Find(profile, ask); err != nil {
		return Options{}, err
	}
	var offers []directory.ID
	for _, fit := range o.Fits {
		offers = append(offers, fit.Offer.ID)
	}
	o.Rooms, err = place.NewRepository(d.db).Rooms(ctx, offers, now, directory.CapacityLife)
	return o, err
}

// An Offer asks a provider for a place for somebody.
type Offer struct {
	Offer   directory.ID `json:"offer" validate:"required"` // of the directory
	Need    needs.Code   `json:"need" validate:"required,code"`
	ReplyBy time.Time    `json:"replyBy"` // by when they are to answer; zero is in two weeks
}

// told is the least that a provider needs to know: what for, with the question, and who
// and how to reach them once there is a place.
func told(need needs.Code) []consent.Item {
	return []consent.Item{{Field: "need", Code: string(need)}, {Field: "name"}, {Field: "telephone-number"}}
}

// Offer proposes a service to somebody, asks its provider, holds a place until the answer
// is due, and records what the provider is told: one commit, or nothing. The error is a
// *place.FullError if somebody else has taken the last place.
func (d *Desk) Offer(ctx context.Context, a Acting, id referral.ID, o Offer) (placement.ID, error) {
	s, err := d.stamp(a)
	if err != nil {
		return "", err
	}
	entry, err := d.offered(o.Offer)
	if err != nil {
		return "", err
	}
	name := placement.ID("PL-" + s.Key)
	return name, d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		p, err := c.Propose(placement.Proposal{
			ID: name, Service: entry.Service, Venue: venue(entry),
			Provider: cmp.Or(entry.Organisation, entry.Service), Needs: []needs.Code{o.Need},
		}, s)
		if err != nil {
			return nil, err
		}
		return d.ask(ctx, p, o, s)
	})
}

// ask sends a proposal to its provider with what may be told, and holds its place.
func (d *Desk) ask(ctx context.Context, p *placement.Placement, o Offer, s sp.Stamp) ([]store.Change, error) {
	f, err := d.file(ctx, p.Person())
	if err != nil {
		return nil, err
	}
	sending := placement.Sending{Level: placement.FullReferral, Items: told(o.Need), ReplyBy: o.ReplyBy}
	if err := f.Ask(d.policy, p, sending, s); err != nil {
		return nil, err
	}
	book := held.NewBook(d.db)
	return []store.Change{f.Register, book}, book.Hold(ctx, p, p.Sent().ReplyBy, s)
}

// venue returns the venue of an offer, if it is at a place.
func venue(o directory.Offer) directory.ID {
	if o.Place == "" {
		return ""
	}
	return o.ID
}
