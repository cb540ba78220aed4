package fhir

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// A telling permission lets everything be told but one field.
type telling struct{ but string }

func (p telling) See(_ sp.Actor, _ person.ID, field string) error {
	if field == p.but {
		return sp.ErrDenied
	}
	return nil
}

func (p telling) SeeFlag(sp.Actor, consent.Audience, person.ID, string) error {
	return p.See(sp.Actor{}, "", "flags")
}

func (p telling) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error {
	return p.See(sp.Actor{}, "", "sensitive-needs")
}

var all = telling{}

func but(field string) consent.Permission { return telling{field} }

func encoder(p Profile, may consent.Permission) Encoder {
	return Encoder{Profile: p, Own: "https://bay.example", To: sp.Actor{ID: "green", Role: sp.RoleProvider, For: "bay/green"}, As: consent.Health, May: may}
}

// A field is a part of something that is translated, under the name that losses have for it.
type field struct {
	path  string
	value any
}

// requireReported holds that what came back differs only where a loss says so, whichever
// way it was lost.
func requireReported(t require.TestingT, sent, back []field, reports ...Report) {
	for i, f := range sent {
		if reported(f.path, reports) {
			continue
		}
		require.Empty(t, cmp.Diff(f.value, back[i].value), "%s changed and no loss says so", f.path)
	}
}

func reported(path string, reports []Report) bool {
	for _, r := range reports {
		for _, l := range r {
			for _, name := range []string{l.Path, l.Ours} {
				if name == path || strings.HasPrefix(name, path+".") || strings.HasPrefix(name, path+"[") {
					return true
				}
			}
		}
	}
	return false
}

func random(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
}

func fieldsOf(p person.Person) []field {
	c := p.Circumstances.Reveal()
	fields := []field{
		{"id", p.ID},
		{"household", p.Household},
		{"name", p.Name.Reveal()},
		{"born", p.Born.Reveal()},
		{"nhsNumber", p.NHSNumber.Reveal()},
		{"address", p.Address.Reveal()},
		{"contacts", len(p.Contacts)},
		{"channels", len(p.Channels)},
		{"representatives", len(p.Representatives)},
		{"competent", p.Competent},
		{"circumstances.gender", c.Gender},
		{"circumstances.languages", c.Languages},
		{"circumstances.interpreter", c.Interpreter},
		{"registration", p.Registration.Reveal()},
		{"heard", p.Heard},
	}
	for _, one := range characteristics {
		fields = append(fields, field{"equality." + string(one), p.Equality.Reveal()[one]})
	}
	return fields
}

func profiles() []Profile { return []Profile{R4(), England(), SDOHCC()} }

// requireValid holds that a resource is what the rules of R4 and of its profile allow.
func requireValid(t require.TestingT, o *resource.Object, p Profile) {
	for _, i := range p.Validate(o) {
		require.NotEqual(t, sp.Error, i.Severity, "%s: %s", i.Field, i.Detail)
	}
}

func TestPatientComesBackButForTheLossesReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, e := specimen.Person(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.Patient(p, nil)
		requireValid(t, o, e.Profile)
		back, in, err := (Decoder{Own: e.Own}).Patient(o)
		require.NoError(t, err)
		requireReported(t, fieldsOf(p), fieldsOf(back), out, in)
		again, _ := e.Patient(p, o)
		require.Equal(t, string(o.Append(nil)), string(again.Append(nil)), "what is written again changes nothing")
	})
}

