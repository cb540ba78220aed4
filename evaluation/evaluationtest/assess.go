package evaluationtest

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// assess is an assessment of the person with its needs, goals and measures; one of them is measured again.
func (s *story) assess() {
	day := s.day
	id := "A" + s.referral
	to := func(e store.Event) { s.add(needs.AssessmentKind, id, e) }
	to(needs.Opened{Person: s.person})
	to(needs.Identified{Need: "N-1", Code: s.found[0], Source: []sp.Role{sp.RolePerson, sp.RoleLinkWorker, ""}[s.IntN(3)], Severity: 3})
	to(needs.Rated{Need: "N-1", Severity: 2})
	to(needs.Ordered{Needs: []needs.ID{"N-1"}})
	to(needs.SeriesPlanned{Series: "X-1"})
	before := s.scores()
	to(before)
	if before.Result.Alerts[0].Raised == sp.Yes && s.one(2) {
		s.day = s.day.Add(s.IntN(2))
		to(needs.Escalated{Alert: before.Result.Alerts[0].Code, To: "dr-lee"})
	}
	if !s.one(4) {
		to(needs.GoalSet{Goal: "G-1", Needs: []needs.ID{"N-1"}, Review: s.day.Add(42)})
		s.later(60)
		to(needs.Reviewed{Goal: "G-1", Reached: s.IntN(11), Outcome: []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet, ""}[s.IntN(4)]})
	}
	if s.one(3) {
		to(needs.PointsSkipped{Series: "X-1", Points: []string{"6-weeks"}, Reason: "declined"})
	} else {
		s.day = s.day.Add(40 + s.IntN(400))
		to(s.scores())
	}
	to(needs.Resolved{Need: "N-1", Outcome: needs.Met, By: "sessions"})
	to(needs.Closed{})
	s.day = day
}

// scores are those of three questionnaires in one sitting.
func (s *story) scores() needs.Measured {
	of := func(instrument, scale string, value int) measure.Score {
		return measure.Score{Instrument: instrument, Version: "2026-11", Scale: scale, Value: float64(value)}
	}
	return needs.Measured{Result: measure.Result{
		Instrument: "several", Version: "2026-11",
		Scores: []measure.Score{of("swemwbs", "metric", 12+s.IntN(20)), of("ons4", "satisfied", s.IntN(11)), of("ucla-3", "total", 3+s.IntN(7))},
		Alerts: []measure.Raised{{Code: "self-harm", Raised: sp.TruthOf(s.one(6))}},
	}}
}

// permit is what the person permits, and takes back.
func (s *story) permit() {
	to := func(e store.Event) { s.add(register.Kind, "C"+s.referral, e) }
	to(register.Opened{Person: s.person})
	to(register.Chosen{Choice: consent.Choice{ID: "C-1", By: s.person, As: "self", Given: "spoken"}})
	if s.one(5) {
		s.later(90)
		to(register.Withdrawn{Choice: "C-1"})
	}
	s.asks()
}

// say is what the person says at the end, if anything.
func (s *story) say() {
	to := func(e store.Event) { s.add(voice.RecordKind, "V"+s.referral, e) }
	answer := func() voice.Answer {
		return []voice.Answer{"0", "1", "2", "3", "4", "4", "declined"}[s.IntN(7)]
	}
	to(voice.Said{Kind: voice.Experience, Speaker: "person", Items: []voice.Item{
		{Code: "exp-heard", Answer: answer()}, {Code: "exp-recommend", Answer: answer()}, {Code: "trust-worker", Answer: answer()},
	}})
	switch s.IntN(9) {
	case 0:
		to(voice.Answered{Outcome: "passed-on"})
	case 1:
		to(voice.Retracted{})
	case 2:
		to(voice.Erased{})
	}
}
