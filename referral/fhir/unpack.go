package fhir

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

func newUnpacker(d Decoder) *unpacker {
	return &unpacker{
		d: d, placements: make(map[placement.ID]*Placement), ordered: make(map[placement.ID]bool), tasked: make(map[placement.ID]bool),
		sessions: make(map[session.ID]*Session),
	}
}

// An unpacker gathers what the entries of a bundle say.
type unpacker struct {
	d          Decoder
	c          Case
	found      bool             // a referral
	subject    *resource.Object // whom it is about, where the bundle has them
	order      []placement.ID
	booked     []session.ID
	placements map[placement.ID]*Placement
	ordered    map[placement.ID]bool // of which an order was read,
	tasked     map[placement.ID]bool // and a Task
	sessions   map[session.ID]*Session
	report     Report
}

func (u *unpacker) read(i int, kind string, o *resource.Object) {
	d := u.d
	d.from = i
	lost, err := u.readAs(d, kind, o)
	path := fmt.Sprintf("Bundle.entry[%d].resource", i)
	for _, l := range lost {
		if _, element, ok := cut(l.Path); ok {
			l.Path = path + "." + element
		} else {
			l.Path = path + "." + l.Path
		}
		u.report = append(u.report, l)
	}
	if err != nil || kind == "" || kind == "message" {
		u.c.Carried = append(u.c.Carried, o)
	}
}

// cut splits a path behind the type of the resource.
func cut(path string) (resourceType, element string, ok bool) {
	for i, c := range path {
		if c == '.' && path[0] >= 'A' && path[0] <= 'Z' {
			return path[:i], path[i+1:], true
		}
	}
	return "", path, false
}

func (u *unpacker) readAs(d Decoder, kind string, o *resource.Object) (lost Report, err error) {
	switch kind {
	case "person":
		var p person.Person
		if p, lost, err = d.Patient(o); err == nil {
			return u.person(p, o, lost)
		}
	case "referral":
		return u.referral(d, o)
	case "progress":
		return u.progress(d, o)
	case "order":
		var p Placement
		if p, lost, err = d.Order(o); err == nil {
			if !u.ours(p.Person, p.Referral) || u.ordered[p.ID] {
				return refused(lost, o)
			}
			u.ordered[p.ID] = true
			at := u.placement(p.ID)
			at.Urgency, at.Person, at.Needs, at.Service, at.Venue, at.Referral, at.Contact = p.Urgency, p.Person, p.Needs, p.Service, p.Venue, p.Referral, p.Contact
		}
	case "task":
		var p Placement
		if p, lost, err = d.task(o, u.needsOf(o)); err == nil && !u.task(p, o) {
			return refused(lost, o)
		}
	case "appointment":
		var s Session
		if s, lost, err = d.Appointment(o); err == nil {
			if !u.ours(s.Person, s.Referral) || u.sessions[s.ID] != nil {
				return refused(lost, o)
			}
			u.booked = append(u.booked, s.ID)
			u.sessions[s.ID] = &s
		}
	case "encounter":
		id, minutes, ok, report, failed := d.Encounter(o)
		if s := u.sessions[id]; ok && s != nil && minutes > 0 {
			s.Minutes = minutes
		}
		return report, failed
	case "message":
		return d.message(o)
	case "about":
		return u.about(d, o)
	}
	return lost, err
}

// referral takes the one that the case is about; a second one is not used.
func (u *unpacker) referral(d Decoder, o *resource.Object) (Report, error) {
	r, lost, err := d.ServiceRequest(o)
	if err != nil {
		return lost, err
	}
	if u.found {
		return refused(lost, o)
	}
	u.c.Referral, u.found = r, true
	u.subject, _, _ = d.index.Find(d.from, o.Get("subject"))
	return lost, nil
}

// progress takes the exact state from the Task behind the referral.
func (u *unpacker) progress(d Decoder, o *resource.Object) (Report, error) {
	_, state, lost, err := d.Progress(o)
	if err != nil || !u.found {
		return lost, err
	}
	if request, _, _ := d.index.Find(d.from, o.Get("focus")); referral.ID((&in{d: d, o: request}).identity("referral")) != u.c.Referral.ID {
		return refused(lost, o)
	}
	now := u.c.Referral.State
	switch {
	case requested[state] == requested[now] && now == meant[requested[now]]:
		u.c.Referral.State = state
	case state != now && state != "":
		lost = append(lost, Loss{Path: "Task.status", Ours: string(now), Theirs: string(state), Kind: Dropped, Severity: sp.Warning})
	}
	return lost, nil
}

// task puts what a Task says beside what its order said, if it is of this case and the first
// about its placement.
func (u *unpacker) task(p Placement, o *resource.Object) bool {
	id := p.ID
	if focus, ok := u.d.ours("placement", o.Get("focus")); ok {
		id = placement.ID(focus)
	}
	if !u.ours(p.Person, p.Referral) || u.tasked[id] {
		return false
	}
	u.tasked[id] = true
	at := u.placement(id)
	p.Needs, p.Service, p.Venue, p.Contact = at.Needs, at.Service, at.Venue, at.Contact
	if p.Referral == "" {
		p.Referral = at.Referral
	}
	if p.Person == "" {
		p.Person = at.Person
	}
	p.ID = id
	*at = p
	return true
}

// needsOf returns the needs for which the order behind a Task is.
func (u *unpacker) needsOf(task *resource.Object) []needs.Code {
	focus, _ := u.d.ours("placement", task.Get("focus"))
	if p := u.placements[placement.ID(focus)]; p != nil {
		return p.Needs
	}
	return nil
}

// placement returns the placement of an ID, which is new if nothing has named it yet.
func (u *unpacker) placement(id placement.ID) *Placement {
	if p := u.placements[id]; p != nil {
		return p
	}
	p := &Placement{View: placement.View{ID: id}}
	u.placements[id] = p
	u.order = append(u.order, id)
	return p
}

// gather puts the parts of the case in order.
func (u *unpacker) gather() {
	for _, id := range u.order {
		u.c.Placements = append(u.c.Placements, *u.placements[id])
		u.c.Referral.Placements = append(u.c.Referral.Placements, id)
	}
	if u.c.Person != nil && u.c.Referral.Contact == sp.No {
		quiet(u.c.Person)
	}
	for _, id := range u.booked {
		u.c.Sessions = append(u.c.Sessions, *u.sessions[id])
	}
	for i := range u.c.Plans {
		for j := range u.c.Plans[i].Items {
			item := &u.c.Plans[i].Items[j]
			item.Words = u.c.called(u.c.Plans[i].Assessment, item.Goal)
		}
	}
}
