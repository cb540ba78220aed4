package fhir

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// resultingActivity is the type of what SDOHCC lets come back with a Task as what was done.
var resultingActivity = sp.Code{System: systemTemporary, Code: "resulting-activity", Display: "Resulting Activity"}

// contentTypes are the resources that SDOHCC lets go with a Task or come back with it. No
// other word of a partner is repeated in a report.
var contentTypes = []string{
	"CarePlan", "Condition", "Consent", "DocumentReference", "Goal", "Observation", "Procedure", "QuestionnaireResponse", "ServiceRequest",
}

// content is what went with a Task or came back with it, as far as it is known here.
type content struct {
	needs []Need
	waits bool // they are on a waiting list, by an Observation of their enrolment
}

// content reads the input or the output of a Task: needs, with what became of each, and
// whether somebody waits for a place. All else is reported: what was done, an activity, says
// nothing of a need.
func (r *in) content(element string, of person.ID) (c content) {
	severity := sp.Warning
	if element == "input" { // which we sent, or somebody asks us to look at
		severity = sp.Note
	}
	for i, one := range r.o.Get(element).All() {
		path := r.path(at(element, i))
		target, d := r.behind(one.Get("valueReference"))
		switch {
		case target != nil && r.needBehind(&c, path, target, d, of):
		case target != nil && target.Type() == "Observation" && codeIn(target.Get("valueCodeableConcept"), systemTemporary, "not-enrolled-on-waitlist"):
			c.waits = true
		case element == "input" && target == nil && one.Get("valueReference", "identifier", "system").Is(r.d.Own+"/need"): // as we sent it
		default:
			r.lose(Loss{Path: path, Theirs: contentType(one, target), Kind: Dropped, Severity: severity})
		}
	}
	return c
}

// needBehind takes a need of the person, and reports false of anything else.
func (r *in) needBehind(c *content, path string, target *resource.Object, d Decoder, of person.ID) bool {
	if target.Type() != "Condition" || of == "" {
		return false
	}
	n, lost, err := d.Condition(target)
	if err != nil || n.Person != of {
		return false
	}
	c.needs = append(c.needs, n)
	r.report = append(r.report, lost.within(path)...)
	return true
}

// behind returns what a reference leads to within the resource or the bundle, and how that
// is read.
func (r *in) behind(reference resource.Value) (*resource.Object, Decoder) {
	d := r.d
	d.within = nil // where it stands is known
	if id, contained := strings.CutPrefix(reference.Get("reference").Text(), "#"); contained {
		return r.o.Contained(id), d
	}
	if d.index == nil {
		return nil, d
	}
	target, entry, _ := d.index.Find(d.from, reference)
	d.from = entry
	return target, d
}

// contentType is the type of what is referred to, if it is one of the list, or else that it
// is what was done.
func contentType(one resource.Value, target *resource.Object) string {
	name, _, _ := strings.Cut(one.Get("valueReference", "reference").Text(), "/")
	if target != nil {
		name = target.Type()
	}
	switch {
	case slices.Contains(contentTypes, name):
		return name
	case codeIn(one.Get("type"), resultingActivity.System, resultingActivity.Code):
		return resultingActivity.Code
	}
	return ""
}

// codes are those of the needs, each once.
func (c content) codes() (all []needs.Code) {
	for _, n := range c.needs {
		if !slices.Contains(all, n.Code) {
			all = append(all, n.Code)
		}
	}
	return all
}

// result is what the needs that came back say of those that it was for: met if each of them
// is resolved, and unmet those that are still there. It is false where they do not speak of
// each: nobody guesses of the others.
func (c content) result(of []needs.Code) (r needs.Result, told bool) {
	for _, code := range of {
		here, met := false, true
		for _, n := range c.needs {
			if n.Code == code {
				here, met = true, met && n.Outcome == needs.Met
			}
		}
		if !here {
			return needs.Result{}, false
		}
		if !met {
			r.Unmet = append(r.Unmet, code)
		}
	}
	switch len(r.Unmet) {
	case 0:
		r.Outcome = needs.Met
	case len(of):
		r.Outcome = needs.NotMet
	default:
		r.Outcome = needs.PartlyMet
	}
	return r, len(of) > 0
}

// resultBy reads with which result something was completed: what our extension says, else
// what the needs say that came back, else that nobody knows.
func (r *in) resultBy(x recovered, came content, of []needs.Code) needs.Result {
	if said := x.result(); said.Outcome != "" {
		return said
	}
	if said, told := came.result(of); told {
		r.lose(Loss{Path: r.path("output"), Ours: "result " + string(said.Outcome), Theirs: "Condition.clinicalStatus", Kind: Coarsened})
		return said
	}
	r.lose(Loss{Path: r.path("output"), Ours: "result unknown", Kind: Defaulted, Severity: sp.Warning})
	return needs.Result{Outcome: needs.UnknownOutcome}
}
