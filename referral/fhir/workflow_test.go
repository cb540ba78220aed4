package fhir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// published are the names that the parties of the workflow of SDOHCC have here: the platform
// is the provider bay/green, and what it was asked for is placement PL-1.
var publishedNames = map[string]string{
	"person Patient/pat-53234": "P-1",
	"placement ServiceRequest/SDOHCC-ServiceRequestActiveFoodPantryApplicationAssistExample": "PL-1",
	"placement ServiceRequest/SDOHCC-ServiceRequestSubreferralSummerFoodProgramExample":      "PL-2",
	"organisation Organization/SDOHCC-OrganizationCoordinationPlatformExample":               "bay/green",
	"organisation Organization/SDOHCC-OrganizationClinicExample":                             "bay/clinic",
}

func workflowDecoder() Decoder {
	return Decoder{Profile: SDOHCC(), Own: "https://bay.example", Known: func(kind string, reference resource.Value) (string, bool) {
		id, ok := publishedNames[kind+" "+reference.Get("reference").Text()]
		return id, ok
	}}
}

// publishedTask is an instance of SDOHCC 3.0.0, with what a partner makes of it.
func publishedTask(tb testing.TB, name string, set ...string) *resource.Object {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(shared.Dir(tb), "data/fhir/sdohcc3/examples/Task-SDOHCC-Task"+name+"Example.json"))
	require.NoError(tb, err)
	o, err := resource.Parse(text)
	require.NoError(tb, err)
	for i := 0; i+1 < len(set); i += 2 {
		value, err := resource.Parse([]byte(`{"v":` + set[i+1] + `}`))
		require.NoError(tb, err)
		o.Set(set[i], value.Get("v"))
	}
	return o
}

const (
	acceptedTask  = "ReferralManagementOrderFulfillmentAccepted"
	completedTask = "ReferralManagementOrderFulfillmentCompleted"
	subtask       = "ReferralManagementOrderSubtaskAccepted"
)

// modified is when a partner changed a Task, on a day of the calendar of the fixtures.
func modified(day int) string {
	return `"` + referraltest.Day(day).Format(time.RFC3339) + `"`
}

// hear reads what a partner sends about a placement, and records it.
func hear(tb require.TestingT, p *placement.Placement, o *resource.Object, day int) (Answer, Report, error) {
	s := referraltest.By(sp.RoleProvider, day)
	a, report, err := workflowDecoder().Answer(o, p, s)
	if err == nil {
		require.NoError(tb, a.Apply(p, s))
	}
	return a, report, err
}

func events(p *placement.Placement) (n int) {
	for range p.History() {
		n++
	}
	return n
}

func TestAnswerFollowsTheWorkflowThatSDOHCCPublishes(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	a, _, err := hear(t, p, publishedTask(t, acceptedTask, "lastModified", modified(20)), 20)
	require.NoError(t, err)
	require.Equal(t, placement.Accept, a.Command)
	require.Equal(t, placement.StateAccepted, p.State())

	a, _, err = hear(t, p, publishedTask(t, acceptedTask, "status", `"in-progress"`, "lastModified", modified(22)), 22)
	require.NoError(t, err)
	require.Equal(t, placement.Start, a.Command)

	a, report, err := hear(t, p, publishedTask(t, completedTask, "lastModified", modified(40)), 40)
	require.NoError(t, err)
	require.Equal(t, placement.Complete, a.Command)
	require.Equal(t, placement.StateCompleted, p.State())
	require.NotEmpty(t, report, "a resulting activity does not say which needs were met")
}

