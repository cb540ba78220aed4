package forum

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// RecordKind is the kind of record under which meetings are stored.
const RecordKind = "forum"

// An Invitation is of somebody who was asked to a meeting, or came without being asked.
type Invitation struct {
	Who  string   `json:"who"`           // ID of the organisation; of a link worker their own
	As   sp.Role  `json:"as"`            // link-worker, provider, referrer or another
	On   sp.Date  `json:"on,omitzero"`   // when they were invited; zero is that they were not
	Came sp.Truth `json:"came,omitzero"` // unknown is that nobody has said it
}

// A Meeting is one forum of partners.
type Meeting struct {
	ID        string       `json:"id"`
	Area      string       `json:"area,omitempty"`
	Organiser string       `json:"organiser"` // ID of the organisation
	On        sp.Date      `json:"on"`
	Invited   []Invitation `json:"invited,omitempty"`
	Off       bool         `json:"off,omitempty"` // it did not take place
}

// EventType returns the stored name.
func (Meeting) EventType() store.EventType { return "forum.noted" }

// has reports whether the meeting invited somebody in a role.
func (m Meeting) has(role sp.Role) bool {
	return slices.ContainsFunc(m.Invited, func(i Invitation) bool { return i.As == role && !i.On.IsZero() })
}

// open reports whether somebody is still to say who came.
func (m Meeting) open() bool {
	return !m.Off && (len(m.Invited) == 0 || slices.ContainsFunc(m.Invited, func(i Invitation) bool { return !i.Came.Known() }))
}

var meetings = &record.Kind[Meeting]{
	Name: RecordKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker},
	Ahead: func(m Meeting) bool {
		return !slices.ContainsFunc(m.Invited, func(i Invitation) bool { return i.Came == sp.Yes })
	},
	Index: func(m Meeting) record.Index {
		i := record.Index{ID: m.ID, Area: m.Area, Code: m.Organiser, On: m.On}
		if m.open() {
			i.Due = m.On
		}
		return i
	},
	Check: func(m Meeting, e *sp.InvalidError) {
		e.Check(!m.On.IsZero(), "on", sp.Missing, "must be known")
		e.CheckID(m.Organiser, "organiser")
		seen := map[string]bool{}
		for n, i := range m.Invited {
			path := fmt.Sprintf("invited[%d]", n)
			e.CheckID(i.Who, path+".who")
			e.CheckID(string(i.As), path+".as")
			e.Check(!seen[i.Who], path+".who", sp.Duplicate, "must be there once")
			e.Check(i.On <= m.On, path+".on", sp.Untimely, "must not be after the meeting")
			e.Check(i.Came != sp.Yes || !m.Off, path+".came", sp.Inconsistent, "must not be yes of a meeting that did not take place")
			seen[i.Who] = true
		}
	},
}

// Note returns the record of a meeting that is not stored yet, to come or past. It is amended
// when somebody says who came.
func Note(m Meeting, s sp.Stamp) (*record.Record[Meeting], error) { return meetings.Write(m, s) }

// Meetings returns the meetings that db keeps, found by area, by day, and by organiser as the code.
// Due ([record.Repository.Due]) are past meetings of which nobody has said who came, and
// meetings to which nobody is invited yet.
func Meetings(db store.Driver) *record.Repository[Meeting] { return meetings.In(db) }

var events = store.EventTypesOf[store.Event](Meeting{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
