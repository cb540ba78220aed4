package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/fit"
	"github.com/socialprescribing/sp/store"
)

// headlines counts the events as those of a real scheme are counted.
func headlines(ctx context.Context, out *bytes.Buffer, events []store.RecordedEvent, o *simulation.Outcome) error {
	known := catalogue.Standards{}
	if o != nil { // what is put in is known here; in a real scheme it has to come from elsewhere
		known.Regression = map[string]stat.Regression{catalogue.SatisfactionID: {Mean: o.Mean, Retest: o.Retest, Source: "put in"}}
	}
	asked := catalogue.Headlines(known)
	for _, i := range catalogue.All(known) {
		if i.ID == catalogue.SatisfactionID {
			asked = append(asked, i)
		}
	}
	counted, err := evaluation.New(evaluation.Options{}, asked...)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := counted.Add(e); err != nil {
			return err
		}
	}
	figures, err := counted.Figures(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nAs package evaluation counts the %d events:\n", len(events))
	for _, f := range slices.DeleteFunc(figures, func(f evaluation.Figure) bool { return !f.Defined() }) {
		fmt.Fprintln(out, " ", f)
	}
	return nil
}

// barriers prints the report of the 25 barriers, as for a real scheme.
func barriers(ctx context.Context, out *bytes.Buffer, events []store.RecordedEvent) error {
	plan := barrier.Plan{Over: barrier.Quarters}
	counted, err := evaluation.New(evaluation.Options{By: plan.By()}, plan.Indicators()...)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := counted.Add(e); err != nil {
			return err
		}
	}
	counts, err := counted.Count(ctx)
	if err != nil {
		return err
	}
	report, err := plan.Make(counts, barrier.Sources{}, disclosure.HES())
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThe 25 barriers, of the same events; what people would say of them nobody can simulate:\n%s", report)
	return nil
}

// learned prints what the events tell of the parameters that were put in.
func (p plan) learned(out *bytes.Buffer, events []store.RecordedEvent) error {
	var seen fit.Events
	for _, e := range events {
		if err := seen.Add(e); err != nil {
			return err
		}
	}
	learned, err := seen.Fit(presets()[p.preset](), start.Add(p.days).In(time.UTC))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhat these events tell of the parameters, to be drawn anew for each run:")
	for _, l := range learned.Parameters {
		fmt.Fprintln(out, " ", l)
	}
	fmt.Fprintln(out, "They do not tell:")
	for _, g := range learned.Gaps {
		fmt.Fprintln(out, " ", g)
	}
	return nil
}

// assumed prints what a decision would rest on without anybody's knowledge.
func assumed(out *bytes.Buffer, r *simulation.Result, preset simulation.Preset) {
	fmt.Fprintf(out, "\nPreset: %s, of %v.\nAssumed, since no publication says it: %d of %d parameters: %s.\nSee docs/simulation.md before a decision rests on this.\n",
		preset.Name, preset.On, len(r.Assumed), len(preset.Sources), strings.Join(r.Assumed, ", "))
}

// numbered says how many there are of something.
func numbered(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
