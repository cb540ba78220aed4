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
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// A Placement is what of one is exchanged: what it started from, where it stands, and when
// that changed.
type Placement struct {
	placement.View
	Urgency  referral.Urgency `json:"urgency,omitempty"` // of the referral
	Proposed time.Time        `json:"proposed,omitzero"`
	Offered  time.Time        `json:"offered,omitzero"`
	Changed  time.Time        `json:"changed,omitzero"` // when the last of what is known happened
	Contact  sp.Truth         `json:"contact,omitzero"` // whether the provider may contact the person; see [Referral]
}

// PlacementOf returns what of a placement is exchanged. The urgency is that of its referral,
// and empty here.
func PlacementOf(p *placement.Placement) Placement {
	v := Placement{View: p.View()}
	for e := range p.History() {
		v.Changed = e.Stamp.At
		switch e.Event.(type) {
		case placement.Proposed:
			v.Proposed = e.Stamp.At
		case placement.Offered:
			v.Offered = e.Stamp.At
		}
	}
	return v
}

// hidden reports whether a reader may not even know that there is a placement: of what was
// not sent to a provider they know nothing.
func (e Encoder) hidden(p Placement) bool {
	atProvider := e.To.Role == sp.RoleProvider
	sent := p.Level == placement.FullReferral && p.State != placement.StateProposed
	return !e.sees(p.Person, "status", "") || atProvider && !sent
}

// withheldWhole is the report of what a reader may not know of at all.
func withheldWhole(path string) Report { return Report{{Path: path, Kind: Withheld}} }

// Order writes what a provider is asked for as a ServiceRequest of its own, which is based
// on that of the referral: what the referrer wrote is not the provider's to read. It returns
// no resource where the reader may not know of the placement.
func (e Encoder) Order(p Placement, onto *resource.Object) (*resource.Object, Report) {
	if e.hidden(p) {
		return nil, withheldWhole("state")
	}
	w := e.begin("ServiceRequest", onto)
	w.identify("placement", string(p.ID))
	w.keep("basedOn", resource.List(e.ref("ServiceRequest", "referral", string(p.Referral))))
	w.requisition("requisition", p.Group)
	w.o.Set("status", resource.Text(ordered(p.State)))
	w.keep("intent", resource.Text("order"))
	w.asks()
	if p.Urgency != "" {
		w.urgency(p.Urgency)
	}
	w.keep("subject", e.ref("Patient", "person", string(p.Person)))
	w.setMoment("authoredOn", cmpTime(p.Offered, p.Proposed))
	w.keep("requester", e.ref("Organization", "organisation", string(e.Scheme)))
	if w.may("service", p.Person, "service") {
		w.keep("performer", resource.List(e.ref("HealthcareService", "service", string(p.Service))))
		w.keep("locationReference", resource.List(e.ref("Location", "place", string(p.Venue))))
	}
	w.reasons("needs", p.Person, p.Needs)
	w.contact(p.Contact)
	return w.done()
}

// ordered returns the status of the request behind a placement.
func ordered(s placement.State) string {
	switch s {
	case placement.StateProposed:
		return "draft"
	case placement.StateOffered, placement.StateAccepted, placement.StateStarted:
		return "active"
	case placement.StateCompleted:
		return "completed"
	case placement.StateInError:
		return "entered-in-error"
	default:
		return "revoked"
	}
}

func (w *out) requisition(element string, g placement.GroupID) {
	if g != "" {
		identifier, _ := w.e.id("group", string(g))
		w.keep(element, identifier)
		w.lose(Loss{Path: "group", Ours: "the first yes counts", Theirs: element, Kind: Coarsened, Recoverable: true})
	}
}

func cmpTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// fulfil is the code of a Task that asks for something to be done.
var fulfil = sp.Code{System: "http://hl7.org/fhir/CodeSystem/task-code", Code: "fulfill"} //nolint:misspell // as HL7 spells it

