package evaluationtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

func Example() {
	n := 0
	for _, err := range (evaluationtest.World{Seed: 1, Referrals: 1000}).Log() {
		if err == nil {
			n++
		}
	}
	fmt.Println(n, "events of 1000 referrals")
	// Output: 13101 events of 1000 referrals
}

func TestAWorldIsTheSameForASeedAndApart(t *testing.T) {
	all := func(w evaluationtest.World) map[string]store.RecordedEvent {
		events := map[string]store.RecordedEvent{}
		for e, err := range w.Log() {
			require.NoError(t, err)
			name := fmt.Sprint(e.Key, e.Version)
			require.Empty(t, events[name].Key.ID, "comes once")
			events[name] = e
			day := evaluationtest.End.Sub(evaluationtest.Start)
			require.Less(t, int(e.Stamp.At.Sub(evaluationtest.Start.In(e.Stamp.At.Location())).Hours()/24), day)
			var decode error
			switch e.Key.Kind {
			case needs.AssessmentKind:
				_, decode = needs.DecodeEvent(e.Type, e.Data)
			case register.Kind:
				_, decode = register.DecodeEvent(e.Type, e.Data)
			case voice.RecordKind:
				_, decode = voice.DecodeEvent(e.Type, e.Data)
			case grant.AwardKind:
				_, decode = grant.DecodeAwardEvent(e.Type, e.Data)
			default:
				_, decode = referral.DecodeEvent(e.Type, e.Data)
			}
			require.NoError(t, decode)
		}
		return events
	}
	want := all(evaluationtest.World{Seed: 3, Referrals: 200})
	require.Equal(t, want, all(evaluationtest.World{Seed: 3, Referrals: 200, Apart: true}))
	require.NotEqual(t, want, all(evaluationtest.World{Seed: 4, Referrals: 200}))
}
