package rule

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// An invariant is a rule about several elements of a type or a data type, by the key that
// R4 has for it.
type invariant struct {
	key, rule string
	holds     func(v resource.Value) bool
}

func (c *checker) invariant(p *place, i invariant, v resource.Value) {
	if !i.holds(v) {
		c.wrong(p, i.key, i.rule)
	}
}

func has(v resource.Value, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return !v.Get(name).IsZero() || !v.Get("_"+name).IsZero() })
}

// begins reports whether v has some type of a choice.
func begins(v resource.Value, choice string) bool {
	for name := range v.Members() {
		if rest, is := strings.CutPrefix(strings.TrimPrefix(name, "_"), choice); is && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}

func is(v resource.Value, name string, codes ...string) bool {
	return slices.ContainsFunc(codes, v.Get(name).Is)
}

// ordered reports whether one time is not after another. What is not known well enough to
// say so is not out of order.
func ordered(v resource.Value, first, second string) bool {
	a, ok := v.Get(first).Time()
	b, also := v.Get(second).Time()
	if !ok || !also {
		return true
	}
	if from, exact := a.Moment(); exact {
		if to, exact := b.Moment(); exact {
			return !to.Before(from)
		}
	}
	n := min(len(a.String()), len(b.String()), len("2006-01-02"))
	return a.String()[:n] <= b.String()[:n]
}

// each reports whether a rule holds for every element of a list.
func each(v resource.Value, name string, holds func(v resource.Value) bool) bool {
	for _, one := range v.Get(name).All() {
		if !holds(one) {
			return false
		}
	}
	return true
}

// some reports whether a list of CodeableConcepts, or one, holds a coding.
func some(v resource.Value, system, code string) bool {
	if v.IsObject() {
		v = resource.List(v)
	}
	for _, concept := range v.All() {
		for _, coding := range concept.Get("coding").All() {
			if coding.Get("system").Is(system) && coding.Get("code").Is(code) {
				return true
			}
		}
	}
	return false
}

// invariants are those of R4 4.0.1 that a program gets wrong. app-4 is held as it was
// published: it compares with a code that does not exist, so that no missed appointment
// has a cancelationReason.
var invariants = map[string][]invariant{
	"Task": {{"inv-1", "was not last modified before it was authored", func(v resource.Value) bool { return ordered(v, "authoredOn", "lastModified") }}},
	"Appointment": {
		{"app-2", "has both a start and an end, or neither", func(v resource.Value) bool { return has(v, "start") == has(v, "end") }},
		{"app-3", "has a start and an end, unless it is proposed, cancelled or waiting", func(v resource.Value) bool {
			return has(v, "start") && has(v, "end") || is(v, "status", "proposed", "cancelled", "waitlist")
		}},
		{"app-4", "has a cancelationReason only if it is cancelled", func(v resource.Value) bool { return !has(v, "cancelationReason") || is(v, "status", "cancelled") }},
		{"app-1", "says of each participant the type or who", func(v resource.Value) bool {
			return each(v, "participant", func(one resource.Value) bool { return has(one, "type", "actor") })
		}},
	},
	"Observation": {
		{"obs-6", "says why a value is absent only if it is", func(v resource.Value) bool { return !has(v, "dataAbsentReason") || !begins(v, "value") }},
	},
	"Condition": {
		{"con-4", "has ended only if it is inactive, resolved or in remission", func(v resource.Value) bool {
			return !begins(v, "abatement") || slices.ContainsFunc([]string{"inactive", "resolved", "remission"}, func(code string) bool {
				return some(v.Get("clinicalStatus"), "http://terminology.hl7.org/CodeSystem/condition-clinical", code)
			})
		}},
		{"con-5", "has no clinicalStatus if it was entered in error", func(v resource.Value) bool {
			return !has(v, "clinicalStatus") || !some(v.Get("verificationStatus"), "http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")
		}},
	},
	"CarePlan": {{"cpl-3", "an activity has a reference or a detail, not both", func(v resource.Value) bool {
		return each(v, "activity", func(one resource.Value) bool { return !has(one, "reference") || !has(one, "detail") })
	}}},
	"Consent": {
		{"ppc-1", "has a policy or a policyRule", func(v resource.Value) bool { return has(v, "policy", "policyRule") }},
		{"ppc-2", "names the patient if its scope is privacy", func(v resource.Value) bool {
			return has(v, "patient") || !some(v.Get("scope"), "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
		}},
	},
	"Goal": {{"gol-1", "a target with a detail says what is measured", func(v resource.Value) bool {
		return each(v, "target", func(one resource.Value) bool { return !begins(one, "detail") || has(one, "measure") })
	}}},
	"QuestionnaireResponse": {{"qrs-1", "an item has items or answers, not both", func(v resource.Value) bool { return items(v) }}},
	"Composition": {
		{"cmp-1", "a section has a text, entries or sections", func(v resource.Value) bool {
			return sections(v, func(one resource.Value) bool { return has(one, "text", "entry", "section") })
		}},
		{"cmp-2", "a section says why it is empty only if it is", func(v resource.Value) bool {
			return sections(v, func(one resource.Value) bool { return !has(one, "emptyReason") || !has(one, "entry") })
		}},
	},
	"ServiceRequest": {{"prr-1", "has an orderDetail only with a code", func(v resource.Value) bool { return !has(v, "orderDetail") || has(v, "code") }}},
	"Organization": {
		{"org-1", "has a name or an identifier", func(v resource.Value) bool { return has(v, "name", "identifier") }},
		{"org-2", "has no home address", func(v resource.Value) bool { return each(v, "address", notHome) }},
		{"org-3", "has no home telephone", func(v resource.Value) bool { return each(v, "telecom", notHome) }},
	},
	"AuditEvent": {{"sev-1", "an entity has a name or a query, not both", func(v resource.Value) bool {
		return each(v, "entity", func(one resource.Value) bool { return !has(one, "name") || !has(one, "query") })
	}}},
	"Patient": {{"pat-1", "a contact has details or an organisation", func(v resource.Value) bool {
		return each(v, "contact", func(one resource.Value) bool { return has(one, "name", "telecom", "address", "organization") })
	}}},
	"Period":       {{"per-1", "does not end before it starts", func(v resource.Value) bool { return ordered(v, "start", "end") }}},
	"ContactPoint": {{"cpt-2", "a value has a system", func(v resource.Value) bool { return !has(v, "value") || has(v, "system") }}},
	"Quantity":     {{"qty-3", "a code of a unit has a system", func(v resource.Value) bool { return !has(v, "code") || has(v, "system") }}},
	"Attachment":   {{"att-1", "data has a contentType", func(v resource.Value) bool { return !has(v, "data") || has(v, "contentType") }}},
	"Extension":    {{"ext-1", "has a value or extensions, not both", func(v resource.Value) bool { return begins(v, "value") != has(v, "extension") }}},
	"Bundle":       bundleInvariants,
}

func notHome(v resource.Value) bool { return !is(v, "use", "home") }

func items(v resource.Value) bool {
	return each(v, "item", func(item resource.Value) bool {
		return (!has(item, "item") || !has(item, "answer")) && items(item) && each(item, "answer", items)
	})
}

func sections(v resource.Value, holds func(resource.Value) bool) bool {
	return each(v, "section", func(one resource.Value) bool { return holds(one) && sections(one, holds) })
}
