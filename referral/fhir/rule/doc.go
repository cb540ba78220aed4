// Package rule says what is wrong with a FHIR R4 resource, before somebody else's server
// says so or, worse, does not.
//
// The JSON schema of R4 lets much pass that is no FHIR: a Task without an intent, two types
// of one value, an empty list, a reference to a patient where a request belongs, a status
// that no code list has. Validators let pass what a terminology server or a profile would
// have to tell them. [Check] looks for all of it:
//
//	for _, issue := range rule.Check(task, "SDOHCC-TaskForReferralManagement") {
//		fmt.Println(issue.Field, issue.Detail) // Task.focus: the profile asks for it
//	}
//
// It knows the elements of the resources that a social prescribing scheme exchanges, the
// data types, the invariants of R4 that a program can get wrong, and the profiles of
// SDOH Clinical Care 3.0.0 and of UK Core as far as they bind elements; of other resources
// what holds for all. It looks up no codes but those of required bindings, and follows
// references within the resource and its bundle only.
//
// An [sp.Error] makes the resource unfit to be sent or read, an [sp.Warning] is legal and
// probably a mistake. Details say the rule and never repeat what the resource holds.
package rule

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// Check returns what is wrong with a resource or with a bundle and the resources in it, in
// the order in which it is found; nothing if all is well. The profiles are those that the
// resource claims in meta.profile and those that also names, each by the last part of its
// URL: "SDOHCC-Consent", "UKCore-Patient". A profile is looked at where it fits the type.
func Check(o *resource.Object, also ...string) []sp.Issue {
	c := &checker{definitions: tables(), also: also}
	v := o.Value()
	name := o.Type()
	if name == "" || strings.ContainsAny(name, " \n") {
		name = "resource"
	}
	c.resource(&place{name: name, index: -1}, v, false)
	return c.found
}
