package survival_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/socialprescribing/sp/evaluation/survival"
)

// A wait is how long one person waited, and how it ended.
type wait struct {
	days int
	way  string // "" is still waiting
}

// million returns the waits of a million people.
func million() []wait {
	stream := rand.New(rand.NewPCG(1, 1))
	all := make([]wait, 1_000_000)
	for i := range all {
		all[i] = wait{days: int(stream.ExpFloat64() * 60), way: [...]string{"begun", "begun", "left", ""}[stream.IntN(4)]}
	}
	return all
}

func BenchmarkKaplanMeierOfAMillion(b *testing.B) {
	all := million()
	b.Run("counted", func(b *testing.B) {
		for b.Loop() {
			var d survival.Durations
			for _, w := range all {
				record := d.Waiting
				if w.way == "begun" {
					record = d.Ended
				}
				if err := record(w.days); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := d.Curve().Quantile(.5, .95); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline, sorted", func(b *testing.B) {
		for b.Loop() {
			sorted := slices.Clone(all)
			slices.SortFunc(sorted, func(x, y wait) int { return x.days - y.days })
		}
	})
}

func BenchmarkAalenJohansenOfAMillion(b *testing.B) {
	all := million()
	for b.Loop() {
		var e survival.Ends
		for _, w := range all {
			var err error
			if w.way == "" {
				err = e.Waiting(w.days)
			} else {
				err = e.Ended(w.way, w.days)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		for _, way := range e.Ways() {
			if _, err := e.Incidence(way).By(84, .95); err != nil {
				b.Fatal(err)
			}
		}
	}
}
