package caseload

import (
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// HandOverKind is under which hand-overs are stored.
const HandOverKind = "caseload-hand-over"

// An ID names a hand-over.
type ID string

// A Why is why a caseload is handed over.
type Why string

// The reasons for which a caseload is handed over.
const (
	Leaving  Why = "leaving"
	OnLeave  Why = "on-leave"
	TooMuch  Why = "too-much"
	Conflict Why = "conflict" // the worker knows the person otherwise
)

// A No is why somebody refuses a case.
type No string

// The reasons for which somebody refuses a case that is offered to them.
const (
	NoRoom     No = "no-room"
	NotTrained No = "not-trained"
	Knows      No = "knows-them" // knows the person otherwise
	Away       No = "away"
)

// A Pass is one case of a hand-over, with whom it is offered to and what came of that.
type Pass struct {
	Referral referral.ID         `json:"referral"`
	To       referral.WorkerID   `json:"to"`
	Refused  []referral.WorkerID `json:"-"` // by whom, in their order
	Why      No                  `json:"-"` // the reason that the last of them gave
	Owner    referral.WorkerID   `json:"-"` // who has the case by this hand-over
	Done     bool                `json:"-"` // nobody is to answer any more
}

// An Offering is what a hand-over begins with.
type Offering struct {
	From  referral.WorkerID
	Lead  referral.WorkerID // who has a case that two have refused, or that is left at the end
	Why   Why
	By    sp.Date // by when everybody is to answer; empty is open
	Cases []Pass  // the referral of each, and who is asked
}

// A HandOver moves the cases of one worker to others. The owner of a case is the worker of
// its referral, always one: who had it until somebody else accepts, in the same commit. It
// must not be used by several goroutines at once.
//
// Save the hand-over, not the referrals: it saves what it has moved. A program that was
// stopped half-way loads it again and goes on with [HandOver.Open]; of two who answer the
// same case at once the second is told that it is answered.
type HandOver struct {
	id     ID
	state  State
	from   referral.WorkerID
	lead   referral.WorkerID
	why    Why
	by     sp.Date
	passes []Pass
	at     map[referral.ID]int
	open   int // cases that nobody has answered for good
	moved  []*referral.Referral
	root   aggregate.Root[State, Command, Event, view]
}

// New returns a hand-over that does not exist yet. The authorizer is asked before each
// command; nil denies them all.
func New(id ID, may transition.Authorizer) *HandOver {
	return &HandOver{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// ID returns the ID.
func (h *HandOver) ID() ID { return h.id }

// Version returns the version of the record as it was loaded or last saved, 0 if it never
// was: what a web service gives out as an ETag and compares with If-Match.
func (h *HandOver) Version() int64 { return h.root.Version() }

// State returns where it stands.
func (h *HandOver) State() State { return h.state }

// From returns whose caseload it is.
func (h *HandOver) From() referral.WorkerID { return h.from }

// By returns by when everybody is to answer; zero is open.
func (h *HandOver) By() sp.Date { return h.by }

// Passes returns all cases, in the order in which they were offered: the protocol.
func (h *HandOver) Passes() []Pass {
	all := slices.Clone(h.passes)
	for i := range all {
		all[i].Refused = slices.Clone(all[i].Refused)
	}
	return all
}

// Open returns the cases that nobody has answered for good.
func (h *HandOver) Open() []Pass {
	return slices.DeleteFunc(h.Passes(), func(p Pass) bool { return p.Done })
}

// Concerns reports whether a hand-over is a worker's to see: whose the cases are, and who is or
// was asked.
func (h *HandOver) Concerns(worker referral.WorkerID) bool {
	return h.from == worker || slices.ContainsFunc(h.passes, func(p Pass) bool {
		return p.To == worker || slices.Contains(p.Refused, worker)
	})
}

// History returns everything that happened, in the order in which it was recorded.
func (h *HandOver) History() iter.Seq[store.Entry[Event]] { return h.root.History() }

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (h *HandOver) May(c Command, s sp.Stamp) error { return h.root.May(h.view(), c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (h *HandOver) Legal(s sp.Stamp) iter.Seq[Command] { return h.root.Legal(h.view(), s) }

// Offer begins: each case is offered to one worker. It moves nothing yet. A link worker
// offers what is on their own caseload, a team lead what is on anybody's.
func (h *HandOver) Offer(o Offering, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(o.From), "from")
	e.Check(s.By.Role != sp.RoleLinkWorker || s.By.ID == string(o.From), "from", sp.Inconsistent, "must be who offers it, unless a team lead does")
	e.Check(sp.ValidID(o.Lead) && o.Lead != o.From, "lead", sp.Malformed, "must be the ID of somebody else")
	e.Check(slices.Contains([]Why{Leaving, OnLeave, TooMuch, Conflict}, o.Why), "why", sp.NotListed, "must be leaving, on-leave, too-much or conflict")
	e.Check(len(o.Cases) > 0, "cases", sp.Missing, "must not be empty")
	seen := make(map[referral.ID]bool, len(o.Cases))
	for i, c := range o.Cases {
		path := fmt.Sprintf("cases[%d].", i)
		e.CheckID(string(c.Referral), path+"referral")
		e.Check(!seen[c.Referral], path+"referral", sp.Duplicate, "must be there once")
		e.Check(sp.ValidID(c.To) && c.To != o.From, path+"to", sp.Malformed, "must be the ID of somebody else")
		seen[c.Referral] = true
	}
	offered := Offered{From: o.From, Lead: o.Lead, Why: o.Why, By: o.By}
	for _, c := range o.Cases {
		offered.Cases = append(offered.Cases, Pass{Referral: c.Referral, To: c.To})
	}
	ours, err := h.root.Prepare(h.view(), Offer, "", s, e.Fields, offered)
	if err != nil || !ours.Waits() {
		return err
	}
	if err := h.mayHave(o, s); err != nil {
		return err
	}
	ours.Record()
	return nil
}

// mayHave asks the authorizer about everybody who is to answer, and about the lead: nobody
// is offered a case who is away.
func (h *HandOver) mayHave(o Offering, s sp.Stamp) error {
	asked := []referral.WorkerID{o.Lead}
	for _, c := range o.Cases {
		if !slices.Contains(asked, c.To) {
			asked = append(asked, c.To)
		}
	}
	for _, to := range asked {
		act := h.view().Act()
		act.Machine, act.Command, act.Worker, act.To = HandOverKind, string(Offer), string(o.From), string(to)
		if err := h.root.Authorizer().Authorize(s.By, act); err != nil {
			return fmt.Errorf("caseload: offer %s: %w", h.id, err)
		}
	}
	return nil
}

// Accept moves a case to the worker whom it is offered to, who says yes. The referral is
// moved in memory, and saved with the hand-over. One that has ended, or that somebody has
// moved otherwise since, is refused: see [HandOver.Drop].
func (h *HandOver) Accept(r *referral.Referral, s sp.Stamp) error {
	p, e := h.pass(r)
	e.Check(h.is(p, s.By), "stamp.by", sp.Inconsistent, "must be whom the case is offered to")
	assign := s
	if s.By.Role != sp.RoleLinkWorker { // a lead assigns no referral, but what they take on is theirs
		assign = s.Consequence()
	}
	return h.move(Accept, r, p.To, s, assign, e, Accepted{p.Referral, p.To})
}

// Refuse says no to a case. It is then offered to another, who is named, or if two have
// refused it, or nobody is named, it goes to the lead at once.
func (h *HandOver) Refuse(r *referral.Referral, why No, next referral.WorkerID, s sp.Stamp) error {
	p, e := h.pass(r)
	e.Check(h.is(p, s.By), "stamp.by", sp.Inconsistent, "must be whom the case is offered to")
	e.Check(slices.Contains([]No{NoRoom, NotTrained, Knows, Away}, why), "why", sp.NotListed, "must be no-room, not-trained, knows-them or away")
	e.Check(next == "" || sp.ValidID(next) && next != h.from && next != p.To && !slices.Contains(p.Refused, next), "next", sp.Inconsistent, "must be somebody who has not been asked")
	if next != "" && len(p.Refused) == 0 {
		return h.root.Do(h.view(), Refuse, string(next), s, e.Fields, Refused{p.Referral, p.To, why, next})
	}
	return h.move(Refuse, r, h.lead, s, s.Consequence(), e, Refused{p.Referral, p.To, why, ""})
}

// Take gives a case that nobody has answered to the lead, such as on the last day of the
// worker whose it was.
func (h *HandOver) Take(r *referral.Referral, s sp.Stamp) error {
	p, e := h.pass(r)
	return h.move(Take, r, h.lead, s, s.Consequence(), e, Taken{p.Referral})
}

// Drop leaves a case out that is not to be handed over any more: it has ended, or is on
// another's caseload already. It stays where it is.
func (h *HandOver) Drop(r *referral.Referral, s sp.Stamp) error {
	p, e := h.find(r)
	if r != nil {
		e.Check(!r.State().Open() || r.Worker() != h.from, "referral", sp.WrongState, "must have ended, or be on another's caseload")
		return h.root.Do(h.view(), Drop, "", s, e.Fields, Dropped{p.Referral, r.Worker()})
	}
	return h.root.Do(h.view(), Drop, "", s, e.Fields, Dropped{})
}

// find returns the open case of a referral, and what is wrong.
func (h *HandOver) find(r *referral.Referral) (Pass, *sp.InvalidError) {
	e := &sp.InvalidError{}
	if r == nil {
		e.Check(false, "referral", sp.Missing, "must be there")
		return Pass{}, e
	}
	i, ok := h.at[r.ID()]
	e.Check(ok, "referral", sp.NotListed, "must be of this hand-over")
	if !ok {
		return Pass{}, e
	}
	e.Check(!h.passes[i].Done, "referral", sp.WrongState, "is answered already")
	return h.passes[i], e
}

// pass is find for a case that is to be moved.
func (h *HandOver) pass(r *referral.Referral) (Pass, *sp.InvalidError) {
	p, e := h.find(r)
	if r != nil {
		e.Check(r.Worker() == h.from || p.Done, "referral", sp.WrongState, "is on another's caseload by now")
	}
	return p, e
}

// is reports whether somebody may answer for a case: whom it is offered to.
func (h *HandOver) is(p Pass, by sp.Actor) bool { return by.ID == string(p.To) }

// move assigns the referral and records the event, or does neither. What is prepared is
// recorded only when the referral has moved.
func (h *HandOver) move(c Command, r *referral.Referral, to referral.WorkerID, s, assign sp.Stamp, e *sp.InvalidError, event Event) error {
	if r != nil {
		e.Check(!s.Precise().At.Before(r.WorkerSince()), "stamp.at", sp.Untimely, "must not be before the case came to who has it")
	}
	named := to
	if c == Refuse {
		named = "" // that the lead has it then is nobody's choice: no authorizer is asked about them
	}
	ours, err := h.root.Prepare(h.view(), c, string(named), s, e.Fields, event)
	if err != nil || !ours.Waits() {
		return err
	}
	if err := r.Assign(to, assign); err != nil {
		return err
	}
	ours.Record()
	h.moved = append(h.moved, r)
	return nil
}

// Lead returns who has a case that two have refused, or that is left at the end.
func (h *HandOver) Lead() referral.WorkerID { return h.lead }

// Why returns why the caseload is handed over.
func (h *HandOver) Why() Why { return h.why }

// changes returns the referrals that were moved since it was last saved.
func (h *HandOver) changes() store.Changes {
	all := make(store.Changes, len(h.moved))
	for i, r := range h.moved {
		all[i] = r
	}
	return all
}
