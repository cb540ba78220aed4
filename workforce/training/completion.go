package training

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// RecordKind is the kind of record under which completions are stored.
const RecordKind = "training"

// A Module is a course, or a competence, as a code.
type Module string

// The modules that [Proposed] names. A scheme adds its own.
const (
	Role                 Module = "link-worker-role"
	SafeguardingAdults   Module = "safeguarding-adults"
	SafeguardingChildren Module = "safeguarding-children"
	DataProtection       Module = "data-protection"
	SuicideAwareness     Module = "suicide-awareness"
	LoneWorking          Module = "lone-working"
)

// A Completion says that somebody has completed a module.
type Completion struct {
	ID       string  `json:"id"`
	Learner  string  `json:"learner"` // ID of the worker, or of the referrer
	Module   Module  `json:"module"`
	On       sp.Date `json:"on"`
	Until    sp.Date `json:"until,omitzero"`     // the first day on which it is out of date, if the certificate says so
	Assessor string  `json:"assessor,omitempty"` // who saw that they can do it, by their ID; of a course nobody
	Points   int     `json:"points,omitempty"`   // of continuing professional development
	Formal   int     `json:"formal,omitempty"`   // minutes of formal learning
}

// EventType returns the stored name.
func (Completion) EventType() store.EventType { return "training.noted" }

var completions = &record.Kind[Completion]{
	Name: RecordKind, By: []sp.Role{sp.RoleTeamLead}, Own: []sp.Role{sp.RoleLinkWorker, sp.RoleReferrer},
	Index: func(c Completion) record.Index {
		return record.Index{ID: c.ID, Worker: record.WorkerID(c.Learner), Code: string(c.Module), On: c.On}
	},
	Check: func(c Completion, e *sp.InvalidError) {
		e.CheckID(c.Learner, "learner")
		e.Check(sp.ValidCode(c.Module), "module", sp.Malformed, sp.CodeRule)
		e.Check(!c.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(c.Until.IsZero() || c.Until > c.On, "until", sp.Inconsistent, "must be after the day of the completion")
		e.CheckOptionalID(c.Assessor, "assessor")
		e.Check(c.Assessor == "" || c.Assessor != c.Learner, "assessor", sp.Inconsistent, "must be somebody else")
		e.Check(c.Points >= 0 && c.Points <= 1000, "points", sp.OutOfRange, "must be from 0 to 1000")
		e.Check(c.Formal >= 0 && c.Formal <= 60_000, "formal", sp.OutOfRange, "must be from 0 to 60000 minutes")
	},
}

// Note returns the record of a completion that is not stored yet. Leads write it, and everybody
// their own.
func Note(c Completion, s sp.Stamp) (*record.Record[Completion], error) {
	return completions.Write(c, s)
}

// Completions returns the completions that db keeps, found by learner as the worker, by day, and by
// module as the code. What has run out depends on what came later, so [Gaps] says it.
func Completions(db store.Driver) *record.Repository[Completion] { return completions.In(db) }

var events = store.EventTypesOf[store.Event](Completion{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}

// A Year is somebody's continuing professional development in a period.
type Year struct {
	Points int `json:"points"`
	Formal int `json:"formal"` // minutes
}

// MembersYear returns what the National Association of Link Workers asks of its members in a
// year: 20 points, 10 hours of it formal.
func MembersYear() Year { return Year{Points: 20, Formal: 10 * 60} }

// CPD returns what a learner has gathered in a period, and whether that is enough.
func CPD(done []Completion, learner string, during sp.Period, enough Year) (Year, bool) {
	var y Year
	for _, c := range done {
		if c.Learner == learner && during.Contains(c.On) {
			y.Points += c.Points
			y.Formal += c.Formal
		}
	}
	return y, y.Points >= enough.Points && y.Formal >= enough.Formal
}