func TestPatientIsToldFieldByField(t *testing.T) {
	secrets := map[string]string{
		"name": "Quill", "born": "1951-02-03", "nhs-number": "9990000018", "address": "Lantern Row", "phone": "01632 960101", "text": "07700 900222", "email": "q@example.org",
		"gender": "female", "language": "cy", "ethnicity": "White - Irish", "religion": "belief-code", "equality": "orientation-code", "identity": "P81234",
	}
	number, err := sp.ParseNHSNumber(secrets["nhs-number"])
	if err != nil {
		secrets["nhs-number"] = "9990000026"
		number, err = sp.ParseNHSNumber(secrets["nhs-number"])
	}
	require.NoError(t, err)
	yes := func(c person.Channel) map[person.Channel]sp.Truth { return map[person.Channel]sp.Truth{c: sp.Yes} }
	p := person.Person{
		ID: "P-55", Name: sp.Hide(person.Name{Given: "Jo", Family: "Quill"}), Born: sp.Hide(sp.NewDate(1951, 2, 3)), NHSNumber: number,
		Address: sp.Hide(person.Address{Lines: []string{"3 Lantern Row"}, Postcode: "LA4 5AB"}),
		Contacts: []person.Contact{
			{Value: sp.Hide("01632 960101"), Safe: yes(person.Phone)},
			{Value: sp.Hide("07700 900222"), Safe: yes(person.Text)},
			{Value: sp.Hide("q@example.org"), Safe: yes(person.Email)},
			{Value: sp.Hide("01632 960999"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.No}},
		},
		Circumstances: sp.Hide(person.Circumstances{Gender: person.Female, Languages: []directory.Language{"cy"}}),
		Registration:  sp.Hide(person.Registration{Practice: "P81234"}),
		Equality: sp.Hide(person.Equality{
			person.EthnicCategory: {Code: sp.Code{System: "https://x.example", Code: "B", Display: "White - Irish"}},
			person.Belief:         {Code: sp.Code{System: "https://x.example", Code: "belief-code"}}, person.SexualOrientation: {Code: sp.Code{System: "https://x.example", Code: "orientation-code"}},
		}),
	}
	// What a partner wrote beside what we know, which would tell it too.
	onto, err := resource.Parse([]byte(`{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Jo Quill of Lantern Row, born 1951-02-03, 01632 960101</div>"},
		"birthDate":"1951-02-03","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1951-02-03T04:00:00Z"}]},
		"contact":[{"name":{"family":"Quill"}}],"name":[{"family":"Quill"}],"gender":"female","telecom":[{"system":"phone","value":"01632 960101"}],"maritalStatus":{"text":"orientation-code"}}`))
	require.NoError(t, err)
	for field, secret := range secrets {
		for _, profile := range profiles() {
			whole, _ := encoder(profile, all).Patient(p, onto)
			require.Contains(t, string(whole.Append(nil)), secret, field)
			o, report := encoder(profile, but(field)).Patient(p, onto)
			require.NotContains(t, string(o.Append(nil)), secret, field)
			require.True(t, withheld(report), field)
			for _, l := range report {
				require.NotContains(t, l.Path+l.Ours+l.Theirs, secret)
			}
		}
	}
	whole, _ := encoder(England(), all).Patient(p, nil)
	require.NotContains(t, string(whole.Append(nil)), "960999", "a number that it is not safe to ring")
	nothing, report := encoder(SDOHCC(), nil).Patient(p, onto)
	for field, secret := range secrets {
		require.NotContains(t, string(nothing.Append(nil)), secret, field)
	}
	require.NotEmpty(t, report)
	requireValid(t, nothing, SDOHCC())
}

func withheld(r Report) bool {
	for _, l := range r {
		if l.Kind == Withheld {
			return true
		}
	}
	return false
}

func TestDecoderReadsPatientsWarily(t *testing.T) {
	for _, tt := range []struct{ name, text, lost string }{
		{"a birth date of a year", `{"resourceType":"Patient","birthDate":"1951"}`, "Patient.birthDate"},
		{"one who has died", `{"resourceType":"Patient","deceasedDateTime":"2026"}`, "Patient.deceasedDateTime"},
		{"a record out of use", `{"resourceType":"Patient","active":false}`, "Patient.active"},
		{"a number that fails its check", `{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"3478526985"}]}`, "Patient.identifier[0]"},
		{"a gender of another list", `{"resourceType":"Patient","gender":"F"}`, "Patient.gender"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := resource.Parse([]byte(tt.text))
			require.NoError(t, err)
			_, report, err := Decoder{}.Patient(o)
			require.NoError(t, err)
			require.NotEmpty(t, report.Under(tt.lost))
		})
	}
	o, err := resource.Parse([]byte(`{"resourceType":"Patient","link":[{"type":"replaced-by","other":{"reference":"Patient/8"}}]}`))
	require.NoError(t, err)
	_, _, err = Decoder{}.Patient(o)
	require.ErrorIs(t, err, sp.ErrInvalid)
	o, err = resource.Parse([]byte(`{"resourceType":"Patient","telecom":[{"system":"phone","value":"01632 960101"}]}`))
	require.NoError(t, err)
	p, _, err := Decoder{}.Patient(o)
	require.NoError(t, err)
	require.Equal(t, sp.Unknown, p.May(person.Phone), "that a number stands there permits no call")
}

