package needs

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
)

// A Finding is a need or a strength that comes up in a conversation.
type Finding struct {
	ID       ID
	Code     Code
	Source   sp.Role  // who named it; empty is unknown
	Since    sp.Date  // when it began in the person's life, as far as known
	Severity Severity // not for strengths
}

// Identify adds a need or a strength, in the words of a taxonomy; nil is the
// [Standard]. It fails if the ID is taken or the code is not in the taxonomy.
func (a *Assessment) Identify(f Finding, t *Taxonomy, s sp.Stamp) error {
	if t == nil {
		t = Standard()
	}
	var e sp.InvalidError
	term, known := t.Term(f.Code)
	e.CheckID(string(f.ID), "id")
	e.Check(a.need(f.ID) < 0, "id", sp.Duplicate, "must be new in this assessment")
	e.Check(known, "code", sp.NotListed, t.rule(f.Code))
	e.Check(f.Source == "" || sp.ValidID(f.Source), "source", sp.NotListed, "must be a role, or empty if it is unknown")
	e.Check(f.Severity >= 0 && f.Severity <= Crisis, "severity", sp.NotListed, "must be from mild to crisis, or not rated")
	e.Check(!term.Strength || f.Severity == 0, "severity", sp.Inconsistent, "must not be rated: it is a strength")
	_, today := s.Days()
	e.Check(f.Since <= today, "since", sp.Untimely, "must not lie in the future")
	return a.root.Do(view{a: a}, Identify, "", s, e.Fields, Identified{
		Need: f.ID, Code: f.Code, Taxonomy: t.Canonical(), Strength: term.Strength,
		Source: f.Source, Since: f.Since, Severity: f.Severity,
	})
}

// Rate gives an open need a new severity.
func (a *Assessment) Rate(id ID, severity Severity, s sp.Stamp) error {
	var e sp.InvalidError
	a.checkOpen(&e, id, s)
	e.Check(severity >= Mild && severity <= Crisis, "severity", sp.NotListed, "must be from mild to crisis")
	return a.root.Do(view{a: a}, Rate, "", s, e.Fields, Rated{Need: id, Severity: severity})
}

// Order puts needs into the order in which they matter to the person, the most
// important first. Those that are not named lose their place.
func (a *Assessment) Order(ids []ID, s sp.Stamp) error {
	var e sp.InvalidError
	for i, id := range ids {
		path := fmt.Sprintf("needs[%d]", i)
		e.Check(a.need(id) >= 0, path, sp.NotListed, "must be a need of this assessment")
		e.Check(slices.Index(ids, id) == i, path, sp.Duplicate, "must not be named twice")
	}
	return a.root.Do(view{a: a}, Order, "", s, e.Fields, Ordered{Needs: slices.Clone(ids)})
}

// Measure scores the answers to a questionnaire and keeps both. Alerts that it
// raises stay until [Assessment.Escalate], and those whose question was left out
// until it is asked: they keep the assessment from closing, and the cases of the
// person, in package referral, from ending.
func (a *Assessment) Measure(in *measure.Instrument, answers measure.Answers, s sp.Stamp) (measure.Result, error) {
	result, fault := in.Score(answers)
	var e sp.InvalidError
	for item := range answers {
		e.CheckID(item, "answers")
	}
	checkResult(&e, result)
	if fault != nil {
		e.Fields = nil // of a result that there is not
	}
	measured := Measured{Answers: maps.Clone(answers), Result: cloned(result)} // the caller's copy is theirs to change
	p, err := a.root.Prepare(view{a: a}, Measure, "", s, e.Fields, measured)
	if err == nil && fault != nil {
		err = fmt.Errorf("needs: measure %s: %w", a.id, fault)
	}
	if err != nil {
		return measure.Result{}, err
	}
	p.Record()
	return result, nil
}

// Enter keeps a score that did not come from answers here: one that the licence
// lets only its holder compute, or an index made with a [measure.ValueSet]. One of
// a shipped questionnaire that raises alerts is refused: a total of the PHQ-9 does
// not say what its ninth answer was.
func (a *Assessment) Enter(score measure.Score, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(!slices.Contains(alarming(), score.Instrument), "score.instrument", sp.Missing, "must be measured with its answers, since one of them may raise an alert")
	result := measure.Result{Instrument: score.Instrument, Version: score.Version, Scores: []measure.Score{score}}
	checkResult(&e, result)
	return a.root.Do(view{a: a}, Enter, "", s, e.Fields, Measured{Result: cloned(result)})
}

// alarming returns the codes of the shipped instruments that raise alerts.
var alarming = sync.OnceValue(func() (codes []string) {
	for _, in := range measure.Shipped() {
		if len(in.Alerts) > 0 {
			codes = append(codes, in.Code)
		}
	}
	return codes
})

// maxLabel bounds the labels of a score: the log has no room for a sentence.
const maxLabel = 64

// checkResult notes in e what the log cannot keep of a result: an instrument
// that was read from elsewhere and not checked may say anything.
func checkResult(e *sp.InvalidError, r measure.Result) {
	nameless := func(id string) bool { return !sp.ValidID(id) }
	long := func(label string) bool { return len(label) > maxLabel || !utf8.ValidString(label) }
	named, brief := r.Version != "" && !nameless(r.Instrument), !long(r.Version)
	for _, s := range r.Scores {
		named = named && !nameless(s.Scale)
		brief = brief && !long(s.ValueSet) && !long(s.Band) && !slices.ContainsFunc(s.Crossed, long)
		e.Check(!math.IsNaN(s.Value) && !math.IsInf(s.Value, 0), "score.value", sp.OutOfRange, "must be a number")
	}
	for _, refusal := range r.Refusals {
		named = named && !nameless(refusal.Scale) && !slices.ContainsFunc(refusal.Missing, nameless)
	}
	for _, alert := range r.Alerts {
		named = named && !nameless(alert.Code)
	}
	e.Check(named, "score", sp.Missing, "must name its instrument, scale and version, and items and alerts by ID")
	e.Check(brief, "score", sp.Malformed, "must have labels of at most 64 bytes of UTF-8")
}

