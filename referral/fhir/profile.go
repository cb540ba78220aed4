package fhir

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// A Profile is the guide by which resources are written and read: data, so that a program
// can take one that ships and change it.
type Profile struct {
	Name string // "SDOHCC 3.0.0"

	// Asked are the codings of a request for social prescribing, ServiceRequest.code. A
	// receiver uses the one that it knows.
	Asked []sp.Code

	// Category are the codings of the category of such a request, each of its own.
	Category []sp.Code

	// Organisations says that a Task may be requested by an organisation or somebody in a
	// role there, and by nobody else: not by the person or a single worker.
	Organisations bool

	// Excluded are codes of Task.status that the guide does not know.
	Excluded []string

	// Shapes are the canonical addresses of profiles by the type of resource, for
	// meta.profile. What is not listed has none.
	Shapes map[string]string
}

// R4 returns plain FHIR R4 (4.0.1), with no profile.
func R4() Profile {
	return Profile{Name: "FHIR R4", Asked: []sp.Code{asked, socialService}}
}

// England returns FHIR R4 in the shapes of UK Core, as read at
// NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN 3d2827e3.
func England() Profile {
	p := Profile{Name: "UK Core", Asked: []sp.Code{asked, socialService}, Shapes: make(map[string]string)}
	for _, t := range []string{
		"Appointment", "CarePlan", "Communication", "Composition", "Condition", "Consent", "Encounter", "Flag", "HealthcareService", "Location",
		"Observation", "Organization", "Patient", "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task",
	} {
		p.Shapes[t] = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-" + t
	}
	return p
}

// SDOHCC returns the SDOH Clinical Care guide 3.0.0, as read at HL7/fhir-sdoh-clinicalcare
// 6604b7ac. Its set of request codes has all procedures of SNOMED CT, among them that for
// social prescribing where the terminology server has the UK edition; so the international
// code goes first. Its set of Task states leaves out received and ready.
func SDOHCC() Profile {
	const base = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-"
	return Profile{
		Name:          "SDOHCC 3.0.0",
		Asked:         []sp.Code{socialService, asked},
		Category:      []sp.Code{socialService, {System: "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", Code: "sdoh", Display: "SDOH"}},
		Organisations: true,
		Excluded:      []string{"received", "ready"},
		Shapes: map[string]string{
			"Condition": base + "Condition", "Consent": base + "Consent", "Goal": base + "Goal", "HealthcareService": base + "HealthcareServiceForReferralManagement",
			"Location": base + "Location", "ServiceRequest": base + "ServiceRequest", "Task": base + "TaskForReferralManagement",
			"Observation": base + "ObservationAssessment",
			"Patient":     "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient", "Organization": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization",
		},
	}
}

const snomed = "http://snomed.info/sct"

// The codes of a request. Sources: Transformation Partners in Health and Care, FAQs, for that
// of England; HL7's value set us-core-servicerequest-category for the international one.
var (
	asked         = sp.Code{System: snomed, Version: snomed + "/83821000000107", Code: "871731000000106", Display: "Referral to social prescribing service"}
	socialService = sp.Code{System: snomed, Code: "410606002", Display: "Social service procedure"}
)

func (p Profile) url(resourceType string) string { return p.Shapes[resourceType] }

// knows reports whether a Task status is one of the guide.
func (p Profile) knows(status string) bool { return !slices.Contains(p.Excluded, status) }

// england reports whether the shapes are those of UK Core.
func (p Profile) england() bool { return p.Name == "UK Core" }
