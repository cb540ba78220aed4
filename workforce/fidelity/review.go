package fidelity

import (
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// ReviewKind is the kind of record under which reviews are stored.
const ReviewKind = "fidelity-review"

// Scores say how well parts of the model are kept: 0 not, 1 partly, 2 as meant. A part that is
// not there is unknown.
type Scores map[Part]int

// Most is the highest score of a part.
const Most = 2

// A Review is how well the model is kept at a place, as somebody found on a day.
type Review struct {
	ID     string  `json:"id"`
	Place  string  `json:"place"` // ID of the site or partner
	Area   string  `json:"area,omitempty"`
	On     sp.Date `json:"on"`
	Again  sp.Date `json:"again,omitzero"` // when the next is; zero is none
	Next   string  `json:"next,omitempty"` // ID of the review that followed
	Scores Scores  `json:"scores"`
}

// Share returns the scores as a share of the most that the parts could have, from 0 to 1, and
// false if no part is scored.
func (r Review) Share() (float64, bool) {
	sum := 0
	for _, n := range r.Scores {
		sum += n
	}
	return float64(sum) / float64(Most*max(len(r.Scores), 1)), len(r.Scores) > 0
}

// EventType returns the stored name.
func (Review) EventType() store.EventType { return "fidelity.reviewed" }

var reviews = &record.Kind[Review]{
	Name: ReviewKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleAuditor},
	Index: func(r Review) record.Index {
		i := record.Index{ID: r.ID, Area: r.Area, Code: r.Place, On: r.On}
		if r.Next == "" {
			i.Due = r.Again
		}
		return i
	},
	Check: func(r Review, e *sp.InvalidError) {
		e.CheckID(r.Place, "place")
		e.Check(!r.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(r.Again.IsZero() || r.Again > r.On, "again", sp.Inconsistent, "must be after the day of the review")
		e.Check(r.Next == "" || sp.ValidID(r.Next) && r.Next != r.ID, "next", sp.Malformed, "must be the ID of another review")
		e.Check(len(r.Scores) > 0, "scores", sp.Missing, "must not be empty")
		for _, part := range slices.Sorted(maps.Keys(r.Scores)) {
			e.Check(sp.ValidCode(part), "scores", sp.Malformed, sp.CodeRule)
			e.Check(r.Scores[part] >= 0 && r.Scores[part] <= Most, "scores", sp.OutOfRange, "must be 0, 1 or 2")
		}
	},
}

// Assess returns the record of a review that is not stored yet.
func Assess(r Review, s sp.Stamp) (*record.Record[Review], error) { return reviews.Write(r, s) }

// Reviews returns the reviews that db keeps, found by area, by day, and by place as the code. Due
// ([record.Repository.Due]) are the places to be reviewed again: a review that another has
// followed ([Review.Next]) is due no more.
func Reviews(db store.Driver) *record.Repository[Review] { return reviews.In(db) }

// Changes returns indicator 75 as a count: changes of the model in a period, per year. Each has
// a reason: one without is no record. A period without both ends is refused.
func Changes(log []Adaptation, during sp.Period) (workforce.Figure, error) {
	days, err := workforce.DaysOf(during)
	if err != nil {
		return workforce.Figure{}, err
	}
	n := 0
	for _, a := range log {
		if during.Contains(a.On) {
			n++
		}
	}
	f := workforce.PerYear(75, "changes of the model with a reason, per year", n, float64(days)/workforce.Year, 0)
	f.Estimate.Of = "years"
	return f, nil
}

// Score returns indicator 75 as the mean score over the places that were reviewed in a period,
// each by its last review there. Score and limits are from 0 to 1. A period without both ends is
// refused.
func Score(all []Review, during sp.Period) (workforce.Figure, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return workforce.Figure{}, err
	}
	last := map[string]Review{}
	for _, r := range all {
		before, there := last[r.Place]
		if during.Contains(r.On) && (!there || r.On > before.On || r.On == before.On && r.ID > before.ID) {
			last[r.Place] = r
		}
	}
	var values []float64
	excluded := 0
	for _, place := range slices.Sorted(maps.Keys(last)) {
		if share, ok := last[place].Share(); ok {
			values = append(values, share)
		} else {
			excluded++
		}
	}
	f := workforce.Mean(75, "how well the model is kept, as a share of the most", values, excluded)
	f.Estimate.Of = "places"
	if i := &f.Estimate.Interval; f.Estimate.Defined() { // a share ends at 0 and at 1
		i.Lower, i.Upper = max(i.Lower, 0), min(i.Upper, 1)
	}
	return f, nil
}
