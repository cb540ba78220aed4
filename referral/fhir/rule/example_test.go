package rule_test

import (
	"fmt"

	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/fhir/rule"
)

// A task that the R4 schema accepts, and that no receiver can use.
func ExampleCheck() {
	task, err := resource.Parse([]byte(`{"resourceType":"Task","status":"received","intent":"order","note":[],"focus":{"reference":"Patient/7"},
		"code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},"authoredOn":"2026-11-30"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, issue := range rule.Check(task, "SDOHCC-TaskForReferralManagement") {
		fmt.Printf("%s: %s\n", issue.Field, issue.Detail)
	}
	// Output:
	// Task.note: a list that is there has elements
	// Task.focus: must refer to ServiceRequest
	// Task.for: the profile asks for it
	// Task.requester: the profile asks for it
	// Task: has no status received or ready
}
