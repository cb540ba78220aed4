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

	// Otherwise says by what needs were met, where it was by nothing that a session was
	// recorded of. It is empty where sessions tell.
	Otherwise Means `json:"otherwise,omitempty"`
}

// A Means is by what a need was met: by sessions that somebody attended or, in all
// other cases, by something of which no session was recorded.
type Means string

// By what a need can be met.
const (
	BySessions   Means = "sessions"     // of what was proposed for it, to which somebody came: a case says so, which has looked
	ByLinkWorker Means = "link-worker"  // by the conversations with the link worker alone
	ByPerson     Means = "person"       // by what the person did themself
	ByOthers     Means = "others"       // by family, friends, or somebody whom the scheme did not ask
	Unrecorded   Means = "not-recorded" // by a service that keeps no list of who came
)

func (m Means) valid() bool {
	return slices.Contains([]Means{ByLinkWorker, ByPerson, ByOthers, Unrecorded}, m)
}

// Met returns the needs that a result says were met, of those that something was for.
func (r Result) Met(of []Code) []Code {
	if r.Outcome != Met && r.Outcome != PartlyMet {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(of), func(n Code) bool { return slices.Contains(r.Unmet, n) })
}

// Check notes in e what is wrong with r as the result of something that was for
// these needs.
func (r Result) Check(e *sp.InvalidError, of []Code) {
	for i, n := range r.Unmet {
		e.Check(slices.Contains(of, n), "result.unmet", sp.NotListed, "must be among the needs that it was for")
		e.Check(!slices.Contains(r.Unmet[:i], n), "result.unmet", sp.Duplicate, "must not name a need twice")
	}
	e.Check(r.Otherwise == "" || r.Otherwise.valid(), "result.otherwise", sp.NotListed, "must be link-worker, person, others or not-recorded, or empty")
	e.Check(r.Otherwise == "" || r.Outcome == Met || r.Outcome == PartlyMet, "result.otherwise", sp.Inconsistent, "must be empty where nothing was met")
	switch r.Outcome {
	case Met:
		e.Check(len(r.Unmet) == 0, "result.unmet", sp.Inconsistent, "must be empty where every need was met")
	case PartlyMet:
		e.Check(len(r.Unmet) > 0 && len(r.Unmet) < max(len(of), 2), "result.unmet", sp.Missing, "must name some of the needs, not none and not all, where they were partly met")
	case NotMet:
		e.Check(len(r.Unmet) == 0 || len(r.Unmet) == len(of), "result.unmet", sp.Inconsistent, "may be left out where no need was met")
	case UnknownOutcome, Signposted, SelfReferred:
		e.Check(len(r.Unmet) == 0, "result.unmet", sp.Inconsistent, "must be empty where nobody knows")
	default:
		e.Check(false, "result.outcome", sp.NotListed, "must be met, partly-met, not-met, unknown, signposted or self-referred")
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
