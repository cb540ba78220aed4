package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
)

// bundled returns a case as a bundle, with what somebody has added to it.
func bundled(t *testing.T, c fhir.Case, more ...string) *resource.Bundle {
	t.Helper()
	e := encoder(fhir.England())
	e.May = tellAll{}
	b, _ := e.Case(c, fhir.Collection)
	for i, text := range more {
		o, err := resource.Parse([]byte(text))
		require.NoError(t, err)
		b.Add("urn:uuid:added-"+strings.Repeat("x", i+1), o)
	}
	o, err := resource.Parse(b.Whole().Append(nil))
	require.NoError(t, err)
	again, ok := resource.BundleOf(o)
	require.True(t, ok)
	return again
}

// named is a reference to something of ours.
func named(kind, id string) string {
	return `{"identifier":{"system":"` + own + "/" + kind + `","value":"` + id + `"}}`
}

func identified(kind, id string) string {
	return `"identifier":[{"system":"` + own + "/" + kind + `","value":"` + id + `"}]`
}

func TestDecoderCaseMixesNoTwoPeople(t *testing.T) {
	c := linked()
	c.Person = &person.Person{ID: "P-1", Name: sp.Hide(person.Name{Given: "Una"})}
	c.Sessions = []fhir.Session{{View: session.View{ID: "S-1", Placement: "PL-1", Person: "P-1", State: session.StatePlanned, Start: referraltest.Day(5)}}}
	task := func(kind, id, focus, of string) string {
		return `{"resourceType":"Task",` + identified(kind, id) + `,"status":"rejected","intent":"order","focus":` + named("placement", focus) + `,"for":` + named("person", of) + `}`
	}
	for _, tt := range []struct{ name, added string }{
		{"a second Patient", `{"resourceType":"Patient",` + identified("person", "P-2") + `,"name":[{"given":["Vera"]}]}`},
		{"a placement of somebody else", task("placement", "PL-2", "PL-2", "P-2")},
		{"a second Task of the same placement", task("placement", "PL-1", "PL-1", "P-1")},
		{"a Task of the same placement for somebody else", task("placement", "PL-1", "PL-1", "P-2")},
		{"an order for somebody else", `{"resourceType":"ServiceRequest",` + identified("placement", "PL-2") + `,"status":"active","intent":"order","basedOn":[` + named("referral", "R-1") + `],"subject":` + named("person", "P-2") + `}`},
		{"an order of another referral", `{"resourceType":"ServiceRequest",` + identified("placement", "PL-2") + `,"status":"active","intent":"order","basedOn":[` + named("referral", "R-2") + `],"subject":` + named("person", "P-1") + `}`},
		{"a second referral", `{"resourceType":"ServiceRequest",` + identified("referral", "R-2") + `,"status":"active","intent":"order","subject":` + named("person", "P-2") + `}`},
		{"a session of somebody else", `{"resourceType":"Appointment",` + identified("session", "S-2") + `,"status":"booked","start":"2026-11-30T10:00:00Z","end":"2026-11-30T11:00:00Z","participant":[{"actor":` + named("person", "P-2") + `,"status":"accepted"}]}`},
		{"the same session twice", `{"resourceType":"Appointment",` + identified("session", "S-1") + `,"status":"cancelled","start":"2026-11-30T10:00:00Z","end":"2026-11-30T11:00:00Z","participant":[{"actor":` + named("person", "P-1") + `,"status":"accepted"}]}`},
		{"a worry about somebody else", `{"resourceType":"Flag","status":"active","code":{"text":"x"},"subject":` + named("person", "P-2") + `}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want, _, err := decoder(fhir.England()).Case(bundled(t, c))
			require.NoError(t, err)
			b := bundled(t, c, tt.added)
			got, lost, err := decoder(fhir.England()).Case(b)
			require.NoError(t, err)
			require.Equal(t, "Una", got.Person.Name.Reveal().Given)
			require.Len(t, got.Carried, 1, "it is carried")
			require.NotEmpty(t, lost.Of(fhir.Refused), "%s", lost)
			require.Empty(t, differing(t, want, got), "and the case is as it was without it")
			require.NotContains(t, lost.String(), "Vera")
		})
	}
}

func TestDecoderCaseTakesNoStateFromTheTaskOfAnotherReferral(t *testing.T) {
	c := linked()
	c.Referral.State = referral.StateReceived
	b := bundled(t, c,
		`{"resourceType":"ServiceRequest",`+identified("referral", "R-2")+`,"status":"active","intent":"order","subject":`+named("person", "P-1")+`}`,
		`{"resourceType":"Task","status":"in-progress","intent":"order","focus":{"reference":"urn:uuid:added-x"}}`)
	got, lost, err := decoder(fhir.England()).Case(b)
	require.NoError(t, err)
	require.Equal(t, referral.StateReceived, got.Referral.State)
	require.Len(t, got.Carried, 2)
	require.Len(t, lost.Of(fhir.Refused), 2)
}

func TestDecoderSurvivesHostileBundles(t *testing.T) {
	request := `{"resourceType":"ServiceRequest",` + identified("referral", "R-1") + `,"status":"active","intent":"order","priority":"routine","subject":` + named("person", "P-1") + `,"authoredOn":"2026-11-30T10:00:00Z"`
	bundle := func(entries ...string) string {
		return `{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(entries, ",") + `]}`
	}
	entry := func(url, resource string) string { return `{"fullUrl":"` + url + `","resource":` + resource + `}` }
	for _, tt := range []struct {
		name, text string
		lost       string // path of a loss
		refused    bool   // the whole case
	}{
		{"bundles within bundles", bundle(entry("urn:uuid:a", request+"}"), `{"resource":`+bundle(`{"resource":`+bundle(entry("urn:uuid:a", request+"}"))+`}`)+`}`), "", false},
		{"a request based on itself", bundle(entry("urn:uuid:a", request+`,"basedOn":[{"reference":"urn:uuid:a"}]}`)), "", true},
		{"Tasks that are parts of each other", bundle(entry("urn:uuid:r", request+"}"), entry("urn:uuid:a", `{"resourceType":"Task","status":"accepted","intent":"order","focus":{"reference":"urn:uuid:b"},"partOf":[{"reference":"urn:uuid:b"}]}`), entry("urn:uuid:b", `{"resourceType":"Task","status":"accepted","intent":"order","focus":{"reference":"urn:uuid:a"},"partOf":[{"reference":"urn:uuid:a"}]}`)), "Bundle.entry[1]", false},
		{"two entries of one address", bundle(entry("urn:uuid:p", `{"resourceType":"Patient","id":"1",`+identified("person", "P-1")+`}`), entry("urn:uuid:p", `{"resourceType":"Patient","id":"2",`+identified("person", "P-2")+`}`), entry("urn:uuid:r", strings.Replace(request, named("person", "P-1"), `{"reference":"urn:uuid:p"}`, 1)+"}")), "Bundle.entry[2].resource.subject", false},
		{"two versions of one address without resources", `{"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"urn:uuid:p"},{"fullUrl":"urn:uuid:p"},` + entry("urn:uuid:r", strings.Replace(request, named("person", "P-1"), `{"reference":"urn:uuid:p/_history/1"}`, 1)+"}") + `]}`, "Bundle.entry[2].resource.subject", false},
		{"two who are contained under one name", bundle(entry("urn:uuid:r", strings.Replace(request, named("person", "P-1"), `{"reference":"#p"}`, 1)+`,"contained":[{"resourceType":"Patient","id":"p",`+identified("person", "P-1")+`},{"resourceType":"Patient","id":"p",`+identified("person", "P-2")+`}]}`)), "Bundle.entry[0].resource.subject", false},
		{"a number beyond all bounds", bundle(entry("urn:uuid:r", request+`,"extension":[{"url":"`+fhir.Extensions+`referral","extension":[{"url":"attempts","valueInteger":99999999999999999999}]}]}`)), "", false},
		{"a value of another type", bundle(entry("urn:uuid:r", request+`,"extension":[{"url":"`+fhir.Extensions+`referral","extension":[{"url":"attempts","valueString":"many"},{"url":"state","valueInteger":1},{"url":"ended","valueBoolean":true}]}]}`)), "", false},
		{"a time that no day has", bundle(entry("urn:uuid:r", strings.Replace(request, "2026-11-30T10:00:00Z", "2026-02-30T25:61:61Z", 1)+"}")), "Bundle.entry[0].resource.authoredOn", false},
		{"a time before all time", bundle(entry("urn:uuid:r", strings.Replace(request, "2026-11-30T10:00:00Z", "0000-01-01T00:00:00+14:00", 1)+"}")), "Bundle.entry[0].resource.authoredOn", false},
		{"the last second of all time", bundle(entry("urn:uuid:r", strings.Replace(request, "2026-11-30T10:00:00Z", "9999-12-31T23:59:60-14:00", 1)+"}")), "Bundle.entry[0].resource.authoredOn", false},
		{"a priority that is a list", bundle(entry("urn:uuid:r", strings.Replace(request, `"routine"`, `["routine"]`, 1)+"}")), "Bundle.entry[0].resource.priority", false},
		{"a subject that is a list", bundle(entry("urn:uuid:r", strings.Replace(request, named("person", "P-1"), "["+named("person", "P-1")+"]", 1)+"}")), "Bundle.entry[0].resource.subject", false},
		{"no resource is what it says", bundle(entry("urn:uuid:r", request+"}"), entry("urn:uuid:x", `{"resourceType":7}`), `{"resource":{"resourceType":"Task"}}`), "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := resource.Parse([]byte(tt.text))
			require.NoError(t, err)
			b, ok := resource.BundleOf(o)
			require.True(t, ok)
			for _, p := range profiles() {
				c, lost, err := decoder(p).Case(b)
				if tt.refused {
					require.ErrorIs(t, err, sp.ErrInvalid)
					continue
				}
				require.NoError(t, err)
				if tt.lost != "" {
					require.NotEmpty(t, lost.Under(tt.lost), "%s", lost)
				}
				require.NotEmpty(t, encoder(p).Profile.Name)
				encoder(p).Case(c, fhir.Transaction)
				p.Validate(o)
				kept := referral.NewCase(referral.New(c.Referral.ID, referraltest.AllowAll{}))
				_, _ = c.Replay(kept, referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 90))
			}
		})
	}
}

func TestEncoderCaseForThePersonHasNoTraceOfASafeguardingFlag(t *testing.T) {
	c := linked()
	c.Flags = []concern.Concern{{ID: "F-secret", Kind: concern.Safeguarding, Raised: referraltest.Day(3), By: sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}}}
	for _, p := range profiles() {
		for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
			e := encoder(p)
			e.May, e.To, e.As = tellAll{}, sp.Actor{ID: "P-1", Role: sp.RolePerson, For: "P-1"}, consent.ThePerson
			b, lost := e.Case(c, as)
			require.NotContains(t, written(b), "F-secret")
			require.NotContains(t, strings.ToLower(written(b)), "safeguarding")
			for _, l := range lost.Under("flags") {
				require.Empty(t, l.Ours+l.Theirs)
			}
		}
	}
}

