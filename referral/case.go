package referral

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Case is a referral with everything that hangs on it, and the only way to end
// it: what was proposed may not go on when the referral behind it has ended, a
// session may not outlive its placement, and nothing ends while an alert, such as
// that of the ninth question of the PHQ-9, waits for an answer in one of the
// person's assessments. Load it with [Repository.Case], or make it with [NewCase].
// One that was put together by hand ends nothing, since it cannot know of every alert.
// Save a Case, not its parts: [store.Save] with it writes whatever has changed, at once.
type Case struct {
	Referral   *Referral              `json:"referral"`
	Placements []*placement.Placement `json:"placements"`
	Sessions   []*session.Session     `json:"sessions"`

	// Assessments are all that the person has, of earlier referrals too: an alert
	// that nobody answered then waits still.
	Assessments []*needs.Assessment `json:"assessments"`

	// Missing are placements that the referral proposed and the store does not
	// have: the referral was saved without them, so nobody was ever asked. They
	// count as withdrawn.
	Missing []placement.ID `json:"missing,omitempty"`

	made bool // by NewCase or a repository, and not put together by hand
}

// NewCase returns the case of a referral that was just received, with all the
// assessments that its person has: whoever leaves them out says that there are none,
// and no alert that waits. A person may have been assessed in an earlier episode, so
// where there is a store, save the referral and load its case instead.
func NewCase(r *Referral, assessments ...*needs.Assessment) *Case {
	c := &Case{Referral: r, Assessments: slices.Clone(assessments), made: true}
	if r != nil {
		r.whole = c
	}
	return c
}

// Case loads a referral with its placements, in the order in which they were
// proposed, its sessions, in the order of their start, and the assessments of its
// person, in the order of their IDs. Placements that name the referral and that it
// never proposed, since they were saved without it, come last: the case ends only
// with them. The error is [sp.ErrNotFound] if there is no such referral.
func (p *Repository) Case(ctx context.Context, id ID) (*Case, error) {
	r, err := p.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &Case{Referral: r, Missing: r.Placements(), made: true}
	r.whole = c
	placements := placement.NewRepository(p.db, p.may)
	for pl, err := range placements.All(ctx, placement.Query{Referral: id}) {
		if err != nil {
			return nil, err
		}
		c.Placements = append(c.Placements, pl)
		c.Missing = slices.DeleteFunc(c.Missing, func(id placement.ID) bool { return id == pl.ID() })
	}
	slices.SortStableFunc(c.Placements, func(a, b *placement.Placement) int {
		return cmp.Compare(r.turn(a.ID()), r.turn(b.ID()))
	})
	sessions := session.NewRepository(p.db, p.may)
	for x, err := range sessions.All(ctx, session.Query{Referral: id}) {
		if err != nil {
			return nil, err
		}
		c.Sessions = append(c.Sessions, x)
	}
	for a, err := range needs.NewRepository(p.db, p.may).Of(ctx, r.Person()) {
		if err != nil {
			return nil, err
		}
		c.Assessments = append(c.Assessments, a)
	}
	return c, nil
}

// changeTries is how often [Repository.Change] decides again where others were faster.
const changeTries = 8

// Change loads a case, has a function decide, and saves what it has decided and what changes with
// the case: all of it, or nothing. The function may be called again where somebody else was
// faster. Whoever decides was shown a version of the case ([Case.Version]), or 0 for none: where
// there is another by now the error is [store.ErrChanged], and nothing is decided. A command of
// the same actor that comes again under the key of its stamp has happened, and nothing is saved;
// with other words it is refused (transition.KeyTaken). To find that out, the function is called
// for a command that comes again too.
//
//	err := referrals.Change(ctx, "R-1", seen, s, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
//		return nil, c.Referral.Contact(person.Phone, 20, s)
//	})
//
// Where a placement may end by it, open the store by package held's Keeper, so that its place
// is let go.
func (p *Repository) Change(ctx context.Context, id ID, seen int64, s sp.Stamp, decide func(*Case, sp.Stamp) ([]store.Change, error)) error {
	return store.Retry(ctx, changeTries, func(ctx context.Context) error {
		c, err := p.Case(ctx, id)
		if err != nil {
			return err
		}
		if c.Happened(s) {
			_, err := decide(c, s)
			return reused(err)
		}
		if seen != 0 && seen != c.Version() {
			return fmt.Errorf("referral: change %s: %w", id, store.ErrChanged)
		}
		others, err := decide(c, s)
		if err != nil {
			return err
		}
		return store.Save(ctx, p.db, append(slices.Clip(others), c)...)
	})
}

