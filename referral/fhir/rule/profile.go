package rule

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	usCore       = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
	temporary    = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
	structures   = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/"
	observations = "http://terminology.hl7.org/CodeSystem/observation-category"
	conditions   = "http://terminology.hl7.org/CodeSystem/condition-category"
)

// claimed returns the profiles to look at, each by the last part of its URL.
func (c *checker) claimed(v resource.Value) []string {
	all := slices.Clone(c.also)
	for _, one := range v.Get("meta", "profile").All() {
		url, _, _ := strings.Cut(one.Text(), "|")
		all = append(all, url[strings.LastIndexByte(url, '/')+1:])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// profile checks a resource against a profile, if it is one for its type.
func (c *checker) profile(p *place, name, resourceType string, v resource.Value) {
	if name == "UKCore-"+resourceType {
		c.ukCore(p, v)
		return
	}
	s := c.profiles[name+" "+resourceType]
	if s == nil && profileTypes[name] != resourceType {
		return
	}
	for i := range s {
		c.narrowed(p, &s[i], v)
	}
	for _, i := range profileInvariants[name] {
		c.invariant(p, i, v)
	}
	if name == "SDOHCC-TaskForReferralManagement" && is(v, "status", "rejected", "cancelled", "on-hold", "failed") && v.Get("statusReason").IsZero() {
		c.add(sp.Warning, p.to("statusReason"), "missing", "should say why it was rejected, cancelled, held or has failed")
	}
}

// profileTypes are the types of the profiles that narrow no element.
var profileTypes = map[string]string{"SDOHCC-Procedure": "Procedure"}

// narrowed checks what a profile makes of one element.
func (c *checker) narrowed(p *place, e *element, v resource.Value) {
	at, one := p.to(e.name), v.Get(e.name)
	k := kind{}
	if len(e.types) > 0 {
		k = e.types[0]
	}
	if e.choice {
		for name, value := range v.Members() {
			if found, as := (shape{*e}).member(name); found != nil {
				at, one, k = p.to(name), value, as
			}
		}
		if some := begins(v, e.name); some && one.IsZero() {
			if len(e.types) > 0 {
				c.wrong(at, "wrong-type", "the profile does not take this type")
			}
			return
		}
	}
	switch absent := one.IsZero(); {
	case absent && e.required && !has(v, e.name):
		c.wrong(at, "missing", "the profile asks for it")
	case absent:
	case e.most == "0":
		c.wrong(at, "cardinality", "the profile does not have it")
	case e.fixed != "" && !fixed(one, e.fixed):
		c.wrong(at, "unknown-code", "the profile fixes it to "+e.fixed)
	case e.most == "1" && one.IsList() && !one.First().IsZero():
		n := 0
		for range one.All() {
			n++
		}
		if n > 1 {
			c.wrong(at, "cardinality", "the profile has one")
		}
	}
	if k.name == "Reference" && one.IsObject() {
		c.reference(at, k.targets, one)
	}
	for i, each := range one.All() {
		if k.name == "Reference" {
			c.reference(at.at(i), k.targets, each)
		}
	}
}

// fixed reports whether a value is a fixed code, coding or truth.
func fixed(v resource.Value, want string) bool {
	if system, code, coding := strings.Cut(want, "#"); coding {
		return some(v, system, code)
	}
	if is, ok := v.Bool(); ok {
		return is == (want == "true")
	}
	return v.Is(want)
}

var (
	aboutSDOH  = invariant{"SDOH-Obs-4", "has the category sdoh", func(v resource.Value) bool { return some(v.Get("category"), usCore, "sdoh") }}
	valueOrWhy = invariant{"us-core-2", "has a value, components or members, or says why the value is absent", func(v resource.Value) bool {
		return has(v, "component", "hasMember", "dataAbsentReason") || begins(v, "value")
	}}
	performed    = invariant{"SDOH-Obs-3", "says who observed it or what it is derived from", func(v resource.Value) bool { return has(v, "performer", "derivedFrom") }}
	focusSubject = invariant{"SDOH-Obs-2", "has a subject if it has a focus", func(v resource.Value) bool { return !has(v, "focus") || has(v, "subject") }}
	ofThePerson  = []invariant{performed, focusSubject, {"personal-characteristic", "has the category personal-characteristic", func(v resource.Value) bool {
		return some(v.Get("category"), temporary, "personal-characteristic")
	}}, {"SDOH-Obs-1", "refers to the subject, or has another reference as an extension, not both", func(v resource.Value) bool {
		return has(v.Get("subject"), "reference") != (extension(v.Get("subject"), "http://hl7.org/fhir/StructureDefinition/alternate-reference") > 0)
	}}}
)

// profileInvariants are rules of the profiles about several elements or about a slice.
var profileInvariants = map[string][]invariant{
	"SDOHCC-TaskForReferralManagement": {
		{"SDOHCC-ReferralTaskStatus", "has no status received or ready", func(v resource.Value) bool { return !is(v, "status", "received", "ready") }},
		{"statusReason-text", "gives a reason of its status as text", func(v resource.Value) bool { return !has(v, "statusReason") || has(v.Get("statusReason"), "text") }},
	},
	"SDOHCC-TaskForPatient": tasksForThePatient,
	"SDOHCC-Condition": {
		{"SDOH-Con-1", "is asserted by somebody or by a device, not both", func(v resource.Value) bool {
			n := extension(v, structures+"SDOHCC-ExtensionConditionAsserter")
			return n == 0 || n == 1 && !has(v, "asserter")
		}},
		{"SDOH-Con-2", "is a diagnosis, a problem or a concern", func(v resource.Value) bool {
			return some(v.Get("category"), conditions, "encounter-diagnosis") || some(v.Get("category"), conditions, "problem-list-item") ||
				some(v.Get("category"), "http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")
		}},
		{"SDOH-Con-3", "has the category sdoh", func(v resource.Value) bool { return some(v.Get("category"), usCore, "sdoh") }},
	},
	"SDOHCC-Consent": {{"category", "has the category IDSCL exactly once", func(v resource.Value) bool {
		return some(v.Get("category"), "http://terminology.hl7.org/CodeSystem/v3-ActCode", "IDSCL")
	}}},
	"SDOHCC-ObservationAssessment": {valueOrWhy, aboutSDOH},
	"SDOHCC-ObservationScreeningResponse": {
		valueOrWhy, aboutSDOH,
		{"survey", "has the category survey", func(v resource.Value) bool { return some(v.Get("category"), observations, "survey") }},
		{"SDOHCC-ObservationStatus", "is final, corrected, in error or unknown", func(v resource.Value) bool {
			return is(v, "status", "final", "corrected", "entered-in-error", "unknown")
		}},
	},
	"SDOHCC-ObservationPersonalCharacteristic": ofThePerson, "SDOHCC-ObservationEthnicityOMB": ofThePerson, "SDOHCC-ObservationGenderIdentity": ofThePerson,
	"SDOHCC-ObservationPersonalPronouns": ofThePerson, "SDOHCC-ObservationRaceOMB": ofThePerson, "SDOHCC-ObservationRecordedSexGender": ofThePerson,
	"SDOHCC-ObservationSexualOrientation": ofThePerson,
	"SDOHCC-Procedure": {{"us-core-7", "says when it was performed, if it is completed or in progress", func(v resource.Value) bool {
		return !is(v, "status", "completed", "in-progress") || begins(v, "performed")
	}}},
	"SDOHCC-HealthcareService": {{"AppointmentContact", "has a way of contact for appointments", func(v resource.Value) bool {
		for _, one := range v.Get("telecom").All() {
			if extension(one, structures+"SDOHCC-ExtensionHealthcareServiceTelecomAppointment") > 0 && has(one, "system") && has(one, "value") {
				return true
			}
		}
		return false
	}}},
	"SDOHCC-HealthcareServiceForReferralManagement": {
		{"capacity-status", "says once whether there is capacity", func(v resource.Value) bool {
			return extension(v, structures+"SDOHCC-ExtensionHealthcareServiceCapacityStatus") == 1
		}},
		{"ServiceCategory", "has the category sdoh", func(v resource.Value) bool { return some(v.Get("category"), usCore, "sdoh") }},
	},
}

// extension returns how often an extension stands at a value.
func extension(v resource.Value, url string) (n int) {
	for _, one := range v.Get("extension").All() {
		if one.Get("url").Is(url) {
			n++
		}
	}
	return n
}
