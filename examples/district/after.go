package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/fit"
	"github.com/socialprescribing/sp/simulation/lab"
)

// policies plays the log again under three other policies. How people and services behave is learned
// from the same log as far as it tells it; what it does not tell of their luck is drawn anew each time.
func (d *district) policies(ctx context.Context) error {
	var seen simulation.Recording
	var events fit.Events
	for e, err := range d.db.Log(ctx, "", "") {
		if err != nil {
			return err
		}
		if err := errors.Join(seen.Add(e), events.Add(e)); err != nil {
			return err
		}
	}
	learned, err := events.Fit(simulation.Published(), moment(start.Add(d.days), 0))
	if err != nil {
		return err
	}
	recorded, err := seen.Arrivals(start)
	if err != nil {
		return err
	}
	again := d.again(learned.Best(d.scenario(seen.Workers())), recorded)
	replayed, err := lab.Replay(ctx, lab.Study{
		Name: "district", Question: "what would have been different?", Decides: lab.Began, Version: "1",
		Scenario: again, Match: matching.Options{Travel: byBus},
		Policies: []lab.Policy{
			{Name: "as it was"},
			{Name: "a worker more", Workers: 1},
			{Name: "two places more each", Places: 2},
			{Name: "contracts of 36 months", Contracts: lab.Contracts{Months: 36}},
		},
	}, seen.Happened(again), lab.Options{Seed: d.seed, Pairs: d.pairs, Workers: 2, NoHangs: true, Progress: func(p lab.Progress) { d.bar.Over("policies")(p.Done, p.Of) }})
	if err != nil {
		return err
	}
	d.say("\nPOLICIES  the %d people of the log again, %d times; %d parameters are learned from the log, %d are as published", len(recorded), d.pairs, len(learned.Parameters), len(learned.Gaps))
	d.say("  in people and, for the wait, days; differences with 95 %% intervals, and with ? where they may be none")
	d.say("  beside what happened; the first line below it is what the model gets wrong:")
	d.table(replayed.Happened.Decision(lab.Began, lab.ToContact, lab.GaveUp))
	d.say("  beside the same year, played again:")
	d.table(replayed.Again.Decision(lab.Began, lab.ToContact, lab.GaveUp))
	return nil
}

// table prints a table of the lab.
func (d *district) table(text string) {
	for line := range strings.Lines(text) {
		d.say("  %s", strings.TrimRight(line, " \n"))
	}
}

// scenario is the district as a simulation knows it: those who refer, what there is, and its money.
func (d *district) scenario(workers int) simulation.Scenario {
	way := simulation.Published()
	s := simulation.Scenario{
		Start: start, Days: d.days, Groups: d.groups, Way: way.Way, Sources: way.Sources,
		Teams: []simulation.Team{{Name: "district", Posts: workers, Cap: way.Cap}},
	}
	for _, o := range d.offers {
		if o.Topics = d.crosswalk.Tag(o.Topics); len(o.Topics) > 0 {
			s.Supply = append(s.Supply, simulation.Supply{Offer: o, Places: max(1, o.Capacity.Available.Or(assumed)), Sessions: course, Gap: 7})
		}
	}
	s.Supply, _ = simulation.PaidBy(d.book, s.Supply)
	return s
}

// again plays those who were recorded, and nobody beside them.
func (d *district) again(s simulation.Scenario, recorded []simulation.Arrival) simulation.Scenario {
	s.Groups = slices.Clone(s.Groups)
	for i := range s.Groups {
		s.Groups[i].PerWeek = []simulation.Rate{{From: start}}
	}
	for _, a := range recorded {
		s.Arrivals = append(s.Arrivals, a.Drawn())
	}
	return s
}

// own is the base address of this district's identifiers.
const own = "https://district.example"

// bundle writes the first case in which a need was met as its practice may see it, and reads it back.
func (d *district) bundle(ctx context.Context) error {
	file, found, err := d.met(ctx)
	if err != nil {
		return err
	}
	if !found {
		d.say("\nFHIR  no case has met its need yet")
		return nil
	}
	at := moment(start.Add(d.days-1), 0)
	gp := sp.Actor{ID: "gp", Role: sp.RoleReferrer, For: string(file.Referral.From())}
	encoder := fhir.Encoder{
		Profile: fhir.England(), Own: own, To: gp, As: consent.Health, May: d.may(ctx, consent.Feedback, at), Scheme: "district/scheme", At: at,
	}
	bundle, lost := encoder.Case(fhir.CaseOf(file), fhir.Transaction)
	whole := bundle.Whole()
	if faults := fhir.England().Validate(whole); len(faults) > 0 {
		return errors.Join(errors.New("the bundle is not valid"), faults[0])
	}
	if err := os.WriteFile(filepath.Join(d.folder, "case.json"), whole.Append(nil), 0o644); err != nil {
		return err
	}
	back, missed, err := fhir.Decoder{Profile: fhir.England(), Own: own}.Case(bundle)
	if err != nil {
		return err
	}
	d.say("\nFHIR  one case for its practice, as UK Core has it: %d resources, valid, %d losses that are told", len(bundle.Entries), len(lost))
	placements := "placements"
	if len(back.Placements) == 1 {
		placements = "placement"
	}
	d.say("  read again it is a referral that is %s, with %d %s and %d sessions, and %d losses more", back.Referral.State, len(back.Placements), placements, len(back.Sessions), len(missed))
	return nil
}

// met returns the first case that was closed with its need met.
func (d *district) met(ctx context.Context) (file *referral.Case, found bool, err error) {
	for _, c := range d.clients {
		if c.due == 0 && c.came > 0 {
			if file, err = d.load(ctx, c); err != nil {
				return nil, false, err
			}
			if file.Referral.Result().Outcome == needs.Met {
				return file, true, nil
			}
		}
	}
	return nil, false, nil
}
