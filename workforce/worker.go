package workforce

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// WorkerKind is the kind of record under which workers are stored.
const WorkerKind = "worker"

// A WorkerID names a worker, by the pseudonym that their [sp.Actor] has.
type WorkerID = record.WorkerID

// Ages says people of which age somebody works with.
type Ages string

// The groups by age. Young people's link workers carry fewer people at once.
const (
	AllAges     Ages = "all"
	Adults      Ages = "adults"
	YoungPeople Ages = "young-people"
)

// A Worker is a member of the staff of a scheme. Its JSON, which the log keeps, is
// pseudonymous: what says who somebody is, and how they are employed, is left out.
type Worker struct {
	ID         WorkerID  `json:"id"` // the pseudonym that their [sp.Actor] has
	Roles      []sp.Role `json:"roles"`
	Ages       Ages      `json:"ages,omitempty"`       // empty is unknown, and counts as AllAges
	Areas      []string  `json:"areas,omitempty"`      // by code, at most 25
	Languages  []string  `json:"languages,omitempty"`  // BCP 47 tags: "pl", "bfi" for British Sign Language
	Skills     []string  `json:"skills,omitempty"`     // codes of needs that they are trained for
	Employer   string    `json:"employer,omitempty"`   // ID of the organisation
	Supervisor WorkerID  `json:"supervisor,omitempty"` // who leads them, by the ID of that worker

	Name       sp.Personal[string]     `json:"-"`
	Employment sp.Personal[Employment] `json:"-"`
}

// An Employment is how somebody is employed. What is zero is unknown.
type Employment struct {
	WTE      int         `json:"wte,omitempty"`     // whole-time equivalent in hundredths, from 1 to 100: 60 is three days a week
	PayBand  string      `json:"payBand,omitempty"` // such as "AfC-5"
	Hours    []Shift     `json:"hours,omitempty"`
	Contract sp.Period   `json:"contract,omitzero"` // from the first day until, but not including, the day after the last; an open end is permanent
	Left     sp.Date     `json:"left,omitzero"`     // the first day on which they were gone, whatever the contract says
	Leave    []sp.Period `json:"leave,omitempty"`   // of whatever kind; the kind is nobody's business here
}

// A Shift is when somebody works on a day of the week, in minutes after midnight.
type Shift struct {
	Day   string `json:"day"`   // "monday"
	Start int    `json:"start"` // 540 is nine o'clock
	End   int    `json:"end"`
}

// EventType returns the stored name of "the worker was registered or changed".
func (Worker) EventType() store.EventType { return "worker.noted" }

// String returns the ID alone.
func (w Worker) String() string { return "worker " + string(w.ID) }

// Format implements [fmt.Formatter]: no verb prints more than the ID.
func (w Worker) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(w.String())) }

// wireWorker is what is stored, and the only place where personal data is in the open.
type wireWorker struct {
	worker

	Name       sp.Plain[string]     `json:"name,omitzero"`
	Employment sp.Plain[Employment] `json:"employment,omitzero"`
}

// worker is a Worker without its methods.
type worker Worker

var workers = &record.Kind[Worker]{
	Name: WorkerKind, By: []sp.Role{sp.RoleTeamLead},
	Index: func(w Worker) record.Index {
		i := record.Index{ID: string(w.ID), Worker: w.ID, Code: string(w.Ages)} // no end of a contract: terms are in the open
		if len(w.Areas) > 0 {
			i.Area, i.Also = w.Areas[0], w.Areas[1:]
		}
		return i
	},
	Check: Worker.check,
	Body: func(w Worker) any {
		return wireWorker{worker(w), sp.Plain[string]{Personal: w.Name}, sp.Plain[Employment]{Personal: w.Employment}}
	},
	Read: func(body []byte) (Worker, error) {
		var in wireWorker
		err := json.Unmarshal(body, &in)
		w := Worker(in.worker)
		w.Name, w.Employment = in.Name.Personal, in.Employment.Personal
		return w, err
	},
}

// Register returns the record of a worker who is not registered yet. Team leads write it.
func Register(w Worker, s sp.Stamp) (*record.Record[Worker], error) { return workers.Write(w, s) }

