package main

import (
	"cmp"
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

// replay plays the people of a log again: under the policies of each question, or else those of the log.
func (s *session) replay(ctx context.Context) error {
	own, happened, err := readLog(s.log)
	if err != nil {
		return err
	}
	studies := []lab.Study{own}
	switch {
	case s.study == "" && s.question != "":
		return errors.New("a log is asked no question: give -study")
	case s.study != "":
		if studies, err = s.questions(nil); err != nil {
			return err
		}
	}
	for _, study := range studies {
		if s.study != "" { // the scheme is that of the log
			study.Scenario, study.Sources, study.About, study.Travel = own.Scenario, own.Sources, nil, lab.Travel{}
		}
		if err := s.again(ctx, study, happened); err != nil {
			return err
		}
	}
	s.out.WriteString(notReplayed)
	return nil
}

// again plays the people of a log under the policies of one study.
func (s *session) again(ctx context.Context, study lab.Study, happened *simulation.Result) error {
	s.o.Progress = s.progress(study.Name)
	r, err := lab.Replay(ctx, study, happened, s.o)
	if err != nil {
		return err
	}
	s.keep(r.Tables()...)
	world, decides := study.Scenario, cmp.Or(study.Decides, lab.Began)
	fmt.Fprintf(&s.out, "REPLAY  %s\n%d people were referred from %s on, in %d days; %d link workers; %d offers that anybody was sent to.\n", study.Question, len(world.Arrivals), world.Start, world.Days, world.Teams[0].Posts, len(world.Supply))
	fmt.Fprintf(&s.out, "They are referred again on the same days. What the log tells of their luck comes again; the rest is drawn, %d times.\n", r.Again.Pairs)
	measures := []lab.Measure{decides}
	for _, m := range replayed {
		if m != decides {
			measures = append(measures, m)
		}
	}
	fmt.Fprintf(&s.out, "\nBESIDE WHAT HAPPENED  (95 %% intervals of the mean of the draws; the first line below is the model's own error)\n%s", r.Happened.Decision(measures...))
	fmt.Fprintf(&s.out, "\nBESIDE THE SAME POLICY, PLAYED AGAIN\n%s", r.Again.Decision(measures...))
	info, _ := lab.InfoOf(decides)
	choice, sure := r.Again.Choice(decides)
	words := "shown"
	if !sure {
		words = "not shown by these draws"
	}
	fmt.Fprintf(&s.out, "Best by %s: %s (%s).\n", info.Name, choice, words)
	fmt.Fprintf(&s.out, "\nWHAT WAS RECORDED AND WHAT WAS DRAWN  (of all that the runs asked for)\n%s", r.Told())
	s.hung(r, info)
	return nil
}

// replayed are measures that a log tells, beside the one that decides.
var replayed = []lab.Measure{lab.Began, lab.SpokenTo, lab.ToContact, lab.GaveUp, lab.ToPlace, lab.Finished, lab.Attended}

// hung prints on what the differences hang.
func (s *session) hung(r *lab.Replayed, decides lab.Info) {
	fmt.Fprintf(&s.out, "\nON WHAT IT HANGS  %s, beside what happened\n", decides.Name)
	for _, spread := range r.Spread {
		if spread.Measure != decides.Measure {
			continue
		}
		fmt.Fprintf(&s.out, "%s: single draws lie from %+.0f to %+.0f\n", spread.Policy, spread.Low, spread.High)
		s.out.WriteString(r.Hung(spread.Policy, decides.Measure, 3))
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
