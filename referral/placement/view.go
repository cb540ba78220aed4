package placement

import (
	"encoding/json"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// A View is the JSON form of a placement: its state in identifiers, codes and times. It
// is pseudonymous. Members are added and never change.
type View struct {
	ID       ID           `json:"id"`
	Version  int64        `json:"version"` // of the record; 0 before it is saved
	State    State        `json:"state"`
	Referral id.Referral  `json:"referral"`
	Person   person.ID    `json:"person"`
	Service  directory.ID `json:"service"`
	Venue    directory.ID `json:"venue,omitempty"`
	Provider directory.ID `json:"provider"`
	Needs    []needs.Code `json:"needs"`
	Group    GroupID      `json:"group,omitempty"`
	Step     session.Step `json:"step"`

	Level     Level     `json:"level,omitempty"`     // of what was sent, if it was
	Disclosed []Item    `json:"disclosed,omitempty"` // by field and code, never what it said
	Untold    []Item    `json:"untold,omitempty"`    // what the provider was to be told once they said yes, and was not
	ReplyBy   time.Time `json:"replyBy,omitzero"`
	Waiting   bool      `json:"waiting,omitempty"` // on the provider's own list
	Expected  sp.Date   `json:"expected,omitzero"` // when a place is, if that is known

	Result needs.Result  `json:"result,omitzero"` // of one that was completed
	Reason reason.Reason `json:"reason,omitzero"` // why it ended otherwise
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (p *Placement) Version() int64 { return p.root.Version() }

// View returns what [Placement.MarshalJSON] writes.
func (p *Placement) View() View {
	sent := p.Sent()
	expected, waiting := p.Waiting()
	v := View{
		ID: p.id, Version: p.Version(), State: p.state, Referral: p.Referral(), Person: p.Person(), Service: p.Service(), Venue: p.Venue(),
		Provider: p.Provider(), Needs: p.Needs(), Group: p.Group(), Step: p.step, Level: sent.Level, Disclosed: p.Disclosed(), Untold: p.Untold(), ReplyBy: sent.ReplyBy,
		Waiting: waiting, Result: p.Result(), Reason: p.reason,
	}
	if waiting {
		v.Expected = expected
	}
	return v
}

// MarshalJSON writes the [View] of the placement, never its stored form.
func (p *Placement) MarshalJSON() ([]byte, error) { return json.Marshal(p.View()) }

// Version returns the version of the group's record, 0 if it was never saved.
func (g *Group) Version() int64 { return g.version }

// MarshalJSON writes the group with the views of its members: the members id, version,
// accepted, which is left out as long as nobody was, and members.
func (g *Group) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID       GroupID      `json:"id"`
		Version  int64        `json:"version"`
		Accepted ID           `json:"accepted,omitempty"`
		Members  []*Placement `json:"members"`
	}{g.id, g.version, g.doc.Accepted, g.members})
}
