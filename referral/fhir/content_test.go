package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

const temporary = `"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"`

// came is an output of SDOHCC that refers to something.
func came(kind, reference string) string {
	return `{"type":{"coding":[{` + temporary + `,"code":"` + kind + `"}]},"valueReference":{"reference":"` + reference + `"}}`
}

// lonely is a need for company of somebody, as a partner has it.
func lonely(of, status string) string {
	return `{"resourceType":"Condition","id":"c","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"` + status + `"}]},` +
		`"code":{"coding":[{"system":"` + needs.System + `","code":"loneliness"}]},"subject":` + named("person", of) + `}`
}

const waits = `{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueCodeableConcept":{"coding":[{` + temporary + `,"code":"not-enrolled-on-waitlist"}]}}`

func TestDecoderAnswerReadsWhatCameBackWithTheTask(t *testing.T) {
	const output = "additional-content"
	for _, tt := range []struct {
		name           string
		stands         placement.State
		status, output string
		beside         string // in the same bundle
		command        placement.Command
		outcome        needs.Outcome
		lost           string // one of the losses
	}{
		{"the need is over", placement.StateStarted, "completed", came(output, "Condition/c"), lonely("P-1", "resolved"), placement.Complete, needs.Met, "Task.output: coarsened: result met here, Condition.clinicalStatus there"},
		{"the need is still there", placement.StateStarted, "completed", came(output, "Condition/c"), lonely("P-1", "active"), placement.Complete, needs.NotMet, "Task.output: coarsened: result not-met here, Condition.clinicalStatus there"},
		{"the need of somebody else is over", placement.StateStarted, "completed", came(output, "Condition/c"), lonely("P-2", "resolved"), placement.Complete, needs.UnknownOutcome, "Task.output[0]: dropped: Condition there (warning)"},
		{"what was done", placement.StateStarted, "completed", came("resulting-activity", "Procedure/p"), "", placement.Complete, needs.UnknownOutcome, "Task.output[0]: dropped: Procedure there (warning)"},
		{"what was done, as a code", placement.StateStarted, "completed", `{"type":{"coding":[{` + temporary + `,"code":"resulting-activity"}]},"valueCodeableConcept":{"text":"Zebedee"}}`, "", placement.Complete, needs.UnknownOutcome, "Task.output[0]: dropped: resulting-activity there (warning)"},
		{"what is nowhere", placement.StateStarted, "completed", came(output, "Condition/elsewhere"), "", placement.Complete, needs.UnknownOutcome, "Task.output[0]: dropped: Condition there (warning)"},
		{"a word of the partner's own", placement.StateStarted, "completed", came(output, "Zebedee/1"), "", placement.Complete, needs.UnknownOutcome, "Task.output[0]: dropped (warning)"},
		{"a place on the waiting list", placement.StateOffered, "requested", came(output, "Observation/o"), waits, placement.WaitList, "", ""},
		{"a yes, and a waiting list", placement.StateOffered, "accepted", came(output, "Observation/o"), waits, placement.Accept, "", "Task.output: dropped: accepted here, not-enrolled-on-waitlist there (warning)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", tt.stands)
			require.Equal(t, []needs.Code{needs.Loneliness}, p.View().Needs)
			task := answered(sent(t, p), tt.status, 40).Set("output", parse(t, `{"v":[`+tt.output+`]}`).Get("v"))
			b := resource.NewBundle("collection")
			b.Add("urn:uuid:1", task)
			if tt.beside != "" {
				b.Add("urn:uuid:2", parse(t, tt.beside))
			}
			d, s := decoder(fhir.SDOHCC()).In(b), green(41)
			a, lost, err := d.Answer(task, p, s)
			require.NoError(t, err)
			require.Equal(t, tt.command, a.Command)
			require.Equal(t, tt.outcome, a.Result.Outcome)
			require.NotContains(t, lost.String(), "Zebedee")
			if tt.lost != "" {
				require.Contains(t, strings.Split(lost.String(), "\n"), tt.lost)
			}
			require.NoError(t, a.Apply(p, s))
			_, lost, err = d.Answer(task, p, green(42))
			require.NoError(t, err)
			require.Empty(t, lost, "it comes again")
		})
	}
}

// A Task alone is an answer too: what it contains is read, and what it refers to reported.
func TestDecoderAnswerReadsWhatTheTaskContains(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateStarted)
	task := answered(sent(t, p), "completed", 40).Set("output", parse(t, `{"v":[`+came("additional-content", "#c")+`]}`).Get("v")).
		Set("contained", parse(t, `{"v":[`+lonely("P-1", "resolved")+`]}`).Get("v"))
	a, _, err := decoder(fhir.SDOHCC()).Answer(task, p, green(41))
	require.NoError(t, err)
	require.Equal(t, needs.Met, a.Result.Outcome)
	require.Len(t, a.Found, 1)
	require.Equal(t, needs.Loneliness, a.Found[0].Code)

	elsewhere := resource.NewBundle("collection")
	elsewhere.Add("urn:uuid:1", parse(t, lonely("P-1", "active")))
	a, _, err = decoder(fhir.SDOHCC()).In(elsewhere).Answer(task, p, green(41))
	require.NoError(t, err)
	require.Equal(t, needs.Met, a.Result.Outcome, "the bundle in which it does not stand changes nothing")
}

// Where a partner drops our extensions, the needs that go with a Task still say what was
// disclosed, and those that come back what became of them.
func TestDecoderCaseReadsWhatGoesWithATaskWithoutOurExtensions(t *testing.T) {
	c := linked()
	require.Equal(t, placement.StateCompleted, c.Placements[0].State)
	c.Needs[0].Outcome, c.Needs[0].MetBy = needs.Met, needs.ByOthers
	e := encoder(fhir.SDOHCC())
	e.May = tellAll{}
	b, _ := e.Case(c, fhir.Collection)
	for _, entry := range b.Entries {
		strip(entry.Resource)
	}
	back, lost, err := decoder(fhir.SDOHCC()).Case(b)
	require.NoError(t, err)
	require.Equal(t, []placement.Item{{Field: placement.FieldNeed, Code: "loneliness"}}, back.Placements[0].Disclosed)
	require.Equal(t, needs.Met, back.Placements[0].Result.Outcome)
	require.Equal(t, sp.Note, lost.Of(fhir.Coarsened)[0].Severity)
}