// Workers returns the workers that db keeps, found by each of their areas and by [Ages] as the code.
// Contracts are personal data and are not indexed: [Notices] finds those that end.
func Workers(db store.Driver) *record.Repository[Worker] { return workers.In(db) }

func (w Worker) check(e *sp.InvalidError) {
	e.Check(len(w.Roles) > 0, "roles", sp.Missing, "must not be empty")
	for i, r := range w.Roles {
		e.CheckID(string(r), fmt.Sprintf("roles[%d]", i))
	}
	e.Check(w.Ages == "" || w.Ages == AllAges || w.Ages == Adults || w.Ages == YoungPeople, "ages", sp.NotListed, "must be all, adults or young-people")
	for i, code := range w.Areas {
		e.CheckID(code, fmt.Sprintf("areas[%d]", i))
	}
	for i, tag := range w.Languages {
		e.CheckID(tag, fmt.Sprintf("languages[%d]", i))
	}
	for i, code := range w.Skills {
		e.Check(sp.ValidCode(code), fmt.Sprintf("skills[%d]", i), sp.Malformed, sp.CodeRule)
	}
	e.CheckOptionalID(w.Employer, "employer")
	e.CheckOptionalID(string(w.Supervisor), "supervisor")
	e.Check(w.Supervisor == "" || w.Supervisor != w.ID, "supervisor", sp.Inconsistent, "must be somebody else")
	m := w.Employment.Reveal()
	e.Check(m.WTE >= 0 && m.WTE <= 100, "employment.wte", sp.OutOfRange, "must be from 1 to 100 hundredths; 0 is unknown")
	e.Check(ordered(m.Contract), "employment.contract", sp.Inconsistent, "must end after it begins")
	for i, l := range m.Leave {
		e.Check(!l.Start.IsZero() && !l.End.IsZero() && l.Start < l.End, fmt.Sprintf("employment.leave[%d]", i), sp.Inconsistent, "must have a first day and an end after it")
	}
	for i, h := range m.Hours {
		e.Check(slices.Contains(weekdays[:], h.Day), fmt.Sprintf("employment.hours[%d].day", i), sp.NotListed, "must be a day of the week, such as monday")
		e.Check(h.Start >= 0 && h.Start < h.End && h.End <= 24*60, fmt.Sprintf("employment.hours[%d]", i), sp.OutOfRange, "must be from 0 to 1440 minutes, the end after the start")
	}
}

// Pseudonymous returns what figures need of somebody who has left: the pseudonym, and of the
// employment the days of the contract and the hours as a whole. Name, pay band, shifts and
// leave are gone, and once it is saved ([record.Record.Amend]) from the store too. An erased
// record ([record.Record.Erase]) is gone from turnover as well.
func (w Worker) Pseudonymous() Worker {
	m := w.Employment.Reveal()
	w.Name = sp.Personal[string]{}
	w.Employment = sp.Hide(Employment{WTE: m.WTE, Contract: m.Contract, Left: m.Left})
	return w
}

func ordered(p sp.Period) bool { return p.Start.IsZero() || p.End.IsZero() || p.Start < p.End }

// Has reports whether somebody has a role.
func (w Worker) Has(r sp.Role) bool { return slices.Contains(w.Roles, r) }

// end returns the first day on which somebody is no longer employed; zero is none known.
func (m Employment) end() sp.Date {
	switch {
	case m.Contract.End.IsZero():
		return m.Left
	case m.Left.IsZero():
		return m.Contract.End
	}
	return min(m.Left, m.Contract.End)
}

// Ends returns the first day on which the worker is no longer there; zero if none is known.
func (w Worker) Ends() sp.Date { return w.Employment.Reveal().end() }

// Began returns the first day of the contract; zero if it is unknown.
func (w Worker) Began() sp.Date { return w.Employment.Reveal().Contract.Start }

// WTE returns the whole-time equivalent in hundredths, and false if it is unknown.
func (w Worker) WTE() (int, bool) {
	n := w.Employment.Reveal().WTE
	return n, n > 0
}
