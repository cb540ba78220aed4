package fhir

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// A Session is what of one is exchanged.
type Session struct {
	session.View
	Accompanied bool          `json:"accompanied,omitempty"` // somebody came along
	Reason      reason.Reason `json:"reason,omitzero"`       // why it was called off, or entered in error
}

// SessionOf returns what of a session is exchanged.
func SessionOf(x *session.Session) Session {
	v := Session{View: x.View()}
	for e := range x.History() {
		switch e := e.Event.(type) {
		case session.Attended:
			v.Accompanied = e.Accompanied
		case session.Cancelled:
			v.Reason = e.Reason
		case session.EnteredInError:
			v.Reason = e.Reason
		}
	}
	return v
}

// appointed are the states of an Appointment.
var appointed = map[session.State]string{
	session.StatePlanned: "booked", session.StateAttended: "fulfilled", session.StateMissed: "noshow", session.StateCancelled: "cancelled",
	session.StateInError: "entered-in-error",
}

// deliveryChannel is the extension of UK Core for how a session takes place.
const deliveryChannel = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel"

// Appointment writes a session. FHIR asks for an end where ours has none, so one is stated
// and reported. Why somebody missed it never stands in cancelationReason, which is for what
// was called off. It returns no resource where the reader may not know of sessions.
func (e Encoder) Appointment(s Session, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(s.Person, "session", "") {
		return nil, withheldWhole("state")
	}
	w := e.begin("Appointment", onto)
	w.identify("session", string(s.ID))
	w.o.Set("status", resource.Text(appointed[s.State]))
	if s.State == session.StateCancelled && s.Reason.Code != "" && w.may("reason", s.Person, "reason") {
		w.o.Set("cancelationReason", concept(s.Reason.Means(), calledOff(s.Reason), sp.Code{System: Extensions + "reason", Code: s.Reason.Code}))
	}
	w.setMoment("start", s.Start)
	if w.o.Get("end").IsZero() {
		lasts := e.Session
		if lasts <= 0 {
			lasts = time.Hour
		}
		w.o.Set("end", e.moment(s.Start.Add(lasts)))
		w.lose(Loss{Path: "start", Ours: "no end", Theirs: "Appointment.end", Kind: Defaulted, Recoverable: true})
	}
	w.keep("basedOn", resource.List(e.ref("ServiceRequest", "placement", string(s.Placement))))
	w.keep("participant", resource.List(object().Set("actor", e.ref("Patient", "person", string(s.Person))).Set("status", resource.Text("accepted")).Value()))
	if e.Profile.england() && s.Step != "" && e.sees(s.Person, "step", "") {
		setExtension(w.o, deliveryChannel, "valueCodeableConcept", concept("", channel(s.Step)))
	}
	w.restOfSession(s)
	return w.done()
}

// channel returns how a session takes place in the words of UK Core.
func channel(s session.Step) sp.Code {
	c := sp.Code{System: "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel", Code: "In-person", Display: "In-person"}
	if s == session.Phone {
		c.Code, c.Display = "Telephone", "Telephone"
	}
	return c
}

// calledOff returns whose reason it is in the words of HL7.
func calledOff(r reason.Reason) sp.Code {
	c := sp.Code{System: "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", Code: "other", Display: "Other"}
	switch r.Whose {
	case reason.Person:
		c.Code, c.Display = "pat", "Patient"
	case reason.Provider:
		c.Code, c.Display = "prov", "Provider"
	case reason.Referrer, reason.Scheme:
	}
	return c
}

func (w *out) restOfSession(s Session) {
	var x rest
	x.text("referral", string(s.Referral))
	x.text("provider", string(s.Provider))
	w.drop("referral", s.Referral != "", w.e.Own != "")
	w.drop("provider", s.Provider != "", w.e.Own != "")
	tell := func(path string, there bool, field string) bool { return w.tell(path, there, s.Person, field) }
	if tell("step", s.Step != "", "step") {
		x.text("step", string(s.Step))
	}
	if tell("cause", s.Cause != "", "reason") {
		x.text("cause", string(s.Cause))
	}
	if tell("minutes", s.Minutes != 0, "attendance") {
		x.count("minutes", s.Minutes)
	}
	if tell("accompanied", s.Accompanied, "attendance") {
		x.yes("accompanied", true)
	}
	if tell("reason", s.Reason.Code != "", "reason") {
		x.why(s.Reason)
	}
	w.drop("version", s.Version != 0, false)
	x.write(w, "session")
}

