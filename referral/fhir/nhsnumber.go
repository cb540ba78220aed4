package fhir

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemNHSNumber    = "https://fhir.nhs.uk/Id/nhs-number"
	systemNumberStatus = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus"
	numberStatus       = ukCoreExtension + "NHSNumberVerificationStatus"
)

// noInformation is the code of UK Core, since version 2.2.0 of its value set, for a number of
// whose tracing nothing is known. Nobody here traces numbers: any other code would state
// what nobody has looked up.
var noInformation = sp.Code{System: "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", Code: "NI", Display: "NoInformation"}

// numberStatuses are the codes of UK Core for how far a number was traced, by system, and
// whether each says that it is the person's. The words are those of version 2.1.0, the
// others those of England and Wales since 2.2.0 of August 2022; both are in use.
//
// Source: NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN, ValueSet-UKCore-NHSNumberVerificationStatus.
var numberStatuses = map[string]map[string]bool{
	systemNumberStatus + "England": {"01": true, "02": false, "03": false, "04": false, "05": false, "06": false, "07": false, "08": false},
	systemNumberStatus + "Wales":   {"nn": true, "01": true, "02": false, "03": false, "04": false, "05": false, "06": false, "07": false, "08": false},
	systemNumberStatus: {
		"number-present-and-verified": true, "number-present-and-traced-using-welsh-nhs-ar": true, "number-present-but-not-traced": false, "trace-required": false,
		"trace-attempted": false, "trace-needs-to-be-resolved": false, "trace-in-progress": false, "number-not-present-and-trace-not-required": false, "trace-postponed": false,
	},
}

// nhsNumber writes the number, if it may be told, in the place of any other. What a partner
// has said of how it was traced stays with the same number; UK Core is told otherwise that
// nothing is known of that.
func (w *out) nhsNumber(p person.Person) {
	var all []resource.Value
	var status resource.Value
	for _, v := range w.o.Get("identifier").All() {
		if !isNHSNumber(v.Get("system").Text()) {
			all = append(all, v)
		} else if said, err := sp.ParseNHSNumber(v.Get("value").Text()); err == nil && said.Equal(p.NHSNumber) {
			status = findExtension(v.Get("extension"), numberStatus)
		}
	}
	if !p.NHSNumber.IsZero() && w.may("nhsNumber", p.ID, "nhs-number") {
		if status.IsZero() && w.e.Profile.england() {
			status = concept("", noInformation)
			w.lose(Loss{Path: "nhsNumber", Ours: "status unknown", Theirs: noInformation.Code, Kind: Defaulted})
		}
		number := object()
		setExtension(number, numberStatus, "valueCodeableConcept", status)
		all = append(all, number.Set("system", resource.Text(systemNHSNumber)).Set("value", resource.Text(p.NHSNumber.Reveal())).Value())
	}
	w.o.Set("identifier", resource.List(all...))
}

// isNHSNumber compares without regard to case and scheme, as samples of the NHS write it.
func isNHSNumber(system string) bool {
	_, rest, _ := strings.Cut(strings.ToLower(system), "://")
	return rest == "fhir.nhs.uk/id/nhs-number"
}

// nhsNumber reads the number that is in use, whatever is said of how it was traced.
func (r *in) nhsNumber() (n sp.NHSNumber) {
	for i, v := range r.o.Get("identifier").All() {
		if !isNHSNumber(v.Get("system").Text()) || v.Get("use").Is("old") {
			continue
		}
		number, err := sp.ParseNHSNumber(v.Get("value").Text())
		if err != nil || !n.IsZero() && !n.Equal(number) {
			r.lose(Loss{Path: at("Patient.identifier", i), Ours: "nhsNumber", Kind: UnknownCode, Severity: sp.Warning})
			continue
		}
		n = number
		r.traced(at("Patient.identifier", i)+".extension", findExtension(v.Get("extension"), numberStatus))
	}
	return n
}

// traced reports a number that is not said to be verified: a person here has a number or
// none, and whoever sends to somebody by it must know.
func (r *in) traced(path string, status resource.Value) {
	if status.IsZero() || codeIn(status, noInformation.System, noInformation.Code) {
		return // nobody says
	}
	l := Loss{Path: path, Ours: "nhsNumber", Kind: UnknownCode, Severity: sp.Warning}
	for c := range codesOf(status) {
		if verified, listed := numberStatuses[c.System][c.Code]; verified {
			return
		} else if listed {
			l.Theirs, l.Kind = c.Code, Dropped
		}
	}
	r.lose(l)
}
