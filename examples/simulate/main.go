// Command simulate plays a year of an invented district through: people of four practices are
// referred, wait for the link workers of two teams, and for places at nine services. It prints
// what became of them, what one more link worker in each team would change for the same people,
// the headlines and the report of the 25 barriers that package evaluation counts from the events,
// what package fit would learn of them, and what is assumed.
//
//	go run ./examples/simulate
//	go run ./examples/simulate -days 1825 -workers 6 -at-once
//	go run ./examples/simulate -preset optimistic    # or null, regression, published
//	go run ./examples/simulate -events events.ndjson   # then go run ./examples/evaluate -events events.ndjson
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"text/tabwriter"

	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
}

// A plan is what the flags say.
type plan struct {
	days, workers, places, pairs int
	policy                       simulation.Policy
	seed, events, preset         string
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	p := plan{}
	flags.IntVar(&p.days, "days", 365, "how many `days` are played")
	flags.IntVar(&p.workers, "workers", 3, "link `workers` in each of the two teams")
	flags.IntVar(&p.places, "places", 8, "`places` at each service at a time")
	flags.IntVar(&p.pairs, "pairs", 8, "how many `pairs` of runs, with and without one more worker, are compared")
	flags.IntVar(&p.policy.Ageing, "ageing", 60, "after so many `days` of waiting somebody counts as one class more urgent; 0 is never")
	flags.StringVar(&p.seed, "seed", "1", "`text` from which everything is drawn: the same seed, the same people")
	flags.StringVar(&p.events, "events", "", "`file` to write the events to, for examples/evaluate")
	flags.StringVar(&p.preset, "preset", "regression", "what help does, by `name`: null, regression (people feel better though nothing helps), optimistic, or published (nobody is asked)")
	atOnce := flags.Bool("at-once", false, "give places to whoever asks first, not weekly to all who wait together")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if presets()[p.preset] == nil {
		return fmt.Errorf("-preset must be null, regression, optimistic or published")
	}
	if *atOnce {
		p.policy.Placing = simulation.AtOnce
	}
	var out bytes.Buffer
	if err := p.tell(ctx, &out, stderr); err != nil {
		return err
	}
	_, err := stdout.Write(out.Bytes())
	return err
}

// tell plays the district, and prints what came of it.
func (p plan) tell(ctx context.Context, out *bytes.Buffer, stderr io.Writer) error {
	var events []store.RecordedEvent
	b := bar.New(stderr)
	defer b.Done()
	result, err := simulation.Run(ctx, p.district(p.workers), p.policy, simulation.Options{
		Seed: p.seed, Match: match(), Progress: b.Over("playing"),
		Log: func(e store.RecordedEvent) error { events = append(events, e); return nil },
	})
	if err != nil {
		return err
	}
	if err := p.write(events); err != nil {
		return err
	}
	fmt.Fprintf(out, "A district of two teams with %s each, %s from 1 April 2026. The people are invented.\n\n", numbered(p.workers, "link worker"), numbered(p.days, "day"))
	if err := groups(out, result); err != nil {
		return err
	}
	used(out, result)
	if err := p.compare(ctx, out, b); err != nil {
		return err
	}
	if err := headlines(ctx, out, events, p.district(p.workers).Way.Outcome); err != nil {
		return err
	}
	if err := barriers(ctx, out, events); err != nil {
		return err
	}
	if err := p.learned(out, events); err != nil {
		return err
	}
	assumed(out, result, presets()[p.preset]())
	return nil
}

