package fhir

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemActCode   = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	systemActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
	systemScope     = "http://terminology.hl7.org/CodeSystem/consentscope"
	systemPart      = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
)

// purposes are those for which R4 has a word that means the same.
var purposes = map[consent.Purpose]string{consent.DirectCare: "TREAT", consent.Research: "HRESCH", consent.Billing: "HPAYMT"}

// Consent returns the resource that the answer of somebody who was asked is. A refusal is a
// Consent that denies, a withdrawal makes it inactive. Implied consent, an override and a
// duty are no answers of anybody, so they have no resource. What a withdrawal does to
// placements that are under way, R4 cannot say.
func (e Encoder) Consent(c consent.Choice, of person.ID, onto *resource.Object) (*resource.Object, Report) {
	if e.Profile.sdohcc() && (c.Wording.ID == "" || e.Scheme == "") { // source and organization are 1..1
		return nil, Report{{Path: "wording", Theirs: "Consent", Kind: Refused, Severity: sp.Error}}
	}
	if !e.tellsChoice(c, of) {
		return nil, Report{{Path: "choice", Theirs: "Consent", Kind: Withheld}}
	}
	w := e.begin("Consent", onto)
	w.identify("choice", string(c.ID))
	status, category := "active", "INFA"
	if !c.Withdrawn.IsZero() {
		status = "inactive"
		kept := w.extend("withdrawn", "valueDateTime", resource.Moment(c.Withdrawn, e.Zone))
		w.lose(Loss{Path: "withdrawn", Theirs: "inactive", Kind: Coarsened, Severity: sp.Warning, Recoverable: kept})
	} else {
		w.extend("withdrawn", "", resource.Value{})
	}
	if e.Profile.sdohcc() {
		category = "IDSCL"
	}
	w.o.Set("status", resource.Text(status)).
		Set("scope", concept("", sp.Code{System: systemScope, Code: "patient-privacy"})).
		Set("category", resource.List(concept("", sp.Code{System: systemActCode, Code: category}))).
		Set("patient", e.ref("Patient", "person", string(of))).
		Set("organization", resource.List(e.ref("Organization", "organisation", string(e.Scheme)))).
		Set("policyRule", policyRule(c.Refused))
	w.setMoment("dateTime", c.At)
	w.decider(c, of)
	if c.Wording.ID != "" {
		paper := object().Set("system", resource.Text(e.Own+"/wording")).Set("value", resource.Text(c.Wording.ID+"|"+c.Wording.Version)).Value()
		w.o.Set("sourceReference", object().Set("type", resource.Text("DocumentReference")).Set("identifier", paper).Value())
	} else {
		w.o.Set("sourceReference", resource.Value{})
	}
	if c.Given != "" {
		kept := w.extend("given", "valueCode", resource.Text(c.Given))
		w.lose(Loss{Path: "given", Kind: Dropped, Recoverable: kept})
	}
	w.o.Set("provision", w.provision(c))
	return w.done()
}

// tellsChoice reports whether a choice is written for the reader at all: they may see all
// that it is about, and the guide takes it.
func (e Encoder) tellsChoice(c consent.Choice, of person.ID) bool {
	for _, k := range append([]consent.Kind{consent.Status}, c.Scope.Kinds...) {
		if !e.sees(of, fieldOf(k), "") {
			return false
		}
	}
	return !e.Profile.sdohcc() || c.Wording.ID != "" && e.Scheme != ""
}

// fieldOf is the field as which a permission is asked about a kind of information.
func fieldOf(k consent.Kind) string {
	if k == consent.Contact {
		return "telephone-number" // "contact" is when somebody was spoken to
	}
	return string(k)
}

func policyRule(refused bool) resource.Value {
	code := "OPTIN"
	if refused {
		code = "OPTOUT"
	}
	return concept("", sp.Code{System: systemActCode, Code: code})
}