// Escalate records who has taken on an alert, by their ID: a clinician, a crisis
// team.
func (a *Assessment) Escalate(alert, to string, s sp.Stamp) error {
	var e sp.InvalidError
	raised, waiting := a.alerts[alert]
	e.Check(waiting, "alert", sp.WrongState, "must be one that waits for an answer")
	e.Check(!s.At.Before(raised.at), "stamp.at", sp.Untimely, "must not come before the answers that somebody takes on")
	e.Check(sp.ValidID(to) && to != s.By.ID, "to", sp.Inconsistent, "must be somebody else who has taken it on")
	return a.root.Do(view{a: a}, Escalate, to, s, e.Fields, Escalated{Alert: alert, To: to})
}

// SetGoal records a goal that the person has agreed to, for at least one open
// need or strength, and the day on which it is to be reviewed.
func (a *Assessment) SetGoal(id ID, needs []ID, review sp.Date, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(id), "id")
	e.Check(a.goal(id) < 0, "id", sp.Duplicate, "must be new in this assessment")
	e.Check(len(needs) > 0, "needs", sp.Missing, "must name what the goal is for")
	for i, need := range needs {
		path, at := fmt.Sprintf("needs[%d]", i), a.need(need)
		e.Check(at >= 0 && a.needs[at].Outcome == "", path, sp.WrongState, "must be an open need, or a strength, of this assessment")
		e.Check(slices.Index(needs, need) == i, path, sp.Duplicate, "must not be named twice")
	}
	today, _ := s.Days()
	e.Check(review > today, "review", sp.Untimely, "must be a day to come")
	return a.root.Do(view{a: a}, SetGoal, "", s, e.Fields, GoalSet{Goal: id, Needs: slices.Clone(needs), Review: review})
}

// Review records how far a goal has come. The goal either goes on, with a day for
// the next review, or ends with an outcome.
func (a *Assessment) Review(r Reviewed, s sp.Stamp) error {
	var e sp.InvalidError
	at := a.goal(r.Goal)
	e.Check(at >= 0 && a.goals[at].Outcome == "", "goal", sp.WrongState, "must be one that goes on")
	e.Check(!s.At.Before(a.set[r.Goal]), "stamp.at", sp.Untimely, "must not come before the goal was set")
	if at >= 0 && r.Outcome != "" && len(a.goals[at].Reviews) > 0 {
		last := a.goals[at].Reviews[len(a.goals[at].Reviews)-1]
		e.Check(!s.At.Before(last.At), "stamp.at", sp.Untimely, "must not come before the last review if the goal ends")
	}
	e.Check(r.Reached >= 0 && r.Reached <= 10, "reached", sp.OutOfRange, "must be from 0 to 10")
	e.Check(r.Outcome == "" || r.Outcome.valid(), "outcome", sp.NotListed, "must be met, partly-met, not-met or withdrawn")
	e.Check((r.Outcome == "") != r.Next.IsZero(), "next", sp.Inconsistent, "must be there if the goal goes on, and not if it ends")
	today, _ := s.Days()
	e.Check(r.Next.IsZero() || r.Next > today, "next", sp.Untimely, "must be a day to come")
	return a.root.Do(view{a: a}, ReviewGoal, "", s, e.Fields, r)
}

// Resolve ends a need with an outcome. A need that was not met stays visible as
// not met. Of one that was met, or partly met, it says by what, and of no other. An
// assessment knows no sessions: whoever has the case resolves the need there, and the
// case looks whether somebody came to one.
func (a *Assessment) Resolve(id ID, outcome Outcome, by Means, s sp.Stamp) error {
	var e sp.InvalidError
	a.checkOpen(&e, id, s)
	e.Check(outcome.valid() || outcome == Signposted || outcome == SelfReferred, "outcome", sp.NotListed, "must be met, partly-met, not-met, withdrawn, signposted or self-referred")
	e.Check(by == "" || by == BySessions || by.valid(), "by", sp.NotListed, "must be sessions, link-worker, person, others or not-recorded, or empty")
	met := outcome == Met || outcome == PartlyMet
	e.Check(by != "" || !met, "by", sp.Missing, "must say by what the need was met")
	e.Check(by == "" || met, "by", sp.Inconsistent, "must be empty where the need was not met")
	return a.root.Do(view{a: a}, Resolve, "", s, e.Fields, Resolved{Need: id, Outcome: outcome, By: by})
}

// Close ends the assessment. It fails while an alert waits for an answer, a need
// is open or a goal goes on: each of them must be ended first, with whatever
// outcome.
func (a *Assessment) Close(s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(!s.At.Before(a.last), "stamp.at", sp.Untimely, "must not come before what happened last in it")
	return a.root.Do(view{a: a}, Close, "", s, e.Fields, Closed{})
}

func (a *Assessment) checkOpen(e *sp.InvalidError, id ID, s sp.Stamp) {
	i := a.need(id)
	e.Check(i >= 0 && a.needs[i].Open(), "need", sp.WrongState, "must be an open need of this assessment")
	e.Check(!s.At.Before(a.named[id]), "stamp.at", sp.Untimely, "must not come before the need was identified")
}