func TestDecoderErrorsNameNobody(t *testing.T) {
	const secret = "Zebediah-Quux"
	c := linked()
	for _, e := range bundled(t, c).Entries {
		text := string(e.Resource.Append(nil))
		for _, broken := range []string{
			strings.ReplaceAll(text, `"P-1"`, `"`+secret+`"`), strings.Replace(text, `"status":"`, `"status":"`+secret, 1), strings.ReplaceAll(text, `"code":"`, `"code":"`+secret),
			strings.TrimSuffix(text, "}") + `,"modifierExtension":[{"url":"` + secret + `"}]}`,
		} {
			o, err := resource.Parse([]byte(broken))
			require.NoError(t, err)
			b := resource.NewBundle("collection")
			b.Add("urn:uuid:1", o)
			_, lost, err := decoder(fhir.England()).Case(b)
			if err != nil {
				require.NotContains(t, err.Error(), secret)
			}
			require.NotContains(t, lost.String(), secret)
			_, _, err = trip(decoder(fhir.England()), encoder(fhir.England()), o)
			if err != nil {
				require.NotContains(t, err.Error(), secret)
			}
			for _, issue := range fhir.SDOHCC().Validate(o) {
				require.NotContains(t, issue.Error(), secret)
			}
		}
	}
}

// What was written with a permission cannot be read with less by writing onto it again: what
// is modelled goes, and the rest stays by the word of whoever passes it on.
func TestEncoderTakesAwayWhatIsNoLongerPermitted(t *testing.T) {
	p := linked().Placements[0]
	p.State, p.Reason.Code = placement.StateDeclined, "distance"
	e := encoder(fhir.England())
	e.May = tellAll{}
	before, _ := e.Order(p, nil)
	require.Contains(t, string(before.Append(nil)), "loneliness")
	e.May = allow("status service")
	after, lost := e.Order(p, before)
	require.NotContains(t, string(after.Append(nil)), "loneliness")
	require.NotEmpty(t, lost.Of(fhir.Withheld))
	task, _ := encoder(fhir.England()).Task(p, nil)
	after, _ = e.Task(p, task)
	require.NotContains(t, string(after.Append(nil)), "distance")
	require.NotContains(t, string(after.Append(nil)), "loneliness")
}

