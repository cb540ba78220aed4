package fhir

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// kinds are the resources that the records of a case become.
var kinds = map[string]struct{ resourceType, kind string }{
	referral.Kind: {"ServiceRequest", "referral"}, placement.Kind: {"Task", "placement"}, session.Kind: {"Appointment", "session"},
}

// ofConcern are what the stored names of events about somebody's safety begin with.
var ofConcern = []string{"referral.flagged", "referral.hand"}

// aboutConcern reports whether an event says that there is a concern about safety.
func aboutConcern(h referral.Happening) bool {
	for _, name := range ofConcern {
		if strings.HasPrefix(string(h.Event.EventType()), name) {
			return true
		}
	}
	return false
}

// Provenance writes who did what to a record of a case, and when: an export for audit, that
// is not read back. What the event says beyond its name is dropped. It returns no resource
// where the reader may not know, which is said of every event; that there is a concern about
// safety is never told to the person, whatever the permission says.
func (e Encoder) Provenance(h referral.Happening, of person.ID) (*resource.Object, Report) {
	field := "status"
	if aboutConcern(h) {
		field = "flags"
	}
	if !e.sees(of, field, "") || field == "flags" && e.To.Role == sp.RolePerson {
		return nil, Report{{Path: "event", Kind: Withheld}}
	}
	w := e.begin("Provenance", nil)
	k := kinds[h.Kind]
	w.o.Set("target", resource.List(e.ref(k.resourceType, k.kind, h.ID)))
	w.o.Set("occurredDateTime", e.moment(h.Stamp.At)).Set("recorded", e.moment(h.Stamp.Recorded))
	w.o.Set("activity", concept("", sp.Code{System: Extensions + "event", Code: string(h.Event.EventType())}))
	agent := object().Set("type", concept("", sp.Code{System: Extensions + "role", Code: string(h.Stamp.By.Role)})).
		Set("who", e.who(h.Stamp.By)).Set("onBehalfOf", e.behalf(h.Stamp.By))
	w.o.Set("agent", resource.List(agent.Value()))
	w.drop("event", true, false)
	return w.done()
}

// who refers to an actor.
func (e Encoder) who(by sp.Actor) resource.Value {
	switch by.Role {
	case sp.RolePerson:
		return e.named("Patient", "person", by.For)
	case sp.RoleSystem:
		return e.named("Device", "actor", by.ID)
	default:
		return e.named("PractitionerRole", "actor", by.ID)
	}
}

// behalf refers to the organisation for which an actor acts.
func (e Encoder) behalf(by sp.Actor) resource.Value {
	if by.Role == sp.RoleProvider || by.Role == sp.RoleReferrer {
		return e.named("Organization", "organisation", by.For)
	}
	return resource.Value{}
}

// AuditEvent writes that somebody was told something of a person, from the log of what was
// told: an export that is not read back. It names fields and codes of those that the reader
// may see themself, and of the others that there were some.
func (e Encoder) AuditEvent(told register.Told, of person.ID, s sp.Stamp) (*resource.Object, Report) {
	w := e.begin("AuditEvent", nil)
	w.o.Set("type", coding(sp.Code{System: "http://dicom.nema.org/resources/ontology/DCM", Code: "110106", Display: "Export"}))
	w.o.Set("action", resource.Text("R")).Set("recorded", e.moment(s.Recorded))
	w.o.Set("purposeOfEvent", resource.List(concept("", sp.Code{System: Extensions + "purpose", Code: string(told.Purpose)})))
	by := object().Set("who", e.who(s.By)).Set("requestor", resource.Bool(true))
	to := object().Set("role", resource.List(concept("", sp.Code{System: Extensions + "recipient", Code: string(told.As)}))).
		Set("altId", resource.Text(told.To)).Set("requestor", resource.Bool(false))
	w.o.Set("agent", resource.List(by.Value(), to.Value()))
	w.o.Set("source", object().Set("observer", e.named("Organization", "organisation", string(e.Scheme))).Value())
	var details []resource.Value
	for i, item := range told.Items {
		if w.mayCode(at("items", i), of, item.Field, item.Code) {
			said := strings.TrimSuffix(item.Field+" "+item.Code, " ")
			details = append(details, object().Set("type", resource.Text(said)).Set("valueString", resource.Text(item.Authority)).Value())
		}
	}
	entity := object().Set("what", e.named("Patient", "person", string(of))).Set("detail", resource.List(details...))
	w.o.Set("entity", resource.List(entity.Value()))
	w.drop("policy", told.Policy != "", false)
	w.drop("service", told.Service != "", false)
	w.drop("stage", told.Stage != "", false)
	return w.done()
}
