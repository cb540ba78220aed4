package evaluationtest

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
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
		s.later(2)
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
		Scores: []measure.Score{of("swemwbs", "total", 12+s.IntN(20)), of("ons4", "satisfaction", s.IntN(11)), of("ucla-3", "total", 3+s.IntN(7))},
		Alerts: []measure.Raised{{Code: "self-harm", Raised: sp.TruthOf(s.one(6))}},
	}}
}
