package facts

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/voice"
)

// The tables of what else is known of people.
var (
	Assessments = evaluation.Opened(needs.AssessmentKind, People, func(e needs.Opened) string { return string(e.Person) }).Stored(read(needs.DecodeEvent))
	// Findings are the needs of an assessment, Goals its goals, Alerts the alerts that its
	// questionnaires raised.
	Findings = evaluation.Parts("need of an assessment", Assessments)
	Goals    = evaluation.Parts("goal", Assessments)
	Alerts   = evaluation.Parts("alert", Assessments)

	// Permissions are what people have permitted, and Choices each time that they did.
	Permissions = evaluation.Opened(register.Kind, People, func(e register.Opened) string { return string(e.Person) }).Stored(read(register.DecodeEvent))
	Choices     = evaluation.Parts("permission", Permissions)

	// Statements are what people, workers and partners say. Their events do not say of
	// whom they are.
	Statements = evaluation.Opened(voice.RecordKind, nil, func(voice.Said) string { return "" }, voice.Retracted{}).Stored(read(voice.DecodeEvent))
)

// Facts of assessments.
var (
	Opened = evaluation.First(Assessments, needs.Opened{})

	// FoundBy is who said that there is a need: the person, a link worker.
	FoundBy    = evaluation.Code(Findings, evaluation.Text(func(e needs.Identified) string { return string(e.Source) }).Naming(need))
	Identified = evaluation.First(Findings, evaluation.Naming(need).When(func(e needs.Identified) bool { return !e.Strength }))

	GoalSet = evaluation.First(Goals, evaluation.Naming(func(e needs.GoalSet) []string { return []string{string(e.Goal)} }))
	// GoalOutcome is the outcome of a review that ended a goal, and GoalReviewed the first
	// day of any.
	GoalOutcome = evaluation.Code(Goals, evaluation.Text(func(e needs.Reviewed) string { return string(e.Outcome) }).
			Naming(goal).When(func(e needs.Reviewed) bool { return e.Outcome != "" }))
	GoalReviewed = evaluation.First(Goals, evaluation.Naming(goal))

	// Scores are those of questionnaires, by instrument and scale ("swemwbs/metric"), in hundredths of a
	// point.
	Scores = evaluation.Each(Assessments, evaluation.Entries(scores))

	Raised    = evaluation.First(Alerts, evaluation.Naming(raised))
	Escalated = evaluation.First(Alerts, evaluation.Naming(func(e needs.Escalated) []string { return []string{e.Alert} }))
)

// Facts of permissions and of statements.
var (
	Permitted    = evaluation.First(Choices, evaluation.Naming(func(e register.Chosen) []string { return []string{string(e.Choice.ID)} }))
	NoLonger     = evaluation.First(Choices, evaluation.Naming(func(e register.Withdrawn) []string { return []string{string(e.Choice)} }))
	Said         = evaluation.First(Statements, voice.Said{})
	SaidBy       = evaluation.Code(Statements, evaluation.Text(func(e voice.Said) string { return string(e.Speaker) }))
	Heard        = Answer("exp-heard")
	Recommended  = Answer("exp-recommend")
	TrustsWorker = Answer("trust-worker")
)

// Answer returns the answer to a question of package voice, from "0" to "4", "declined" or
// "not-asked".
func Answer(question string) evaluation.CodeFact {
	return evaluation.Code(Statements, evaluation.Text(func(e voice.Said) string {
		for _, item := range e.Items {
			if string(item.Code) == question {
				return string(item.Answer)
			}
		}
		return ""
	}))
}

func need(e needs.Identified) []string { return []string{string(e.Need)} }

func goal(e needs.Reviewed) []string { return []string{string(e.Goal)} }

func raised(e needs.Measured) (codes []string) {
	for _, a := range e.Result.Alerts {
		if a.Raised == sp.Yes {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

func scores(e needs.Measured) (all []evaluation.Entry) {
	for _, s := range e.Result.Scores {
		all = append(all, evaluation.Entry{Text: s.Instrument + "/" + s.Scale, Number: int64(math.Round(100 * s.Value))})
	}
	return all
}