func TestAnswerSurvivesAPartnerThatMisbehaves(t *testing.T) {
	for _, tt := range []struct {
		name    string
		state   placement.State
		task    string
		set     []string
		kind    Kind // of a loss that says what is wrong
		refused bool // with an error
	}{
		{"late, when the placement has long been completed", placement.StateCompleted, acceptedTask, []string{"lastModified", modified(1)}, Dropped, false},
		{"a no after the yes", placement.StateAccepted, acceptedTask, []string{"status", `"rejected"`, "lastModified", modified(90)}, Refused, false},
		{"completed before it was accepted", placement.StateOffered, completedTask, []string{"lastModified", modified(90)}, Refused, false},
		{"a yes to what was withdrawn", placement.StateWithdrawn, acceptedTask, []string{"lastModified", modified(90)}, Refused, false},
		{"waiting after it has begun", placement.StateStarted, acceptedTask, []string{"status", `"on-hold"`, "lastModified", modified(90)}, Refused, false},
		{"cancelled, which is ours to say", placement.StateAccepted, acceptedTask, []string{"status", `"cancelled"`, "lastModified", modified(90)}, Refused, false},
		{"entered in error, which is ours to say", placement.StateAccepted, acceptedTask, []string{"status", `"entered-in-error"`, "lastModified", modified(90)}, Refused, false},
		{"a status of no list", placement.StateOffered, acceptedTask, []string{"status", `"suspended"`}, UnknownCode, false},
		{"a status that SDOHCC excludes", placement.StateOffered, acceptedTask, []string{"status", `"received"`}, UnknownCode, false},
		{"of another owner", placement.StateOffered, acceptedTask, []string{"owner", `{"reference":"Organization/SDOHCC-OrganizationClinicExample"}`}, Refused, true},
		{"of an owner whom nobody knows", placement.StateOffered, acceptedTask, []string{"owner", `{"reference":"Organization/7"}`}, Refused, true},
		{"of no owner", placement.StateOffered, acceptedTask, []string{"owner", `{"display":"we"}`}, Refused, true},
		{"for another person", placement.StateOffered, acceptedTask, []string{"for", `{"identifier":{"system":"https://bay.example/person","value":"P-2"}}`}, Refused, true},
		{"the task of the partner's partner", placement.StateOffered, subtask, nil, Refused, true},
		{"a task for the patient", placement.StateOffered, "PatientMakeAppointmentCompleted", nil, Refused, true},
		{"to cancel something", placement.StateOffered, acceptedTask, []string{"code", `{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"abort"}]}`}, Refused, true},
		{"with a modifier that nobody knows", placement.StateOffered, acceptedTask, []string{"modifierExtension", `[{"url":"https://x.example","valueBoolean":true}]`}, Refused, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", tt.state)
			before := events(p)
			a, report, err := hear(t, p, publishedTask(t, tt.task, tt.set...), 91)
			require.Equal(t, tt.refused, err != nil, "%v", err)
			if tt.refused {
				require.ErrorIs(t, err, sp.ErrInvalid)
			}
			require.Empty(t, a.Command)
			require.NotEmpty(t, report.Of(tt.kind), "%s", report)
			require.Equal(t, tt.state, p.State())
			require.Equal(t, before, events(p), "history is not written by whoever misbehaves")
		})
	}
}

func TestAnswerThatComesTwiceIsRecordedOnce(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	task := publishedTask(t, acceptedTask, "lastModified", modified(20))
	_, _, err := hear(t, p, task, 20)
	require.NoError(t, err)
	n := events(p)
	for day := 21; day < 24; day++ {
		a, _, err := hear(t, p, task, day)
		require.NoError(t, err)
		require.Empty(t, a.Command)
	}
	_, _, err = hear(t, p, publishedTask(t, acceptedTask, "status", `"in-progress"`, "lastModified", modified(25)), 25)
	require.NoError(t, err)
	a, report, err := hear(t, p, task, 26)
	require.NoError(t, err)
	require.Empty(t, a.Command, "what was accepted once does not go back: %s", report)
	require.Equal(t, n+1, events(p))
	require.Equal(t, placement.StateStarted, p.State())
}

// Whatever a partner sends in whatever order, nothing panics, every Task is recorded, known
// already or reported, and the machine alone decides what the placement becomes.
func TestAnswerHoldsWhateverAPartnerSends(t *testing.T) {
	statuses := strings.Fields("draft requested received accepted rejected ready cancelled in-progress on-hold failed completed entered-in-error suspended")
	owners := []string{"SDOHCC-OrganizationCoordinationPlatformExample", "SDOHCC-OrganizationCoordinationPlatformExample", "SDOHCC-OrganizationClinicExample"}
	accepted := string(publishedTask(t, acceptedTask).Append(nil))
	rapid.Check(t, func(t *rapid.T) {
		p := referraltest.Placement("PL-1", placement.StateOffered)
		now := 15
		for range rapid.IntRange(1, 12).Draw(t, "messages") {
			now += rapid.IntRange(0, 2).Draw(t, "days")
			o, err := resource.Parse([]byte(accepted))
			require.NoError(t, err)
			o.Set("status", resource.Text(rapid.SampledFrom(statuses).Draw(t, "status"))).
				Set("owner", object().Set("reference", resource.Text("Organization/"+rapid.SampledFrom(owners).Draw(t, "owner"))).Value()).
				Set("lastModified", resource.Moment(referraltest.Day(rapid.IntRange(0, now).Draw(t, "modified")), nil))
			before, state := events(p), p.State()
			a, report, err := hear(t, p, o, now)
			switch after := events(p); {
			case err != nil, a.Command == "":
				require.Equal(t, before, after)
				require.Equal(t, state, p.State())
				_, waiting := p.Waiting()
				known := o.Get("status").Is(sayOf(state)) || waiting && o.Get("status").Is("on-hold") || repeats(p, a.Key)
				require.True(t, known || len(report) > 0, "%s is neither recorded nor known nor reported", o.Get("status").Text())
			default:
				require.Equal(t, before+1, after)
			}
		}
	})
}

// sayOf is the status of a Task for a state.
func sayOf(s placement.State) string {
	return map[placement.State]string{
		placement.StateOffered: "requested", placement.StateAccepted: "accepted", placement.StateStarted: "in-progress", placement.StateCompleted: "completed",
		placement.StateStopped: "failed", placement.StateDeclined: "rejected",
	}[s]
}
