package fhir_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// green is the provider of the fixtures.
func green(n int) sp.Stamp { return referraltest.By(sp.RoleProvider, n) }

// sent returns the Task of a placement as the provider has it.
func sent(t *testing.T, p *placement.Placement) *resource.Object {
	t.Helper()
	e := encoder(fhir.SDOHCC())
	e.To = green(0).By
	task, _ := e.Task(fhir.PlacementOf(p), nil)
	require.NotNil(t, task)
	return task
}

// answered returns the Task with a status and when that was set.
func answered(task *resource.Object, status string, day int) *resource.Object {
	return task.Clone().Set("status", resource.Text(status)).Set("lastModified", resource.Moment(referraltest.Day(day), nil)).Remove("businessStatus", "statusReason", "extension")
}

func TestDecoderAnswerBecomesACommandWhereTheMachineAllowsIt(t *testing.T) {
	for name, c := range map[string]struct {
		stands  placement.State
		status  string
		command placement.Command
		becomes placement.State
		kinds   []fhir.Kind
	}{
		"a yes":                                {placement.StateOffered, "accepted", placement.Accept, placement.StateAccepted, nil},
		"a no":                                 {placement.StateOffered, "rejected", placement.Decline, placement.StateDeclined, []fhir.Kind{fhir.UnknownCode}},
		"a waiting list":                       {placement.StateOffered, "on-hold", placement.WaitList, placement.StateOffered, nil},
		"a start":                              {placement.StateAccepted, "in-progress", placement.Start, placement.StateStarted, nil},
		"an end":                               {placement.StateStarted, "completed", placement.Complete, placement.StateCompleted, []fhir.Kind{fhir.Defaulted}},
		"an early end":                         {placement.StateStarted, "failed", placement.Stop, placement.StateStopped, []fhir.Kind{fhir.UnknownCode}},
		"what stands there already":            {placement.StateAccepted, "accepted", "", placement.StateAccepted, nil},
		"a no after the yes":                   {placement.StateAccepted, "rejected", "", placement.StateAccepted, []fhir.Kind{fhir.Refused}},
		"a start without a yes":                {placement.StateOffered, "in-progress", "", placement.StateOffered, []fhir.Kind{fhir.Refused}},
		"an end without a yes":                 {placement.StateOffered, "completed", "", placement.StateOffered, []fhir.Kind{fhir.Refused}},
		"a failure without a yes":              {placement.StateOffered, "failed", "", placement.StateOffered, []fhir.Kind{fhir.Refused}},
		"a rest after the start":               {placement.StateStarted, "on-hold", "", placement.StateStarted, []fhir.Kind{fhir.Refused}},
		"a withdrawal that is not theirs":      {placement.StateOffered, "cancelled", "", placement.StateOffered, []fhir.Kind{fhir.Refused}},
		"an error that is not theirs to state": {placement.StateAccepted, "entered-in-error", "", placement.StateAccepted, []fhir.Kind{fhir.Refused}},
		"anything after the end":               {placement.StateCompleted, "accepted", "", placement.StateCompleted, []fhir.Kind{fhir.Refused}},
		"a yes after we took it back":          {placement.StateWithdrawn, "accepted", "", placement.StateWithdrawn, []fhir.Kind{fhir.Refused}},
		"a state that the guide has not":       {placement.StateOffered, "received", "", placement.StateOffered, []fhir.Kind{fhir.UnknownCode}},
		"a word that nobody knows":             {placement.StateOffered, "suspended", "", placement.StateOffered, []fhir.Kind{fhir.UnknownCode}},
	} {
		t.Run(name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", c.stands)
			task := answered(sent(t, p), c.status, 40)
			d, s := decoder(fhir.SDOHCC()), green(41)
			a, lost, err := d.Answer(task, p, s)
			require.NoError(t, err)
			require.Equal(t, c.command, a.Command)
			var kinds []fhir.Kind
			for _, l := range lost {
				kinds = append(kinds, l.Kind)
			}
			require.Equal(t, c.kinds, kinds)
			n := events(p)
			require.NoError(t, a.Apply(p, s))
			require.Equal(t, c.becomes, p.State())
			require.Equal(t, c.command != "", events(p) > n)
			if c.command == "" {
				return
			}
			for e := range p.History() {
				if e.Stamp.Key == a.Key {
					require.Equal(t, referraltest.Day(40), e.Stamp.At, "it happened when the partner says")
					require.Equal(t, referraltest.Day(41), e.Stamp.Recorded)
				}
			}
			n = events(p)
			again, lost, err := d.Answer(task, p, green(50))
			require.NoError(t, err)
			require.Empty(t, lost)
			require.Empty(t, again.Command, "it comes again")
			require.NoError(t, a.Apply(p, s), "and the answer that was read before")
			require.Equal(t, n, events(p))
		})
	}
}

