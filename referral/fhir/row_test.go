package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
)

// codesOf are the codes of a list of concepts, or of one.
func codesOf(v resource.Value) (all []string) {
	if v.IsObject() {
		v = resource.List(v)
	}
	for _, concept := range v.All() {
		for _, coding := range concept.Get("coding").All() {
			all = append(all, coding.Get("code").Text())
		}
	}
	return all
}

func TestEncoderServiceRequestHasTheCodeAndTheCategoryOfItsGuide(t *testing.T) {
	for name, want := range map[string]struct{ code, category []string }{
		"FHIR R4":      {[]string{"871731000000106", "410606002"}, nil},
		"UK Core":      {[]string{"871731000000106", "410606002"}, nil},
		"SDOHCC 3.0.0": {[]string{"410606002", "871731000000106"}, []string{"410606002", "sdoh"}},
	} {
		for _, p := range profiles() {
			if p.Name != name {
				continue
			}
			r, _ := encoder(p).ServiceRequest(linked().Referral, nil)
			o, _ := encoder(p).Order(linked().Placements[0], nil)
			for _, request := range []*resource.Object{r, o} {
				require.Equal(t, want.code, codesOf(request.Get("code")))
				require.Equal(t, want.category, codesOf(request.Get("category")))
				require.Equal(t, "order", request.Get("intent").Text())
			}
		}
	}
}

func TestEncoderServiceRequestReportsHowAReferralEnded(t *testing.T) {
	for state, path := range map[referral.State]string{referral.StateRerouted: "to", referral.StateExpired: "ended"} {
		r := linked().Referral
		r.State, r.To, r.Ended, r.Reason = state, "bay/elsewhere", referraltest.Day(9), reason.Because(reason.NoCapacity)
		for _, known := range []bool{true, false} {
			e := encoder(fhir.England())
			if !known {
				e.Own = ""
			}
			o, lost := e.ServiceRequest(r, nil)
			require.Equal(t, "revoked", o.Get("status").Text())
			for _, at := range []string{"state", "reason", path} {
				require.Len(t, lost.Under(at), 1, "%s %s", state, at)
				require.Equal(t, known, lost.Under(at)[0].Recoverable)
			}
		}
	}
}

func TestEncoderTaskIsAskedForByAnOrganisationInSDOHCCWhoeverReferred(t *testing.T) {
	r := linked().Referral
	r.From, r.Referrer = "", sp.Actor{ID: "P-1", Role: sp.RolePerson, For: "P-1"}
	for _, p := range profiles() {
		o, _ := encoder(p).Progress(r, nil)
		want := "Patient"
		if p.Organisations {
			want = "Organization"
		}
		require.Equal(t, want, o.Get("requester", "type").Text(), p.Name)
		one := linked().Placements[0]
		one.State, one.Reason = placement.StateStopped, reason.Because(reason.NoCapacity)
		task, _ := encoder(p).Task(one, nil)
		require.Equal(t, "Organization", task.Get("requester", "type").Text())
		require.Equal(t, "order", task.Get("intent").Text())
		require.Equal(t, []string{"fulfill"}, codesOf(task.Get("code"))) //nolint:misspell // as HL7 spells it
		require.NotEmpty(t, task.Get("statusReason", "text").Text())
		for _, element := range []string{"focus", "for", "authoredOn"} {
			require.False(t, task.Get(element).IsZero(), element)
		}
	}
}

func TestEncoderTaskIsNeverReceivedOrReadyInSDOHCC(t *testing.T) {
	for _, c := range cases() {
		for _, p := range c.Placements {
			task, _ := encoder(fhir.SDOHCC()).Task(fhir.PlacementOf(p), nil)
			require.NotContains(t, fhir.SDOHCC().Excluded, task.Get("status").Text())
		}
	}
}

func TestEncoderAppointmentSaysLessOfAStepAndNothingOfACause(t *testing.T) {
	s := fhir.Session{View: session.View{ID: "S-1", Placement: "PL-1", Person: "P-1", State: session.StateMissed, Start: referraltest.Day(5), Step: session.Accompanied, Cause: session.NoTransport}}
	e := encoder(fhir.England())
	o, lost := e.Appointment(s, nil)
	require.Equal(t, "noshow", o.Get("status").Text())
	require.True(t, o.Get("cancelationReason").IsZero(), "that is for what was called off")
	require.Equal(t, []string{"In-person"}, codesOf(o.Get("extension").First().Get("valueCodeableConcept")))
	require.Equal(t, "step: dropped: step here, recoverable", lost.Under("step").String())
	require.Equal(t, "cause: dropped: cause here, recoverable", lost.Under("cause").String())
	require.Equal(t, "start: defaulted: no end here, Appointment.end there, recoverable", lost.Under("start").String())
	strip(o)
	back, in, err := decoder(fhir.England()).Appointment(o)
	require.NoError(t, err)
	require.Equal(t, session.UnknownCause, back.Cause)
	require.Len(t, in.Of(fhir.Defaulted), 1)
}

func TestEncoderConsentSaysThatAWithdrawalHasNoEffectThere(t *testing.T) {
	c := linked().Choices[0]
	c.Withdrawn = referraltest.Day(8)
	o, lost := encoder(fhir.England()).Consent(c, "P-1", nil)
	require.Equal(t, "inactive", o.Get("status").Text())
	require.Equal(t, "withdrawn: coarsened: inactive there (warning), recoverable", lost.Under("withdrawn").String())
}

// The wording of an instrument belongs to whoever has the rights in it.
func TestEncoderQuestionnaireResponseHasNoWordOfTheInstrument(t *testing.T) {
	for _, in := range measure.Shipped() {
		a := fhir.Answers{Filled: "M-1", Person: "P-1", At: referraltest.Day(9), Instrument: in.Code, Items: measure.Answers{}}
		for _, item := range in.Items {
			a.Items[item.ID] = item.Min
		}
		o, _ := encoder(fhir.England()).QuestionnaireResponse(a, nil)
		for _, item := range o.Get("item").All() {
			require.True(t, item.Get("text").IsZero())
			for _, answer := range item.Get("answer").All() {
				for name := range answer.Members() {
					require.True(t, strings.HasPrefix(name, "valueInteger"), name)
				}
			}
		}
	}
}