// reused returns what a command that comes again answers: nothing, whatever has happened since,
// unless its key came with other words before.
func reused(err error) error {
	if r, refused := errors.AsType[*transition.Refusal](err); refused && r.Code == transition.KeyTaken {
		return err
	}
	return nil
}

// ChangePlacement is [Repository.Change] for whoever was shown one placement of a case and not the
// case, such as its provider: seen is the version of that placement ([placement.Placement.Version]).
func (p *Repository) ChangePlacement(ctx context.Context, of ID, id placement.ID, seen int64, s sp.Stamp, decide func(*Case, *placement.Placement, sp.Stamp) ([]store.Change, error)) error {
	return p.Change(ctx, of, 0, s, func(c *Case, s sp.Stamp) ([]store.Change, error) {
		pl, ok := c.Placement(id)
		switch {
		case !ok:
			return nil, fmt.Errorf("referral: change %s: placement %s: %w", of, id, sp.ErrNotFound)
		case seen != 0 && seen != pl.Version():
			return nil, fmt.Errorf("referral: change %s: placement %s: %w", of, id, store.ErrChanged)
		}
		return decide(c, pl, s)
	})
}

// turn returns how many placements were proposed before this one.
func (r *Referral) turn(id placement.ID) int {
	if i := slices.Index(r.proposed, id); i >= 0 {
		return i
	}
	return len(r.proposed)
}

// find returns the placement with an ID, or nil if the case does not hold it.
func (c *Case) find(id placement.ID) *placement.Placement {
	for _, p := range c.Placements {
		if p != nil && p.ID() == id {
			return p
		}
	}
	return nil
}

// Placement returns the placement with an ID, and false if the case does not hold it.
func (c *Case) Placement(id placement.ID) (p *placement.Placement, ok bool) {
	p = c.find(id)
	return p, p != nil
}

// Session returns the session with an ID, and false if the case does not hold it.
func (c *Case) Session(id session.ID) (x *session.Session, ok bool) {
	for _, x := range c.Sessions {
		if x != nil && x.ID() == id {
			return x, true
		}
	}
	return nil, false
}

// SessionsOf returns the sessions of a placement, in the order of the case.
func (c *Case) SessionsOf(id placement.ID) []*session.Session {
	var all []*session.Session
	for _, x := range c.Sessions {
		if x != nil && x.Plan().Placement == id {
			all = append(all, x)
		}
	}
	return all
}

// Propose puts a service to the person and adds the placement to the case. A
// service that is parked is not proposed again before its day, and one that the person
// is offered already not before that has ended: saving it would fail with a
// [*store.DuplicateError] where that is in another case.
func (c *Case) Propose(a placement.Proposal, s sp.Stamp) (*placement.Placement, error) {
	if err := c.check("propose a service"); err != nil {
		return nil, err
	}
	p := c.find(a.ID)
	known := p != nil // and the same request came before, or the ID is taken
	if !known {
		p = placement.New(a.ID, c.Referral.root.Authorizer())
	}
	var e sp.InvalidError
	if _, today := s.Days(); today < c.parked(a.Service) {
		e.Check(false, "service", sp.WrongState, "must not be proposed before "+c.parked(a.Service).String())
	}
	e.Check(known || !c.offers(a.Service), "service", sp.WrongState, "must not be one that the person is being offered")
	if err := c.Referral.propose(p, a, s, e.Fields); err != nil {
		return nil, err
	}
	if !known {
		c.Placements = append(c.Placements, p)
	}
	return p, nil
}

// PlanSession plans a session of a placement of the case, at its present step, and
// adds it to the case. The same request again returns the same session. The error is
// [sp.ErrNotFound] if the case does not hold the placement.
func (c *Case) PlanSession(of placement.ID, id session.ID, start time.Time, s sp.Stamp) (*session.Session, error) {
	if err := c.check("plan a session"); err != nil {
		return nil, err
	}
	p := c.find(of)
	if p == nil {
		return nil, fmt.Errorf("referral: plan session %s: placement %s is not of case %s: %w", id, of, c.id(), sp.ErrNotFound)
	}
	if x, ok := c.Session(id); ok {
		return x, p.PlanSession(x, start, s)
	}
	x := session.New(id, c.Referral.root.Authorizer())
	if err := p.PlanSession(x, start, s); err != nil {
		return nil, err
	}
	c.Sessions = append(c.Sessions, x)
	return x, nil
}