func TestDecoderAnswerRefusesATaskThatIsNotAboutThePlacement(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	task := answered(sent(t, p), "accepted", 40)
	other := sent(t, referraltest.PlacementOf(func() placement.Proposal {
		a := referraltest.Proposal("PL-2")
		a.Provider, a.Person = "bay/other", "P-2"
		return a
	}(), placement.StateOffered))
	for name, o := range map[string]*resource.Object{
		"owned by somebody else":        task.Clone().Set("owner", other.Get("owner")),
		"owned by nobody":               task.Clone().Set("owner", resource.Value{}),
		"for another person":            task.Clone().Set("for", other.Get("for")),
		"about another request":         task.Clone().Set("identifier", other.Get("identifier")).Set("focus", other.Get("focus")),
		"that asks to change a request": task.Clone().Set("code", parse(t, `{"c":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"abort"}]}}`).Get("c")),
		"with a modifier":               task.Clone().Set("modifierExtension", parse(t, `{"c":[{"url":"urn:not","valueBoolean":true}]}`).Get("c")),
		"with a modifier deep within":   task.Clone().Set("input", parse(t, `{"c":[{"type":{"text":"x"},"valueString":"x","modifierExtension":[{"url":"urn:not"}]}]}`).Get("c")),
		"with rules that are implied":   task.Clone().Set("implicitRules", resource.Text("urn:rules")),
		"of another type":               resource.New("Patient"),
	} {
		t.Run(name, func(t *testing.T) {
			a, lost, err := decoder(fhir.SDOHCC()).Answer(o, p, green(41))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotEmpty(t, lost.Of(fhir.Refused))
			require.Empty(t, a.Command)
		})
	}
}

func TestDecoderAnswerIsLate(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateStarted) // on day 10
	a, lost, err := decoder(fhir.SDOHCC()).Answer(answered(sent(t, p), "completed", 8), p, green(41))
	require.NoError(t, err)
	require.Empty(t, a.Command)
	require.Equal(t, "Task.lastModified: dropped: started here, completed there", lost.String())

	undated := answered(sent(t, p), "completed", 12).Remove("lastModified")
	a, lost, err = decoder(fhir.SDOHCC()).Answer(undated, p, green(41))
	require.NoError(t, err)
	require.Equal(t, placement.Complete, a.Command)
	require.Len(t, lost.Of(fhir.Defaulted), 2)
	require.NoError(t, a.Apply(p, green(41)))
}

func TestDecoderAnswerTakesNoReasonFromWords(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	for why, want := range map[string]string{
		`{"text":"Zebedee was rude"}`: reason.OtherReason,
		`{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars","code":"22"}],"text":"Full"}`: reason.NoCapacity,
		`{"coding":[{"system":"` + fhir.Extensions + `reason","code":"too-far"}],"text":"it is too far away"}`:         reason.TooFar,
	} {
		task := answered(sent(t, p), "rejected", 40).Set("statusReason", parse(t, `{"c":`+why+`}`).Get("c"))
		a, _, err := decoder(fhir.SDOHCC()).Answer(task, p, green(41))
		require.NoError(t, err)
		require.Equal(t, want, a.Reason.Code)
	}
}

func TestAnswerIsAppliedToItsPlacementAlone(t *testing.T) {
	p := referraltest.Placement("PL-2", placement.StateOffered)
	require.ErrorIs(t, fhir.Answer{Placement: "PL-1", Command: placement.Accept}.Apply(p, green(41)), sp.ErrInvalid)
	require.ErrorIs(t, fhir.Answer{Placement: "PL-2", Command: placement.Withdraw}.Apply(p, green(41)), sp.ErrInvalid)
	require.ErrorIs(t, fhir.Answer{Placement: "PL-2", Command: placement.Accept}.Apply(p, sp.By(sp.Actor{ID: "x", Role: sp.RoleProvider, For: "bay/other"}, referraltest.Day(41))), sp.ErrDenied, "the same remit as for any command")
	require.Equal(t, placement.StateOffered, p.State())
}

func parse(tb testing.TB, s string) *resource.Object {
	tb.Helper()
	o, err := resource.Parse([]byte(s))
	require.NoError(tb, err)
	return o
}

// A charity answers a referral, and then says something that cannot follow.
func Example() {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	e := fhir.Encoder{Profile: fhir.SDOHCC(), Own: "https://bay.example", To: green(0).By, May: referraltest.AllowAll{}, Scheme: "bay/scheme"}
	task, lost := e.Task(fhir.PlacementOf(p), nil)
	fmt.Println(task.Get("status").Text(), lost.Under("replyBy"))

	d := fhir.Decoder{Profile: fhir.SDOHCC(), Own: "https://bay.example"}
	for i, status := range []string{"accepted", "accepted", "rejected"} {
		at := referraltest.Day(6 + i)
		task.Set("status", resource.Text(status)).Set("lastModified", resource.Moment(at, time.UTC))
		stamp := sp.By(green(0).By, at)
		answer, lost, err := d.Answer(task, p, stamp)
		if err == nil {
			err = answer.Apply(p, stamp)
		}
		fmt.Printf("%s: %q, so it is %s %v %v\n", status, answer.Command, p.State(), lost, err)
	}
	// Output:
	// requested replyBy: dropped: replyBy here, recoverable
	// accepted: "accept", so it is accepted  <nil>
	// accepted: "", so it is accepted  <nil>
	// rejected: "", so it is accepted Task.status: refused: accepted here, rejected there (warning) <nil>
}

// events counts what happened to a placement.
func events(p *placement.Placement) (n int) {
	for range p.History() {
		n++
	}
	return n
}
