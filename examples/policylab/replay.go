package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/fit"
	"github.com/socialprescribing/sp/simulation/lab"
)

// replay plays the people of a log again.
func (s *session) replay(ctx context.Context) error {
	study, happened, err := readLog(s.log)
	if err != nil {
		return err
	}
	s.o.Progress = s.progress(study.Name)
	r, err := lab.Replay(ctx, study, happened, s.o)
	if err != nil {
		return err
	}
	s.keep(r.Tables()...)
	world := study.Scenario
	fmt.Fprintf(&s.out, "REPLAY  %s\n%d people were referred from %s on, in %d days; %d link workers; %d offers that anybody was sent to.\n", study.Question, len(world.Arrivals), world.Start, world.Days, world.Teams[0].Posts, len(world.Supply))
	fmt.Fprintf(&s.out, "They are referred again on the same days. What the log tells of their luck comes again; the rest is drawn, %d times.\n", r.Again.Pairs)
	measures := append([]lab.Measure{lab.Began}, replayed...)
	fmt.Fprintf(&s.out, "\nBESIDE WHAT HAPPENED  (95 %% intervals of the mean of the draws; the first line below is the model's own error)\n%s", r.Happened.Decision(measures...))
	fmt.Fprintf(&s.out, "\nBESIDE THE SAME POLICY, PLAYED AGAIN\n%s", r.Again.Decision(measures...))
	choice, sure := r.Again.Choice(lab.Began)
	words := "shown"
	if !sure {
		words = "not shown by these draws"
	}
	fmt.Fprintf(&s.out, "Best by people who began something: %s (%s).\n", choice, words)
	fmt.Fprintf(&s.out, "\nWHAT WAS RECORDED AND WHAT WAS DRAWN  (of all that the runs asked for)\n%s", r.Told())
	s.hung(r)
	s.out.WriteString(notReplayed)
	return nil
}

// replayed are the measures that a log tells, beside the one that decides.
var replayed = []lab.Measure{lab.SpokenTo, lab.ToContact, lab.GaveUp, lab.ToPlace, lab.Finished, lab.Attended}

// hung prints on what the differences hang.
func (s *session) hung(r *lab.Replayed) {
	fmt.Fprintf(&s.out, "\nON WHAT IT HANGS  people who began something, beside what happened\n")
	for _, spread := range r.Spread {
		if spread.Measure != lab.Began {
			continue
		}
		fmt.Fprintf(&s.out, "%s: single draws lie from %+.0f to %+.0f\n", spread.Policy, spread.Low, spread.High)
		s.out.WriteString(r.Hung(spread.Policy, lab.Began, 3))
	}
}

// readLog makes a study of the log of a scheme: what happened, and policies to put beside it.
func readLog(path string) (study lab.Study, happened *simulation.Result, err error) {
	file, err := os.Open(path)
	if err != nil {
		return study, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var seen simulation.Recording
	var learned fit.Events
	for e, err := range eventfile.Read(file, filepath.Base(path)) {
		if err == nil {
			err = errors.Join(seen.Add(e), learned.Add(e))
		}
		if err != nil {
			return study, nil, err
		}
	}
	if _, err := seen.Arrivals(sp.DateOf(seen.Until())); err != nil {
		return study, nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	preset := simulation.Published()
	fitted, err := learned.Fit(preset, seen.Until())
	if err != nil {
		return study, nil, err
	}
	own := fitted.Best(simulation.Scenario{}) // people as the log knows them on average
	study = lab.Study{
		Name: "replay", Question: "What would another policy have done for the people of this log?", Decides: lab.Began,
		Sources: own.Sources,
	}
	if study.Scenario, err = seen.Scenario(own.Way, preset.Cap); err != nil {
		return study, nil, err
	}
	atOnce := simulation.Policy{Placing: simulation.AtOnce}
	study.Policies = []lab.Policy{{Name: "as it was", Policy: atOnce}}
	if posts := seen.Workers(); posts > 1 {
		study.Policies = append(study.Policies, lab.Policy{Name: "one link worker alone", Workers: 1 - posts, Policy: atOnce})
	}
	study.Policies = append(study.Policies, lab.Policy{Name: "a place more at each offer", Places: 1, Policy: atOnce}, lab.Policy{Name: "places given out once a week"})
	return study, seen.Happened(study.Scenario), nil
}

const notReplayed = `
WHAT THIS DOES NOT PROVE
- What a policy would have done. People come again as they came; under another policy others might have.
- How somebody fares at a place where they never were: that is drawn from how people fared on average.
- What the log does not hold. Offers have as many places as were ever taken at once, workers stay, nobody is far away,
  and each person has one need, the first that was found; whoever had several was helped more often than is played.
- More than the first line allows. Where "as it was", played again, is not what happened, the model is wrong by so much.
- What becomes of people: a course that met a need in the log meets it again, wherever the person goes as often as on average.
`
