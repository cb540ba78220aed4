package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// barriers counts what the report of barriers needs, in the same pass as everything else.
type barriers struct {
	plan  barrier.Plan
	run   *evaluation.Run
	sheet *sheet
}

// newBarriers follows barriers by quarter, and between the groups of the options or ages.
func newBarriers(o evaluation.Options, s *sheet) (b barriers, err error) {
	b.sheet = s
	b.plan.Groups = o.By
	if o.By.Of == nil || o.By.Name == "month" || o.By.Name == "year" {
		b.plan.Groups = evaluation.By("age", facts.AgeBand)
	}
	o.By = b.plan.By()
	b.run, err = evaluation.New(o, b.plan.Indicators()...)
	return b, err
}

// also lets runs see each event of a log on its way.
func also(log iter.Seq2[store.RecordedEvent, error], runs ...*evaluation.Run) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		for e, err := range log {
			for _, run := range runs {
				if err == nil {
					_ = run.Add(e) //nolint:errcheck // what cannot be read is told of by the other run
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (b barriers) make(ctx context.Context, a asked) (barrier.Report, error) {
	counts, err := b.run.Count(ctx)
	if err != nil {
		return barrier.Report{}, err
	}
	b.sheet.mark(counts, b.run.Indicators())
	return b.plan.Make(counts, barrier.Sources{Asked: a}, disclosure.HES())
}

// report prints the 25 lines. What stands above them is for the team; they may be published.
func (b barriers) report(ctx context.Context, w io.Writer, a asked) error {
	r, err := b.make(ctx, a)
	if err == nil {
		_, err = fmt.Fprintf(w, "\n%s", r)
	}
	return err
}

// details prints everything that the report holds of one barrier.
func (b barriers) details(ctx context.Context, w io.Writer, no string, a asked) error {
	r, err := b.make(ctx, a)
	if err != nil {
		return err
	}
	for _, l := range r.Lines {
		if l.No == no {
			_, err := io.WriteString(w, l.Details())
			return err
		}
	}
	return fmt.Errorf("-barrier %s is none of 1-1 to 8-3", no)
}

// asked is how many were asked, as a flag.
type asked map[barrier.Asking]int

func (a *asked) String() string { return "" }

// Set reads "diary-link-worker=120".
func (a *asked) Set(s string) error {
	what, number, _ := strings.Cut(s, "=")
	kind, role, _ := strings.Cut(what, "-")
	how := map[string]voice.Kind{"diary": voice.Diary, "questionnaire": voice.Barrier, "experience": voice.Experience, "trust": voice.Trust, "recommend": voice.Recommend, "pulse": voice.Pulse}[kind]
	n, err := strconv.Atoi(number)
	if how == "" || role == "" || err != nil || n < 0 {
		return fmt.Errorf("must be a kind, a role and a number, such as diary-link-worker=120")
	}
	if *a == nil {
		*a = asked{}
	}
	(*a)[barrier.Asking{Kind: how, Of: voice.Speaker(role)}] = n
	return nil
}
