package fhir

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// A Case is a referral with what hangs on it, as it is exchanged.
type Case struct {
	Person     *person.Person `json:"-"` // nil where who it is travels otherwise
	Referral   Referral       `json:"referral"`
	Placements []Placement    `json:"placements"`
	Sessions   []Session      `json:"sessions"`

	// What is known of the person beside the referral.
	Flags   []concern.Concern `json:"flags,omitempty"`   // worries about their safety, never written for them
	Choices []consent.Choice  `json:"choices,omitempty"` // what they permitted and refused
	Needs   []Need            `json:"needs,omitempty"`
	Scores  []Score           `json:"scores,omitempty"`
	Answers []Answers         `json:"answers,omitempty"` // to questionnaires
	Goals   []Goal            `json:"goals,omitempty"`
	Plans   []needs.Plan      `json:"plans,omitempty"`

	// Carried are resources that came with the case and that nothing here is made of.
	Carried []*resource.Object `json:"-"`
}

// CaseOf returns what of a case is exchanged, with all assessments of its person, those of
// earlier referrals too. Plans, permissions and answers are records of their own, which the
// caller adds. An alert is not exchanged: whoever must act on one is told by other means.
func CaseOf(c *referral.Case) Case {
	v := Case{Referral: ReferralOf(c.Referral)}
	for _, p := range c.Placements {
		one := PlacementOf(p)
		one.Urgency = c.Referral.Urgency()
		v.Placements = append(v.Placements, one)
	}
	for _, x := range c.Sessions {
		v.Sessions = append(v.Sessions, SessionOf(x))
	}
	v.Flags = c.Referral.Concerns()
	for _, a := range c.Assessments {
		v.assessed(a)
	}
	return v
}

// A BundleType is what a bundle is for.
type BundleType string

// The types of bundle in which a case travels. A document is made by [Encoder.Document].
const (
	Collection  BundleType = "collection"  // to be read
	Transaction BundleType = "transaction" // to be kept by a server: each resource is created once or updated, by its identifier
	Message     BundleType = "message"     // to be handed on, with a MessageHeader
)

// A case that is being written into a bundle.
type packer struct {
	e      Encoder
	bundle *resource.Bundle
	as     BundleType
	report Report
}

// Case writes a case as a bundle. Every reference is to an entry by its address, or names an
// identifier where no entry is written of it.
func (e Encoder) Case(c Case, as BundleType) (*resource.Bundle, Report) {
	e.bundled, e.present = true, e.entries(c)
	b := resource.NewBundle(string(as))
	if as == Message {
		identifier, _ := e.id("message", string(c.Referral.ID)+" "+e.At.UTC().Format("20060102T150405Z"))
		b.Object.Set("identifier", identifier)
	}
	b.Object.Set("timestamp", e.moment(e.At))
	p := &packer{e: e, bundle: b, as: as}
	if as == Message {
		p.header(c)
	}
	if c.Person != nil {
		c = c.asToContact(*c.Person)
		o, lost := e.Patient(*c.Person, nil)
		p.add("person", "Patient", "person", string(c.Person.ID), o, lost)
	}
	p.referral(c)
	for i, one := range c.Placements {
		p.placement(at("placements", i), c, one)
	}
	for i, one := range c.Sessions {
		p.session(at("sessions", i), one)
	}
	p.about(c)
	for _, o := range c.Carried {
		p.bundle.Add("", o)
	}
	return p.bundle, p.report
}

func (p *packer) referral(c Case) {
	r := c.Referral
	o, lost := p.e.ServiceRequest(r, nil)
	p.pertains(o, c.Goals)
	p.permitted(o, c)
	p.add("referral", "ServiceRequest", "referral", string(r.ID), o, lost)
	o, lost = p.e.Progress(r, nil)
	p.add("referral", "Task", "referral", string(r.ID), o, lost)
}

func (p *packer) placement(path string, c Case, one Placement) {
	o, lost := p.e.Order(one, nil)
	if o != nil {
		p.pertains(o, c.goalsOf(one.ID))
		p.permitted(o, c)
	}
	p.add(path, "ServiceRequest", "placement", string(one.ID), o, lost)
	o, lost = p.e.Task(one, nil)
	if o != nil {
		p.contents(o, c, one)
	}
	p.add(path, "Task", "placement", string(one.ID), o, lost)
}

func (p *packer) session(path string, one Session) {
	o, lost := p.e.Appointment(one, nil)
	p.add(path, "Appointment", "session", string(one.ID), o, lost)
	o, lost = p.e.Encounter(one, nil)
	p.add(path, "Encounter", "session", string(one.ID), o, lost)
}

// add adds a resource, and what was lost in writing it where that is not said already.
func (p *packer) add(path, resourceType, kind, id string, o *resource.Object, lost Report) {
	for _, l := range lost.within(path) {
		if !slices.Contains(p.report, l) {
			p.report = append(p.report, l)
		}
	}
	if o == nil {
		return
	}
	entry := p.bundle.Add(p.e.url(resourceType, kind, id), o)
	if p.as == Transaction {
		identifier, _ := p.e.id(kind, id)
		query := fmt.Sprintf("%s?identifier=%s|%s", resourceType, identifier.Get("system").Text(), url.QueryEscape(identifier.Get("value").Text()))
		entry.Object = object().Set("fullUrl", resource.Text(entry.FullURL)).
			Set("request", object().Set("method", resource.Text("PUT")).Set("url", resource.Text(query)).Value())
	}
}