// Appointment reads a session. What is proposed, pending or on a waiting list is no session
// yet, and has no state.
func (d Decoder) Appointment(o *resource.Object) (Session, Report, error) {
	r, err := d.begin(o, "Appointment")
	if err != nil {
		return Session{}, r.report, err
	}
	x := r.recover("session")
	v := Session{Accompanied: x.yes("accompanied"), Reason: x.why()}
	v.ID = session.ID(r.identity("session"))
	v.Placement = placement.ID(r.part("placement", "basedOn"))
	v.Referral, v.Provider = referral.ID(x.text("referral")), directory.ID(x.text("provider"))
	v.Person = r.participant()
	v.Step, v.Minutes = session.Step(x.text("step")), x.count("minutes")
	v.Start = r.moment("start")
	word := o.Get("status").Text()
	switch word {
	case "booked":
		v.State = session.StatePlanned
	case "arrived", "checked-in":
		v.State = session.StatePlanned
		r.lose(Loss{Path: r.path("status"), Ours: string(v.State), Theirs: word, Kind: Coarsened})
	case "fulfilled":
		v.State = session.StateAttended
	case "noshow":
		v.State = session.StateMissed
		if v.Cause = session.Cause(x.text("cause")); !v.Cause.Valid() {
			v.Cause = session.UnknownCause
			r.lose(Loss{Path: r.path("status"), Ours: "cause unknown", Kind: Defaulted})
		}
	case "cancelled":
		v.State = session.StateCancelled
		r.cancelled(&v)
	case "entered-in-error":
		v.State = session.StateInError
	case "proposed", "pending", "waitlist":
		r.lose(Loss{Path: r.path("status"), Theirs: word, Kind: Dropped, Severity: sp.Warning})
	default:
		r.lose(Loss{Path: r.path("status"), Kind: UnknownCode, Severity: sp.Error})
	}
	return v, r.report, nil
}

// participant reads whose session it is: the first of those who take part that is known here.
func (r *in) participant() person.ID {
	for _, one := range r.o.Get("participant").All() {
		if id, ok := r.d.ours("person", one.Get("actor")); ok {
			return person.ID(id)
		}
	}
	r.lose(Loss{Path: r.path("participant"), Ours: "person", Kind: Dropped, Severity: sp.Warning})
	return ""
}

// cancelled reads why a session was called off.
func (r *in) cancelled(v *Session) {
	if v.Reason.Code != "" {
		return
	}
	v.Reason = reason.Because(reason.OtherReason)
	for c := range codesOf(r.o.Get("cancelationReason")) {
		switch {
		case c.System == Extensions+"reason" && reason.Because(c.Code).Whose != "":
			v.Reason = reason.Because(c.Code)
			return
		case c.Code == "pat":
			v.Reason.Whose = reason.Person
		case c.Code == "prov":
			v.Reason.Whose = reason.Provider
		}
	}
	r.lose(Loss{Path: r.path("cancelationReason"), Ours: v.Reason.Code, Kind: Coarsened})
}

// Encounter writes that a session was attended, and for how long. It returns no resource of
// one that was not, or where the reader may not know.
func (e Encoder) Encounter(s Session, onto *resource.Object) (*resource.Object, Report) {
	if s.State != session.StateAttended {
		return nil, nil
	}
	if !e.sees(s.Person, "attendance", "") {
		return nil, withheldWhole("minutes")
	}
	w := e.begin("Encounter", onto)
	w.identify("session", string(s.ID))
	w.o.Set("status", resource.Text("finished"))
	w.keep("class", coding(sp.Code{System: "http://terminology.hl7.org/CodeSystem/v3-ActCode", Code: class(s.Step)}))
	w.keep("subject", e.ref("Patient", "person", string(s.Person)))
	w.keep("basedOn", resource.List(e.ref("ServiceRequest", "placement", string(s.Placement))))
	w.keep("appointment", resource.List(e.ref("Appointment", "session", string(s.ID))))
	w.keep("period", object().Set("start", e.moment(s.Start)).Value())
	if s.Minutes > 0 {
		w.o.Set("length", object().Set("value", resource.Int(s.Minutes)).Set("unit", resource.Text("min")).
			Set("system", resource.Text("http://unitsofmeasure.org")).Set("code", resource.Text("min")).Value())
	}
	return w.done()
}

func class(s session.Step) string {
	switch s {
	case session.Phone:
		return "VR"
	case session.Home:
		return "HH"
	case session.Accompanied, session.SmallGroup, session.Group:
	}
	return "AMB"
}

// Encounter reads for how many minutes somebody came to which session. It is false of an
// encounter that belongs to no appointment of ours, or has not finished.
func (d Decoder) Encounter(o *resource.Object) (of session.ID, minutes int, ok bool, lost Report, err error) {
	r, err := d.begin(o, "Encounter")
	if err != nil {
		return "", 0, false, r.report, err
	}
	of = session.ID(r.part("session", "appointment"))
	if of == "" || !o.Get("status").Is("finished") {
		r.lose(Loss{Path: r.path("appointment"), Kind: Dropped})
		return "", 0, false, r.report, nil
	}
	n, whole := o.Get("length", "value").Int()
	if !o.Get("length").IsZero() && (!whole || !o.Get("length", "code").Is("min")) {
		n = 0
		r.lose(Loss{Path: r.path("length"), Ours: "minutes unknown", Kind: Dropped})
	}
	return of, n, true, r.report, nil
}
