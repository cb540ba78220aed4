package fhir

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
)

// pertainsToGoal is the extension of R4 by which a request says towards which goal it is.
const pertainsToGoal = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"

// The types of what SDOHCC lets go with a Task, and come back with it.
var additionalContent = sp.Code{System: systemTemporary, Code: "additional-content", Display: "Additional Content"}

// asToContact returns the case with what its person says about being contacted, where
// nobody has said more.
func (c *Case) asToContact(p person.Person) Case {
	as := *c
	if mayContact(p) != sp.No {
		return as
	}
	if as.Referral.Contact == sp.Unknown {
		as.Referral.Contact = sp.No
	}
	as.Placements = slices.Clone(c.Placements)
	for i := range as.Placements {
		if one := &as.Placements[i]; one.Contact == sp.Unknown {
			one.Contact = sp.No
		}
	}
	return as
}

// goalsOf returns the goals towards which a placement is: those that a step of a plan which
// it carries belongs to.
func (c *Case) goalsOf(id placement.ID) (goals []Goal) {
	for _, plan := range c.Plans {
		for _, item := range plan.Items {
			for _, step := range item.Steps {
				if step.Carrier == string(id) {
					goals = append(goals, Goal{Assessment: plan.Assessment})
					goals[len(goals)-1].ID = item.Goal
				}
			}
		}
	}
	return goals
}

// shown returns a reference to an entry of the bundle, and none where it has no such entry.
func (p *packer) shown(resourceType, kind, id string) resource.Value {
	if !p.e.present[p.e.url(resourceType, kind, id)] {
		return resource.Value{}
	}
	return p.e.ref(resourceType, kind, id)
}

// pertains writes towards which goals a request is, of those that the reader may know.
func (p *packer) pertains(o *resource.Object, goals []Goal) {
	var all []resource.Value
	for _, one := range o.Get("extension").All() {
		all = append(all, one)
	}
	for _, g := range goals {
		if goal := p.shown("Goal", "goal", partOf(g.Assessment, g.ID)); !goal.IsZero() {
			all = append(all, object().Set("url", resource.Text(pertainsToGoal)).Set("valueReference", goal).Value())
		}
	}
	o.Set("extension", resource.List(all...))
}

// permitted writes by which permissions a request is made, of those that are in the bundle.
func (p *packer) permitted(o *resource.Object, c Case) {
	var all []resource.Value
	for _, one := range o.Get("supportingInfo").All() {
		all = append(all, one)
	}
	for _, x := range c.Choices {
		all = append(all, p.shown("Consent", "choice", string(x.ID)))
	}
	o.Set("supportingInfo", resource.List(all...))
}

// contents writes which needs go with a Task, as far as they were disclosed to the provider,
// and which it was to meet once it is done: as they stand, each says whether it still is.
func (p *packer) contents(o *resource.Object, c Case, one Placement) {
	told := func(n Need) bool {
		return slices.ContainsFunc(one.Disclosed, func(i placement.Item) bool { return i.Field == placement.FieldNeed && i.Code == string(n.Code) })
	}
	for _, list := range []struct {
		name string
		of   func(Need) bool
		on   bool
	}{
		{"input", told, true},
		{"output", func(n Need) bool { return slices.Contains(one.Needs, n.Code) }, one.State == placement.StateCompleted},
	} {
		var all []resource.Value
		for _, n := range c.Needs {
			need := p.shown("Condition", "need", partOf(n.Assessment, n.ID))
			if list.on && list.of(n) && !need.IsZero() {
				all = append(all, object().Set("type", concept("", additionalContent)).Set("valueReference", need).Value())
			}
		}
		o.Set(list.name, resource.List(all...))
	}
}
