package needs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
)

func TestAViewForAPersonHasNeitherAlertsNorTheVersionThatCountsThem(t *testing.T) {
	raised := measure.Result{Instrument: "phq-9", Alerts: []measure.Raised{{Code: "self-harm", Raised: sp.Yes}}}
	v := needs.View{
		ID: "A-1", Version: 7, Opened: time.Unix(0, 0), Alerts: []needs.Alert{{Code: "self-harm", Raised: sp.Yes}},
		Measurements: []needs.Measurement{{Result: raised}}, Series: []needs.Series{{ID: "S-1", Answers: []needs.SeriesScores{{Point: "baseline", Result: raised}}}},
	}
	require.Equal(t, v, v.For(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}))
	quiet := measure.Result{Instrument: "phq-9"}
	require.Equal(t, needs.View{
		ID: "A-1", Opened: time.Unix(0, 0), Alerts: []needs.Alert{},
		Measurements: []needs.Measurement{{Result: quiet}}, Series: []needs.Series{{ID: "S-1", Answers: []needs.SeriesScores{{Point: "baseline", Result: quiet}}}},
	}, v.For(sp.Actor{ID: "P-1", Role: sp.RolePerson}))
	require.Equal(t, raised, v.Measurements[0].Result, "what it was made of is as it was")
	require.Equal(t, raised, v.Series[0].Answers[0].Result, "what it was made of is as it was")
}