// Task writes a placement as one attempt to have its order fulfilled. The word for the status
// is that of [crosswalk.FHIRTask]; the exact state stands in businessStatus. It returns no
// resource where the reader may not know of the placement.
func (e Encoder) Task(p Placement, onto *resource.Object) (*resource.Object, Report) {
	if e.hidden(p) {
		return nil, withheldWhole("state")
	}
	w := e.begin("Task", onto)
	w.identify("placement", string(p.ID))
	w.keep("partOf", resource.List(e.ref("Task", "referral", string(p.Referral))))
	w.requisition("groupIdentifier", p.Group)
	w.status(p)
	w.keep("intent", resource.Text("order"))
	w.keep("code", concept("", fulfil))
	w.keep("focus", e.ref("ServiceRequest", "placement", string(p.ID)))
	w.keep("for", e.ref("Patient", "person", string(p.Person)))
	w.setMoment("authoredOn", cmpTime(p.Offered, p.Proposed))
	w.setMoment("lastModified", p.Changed)
	if p.Urgency != "" {
		w.urgency(p.Urgency)
	}
	w.keep("requester", e.ref("Organization", "organisation", string(e.Scheme)))
	w.keep("owner", e.ref("Organization", "organisation", string(p.Provider)))
	if !e.bundled {
		for path, theirs := range map[string]string{"needs": "reasonCode", "service": "performer", "venue": "locationReference"} {
			if path != "venue" || p.Venue != "" {
				w.lose(Loss{Path: path, Ours: path, Theirs: "ServiceRequest." + theirs, Kind: Dropped, Recoverable: true})
			}
		}
		slices.SortFunc(w.report, func(a, b Loss) int { return strings.Compare(a.Path, b.Path) })
	}
	w.restOfPlacement(p)
	return w.done()
}

// status writes the status with the exact state, and why it ended.
func (w *out) status(p Placement) {
	why := p.Reason
	if why.Code != "" && !w.e.sees(p.Person, "reason", "") {
		why = reason.Reason{} // the word is chosen as if there were none
	}
	word, lost := crosswalk.FHIRTask().Say(crosswalk.Status{State: p.State, Waiting: p.Waiting, Reason: why.Code})
	if lost != "" && lost != "the reason" {
		w.lose(Loss{Path: "state", Ours: string(p.State), Theirs: "Task.status " + word, Kind: Coarsened, Recoverable: true})
	}
	if p.Waiting {
		w.lose(Loss{Path: "waiting", Ours: "waiting", Theirs: "Task.status " + word, Kind: Coarsened, Recoverable: true})
	}
	exact := string(p.State)
	if p.Waiting {
		exact += "-waiting"
	}
	w.o.Set("status", resource.Text(word))
	switch was := w.o.Get("statusReason"); {
	case why.Code != "" && saysWhy(was, why): // as whoever sent it said it
	case why.Code != "":
		w.o.Set("statusReason", concept(why.Means(), because(why)...))
	case p.Reason.Code != "":
		w.o.Set("statusReason", concept("not told"))
	case p.Waiting:
		w.keep("statusReason", concept("the provider has put the person on a waiting list"))
	}
	w.o.Set("businessStatus", concept("", sp.Code{System: Extensions + "placement-status", Code: exact}))
}

// saysWhy reports whether a concept is there and means a reason.
func saysWhy(v resource.Value, why reason.Reason) bool {
	said, _ := reasonIn(v)
	return !v.IsZero() && said.Code == why.Code
}

// restOfPlacement writes what a Task has no element for.
func (w *out) restOfPlacement(p Placement) {
	var x rest
	tell := func(path string, there bool, field string) bool { return w.tell(path, there, p.Person, field) }
	if tell("replyBy", !p.ReplyBy.IsZero(), "status") {
		x.moment("replyBy", p.ReplyBy)
	}
	if tell("expected", p.Expected != 0, "status") {
		x.day("expected", p.Expected)
	}
	if tell("level", p.Level != "", "status") {
		x.text("level", string(p.Level))
	}
	w.drop("proposed", p.State != placement.StateProposed && !p.Proposed.IsZero(), w.e.Own != "")
	switch {
	case !p.Offered.IsZero():
		x.moment("proposed", p.Proposed)
	case p.State != placement.StateProposed:
		x.yes("unsent", true)
		w.lose(Loss{Path: "offered", Ours: "never", Theirs: "Task.authoredOn", Kind: Defaulted, Recoverable: w.e.Own != ""})
	}
	if tell("step", p.Step != "", "step") {
		x.text("step", string(p.Step))
	}
	w.items("disclosed", p.Person, p.Disclosed, &x)
	w.items("untold", p.Person, p.Untold, &x)
	w.endOf(p.Person, p.Result, p.Reason, &x)
	w.drop("version", p.Version != 0, false)
	x.write(w, "placement")
}

