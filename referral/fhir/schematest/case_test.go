package schematest

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/internal/written"
)

// Every state that a referral, a placement and a session can be in is among the cases. Each
// is written for a link worker, and every second for the partner of the other test.
func TestTheSchemaAcceptsEveryCase(t *testing.T) {
	tier.Unraced(t)
	c, r := newChecker(t), rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for _, p := range []fhir.Profile{fhir.R4(), fhir.England(), fhir.SDOHCC()} {
		partner := written.Encoder(r, p)
		worker := partner
		worker.To, worker.May = sp.Actor{ID: "cove", Role: sp.RoleLinkWorker}, written.Some{}
		for i, k := range written.Cases() {
			for _, e := range []fhir.Encoder{worker, partner}[:1+(i+1)%2] {
				for _, o := range written.Case(r, k, e) {
					require.NoError(t, c.refuses(o.Append(nil)), "%s", o.Append(nil))
					seen[o.Type()] = true
				}
			}
		}
	}
	for _, resourceType := range written.OfCase() {
		require.True(t, seen[resourceType], resourceType)
	}
	require.Len(t, seen, len(written.OfCase()))
}
