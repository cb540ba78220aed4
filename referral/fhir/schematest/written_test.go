package schematest

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/internal/written"
)

func TestTheSchemaAcceptsWhatIsWritten(t *testing.T) {
	tier.Unraced(t)
	c, r := newChecker(t), rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for range tier.Pick(50, 500, 20_000) {
		for _, p := range []fhir.Profile{fhir.R4(), fhir.England(), fhir.SDOHCC()} {
			for _, o := range written.All(r, written.Encoder(r, p)) {
				require.NoError(t, c.refuses(o.Append(nil)), "%s", o.Append(nil))
				seen[o.Type()] = true
			}
		}
	}
	require.Len(t, seen, 12)
}
