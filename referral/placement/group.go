package placement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/internal/shelf"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/store"
)

// A GroupID names a group of offers.
type GroupID string

// A Group is several offers for the same needs, sent at once, of which the
// first to be accepted counts. Accepting one withdraws the others, and all of
// it is saved in one commit; its record in the store is written by whoever
// opens or settles it, so that of two who accept at the same moment one
// succeeds and the other meets a version conflict.
//
// Save a Group, not its members: [store.Save] with the Group writes them all.
type Group struct {
	id      GroupID
	doc     groupDoc
	version int64
	dirty   bool
	members []*Placement
}

// groupDoc is the stored form of a group.
type groupDoc struct {
	Members  []ID `json:"members"`
	Accepted ID   `json:"accepted,omitempty"`
}

// GroupKind is under which groups are stored.
const GroupKind = "placement-group"

// fewest is how many members a group has at least.
const fewest = 2

// Together opens a group of at least two placements of one referral, each of
// which was proposed with its ID. Save the group before any of them is accepted.
func Together(id GroupID, members ...*Placement) (*Group, error) {
	e := sp.InvalidError{Subject: "placement: open a group of offers"}
	e.Check(sp.ValidID(id), "id", sp.IDRule)
	e.Check(len(members) >= fewest, "members", "must be two or more")
	g := &Group{id: id, members: slices.Clone(members), dirty: true}
	for i, p := range members {
		path := fmt.Sprintf("members[%d]", i)
		if p == nil || members[0] == nil {
			e.Check(p != nil, path, "must be there")
			continue
		}
		e.Check(p.proposed.Group == id, path, "must have been proposed with the ID of this group")
		e.Check(p.proposed.Referral == members[0].proposed.Referral, path, "must belong to the same referral as the first")
		e.Check(!slices.Contains(g.doc.Members, p.id), path, "is there twice")
		g.doc.Members = append(g.doc.Members, p.id)
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

// Group loads a group with all its members, or returns an error that is [sp.ErrNotFound].
func (r *Repository) Group(ctx context.Context, id GroupID) (*Group, error) {
	g, err := shelf.Load(ctx, r.db, GroupKind, string(id), readGroup)
	if err != nil {
		return nil, err
	}
	for _, m := range g.doc.Members {
		p, err := r.Load(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("%s: load %s: %w", GroupKind, id, err)
		}
		g.members = append(g.members, p)
	}
	return g, nil
}

func readGroup(rec store.Record) (*Group, error) {
	g := &Group{id: GroupID(rec.ID), version: rec.Version}
	if err := json.Unmarshal(rec.Body, &g.doc); err != nil {
		return nil, fmt.Errorf("%s: load %s: cannot be read: %w", GroupKind, rec.ID, sp.ErrInvalid)
	}
	if len(g.doc.Members) < fewest {
		return nil, fmt.Errorf("%s: load %s: does not say of whom it is: %w", GroupKind, rec.ID, sp.ErrInvalid)
	}
	return g, nil
}

// ID returns the group's identifier.
func (g *Group) ID() GroupID { return g.id }

// Members returns the placements of the group, in the order in which it was opened.
func (g *Group) Members() []*Placement { return slices.Clone(g.members) }

// Accepted returns which placement was accepted, and false as long as none was.
func (g *Group) Accepted() (ID, bool) { return g.doc.Accepted, g.doc.Accepted != "" }

// Accept records a provider's yes to one placement and withdraws the others
// that are still open. Once one was accepted, every other yes is refused with a
// [*pathway.TransitionError], since its placement is withdrawn.
func (g *Group) Accept(id ID, s sp.Stamp) error {
	i := slices.Index(g.doc.Members, id)
	if i < 0 {
		return fmt.Errorf("placement: group %s: accept %s: is not a member: %w", g.id, id, sp.ErrNotFound)
	}
	chosen, consequence := g.members[i], s
	consequence.By.Role = sp.RoleSystem // nobody decided against the others
	if err := chosen.permit("accept", s, nil, chosen.unknown(nil)...); err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(g.members), func(p *Placement) bool { return p == chosen || !p.state.Open() })
	for _, p := range others {
		if err := p.permit("withdraw", consequence, nil); err != nil {
			return fmt.Errorf("placement: group %s: accept %s: %w", g.id, id, err)
		}
	}
	chosen.happen(Accepted{}, s)
	for _, p := range others {
		p.happen(Withdrawn{pathway.Because(pathway.OtherOfferAccepted)}, consequence)
	}
	g.doc.Accepted, g.dirty = id, true
	return nil
}

// Pending implements [store.Change].
func (g *Group) Pending() (store.Batch, error) {
	var b store.Batch
	for _, p := range g.members {
		member, err := p.Pending()
		if err != nil {
			return store.Batch{}, err
		}
		b.Puts = append(b.Puts, member.Puts...)
		b.Events = append(b.Events, member.Events...)
	}
	if !g.dirty {
		return b, nil
	}
	body, err := json.Marshal(g.doc)
	if err != nil {
		return store.Batch{}, fmt.Errorf("placement: group %s: %w", g.id, err)
	}
	b.Puts = append(b.Puts, store.Put{Key: store.Key{Kind: GroupKind, ID: string(g.id)}, If: g.version, Body: body})
	return b, nil
}

// Committed implements [store.Change].
func (g *Group) Committed() {
	for _, p := range g.members {
		p.Committed()
	}
	if g.dirty {
		g.version++
		g.dirty = false
	}
}
