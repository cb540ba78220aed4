package caseload

import (
	"encoding/json"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
)

// A View is the JSON form of a hand-over: its state in identifiers, codes and days. It is
// pseudonymous. Members are added and never change.
type View struct {
	ID      ID                `json:"id"`
	Version int64             `json:"version"` // of the record; 0 before it is saved
	State   State             `json:"state"`
	From    referral.WorkerID `json:"from"`
	Lead    referral.WorkerID `json:"lead"`
	Why     Why               `json:"why"`
	By      sp.Date           `json:"by,omitzero"` // by when everybody is to answer; zero is open
	Cases   []CaseView        `json:"cases"`
}

// A CaseView is one case of a [View], as [Pass] has it.
type CaseView struct {
	Referral referral.ID         `json:"referral"`
	To       referral.WorkerID   `json:"to"`
	Refused  []referral.WorkerID `json:"refused,omitempty"`
	Why      No                  `json:"why,omitempty"` // the reason that the last of them gave
	Owner    referral.WorkerID   `json:"owner"`         // who has the case
	Done     bool                `json:"done"`          // nobody is to answer any more
}

// View returns what [HandOver.MarshalJSON] writes.
func (h *HandOver) View() View {
	v := View{ID: h.id, Version: h.Version(), State: h.state, From: h.from, Lead: h.lead, Why: h.why, By: h.by, Cases: []CaseView{}}
	for _, p := range h.Passes() {
		v.Cases = append(v.Cases, CaseView(p))
	}
	return v
}

// MarshalJSON writes the [View] of the hand-over, never its stored form.
func (h *HandOver) MarshalJSON() ([]byte, error) { return json.Marshal(h.View()) }
