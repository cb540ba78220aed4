package session

import (
	"encoding/json"
	"time"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
)

// A View is the JSON form of a session: its state in identifiers, codes, numbers and
// times. It is pseudonymous. Members are added and never change.
type View struct {
	ID        ID           `json:"id"`
	Version   int64        `json:"version"` // of the record; 0 before it is saved
	State     State        `json:"state"`
	Placement id.Placement `json:"placement"`
	Referral  id.Referral  `json:"referral,omitempty"`
	Person    person.ID    `json:"person"`
	Provider  directory.ID `json:"provider,omitempty"`
	Step      Step         `json:"step"`
	Start     time.Time    `json:"start"`
	Cause     Cause        `json:"cause,omitempty"`   // why the person did not come, if they did not
	Minutes   int          `json:"minutes,omitempty"` // that the person stayed; 0 is unknown
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (x *Session) Version() int64 { return x.root.Version() }

// View returns what [Session.MarshalJSON] writes.
func (x *Session) View() View {
	p := x.Plan()
	return View{x.id, x.Version(), x.state, p.Placement, p.Referral, p.Person, p.Provider, p.Step, p.Start, x.cause, x.minutes}
}

// MarshalJSON writes the [View] of the session, never its stored form.
func (x *Session) MarshalJSON() ([]byte, error) { return json.Marshal(x.View()) }
