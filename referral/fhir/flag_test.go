package fhir

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func fieldsOfConcern(c concern.Concern) []field {
	return []field{
		{"id", c.ID},
		{"kind", c.Kind},
		{"reason", c.Reason},
		{"by.id", c.By.ID},
		{"by.role", c.By.Role},
		{"raised", c.Raised.UTC()},
		{"offers", len(c.Offers)},
		{"holders", len(c.Holders)},
		{"ended", c.Ended.UTC()},
		{"answer", c.Answer},
		{"to", c.To},
	}
}

func TestFlagComesBackButForTheLossesReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, e := specimen.Concern(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.Flag(c, "P-55", nil)
		requireValid(t, o, e.Profile)
		back, of, in, err := (Decoder{Own: e.Own}).Flag(o)
		require.NoError(t, err)
		require.Equal(t, person.ID("P-55"), of)
		require.Empty(t, in)
		requireReported(t, fieldsOfConcern(c), fieldsOfConcern(back), out.lasting())
	})
}

// lasting are the losses that cannot be recovered.
func (r Report) lasting() (all Report) {
	for _, l := range r {
		if !l.Recoverable {
			all = append(all, l)
		}
	}
	return all
}

func TestFlagIsNeverWrittenForThePerson(t *testing.T) {
	for _, k := range concern.Kinds() {
		c := concern.Concern{ID: "F-1", Kind: k, Raised: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)}
		e := encoder(England(), all)
		o, _ := e.Flag(c, "P-55", nil)
		require.NotNil(t, o)
		for _, to := range []struct {
			actor sp.Actor
			as    consent.Audience
		}{{sp.Actor{ID: "u", Role: sp.RolePerson, For: "P-55"}, consent.Health}, {sp.Actor{ID: "u", Role: sp.RoleProvider}, consent.ThePerson}} {
			e.To, e.As = to.actor, to.as
			o, report := e.Flag(c, "P-55", nil)
			require.Nil(t, o)
			require.Equal(t, Withheld, report[0].Kind)
		}
		o, report := encoder(England(), but("flags")).Flag(c, "P-55", nil)
		require.Nil(t, o)
		require.Equal(t, Withheld, report[0].Kind)
		o, _ = encoder(England(), nil).Flag(c, "P-55", nil)
		require.Nil(t, o)
	}
}

func TestDecoderReadsFlagsOfBaRS(t *testing.T) {
	for _, tt := range []struct {
		name, category, code string
		reason               concern.Reason
		fails                bool
	}{
		{"a code of the list", "SG", `{"system":"https://fhir.nhs.uk/CodeSystem/safeguarding-codes-bars","code":"766561000000109"}`, "adult", false},
		{"SNOMED CT itself", "SG", `{"system":"http://snomed.info/sct","code":"401206008"}`, concern.SelfHarm, false},
		{"a code of no list", "SG", `{"system":"https://x.example","code":"1"}`, "", false},
		{"a reasonable adjustment", "RA", `{"system":"https://x.example","code":"1"}`, "", true},
		{"that nothing was found", "AC", `{"system":"https://fhir.nhs.uk/CodeSystem/safeguarding-codes-bars","code":"861931000000100"}`, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := resource.Parse([]byte(`{"resourceType":"Flag","status":"active","category":[{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/flag-categories-bars","code":"` + tt.category + `"}]}],
				"code":{"coding":[` + tt.code + `]},"subject":{"identifier":{"system":"https://bay.example/person","value":"P-55"}}}`))
			require.NoError(t, err)
			c, of, _, err := Decoder{Own: "https://bay.example"}.Flag(o)
			if tt.fails {
				require.ErrorIs(t, err, sp.ErrInvalid)
				return
			}
			require.NoError(t, err)
			require.Equal(t, person.ID("P-55"), of)
			require.Equal(t, concern.Safeguarding, c.Kind)
			require.Equal(t, tt.reason, c.Reason)
			require.True(t, c.Open())
		})
	}
}
