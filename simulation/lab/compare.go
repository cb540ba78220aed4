package lab

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// Options say how a study is run.
type Options struct {
	Seed    string
	Pairs   int     // of runs for each policy, from 2 to 100,000; with Until, the most
	Until   Enough  // when to stop before; the zero value is never
	Level   float64 // of confidence; 0 is 0.95
	Workers int     // runs at the same time; 0 is 1. Results are the same for any number
	NoHangs bool    // a replay leaves out [Replayed.Hangs], for which nearly all of its runs are made

	Journal  *Journal       // keeps finished runs, and knows those of before; nil is for nobody
	Progress func(Progress) // is called after each run, one call at a time; nil is for nobody
}

// Enough says when a study knows enough: when the intervals of the differences of a measure,
// for all policies, are no wider than so much on either side.
type Enough struct {
	Measure Measure
	Within  float64
}

// Progress is how far a study has come.
type Progress struct {
	Done  int // runs
	Known int // of them, from the journal
	Of    int // runs at the most
}

// Remaining estimates how long the rest takes if what was run so far took so long. It is unknown
// before the first run.
func (p Progress) Remaining(elapsed time.Duration) sp.Known[time.Duration] {
	if p.Done <= p.Known {
		return sp.Known[time.Duration]{}
	}
	return sp.Know(time.Duration(float64(elapsed) / float64(p.Done-p.Known) * float64(p.Of-p.Done)))
}

// A scope is whom a value is of: everybody, or the groups that are something.
type scope struct{ By, Group string }

// firstLook is after how many pairs a study with [Options.Until] looks for the first time.
const firstLook = 8

// maxPairs is how many pairs there are at the most.
const maxPairs = 100_000

// A trial is a study that is being run.
type trial struct {
	*Study
	o      Options
	infos  []Info
	scopes []scope
	in     [][]int // of each scope, the groups
	keys   []string
	runs   [][]sample // of each policy
}

// A sample is the values of one run: for each scope, each measure.
type sample []sp.Known[float64]

func (t *trial) at(s, m int) int { return s*len(t.infos) + m }

// Compare plays every policy of a study on the same arrivals and returns what differs. It fails
// with an [*sp.InvalidError] that names every fault of the study and the options by its path, and
// as [simulation.Run] does. Once the context has ended it returns what is known by then, marked
// Partial, with the error of the context; with a journal, the next call goes on from there.
func Compare(ctx context.Context, s Study, o Options) (*Comparison, error) {
	t, err := newTrial(&s, o)
	if err != nil {
		return nil, err
	}
	looks := t.looks()
	for i, n := range looks {
		err := t.run(ctx, n)
		if err != nil && (ctx.Err() == nil || t.pairs() < 2) {
			return nil, err
		}
		c, failed := t.compare(i+1, looks)
		if failed != nil {
			return nil, failed
		}
		c.Partial = err != nil
		if err != nil || n == o.Pairs || t.enough(c) {
			return c, err
		}
	}
	return nil, fmt.Errorf("lab: no pairs") // not reached: Pairs is at least 2
}

func newTrial(s *Study, o Options) (*trial, error) {
	e := &sp.InvalidError{Subject: "lab"}
	if s.check(e, &o); len(e.Fields) > 0 {
		return nil, e.Err()
	}
	o.Level, o.Workers = cmp.Or(o.Level, 0.95), max(1, o.Workers)
	t := &trial{Study: s, o: o, infos: Measures(), runs: make([][]sample, len(s.Policies))}
	t.scopes, t.in = s.scopes()
	for i := range s.Policies {
		key, err := s.key(&s.Policies[i], o.Seed)
		if err != nil {
			return nil, err
		}
		t.keys = append(t.keys, key)
	}
	return t, nil
}

// looks returns after how many pairs the study looks whether it knows enough.
func (t *trial) looks() (all []int) {
	if t.o.Until.Within > 0 {
		for n := firstLook; n < t.o.Pairs; n *= 2 {
			all = append(all, n)
		}
	}
	return append(all, t.o.Pairs)
}

func (t *trial) pairs() int { return len(t.runs[len(t.runs)-1]) }

