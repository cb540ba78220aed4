package site

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// RequestKind is the kind of record under which requests are stored.
const RequestKind = "support-request"

// A Matter is what somebody needs help with.
type Matter string

// What link workers ask for help with.
const (
	Access    Matter = "access"    // an account, a password, a card
	Equipment Matter = "equipment" // what is broken, or never came
	Software  Matter = "software"
	Room      Matter = "room"
	Advice    Matter = "advice" // how something is done
	Otherwise Matter = "other"
)

// A Request is one call for help with what somebody works with.
type Request struct {
	ID       string             `json:"id"`
	Worker   workforce.WorkerID `json:"worker"`
	Site     string             `json:"site,omitempty"`
	Matter   Matter             `json:"matter"`
	On       sp.Date            `json:"on"`
	Answered sp.Date            `json:"answered,omitzero"` // by a person, who does something about it
	Solved   sp.Date            `json:"solved,omitzero"`   // it works, or they were told why it never will

	Words sp.Personal[string] `json:"-"` // as they asked
}

// EventType returns the stored name.
func (Request) EventType() store.EventType { return "support-request.noted" }

// request is a Request without its methods, and wireRequest what is stored of it.
type (
	request     Request
	wireRequest struct {
		request

		Words sp.Plain[string] `json:"words,omitzero"`
	}
)

var requests = &record.Kind[Request]{
	Name: RequestKind, By: []sp.Role{sp.RoleTeamLead}, Own: []sp.Role{sp.RoleLinkWorker},
	Index: func(r Request) record.Index {
		i := record.Index{ID: r.ID, Worker: r.Worker, Code: string(r.Matter), On: r.On}
		if r.Solved.IsZero() {
			i.Due = r.On
		}
		return i
	},
	Check: func(r Request, e *sp.InvalidError) {
		e.CheckID(string(r.Worker), "worker")
		e.CheckOptionalID(r.Site, "site")
		e.Check(slices.Contains([]Matter{Access, Equipment, Software, Room, Advice, Otherwise}, r.Matter), "matter", sp.NotListed, "must be access, equipment, software, room, advice or other")
		e.Check(!r.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(r.Answered.IsZero() || r.Answered >= r.On, "answered", sp.Untimely, "must not be before it was asked")
		e.Check(r.Solved.IsZero() || !r.Answered.IsZero() && r.Solved >= r.Answered, "solved", sp.Untimely, "must not be before it was answered")
	},
	Body: func(r Request) any { return wireRequest{request(r), sp.Plain[string]{Personal: r.Words}} },
	Read: func(body []byte) (Request, error) {
		var in wireRequest
		err := json.Unmarshal(body, &in)
		r := Request(in.request)
		r.Words = in.Words.Personal
		return r, err
	},
}

// Ask returns the record of a request that is not stored yet. Link workers write their own; it is
// amended when somebody has answered, and when it is solved.
func Ask(r Request, s sp.Stamp) (*record.Record[Request], error) { return requests.Write(r, s) }

// Requests returns the requests that db keeps, found by worker, by day, and by matter as the code. Due
// ([record.Repository.Due]) are those that are not solved, the oldest first.
func Requests(db store.Driver) *record.Repository[Request] { return requests.In(db) }

// An Answer says how soon somebody has an answer, and a solution, in working days.
type Answer struct {
	Within int    `json:"within"`
	Solve  int    `json:"solve"`
	Source string `json:"source"`
}

// ProposedAnswer returns two working days for an answer and ten for a solution. It is this
// library's own choice.
func ProposedAnswer() Answer { return Answer{2, 10, "this library's own choice"} }

// A Waiting is a request that is not solved, and how long it has been open.
type Waiting struct {
	ID       string             `json:"id"`
	Worker   workforce.WorkerID `json:"worker"`
	Site     string             `json:"site,omitempty"`
	Matter   Matter             `json:"matter"`
	Since    sp.Date            `json:"since"`
	Days     int                `json:"days"` // since it was asked
	Answered bool               `json:"answered"`
	Late     bool               `json:"late"` // beyond the days for what it waits for
}

// Open returns the requests that are not solved on a day, the oldest first, whether somebody has
// answered or not. The days of an [Answer] are working days of the calendar; [Waiting] tells all
// days.
func Open(all []Request, by Answer, c sp.Calendar, today sp.Date) []Waiting {
	var open []Waiting
	for _, r := range all {
		if r.On > today || !r.Solved.IsZero() && r.Solved <= today {
			continue
		}
		w := Waiting{r.ID, r.Worker, r.Site, r.Matter, r.On, today.Sub(r.On), !r.Answered.IsZero() && r.Answered <= today, false}
		within := by.Within
		if w.Answered {
			within = by.Solve
		}
		w.Late = today > c.AddWorkdays(r.On, within)
		open = append(open, w)
	}
	slices.SortFunc(open, func(a, b Waiting) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID)) })
	return open
}

// Solved returns indicator 73: requests of a period that were solved in time, of all whose time
// is over on a day. The others are excluded, solved or not: those that are solved soon would
// otherwise count before those that are not.
func Solved(all []Request, by Answer, c sp.Calendar, during sp.Period, today sp.Date) workforce.Figure {
	yes, of, excluded := 0, 0, 0
	for _, r := range all {
		if !during.Contains(r.On) {
			continue
		}
		until := c.AddWorkdays(r.On, by.Solve)
		if today <= until {
			excluded++
			continue
		}
		of++
		if !r.Solved.IsZero() && r.Solved <= until {
			yes++
		}
	}
	return workforce.Share(73, "requests for support that were solved in time", "requests", yes, of, excluded)
}
