package referral

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// What is done in one go for somebody, and concerns several parts of their case. After an error
// of one of these save nothing of the case: load it again.

// Assess returns the assessment of the case with an ID, to be changed and saved with it: one
// that is opened for the person now where the case has none.
func (c *Case) Assess(id needs.AssessmentID, s sp.Stamp) (*needs.Assessment, error) {
	if err := c.check("assess"); err != nil {
		return nil, err
	}
	for _, a := range c.Assessments {
		if a.ID() == id {
			return a, nil
		}
	}
	a := needs.New(id, c.Referral.root.Authorizer())
	if err := a.Open(c.Referral.Person(), s); err != nil {
		return nil, err
	}
	c.Assessments = append(c.Assessments, a)
	return a, nil
}

// Measure scores a questionnaire and keeps it in the assessment with an ID ([Case.Assess]). An
// answer that raises an alert, such as that of the ninth question of the PHQ-9, raises a concern
// as well, in the same commit: it is on the lists of whoever looks after people's safety before
// anybody reads scores.
func (c *Case) Measure(id needs.AssessmentID, in *measure.Instrument, answers measure.Answers, raise Flagged, s sp.Stamp) (measure.Result, error) {
	if in == nil {
		return measure.Result{}, sp.Invalid("referral: measure", "instrument", sp.Missing, "must be given")
	}
	a, err := c.Assess(id, s)
	if err != nil {
		return measure.Result{}, err
	}
	result, err := a.Measure(in, answers, s)
	if err != nil {
		return measure.Result{}, err
	}
	if slices.ContainsFunc(result.Alerts, func(x measure.Raised) bool { return x.Raised == sp.Yes }) {
		return result, c.Referral.Raise(raise, s)
	}
	return result, nil
}

// Measurements returns what was measured in all assessments of the person, the earliest first.
func (c *Case) Measurements() (all []needs.Measurement) {
	for _, a := range c.Assessments {
		if a != nil {
			all = append(all, a.Measurements()...)
		}
	}
	slices.SortStableFunc(all, func(a, b needs.Measurement) int { return a.At.Compare(b.At) })
	return all
}

// AcceptHandOver records a team's yes to a concern ([Referral.AcceptHandOver]). Alerts of
// questionnaires that wait for somebody are with that team then too.
func (c *Case) AcceptHandOver(id concern.ID, to concern.TeamID, reference string, s sp.Stamp) error {
	if err := c.check("accept a concern"); err != nil {
		return err
	}
	if err := c.Referral.AcceptHandOver(id, to, reference, s); err != nil {
		return err
	}
	for _, a := range c.Assessments {
		for alert, raised := range a.Alerts() {
			if raised != sp.Yes {
				continue
			}
			if err := a.Escalate(alert, string(to), s); err != nil {
				return err
			}
		}
	}
	return nil
}

// Attend records that the person came to a session of a placement: to the one with an ID, which
// is planned at its start now where the case has none. The first time that they come, the
// placement has started.
func (c *Case) Attend(of placement.ID, id session.ID, start time.Time, a session.Attended, s sp.Stamp) error {
	x, err := c.held(of, id, start, s)
	if err != nil {
		return err
	}
	if err := x.Attend(a, s); err != nil {
		return err
	}
	if p := c.find(of); p.State() == placement.StateAccepted {
		return p.Start(s)
	}
	return nil
}

// Miss records that the person did not come to a session of a placement, and why; the session
// is that of [Case.Attend].
func (c *Case) Miss(of placement.ID, id session.ID, start time.Time, why session.Cause, s sp.Stamp) error {
	x, err := c.held(of, id, start, s)
	if err != nil {
		return err
	}
	return x.Miss(why, s)
}

// held returns a session of a placement, planned or not until now.
func (c *Case) held(of placement.ID, id session.ID, start time.Time, s sp.Stamp) (*session.Session, error) {
	x, planned := c.Session(id)
	if !planned {
		return c.PlanSession(of, id, start, s)
	}
	if x.Plan().Placement != of || c.find(of) == nil {
		return nil, fmt.Errorf("referral: session %s is not of placement %s of case %s: %w", id, of, c.id(), sp.ErrNotFound)
	}
	return x, nil
}
