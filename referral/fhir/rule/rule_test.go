package rule_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/fhir/rule"
)

func parse(tb testing.TB, text string) *resource.Object {
	tb.Helper()
	o, err := resource.Parse([]byte(text))
	require.NoError(tb, err)
	return o
}

// errors are the places and codes of what makes a resource unfit, each "Task.intent missing".
func errors(o *resource.Object, also ...string) (all []string) {
	for _, i := range rule.Check(o, also...) {
		if i.Severity == sp.Error {
			all = append(all, i.Field+" "+i.Code)
		}
	}
	return all
}

// published are the faults that the examples have which HL7 and the NHS publish: all others
// are well.
var published = map[string][]string{
	"Basic-referral.json":                               {"Basic.modifierExtension[0] unknown-modifier", "Basic.modifierExtension[1] unknown-modifier", "Basic.modifierExtension[2] unknown-modifier"},
	"Observation-clinical-gender.json":                  {"Observation.performer[0] wrong-target"},
	"Questionnaire-zika-virus-exposure-assessment.json": {"Questionnaire.text.div empty"},
}

func TestCheckFindsNothingWrongInPublishedExamples(t *testing.T) {
	found := map[string][]string{}
	for _, folder := range []string{"r4-examples", "sdohcc", "sdohcc3/examples"} {
		files, err := filepath.Glob(filepath.Join(shared.Dir(t), "data/fhir", folder, "*.json"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			if wrong := errors(parse(t, string(text))); len(wrong) > 0 {
				found[filepath.Base(file)] = wrong
			}
		}
	}
	require.Equal(t, published, found)
}

const (
	task     = `{"resourceType":"Task","status":"accepted","intent":"order"}`
	referral = `{"resourceType":"Task","meta":{"profile":["http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-TaskForReferralManagement|3.0.0"]},"status":"accepted","intent":"order","code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},"focus":{"reference":"ServiceRequest/s"},"for":{"reference":"Patient/p"},"authoredOn":"2026-11-30T10:00:00Z","requester":{"reference":"Organization/o"}}`
	patient  = `{"resourceType":"Patient","id":"p"}`
	observed = `{"resourceType":"Observation","status":"final","code":{"text":"x"}}`
	booked   = `{"resourceType":"Appointment","status":"booked","start":"2026-11-30T10:00:00Z","end":"2026-11-30T11:00:00Z","participant":[{"actor":{"reference":"Patient/p"},"status":"accepted"}]}`
	asked    = `{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/p"}}`
	consent  = `{"resourceType":"Consent","status":"active","scope":{"text":"x"},"category":[{"text":"x"}],"policyRule":{"text":"x"}}`
	plan     = `{"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p"}}`
	goal     = `{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}}`
	story    = `{"resourceType":"Composition","status":"final","type":{"text":"x"},"date":"2026-11-30","author":[{"display":"x"}],"title":"x"}`
	sent     = `{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:a","resource":{"resourceType":"Patient"}}]}`
	concern  = `{"resourceType":"Condition","subject":{"reference":"Patient/p"}}`
)

func TestCheckFindsWhatTheSchemaMisses(t *testing.T) {
	for _, of := range []string{task, referral, patient, observed, booked, asked, consent, plan, goal, story, sent, concern} {
		require.Empty(t, rule.Check(parse(t, of)), of)
	}
	for _, tt := range []struct {
		name, of, member, value, want string // no value removes the member
	}{
		{"no intent", task, "intent", ``, "Task.intent missing"},
		{"two types of one value", observed, "valueBoolean", `true,"valueString":"yes"`, "Observation.valueString two-values"},
		{"two types of an extension's value", task, "extension", `[{"url":"https://a.example","valueBoolean":true,"valueString":"yes"}]`, "Task.extension[0].valueString two-values"},
		{"an empty array", task, "note", `[]`, "Task.note empty"},
		{"an empty object", task, "restriction", `{"period":{}}`, "Task.restriction.period empty"},
		{"an empty string", task, "for", `{"display":""}`, "Task.for.display empty"},
		{"null and no list beside it", patient, "address", `[{"line":["1 High St",null]}]`, "Patient.address[0].line[1] wrong-type"},
		{"parallel lists of unequal length", patient, "name", `[{"given":["Una"],"_given":[null,{"id":"a"}]}]`, "Patient.name[0]._given unequal"},
		{"a status that no code list has", asked, "status", `"suspended"`, "ServiceRequest.status unknown-code"},
		{"the status of another version", plan, "status", `"cancelled"`, "CarePlan.status unknown-code"},
		{"a target of another type", referral, "focus", `{"reference":"Patient/7"}`, "Task.focus wrong-target"},
		{"an appointment for a task", booked, "basedOn", `[{"reference":"Task/7"}]`, "Appointment.basedOn[0] wrong-target"},
		{"an address that leads to another type", asked, "subject", `{"reference":"https://a.example/fhir/Task/7/_history/2"}`, "ServiceRequest.subject wrong-target"},
		{"a search that leads to another type", asked, "subject", `{"reference":"Task?identifier=a"}`, "ServiceRequest.subject wrong-target"},
		{"an identifier of another type", asked, "subject", `{"type":"Task","identifier":{"value":"7"}}`, "ServiceRequest.subject wrong-target"},
		{"a type that the reference is not", task, "for", `{"reference":"Patient/7","type":"Group"}`, "Task.for.type inconsistent"},
		{"the thirtieth of February", patient, "birthDate", `"2026-02-30"`, "Patient.birthDate malformed"},
		{"a time without a zone", task, "authoredOn", `"2026-11-28T10:00:00"`, "Task.authoredOn malformed"},
		{"a day where a moment belongs", booked, "start", `"2026-11-28"`, "Appointment.start malformed"},
		{"an id with a slash", patient, "id", `"bay/S-1"`, "Patient.id malformed"},
		{"a fraction in a whole number", observed, "valueInteger", `1.0`, "Observation.valueInteger wrong-type"},
		{"a control character", patient, "name", `[{"text":"a\u0000"}]`, "Patient.name[0].text malformed"},
		{"what is contained is missing", task, "for", `{"reference":"#p"}`, "Task.for.reference dangling"},
		{"what is contained is not referred to", task, "contained", `[{"resourceType":"Patient","id":"p"}]`, "Task.contained[0] unreferenced"},
		{"what is contained contains", task, "for", `{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient","id":"q"}]}]`, "Task.contained[0].contained[0] nested"},
		{"what is contained is of another type", asked, "subject", `{"reference":"#t"},"contained":[{"resourceType":"Task","id":"t","status":"draft","intent":"order"}]`, "ServiceRequest.subject wrong-target"},
		{"a request in a collection", sent, "entry", `[{"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient"}}]`, "Bundle bdl-3"},
		{"two entries with one fullUrl", sent, "entry", `[{"fullUrl":"urn:uuid:a","resource":{"resourceType":"Patient"}},{"fullUrl":"urn:uuid:a","resource":{"resourceType":"Patient"}}]`, "Bundle bdl-7"},
		{"a relative fullUrl", sent, "entry", `[{"fullUrl":"Patient/7","resource":{"resourceType":"Patient"}}]`, "Bundle fullUrl-absolute"},
		{"a fullUrl of another id", sent, "entry", `[{"fullUrl":"https://a.example/Patient/7","resource":{"resourceType":"Patient","id":"8"}}]`, "Bundle fullUrl-absolute"},
		{"a document without a Composition", sent, "type", `"document"`, "Bundle bdl-11"},
		{"a fault in an entry", sent, "entry", `[{"resource":` + strings.Replace(task, `,"intent":"order"`, "", 1) + `}]`, "Bundle.entry[0].resource.intent missing"},
		{"a reference within a bundle to another type", sent, "entry", `[{"fullUrl":"urn:uuid:a","resource":` + task + `},{"fullUrl":"urn:uuid:b","resource":` + strings.Replace(asked, "Patient/p", "urn:uuid:a", 1) + `}]`, "Bundle.entry[1].resource.subject wrong-target"},
		{"modified before it was authored", task, "authoredOn", `"2026-11-28","lastModified":"2026-11-27T10:00:00Z"`, "Task inv-1"},
		{"booked without an end", booked, "end", ``, "Appointment app-2"},
		{"missed, with a reason of cancellation", booked, "cancelationReason", `{"text":"x"}`, "Appointment app-4"},
		{"a value, and why it is absent", observed, "dataAbsentReason", `{"text":"x"},"valueString":"y"`, "Observation obs-6"},
		{"ended and active", concern, "abatementDateTime", `"2026"`, "Condition con-4"},
		{"a plan's activity twice over", plan, "activity", `[{"reference":{"display":"x"},"detail":{"status":"scheduled"}}]`, "CarePlan cpl-3"},
		{"consent by no policy", consent, "policyRule", ``, "Consent ppc-1"},
		{"a target of nothing", goal, "target", `[{"detailString":"x"}]`, "Goal gol-1"},
		{"an empty section", story, "section", `[{"title":"x"}]`, "Composition cmp-1"},
		{"a detail of no order", asked, "orderDetail", `[{"text":"x"}]`, "ServiceRequest prr-1"},
		{"a period that ends first", task, "executionPeriod", `{"start":"2026-11-28","end":"2026-11-27"}`, "Task.executionPeriod per-1"},
		{"an element of R5", asked, "code", `{"concept":{"text":"x"}}`, "ServiceRequest.code.concept unknown-element"},
		{"an element in the wrong case", task, "Status", `"draft"`, "Task.Status unknown-element"},
		{"an unknown modifier in a part", task, "input", `[{"type":{"text":"x"},"valueString":"y","modifierExtension":[{"url":"https://a.example","valueBoolean":true}]}]`, "Task.input[0].modifierExtension[0] unknown-modifier"},
		{"rules of somebody", task, "implicitRules", `"https://a.example"`, "Task.implicitRules unknown-modifier"},
		{"a text that acts", task, "text", `{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p onclick=\"x()\">a</p></div>"}`, "Task.text.div active"},
		{"a task for a practitioner", referral, "for", `{"reference":"Practitioner/7"}`, "Task.for wrong-target"},
		{"a task without focus", referral, "focus", ``, "Task.focus missing"},
		{"a task without requester", referral, "requester", ``, "Task.requester missing"},
		{"a task that is a plan", referral, "intent", `"plan"`, "Task.intent unknown-code"},
		{"a task to approve", referral, "code", `{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"approve"}]}`, "Task.code unknown-code"},
		{"a task received", referral, "status", `"received"`, "Task SDOHCC-ReferralTaskStatus"},
		{"a reason without text", referral, "statusReason", `{"coding":[{"system":"https://a.example","code":"x"}]}`, "Task statusReason-text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := parse(t, tt.of)
			text := string(o.Set(tt.member, resource.Value{}).Append(nil))
			if tt.value != "" {
				text = strings.TrimSuffix(text, "}") + `,"` + tt.member + `":` + tt.value + "}"
			}
			require.Contains(t, errors(parse(t, text)), tt.want)
		})
	}
}

