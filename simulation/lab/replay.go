package lab

import (
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Replayed is what the policies of a study would have come to for the people of a log, beside what
// happened. The people are one fixed list, so that its intervals are about nothing but what the log
// does not tell, which is drawn anew in each pair: how sure the means of the draws are. How far single draws
// lie apart is Spread, and on what they hang is Hangs.
type Replayed struct {
	// Happened compares every policy with what happened, of which it has the name [WhatHappened]; the first
	// policy too. What that one comes to beside it the model gets wrong, or it hangs on the draws. What a
	// log does not tell, such as the cost, has no value there.
	Happened *Comparison
	Again    *Comparison // compares the other policies with the first, all of them played again

	Luck   []simulation.Luck // of all policies and pairs: what was recorded, and what was drawn
	Spread []Spread
	Hangs  []Hang // the most telling kind of luck first; empty if the lab was cancelled, or with [Options.NoHangs]
}

// WhatHappened is the name of that to which the policies of a replay are compared.
const WhatHappened = "what happened"

// A Spread is the lowest and the highest difference between a policy and what happened that single runs
// gave. They differ by what the log does not tell and chance therefore decides.
type Spread struct {
	Policy    string
	Measure   Measure
	Low, High float64
}

// A Hang is how much of the difference between a policy and what happened depends on one kind of luck, by
// the measure that decides.
type Hang struct {
	Policy string
	Of     string // the kind, as [simulation.Luck] names it
	Drawn  int    // how often it was drawn, in all pairs

	// Share is the part of the variance between runs to which this kind contributes, alone or together
	// with others: half the mean square of what drawing it anew changes, divided by the variance (the
	// total effect of Saltelli and others 2010, doi 10.1016/j.cpc.2009.09.018). What kinds do together
	// is counted by each of them, so that the shares sum to 1 or more. It is undefined where draws
	// change nothing.
	Share stat.Estimate

	// Least and Most are the mean differences if all that was drawn of the kind had been the shortest time,
	// or yes, and if it had been the longest, or no: bounds of what the log leaves open. The shortest and
	// the longest are the first and the last thousandth of what the model thinks possible.
	Least, Most sp.Known[float64]
}

// Replay plays the recorded arrivals of a scenario again under each policy, as often as there are pairs, and
// compares with what happened, as [simulation.Recording.Happened] tells it. What the log does not tell is
// drawn. Where places are given out weekly the lottery between equals is that of the seed, in all pairs.
//
// It fails as [Compare] does, and with an [*sp.InvalidError] if the scenario has no arrivals, or people beside
// them. Once the context has ended it returns what is known by then, marked Partial, with the error of the
// context. A journal keeps the runs that find out what hangs on what, which are nearly all of them; those that
// tell what the log told are played anew. It does not stop early.
func Replay(ctx context.Context, s Study, happened *simulation.Result, o Options) (*Replayed, error) {
	e := &sp.InvalidError{Subject: "lab: replay"}
	e.Check(len(s.Scenario.Arrivals) > 0, "scenario.arrivals", sp.Missing, "must have those of a log: without arrivals there is nobody to play again")
	for i, g := range s.Scenario.Groups {
		rate := slices.ContainsFunc(g.PerWeek, func(r simulation.Rate) bool { return r.PerWeek > 0 })
		e.Check(!rate, fmt.Sprintf("scenario.groups[%d].perWeek", i), sp.Inconsistent, "must be 0: people who are not in the log did not happen")
	}
	e.Check(happened != nil && len(happened.Groups) == len(s.Scenario.Groups), "happened", sp.Inconsistent, "must be what the recording tells of the groups of the scenario")
	if err := e.Err(); err != nil {
		return nil, err
	}
	o.Until = Enough{}
	t, err := newTrial(&s, o)
	if err != nil {
		return nil, err
	}
	r := &replay{trial: t, out: &Replayed{}}
	if err := r.all(ctx, happened); err != nil && (ctx.Err() == nil || t.pairs() < 2) {
		return nil, err
	}
	return r.out, r.compare(ctx)
}

// A replay is one that goes on.
type replay struct {
	*trial
	out  *Replayed
	told sample // what happened
}

// A relived is one run of recorded people.
type relived struct {
	values sample
	luck   []simulation.Luck
}

// all plays all policies.
func (r *replay) all(ctx context.Context, happened *simulation.Result) error {
	r.told = r.count(&Policy{}, happened)
	for m, info := range r.infos {
		if info.of == nil && info.Measure != Full {
			r.told[r.at(0, m)] = sp.Known[float64]{} // no event tells it
		}
	}
	policies := len(r.Policies)
	runs, err := r.relive(ctx, r.o.Pairs*policies, func(ctx context.Context, i int) (relived, error) {
		return r.live(ctx, i%policies, i/policies, nil)
	})
	for i := range len(runs) / policies * policies { // whole pairs
		r.runs[i%policies] = append(r.runs[i%policies], runs[i].values)
		r.out.Luck = add(r.out.Luck, runs[i].luck)
	}
	return err
}

// relive plays so many runs.
func (r *replay) relive(ctx context.Context, n int, play func(ctx context.Context, i int) (relived, error)) ([]relived, error) {
	before := r.o.Journal.used()
	return queue.Replicate(ctx, n, r.o.Workers, play, func(done int) {
		if r.o.Progress != nil {
			r.o.Progress(Progress{Done: done, Known: r.o.Journal.used() - before, Of: n})
		}
	})
}

// live plays one run of a policy, with some luck drawn in another way.
func (r *replay) live(ctx context.Context, policy, replication int, draws map[string]simulation.Draw) (relived, error) {
	p := &r.Policies[policy]
	world, match := r.under(p, r.o.Seed, replication)
	result, err := simulation.Run(ctx, world, p.Policy, simulation.Options{Seed: r.o.Seed, Replication: replication, Match: match, Draws: draws})
	if err != nil {
		return relived{}, fmt.Errorf("lab: policy %q: %w", p.Name, err)
	}
	return relived{r.count(p, result), result.Luck}, nil
}

// add adds the luck of a run to that of others.
func add(all, more []simulation.Luck) []simulation.Luck {
	for _, l := range more {
		i := slices.IndexFunc(all, func(a simulation.Luck) bool { return a.Of == l.Of })
		if i < 0 {
			all = append(all, l)
			continue
		}
		all[i].Recorded += l.Recorded
		all[i].Drawn += l.Drawn
	}
	return all
}

// compare fills in what is known, and on what it hangs unless the lab was cancelled or nobody asks.
func (r *replay) compare(ctx context.Context) (err error) {
	if r.out.Again, err = r.trial.compare(1, []int{r.o.Pairs}); err != nil {
		return err
	}
	beside := *r.trial
	study := *r.Study
	study.Policies = append([]Policy{{Name: WhatHappened}}, r.Policies...)
	beside.Study = &study
	beside.runs = append([][]sample{slices.Repeat([]sample{r.told}, r.pairs())}, r.runs...)
	if r.out.Happened, err = beside.compare(1, []int{r.o.Pairs}); err != nil {
		return err
	}
	r.out.Happened.Stress = nil // it is that of the policies
	for i := range r.out.Happened.Differences {
		r.out.Happened.Differences[i].Variance = sp.Known[float64]{} // what happened has none
	}
	r.spread()
	if err = ctx.Err(); err == nil && !r.o.NoHangs {
		err = r.hang(ctx)
	}
	r.out.Again.Partial, r.out.Happened.Partial = err != nil, err != nil
	return err
}
