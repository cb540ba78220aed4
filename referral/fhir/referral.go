package fhir

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/reason"
)

// A Referral is what of one is exchanged: what it started from and where it stands.
type Referral struct {
	referral.View
	Reasons []needs.Code    `json:"reasons"`           // what the person seemed to need when they were referred
	Source  string          `json:"source,omitempty"`  // kind of referrer
	Medium  referral.Medium `json:"medium,omitempty"`  // how it reached the scheme
	AgeBand string          `json:"ageBand,omitempty"` // of the person
	To      directory.ID    `json:"to,omitempty"`      // to whom it was rerouted

	// Contact says whether whoever is asked may contact the person. No says that nobody may,
	// by no channel; which channels are safe, a Patient tells. It is unknown where nobody
	// said, and [Encoder.Case] takes it from the person.
	Contact sp.Truth `json:"contact,omitzero"`
}

// ReferralOf returns what of a referral is exchanged.
func ReferralOf(r *referral.Referral) Referral {
	v := Referral{View: r.View()}
	for e := range r.History() {
		switch x := e.Event.(type) {
		case referral.Received:
			v.Reasons, v.Source, v.Medium, v.AgeBand = slices.Clone(x.Reasons), x.Source, x.Medium, x.AgeBand
		case referral.Rerouted:
			v.To = x.To
		}
	}
	return v
}

// Submission returns what a referral that came in starts from here. Whoever sent it is who
// gives the stamp of Receive.
func (r Referral) Submission() referral.Submission {
	return referral.Submission{
		ID: r.ID, Person: r.Person, Urgency: r.Urgency, Reasons: slices.Clone(r.Reasons), Source: r.Source, From: r.From,
		Medium: cmp.Or(r.Medium, referral.Structured), Previous: r.Previous, AgeBand: r.AgeBand,
	}
}

// requested are the states of a ServiceRequest for those of a referral.
var requested = map[referral.State]string{
	referral.StateReceived: "active", referral.StateAccepted: "active", referral.StateActive: "active", referral.StateClosed: "completed",
	referral.StateDeclined: "revoked", referral.StateRerouted: "revoked", referral.StateExpired: "revoked", referral.StateWithdrawn: "revoked",
	referral.StateInError: "entered-in-error",
}

// meant are the states of a referral for those of a ServiceRequest, if nothing else tells.
var meant = map[string]referral.State{
	"active": referral.StateReceived, "on-hold": referral.StateReceived, "completed": referral.StateClosed, "revoked": referral.StateWithdrawn,
	"entered-in-error": referral.StateInError,
}

// priorities are the request priorities for the urgencies.
var priorities = map[referral.Urgency]string{referral.Routine: "routine", referral.Soon: "urgent", referral.Urgent: "asap"}

// ServiceRequest writes a referral as what was asked for. How far it has come is a Task
// beside it, see [Encoder.Progress].
func (e Encoder) ServiceRequest(r Referral, onto *resource.Object) (*resource.Object, Report) {
	w := e.begin("ServiceRequest", onto)
	w.identify("referral", string(r.ID))
	if word := requested[r.State]; !w.may("state", r.Person, "status") {
		w.o.Set("status", resource.Text("unknown"))
	} else if requested[meant[w.o.Get("status").Text()]] != word {
		w.o.Set("status", resource.Text(word))
	}
	w.keep("intent", resource.Text("order"))
	w.asks()
	w.urgency(r.Urgency)
	w.keep("subject", e.ref("Patient", "person", string(r.Person)))
	w.requester(r)
	w.setMoment("authoredOn", r.Received)
	w.keep("performer", resource.List(e.named("PractitionerRole", "worker", string(r.Worker))))
	w.reasons("reasons", r.Person, r.Reasons)
	if r.Previous != "" {
		w.keep("supportingInfo", resource.List(e.named("ServiceRequest", "referral", string(r.Previous))))
		w.lose(Loss{Path: "previous", Ours: "previous", Theirs: "ServiceRequest.supportingInfo", Kind: Coarsened, Recoverable: e.Own != ""})
	}
	w.source(r.Source)
	w.contact(r.Contact)
	w.restOf(r)
	return w.done()
}

// asks writes what is asked for, where nobody has said it more exactly.
func (w *out) asks() {
	w.keep("code", concept("", w.e.Profile.Asked...))
	categories := make([]resource.Value, len(w.e.Profile.Category))
	for i, c := range w.e.Profile.Category {
		categories[i] = concept("", c)
	}
	w.keep("category", resource.List(categories...))
}

// urgency writes the priority; what FHIR calls "stat" is as urgent as it gets here.
func (w *out) urgency(u referral.Urgency) {
	if word := w.o.Get("priority").Text(); urgencyOf(word) == u && word != "" {
		return
	}
	w.o.Set("priority", resource.Text(priorities[u]))
}

func urgencyOf(priority string) referral.Urgency {
	switch priority {
	case "urgent":
		return referral.Soon
	case "asap", "stat":
		return referral.Urgent
	}
	return referral.Routine
}

