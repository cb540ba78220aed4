package written

import (
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// Case returns everything that is written of a case: the bundles in which it travels and
// each resource in them, the message back as a document and in short, and who did what and
// was told what.
func Case(k *referral.Case, e fhir.Encoder) (all []*resource.Object) {
	add := func(o *resource.Object, _ fhir.Report) {
		if o != nil {
			all = append(all, o)
		}
	}
	of := k.Referral.Person()
	for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
		bundle, lost := e.Case(fhir.CaseOf(k), as)
		add(bundle.Whole(), lost)
		if as == fhir.Message { // which has all that the others have
			for _, entry := range bundle.Entries {
				add(entry.Resource, nil)
			}
		}
	}
	m := letter.MessageBack(k, letter.Wording{}, e.May, e.At)
	document, lost := e.Document(m, of)
	add(document.Whole(), lost)
	add(document.Entries[0].Resource, nil)
	add(e.Communication(m, of, nil))
	for _, h := range k.Timeline() {
		add(e.Provenance(h, of))
		told := register.Told{ID: "T-1", To: "bay/green", As: "provider", Purpose: "direct-care", Policy: "standard", Items: []register.ToldItem{{Field: "name", Authority: "agreement"}, {Field: "need", Code: "loneliness", Authority: "agreement"}}}
		add(e.AuditEvent(told, of, h.Stamp))
	}
	return all
}

// Cases are of a world in which a referral, a placement and a session is in every state.
func Cases() []*referral.Case { return referraltest.NewWorld(7).Cases }

// OfCase are the types of what [Case] returns.
func OfCase() []string {
	return []string{
		"Appointment", "AuditEvent", "Bundle", "Communication", "Composition", "Encounter", "MessageHeader", "Provenance", "ServiceRequest", "Task",
	}
}
