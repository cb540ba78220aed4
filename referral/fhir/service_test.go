package fhir

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// spoken are the numbers that may be published.
func spoken(phones []directory.Phone) (numbers []string) {
	for _, p := range phones {
		if !p.Confidential {
			numbers = append(numbers, p.Number)
		}
	}
	return numbers
}

// yeses are what is so.
func yesOf[K ~string](all directory.Truths[K]) (n int) {
	for _, t := range all {
		if t == sp.Yes {
			n++
		}
	}
	return n
}

func fieldsOfService(s directory.Service) []field {
	return []field{
		{"id", s.ID},
		{"organisation", s.Organisation},
		{"name", s.Name},
		{"description", s.Description},
		{"alert", s.Alert},
		{"url", s.URL},
		{"email", s.Email},
		{"apply", s.Apply},
		{"spoken", spoken(s.Phones)},
		{"status", s.Status},
		{"topics", s.Topics},
		{"eligibility", s.Eligibility},
		{"cost.charge", s.Cost.Charge},
		{"cost.text", s.Cost.Text},
		{"languages", yesOf(s.Languages)},
		{"access", yesOf(s.Access)},
		{"routes", yesOf(s.Routes)},
		{"schedules", len(s.Schedules)},
		{"capacity", s.Capacity},
		{"fundedUntil", s.FundedUntil},
		{"dropIn", s.DropIn},
	}
}

func TestHealthcareServiceComesBackButForTheLossesReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, e := specimen.Service(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), nil)
		o, out := e.HealthcareService(s, []directory.ID{"bay/L-1"}, nil)
		if o == nil {
			require.True(t, e.Profile.sdohcc() && s.Status.Open() != sp.Yes)
			return
		}
		requireValid(t, o, e.Profile)
		back, places, in, err := (Decoder{Own: e.Own}).HealthcareService(o)
		require.NoError(t, err)
		require.Equal(t, []directory.ID{"bay/L-1"}, places)
		requireReported(t, fieldsOfService(s), fieldsOfService(back), out.lasting(), in)
		require.Equal(t, s.Capacity, back.Capacity)
		again, _ := e.HealthcareService(s, places, o)
		require.Equal(t, string(o.Append(nil)), string(again.Append(nil)), "what is written again changes nothing")
	})
}

func TestDecoderReadsCapacityOfSDOHCC(t *testing.T) {
	for code, room := range map[string]sp.Truth{"capacity": sp.Unknown, "no-capacity": sp.No, "waitlist": sp.No, "additional-assessment-required": sp.Unknown} {
		o, err := resource.Parse([]byte(`{"resourceType":"HealthcareService","extension":[{"url":"` + capacityURL + `","extension":[{"url":"capacityStatus","valueCodeableConcept":{"coding":[{"code":"` + code + `"}]}}]}]}`))
		require.NoError(t, err)
		s, _, report, err := Decoder{}.HealthcareService(o)
		require.NoError(t, err)
		require.Equal(t, room, s.Capacity.HasRoom(), code)
		require.Equal(t, code != "no-capacity", len(report) > 0, "that there is room says of how much nothing")
	}
}

func TestLocationComesBackAndRefugesAreNotFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, e := specimen.Place(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), nil)
		onto, err := resource.Parse([]byte(`{"resourceType":"Location","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">3 Quay, LA4 9ZA</div>"},"address":{"text":"3 Quay, LA4 9ZA"}}`))
		require.NoError(t, err)
		o, out := e.Location(p, rapid.SampledFrom([]*resource.Object{nil, onto}).Draw(t, "onto"))
		if o == nil {
			require.True(t, withheld(out))
			return
		}
		requireValid(t, o, e.Profile)
		text := string(o.Append(nil))
		if p.Shown != directory.ShownInFull {
			require.NotContains(t, text, "Quay")
			require.NotContains(t, text, "9ZA")
			require.NotContains(t, text, "54.07")
			require.True(t, withheld(out))
			return
		}
		back, in, err := (Decoder{Own: e.Own}).Location(o)
		require.NoError(t, err)
		fields := func(p directory.Place) []field {
			return []field{
				{"id", p.ID},
				{"organisation", p.Organisation},
				{"kind", p.Kind},
				{"name", p.Name},
				{"description", p.Description},
				{"point", p.Point},
				{"precision", p.Precision},
				{"address", p.Address},
				{"transit", p.Transit},
				{"identifiers", p.Identifiers},
				{"spoken", spoken(p.Phones)},
			}
		}
		requireReported(t, fields(p), fields(back), out, in)
	})
}

func TestOrganizationComesBackButForTheLossesReported(t *testing.T) {
	fields := func(o directory.Organisation) []field {
		return []field{
			{"id", o.ID},
			{"name", o.Name},
			{"alternateName", o.AlternateName},
			{"description", o.Description},
			{"email", o.Email},
			{"website", o.Website},
			{"parent", o.Parent},
			{"identifiers", o.Identifiers},
			{"spoken", spoken(o.Phones)},
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		g, e := specimen.Organisation(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), nil)
		o, out := e.Organization(g, nil)
		requireValid(t, o, e.Profile)
		back, in, err := (Decoder{Own: e.Own}).Organization(o)
		require.NoError(t, err)
		requireReported(t, fields(g), fields(back), out, in)
		again, _ := e.Organization(g, o)
		require.Equal(t, string(o.Append(nil)), string(again.Append(nil)))
	})
}