// decider writes who answered, and in which right.
func (w *out) decider(c consent.Choice, of person.ID) {
	resourceType := "RelatedPerson"
	if c.By == of {
		resourceType = "Patient"
	}
	w.o.Set("performer", resource.List(w.e.ref(resourceType, "person", string(c.By))))
	if c.As != "" && c.As != consent.Themself {
		kept := w.extend("authority", "valueCode", resource.Text(c.As))
		w.lose(Loss{Path: "as", Kind: Dropped, Severity: sp.Warning, Recoverable: kept})
	} else {
		w.extend("authority", "", resource.Value{})
	}
}

// provision writes what may be told, to whom and for what.
func (w *out) provision(c consent.Choice) resource.Value {
	kind := "permit"
	if c.Refused {
		kind = "deny"
	}
	p := object().Set("type", resource.Text(kind))
	until := c.Until
	if !until.IsZero() {
		until = until.Add(-time.Second) // the end of a Period belongs to it
	}
	p.Set("period", object().Set("start", resource.Moment(c.At, w.e.Zone)).Set("end", resource.Moment(until, w.e.Zone)).Value())
	var actors, why, what []resource.Value
	for _, to := range c.Scope.To {
		whom := object().Set("system", resource.Text(w.e.Own+"/recipient")).Set("value", resource.Text(to)).Value()
		actors = append(actors, object().Set("role", concept("", sp.Code{System: systemPart, Code: "IRCP"})).Set("reference", object().Set("identifier", whom).Value()).Value())
	}
	for i, purpose := range c.Scope.Purposes {
		code := sp.Code{System: systemActReason, Code: purposes[purpose]}
		if code.Code == "" {
			code = sp.Code{System: Extensions + "purpose", Code: string(purpose)}
			w.lose(Loss{Path: at("scope.purposes", i), Ours: string(purpose), Kind: UnknownCode, Recoverable: true})
		}
		why = append(why, coding(code))
	}
	for i, k := range c.Scope.Kinds {
		what = append(what, coding(sp.Code{System: Extensions + "kind", Code: string(k)}))
		w.lose(Loss{Path: at("scope.kinds", i), Ours: string(k), Kind: UnknownCode, Recoverable: true})
	}
	return p.Set("actor", resource.List(actors...)).Set("purpose", resource.List(why...)).Set("class", resource.List(what...)).Value()
}

// provisionRead are the members of a provision that are understood here. Whatever else
// stands in one narrows or widens it.
var provisionRead = []string{"id", "type", "period", "actor", "purpose", "class"}

// Consent reads the answer of somebody, and whose it is. What is not understood permits nothing: a status
// other than active or inactive, a scope other than privacy, a provision within the
// provision, data or labels that it singles out, an actor or a purpose without a name here
// are refused with [sp.ErrInvalid]. So is a permission without any provision: what a
// partner's rules let be told, nobody here knows.
func (d Decoder) Consent(o *resource.Object) (consent.Choice, person.ID, Report, error) {
	r, err := d.begin(o, "Consent")
	if err != nil {
		return consent.Choice{}, "", r.report, err
	}
	of, ofOurs := d.ours("person", o.Get("patient"))
	by, byOurs := d.ours("person", o.Get("performer").First())
	c := consent.Choice{ID: consent.ChoiceID(r.identity("choice")), By: person.ID(by), As: person.Authority(r.extension("authority").Text()), Given: consent.Given(r.extension("given").Text())}
	if c.As == "" && of == by {
		c.As = consent.Themself
	}
	r.refuse(ofOurs, "patient", "names a person whom we know")
	r.refuse(byOurs && c.As != "", "performer", "names who decided, and by which right")
	r.refuse(codeIn(o.Get("scope"), systemScope, "patient-privacy"), "scope", "is about privacy")
	c.At = r.timeOf("dateTime", "at", o.Get("dateTime"))
	r.refuse(!c.At.IsZero(), "dateTime", "says when somebody answered")
	switch status := o.Get("status"); {
	case status.Is("inactive"):
		c.Withdrawn = r.timeOf("extension", "withdrawn", r.extension("withdrawn"))
		if c.Withdrawn.IsZero() {
			c.Withdrawn = c.At
			r.lose(Loss{Path: "Consent.status", Ours: "withdrawn", Kind: Defaulted, Severity: sp.Warning})
		}
	default:
		r.refuse(status.Is("active"), "status", "is active or inactive")
	}
	if paper := o.Get("sourceReference", "identifier"); paper.Get("system").Is(d.Own + "/wording") {
		c.Wording = wording(paper.Get("value").Text())
	}
	r.provision(&c)
	return c, person.ID(of), r.report, r.faults.Err()
}

