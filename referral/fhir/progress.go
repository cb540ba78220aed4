package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// progressed are the states of the Task behind a referral.
var progressed = map[referral.State]string{
	referral.StateReceived: "requested", referral.StateAccepted: "accepted", referral.StateActive: "in-progress",
	referral.StateDeclined: "rejected", referral.StateRerouted: "rejected", referral.StateExpired: "cancelled", referral.StateWithdrawn: "cancelled",
	referral.StateInError: "entered-in-error",
}

// Progress writes how far a referral has come, as a Task whose focus is its ServiceRequest
// and whose owner is the scheme: a ServiceRequest knows neither received nor accepted. It
// returns no resource where the reader may not know.
func (e Encoder) Progress(r Referral, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(r.Person, "status", "") {
		return nil, withheldWhole("state")
	}
	w := e.begin("Task", onto)
	w.identify("referral", string(r.ID))
	w.o.Set("status", resource.Text(progress(r)))
	if r.Reason.Code != "" && w.may("reason", r.Person, "reason") {
		w.o.Set("statusReason", concept(r.Reason.Means(), because(r.Reason)...))
	}
	w.o.Set("businessStatus", concept("", sp.Code{System: Extensions + "referral-status", Code: string(r.State)}))
	w.keep("intent", resource.Text("order"))
	w.keep("code", concept("", fulfil))
	w.keep("focus", e.ref("ServiceRequest", "referral", string(r.ID)))
	w.keep("for", e.ref("Patient", "person", string(r.Person)))
	w.setMoment("authoredOn", r.Received)
	w.urgency(r.Urgency)
	w.requester(r)
	w.keep("owner", e.ref("Organization", "organisation", string(e.Scheme)))
	return w.done()
}

// progress returns the status: one that was closed is completed where something was met,
// and failed where nothing was or nobody knows.
func progress(r Referral) string {
	if r.State != referral.StateClosed {
		return progressed[r.State]
	}
	if r.Result.Outcome == needs.NotMet || r.Result.Outcome == needs.UnknownOutcome {
		return "failed"
	}
	return "completed"
}

// Progress reads how far the referral has come that a Task is about. Where its
// ServiceRequest is ours to read too, this is the exacter word.
func (d Decoder) Progress(o *resource.Object) (of referral.ID, state referral.State, lost Report, err error) {
	r, err := d.begin(o, "Task")
	if err != nil {
		return "", "", r.report, err
	}
	of = referral.ID(r.identity("referral"))
	word := o.Get("status").Text()
	for c := range codesOf(o.Get("businessStatus")) {
		exact := referral.State(c.Code)
		if c.System == Extensions+"referral-status" && (progressed[exact] == word || exact == referral.StateClosed && (word == "completed" || word == "failed")) {
			return of, exact, r.report, nil
		}
	}
	switch word {
	case "requested", "received":
		state = referral.StateReceived
	case "accepted", "ready", "on-hold":
		state = referral.StateAccepted
	case "in-progress":
		state = referral.StateActive
	case "completed", "failed":
		state = referral.StateClosed
	case "rejected":
		state = referral.StateDeclined
	case "cancelled":
		state = referral.StateWithdrawn
	case "entered-in-error":
		state = referral.StateInError
	default:
		r.lose(Loss{Path: "Task.status", Kind: UnknownCode, Severity: sp.Error})
		return of, "", r.report, nil
	}
	if progressed[state] != word || state == referral.StateDeclined || state == referral.StateWithdrawn {
		r.lose(Loss{Path: "Task.status", Ours: string(state), Theirs: word, Kind: Coarsened})
	}
	return of, state, r.report, nil
}
