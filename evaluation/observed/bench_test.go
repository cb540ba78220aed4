package observed_test

import (
	"fmt"
	"testing"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// requests are 10,000 placements with 200 services, four events each.
func requests() []store.RecordedEvent {
	var log []store.RecordedEvent
	for i := range 10_000 {
		id, n := fmt.Sprint("PL-", i), i/30
		answer := store.Event(placement.Accepted{})
		if i%3 == 0 {
			answer = placement.Declined{Reason: reason.Because(reason.NoCapacity)}
		}
		log = append(log,
			event(id, n, placement.Proposed{Service: directory.ID(fmt.Sprint("s", i%200))}), event(id, n, placement.Offered{}),
			event(id, n+5, answer), event(id, n+20, placement.Started{}))
	}
	return log
}

func BenchmarkAdd(b *testing.B) {
	log := requests()
	for b.Loop() {
		f := new(observed.Facts)
		for _, e := range log {
			if err := f.Add(e); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(log)), "ns/event")
}

func BenchmarkAt(b *testing.B) {
	f := facts(b, requests()...)
	for b.Loop() {
		if len(f.At(day(400))) != 200 {
			b.Fatal("services are missing")
		}
	}
}