// items writes what was disclosed, or is to be, by field and code. A need that the reader may
// not know is not named there either.
func (w *out) items(path string, of person.ID, list []placement.Item, x *rest) {
	for i, item := range list {
		if item.Code == "" || w.mayCode(at(path, i), of, item.Field, item.Code) {
			x.text(path, strings.TrimSuffix(item.Field+" "+item.Code, " "))
		}
	}
	w.drop(path, len(list) > 0, w.e.Own != "")
}

// Task reads a placement from the Task of somebody who keeps it, such as another scheme.
// What a partner answers to a Task of ours is read by [Decoder.Answer], which changes
// nothing that our machine does not allow.
//
// Needs that go with it, its input, are what its provider was told, where nothing says that
// more exactly. What came of it, its output, says of no need whether it was met: the Task
// alone does not tell for which it is. [Decoder.Case] and [Decoder.Answer] read that too.
func (d Decoder) Task(o *resource.Object) (Placement, Report, error) { return d.task(o, nil) }

// task reads a placement that is for these needs.
func (d Decoder) task(o *resource.Object, of []needs.Code) (Placement, Report, error) {
	r, err := d.begin(o, "Task")
	if err != nil {
		return Placement{}, r.report, err
	}
	r.refuse(isFulfil(o.Get("code")), "code", "must be that for doing what was asked: anything else asks to change a request, not to do it")
	if err := r.faults.Err(); err != nil {
		return Placement{}, r.report, err
	}
	x := r.recover("placement")
	v := Placement{}
	v.ID = placement.ID(r.identity("placement"))
	v.Person = person.ID(r.refers("person", "for"))
	v.Provider = directory.ID(r.refers("organisation", "owner"))
	v.Referral = referral.ID(r.part("referral", "partOf"))
	v.Urgency = r.priority()
	v.Group = r.group("groupIdentifier")
	v.State, v.Waiting = r.standing()
	v.Offered, v.Changed = r.moment("authoredOn"), r.moment("lastModified")
	v.Proposed = x.moment("proposed")
	if v.State == placement.StateProposed || x.yes("unsent") {
		v.Offered, v.Proposed = time.Time{}, v.Offered
	}
	v.ReplyBy, v.Expected = x.moment("replyBy"), x.day("expected")
	v.Level, v.Step = placement.Level(x.text("level")), session.Step(x.text("step"))
	v.Disclosed, v.Untold = itemsOf(x, "disclosed"), itemsOf(x, "untold")
	went, came := r.content("input", v.Person), r.content("output", v.Person)
	if !x.any() {
		for _, n := range went.codes() {
			v.Disclosed = append(v.Disclosed, placement.Item{Field: placement.FieldNeed, Code: string(n)})
		}
	}
	v.Reason = r.reason(x, v.State)
	if v.Result = x.result(); v.State == placement.StateCompleted {
		v.Result = r.resultBy(x, came, of)
	}
	return v, r.report, nil
}

// isFulfil reports whether a Task asks for something to be done. Some write no code.
func isFulfil(code resource.Value) bool {
	if code.IsZero() {
		return true
	}
	for c := range codesOf(code) {
		if c.Is(fulfil) {
			return true
		}
	}
	return false
}

// part reads the ID of the first of several to which an element refers.
func (r *in) part(kind, element string) string {
	id, _ := r.d.ours(kind, r.o.Get(element).First())
	return id
}