func TestCheckWarnsOfWhatIsLegalAndLikelyAMistake(t *testing.T) {
	for _, tt := range []struct{ member, value, want string }{
		{"code", `{"coding":[{"code":"approve"}]}`, "Task.code.coding[0] no-system"},
		{"code", `{"coding":[{"system":"http://snomed.info/sct","code":"871731000000107"}]}`, "Task.code.coding[0].code bad-check-digit"},
	} {
		issues := rule.Check(parse(t, strings.TrimSuffix(task, "}")+`,"`+tt.member+`":`+tt.value+"}"))
		require.Len(t, issues, 1)
		require.Equal(t, sp.Warning, issues[0].Severity)
		require.Equal(t, tt.want, issues[0].Field+" "+issues[0].Code)
	}
}

func TestCheckLooksAtProfiles(t *testing.T) {
	require.Equal(t, []string{"ServiceRequest.code missing"}, errors(parse(t, asked), "SDOHCC-ServiceRequest"))
	require.ElementsMatch(t, []string{"Consent.patient missing", "Consent.dateTime missing", "Consent.organization missing", "Consent.source missing", "Consent category"}, errors(parse(t, consent), "SDOHCC-Consent"))
	require.ElementsMatch(t, []string{"Condition.category missing", "Condition.code missing", "Condition SDOH-Con-2", "Condition SDOH-Con-3"}, errors(parse(t, concern), "SDOHCC-Condition"))
	require.Empty(t, errors(parse(t, task), "SDOHCC-Consent"), "a profile of another type")
	twice := `{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"},{"system":"http://fhir.nhs.uk/id/nhs-number","value":"9990000026"}]}`
	require.Equal(t, []string{"Patient.identifier[1] cardinality"}, errors(parse(t, twice), "UKCore-Patient"))
	require.Empty(t, errors(parse(t, twice)))
}

