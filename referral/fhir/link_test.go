package fhir_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// linked is a case in which a plan has a goal, a step of which a placement carries.
func linked() fhir.Case {
	c := fhir.Case{Referral: fhir.Referral{View: referral.View{ID: "R-1", Person: "P-1", State: referral.StateActive, Urgency: referral.Routine, Received: referraltest.Day(1)}, Reasons: []needs.Code{needs.Loneliness}}}
	c.Referral.From = "bay/practice"
	one := fhir.Placement{View: placement.View{
		ID: "PL-1", Referral: "R-1", Person: "P-1", Provider: "bay/green", Service: "bay/S-1", State: placement.StateCompleted,
		Level: placement.FullReferral, Needs: []needs.Code{needs.Loneliness}, Disclosed: []placement.Item{{Field: "need", Code: string(needs.Loneliness)}}, Result: needs.Result{Outcome: needs.Met},
	}, Urgency: referral.Routine, Offered: referraltest.Day(2), Changed: referraltest.Day(9)}
	c.Placements = append(c.Placements, one)
	for _, n := range []needs.Need{{ID: "N-1", Code: needs.Loneliness}, {ID: "N-2", Code: needs.Debt}} {
		c.Needs = append(c.Needs, fhir.Need{Person: "P-1", Assessment: "A-1", Need: n})
	}
	c.Goals = []fhir.Goal{{Person: "P-1", Assessment: "A-1", Goal: needs.Goal{ID: "G-1"}}}
	c.Plans = []needs.Plan{{Person: "P-1", Assessment: "A-1", Items: []needs.Item{{Goal: "G-1", Steps: []needs.Step{{Carrier: "PL-1"}}}}}}
	c.Choices = []consent.Choice{{ID: "C-1", By: "P-1", As: consent.Themself, At: referraltest.Day(1), Wording: consent.Wording{ID: "w", Version: "1"}, Scope: consent.Scope{
		To: []string{"provider"}, Purposes: []consent.Purpose{consent.DirectCare}, Kinds: []consent.Kind{consent.Needs},
	}}}
	return c
}

func find(b *resource.Bundle, resourceType, identifier string) *resource.Object {
	for _, e := range b.Entries {
		if e.Resource.Type() == resourceType && e.Resource.Get("identifier").First().Get("value").Is(identifier) {
			return e.Resource
		}
	}
	return nil
}

func TestEncoderCaseLinksRequestsToGoalsPermissionsAndContents(t *testing.T) {
	e := encoder(fhir.SDOHCC())
	e.May = tellAll{}
	b, _ := e.Case(linked(), fhir.Collection)
	index := b.Index()
	for _, id := range []string{"R-1", "PL-1"} {
		request := find(b, "ServiceRequest", id)
		goals := 0
		for _, x := range request.Get("extension").All() {
			if x.Get("url").Is("http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal") {
				o, _, found := index.Find(0, x.Get("valueReference"))
				require.True(t, found)
				require.Equal(t, "Goal", o.Type())
				goals++
			}
		}
		require.Equal(t, 1, goals)
		o, _, found := index.Find(0, request.Get("supportingInfo").First())
		require.True(t, found)
		require.Equal(t, "Consent", o.Type())
	}
	task := find(b, "Task", "PL-1")
	for _, list := range []string{"input", "output"} {
		n := 0
		for _, one := range task.Get(list).All() {
			o, _, found := index.Find(0, one.Get("valueReference"))
			require.True(t, found)
			require.Equal(t, "A-1 N-1", o.Get("identifier").First().Get("value").Text(), "and not the debts, which nobody disclosed")
			n++
		}
		require.Equal(t, 1, n)
	}
	require.Empty(t, fhir.SDOHCC().Validate(b.Whole()))

	e.May = nil
	b, _ = e.Case(linked(), fhir.Collection)
	require.True(t, find(b, "ServiceRequest", "R-1").Get("supportingInfo").IsZero())
	require.True(t, find(b, "ServiceRequest", "R-1").Get("extension").IsZero() || find(b, "Goal", "A-1 G-1") == nil)
	require.NotContains(t, written(b), "pertainsToGoal")
}

func TestDecoderCaseLeadsAStepThatAPlacementCarriesBackToItsGoalWithoutOurExtension(t *testing.T) {
	e := encoder(fhir.England())
	e.May = tellAll{}
	b, _ := e.Case(linked(), fhir.Collection)
	plan := find(b, "CarePlan", "A-1")
	plan.Set("activity", resource.List(new(resource.Object).Set("reference", plan.Get("activity").First().Get("reference")).Value()))
	back, lost, err := decoder(fhir.England()).Case(b)
	require.NoError(t, err)
	require.Empty(t, lost)
	require.Equal(t, linked().Plans[0].Items[0].Steps, back.Plans[0].Items[0].Steps)
}