func (r *in) group(element string) placement.GroupID {
	v := r.o.Get(element)
	switch {
	case v.IsZero():
		return ""
	case v.Get("system").Is(r.d.Own + "/group"):
		return placement.GroupID(v.Get("value").Text())
	}
	return placement.GroupID("fhir-" + digest(v.Get("system").Text()+"|"+v.Get("value").Text()))
}

// standing reads where a placement stands: what businessStatus says, if it goes with the
// status, and otherwise what the status means.
func (r *in) standing() (state placement.State, waiting bool) {
	word := r.o.Get("status").Text()
	heard, open, err := crosswalk.FHIRTask().Hear(word)
	if err != nil || !r.d.Profile.knows(word) {
		r.lose(Loss{Path: r.path("status"), Kind: UnknownCode, Severity: sp.Error})
		return "", false
	}
	for c := range codesOf(r.o.Get("businessStatus")) {
		if c.System != Extensions+"placement-status" {
			continue
		}
		exact, waits := strings.CutSuffix(c.Code, "-waiting")
		if said, _ := crosswalk.FHIRTask().Say(crosswalk.Status{State: placement.State(exact), Waiting: waits}); said == word {
			return placement.State(exact), waits
		}
		r.lose(Loss{Path: r.path("businessStatus"), Theirs: word, Kind: Dropped, Severity: sp.Warning})
	}
	if open != "" && open != "the reason" {
		r.lose(Loss{Path: r.path("status"), Ours: string(heard.State), Theirs: word, Kind: Coarsened})
	}
	return heard.State, heard.Waiting
}

// reason reads why a placement ended: a reason of ours, one of the list of the NHS, or the
// one that says nothing. What somebody wrote is not taken for a reason.
func (r *in) reason(x recovered, state placement.State) reason.Reason {
	if why := x.why(); why.Code != "" {
		return why
	}
	if state.Open() || state == placement.StateCompleted || state == "" {
		return reason.Reason{}
	}
	why, known := reasonIn(r.o.Get("statusReason"))
	if !known {
		r.lose(Loss{Path: r.path("statusReason"), Ours: why.Code, Kind: UnknownCode, Severity: sp.Warning})
	}
	return why
}

// reasonIn returns the reason that a concept has a code of, and the one that says nothing
// where it has none. Code 99 of the NHS, "other", is known: it says no more than that.
func reasonIn(v resource.Value) (why reason.Reason, known bool) {
	for c := range codesOf(v) {
		for _, listed := range reason.List() {
			if c.System == Extensions+"reason" && c.Code == listed.Code || !listed.NHS.IsZero() && c.Is(listed.NHS) {
				return listed.Reason, true
			}
		}
	}
	return reason.Because(reason.OtherReason), false
}

// itemsOf reads what was disclosed.
func itemsOf(x recovered, name string) (items []placement.Item) {
	for _, s := range listOf[string](x, name) {
		field, code, _ := strings.Cut(s, " ")
		items = append(items, placement.Item{Field: field, Code: code})
	}
	return items
}

// Order reads what a provider is asked for: of which placement, referral and person it is,
// for which needs, and from which service.
func (d Decoder) Order(o *resource.Object) (Placement, Report, error) {
	request, report, err := d.ServiceRequest(o)
	if err != nil {
		return Placement{}, report, err
	}
	r := &in{d: d.at(o), o: o, report: slices.DeleteFunc(report, func(l Loss) bool {
		return l.Path == "ServiceRequest.status" || l.Path == "ServiceRequest.requester" // which the Task tells
	})}
	v := Placement{Urgency: request.Urgency, Contact: request.Contact}
	v.ID = placement.ID(r.identity("placement"))
	v.Person, v.Needs, v.Offered = request.Person, request.Reasons, request.Received
	v.Referral = referral.ID(r.part("referral", "basedOn"))
	v.Service = directory.ID(cmp.Or(r.part("service", "performer")))
	v.Venue = directory.ID(r.part("place", "locationReference"))
	v.Group = r.group("requisition")
	return v, r.report, nil
}
