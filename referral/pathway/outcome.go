package pathway

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

// An Outcome is what became of the needs that something was for: that of package needs,
// of which withdrawn is said of single needs alone.
type Outcome = needs.Outcome

// The outcomes.
const (
	Met            = needs.Met
	PartlyMet      = needs.PartlyMet
	NotMet         = needs.NotMet
	UnknownOutcome = needs.UnknownOutcome // nobody could find out
)

// A Result is an outcome with the needs that are still there.
type Result struct {
	Outcome Outcome      `json:"outcome"`
	Unmet   []needs.Code `json:"unmet,omitempty"`
}

// Check notes in e what is wrong with r as the result of something that was for
// these needs.
func (r Result) Check(e *sp.InvalidError, of []needs.Code) {
	for i, n := range r.Unmet {
		e.Check(slices.Contains(of, n), "result.unmet", "must be among the needs that it was for")
		e.Check(!slices.Contains(r.Unmet[:i], n), "result.unmet", "must not name a need twice")
	}
	switch r.Outcome {
	case Met:
		e.Check(len(r.Unmet) == 0, "result.unmet", "must be empty where every need was met")
	case PartlyMet:
		e.Check(len(r.Unmet) > 0 && len(r.Unmet) < max(len(of), 2), "result.unmet", "must name some of the needs, not none and not all, where they were partly met")
	case NotMet:
		e.Check(len(r.Unmet) == 0 || len(r.Unmet) == len(of), "result.unmet", "may be left out where no need was met")
	case UnknownOutcome:
		e.Check(len(r.Unmet) == 0, "result.unmet", "must be empty where nobody knows")
	default:
		e.Check(false, "result.outcome", "must be met, partly-met, not-met or unknown")
	}
}

// Complete returns r with every need named where none was met, sharing no
// memory with it.
func (r Result) Complete(of []needs.Code) Result {
	if r.Outcome == NotMet {
		r.Unmet = of
	}
	r.Unmet = slices.Clone(r.Unmet)
	return r
}
