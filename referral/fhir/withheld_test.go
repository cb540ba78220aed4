package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

func written(b *resource.Bundle) string { return string(b.Whole().Append(nil)) }

func TestEncoderCaseTellsNothingWithoutAPermission(t *testing.T) {
	for _, c := range cases() {
		e := encoder(fhir.SDOHCC())
		e.May = nil
		bundle, lost := e.Case(fhir.CaseOf(c), fhir.Collection)
		require.Len(t, bundle.Entries, 1, "that somebody was referred")
		require.Equal(t, "unknown", bundle.Entries[0].Resource.Get("status").Text())
		body := written(bundle)
		for _, n := range c.Referral.Needs() {
			require.NotContains(t, body, string(n))
		}
		require.NotEmpty(t, lost.Of(fhir.Withheld).Under("referral.state"))
		for _, l := range lost.Of(fhir.Withheld) {
			require.Empty(t, l.Ours+l.Theirs, "what is withheld is named without its content")
		}
	}
}

func TestEncoderCaseTellsAFieldOnlyWhereItIsPermitted(t *testing.T) {
	for field, c := range map[string]struct {
		fields string
		tells  []string // what the body has with the field, and not without
	}{
		"reason":  {"status service need", []string{"no-longer-needed", "it is no longer needed"}},
		"need":    {"status service reason", []string{"loneliness"}},
		"service": {"status need reason", []string{"bay/garden"}},
		"step":    {"status need reason", []string{"small-group"}},
		"status":  {"need reason service", []string{"placement-status"}},
	} {
		p := referraltest.Placement("PL-1", placement.StateWithdrawn)
		out := fhir.Case{Referral: fhir.ReferralOf(referraltest.Referral("R-1", referral.StateActive)), Placements: []fhir.Placement{fhir.PlacementOf(p)}}
		e := encoder(fhir.England())
		e.May = allow(c.fields)
		without, lost := e.Case(out, fhir.Collection)
		require.NotEmpty(t, lost.Of(fhir.Withheld), field)
		e.May = allow(c.fields + " " + field)
		with, _ := e.Case(out, fhir.Collection)
		for _, said := range c.tells {
			require.NotContains(t, written(without), said, field)
			require.Contains(t, written(with), said, field)
		}
	}
}

func TestEncoderCaseTellsAProviderOnlyWhatWasSentToThem(t *testing.T) {
	e := encoder(fhir.SDOHCC())
	e.To = sp.Actor{ID: "provider-1", Role: sp.RoleProvider, For: "bay/green"}
	for _, s := range []placement.State{placement.StateProposed, placement.StateOffered} {
		task, _ := e.Task(fhir.PlacementOf(referraltest.Placement("PL-1", s)), nil)
		order, _ := e.Order(fhir.PlacementOf(referraltest.Placement("PL-1", s)), nil)
		require.Equal(t, s == placement.StateOffered, task != nil)
		require.Equal(t, task == nil, order == nil)
	}
	signpost := fhir.PlacementOf(referraltest.Placement("PL-1", placement.StateOffered))
	signpost.Level = placement.Signpost
	task, lost := e.Task(signpost, nil)
	require.Nil(t, task)
	require.Equal(t, "state: withheld", lost.String())
}

func TestEncoderCaseHasNoConcernInIt(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding}, referraltest.By(sp.RoleLinkWorker, 4)))
	for _, role := range []sp.Role{sp.RolePerson, sp.RoleProvider, sp.RoleReferrer, sp.RoleLinkWorker} {
		e := encoder(fhir.England())
		e.To.Role = role
		bundle, lost := e.Case(fhir.Case{Referral: fhir.ReferralOf(r)}, fhir.Collection)
		for _, word := range []string{"F-1", "safeguarding", "flag", "Flag"} {
			require.False(t, strings.Contains(written(bundle), word) || strings.Contains(lost.String(), word), "%s is told of %s", role, word)
		}
	}
}

func TestDecoderServiceRequestRefusesWhatIsNoRequest(t *testing.T) {
	asked, _ := encoder(fhir.R4()).ServiceRequest(fhir.ReferralOf(referraltest.Referral("R-1", referral.StateReceived)), nil)
	for name, o := range map[string]*resource.Object{
		"not to be done": asked.Clone().Set("doNotPerform", resource.Bool(true)),
		"proposed":       asked.Clone().Set("intent", resource.Text("proposal")),
		"an option":      asked.Clone().Set("intent", resource.Text("option")),
		"a plan":         asked.Clone().Set("intent", resource.Text("plan")),
		"a modifier":     asked.Clone().Set("contained", parse(t, `{"c":[{"resourceType":"Patient","modifierExtension":[{"url":"urn:x"}]}]}`).Get("c")),
	} {
		_, lost, err := decoder(fhir.R4()).ServiceRequest(o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.Len(t, lost.Of(fhir.Refused), 1, name)
	}
	_, _, err := decoder(fhir.England()).ServiceRequest(asked.Clone().Set("intent", resource.Text("plan")))
	require.NoError(t, err, "the NHS sends referrals as plans")
}

// What another system refers is received here once, however often it comes.
func TestDecoderServiceRequestIsReceivedOnce(t *testing.T) {
	o := parse(t, `{"resourceType":"ServiceRequest","identifier":[{"system":"https://gp.example","value":"77"}],"status":"active","intent":"order","priority":"asap",
		"subject":{"reference":"Patient/7"},"authoredOn":"2026-03-02T09:30:00Z","requester":{"reference":"Organization/y1"},
		"reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"733423003"}]},{"text":"Zebedee is sad"}]}`)
	d := decoder(fhir.England())
	d.Known = func(kind string, reference resource.Value) (string, bool) {
		id, ok := map[string]string{"person Patient/7": "P-7", "organisation Organization/y1": "bay/practice-1"}[kind+" "+reference.Get("reference").Text()]
		return id, ok
	}
	v, lost, err := d.ServiceRequest(o)
	require.NoError(t, err)
	require.Equal(t, "ServiceRequest.reasonCode[1]: unknown-code (warning)", lost.Of(fhir.UnknownCode).String())
	again, _, _ := d.ServiceRequest(o)
	require.Equal(t, v, again)
	r := referral.New(v.ID, referraltest.AllowAll{})
	stamp := sp.By(v.Referrer, v.Received).Under("import-77")
	require.NoError(t, r.Receive(v.Submission(), stamp))
	require.NoError(t, r.Receive(again.Submission(), stamp))
	n := 0
	for range r.History() {
		n++
	}
	require.Equal(t, 1, n)
	require.Equal(t, referral.Urgent, r.Urgency())
}