// May returns nil if a command of the referral may be given now, with some input, and
// otherwise what the command would return.
func (c *Case) May(command Command, s sp.Stamp) error {
	if err := c.check(string(command)); err != nil {
		return err
	}
	return c.Referral.root.May(c.view(), command, s)
}

// Legal yields the commands of the referral that may be given now.
func (c *Case) Legal(s sp.Stamp) iter.Seq[Command] {
	if c.check("list commands") != nil {
		return func(func(Command) bool) {}
	}
	return c.Referral.root.Legal(c.view(), s)
}

// view returns what the rules look at when somebody asks the case.
func (c *Case) view() view {
	if !c.made {
		return view{r: c.Referral}
	}
	return view{r: c.Referral, whole: c}
}

// offers reports whether a placement of a service is open.
func (c *Case) offers(service directory.ID) bool {
	return slices.ContainsFunc(c.Placements, func(p *placement.Placement) bool {
		return p != nil && p.Service() == service && p.State().Open()
	})
}

// parked returns the day before which a service is not to be proposed again, by
// the attempt that asks for the latest; zero is none.
func (c *Case) parked(service directory.ID) (until sp.Date) {
	for _, p := range c.Placements {
		if p != nil && p.Service() == service && p.State() != placement.StateInError {
			until = max(until, p.Reason().Until)
		}
	}
	return until
}

// Tried returns the services of which nothing came, each with the reason of its
// last attempt, by when it ended: who looks for something else knows from it whether
// to leave out the service, to wait, or to understand the needs again first. A
// service whose last attempt was completed and met a need, or may have, is not among
// them. An attempt that was completed and met none has no reason of its own, and
// leaves that of the one before.
func (c *Case) Tried() map[directory.ID]reason.Reason {
	var ended []*placement.Placement
	for _, p := range c.Placements {
		if p != nil && !p.State().Open() && p.State() != placement.StateInError {
			ended = append(ended, p)
		}
	}
	slices.SortStableFunc(ended, func(a, b *placement.Placement) int { return endOf(a).Compare(endOf(b)) })
	tried := make(map[directory.ID]reason.Reason)
	for _, p := range ended {
		switch {
		case p.Reason().Code != "":
			tried[p.Service()] = p.Reason()
		case p.Result().Outcome != needs.NotMet: // also a signpost, of which nobody has heard
			delete(tried, p.Service())
		}
	}
	return tried
}

// check refuses a case without its referral, or with a part that is none.
func (c *Case) check(command string) error {
	e := sp.InvalidError{Subject: "referral: " + command}
	e.Check(c.Referral != nil, "referral", sp.Missing, "must be there")
	for i, p := range c.Placements {
		e.Check(p != nil, fmt.Sprintf("placements[%d]", i), sp.Missing, "must be there")
	}
	for i, x := range c.Sessions {
		e.Check(x != nil, fmt.Sprintf("sessions[%d]", i), sp.Missing, "must be there")
	}
	for i, a := range c.Assessments {
		e.Check(a != nil, fmt.Sprintf("assessments[%d]", i), sp.Missing, "must be there")
	}
	return e.Err()
}

// changes returns everything in the case that can be saved.
func (c *Case) changes() store.Changes {
	changes := store.Changes{c.Referral}
	for _, p := range c.Placements {
		changes = append(changes, p)
	}
	for _, x := range c.Sessions {
		changes = append(changes, x)
	}
	for _, a := range c.Assessments {
		changes = append(changes, a)
	}
	return changes
}

// Pending implements [store.Change].
func (c *Case) Pending() (store.Batch, error) {
	if err := c.check("save a case"); err != nil {
		return store.Batch{}, err
	}
	return c.changes().Pending()
}

// Committed implements [store.Change].
func (c *Case) Committed() {
	if c.check("save a case") == nil {
		c.changes().Committed()
	}
}

// Stale implements [store.Change].
func (c *Case) Stale() {
	if c.Referral != nil {
		c.changes().Stale()
	}
}
