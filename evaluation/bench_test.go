package evaluation_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// Whatever stands in the log, a run takes it or names it, and stays sound.
func FuzzAdd(f *testing.F) {
	for _, fact := range []store.Event{
		referral.Received{},
		referral.Assessed{Needs: []needs.Code{needs.Debt}},
		referral.NothingFound{Need: needs.Debt},
		placement.Proposed{Referral: "R-1"},
		placement.Completed{},
		placement.Declined{Reason: reason.Because(reason.TooFar)},
	} {
		e := event("R-1", 1, fact)
		f.Add(e.Key.Kind, string(e.Type), e.Data, int64(1))
	}
	f.Fuzz(func(t *testing.T, kind, name string, data []byte, seconds int64) {
		r := run(t, evaluation.Options{Calendar: sp.NewCalendar(nil, monday)}, event("R-1", 0, referral.Received{}))
		e := store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: kind, ID: "R-1"}, Version: 2, Type: store.EventType(name), Data: data}
		e.Stamp.At = time.Unix(seconds, 0)
		want := figures(t, r)
		if err := r.Add(e); err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Empty(t, cmp.Diff(want, figures(t, r)))
			return
		}
		for _, e := range figures(t, r) {
			require.False(t, math.IsNaN(e.Estimate.Value), e)
		}
	})
}

// A run of ten million events is read at this speed, times the cores that read.
func BenchmarkAdd(b *testing.B) {
	events := year(20_000)
	b.ReportAllocs()
	for b.Loop() {
		r := run(b, evaluation.Options{})
		for _, e := range events {
			if err := r.Add(e); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
}

// What it takes to decode every event in full, as a reader that keeps nothing would.
func BenchmarkDecode(b *testing.B) {
	events := year(20_000)
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range events {
			if _, err := referral.DecodeEvent(e.Type, e.Data); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
}

func BenchmarkEstimates(b *testing.B) {
	r := run(b, evaluation.Options{}, year(20_000)...)
	for b.Loop() {
		figures(b, r)
	}
}

// year returns the events of n referrals, ten or so for each.
func year(n int) []store.RecordedEvent {
	r := rand.New(rand.NewPCG(1, 1))
	var events []store.RecordedEvent
	for i := range n {
		id, day := fmt.Sprintf("R-%d", i), r.IntN(365)
		events = append(events,
			event(id, day, referral.Received{From: directory.ID(fmt.Sprintf("bay/practice-%d", i%50)), Reasons: []needs.Code{needs.Debt}}),
			event(id, day+1, referral.Accepted{Worker: "ann"}),
			event(id, day+r.IntN(20), referral.Attempted{Channel: "phone"}),
			event(id, day+r.IntN(30), referral.Contacted{Channel: "phone"}),
			event(id, day+30, referral.Assessed{Needs: []needs.Code{needs.Debt, needs.Grief}}),
			event(id, day+31, placement.Proposed{Referral: referral.ID(id), Needs: []needs.Code{needs.Debt}}),
			event(id, day+32, placement.Offered{}),
			event(id, day+33, placement.Accepted{}),
			event(id, day+40, placement.Started{}),
			event(id, day+90, placement.Completed{Result: needs.Result{Outcome: needs.Met}}),
		)
	}
	return events
}