// write writes the events to the file that was asked for.
func (p plan) write(events []store.RecordedEvent) (err error) {
	if p.events == "" {
		return nil
	}
	file, err := os.Create(p.events)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return eventfile.Write(file, func(yield func(store.RecordedEvent, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	})
}

// groups prints what became of the people of each practice.
func groups(out *bytes.Buffer, r *simulation.Result) error {
	var rows bytes.Buffer
	fmt.Fprintln(&rows, "practice\treferred\tspoken to\thalf within, days\twanted a place\tplaced\thalf within, days\tbegan\tfinished\tneed met\tgave up\t")
	for i := range r.Groups {
		g := &r.Groups[i]
		fmt.Fprintf(&rows, "%s\t%d\t%d\t%v\t%d\t%d\t%v\t%d\t%d\t%d\t%d\t\n", g.Name, g.Referred, g.Reached, g.ToContact.Quantile(0.5),
			g.Wished, g.Accepted, g.ToPlace.Quantile(0.5), g.Begun, g.Finished, g.Met, g.Withdrew+g.GaveUp)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, err := table.Write(rows.Bytes())
	return errors.Join(err, table.Flush())
}

// used prints how busy workers and places were.
func used(out *bytes.Buffer, r *simulation.Result) {
	fmt.Fprintln(out)
	for _, t := range r.Teams {
		fmt.Fprintf(out, "Team %s: %d of %d posts filled at the end; days vacant: %d, workers who left: %d, people who had to wait for another: %d, people waiting on average: %.0f; workers carry %.0f %% of what they can.\n",
			t.Name, t.Filled, t.Posts, t.Vacant, t.Left, t.HandedOver, t.MeanQueue.Or(0), 100*t.Carried.Or(0))
	}
	full := 0
	for _, s := range r.Supply {
		if s.Used.Or(0) > 0.9 {
			full++
		}
	}
	fmt.Fprintf(out, "%d of %d services are full more than nine tenths of the time.\n", full, len(r.Supply))
}

// compare plays pairs of runs, with and without one more worker in each team, for the same people.
func (p plan) compare(ctx context.Context, out *bytes.Buffer, b *bar.Bar) error {
	if p.pairs < 2 {
		return nil
	}
	type effect struct{ days, begun float64 }
	effects, err := queue.Replicate(ctx, p.pairs, 2, func(ctx context.Context, n int) (e effect, err error) {
		for _, more := range []int{1, 0} {
			r, err := simulation.Run(ctx, p.district(p.workers+more), p.policy, simulation.Options{Seed: p.seed, Replication: n + 1, Match: match()})
			if err != nil {
				return e, err
			}
			sign := float64(2*more - 1)
			days, people := 0.0, 0
			for i := range r.Groups {
				g := &r.Groups[i]
				days += g.ToContact.Mean().Or(0) * float64(g.ToContact.Count())
				people += g.ToContact.Count()
				e.begun += sign * float64(g.Begun)
			}
			e.days += sign * days / float64(max(1, people))
		}
		return e, nil
	}, func(done int) { b.Over("comparing")(done, p.pairs) })
	if err != nil {
		return err
	}
	days, err := stat.Mean(column(effects, func(e effect) float64 { return e.days }), 0.95)
	if err != nil {
		return err
	}
	begun, err := stat.Mean(column(effects, func(e effect) float64 { return e.begun }), 0.95)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nOne more link worker in each team, for the same people (%d pairs of runs, 95 %%):\n", p.pairs)
	fmt.Fprintln(out, "  the mean wait until the first conversation changes by", changed(days, " days"))
	fmt.Fprintln(out, "  the number of people who begin something changes by", changed(begun, ""))
	return nil
}

// changed says a difference, and whether it is one.
func changed(e stat.Estimate, unit string) string {
	if !e.Defined() || math.IsInf(e.Interval.Lower, 0) || math.IsInf(e.Interval.Upper, 0) {
		return "an amount that these pairs cannot tell"
	}
	words := fmt.Sprintf("%.1f%s (%.1f to %.1f)", e.Value, unit, e.Interval.Lower, e.Interval.Upper)
	if e.Interval.Lower <= 0 && e.Interval.Upper >= 0 {
		words += ": these pairs cannot tell whether it changes"
	}
	return words
}

func column[T any](rows []T, of func(T) float64) (values []float64) {
	for _, r := range rows {
		values = append(values, of(r))
	}
	return values
}
