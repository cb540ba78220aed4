package rule

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	ukExtension = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
	ukCodes     = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
	nullFlavor  = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
)

// once are the extensions that UK Core has at most once, and oneOf the identifiers.
var (
	once  = []string{"EthnicCategory", "Coverage", "SourceOfServiceRequest", "DeliveryChannel", "BirthSex"}
	oneOf = []string{"nhs-number", "ods-organization-code", "ods-site-code"}
)

// ukCoreSets are the codes of those extensions whose value set UK Core requires, by system.
// The status of an NHS number has had two sets of codes: words in 2.1.0 of August 2021,
// those of the NHS Data Dictionary by country since 2.2.0 of August 2022; both are in use.
//
// Source: NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN, valuesets and codesystems of these names.
var ukCoreSets = map[string]map[string][]string{
	"BirthSex":        {"http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender": {"F", "M", "UN"}, nullFlavor: {"UNK"}},
	"DeliveryChannel": {ukCodes + "DeliveryChannel": {"In-person", "Telephone", "Video"}},
	"NHSNumberVerificationStatus": {
		ukCodes + "NHSNumberVerificationStatus": {
			"number-present-and-verified", "number-present-but-not-traced", "trace-required", "trace-attempted", "trace-needs-to-be-resolved", "trace-in-progress",
			"number-not-present-and-trace-not-required", "trace-postponed", "number-present-and-traced-using-welsh-nhs-ar",
		},
		ukCodes + "NHSNumberVerificationStatusEngland": {"01", "02", "03", "04", "05", "06", "07", "08"},
		ukCodes + "NHSNumberVerificationStatusWales":   {"nn", "01", "02", "03", "04", "05", "06", "07", "08"},
		nullFlavor: {"NI"},
	},
}

// ukCore holds what UK Core allows at most once - some extensions, and identifiers of a
// system, which it reads without regard to case and scheme - and the value sets that it
// requires.
func (c *checker) ukCore(p *place, v resource.Value) {
	c.ukExtensions(p, v)
	seen := map[string]bool{}
	for i, one := range v.Get("identifier").All() {
		at := p.to("identifier").at(i)
		c.ukExtensions(at, one)
		_, system, _ := strings.Cut(strings.ToLower(one.Get("system").Text()), "fhir.nhs.uk/id/")
		if !slices.Contains(oneOf, system) {
			continue
		}
		if seen[system] {
			c.wrong(at, "cardinality", "UK Core has one of this system")
		}
		seen[system] = true
	}
	for i, one := range v.Get("communication").All() {
		if codes := one.Get("language", "coding"); v.Get("resourceType").Is("Patient") && !codes.IsZero() && !spoken(codes) {
			c.wrong(p.to("communication").at(i).to("language"), "unknown-code", "UK Core has languages of BCP 47")
		}
	}
}

func (c *checker) ukExtensions(p *place, v resource.Value) {
	seen := map[string]bool{}
	for i, one := range v.Get("extension").All() {
		name, ours := strings.CutPrefix(one.Get("url").Text(), ukExtension)
		if !ours {
			continue
		}
		at := p.to("extension").at(i)
		if seen[name] && slices.Contains(once, name) {
			c.wrong(at, "cardinality", "UK Core has one")
		}
		seen[name] = true
		if set := ukCoreSets[name]; set != nil && !oneInSet(one.Get("valueCodeableConcept"), set) {
			c.wrong(at.to("valueCodeableConcept"), "unknown-code", "UK Core requires one of its value set")
		}
	}
}

// oneInSet reports whether a CodeableConcept has a coding of a value set.
func oneInSet(v resource.Value, set map[string][]string) bool {
	for _, coding := range v.Get("coding").All() {
		if slices.Contains(set[coding.Get("system").Text()], coding.Get("code").Text()) {
			return true
		}
	}
	return false
}

// spoken reports whether some coding has the form of a tag of BCP 47, which UK Core takes
// from its own list of human languages too.
func spoken(codes resource.Value) bool {
	for _, one := range codes.All() {
		tag := one.Get("code").Text()
		first, _, _ := strings.Cut(tag, "-")
		if len(first) >= 2 && len(first) <= 8 && strings.Trim(strings.ToLower(tag), "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
			return true
		}
	}
	return false
}