func TestCheckHoldsWhatSDOHCCAsksOfATaskForThePatient(t *testing.T) {
	const (
		fits      = `{"resourceType":"Task","status":"ready","intent":"order","priority":"routine","for":{"reference":"Patient/p"},"authoredOn":"2026-11-30T10:00:00Z","requester":{"reference":"Organization/o"},"owner":{"reference":"Patient/p"}`
		survey    = `"http://hl7.org/fhir/uv/sdc/CodeSystem/temp"`
		temporary = `"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"`
	)
	code := func(system, code string) string {
		return `,"code":{"coding":[{"system":` + system + `,"code":"` + code + `"}]}`
	}
	part := func(list, system, code string) string {
		return `,"` + list + `":[{"type":{"coding":[{"system":` + system + `,"code":"` + code + `"}]},"valueString":"x"}]`
	}
	two := strings.TrimSuffix(part("input", survey, "questionnaire"), "]") + "," + strings.TrimPrefix(part("input", temporary, "questionnaire-category"), `,"input":[`)
	for _, tt := range []struct{ name, members, want string }{
		{"a questionnaire with its category", code(survey, "complete-questionnaire") + two, ""},
		{"a questionnaire of no category", code(survey, "complete-questionnaire") + part("input", survey, "questionnaire"), "SDOH-Task-1"},
		{"information that is described", code(temporary, "general-information") + `,"description":"x"`, ""},
		{"information that nobody describes", code(temporary, "general-information"), "SDOH-Task-2"},
		{"information that is answered with a contact", code(temporary, "general-information") + `,"description":"x"` + part("output", temporary, "chosen-contact"), "SDOH-Task-2"},
		{"a document to review", code(temporary, "review-material") + `,"focus":{"reference":"DocumentReference/d"}`, ""},
		{"a person to review", code(temporary, "review-material") + `,"focus":{"reference":"Patient/p"}`, "SDOH-Task-3"},
		{"nothing to review", code(temporary, "review-material"), "SDOH-Task-3"},
		{"somebody to contact", code(temporary, "make-contact") + `,"description":"x"` + part("input", temporary, "contact-entity"), ""},
		{"nobody to contact", code(temporary, "make-contact") + `,"description":"x"`, "SDOH-Task-4"},
		{"a questionnaire that is answered with a document", code(survey, "complete-questionnaire") + two + part("output", temporary, "questionnaire-pdf-completed"), "SDOH-Task-5"},
		{"a document that is answered with a questionnaire", code(temporary, "general-information") + `,"description":"x"` + part("input", temporary, "questionnaire-pdf") + part("output", temporary, "general-information-response"), "SDOH-Task-6"},
		{"a contact that nobody describes", code(temporary, "make-contact") + part("input", temporary, "contact-entity"), "SDOH-Task-7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := errors(parse(t, fits+tt.members+"}"), "SDOHCC-TaskForPatient")
			if tt.want == "" {
				require.Empty(t, found)
				return
			}
			require.Equal(t, []string{"Task " + tt.want}, found)
		})
	}
}

