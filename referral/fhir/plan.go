package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// CarePlan writes a plan, if the permission lets the reader see goals: which goals there are,
// who is to do something by when, and what is carried by a placement. The person's own words
// - what matters to them, how to support them, what was agreed - are written only where they
// permitted that too.
func (e Encoder) CarePlan(p needs.Plan, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(p.Person, "goal", "") {
		return nil, Report{{Path: "plan", Theirs: "CarePlan", Kind: Withheld}}
	}
	w := e.begin("CarePlan", onto)
	w.identify("plan", string(p.Assessment))
	w.keep("status", resource.Text("active"))
	w.keep("intent", resource.Text("plan"))
	w.o.Set("subject", e.ref("Patient", "person", string(p.Person)))
	told := w.may("words", p.Person, wordsField)
	var matters []resource.Value
	support := resource.Value{}
	if told {
		support = resource.Text(p.Support.Reveal())
		for _, words := range p.Matters {
			matters = append(matters, object().Set("text", resource.Text(words.Reveal())).Value())
		}
	} else {
		w.o.Set("text", resource.Value{}) // where somebody may have told them in prose
	}
	w.o.Set("description", support).Set("note", resource.List(matters...))
	var goals, activities []resource.Value
	for i, item := range p.Items {
		goal := e.ref("Goal", "goal", partOf(p.Assessment, item.Goal))
		goals = append(goals, goal)
		for j, step := range item.Steps {
			activities = append(activities, w.activity(at(at("items", i)+".steps", j), goal, step, told))
		}
		w.missing(at("items", i)+".words", !item.Words.IsZero() && !w.e.present[goal.Get("reference").Text()]) // the Goal has them
	}
	w.o.Set("goal", resource.List(goals...)).Set("activity", resource.List(activities...))
	return w.done()
}

// activity writes a step, or that a placement carries it: R4 has one or the other.
func (w *out) activity(path string, goal resource.Value, s needs.Step, told bool) resource.Value {
	if s.Carrier != "" {
		w.lose(Loss{Path: path, Theirs: "CarePlan.activity.reference", Kind: Coarsened})
		a := object().Set("reference", w.e.ref("Task", "placement", s.Carrier))
		if w.e.Own != "" {
			setExtension(a, Extensions+"goal", "valueReference", goal)
		}
		return a.Value()
	}
	status := "scheduled"
	if !s.Done.IsZero() {
		status = "completed"
	}
	d := object().Set("goal", resource.List(goal)).Set("status", resource.Text(status))
	if told {
		d.Set("description", resource.Text(s.Words.Reveal()))
	}
	switch s.Who {
	case sp.RolePerson:
		d.Set("performer", resource.List(w.o.Get("subject")))
	case "":
	default:
		d.Set("performer", resource.List(object().Set("type", resource.Text("PractitionerRole")).Set("display", resource.Text(s.Who)).Value()))
		w.lose(Loss{Path: path + ".who", Ours: string(s.Who), Theirs: "CarePlan.activity.detail.performer", Kind: Coarsened})
	}
	end := s.By
	if !s.Done.IsZero() {
		end = s.Done
		if !s.By.IsZero() {
			w.lose(Loss{Path: path + ".by", Kind: Dropped})
		}
	}
	d.Set("scheduledPeriod", object().Set("end", resource.Day(end)).Value())
	return object().Set("detail", d.Value()).Value()
}

// CarePlan reads a plan of an assessment here. A draft and one that was revoked or entered in
// error is refused: nobody agreed to it, or no longer.
func (d Decoder) CarePlan(o *resource.Object) (needs.Plan, Report, error) {
	r, err := d.begin(o, "CarePlan")
	if err != nil {
		return needs.Plan{}, r.report, err
	}
	p := needs.Plan{Assessment: needs.AssessmentID(r.identity("plan")), Person: person.ID(r.refers("person", "subject"))}
	status := o.Get("status")
	r.refuse(status.Is("active") || status.Is("on-hold") || status.Is("completed"), "status", "must be of a plan that somebody agreed to")
	if words := o.Get("description").Text(); words != "" {
		p.Support = sp.Hide(words)
	}
	for _, note := range o.Get("note").All() {
		p.Matters = append(p.Matters, sp.Hide(note.Get("text").Text()))
	}
	places := map[string]int{} // of goals among the items
	for i, v := range o.Get("goal").All() {
		id, known := d.ours("goal", v)
		if !known {
			r.lose(Loss{Path: r.path(at("goal", i)), Ours: "items", Kind: Dropped, Severity: sp.Warning})
			continue
		}
		places[id] = len(p.Items)
		_, goal := parted(id)
		p.Items = append(p.Items, needs.Item{Goal: needs.ID(goal)})
	}
	for i, v := range o.Get("activity").All() {
		goal := v.Get("detail", "goal").First()
		if goal.IsZero() { // as of those that a placement carries
			goal = findExtension(v.Get("extension"), Extensions+"goal")
		}
		if goal.IsZero() {
			goal = d.goalOf(v.Get("reference"))
		}
		id, _ := d.ours("goal", goal)
		item, known := places[id]
		if !known {
			r.lose(Loss{Path: r.path(at("activity", i)), Ours: "items", Kind: Dropped, Severity: sp.Warning})
			continue
		}
		step := r.step(at("activity", i), v.Get("detail"))
		step.Carrier, _ = d.ours("placement", v.Get("reference"))
		p.Items[item].Steps = append(p.Items[item].Steps, step)
	}
	return p, r.report, r.faults.Err()
}

// goalOf returns the one goal towards which the request behind a Task is, where the bundle
// has both: so a step that is carried by a placement finds its goal again, whoever wrote it.
func (d Decoder) goalOf(task resource.Value) (goal resource.Value) {
	if d.index == nil {
		return resource.Value{}
	}
	o, entry, found := d.index.Find(d.from, task)
	if !found || o.Type() != "Task" {
		return resource.Value{}
	}
	order, _, found := d.index.Find(entry, o.Get("focus"))
	if !found {
		return resource.Value{}
	}
	for _, one := range order.Get("extension").All() {
		if !one.Get("url").Is(pertainsToGoal) {
			continue
		}
		if !goal.IsZero() {
			return resource.Value{} // of several, nobody says which
		}
		goal = one.Get("valueReference")
	}
	return goal
}

// step reads something that somebody has agreed to do.
func (r *in) step(path string, detail resource.Value) (s needs.Step) {
	if words := detail.Get("description").Text(); words != "" {
		s.Words = sp.Hide(words)
	}
	t, _ := detail.Get("scheduledPeriod", "end").Time()
	day, _ := t.Day()
	if detail.Get("status").Is("completed") {
		s.Done = day
	} else {
		s.By = day
	}
	switch by := detail.Get("performer").First(); {
	case by.IsZero():
	case by.Get("type").Is("Patient"):
		s.Who = sp.RolePerson
	default:
		r.lose(Loss{Path: r.path(path), Ours: "items", Kind: Coarsened})
	}
	return s
}