// entries are the addresses of what a case has entries of, for this reader.
func (e Encoder) entries(c Case) map[string]bool {
	all := make(map[string]bool)
	if c.Person != nil {
		all[e.url("Patient", "person", string(c.Person.ID))] = true
	}
	r := c.Referral
	all[e.url("ServiceRequest", "referral", string(r.ID))] = true
	all[e.url("Task", "referral", string(r.ID))] = e.sees(r.Person, "status", "")
	for _, p := range c.Placements {
		shown := !e.hidden(p)
		all[e.url("ServiceRequest", "placement", string(p.ID))] = shown
		all[e.url("Task", "placement", string(p.ID))] = shown
	}
	for _, s := range c.Sessions {
		all[e.url("Appointment", "session", string(s.ID))] = e.sees(s.Person, "session", "")
	}
	for _, n := range c.Needs {
		all[e.url("Condition", "need", partOf(n.Assessment, n.ID))] = e.sees(n.Person, "need", string(n.Code))
	}
	for _, x := range c.Choices {
		all[e.url("Consent", "choice", string(x.ID))] = e.tellsChoice(x, r.Person)
	}
	for _, g := range c.Goals {
		all[e.url("Goal", "goal", partOf(g.Assessment, g.ID))] = e.sees(g.Person, "goal", "")
	}
	return all
}

// Case reads a case from a bundle of any type, in any order. What is read of one resource and
// what of another is put together: the needs of a placement stand in its order, its state in
// its Task. A resource that is refused is reported and carried, and the others are read; the
// error is [sp.ErrInvalid] where no referral can be read.
func (d Decoder) Case(b *resource.Bundle) (Case, Report, error) {
	d.index = b.Index()
	u := &unpacker{d: d, placements: make(map[placement.ID]*Placement), sessions: make(map[session.ID]*Session)}
	kinds := make([]string, len(b.Entries))
	for i, e := range b.Entries {
		if e.Resource != nil {
			kinds[i] = d.kind(i, e.Resource)
		}
	}
	for _, kind := range []string{"person", "referral", "progress", "order", "task", "appointment", "encounter", "about", "message", ""} {
		for i, e := range b.Entries {
			if e.Resource != nil && kinds[i] == kind {
				u.read(i, kind, e.Resource)
			}
		}
	}
	u.gather()
	if !u.found {
		return u.c, u.report, sp.Invalid("fhir: read a case", "Bundle.entry", sp.Missing, "must have a ServiceRequest that is a referral")
	}
	return u.c, u.report, nil
}

// kind returns what a resource of a bundle is about. A request that is based on another is
// the order of a placement, and a Task is about what its focus is.
func (d Decoder) kind(from int, o *resource.Object) string {
	switch o.Type() {
	case "Patient":
		return "person"
	case "ServiceRequest":
		if o.Get("basedOn").IsZero() {
			return "referral"
		}
		return "order"
	case "Task":
		if target, at, ok := d.index.Find(from, o.Get("focus")); ok && at != from && target.Type() == "ServiceRequest" && target.Get("basedOn").IsZero() && o.Get("partOf").IsZero() {
			return "progress"
		}
		return "task"
	case "Appointment":
		return "appointment"
	case "Encounter":
		return "encounter"
	case "MessageHeader":
		return "message"
	case "Flag", "Consent", "Condition", "Observation", "QuestionnaireResponse", "Goal", "CarePlan":
		return "about"
	}
	return ""
}

// An unpacker gathers what the entries of a bundle say.
type unpacker struct {
	d          Decoder
	c          Case
	found      bool // a referral
	order      []placement.ID
	booked     []session.ID
	placements map[placement.ID]*Placement
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
			u.c.Person = &p
		}
	case "referral":
		var r Referral
		if r, lost, err = d.ServiceRequest(o); err == nil && u.found {
			return append(lost, Loss{Path: "ServiceRequest", Kind: Refused, Severity: sp.Error}), sp.ErrInvalid
		} else if err == nil {
			u.c.Referral, u.found = r, true
		}
	case "progress":
		return u.progress(d, o)
	case "order":
		var p Placement
		if p, lost, err = d.Order(o); err == nil {
			at := u.placement(p.ID)
			at.Urgency, at.Person, at.Needs, at.Service, at.Venue, at.Referral, at.Contact = p.Urgency, p.Person, p.Needs, p.Service, p.Venue, p.Referral, p.Contact
		}
	case "task":
		var p Placement
		if p, lost, err = d.Task(o); err == nil {
			u.task(p, o)
		}
	case "appointment":
		var s Session
		if s, lost, err = d.Appointment(o); err == nil {
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

// progress takes the exact state from the Task behind the referral.
func (u *unpacker) progress(d Decoder, o *resource.Object) (Report, error) {
	of, state, lost, err := d.Progress(o)
	if err != nil || of != u.c.Referral.ID && !u.found {
		return lost, err
	}
	if requested[state] == requested[u.c.Referral.State] && u.c.Referral.State == meant[requested[state]] {
		u.c.Referral.State = state
	}
	return lost, nil
}

// task puts what a Task says beside what its order said.
func (u *unpacker) task(p Placement, o *resource.Object) {
	id := p.ID
	if focus, ok := u.d.ours("placement", o.Get("focus")); ok {
		id = placement.ID(focus)
	}
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
