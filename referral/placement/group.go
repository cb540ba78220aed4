package placement

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A GroupID names a group of offers.
type GroupID string

// A Group is several offers for the same needs, sent at once, of which the
// first to be accepted counts. Accepting one withdraws the others with their
// sessions, and all of it is saved in one commit; its record in the store is
// written by whoever opens or settles it, so that of two who accept at the same
// moment one succeeds and the other meets a version conflict.
//
// Save a Group, not its members: [store.Save] with the Group writes them all.
type Group struct {
	id       GroupID
	doc      groupDoc
	version  int64
	dirty    bool
	members  []*Placement
	sessions []*session.Session // that the members had planned when it was loaded
}

// groupForm is the form in which groups are stored. A new form gets a new number, and
// the reader goes on reading the old ones.
const groupForm = 1

// groupDoc is what is stored of a group.
type groupDoc struct {
	Members  []ID `json:"members"`
	Accepted ID   `json:"accepted,omitempty"`
}

// GroupKind is under which groups are stored.
const GroupKind = "placement-group"

// fewest is how many members a group has at least.
const fewest = 2

// Together opens a group of at least two placements of one referral, each of
// which was proposed with its ID. Save the group before any of them is accepted, in
// the commit of the referral that proposed them: store.Save(ctx, db, c.Referral, group).
func Together(id GroupID, members ...*Placement) (*Group, error) {
	e := sp.InvalidError{Subject: "placement: open a group of offers"}
	e.CheckID(string(id), "id")
	e.Check(len(members) >= fewest, "members", sp.OutOfRange, "must be two or more")
	g := &Group{id: id, members: slices.Clone(members), dirty: true}
	for i, p := range members {
		path := fmt.Sprintf("members[%d]", i)
		if p == nil || members[0] == nil {
			e.Check(p != nil, path, sp.Missing, "must be there")
			continue
		}
		e.Check(p.proposed.Group == id, path, sp.Inconsistent, "must have been proposed with the ID of this group")
		e.Check(p.proposed.Referral == members[0].proposed.Referral, path, sp.Inconsistent, "must belong to the same referral as the first")
		e.Check(!slices.Contains(g.doc.Members, p.id), path, sp.Duplicate, "is there twice")
		g.doc.Members = append(g.doc.Members, p.id)
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

// Group loads a group with all its members and the sessions that they have
// planned, or returns an error that is [sp.ErrNotFound].
func (r *Repository) Group(ctx context.Context, id GroupID) (*Group, error) {
	g, err := store.Load(ctx, r.db, GroupKind, string(id), readGroup)
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
	planned := session.Query{Referral: g.members[0].proposed.Referral, States: []session.State{session.StatePlanned}}
	for x, err := range session.NewRepository(r.db, r.may).All(ctx, planned) {
		if err != nil {
			return nil, fmt.Errorf("%s: load %s: %w", GroupKind, id, err)
		}
		if slices.Contains(g.doc.Members, x.Plan().Placement) {
			g.sessions = append(g.sessions, x)
		}
	}
	return g, nil
}

func readGroup(rec store.Record) (*Group, error) {
	g := &Group{id: GroupID(rec.ID), version: rec.Version}
	if n := store.FormOf(rec.Body); n != groupForm {
		return nil, fmt.Errorf("%s: load %s: is stored in form %d, and this program knows %d: %w", GroupKind, rec.ID, n, groupForm, sp.ErrInvalid)
	}
	if err := store.Unmarshal(rec.Body, &g.doc); err != nil {
		return nil, fmt.Errorf("%s: load %s: cannot be read: %w", GroupKind, rec.ID, sp.ErrInvalid)
	}
	if len(g.doc.Members) < fewest {
		return nil, fmt.Errorf("%s: load %s: does not say of whom it is: %w", GroupKind, rec.ID, sp.ErrInvalid)
	}
	return g, nil
}

// ID returns the group's identifier.
func (g *Group) ID() GroupID { return g.id }

// String returns "placement-group G-7": who is asked, and for whom, is nothing for a log.
func (g *Group) String() string { return "placement-group " + string(g.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (g *Group) Format(f fmt.State, _ rune) { f.Write([]byte(g.String())) }

// LogValue implements [slog.LogValuer].
func (g *Group) LogValue() slog.Value { return slog.StringValue(g.String()) }

// Members returns the placements of the group, in the order in which it was opened.
func (g *Group) Members() []*Placement { return slices.Clone(g.members) }

// Accepted returns which placement was accepted, and false as long as none was.
func (g *Group) Accepted() (ID, bool) { return g.doc.Accepted, g.doc.Accepted != "" }

// Accept records a provider's yes to one placement, withdraws the others that
// are still open, and calls off the sessions of theirs that are still to come. If
// any of it is refused, nothing changes. Once one was accepted, every other yes is
// refused with a [*transition.Refusal], since its placement is withdrawn; and
// while the person is already going to one of the others, it is refused as well.
func (g *Group) Accept(id ID, s sp.Stamp) error {
	i := slices.Index(g.doc.Members, id)
	if i < 0 {
		return fmt.Errorf("placement: group %s: accept %s: is not a member: %w", g.id, id, sp.ErrNotFound)
	}
	chosen := g.members[i]
	others := slices.DeleteFunc(slices.Clone(g.members), func(p *Placement) bool { return p == chosen || !p.state.Open() })
	sessions := slices.DeleteFunc(slices.Clone(g.sessions), func(x *session.Session) bool {
		return x.Plan().Placement == id || x.State() != session.StatePlanned || !x.Plan().Start.After(s.At)
	})
	var e sp.InvalidError
	for _, p := range others {
		if p.state == StateStarted { // by the person themself, whom nobody had to accept
			e.Check(false, "placement", sp.WrongState, fmt.Sprintf("must wait until placement %s has ended, where the person is already going", p.id))
		}
	}
	ready, err := chosen.root.Prepare(view{p: chosen, grouped: true}, Accept, "", s, e.Fields, Accepted{})
	if err != nil || !ready.Waits() {
		return err
	}
	why := reason.Because(reason.OtherOfferAccepted)
	var then []func()
	for _, p := range others {
		record, err := p.PrepareWithdraw(why, s) // nobody decided against it
		if err != nil {
			return fmt.Errorf("placement: group %s: accept %s: %w", g.id, id, err)
		}
		then = append(then, record)
	}
	for _, x := range sessions {
		record, err := x.PrepareCancel(why, s)
		if err != nil {
			return fmt.Errorf("placement: group %s: accept %s: %w", g.id, id, err)
		}
		then = append(then, record)
	}
	ready.Record()
	for _, record := range then {
		record()
	}
	g.doc.Accepted, g.dirty = id, true
	return nil
}

// changes returns what is saved with the group.
func (g *Group) changes() store.Changes {
	var changes store.Changes
	for _, p := range g.members {
		changes = append(changes, p)
	}
	for _, x := range g.sessions {
		changes = append(changes, x)
	}
	return changes
}

// Pending implements [store.Change].
func (g *Group) Pending() (store.Batch, error) {
	b, err := g.changes().Pending()
	if err != nil || !g.dirty {
		return b, err
	}
	body, err := store.EncodeForm(groupForm, g.doc)
	if err != nil {
		return store.Batch{}, fmt.Errorf("placement: group %s: %w", g.id, err)
	}
	b.Puts = append(b.Puts, store.Put{Key: store.Key{Kind: GroupKind, ID: string(g.id)}, If: g.version, Body: body})
	return b, nil
}

// Committed implements [store.Change].
func (g *Group) Committed() {
	g.changes().Committed()
	if g.dirty {
		g.version++
		g.dirty = false
	}
}

// Stale implements [store.Change].
func (g *Group) Stale() { g.changes().Stale() }
