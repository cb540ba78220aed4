package referral

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A View is the JSON form of a referral: its state in identifiers, codes, numbers and
// times. It is pseudonymous, and concerns are not among it ([Referral.Concerns]), but its
// version counts what was noted of them: the person is shown [View.For]. Members are
// added and never change.
type View struct {
	ID       ID           `json:"id"`
	Version  int64        `json:"version"` // of the record; 0 before it is saved, and to readers who may not see it: [View.For]
	State    State        `json:"state"`
	Person   person.ID    `json:"person"`
	Referrer sp.Actor     `json:"referrer"`
	From     directory.ID `json:"from,omitempty"`     // the organisation that referred
	Previous ID           `json:"previous,omitempty"` // the referral that the person had before
	Received time.Time    `json:"received,omitzero"`
	Urgency  Urgency      `json:"urgency"`
	Worker   WorkerID     `json:"worker,omitempty"` // whose caseload it is on
	Needs    []needs.Code `json:"needs"`

	FirstContact    time.Time      `json:"firstContact,omitzero"`
	Attempts        int            `json:"attempts"` // to reach the person since they last spoke
	Placements      []placement.ID `json:"placements"`
	FollowUp        sp.Date        `json:"followUp,omitzero"`
	WithdrawalAsked time.Time      `json:"withdrawalAsked,omitzero"`

	Ended  time.Time     `json:"ended,omitzero"`
	Result needs.Result  `json:"result,omitzero"` // of one that was closed
	Reason reason.Reason `json:"reason,omitzero"` // why it ended before it was done
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (r *Referral) Version() int64 { return r.root.Version() }

// View returns what [Referral.MarshalJSON] writes.
func (r *Referral) View() View {
	v := View{
		ID: r.id, Version: r.Version(), State: r.state, Person: r.Person(), Referrer: r.requester, From: r.From(), Previous: r.Previous(),
		Received: r.since, Urgency: r.Urgency(), Worker: r.Worker(), Needs: some(r.Needs()), FirstContact: r.contacted, Attempts: r.Attempts(),
		Placements: some(r.Placements()), FollowUp: r.followUp, WithdrawalAsked: r.WithdrawalAsked(), Result: r.Result(), Reason: r.reason,
	}
	if !r.state.Open() {
		v.Ended = r.ended
	}
	return v
}

// For returns the view as a reader may be shown it: without the version to whoever may not
// know of concerns, since it grows with each that is noted.
func (v View) For(reader sp.Actor) View {
	if !transition.Scheme.Hears(reader.Role) {
		v.Version = 0
	}
	return v
}

// MarshalJSON writes the [View] of the referral, never its stored form.
func (r *Referral) MarshalJSON() ([]byte, error) { return json.Marshal(r.View()) }

// MarshalJSON writes the views of everything in the case: the members referral,
// placements, sessions, assessments and missing. With the versions and alerts that are in
// them it is for those who work for the scheme, and for no one else.
func (c *Case) MarshalJSON() ([]byte, error) {
	if err := c.check("write JSON"); err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Referral    *Referral              `json:"referral"`
		Placements  []*placement.Placement `json:"placements"`
		Sessions    []*session.Session     `json:"sessions"`
		Assessments []*needs.Assessment    `json:"assessments"`
		Missing     []placement.ID         `json:"missing,omitempty"`
	}{c.Referral, some(c.Placements), some(c.Sessions), some(c.Assessments), c.Missing})
}

// some returns a list that JSON writes as one where it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// A Happening is one event of a case, and of which of its records it is.
type Happening struct {
	Kind string // [Kind], [placement.Kind] or [session.Kind]
	ID   string
	store.Entry[store.Event]
}

// MarshalJSON writes the record and then what [store.Entry] writes. Concerns are among
// the events of a referral, so a timeline is for those who may know of them:
//
//	{"kind": "referral", "id": "R-7", "type": "referral.accepted", "by": {...}, "at": "...", "recorded": "...", "event": {"worker": "ann"}}
func (h Happening) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind     string          `json:"kind"`
		ID       string          `json:"id"`
		Type     store.EventType `json:"type"`
		By       sp.Actor        `json:"by"`
		At       time.Time       `json:"at"`
		Recorded time.Time       `json:"recorded"`
		Event    store.Event     `json:"event"`
	}{h.Kind, h.ID, h.Event.EventType(), h.Stamp.By, h.Stamp.At, h.Stamp.Recorded, h.Event})
}

// Version counts every change of the case: the versions of the referral and of all that hangs
// on it, added up. Two cases that were loaded have the same if nothing happened between, so it
// is what a web service gives out as an ETag for a page of it all. It is 0 for a case that was
// never saved.
func (c *Case) Version() (n int64) {
	if c.check("version") != nil {
		return 0
	}
	n = c.Referral.Version()
	for _, p := range c.Placements {
		n += p.Version()
	}
	for _, x := range c.Sessions {
		n += x.Version()
	}
	for _, a := range c.Assessments {
		n += a.Version()
	}
	return n
}

// Happened reports whether something was recorded in the case by the same actor under the key
// of a stamp ([store.Repeated]), be it in the referral or in what hangs on it: a request that
// comes twice has happened.
func (c *Case) Happened(s sp.Stamp) bool {
	if s.Key == "" || c.check("happened") != nil {
		return false
	}
	return store.Repeated(c.Referral.History(), s) ||
		slices.ContainsFunc(c.Placements, func(p *placement.Placement) bool { return store.Repeated(p.History(), s) }) ||
		slices.ContainsFunc(c.Sessions, func(x *session.Session) bool { return store.Repeated(x.History(), s) }) ||
		slices.ContainsFunc(c.Assessments, func(a *needs.Assessment) bool { return store.Repeated(a.History(), s) })
}

// Timeline returns everything that happened to the referral, its placements and
// its sessions, by when it took effect; what took effect at the same moment comes
// in the order of referral, placements, sessions, and within each as it was recorded.
func (c *Case) Timeline() []Happening {
	if c.check("timeline") != nil {
		return nil
	}
	var all []Happening
	for e := range c.Referral.History() {
		all = append(all, Happening{Kind, string(c.Referral.id), store.Entry[store.Event]{Stamp: e.Stamp, Event: e.Event}})
	}
	for _, p := range c.Placements {
		for e := range p.History() {
			all = append(all, Happening{placement.Kind, string(p.ID()), store.Entry[store.Event]{Stamp: e.Stamp, Event: e.Event}})
		}
	}
	for _, x := range c.Sessions {
		for e := range x.History() {
			all = append(all, Happening{session.Kind, string(x.ID()), store.Entry[store.Event]{Stamp: e.Stamp, Event: e.Event}})
		}
	}
	slices.SortStableFunc(all, func(a, b Happening) int { return a.Stamp.At.Compare(b.Stamp.At) })
	return all
}
