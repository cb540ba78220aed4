package measure

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// A ValueSet turns the answers to an instrument such as EQ-5D into an index, by
// what a population said it would rather live with. Which set applies is a
// decision of its own - the choice moves results - so there is no default and
// the score records it. Weights are whole numbers of 1/Unit, so that sums are exact.
type ValueSet struct {
	Code       string           `json:"code"`
	Version    string           `json:"version"`
	Instrument string           `json:"instrument"`
	Unit       int              `json:"unit"`                 // such as 1000
	Base       int              `json:"base"`                 // of the state in which nothing is added
	Weights    map[string][]int `json:"weights"`              // by item, for the answers from 1 on
	AnyProblem int              `json:"anyProblem,omitempty"` // added once if an answer is above 1
	AnyWorst   int              `json:"anyWorst,omitempty"`   // added once if an answer is the greatest
	Source     string           `json:"source"`
}

// Index returns the index of answers to in. Without an answer to every item
// that has weights there is no index, but a [*Refusal].
func (v ValueSet) Index(in *Instrument, a Answers) (Score, error) {
	var points [maxItems]int
	var answered [maxItems]bool
	e := &sp.InvalidError{Subject: "measure: value set " + v.Code}
	e.Check(in != nil && v.Instrument == in.Code && v.Unit > 0, "instrument", sp.Inconsistent, "must be the one that the value set is for")
	e.Check(len(v.Weights) > 0, "weights", sp.Missing, "must be there")
	for id := range v.Weights {
		e.Check(in == nil || in.index(id) >= 0, "weights", sp.NotListed, "must each be of an item of the instrument")
	}
	if err := e.Err(); err != nil {
		return Score{}, err
	}
	if err := in.read(a, &points, &answered); err != nil {
		return Score{}, err
	}
	const scale = "index"
	refusal := &Refusal{Instrument: in.Code, Scale: scale}
	total, problem, worst := v.Base, false, false
	for i := range in.Items {
		item := &in.Items[i]
		weights, ok := v.Weights[item.ID]
		if !ok {
			continue
		}
		if !answered[i] {
			refusal.Missing = append(refusal.Missing, item.ID)
			continue
		}
		answer := a[item.ID]
		if answer < 1 || answer > len(weights) {
			return Score{}, sp.Invalid(e.Subject, item.ID, sp.Inconsistent, fmt.Sprintf("has %d weights, and none for this answer", len(weights)))
		}
		total += weights[answer-1]
		problem = problem || answer > 1
		worst = worst || answer == len(weights)
	}
	if len(refusal.Missing) > 0 {
		return Score{}, refusal
	}
	if problem {
		total += v.AnyProblem
	}
	if worst {
		total += v.AnyWorst
	}
	return Score{
		Instrument: in.Code, Version: in.Version, Scale: scale,
		Value: float64(total) / float64(v.Unit), ValueSet: v.Code + " " + v.Version,
	}, nil
}

// UK3L returns the time trade-off values of the United Kingdom for EQ-5D-3L.
// Source: Dolan 1997, Medical Care 35(11).
func UK3L() ValueSet {
	return ValueSet{
		Code: "uk-3l-tto", Version: "1997", Instrument: "eq-5d-3l", Unit: 1000, Base: 1000,
		Weights: map[string][]int{
			"mobility":  {0, -69, -314},
			"self-care": {0, -104, -214},
			"activity":  {0, -36, -94},
			"pain":      {0, -123, -386},
			"anxiety":   {0, -71, -236},
		},
		AnyProblem: -81, AnyWorst: -269,
		Source: "Dolan 1997, Medical Care 35(11)",
	}
}

// UK5L returns the values of the United Kingdom for EQ-5D-5L. Whether NICE makes
// them its reference case was not settled when this was written.
// Source: Rowen et al 2026, Value in Health, doi 10.1016/j.jval.2026.03.008.
func UK5L() ValueSet {
	return ValueSet{
		Code: "uk-5l", Version: "2026", Instrument: "eq-5d-5l", Unit: 1000, Base: 1000,
		Weights: map[string][]int{
			"mobility":  {0, -32, -58, -179, -279},
			"self-care": {0, -38, -60, -162, -206},
			"activity":  {0, -49, -86, -184, -212},
			"pain":      {0, -56, -66, -371, -479},
			"anxiety":   {0, -41, -126, -313, -391},
		},
		Source: "Rowen et al 2026, Value in Health, doi 10.1016/j.jval.2026.03.008",
	}
}

// ICECAPO returns the values of the United Kingdom for ICECAP-O, of which full
// capability is 1 and none is 0. Answers count from 1, no capability, to 4.
// Source: Flynn et al 2008, Population Health Metrics 6:6, table 1.
func ICECAPO() ValueSet {
	return ValueSet{
		Code: "icecap-o-uk", Version: "2008", Instrument: "icecap-o", Unit: 10000,
		Weights: map[string][]int{
			"attachment": {-128, 1340, 2325, 2535},
			"security":   {321, 661, 1071, 1788},
			"role":       {151, 1296, 1793, 1923},
			"enjoyment":  {168, 1185, 1643, 1660},
			"control":    {-512, 1076, 1848, 2094},
		},
		Source: "Flynn et al 2008, Population Health Metrics 6:6, table 1",
	}
}