// requester writes who asked: the organisation if there is one, the person themself, or
// whoever referred.
func (w *out) requester(r Referral) {
	by := w.e.named("PractitionerRole", "actor", r.Referrer.ID)
	switch {
	case r.From != "":
		by = w.e.ref("Organization", "organisation", string(r.From))
	case r.Referrer.Role == sp.RolePerson && !w.e.Profile.Organisations:
		by = w.e.ref("Patient", "person", string(r.Person))
	case r.Referrer.Role == sp.RolePerson:
		by = w.e.ref("Organization", "organisation", string(w.e.Scheme))
	}
	w.keep("requester", by)
	if r.Referrer != (sp.Actor{}) {
		w.lose(Loss{Path: "referrer", Ours: string(r.Referrer.Role), Theirs: "ServiceRequest.requester", Kind: Coarsened, Recoverable: w.e.Own != ""})
	}
}

// setMoment writes a time unless the same moment stands there already.
func (w *out) setMoment(name string, at time.Time) {
	was, _ := w.o.Get(name).Time()
	if moment, ok := was.Moment(); ok && moment.Equal(at) || at.IsZero() {
		return
	}
	w.o.Set(name, w.e.moment(at))
}

// restOf writes what a ServiceRequest has no element for, and reports what a reader who does
// not know the extension misses.
func (w *out) restOf(r Referral) {
	var x rest
	x.text("referrer", r.Referrer.ID)
	x.text("role", string(r.Referrer.Role))
	x.text("for", r.Referrer.For)
	x.text("from", string(r.From))
	x.text("previous", string(r.Previous))
	x.text("source", r.Source)
	tell := func(path string, there bool, field string) bool { return w.tell(path, there, r.Person, field) }
	if tell("medium", r.Medium != "", "status") {
		x.text("medium", string(r.Medium))
	}
	if tell("ageBand", r.AgeBand != "", "born") {
		x.text("ageBand", r.AgeBand)
	}
	if word := requested[r.State]; w.e.sees(r.Person, "status", "") {
		x.text("state", string(r.State))
		if meant[word] != r.State {
			w.lose(Loss{Path: "state", Ours: string(r.State), Theirs: "ServiceRequest.status " + word, Kind: Coarsened, Recoverable: w.e.Own != ""})
		}
	}
	if tell("worker", r.Worker != "", "status") {
		x.text("worker", string(r.Worker))
	}
	if tell("ended", !r.Ended.IsZero(), "status") {
		x.moment("ended", r.Ended)
	}
	if tell("followUp", r.FollowUp != 0, "status") {
		x.day("followUp", r.FollowUp)
	}
	if tell("withdrawalAsked", !r.WithdrawalAsked.IsZero(), "status") {
		x.moment("withdrawalAsked", r.WithdrawalAsked)
	}
	if tell("to", r.To != "", "status") {
		x.text("to", string(r.To))
	}
	if tell("firstContact", !r.FirstContact.IsZero(), "contact") {
		x.moment("firstContact", r.FirstContact)
	}
	if tell("attempts", r.Attempts != 0, "contact") {
		x.count("attempts", r.Attempts)
	}
	w.needsFound(r, &x)
	w.endOf(r.Person, r.Result, r.Reason, &x)
	w.drop("version", r.Version != 0, false)
	w.drop("placements", len(r.Placements) > 0, w.e.bundled)
	x.write(w, "referral")
}

// endOf writes how something ended.
func (w *out) endOf(of person.ID, result needs.Result, why reason.Reason, x *rest) {
	if w.tell("result", result.Outcome != "", of, "result") {
		x.result(result, func(n needs.Code) bool { return w.e.sees(of, "need", string(n)) })
		for i, n := range result.Unmet {
			w.mayCode(at("result.unmet", i), of, "need", string(n))
		}
	}
	if w.tell("reason", why.Code != "", of, "reason") {
		x.why(why)
	}
}

// tell reports whether something is there that the reader may see and that is said in an
// extension alone, and what that loses.
func (w *out) tell(path string, there bool, of person.ID, field string) bool {
	if !there || !w.may(path, of, field) {
		return false
	}
	w.drop(path, true, w.e.Own != "")
	return true
}

// drop reports that something which is there is said nowhere.
func (w *out) drop(path string, there, recoverable bool) {
	if there {
		w.lose(Loss{Path: path, Ours: path, Kind: Dropped, Recoverable: recoverable})
	}
}

