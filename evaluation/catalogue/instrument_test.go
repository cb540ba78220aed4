package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/needs/measure"
)

// A scale that no instrument has would be measured by nobody, and its change would look as if nobody
// had been asked.
func TestAllChangesAreOfScalesThatTheInstrumentsHave(t *testing.T) {
	for id, code := range map[string]string{
		catalogue.WellbeingID: "swemwbs", catalogue.ImprovedID: "swemwbs", catalogue.SatisfactionID: "ons4", catalogue.LonelinessID: "ucla-3",
	} {
		t.Run(id, func(t *testing.T) {
			instrument, known := measure.Find(code)
			require.True(t, known)
			scale := instrument.Scales[0]
			counts := countAll(t, evaluation.Options{AsOf: monday.Add(120)}, catalogue.All(catalogue.Standards{}), threeScores(code, scale.Code, scale.Min, scale.Max), "")
			pairs := int64(0)
			for answer, n := range counts.Tally(id, "") {
				if answer != evaluation.Absent && answer != evaluation.Out("no follow-up") {
					pairs += n
				}
			}
			require.Positive(t, pairs, "who was scored by the instrument as it is shipped")
		})
	}
}