func TestCheckHoldsTheValueSetsThatUKCoreRequires(t *testing.T) {
	extended := func(name, system, code string) string {
		return `"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-` + name + `","valueCodeableConcept":{"coding":[{"system":"` + system + `","code":"` + code + `"}]}}]`
	}
	number := func(extension string) string {
		return `"identifier":[{` + extension + `,"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}]`
	}
	const uk, v3 = "https://fhir.hl7.org.uk/CodeSystem/UKCore-", "http://terminology.hl7.org/CodeSystem/v3-"
	for _, tt := range []struct{ name, members, want string }{
		{"a sex at birth that is listed", extended("BirthSex", v3+"AdministrativeGender", "UN"), ""},
		{"a sex at birth that is not known", extended("BirthSex", v3+"NullFlavor", "UNK"), ""},
		{"a sex at birth by the codes of gender", extended("BirthSex", "http://hl7.org/fhir/administrative-gender", "female"), "Patient.extension[0].valueCodeableConcept"},
		{"a status of an NHS number in words", number(extended("NHSNumberVerificationStatus", uk+"NHSNumberVerificationStatus", "trace-required")), ""},
		{"a status of an NHS number by the dictionary", number(extended("NHSNumberVerificationStatus", uk+"NHSNumberVerificationStatusEngland", "03")), ""},
		{"a status of an NHS number that nobody lists", number(extended("NHSNumberVerificationStatus", uk+"NHSNumberVerificationStatusEngland", "09")), "Patient.identifier[0].extension[0].valueCodeableConcept"},
		{"a language", `"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"pt-BR"}]}}]`, ""},
		{"a language that is a name", `"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"Portuguese (Brazil)"}]}}]`, "Patient.communication[0].language"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := errors(parse(t, `{"resourceType":"Patient",`+tt.members+"}"), "UKCore-Patient")
			if tt.want == "" {
				require.Empty(t, found)
				return
			}
			require.Equal(t, []string{tt.want + " unknown-code"}, found)
		})
	}
	shown := `{"resourceType":"Appointment",` + extended("DeliveryChannel", uk+"DeliveryChannel", "Fax") + `,"status":"proposed","participant":[{"actor":{"reference":"Patient/p"},"status":"accepted"}]}`
	require.Equal(t, []string{"Appointment.extension[0].valueCodeableConcept unknown-code"}, errors(parse(t, shown), "UKCore-Appointment"))
}

// FuzzCheck holds that no resource makes it panic, and that it says the same twice.
func FuzzCheck(f *testing.F) {
	for _, one := range []string{task, referral, booked, consent, plan, story, sent, `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle","entry":[{"resource":{}}]}}]}`, `{"resourceType":7,"contained":[{"contained":[null]}],"_x":[1]}`} {
		f.Add([]byte(one))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := resource.Parse(text)
		if err != nil {
			return
		}
		found := rule.Check(o, "SDOHCC-Consent", "UKCore-Patient", "SDOHCC-TaskForPatient")
		require.Equal(t, found, rule.Check(o, "SDOHCC-Consent", "UKCore-Patient", "SDOHCC-TaskForPatient"))
	})
}