// ServiceRequest reads a referral. What is proposed, an option or not to be done is no
// referral and is refused. A plan is one only as the NHS sends referrals (BaRS).
func (d Decoder) ServiceRequest(o *resource.Object) (Referral, Report, error) {
	r, err := d.begin(o, "ServiceRequest")
	if err != nil {
		return Referral{}, r.report, err
	}
	not, _ := o.Get("doNotPerform").Bool()
	r.refuse(!not, "doNotPerform", "must not be true: this is no request")
	intent := o.Get("intent").Text()
	command := intent == "order" || intent == "original-order" || intent == "reflex-order" || intent == "filler-order" || intent == "instance-order" || intent == "directive"
	r.refuse(command || intent == "plan" && d.Profile.england(), "intent", "must be an order: what is proposed or an option asks for nothing")
	if err := r.faults.Err(); err != nil {
		return Referral{}, r.report, err
	}
	x := r.recover("referral")
	v := Referral{Source: cmp.Or(x.text("source"), r.source()), Medium: referral.Medium(x.text("medium")), AgeBand: x.text("ageBand"), To: directory.ID(x.text("to"))}
	v.ID = referral.ID(r.identity("referral"))
	v.Person = person.ID(r.refers("person", "subject"))
	v.Received = r.moment("authoredOn")
	v.Urgency = r.priority()
	v.Reasons = r.reasons()
	if v.Needs = listOf[needs.Code](x, "need"); v.Needs == nil {
		v.Needs = slices.Clone(v.Reasons)
	}
	v.State, v.Result = r.state(x)
	v.Contact = contactIn(o.Get("orderDetail"))
	r.who(x, &v)
	v.Previous, v.Worker = referral.ID(x.text("previous")), referral.WorkerID(x.text("worker"))
	v.FirstContact, v.Attempts = x.moment("firstContact"), x.count("attempts")
	v.FollowUp, v.WithdrawalAsked, v.Ended = x.day("followUp"), x.moment("withdrawalAsked"), x.moment("ended")
	v.Reason = x.why()
	return v, r.report, nil
}

// state reads where a referral stands: what the extension says, if it goes with the status.
func (r *in) state(x recovered) (referral.State, needs.Result) {
	word := r.o.Get("status").Text()
	if exact := referral.State(x.text("state")); exact != "" && requested[exact] == word {
		return exact, x.result()
	}
	state, known := meant[word]
	switch {
	case known && word == "completed":
		r.lose(Loss{Path: r.path("status"), Ours: "result unknown", Theirs: word, Kind: Defaulted, Severity: sp.Warning})
		return state, needs.Result{Outcome: needs.UnknownOutcome}
	case known:
		if word != "entered-in-error" {
			r.lose(Loss{Path: r.path("status"), Ours: string(state), Theirs: word, Kind: Coarsened})
		}
		return state, needs.Result{}
	case word == "draft" || word == "unknown": // nothing was sent, or nobody may know
		r.lose(Loss{Path: r.path("status"), Theirs: word, Kind: Dropped, Severity: sp.Warning})
	default:
		r.lose(Loss{Path: r.path("status"), Kind: UnknownCode, Severity: sp.Error})
	}
	return "", needs.Result{}
}

func (r *in) priority() referral.Urgency {
	switch word := r.o.Get("priority").Text(); word {
	case "routine", "urgent", "asap":
		return urgencyOf(word)
	case "stat":
		r.lose(Loss{Path: r.path("priority"), Ours: string(referral.Urgent), Theirs: word, Kind: Coarsened})
		return referral.Urgent
	case "":
		r.lose(Loss{Path: r.path("priority"), Ours: string(referral.Routine), Kind: Defaulted})
	default:
		r.lose(Loss{Path: r.path("priority"), Ours: string(referral.Routine), Kind: UnknownCode, Severity: sp.Warning})
	}
	return referral.Routine
}

// who reads who asked. Somebody whom the scheme does not know is named by a digest.
func (r *in) who(x recovered, v *Referral) {
	v.Referrer = sp.Actor{ID: x.text("referrer"), Role: sp.Role(x.text("role")), For: x.text("for")}
	v.From = directory.ID(x.text("from"))
	by := r.o.Get("requester")
	if x.any() || by.IsZero() {
		return
	}
	v.Referrer.Role = sp.RoleReferrer
	if id, ok := r.d.ours("person", by); ok {
		v.Referrer = sp.Actor{ID: id, Role: sp.RolePerson, For: id}
		return
	}
	if id, ok := r.d.ours("organisation", by); ok {
		v.From, v.Referrer.For = directory.ID(id), id
	}
	name := cmp.Or(by.Get("reference").Text(), by.Get("identifier", "value").Text(), by.Get("display").Text())
	if r.isPerson(by) { // of whose number or name no digest is made: it would tell them
		v.Referrer.Role, name = sp.RolePerson, "requester of "+string(v.ID)
	}
	v.Referrer.ID = "fhir-" + digest(name)
	r.lose(Loss{Path: r.path("requester"), Ours: "referrer", Kind: Coarsened, Severity: sp.Note})
}

// isPerson reports whether a reference is to the person themself, or somebody close to them.
func (r *in) isPerson(by resource.Value) bool {
	resourceType, _, _ := strings.Cut(by.Get("reference").Text(), "/")
	if r.d.index != nil {
		if target, _, ok := r.d.index.Find(r.d.from, by); ok {
			resourceType = target.Type()
		}
	}
	resourceType = cmp.Or(by.Get("type").Text(), resourceType)
	return resourceType == "Patient" || resourceType == "RelatedPerson" || isNHSNumber(by.Get("identifier", "system").Text())
}
