package fhir

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemLanguage  = "urn:ietf:bcp:47"
	ukCoreExtension = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
	interpreterURL  = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
	absentURL       = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
)

// equalityURLs are the extensions in which equality facts travel, and the field that a
// permission is asked about. Marital status is an element of Patient; those that are not
// here travel in extensions of our own.
var equalityURLs = map[person.Characteristic]struct{ url, field string }{
	person.EthnicCategory: {ukCoreExtension + "EthnicCategory", "ethnicity"},
	person.Belief:         {"http://hl7.org/fhir/StructureDefinition/patient-religion", "religion"},
	person.GenderIdentity: {"http://hl7.org/fhir/StructureDefinition/patient-genderIdentity", "equality"},
}

// modelled are the elements of a Patient that are written here. All others go out only
// where nothing at all is withheld: what a partner wrote there, a photograph or the name of
// the next of kin, would tell what an element withholds.
var modelled = []string{
	"resourceType", "id", "meta", "identifier", "active", "deceasedBoolean", "deceasedDateTime", "name", "telecom", "gender", "birthDate",
	"address", "maritalStatus", "communication", "generalPractitioner", "extension",
}

// Patient returns the resource that a person is to the recipient: an element for each field
// that the permission allows, and no other. A contact is written only for the channels by
// which it may safely be used; that there is an unsafe one is not written at all. Onto is
// the Patient as it was received or written before, or nil. Representatives are resources
// of their own, see [Encoder.RelatedPerson].
func (e Encoder) Patient(p person.Person, onto *resource.Object) (*resource.Object, Report) {
	w := e.begin("Patient", onto)
	w.names(p)
	w.identify("person", string(p.ID))
	w.nhsNumber(p)
	if w.stated("born", p.ID, "born", !p.Born.IsZero(), "birthDate") {
		w.o.Set("birthDate", resource.Day(p.Born.Reveal()))
	}
	w.address(p)
	w.contacts("contacts", p.ID, p.Contacts, p.Reach)
	w.circumstances(p)
	w.equality(p)
	if w.stated("registration", p.ID, "identity", !p.Registration.IsZero(), "generalPractitioner") {
		r := p.Registration.Reveal()
		practice := object().Set("system", resource.Text(person.ODSSystem)).Set("value", resource.Text(r.Practice)).Value()
		w.o.Set("generalPractitioner", resource.List(object().Set("type", resource.Text("Organization")).Set("identifier", practice).Value()))
		w.missing("registration.supplier", r.Supplier != "")
	}
	w.missing("household", p.Household != "")
	w.missing("representatives", len(p.Representatives) > 0)
	w.missing("competent", p.Competent != sp.Unknown)
	w.missing("heard", p.Heard != "")
	w.missing("channels", len(p.Channels) > 0)
	if slices.ContainsFunc(w.report, func(l Loss) bool { return l.Kind == Withheld }) {
		w.narrow(modelled)
		w.ownNumbers(p.NHSNumber)
	}
	return w.done()
}

// stated reports whether a field is known and may be told. Otherwise the elements that
// would say it are removed, whatever somebody wrote there before.
func (w *out) stated(path string, of person.ID, field string, known bool, elements ...string) bool {
	if known && w.may(path, of, field) {
		return true
	}
	w.o.Remove(elements...)
	return false
}

// missing notes that something that is known has no element.
func (w *out) missing(path string, known bool) {
	if known {
		w.lose(Loss{Path: path, Kind: Dropped, Severity: sp.Warning})
	}
}

// narrow removes all members but these, and what stands beside them.
func (w *out) narrow(kept []string) {
	var others []string
	for name := range w.o.Members() {
		if !slices.Contains(kept, strings.TrimPrefix(name, "_")) {
			others = append(others, name)
		}
	}
	for _, name := range others {
		w.lose(Loss{Path: name, Theirs: name, Kind: Withheld})
		w.o.Set(name, resource.Value{})
	}
}

// ownNumbers removes the numbers by which partners know somebody, and keeps ours and the NHS
// number, which was permitted if it stands there.
func (w *out) ownNumbers(number sp.NHSNumber) {
	own, _ := w.e.id("person", "")
	var all []resource.Value
	for _, v := range w.o.Get("identifier").All() {
		if v.Get("system").Equal(own.Get("system")) || isNHSNumber(v.Get("system").Text()) && !number.IsZero() {
			all = append(all, v)
		}
	}
	w.o.Set("identifier", resource.List(all...))
}

func (w *out) names(p person.Person) {
	if p.Name.IsZero() || !w.may("name", p.ID, "name") {
		var why resource.Value
		if !p.Name.IsZero() && w.e.Profile.sdohcc() { // us-core-6 asks for a name or why there is none
			why = resource.List(absent("masked"))
		}
		w.o.Set("name", why)
		w.extend("pronouns", "", resource.Value{})
		return
	}
	n := p.Name.Reveal()
	official := object().Set("use", resource.Text("official")).Set("family", resource.Text(n.Family)).Set("given", resource.List(resource.Text(n.Given)))
	all := []resource.Value{official.Value()}
	if n.Given == "" && n.Family == "" {
		all = nil
	}
	if n.Known != "" {
		all = append(all, object().Set("use", resource.Text("nickname")).Set("text", resource.Text(n.Known)).Value())
	}
	w.o.Set("name", resource.List(all...))
	if !w.extend("pronouns", "valueString", resource.Text(n.Pronouns)) {
		w.missing("name.pronouns", n.Pronouns != "")
	}
}

