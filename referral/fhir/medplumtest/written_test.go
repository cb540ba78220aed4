package medplumtest

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/internal/written"
)

func TestTheValidatorAcceptsWhatIsWritten(t *testing.T) {
	v, r := newValidator(t), rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for range tier.Pick(30, 200, 5_000) {
		for _, p := range []fhir.Profile{fhir.R4(), fhir.England(), fhir.SDOHCC()} {
			for _, o := range written.All(r, written.Encoder(r, p)) {
				require.Empty(t, v.faultsOfAll(t, o.Append(nil)), "%s", o.Append(nil))
				seen[o.Type()] = true
			}
		}
	}
	require.Len(t, seen, 12)
}
