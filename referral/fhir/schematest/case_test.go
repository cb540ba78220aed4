package schematest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// Every state that a referral, a placement and a session can be in is among the cases.
func TestTheSchemaAcceptsEveryCase(t *testing.T) {
	c := newChecker(t)
	check := func(o *resource.Object) {
		if o != nil {
			require.NoError(t, c.refuses(o.Append(nil)), "%s", o.Append(nil))
		}
	}
	for _, p := range []fhir.Profile{fhir.R4(), fhir.England(), fhir.SDOHCC()} {
		e := fhir.Encoder{
			Profile: p, Own: "https://bay.example", To: sp.Actor{ID: "cove", Role: sp.RoleLinkWorker}, As: consent.Health, May: referraltest.AllowAll{},
			Scheme: "bay/scheme", At: referraltest.Day(90),
		}
		for _, k := range referraltest.NewWorld(7).Cases {
			for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
				bundle, _ := e.Case(fhir.CaseOf(k), as)
				for _, entry := range bundle.Entries {
					check(entry.Resource)
				}
			}
			of := k.Referral.Person()
			m := letter.MessageBack(k, letter.Wording{}, referraltest.AllowAll{}, referraltest.Day(90))
			document, _ := e.Document(m, of)
			check(document.Entries[0].Resource)
			said, _ := e.Communication(m, of, nil)
			check(said)
			for _, h := range k.Timeline() {
				x, _ := e.Provenance(h, of)
				check(x)
			}
		}
	}
}