// absent is an element of which only the reason is stated why it is not there.
func absent(reason string) resource.Value {
	o := object()
	setExtension(o, absentURL, "valueCode", resource.Text(reason))
	return o.Value()
}

func (w *out) address(p person.Person) {
	if p.Address.IsZero() {
		w.o.Remove("address")
		return
	}
	a := p.Address.Reveal()
	whole := w.may("address", p.ID, "address")
	o := object()
	if whole {
		var lines []resource.Value
		for _, line := range a.Lines {
			lines = append(lines, resource.Text(line))
		}
		o.Set("line", resource.List(lines...))
	}
	if whole || w.may("address.postcode", p.ID, "postcode") {
		o.Set("postalCode", resource.Text(a.Postcode))
	}
	if o.Len() > 0 {
		o.Set("use", resource.Text("home"))
	}
	w.o.Set("address", resource.List(o.Value()))
	w.missing("address.point", whole && !a.Point.IsZero())
	w.missing("address.areas", whole && len(a.Areas) > 0)
	w.missing("address.lines", whole && slices.ContainsFunc(a.Lines, func(s string) bool { return strings.TrimSpace(s) == "" }))
}

// A way to reach somebody that R4 has a word for, with the field that a permission is asked
// about.
type way struct {
	channel       person.Channel
	system, field string
}

// ways are all of them. A letter goes to the address.
var ways = []way{{person.Phone, "phone", "phone"}, {person.Text, "sms", "text"}, {person.Email, "email", "email"}}

// contacts writes the contacts that may safely be used, the best first.
func (w *out) contacts(path string, of person.ID, all []person.Contact, reach func(person.Channel) []person.Contact) {
	var points []resource.Value
	for _, c := range ways {
		safe := reach(c.channel)
		if len(safe) == 0 || !w.may(path, of, c.field) {
			continue
		}
		for _, contact := range safe {
			rank := 1 + slices.IndexFunc(all, func(one person.Contact) bool { return one.Value.Equal(contact.Value) })
			points = append(points, object().Set("system", resource.Text(c.system)).Set("value", resource.Text(contact.Value.Reveal())).
				Set("rank", resource.Int(rank)).Value())
		}
	}
	w.o.Set("telecom", resource.List(points...))
	if len(all) > 0 { // when it is safe, until when, what may be said to whom
		w.lose(Loss{Path: path, Kind: Coarsened, Severity: sp.Warning})
	}
}

func (w *out) circumstances(p person.Person) {
	c := p.Circumstances.Reveal()
	known := !p.Circumstances.IsZero()
	var gender resource.Value
	switch {
	case known && c.Gender != "" && w.may("circumstances.gender", p.ID, "gender"):
		gender = resource.Text(c.Gender)
	case w.e.Profile.sdohcc(): // 1..1 in US Core
		gender = resource.Text("unknown")
		w.lose(Loss{Path: "circumstances.gender", Theirs: "unknown", Kind: Defaulted})
	}
	w.o.Set("gender", gender).Set("_gender", resource.Value{})
	if w.stated("circumstances.languages", p.ID, "language", known && len(c.Languages) > 0, "communication") {
		var spoken []resource.Value
		for i, l := range c.Languages {
			o := object().Set("language", concept("", sp.Code{System: systemLanguage, Code: string(l)}))
			if i == 0 {
				o.Set("preferred", resource.Bool(true))
			}
			spoken = append(spoken, o.Value())
		}
		w.o.Set("communication", resource.List(spoken...))
	}
	var needed resource.Value
	if known && c.Interpreter != sp.Unknown && w.may("circumstances.interpreter", p.ID, "interpreter") {
		needed = resource.Bool(c.Interpreter == sp.Yes)
	}
	setExtension(w.o, interpreterURL, "valueBoolean", needed)
	c.Gender, c.Languages, c.Interpreter = "", nil, sp.Unknown
	w.missing("circumstances", known && !sp.Hide(c).Equal(sp.Hide(person.Circumstances{})))
}

// equality writes what somebody answered, each fact where a permission allows it.
func (w *out) equality(p person.Person) {
	facts := p.Equality.Reveal()
	for _, c := range characteristics {
		way, path := equalityURLs[c], "equality."+string(c)
		if way.field == "" {
			way.field = "equality"
		}
		if way.url == "" && w.e.Own != "" {
			way.url = Extensions + "equality-" + string(c)
		}
		var answer resource.Value
		if fact := facts[c]; !fact.IsZero() && w.may(path, p.ID, way.field) {
			if answer = concept("", fact.Code); fact.NotStated {
				answer = notStated(c)
			}
		}
		switch {
		case c == person.MaritalStatus:
			w.o.Set("maritalStatus", answer)
		case way.url == "":
			w.missing(path, !answer.IsZero())
		default:
			setExtension(w.o, way.url, "valueCodeableConcept", answer)
		}
	}
}

// characteristics in the order in which they are written.
var characteristics = []person.Characteristic{
	person.EthnicCategory, person.Belief, person.GenderIdentity, person.MaritalStatus, person.SexualOrientation, person.Disability,
	person.GenderReassignment, person.Pregnancy,
}

// notStated is the code of the national list by which somebody would rather not say.
func notStated(c person.Characteristic) resource.Value {
	if list, ok := person.ListOf(c); ok {
		for code := range list.All() {
			if fact, _ := list.Fact(code.Code); fact.NotStated {
				return concept("", code)
			}
		}
	}
	return concept("", sp.Code{System: "http://terminology.hl7.org/CodeSystem/data-absent-reason", Code: "asked-declined"})
}
