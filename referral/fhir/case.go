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

	chosen bool // its choices were replayed
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
	u := newUnpacker(d)
	kinds := make([]string, len(b.Entries))
	for i, e := range b.Entries {
		if e.Resource != nil {
			kinds[i] = d.kind(i, e.Resource)
		}
	}
	for _, kind := range []string{"referral", "person", "progress", "order", "task", "appointment", "encounter", "about", "message", ""} {
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
