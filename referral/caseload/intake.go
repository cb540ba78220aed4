package caseload

import (
	"context"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// QueuedKind is the kind of record under which the reasons of the intake queue are stored.
const QueuedKind = "intake"

// A Wanting is why a referral waits in the intake queue.
type Wanting string

// The reasons for which a referral waits in the intake queue.
const (
	NobodyRoom Wanting = "nobody-has-room" // everybody who could is at the soft cap
	NobodyFits Wanting = "nobody-fits"     // nobody speaks the language, or is for their age
	NobodyThat Wanting = "waits-for-one"   // the person waits for the worker they know
)

// A Queued says why a referral waits for a worker, and when somebody looks again. It is a
// reason, not the queue: whoever was received and not accepted waits, whether or not
// somebody has written down why.
type Queued struct {
	Referral referral.ID       `json:"referral"`
	On       sp.Date           `json:"on"` // when it was decided that they wait
	Why      Wanting           `json:"why"`
	For      referral.WorkerID `json:"for,omitempty"`  // whom they wait for; empty is whoever has room first
	Area     string            `json:"area,omitempty"` // by code
	Look     sp.Date           `json:"look"`           // by when somebody looks again
}

// EventType returns the stored name.
func (Queued) EventType() store.EventType { return EventQueued }

var queue = &record.Kind[Queued]{
	Name: QueuedKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker},
	Index: func(q Queued) record.Index {
		return record.Index{ID: string(q.Referral), Worker: q.For, Area: q.Area, Code: string(q.Why), On: q.On, Due: q.Look}
	},
	Check: func(q Queued, e *sp.InvalidError) {
		e.Check(!q.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(slices.Contains([]Wanting{NobodyRoom, NobodyFits, NobodyThat}, q.Why), "why", sp.NotListed, "must be nobody-has-room, nobody-fits or waits-for-one")
		e.Check((q.Why == NobodyThat) == (q.For != ""), "for", sp.Inconsistent, "must be there where the person waits for one worker, and only then")
		e.Check(q.Look > q.On, "look", sp.Untimely, "must be after the day on which it was decided")
	},
}

// Queue returns the record of why a referral waits. Amend it when somebody has looked again.
func Queue(q Queued, s sp.Stamp) (*record.Record[Queued], error) { return queue.Write(q, s) }

// Queues returns the reasons that db keeps, found by worker, area, day, and [Wanting] as the code.
// Due ([record.Repository.Due]) is where somebody was to look again.
func Queues(db store.Driver) *record.Repository[Queued] { return queue.In(db) }

// An InLine is a place in the intake queue.
type InLine struct {
	worklist.Wait

	Why    Wanting           `json:"why,omitempty"`    // empty where nobody has written it down
	For    referral.WorkerID `json:"for,omitempty"`    // whom they wait for
	Look   sp.Date           `json:"look,omitzero"`    // by when somebody looks again; zero where nobody has said
	Unseen bool              `json:"unseen,omitempty"` // that day has passed, or nobody has set one
}

// Overdue reports whether somebody is to act now: the standard of the scheme is missed, or
// nobody has looked when somebody was to.
func (l InLine) Overdue() bool { return l.Unseen || l.Late == sp.Yes }

// Intake returns the intake queue at a moment: everybody who was received and not accepted,
// in the order of [worklist.Waiting]. Who stands at its head is to be offered to whoever
// has room next ([Roomiest]). A place without a reason, or without a day on which somebody
// looks again, is overdue at once. It takes two indexed scans.
func Intake(ctx context.Context, db store.Driver, by worklist.Standards, c sp.Calendar, at time.Time) ([]InLine, error) {
	waits, err := worklist.Waiting(ctx, referral.NewRepository(db, nil), referral.Query{States: []referral.State{referral.StateReceived}}, by, c, at)
	if err != nil {
		return nil, err
	}
	why := map[referral.ID]Queued{}
	for r, err := range Queues(db).Find(ctx, record.Query{}) {
		if err != nil {
			return nil, err
		}
		why[r.Document().Referral] = r.Document()
	}
	line := make([]InLine, len(waits))
	for i, w := range waits {
		q := why[w.Referral]
		line[i] = InLine{w, q.Why, q.For, q.Look, q.Look < c.Date(at)}
	}
	return line, nil
}