// Nobody here traces NHS numbers, so nothing is claimed of one; what another found out of
// the same number stays with it.
func TestEncoderClaimsNothingOfHowAnNHSNumberWasTraced(t *testing.T) {
	number, err := sp.ParseNHSNumber("9990000026")
	require.NoError(t, err)
	p := person.Person{ID: "P-55", NHSNumber: number}
	status := func(o *resource.Object) resource.Value {
		for _, v := range o.Get("identifier").All() {
			if isNHSNumber(v.Get("system").Text()) {
				return findExtension(v.Get("extension"), numberStatus)
			}
		}
		return resource.Value{}
	}
	o, lost := encoder(England(), all).Patient(p, nil)
	require.True(t, codeIn(status(o), "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "NI"))
	require.Equal(t, "nhsNumber: defaulted: status unknown here, NI there", lost.Under("nhsNumber").String())
	requireValid(t, o, England())
	o, lost = encoder(R4(), all).Patient(p, nil)
	require.True(t, status(o).IsZero())
	require.Empty(t, lost.Under("nhsNumber"))

	for _, tt := range []struct {
		name, system, code string
		lost               string
	}{
		{"verified", "England", "01", ""},
		{"verified, in the words of 2.1.0", "", "number-present-and-verified", ""},
		{"traced in Wales", "Wales", "nn", ""},
		{"of somebody else, perhaps", "England", "05", "Patient.identifier[0].extension: dropped: nhsNumber here, 05 there (warning)"},
		{"never traced", "", "number-present-but-not-traced", "Patient.identifier[0].extension: dropped: nhsNumber here, number-present-but-not-traced there (warning)"},
		{"a code of no list", "England", "Zebedee", "Patient.identifier[0].extension: unknown-code: nhsNumber here (warning)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was, err := resource.Parse([]byte(`{"resourceType":"Patient","identifier":[{"extension":[{"url":"` + numberStatus + `","valueCodeableConcept":{"coding":[{"system":"` +
				systemNumberStatus + tt.system + `","code":"` + tt.code + `"}]}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"999 000 0026"}]}`))
			require.NoError(t, err)
			read, lost, err := Decoder{}.Patient(was)
			require.NoError(t, err)
			require.True(t, read.NHSNumber.Equal(number), "it is kept in each case")
			require.Equal(t, tt.lost, lost.Under("Patient.identifier[0]").String())
			for _, profile := range profiles() {
				again, _ := encoder(profile, all).Patient(p, was)
				require.True(t, codeIn(status(again), systemNumberStatus+tt.system, tt.code))
				other := p
				other.NHSNumber, err = sp.ParseNHSNumber("9990000034")
				require.NoError(t, err)
				again, _ = encoder(profile, all).Patient(other, was)
				require.False(t, codeIn(status(again), systemNumberStatus+tt.system, tt.code), "of another number nobody has said so")
			}
		})
	}
}

func TestRelatedPersonComesBackButForTheLossesReported(t *testing.T) {
	fields := func(r person.Representative) []field {
		return []field{{"person", r.Person}, {"name", r.Name.Reveal()}, {"contacts", len(r.Contacts)}, {"authority", r.Authority}, {"decides", r.Decides}, {"during", r.During}}
	}
	rapid.Check(t, func(t *rapid.T) {
		r, e := specimen.Representative(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.RelatedPerson(r, "P-55", nil)
		requireValid(t, o, e.Profile)
		back, of, in, err := (Decoder{Own: e.Own}).RelatedPerson(o)
		require.NoError(t, err)
		require.Equal(t, person.ID("P-55"), of)
		requireReported(t, fields(r), fields(back), out, in)
		require.Equal(t, r.Authority, back.Authority)
		require.Equal(t, r.Decides, back.Decides)
	})
}
