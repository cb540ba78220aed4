package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// The code systems of the NHS Booking and Referral Standard for what a message is about.
const (
	systemEvent = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
	systemSince = "https://fhir.nhs.uk/CodeSystem/message-reason-bars"
)

// header writes who sends the message, and what it is about.
func (p *packer) header(c Case) {
	source := object().Set("endpoint", resource.Text(p.e.Own))
	focus := p.e.ref("ServiceRequest", "referral", string(c.Referral.ID))
	h := resource.New("MessageHeader").
		Set("eventCoding", coding(p.e.event())).Set("reason", p.e.since(c.Referral)).
		Set("sender", p.e.named("Organization", "organisation", string(p.e.Scheme))).
		Set("source", source.Value()).Set("focus", resource.List(focus))
	p.bundle.Add(p.e.url("MessageHeader", "message", string(c.Referral.ID)), h)
}

// event returns what a message is. For England it is that of BaRS: who referred gets a
// response, and everybody else a request. Elsewhere no code is established.
func (e Encoder) event() sp.Code {
	switch {
	case !e.Profile.england():
		return sp.Code{System: Extensions + "message-event", Code: "case"}
	case e.To.Role == sp.RoleReferrer:
		return sp.Code{System: systemEvent, Code: "servicerequest-response", Display: "ServiceRequest Response"}
	}
	return sp.Code{System: systemEvent, Code: "servicerequest-request", Display: "ServiceRequest Request"}
}

// since returns whether the message is the first about its request. One that was called off
// is an update in BaRS too, whose status says so; delete is never written.
func (e Encoder) since(r Referral) resource.Value {
	switch {
	case !e.Profile.england():
		return resource.Value{}
	case r.State == referral.StateReceived && e.To.Role != sp.RoleReferrer:
		return concept("", sp.Code{System: systemSince, Code: "new", Display: "New"})
	}
	return concept("", sp.Code{System: systemSince, Code: "update", Display: "Update"})
}

// message reads what a message says it is. Nothing is done for it: what its resources say is
// read whatever it is called. That something is to be deleted, or booked, is reported.
func (d Decoder) message(o *resource.Object) (Report, error) {
	r, err := d.begin(o, "MessageHeader")
	if err != nil {
		return r.report, err
	}
	switch event := o.Get("eventCoding"); {
	case event.Get("system").Is(Extensions + "message-event"), event.Get("system").Is(systemEvent) && (event.Get("code").Is("servicerequest-request") || event.Get("code").Is("servicerequest-response")):
	default:
		r.lose(Loss{Path: r.path("event"), Kind: UnknownCode, Severity: sp.Warning})
	}
	if codeIn(o.Get("reason"), systemSince, "delete") {
		r.lose(Loss{Path: r.path("reason"), Theirs: "delete", Kind: Refused, Severity: sp.Warning})
	}
	return r.report, nil
}
