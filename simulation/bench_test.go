package simulation_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
)

// Five years of 50,000 people and 60 offers, with places given out weekly.
func BenchmarkRun(b *testing.B) {
	for _, bb := range []struct {
		name    string
		placing simulation.Placing
		log     func(store.RecordedEvent) error
	}{
		{"weekly", simulation.Weekly, nil},
		{"at once", simulation.AtOnce, nil},
		{"weekly, written down", simulation.Weekly, func(store.RecordedEvent) error { return nil }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := district(96, 55, 40)
			s.Days = 5 * 365
			few := s.Supply
			for i := range 19 {
				for _, o := range few {
					o.Offer.ID += "-"
					o.Offer.ID += directory.ID(rune('a' + i))
					s.Supply = append(s.Supply, o)
				}
			}
			people, events := 0, int64(0)
			b.ReportAllocs()
			for b.Loop() {
				r, err := simulation.Run(b.Context(), s, simulation.Policy{Placing: bb.placing}, simulation.Options{Seed: "bench", Log: bb.log})
				if err != nil {
					b.Fatal(err)
				}
				people, events = r.Groups[0].Referred+r.Groups[1].Referred, r.Events
			}
			b.ReportMetric(float64(people), "people")
			b.ReportMetric(float64(events), "events")
		})
	}
}

// After ten years no more is kept than after one: what is kept is of those who are in hand.
func TestRunNeedsMemoryForThoseInHandAndNotForItsLength(t *testing.T) {
	s := district(6, 6, 12)
	s.Days, s.Way = 3650, simulation.RegressionToTheMean().Way
	kept := map[int]uint64{}
	_, err := simulation.Run(t.Context(), s, simulation.Policy{Sharing: simulation.Learning}, simulation.Options{Seed: "memory", Progress: func(played, _ int) {
		if played == 365 || played == 3649 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			kept[played] = m.HeapAlloc
		}
	}})
	require.NoError(t, err)
	require.Less(t, kept[3649], kept[365]+512*1024)
}
