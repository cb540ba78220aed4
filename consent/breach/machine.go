package breach

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where an incident stands.
type State string

// The states in which an incident can be, in the order in which they follow.
const (
	StateOpen   State = "open"
	StateClosed State = "closed"
)

// A Command names a command in the table of incidents, for [Incident.May].
type Command string

// The commands that can be given to an incident.
const (
	Note   Command = "note"
	Assess Command = "assess"
	Report Command = "report"
	Inform Command = "inform people"
	Close  Command = "close"
)

type view struct{ b *Incident }

func (v view) State() State { return v.b.state }

func (v view) Act() transition.Act { return transition.Act{ID: string(v.b.id)} }

// Apply is the only way in which an incident changes.
func (v view) Apply(e Event, s sp.Stamp) { e.apply(v.b, s) }

type (
	party = transition.Party[view]
	guard = transition.Guard[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	lead   = party{Words: "a lead", Role: sp.RoleTeamLead}
	guards = party{Words: "the safeguarding lead", Role: sp.RoleSafeguardingLead}

	assessed = guard{
		Code: "not-assessed", Words: "the risk is assessed", Audience: transition.Scheme,
		Holds: func(v view, _ sp.Stamp) bool { return v.b.assessed.Risk != "" },
	}
	reported = guard{
		Code: "not-reported", Words: "it is reported, unless a risk is unlikely", Audience: transition.Scheme,
		Holds: func(v view, _ sp.Stamp) bool { return !v.b.ReportDue() },
	}
	informed = guard{
		Code: "not-informed", Words: "the people are told, or it says why not, where the risk is high", Audience: transition.Scheme,
		Holds: func(v view, _ sp.Stamp) bool { return !v.b.InformDue() },
	}

	open    = []State{StateOpen}
	leads   = []party{lead, guards}
	machine = &transition.Machine[State, Command, view]{Name: Kind, Rules: []rule{
		{Command: Note, Event: EventNoted, From: []State{""}, To: StateOpen, By: []party{worker, lead, guards}},
		{Command: Assess, Event: EventAssessed, From: open, By: leads},
		{Command: Report, Event: EventReported, From: open, By: leads},
		{Command: Inform, Event: EventInformed, From: open, By: leads},
		{Command: Close, Event: EventClosed, From: open, To: StateClosed, By: leads, Guards: []guard{assessed, reported, informed}},
	}}
)

// Table returns the rules of an incident.
func Table() transition.Table[State, Command] { return machine.Table() }

// Kind is under which incidents are stored.
const Kind = "breach"

const (
	termState  = "state"
	termReport = "report-by" // until when it is to be reported, as long as it is
	termInform = "inform"    // since when people are to be told, as long as they are
)

// A Repository loads incidents from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the incidents in db. Those it loads ask the authorizer before each
// command; nil denies them all.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns an incident, or an error that is [sp.ErrNotFound].
func (r *Repository) Load(ctx context.Context, id ID) (*Incident, error) {
	return store.Load(ctx, r.db, Kind, string(id), r.read)
}

// All yields every incident, in the order of their IDs: the log that is kept of them.
func (r *Repository) All(ctx context.Context) iter.Seq2[*Incident, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind}, r.read)
}

// ReportsDue yields the incidents whose 72 hours end before a time and that are still to be
// reported, the longest due first. It is one indexed scan.
func (r *Repository) ReportsDue(ctx context.Context, before time.Time) iter.Seq2[*Incident, error] {
	return r.by(ctx, termReport, before)
}

// InformDue yields the incidents of high risk of which the people are still to be told, and
// that the controller became aware of before a time, the longest ago first. It is one indexed
// scan.
func (r *Repository) InformDue(ctx context.Context, before time.Time) iter.Seq2[*Incident, error] {
	return r.by(ctx, termInform, before)
}

func (r *Repository) by(ctx context.Context, term string, before time.Time) iter.Seq2[*Incident, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Range: store.Range{Term: term, Before: store.Time(before)}}, r.read)
}

func (r *Repository) read(rec store.Record) (*Incident, error) {
	b := New(ID(rec.ID), r.may)
	opens := func(e Event) bool { _, ok := e.(Noted); return ok }
	if err := b.root.Restore(rec, eventTypes, opens, view{b}); err != nil {
		return nil, err
	}
	return b, nil
}

// Pending implements [store.Change].
func (b *Incident) Pending() (store.Batch, error) {
	terms := store.Terms{termState: string(b.state)}
	if b.ReportDue() {
		terms[termReport] = store.Time(b.ReportBy())
	}
	if b.InformDue() {
		terms[termInform] = store.Time(b.noted.Aware)
	}
	return b.root.Pending(store.Key{Kind: Kind, ID: string(b.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (b *Incident) Committed() { b.root.Committed() }

// Stale implements [store.Change].
func (b *Incident) Stale() { b.root.Stale() }
