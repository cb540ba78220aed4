package main

import (
	"strings"
	"time"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// known is what the clinic knows the GP's patients and practice by.
func known(kind string, reference resource.Value) (string, bool) {
	id, ok := map[string]string{"person Patient/4711": "P-omar", "organisation Organization/p81001": "sandholme/practice"}[kind+" "+reference.Get("reference").Text()]
	return id, ok
}

// request is what the GP's system sends.
const request = `{"resourceType":"ServiceRequest","id":"77","identifier":[{"system":"https://gp.example/requests","value":"77"}],"status":"active","intent":"order",
 "priority":"stat","subject":{"reference":"Patient/4711"},"authoredOn":"2026-03-20T16:45:00Z","requester":{"reference":"Organization/p81001"},
 "reasonCode":[{"coding":[{"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes","code":"food-insecurity"}]},{"text":"said that the fridge is empty"}]}`

// sang is what comes back from the choir with its last answer: what was done, and that the
// need is over, in the words of SDOHCC.
const sang = `{"resourceType":"Bundle","type":"collection","entry":[
 {"fullUrl":"https://choir.example/Task/9"},
 {"fullUrl":"https://choir.example/Procedure/4","resource":{"resourceType":"Procedure","id":"4","status":"completed","subject":{"reference":"Patient/n"},"code":{"text":"twelve evenings of song"}}},
 {"fullUrl":"https://choir.example/Condition/5","resource":{"resourceType":"Condition","id":"5","subject":{"identifier":{"system":"` + own + `/person","value":"P-nadia"}},
  "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},
  "code":{"coding":[{"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes","code":"social-connection"}]}}}]}`

// output is what the Task of the choir says came of it.
const output = `{"output":[
 {"type":{"coding":[{"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes","code":"resulting-activity"}]},"valueReference":{"reference":"Procedure/4"}},
 {"type":{"coding":[{"system":"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes","code":"additional-content"}]},"valueReference":{"reference":"Condition/5"}}]}`

// outcome is the last answer of the choir, in a bundle with what came of it.
func outcome(task *resource.Object, at time.Time) (*resource.Bundle, error) {
	o, err := resource.Parse([]byte(sang))
	if err != nil {
		return nil, err
	}
	came, err := resource.Parse([]byte(output))
	if err != nil {
		return nil, err
	}
	b, _ := resource.BundleOf(o)
	b.Entries[0].Resource = task.Clone().Set("id", resource.Text("9")).Set("status", resource.Text("completed")).Set("lastModified", resource.Moment(at, nil)).
		Set("output", came.Get("output")).Remove("businessStatus", "extension")
	return b, nil
}

// unread is the request with something in it that changes its meaning.
func unread() string {
	return strings.Replace(request, `"status"`, `"modifierExtension":[{"url":"https://gp.example/not","valueBoolean":true}],"status"`, 1)
}
