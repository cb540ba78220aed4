package fhir

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func fieldsOfChoice(c consent.Choice) []field {
	return []field{
		{"id", c.ID},
		{"by", c.By},
		{"as", c.As},
		{"refused", c.Refused},
		{"scope.purposes", c.Scope.Purposes},
		{"scope.to", c.Scope.To},
		{"scope.kinds", c.Scope.Kinds},
		{"wording", c.Wording},
		{"given", c.Given},
		{"at", c.At.UTC()},
		{"until", c.Until.UTC()},
		{"withdrawn", c.Withdrawn.UTC()},
	}
}

func TestConsentComesBack(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		c, e := specimen.Choice(random(t), "P-55"), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		e.Scheme, e.Zone = "bay", london
		o, out := e.Consent(c, "P-55", nil)
		requireValid(t, o, e.Profile)
		back, of, in, err := (Decoder{Own: e.Own, Zone: london}).Consent(o)
		require.NoError(t, err)
		require.Equal(t, person.ID("P-55"), of)
		for i, f := range fieldsOfChoice(c) {
			require.Equal(t, f.value, fieldsOfChoice(back)[i].value, "%s: every loss is recoverable with extensions of our own", f.path)
		}
		require.Empty(t, in)
		for _, l := range out {
			require.True(t, l.Recoverable, l.Path)
		}
		e.Own = ""
		o, out = e.Consent(c, "P-55", nil)
		require.NotEmpty(t, out)
		requireValid(t, o, e.Profile)
	})
}

// What nobody here understands permits nothing.
func TestDecoderRefusesConsentThatItDoesNotUnderstand(t *testing.T) {
	e := encoder(R4(), all)
	good := consent.Choice{
		ID: "C-1", By: "P-55", As: consent.Themself, At: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Wording: consent.Wording{ID: "leaflet", Version: "1"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"gp"}, Kinds: []consent.Kind{consent.Needs}},
	}
	o, _ := e.Consent(good, "P-55", nil)
	text := string(o.Append(nil))
	_, _, _, err := Decoder{Own: e.Own}.Consent(o)
	require.NoError(t, err)
	for _, tt := range []struct{ name, old, new string }{
		{"proposed alone", `"active"`, `"proposed"`},
		{"entered in error", `"active"`, `"entered-in-error"`},
		{"to research", `"patient-privacy"`, `"research"`},
		{"of somebody unknown", `"https://bay.example/person"`, `"https://other.example/person"`},
		{"with a provision within", `"type":"permit"`, `"type":"permit","provision":[{"type":"deny"}]`},
		{"for some data alone", `"type":"permit"`, `"type":"permit","data":[{"meaning":"instance","reference":{"reference":"Task/7"}}]`},
		{"of a label", `"type":"permit"`, `"type":"permit","securityLabel":[{"code":"R"}]`},
		{"neither permitted nor denied", `"type":"permit",`, ``},
		{"for a purpose unknown", `"TREAT"`, `"HMARKT"`},
		{"to a recipient in another part", `"IRCP"`, `"CST"`},
		{"of a kind unknown", `"needs"`, `"everything"`},
		{"until a year", `"period":{`, `"period":{"end":"2027",`},
		{"to everybody", `"actor":`, `"_actor":`},
		{"for everything", `"purpose":`, `"_purpose":`},
		{"of everything", `"class":`, `"_class":`},
		{"at no time", `"dateTime":`, `"_dateTime":`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := strings.Replace(text, tt.old, tt.new, 1)
			require.NotEqual(t, text, changed)
			o, err := resource.Parse([]byte(changed))
			require.NoError(t, err)
			_, _, report, err := Decoder{Own: e.Own}.Consent(o)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotEmpty(t, report)
		})
	}
}
