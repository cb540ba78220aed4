package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// sourceExtension is the extension of UK Core for what kind of person referred.
const sourceExtension = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-SourceOfServiceRequest"

// sources are the SNOMED CT codes of UK Core for kinds of referrer, below 309013001 and
// 306098008, without their licensed terms. Source: NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN 3d2827e3.
var sources = [...]struct {
	ours, code string
}{
	{"gp", "108161000000109"},
	{"self", "310434002"},
	{"nurse", "185362004"},
	{"pharmacist", "185369008"},
	{"social-worker", "185365002"},
	{"family", "185373006"},
}

// source writes the kind of referrer as UK Core does.
func (w *out) source(kind string) {
	if kind == "" {
		return
	}
	if !w.e.Profile.england() {
		w.lose(Loss{Path: "source", Ours: kind, Kind: Dropped, Recoverable: w.e.Own != ""})
		return
	}
	for _, s := range sources {
		if s.ours == kind {
			setExtension(w.o, sourceExtension, "valueCodeableConcept", concept("", sp.Code{System: snomed, Code: s.code}))
			return
		}
	}
	setExtension(w.o, sourceExtension, "valueCodeableConcept", object().Set("text", resource.Text(kind)).Value())
	w.lose(Loss{Path: "source", Ours: kind, Theirs: "Extension-UKCore-SourceOfServiceRequest", Kind: UnknownCode, Recoverable: w.e.Own != ""})
}

// source reads the kind of referrer.
func (r *in) source() string {
	v := findExtension(r.o.Get("extension"), sourceExtension)
	if v.IsZero() {
		return ""
	}
	for c := range codesOf(v) {
		for _, s := range sources {
			if c.InSNOMED() && c.Code == s.code {
				return s.ours
			}
		}
	}
	r.lose(Loss{Path: r.path("extension"), Ours: "source", Theirs: "Extension-UKCore-SourceOfServiceRequest", Kind: UnknownCode})
	return ""
}
