package fit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// Draw returns a scenario with one draw of what the parameters may be: those of the preset, and the
// referrals of the groups whose practice was seen. The draw depends on the seed and on the number
// of the replication, and on nothing else. The scenario that was passed in is not changed.
func (f *Fit) Draw(s simulation.Scenario, seed string, replication int) simulation.Scenario {
	return f.with(s, func(name string) luck {
		stream := queue.NewStream(seed, replication, "fit "+name)
		return func(draw uint64) float64 { return stream.Unit(0, draw) }
	})
}

// Best returns a scenario with the value of each parameter, and times as they were observed: what a
// single run is to be made with. Its result has no share in how unsure the parameters are.
func (f *Fit) Best(s simulation.Scenario) simulation.Scenario {
	return f.with(s, func(string) luck { return nil })
}

func (f *Fit) with(s simulation.Scenario, of func(name string) luck) simulation.Scenario {
	s.Way, s.Sources = f.base.Way, slices.Clone(f.base.Sources)
	s.Way.Concerns, s.Groups = slices.Clone(s.Way.Concerns), slices.Clone(s.Groups)
	for i, p := range f.Parameters {
		f.puts[i](&s, of(p.Name))
		f.source(&s, p)
	}
	return s
}

// source says of a parameter that it is of the scheme's own events.
func (f *Fit) source(s *simulation.Scenario, p Parameter) {
	field, _, _ := strings.Cut(p.Name, " ")
	for i := range s.Sources {
		if s.Sources[i].Parameter == field {
			s.Sources[i] = simulation.Source{
				Parameter: field, Says: fmt.Sprintf("%.3g (%.3g to %.3g) of %s", p.Value, p.Interval.Lower, p.Interval.Upper, p.Of),
				From: "own events until " + f.Until.UTC().Format("2 January 2006"),
			}
		}
	}
}

// rounded takes from a number the last digits, in which machines differ.
func rounded(x float64) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow(10, 9-math.Ceil(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}

// A bin is a number of times that lie close together.
type bin struct{ value, count float64 }

// mostBins is how many values a distribution has at the most: each draw of a run looks through them.
const mostBins = 64

// bins puts times that are next to each other into bins of as many each.
func bins(times []float64) (all []bin) {
	sorted := slices.Sorted(slices.Values(times))
	n := min(mostBins, len(sorted))
	for i := range n {
		part := sorted[i*len(sorted)/n : (i+1)*len(sorted)/n]
		sum := 0.0
		for _, t := range part {
			sum += t
		}
		b := bin{rounded(sum / float64(len(part))), float64(len(part))}
		if k := len(all) - 1; k >= 0 && all[k].value >= b.value {
			all[k].count += b.count
			continue
		}
		all = append(all, b)
	}
	return all
}

// weighed returns the times with weights of the Bayesian bootstrap: those of a Dirichlet
// distribution whose parameters are the counts, made of exponential numbers. Without luck they
// are the counts themselves.
func weighed(all []bin, by luck) queue.Discrete {
	d := make(queue.Discrete, 0, len(all))
	draw := uint64(0)
	for _, b := range all {
		weight := b.count
		if by != nil {
			weight = 0
			for range int(b.count) {
				draw++
				weight += queue.Exponential(1).Quantile(by(draw))
			}
		}
		d = append(d, queue.Chance{Value: b.value, Weight: weight})
	}
	return d
}

// times learns a parameter whose times were observed.
func (f *Fit) times(name string, times []float64, of string, set func(s *simulation.Scenario, d queue.Distribution)) error {
	if len(times) < enough {
		f.few(name, len(times), of)
		return nil
	}
	e, err := stat.Mean(times, 0.95)
	if err != nil {
		return fmt.Errorf("fit: %s: %w", name, err)
	}
	all := bins(times)
	f.Parameters = append(f.Parameters, Parameter{name, e.Value, e.Interval, fmt.Sprintf("%d %s", len(times), of)})
	f.puts = append(f.puts, func(s *simulation.Scenario, by luck) { set(s, weighed(all, by)) })
	return nil
}

// delays learns the parameters that are times, and how many conversations there are.
func (f *Fit) delays(c *counted) error {
	for _, d := range []struct {
		name  string
		times []float64
		of    string
		set   func(s *simulation.Scenario, d queue.Distribution)
	}{
		{"TriageDays", c.triage, "referrals declined", func(s *simulation.Scenario, d queue.Distribution) { s.Way.TriageDays = d }},
		{"AttemptDays", c.call, "calls", func(s *simulation.Scenario, d queue.Distribution) { s.Way.AttemptDays = d }},
		{"Contacts", c.contacts, "people spoken to half a year ago or earlier", func(s *simulation.Scenario, d queue.Distribution) { s.Way.Contacts = d }},
		{"ContactDays", c.talk, "days between conversations", func(s *simulation.Scenario, d queue.Distribution) { s.Way.ContactDays = d }},
		{"ReplyDays", c.reply, "answers of providers", func(s *simulation.Scenario, d queue.Distribution) { s.Way.ReplyDays = d }},
	} {
		if err := f.times(d.name, d.times, d.of, d.set); err != nil {
			return err
		}
	}
	return nil
}
