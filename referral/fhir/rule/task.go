package rule

import (
	"cmp"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const survey = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp"

// tasksForThePatient are what SDOHCC 3.0.0 asks of a Task that the patient is to do.
var tasksForThePatient = []invariant{
	{"SDOHCC-TaskStatus", "has a status of a task for a patient", func(v resource.Value) bool {
		return is(v, "status", "ready", "in-progress", "completed", "cancelled", "on-hold", "failed", "entered-in-error")
	}},
	{"SDOHCC-TaskPriority", "is routine or urgent", func(v resource.Value) bool { return is(v, "priority", "routine", "urgent") }},
	{"SDOH-Task-1", "asks for exactly one questionnaire and says of which category, if one is to be completed", func(v resource.Value) bool {
		if !some(v.Get("code"), survey, "complete-questionnaire") {
			return true
		}
		one := 0
		for _, there := range []bool{typed(v, "input", survey, "questionnaire"), typed(v, "input", temporary, "questionnaire-pdf"), typed(v, "input", temporary, "questionnaire-url")} {
			if there {
				one++
			}
		}
		return one == 1 && typed(v, "input", temporary, "questionnaire-category")
	}},
	{"SDOH-Task-2", "describes what information it gives, and is answered with a response to it", func(v resource.Value) bool {
		return !some(v.Get("code"), temporary, "general-information") || has(v, "description") && allTyped(v, "general-information-response")
	}},
	{"SDOH-Task-3", "has material to review as its focus", func(v resource.Value) bool {
		return !some(v.Get("code"), temporary, "review-material") || of(v.Get("focus"), "DocumentReference")
	}},
	{"SDOH-Task-4", "says whom to contact", func(v resource.Value) bool {
		return !some(v.Get("code"), temporary, "make-contact") || typed(v, "input", temporary, "contact-entity")
	}},
	{"SDOH-Task-5", "is answered with a response, if it asks with a questionnaire", func(v resource.Value) bool {
		return !typed(v, "input", survey, "questionnaire") || !has(v, "output") || typed(v, "output", survey, "questionnaire-response")
	}},
	{"SDOH-Task-6", "is answered with a completed document, if it asks with one", func(v resource.Value) bool {
		return !typed(v, "input", temporary, "questionnaire-pdf") || !has(v, "output") || typed(v, "output", temporary, "questionnaire-pdf-completed")
	}},
	{"SDOH-Task-7", "describes the contact that is to be made, and is answered with the one that was chosen", func(v resource.Value) bool {
		return !some(v.Get("code"), temporary, "make-contact") || has(v, "description") && allTyped(v, "chosen-contact")
	}},
}

// typed reports whether an input or output of a Task has a type.
func typed(v resource.Value, name, system, code string) bool {
	return !each(v, name, func(one resource.Value) bool { return !some(one.Get("type"), system, code) })
}

// allTyped reports whether every output of a Task has a type of SDOHCC.
func allTyped(v resource.Value, code string) bool {
	return each(v, "output", func(one resource.Value) bool { return some(one.Get("type"), temporary, code) })
}

// of reports whether a reference leads to a type, as far as it says to which.
func of(reference resource.Value, resourceType string) bool {
	to := cmp.Or(new(checker).targetOf(reference.Get("reference").Text(), reference), reference.Get("type").Text(), resourceType)
	return !reference.IsZero() && to == resourceType
}
