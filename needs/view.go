package needs

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/transition"
)

// A View is the JSON form of an assessment: its state in identifiers, codes, numbers and
// times. It is pseudonymous. What the person said in words is in their [Plan]. The person
// is shown [View.For]. Members are added and never change.
type View struct {
	ID           AssessmentID  `json:"id"`
	Version      int64         `json:"version"` // of the record; 0 before it is saved, and to readers who may not see it: [View.For]
	State        State         `json:"state"`
	Person       person.ID     `json:"person"`
	Opened       time.Time     `json:"opened,omitzero"`
	Needs        []Need        `json:"needs"` // and strengths: see [Assessment.Needs]
	Goals        []Goal        `json:"goals"`
	Measurements []Measurement `json:"measurements"`
	Series       []Series      `json:"series,omitempty"`
	Alerts       []Alert       `json:"alerts"` // that nobody has answered
}

// An Alert is one that waits for an answer: raised, or unknown where its question was
// left out.
type Alert struct {
	Code   string   `json:"code"`
	Raised sp.Truth `json:"raised"`
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (a *Assessment) Version() int64 { return a.root.Version() }

// View returns what [Assessment.MarshalJSON] writes.
func (a *Assessment) View() View {
	v := View{
		ID: a.id, Version: a.Version(), State: a.State(), Person: a.person, Opened: a.opened, Needs: some(a.Needs()),
		Goals: some(a.Goals()), Measurements: some(a.Measurements()), Series: a.Series(), Alerts: []Alert{},
	}
	for code, raised := range a.Alerts() {
		v.Alerts = append(v.Alerts, Alert{code, raised})
	}
	return v
}

// For returns the view as a reader may be shown it: without alerts to whoever may not know
// of them, also in what was measured, and without the version, which grows when one is
// answered.
func (v View) For(reader sp.Actor) View {
	if transition.Scheme.Hears(reader.Role) {
		return v
	}
	v.Version, v.Alerts = 0, []Alert{}
	v.Measurements = slices.Clone(v.Measurements)
	for i := range v.Measurements {
		v.Measurements[i].Result.Alerts = nil
	}
	v.Series = slices.Clone(v.Series)
	for i := range v.Series {
		answers := slices.Clone(v.Series[i].Answers)
		for k := range answers {
			answers[k].Result.Alerts = nil
		}
		v.Series[i].Answers = answers
	}
	return v
}

// some returns a list that JSON writes as one where it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// MarshalJSON writes the [View] of the assessment, never its stored form.
func (a *Assessment) MarshalJSON() ([]byte, error) { return json.Marshal(a.View()) }

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was.
func (r *PlanRecord) Version() int64 { return r.saved.Version() }

// MarshalJSON writes the members version and plan, in which the person's words are
// redacted: whoever may read them takes them from [PlanRecord.Plan].
func (r *PlanRecord) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Version int64 `json:"version"`
		Plan    Plan  `json:"plan"`
	}{r.saved.Version(), r.plan})
}
