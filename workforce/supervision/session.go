package supervision

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// RecordKind is the kind of record under which sessions are stored.
const RecordKind = "supervision"

// A Kind is what a session is for.
type Kind string

// The kinds of supervision.
const (
	Line         Kind = "line"         // with who leads them: load, leave, how it goes
	Clinical     Kind = "clinical"     // with a clinician: what people tell, and what it does to who hears it
	Safeguarding Kind = "safeguarding" // with the safeguarding lead: what was raised, and what was not
	Peer         Kind = "peer"         // among link workers
)

func (k Kind) valid() bool { return slices.Contains([]Kind{Line, Clinical, Safeguarding, Peer}, k) }

// A Why is why a session did not take place.
type Why string

// The reasons for which a planned session does not take place.
const (
	WorkerAway     Why = "worker-away"
	SupervisorAway Why = "supervisor-away"
	NoTime         Why = "no-time"
	NoSupervisor   Why = "no-supervisor" // nobody has that task
)

// A Session is one meeting of a worker with who supervises them. While nobody has said
// whether it was held, it is planned, or forgotten.
type Session struct {
	ID      string             `json:"id"`
	Worker  workforce.WorkerID `json:"worker"`
	Kind    Kind               `json:"kind"`
	On      sp.Date            `json:"on"`
	With    string             `json:"with,omitempty"`    // who supervises, by their ID
	Minutes int                `json:"minutes,omitempty"` // 0 is unknown
	Held    sp.Truth           `json:"held,omitzero"`
	Why     Why                `json:"why,omitempty"` // it was not held
}

// EventType returns the stored name.
func (Session) EventType() store.EventType { return "supervision.noted" }

var sessions = &record.Kind[Session]{
	Name: RecordKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleSafeguardingLead}, Own: []sp.Role{sp.RoleLinkWorker},
	Ahead: func(s Session) bool { return s.Held != sp.Yes },
	Index: func(s Session) record.Index {
		i := record.Index{ID: s.ID, Worker: s.Worker, Code: string(s.Kind), On: s.On}
		if !s.Held.Known() {
			i.Due = s.On
		}
		return i
	},
	Check: func(s Session, e *sp.InvalidError) {
		e.CheckID(string(s.Worker), "worker")
		e.Check(s.Kind.valid(), "kind", sp.NotListed, "must be line, clinical, safeguarding or peer")
		e.Check(!s.On.IsZero(), "on", sp.Missing, "must be known")
		e.CheckOptionalID(s.With, "with")
		e.Check(s.With == "" || s.With != string(s.Worker), "with", sp.Inconsistent, "must be somebody else")
		e.Check(s.Minutes >= 0 && s.Minutes <= 24*60, "minutes", sp.OutOfRange, "must be from 0 to 1440")
		e.Check(s.Why == "" || slices.Contains([]Why{WorkerAway, SupervisorAway, NoTime, NoSupervisor}, s.Why), "why", sp.NotListed, "must be worker-away, supervisor-away, no-time or no-supervisor")
		e.Check(s.Why == "" || s.Held == sp.No, "why", sp.Inconsistent, "must be empty unless it was not held")
	},
}

// Note returns the record of a session that is not stored yet, planned or held. Leads write
// it, and link workers their own. What was planned is amended when it was held.
func Note(s Session, stamp sp.Stamp) (*record.Record[Session], error) {
	return sessions.Write(s, stamp)
}

// Sessions returns the sessions that db keeps, found by worker, by day, and by kind as the code. Due
// ([record.Repository.Due]) are those whose day has come, and nobody has said whether they
// were held.
func Sessions(db store.Driver) *record.Repository[Session] { return sessions.In(db) }

var events = store.EventTypesOf[store.Event](Session{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