func TestEncoderSaysThatNobodyMayContactThePerson(t *testing.T) {
	for _, tt := range []struct {
		name     string
		channels map[person.Channel]sp.Truth
		written  bool
	}{
		{"every channel is ruled out", map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.No, person.Email: sp.No, person.Letter: sp.No}, true},
		{"a letter may come", map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.No, person.Email: sp.No, person.Letter: sp.Yes}, false},
		{"nobody has asked about letters", map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.No, person.Email: sp.No}, false},
	} {
		for _, p := range profiles() {
			t.Run(p.Name+" "+tt.name, func(t *testing.T) {
				c := linked()
				c.Person = &person.Person{ID: "P-1", Channels: tt.channels, Contacts: []person.Contact{{Value: sp.Hide("07700 900123")}}}
				e := encoder(p)
				e.May = tellAll{}
				b, lost := e.Case(c, fhir.Collection)
				require.NotContains(t, written(b), "900123")
				require.NotEmpty(t, lost.Under("person.channels"), "which channels are ruled out is not told one by one")
				for _, id := range []string{"R-1", "PL-1"} {
					require.Equal(t, tt.written, !find(b, "ServiceRequest", id).Get("orderDetail").IsZero())
				}
				require.Empty(t, p.Validate(find(b, "ServiceRequest", "PL-1")))
				back, _, err := decoder(p).Case(b)
				require.NoError(t, err)
				if tt.written {
					require.Equal(t, sp.No, back.Referral.Contact)
					require.Equal(t, sp.No, back.Placements[0].Contact)
					require.Equal(t, sp.No, back.Person.May(person.Letter))
				} else {
					require.Equal(t, sp.Unknown, back.Referral.Contact, "and that permits nothing either")
				}
			})
		}
	}
}

func TestEncoderKeepsThatAnotherForbidsContact(t *testing.T) {
	r := linked().Referral
	r.Contact = sp.No
	o, _ := encoder(fhir.SDOHCC()).ServiceRequest(r, nil)
	r.Contact = sp.Yes
	again, lost := encoder(fhir.SDOHCC()).ServiceRequest(r, o)
	require.True(t, o.Get("orderDetail").Equal(again.Get("orderDetail")))
	require.Len(t, lost.Under("contact"), 1)
}

func TestEncoderCaseNamesTheEventAsBaRSDoesForEngland(t *testing.T) {
	for _, tt := range []struct {
		name     string
		to       sp.Role
		state    referral.State
		code, on string
	}{
		{"a new request", sp.RoleProvider, referral.StateReceived, "servicerequest-request", "new"},
		{"a request that changed", sp.RoleProvider, referral.StateActive, "servicerequest-request", "update"},
		{"a request that was called off", sp.RoleProvider, referral.StateWithdrawn, "servicerequest-request", "update"},
		{"the answer to whoever referred", sp.RoleReferrer, referral.StateReceived, "servicerequest-response", "update"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := linked()
			c.Referral.State = tt.state
			e := encoder(fhir.England())
			e.To.Role = tt.to
			b, _ := e.Case(c, fhir.Message)
			h := b.Entries[0].Resource
			require.Equal(t, "https://fhir.nhs.uk/CodeSystem/message-events-bars", h.Get("eventCoding", "system").Text())
			require.Equal(t, tt.code, h.Get("eventCoding", "code").Text())
			require.Equal(t, tt.on, h.Get("reason", "coding").First().Get("code").Text())
			_, lost, err := decoder(fhir.England()).Case(b)
			require.NoError(t, err)
			require.Empty(t, lost.Under("Bundle.entry[0]"))

			h.Set("eventCoding", new(resource.Object).Set("system", h.Get("eventCoding", "system")).Set("code", resource.Text("booking-request")).Value())
			_, lost, err = decoder(fhir.England()).Case(b)
			require.NoError(t, err)
			require.Equal(t, fhir.UnknownCode, lost.Under("Bundle.entry[0]")[0].Kind)
		})
	}
}

func TestDecoderCaseCarriesWhatIsNoNeedWithOneQuietWord(t *testing.T) {
	b, _ := encoder(fhir.England()).Case(linked(), fhir.Collection)
	o, err := resource.Parse([]byte(`{"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"195967001"}]},"verificationStatus":{"text":"x"},"onsetDateTime":"2019","subject":{"reference":"Patient/unknown"}}`))
	require.NoError(t, err)
	b.Add("urn:uuid:1", o)
	c, lost, err := decoder(fhir.England()).Case(b)
	require.NoError(t, err)
	require.Equal(t, []*resource.Object{o}, c.Carried)
	at := lost.Of(fhir.Refused)
	require.Len(t, at, 1)
	require.Equal(t, sp.Note, at[0].Severity)
}

func TestDecoderKnowsThatAnotherReasonIsAnswered(t *testing.T) {
	for _, tt := range []struct {
		name, system string
		unknown      bool
	}{
		{"code 99 of the NHS", "https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars", false},
		{"code 99 of somebody", "https://partner.example/reasons", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, _ := encoder(fhir.England()).Task(linked().Placements[0], nil)
			o.Set("status", resource.Text("rejected")).Remove("businessStatus").Remove("extension")
			coded := new(resource.Object).Set("system", resource.Text(tt.system)).Set("code", resource.Text("99"))
			o.Set("statusReason", new(resource.Object).Set("coding", resource.List(coded.Value())).Value())
			p, lost, err := decoder(fhir.England()).Task(o)
			require.NoError(t, err)
			require.Equal(t, "other", p.Reason.Code)
			require.Equal(t, tt.unknown, len(lost.Under("Task.statusReason")) == 1)
		})
	}
}
