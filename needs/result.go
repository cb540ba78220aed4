package needs

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Result is an outcome with the needs that are still there.
type Result struct {
	Outcome Outcome `json:"outcome"`
	Unmet   []Code  `json:"unmet,omitempty"`
}

// Check notes in e what is wrong with r as the result of something that was for
// these needs.
func (r Result) Check(e *sp.InvalidError, of []Code) {
	for i, n := range r.Unmet {
		e.Check(slices.Contains(of, n), "result.unmet", sp.NotListed, "must be among the needs that it was for")
		e.Check(!slices.Contains(r.Unmet[:i], n), "result.unmet", sp.Duplicate, "must not name a need twice")
	}
	switch r.Outcome {
	case Met:
		e.Check(len(r.Unmet) == 0, "result.unmet", sp.Inconsistent, "must be empty where every need was met")
	case PartlyMet:
		e.Check(len(r.Unmet) > 0 && len(r.Unmet) < max(len(of), 2), "result.unmet", sp.Missing, "must name some of the needs, not none and not all, where they were partly met")
	case NotMet:
		e.Check(len(r.Unmet) == 0 || len(r.Unmet) == len(of), "result.unmet", sp.Inconsistent, "may be left out where no need was met")
	case UnknownOutcome:
		e.Check(len(r.Unmet) == 0, "result.unmet", sp.Inconsistent, "must be empty where nobody knows")
	default:
		e.Check(false, "result.outcome", sp.NotListed, "must be met, partly-met, not-met or unknown")
	}
}

// Complete returns r with every need named where none was met, sharing no
// memory with it.
func (r Result) Complete(of []Code) Result {
	if r.Outcome == NotMet {
		r.Unmet = of
	}
	r.Unmet = slices.Clone(r.Unmet)
	return r
}

// CheckCodes notes in e what is wrong with a list of needs: it must not be empty, hold
// anything but codes, or hold one twice.
func CheckCodes(e *sp.InvalidError, path string, list []Code) {
	e.Check(len(list) > 0, path, sp.Missing, "must not be empty")
	for i, n := range list {
		if !sp.ValidCode(n) {
			e.Check(false, fmt.Sprintf("%s[%d]", path, i), sp.Malformed, sp.CodeRule)
		}
		if slices.Contains(list[:i], n) {
			e.Check(false, fmt.Sprintf("%s[%d]", path, i), sp.Duplicate, "is there twice")
		}
	}
}