// run plays all policies until there are n pairs.
func (t *trial) run(ctx context.Context, n int) error {
	done, policies := t.pairs(), len(t.Policies)
	if n <= done {
		return nil
	}
	from := done * policies
	played, err := queue.Replicate(ctx, n*policies-from, t.o.Workers, func(ctx context.Context, i int) (sample, error) {
		return t.play(ctx, (from+i)%policies, (from+i)/policies)
	}, func(k int) {
		if t.o.Progress != nil {
			t.o.Progress(Progress{Done: from + k, Known: t.o.Journal.used(), Of: t.o.Pairs * policies})
		}
	})
	for i := range len(played) / policies * policies { // whole pairs
		t.runs[i%policies] = append(t.runs[i%policies], played[i])
	}
	return err
}

// play returns one run of a policy, from the journal if it is there.
func (t *trial) play(ctx context.Context, policy, replication int) (sample, error) {
	if known, ok := t.o.Journal.find(t.keys[policy], replication, len(t.scopes)*len(t.infos)); ok {
		return known, nil
	}
	p := &t.Policies[policy]
	world, match := t.under(p, t.o.Seed, replication)
	result, err := simulation.Run(ctx, world, p.Policy, simulation.Options{Seed: t.o.Seed, Replication: replication, Match: match})
	if err != nil {
		return nil, fmt.Errorf("lab: policy %q: %w", p.Name, err)
	}
	values := t.count(p, result)
	return values, t.o.Journal.keep(t.keys[policy], replication, values)
}

// count takes the values of a run.
func (t *trial) count(p *Policy, r *simulation.Result) sample {
	values := make(sample, len(t.scopes)*len(t.infos))
	for s, groups := range t.in {
		var all sums
		for _, g := range groups {
			all.add(&r.Groups[g])
		}
		for m, info := range t.infos {
			switch {
			case info.of != nil:
				values[t.at(s, m)] = info.of(&all)
			case s == 0:
				values[t.at(s, m)] = info.scheme(t.Study, p, r)
			}
		}
	}
	return values
}

// Distance is the one kind of group that the lab works out itself, by the length of the shortest
// way from a group to an offer.
const Distance = "distance"

// scopes returns whom values are of: first everybody, then each group of each kind.
func (s *Study) scopes() (scopes []scope, in [][]int) {
	scopes, in = []scope{{}}, [][]int{nil}
	for i, g := range s.Scenario.Groups {
		in[0] = append(in[0], i)
		of := []scope{}
		for by, group := range s.About[g.Name] {
			of = append(of, scope{by, group})
		}
		if band := s.distance(&g); band != "" {
			of = append(of, scope{Distance, band})
		}
		for _, o := range of {
			k := slices.Index(scopes, o)
			if k < 0 {
				k = len(scopes)
				scopes, in = append(scopes, o), append(in, nil)
			}
			in[k] = append(in[k], i)
		}
	}
	order := make([]int, len(scopes)-1)
	for i := range order {
		order[i] = i + 1
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scopes[a].By, scopes[b].By), cmp.Compare(scopes[a].Group, scopes[b].Group))
	})
	sorted, sortedIn := scopes[:1:1], in[:1:1]
	for _, i := range order {
		sorted, sortedIn = append(sorted, scopes[i]), append(sortedIn, in[i])
	}
	return sorted, sortedIn
}

// distance returns how far a group lives from what is nearest to it.
func (s *Study) distance(g *simulation.Group) string {
	travel, least := s.travelOf(&Policy{}), -1
	if travel == nil {
		return ""
	}
	for _, o := range s.Scenario.Supply {
		if o.Offer.Delivery[directory.InPerson] == sp.No {
			continue
		}
		if j, known := travel(g.Profile.Home, o.Offer.Point); known && (least < 0 || j.Minutes < least) {
			least = j.Minutes
		}
	}
	switch {
	case least < 0:
		return "unknown"
	case least <= 15:
		return "0 to 15 minutes"
	case least <= 30:
		return "16 to 30 minutes"
	default:
		return "31 minutes or more"
	}
}