// A partner's patient is theirs by whatever they are known by here, and by nothing that is
// made of their number.
func TestDecoderCaseKnowsAPartnersPatientByTheirIdentifiers(t *testing.T) {
	const body = `{"resourceType":"Bundle","type":"collection","entry":[
		{"fullUrl":"urn:uuid:1","resource":{"resourceType":"ServiceRequest","id":"77","status":"active","intent":"order","subject":{"reference":"urn:uuid:2"},"requester":{"reference":"urn:uuid:2"},"authoredOn":"2026-03-20T16:45:00Z"}},
		{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"9990000026","identifier":[{"system":"https://gp.example/local","value":"4711"},{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000026"}],"name":[{"given":["Vera"]}]}},
		{"fullUrl":"urn:uuid:3","resource":{"resourceType":"Patient","id":"x","name":[{"given":["Una"]}]}}]}`
	b, ok := resource.BundleOf(parse(t, body))
	require.True(t, ok)
	for _, tt := range []struct {
		name  string
		known func(kind string, reference resource.Value) (string, bool)
		want  person.ID
	}{
		{"nobody", nil, ""},
		{"by their NHS number", func(kind string, reference resource.Value) (string, bool) {
			return "P-1", kind == "person" && reference.Get("identifier", "value").Is("9990000026")
		}, "P-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decoder(fhir.England())
			d.Known = tt.known
			c, lost, err := d.Case(b)
			require.NoError(t, err)
			require.Equal(t, tt.want, c.Referral.Person)
			require.Equal(t, tt.want, c.Person.ID)
			require.Equal(t, "Vera", c.Person.Name.Reveal().Given)
			require.Equal(t, sp.RolePerson, c.Referral.Referrer.Role, "they referred themself")
			require.Len(t, c.Carried, 1, "whoever else is there is not theirs")
			require.Equal(t, tt.want == "", len(lost.Under("Bundle.entry[1].resource.identifier")) == 1, "%s", lost)
			one, _, err := d.Patient(b.Entries[1].Resource)
			require.NoError(t, err)
			require.Equal(t, tt.want, one.ID)
		})
	}
}