func wording(s string) consent.Wording {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '|' {
			return consent.Wording{ID: s[:i], Version: s[i+1:]}
		}
	}
	return consent.Wording{ID: s}
}

func (r *in) provision(c *consent.Choice) {
	p := r.o.Get("provision")
	c.Refused = p.Get("type").Is("deny")
	r.refuse(c.Refused || p.Get("type").Is("permit"), "provision.type", "permits or denies")
	for name := range p.Members() {
		r.refuse(slices.Contains(provisionRead, name), "provision."+name, "has nothing in it that is not understood")
	}
	if end := p.Get("period", "end"); !end.IsZero() {
		t, _ := end.Time()
		moment, exact := t.Moment()
		switch day, dated := t.Day(); {
		case exact:
			c.Until = moment.Add(time.Second)
		case dated:
			c.Until = day.Add(1).In(r.d.zone())
		default:
			r.refuse(false, "provision.period.end", "is known to the day")
		}
	}
	for _, name := range []string{"actor", "purpose", "class"} {
		r.refuse(c.Refused || !p.Get(name).IsZero(), "provision."+name, "names to whom, for what and what of it may be told")
	}
	for i, actor := range p.Get("actor").All() {
		whom := actor.Get("reference", "identifier")
		known := whom.Get("system").Is(r.d.Own + "/recipient")
		if r.refuse(known && codeIn(actor.Get("role"), systemPart, "IRCP"), at("provision.actor", i), "names a recipient whom we know"); known {
			c.Scope.To = append(c.Scope.To, whom.Get("value").Text())
		}
	}
	for i, v := range p.Get("purpose").All() {
		purpose := r.purpose(readCoding(v))
		if r.refuse(purpose != "", at("provision.purpose", i), "is a purpose that we know"); purpose != "" {
			c.Scope.Purposes = append(c.Scope.Purposes, purpose)
		}
	}
	for i, v := range p.Get("class").All() {
		kind := consent.Kind(v.Get("code").Text())
		known := v.Get("system").Is(Extensions+"kind") && slices.Contains(append(consent.Kinds(), consent.Status), kind)
		if r.refuse(known, at("provision.class", i), "is a kind of information that we know"); known {
			c.Scope.Kinds = append(c.Scope.Kinds, kind)
		}
	}
}

func (r *in) purpose(c sp.Code) consent.Purpose {
	for _, p := range consent.Purposes() {
		if c.System == systemActReason && c.Code == purposes[p] && c.Code != "" || c.System == Extensions+"purpose" && c.Code == string(p) {
			return p
		}
	}
	return ""
}

// timeOf reads a time. A day is the whole day, of which the last moment is not known.
func (r *in) timeOf(path, ours string, v resource.Value) time.Time {
	t, stated := v.Time()
	if moment, exact := t.Moment(); exact || !stated {
		return moment
	}
	r.lose(Loss{Path: r.o.Type() + "." + path, Ours: ours, Kind: Coarsened})
	if day, dated := t.Day(); dated {
		return day.In(r.d.zone())
	}
	return time.Time{}
}

func (d Decoder) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// codeIn reports whether a CodeableConcept has a coding.
func codeIn(v resource.Value, system, code string) bool {
	for _, c := range v.Get("coding").All() {
		if c.Get("system").Is(system) && c.Get("code").Is(code) {
			return true
		}
	}
	return false
}
