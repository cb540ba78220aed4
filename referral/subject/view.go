package subject

import (
	"encoding/json"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
)

// A View is the JSON form of a protocol: what was erased, by kinds, numbers and
// pseudonyms. Members are added and never change.
type View struct {
	ID     ErasureID      `json:"id"`
	Person person.ID      `json:"person"`
	Why    Why            `json:"why"`
	State  State          `json:"state"`
	Counts map[string]int `json:"counts"`          // records of each kind that are gone
	Ended  []placement.ID `json:"ended,omitempty"` // placements that ended with it, whose providers are to be told
}

// View returns what [Protocol.MarshalJSON] writes.
func (p *Protocol) View() View {
	return View{ID: p.id, Person: p.person, Why: p.why, State: p.state, Counts: p.Counts(), Ended: p.Ended()}
}

// MarshalJSON writes the [View] of the protocol, never its stored form.
func (p *Protocol) MarshalJSON() ([]byte, error) { return json.Marshal(p.View()) }
