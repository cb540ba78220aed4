package main

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// keep writes what the team has written down until this morning.
func (s *scheme) keep() error {
	for _, part := range []func() error{s.supervised, s.trained, s.worked, s.sites, s.met, s.thanked} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// supervised keeps who was supervised: Cy was last in July.
func (s *scheme) supervised() error {
	n := 0
	for id, ago := range map[workforce.WorkerID]int{"ann": 14, "bea": 20, "cy": 95, "dee": 21} {
		for _, kind := range []supervision.Kind{supervision.Line, supervision.Clinical, supervision.Safeguarding, supervision.Peer} {
			n++
			if err := s.save(supervision.Note(supervision.Session{
				ID: fmt.Sprint("S-", id, "-", kind), Worker: id, Kind: kind, On: today.Add(-ago), Minutes: 60, Held: sp.Yes,
			}, lead(at(ago, 16)))); err != nil {
				return err
			}
		}
	}
	return nil
}

// required is what this scheme asks of everybody: what the library proposes, since 2025.
func required() []training.Requirement {
	all := training.Proposed()
	for i := range all {
		all[i].From = sp.NewDate(2025, 4, 1)
	}
	return all
}

// trained keeps who has learned what: Cy's training about suicide has run out.
func (s *scheme) trained() error {
	for _, w := range training.Learners(s.team, today) {
		for _, r := range required() {
			on := today.Add(-200)
			if w.ID == "cy" && r.Module == training.SuicideAwareness {
				on = sp.NewDate(2023, 6, 1)
			}
			if err := s.save(training.Note(training.Completion{ID: "T-" + w.ID + "-" + string(r.Module), Learner: w.ID, Module: r.Module, On: on}, lead(at(190, 9)))); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastWeek is the week of which everybody was asked to keep a diary.
var lastWeek = sp.Period{Start: today.Add(-7), End: today}

// worked keeps the diaries of last week; Cy kept none on Thursday.
func (s *scheme) worked() error {
	for id, paper := range map[workforce.WorkerID][]int{"ann": {150, 180, 120, 210, 165}, "bea": {90, 60, 120, 75, 90}, "cy": {200, 240, 180}} {
		for i, n := range paper {
			d := minutes.Day{Worker: id, On: lastWeek.Start.Add(i), Spent: minutes.Spent{
				minutes.People: 420 - n - 30, minutes.Travel: 30, minutes.Notes: n / 3, minutes.Coding: n / 3, minutes.Returns: n - 2*(n/3),
			}}
			if err := s.save(minutes.Note(d, worker(id, at(0, 8)))); err != nil {
				return err
			}
		}
	}
	return nil
}

// sites keeps what there is at the two practices, and what Ann asked for ten days ago.
func (s *scheme) sites() error {
	here := func(room site.State) site.Items {
		return site.Items{site.PrivateRoom: room, site.Phone: site.Yes, site.Laptop: site.Yes, site.RecordSystem: site.Yes}
	}
	for _, r := range []site.Readiness{
		{Site: "bay/hill", Area: "bay", On: today.Add(-40), Workers: []workforce.WorkerID{"ann", "cy"}, Items: here(site.No)},
		{Site: "bay/quay", Area: "bay", On: today.Add(-40), Workers: []workforce.WorkerID{"bea", "dee"}, Items: here(site.Yes)},
	} {
		if err := s.save(site.Note(r, lead(at(40, 9)))); err != nil {
			return err
		}
	}
	return s.save(site.Ask(site.Request{
		ID: "Q-1", Worker: "ann", Site: "bay/hill", Matter: site.Access, On: today.Add(-10), Words: sp.Hide("My card does not open the door after five."),
	}, worker("ann", at(10, 17))))
}

// met keeps the forums, and what the scheme changed on purpose.
func (s *scheme) met() error {
	for _, m := range meetings() {
		if err := s.save(forum.Note(m, lead(at(9, 9)))); err != nil {
			return err
		}
	}
	if err := s.save(fidelity.Adapt(fidelity.Adaptation{
		ID: "A-1", Place: "bay/hill", Area: "bay", On: today.Add(-20), Part: fidelity.FirstContact, Change: fidelity.Added, Why: fidelity.Access,
		Again: today.Add(-3), Words: sp.Hide("First talks at the library too, as there is no room."),
	}, lead(at(20, 9)))); err != nil {
		return err
	}
	for place, kept := range map[string]int{"bay/hill": 1, "bay/quay": 2} {
		if err := s.save(fidelity.Assess(fidelity.Review{
			ID: "V-" + place, Place: place, On: today.Add(-18), Again: today.Add(120), Scores: fidelity.Scores{fidelity.Plan: 2, fidelity.Feedback: kept, fidelity.FollowUp: 1},
		}, lead(at(18, 9)))); err != nil {
			return err
		}
	}
	return nil
}

// thanked keeps that somebody thanked Ann. Nobody has told her yet.
func (s *scheme) thanked() error {
	return s.save(team.Thank(team.Thanks{
		ID: "TH-1", On: today.Add(-13), Worker: "ann", From: team.ByPerson, For: team.ForPatience, Referral: "R-ann-5",
	}, lead(at(13, 11))))
}
