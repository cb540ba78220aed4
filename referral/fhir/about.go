package fhir

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// assessed adds what was found out in an assessment.
func (c *Case) assessed(a *needs.Assessment) {
	for _, n := range a.Needs() {
		c.Needs = append(c.Needs, Need{Person: a.Person(), Assessment: a.ID(), Need: n})
	}
	for _, g := range a.Goals() {
		c.Goals = append(c.Goals, Goal{Person: a.Person(), Assessment: a.ID(), Goal: g})
	}
	for _, m := range a.Measurements() {
		in := m.Result
		filled := FilledID(fmt.Sprintf("%s/%s/%s", a.ID(), in.Instrument, m.At.UTC().Format(time.RFC3339Nano)))
		for _, s := range in.Scores {
			c.Scores = append(c.Scores, Score{Filled: filled, Person: a.Person(), At: m.At, Score: s})
		}
		for _, x := range in.Refusals {
			none := measure.Score{Instrument: x.Instrument, Version: in.Version, Scale: x.Scale}
			c.Scores = append(c.Scores, Score{Filled: filled, Person: a.Person(), At: m.At, Score: none, Missing: x.Missing})
		}
	}
}

// called returns what the person calls a goal, as it or their plan has it.
func (c *Case) called(in needs.AssessmentID, goal needs.ID) (words sp.Personal[string]) {
	for _, g := range c.Goals {
		if g.Assessment == in && g.ID == goal && !g.Words.IsZero() {
			return g.Words
		}
	}
	for _, p := range c.Plans {
		for _, item := range p.Items {
			if p.Assessment == in && item.Goal == goal {
				words = item.Words
			}
		}
	}
	return words
}

// about writes what is known of the person beside the referral, as far as the reader may
// know each of it.
func (p *packer) about(c Case) {
	of := c.Referral.Person
	for i, x := range c.Flags {
		o, lost := p.e.Flag(x, of, nil)
		p.known(at("flags", i), "concern", string(x.ID), o, lost)
	}
	for i, x := range c.Choices {
		o, lost := p.e.Consent(x, of, nil)
		p.known(at("choices", i), "choice", string(x.ID), o, lost)
	}
	for i, n := range c.Needs {
		o, lost := p.e.Condition(n, nil)
		p.known(at("needs", i), "need", partOf(n.Assessment, n.ID), o, lost)
	}
	for i, s := range c.Scores {
		o, lost := p.e.Observation(s, nil, nil)
		p.known(at("scores", i), "score", partOf(s.Filled, s.Scale), o, lost)
	}
	for i, a := range c.Answers {
		o, lost := p.e.QuestionnaireResponse(a, nil)
		p.known(at("answers", i), "answers", string(a.Filled), o, lost)
	}
	for i, g := range c.Goals {
		g.Words = c.called(g.Assessment, g.ID)
		o, lost := p.e.Goal(p.ofTold(at("goals", i), g), nil)
		p.known(at("goals", i), "goal", partOf(g.Assessment, g.ID), o, lost)
	}
	for i, plan := range c.Plans {
		o, lost := p.e.CarePlan(p.ofSent(at("plans", i), plan), nil)
		p.known(at("plans", i), "plan", string(plan.Assessment), o, lost)
	}
}

// known adds a resource, or says that there is none without saying of what it would be.
func (p *packer) known(path, kind, id string, o *resource.Object, lost Report) {
	if o == nil {
		p.report = append(p.report, Loss{Path: path, Kind: lost[0].Kind, Severity: lost[0].Severity})
		return
	}
	p.add(path, o.Type(), kind, id, o, lost)
}

// hides reports whether something is of this case and kept from the reader.
func (p *packer) hides(resourceType, kind, id string) bool {
	shown, ours := p.e.present[p.e.url(resourceType, kind, id)]
	return ours && !shown
}

// ofTold returns a goal without the needs that the reader may not know of: not even that it
// is about one more.
func (p *packer) ofTold(path string, g Goal) Goal {
	all := g.Needs
	g.Needs = nil
	for i, n := range all {
		if p.hides("Condition", "need", partOf(g.Assessment, n)) {
			p.report = append(p.report, Loss{Path: at(path+".needs", i), Kind: Withheld})
			continue
		}
		g.Needs = append(g.Needs, n)
	}
	return g
}

// ofSent returns a plan that names no placement which the reader may not know of.
func (p *packer) ofSent(path string, plan needs.Plan) needs.Plan {
	plan.Items = slices.Clone(plan.Items)
	for i, item := range plan.Items {
		steps := slices.Clone(item.Steps)
		for j, s := range steps {
			if s.Carrier != "" && p.hides("Task", "placement", s.Carrier) {
				steps[j].Carrier = ""
				p.report = append(p.report, Loss{Path: at(at(path+".items", i)+".steps", j) + ".carrier", Kind: Withheld})
			}
		}
		plan.Items[i].Steps = steps
	}
	return plan
}

// about reads what is known of the person beside the referral. Nobody else's worry, answer
// or need becomes theirs: what is of another person, or of one whom nobody here knows, is
// refused.
func (u *unpacker) about(d Decoder, o *resource.Object) (lost Report, err error) {
	c := u.c
	var of person.ID
	switch o.Type() {
	case "Flag":
		var x concern.Concern
		x, of, lost, err = d.Flag(o)
		c.Flags = append(c.Flags, x)
	case "Consent":
		var x consent.Choice
		x, of, lost, err = d.Consent(o)
		c.Choices = append(c.Choices, x)
	case "Condition":
		var x Need
		x, lost, err = d.Condition(o)
		c.Needs, of = append(c.Needs, x), x.Person
	case "Observation":
		var x Score
		x, lost, err = d.Observation(o)
		c.Scores, of = append(c.Scores, x), x.Person
	case "QuestionnaireResponse":
		var x Answers
		x, lost, err = d.filled(o)
		c.Answers, of = append(c.Answers, x), x.Person
	case "Goal":
		var x Goal
		x, lost, err = d.Goal(o)
		c.Goals, of = append(c.Goals, x), x.Person
	case "CarePlan":
		var x needs.Plan
		x, lost, err = d.CarePlan(o)
		c.Plans, of = append(c.Plans, x), x.Person
	}
	if err == nil && (of == "" || of != c.Referral.Person) {
		return refused(lost, o)
	}
	if err == nil {
		u.c = c
	}
	return lost, err
}

// person takes the one who was referred; anybody else's Patient is not theirs.
func (u *unpacker) person(p person.Person, o *resource.Object, lost Report) (Report, error) {
	theirs := p.ID == u.c.Referral.Person && (p.ID != "" || o == u.subject)
	if u.c.Person != nil || u.found && !theirs {
		return append(lost, Loss{Path: "Patient", Kind: Refused, Severity: sp.Error}), sp.ErrInvalid
	}
	u.c.Person = &p
	return lost, nil
}

// ours reports whether something is of the person and the referral of this case, as far as
// it says of whom it is.
func (u *unpacker) ours(of person.ID, in referral.ID) bool {
	return (of == "" || of == u.c.Referral.Person) && (in == "" || in == u.c.Referral.ID)
}

// refused adds that a resource as a whole is not used: it is of somebody else, or says again
// what another has said.
func refused(lost Report, o *resource.Object) (Report, error) {
	return append(lost, Loss{Path: o.Type(), Kind: Refused, Severity: sp.Error}), sp.ErrInvalid
}

// filled reads answers to an instrument that stands in the resource.
func (d Decoder) filled(o *resource.Object) (Answers, Report, error) {
	code := findExtension(o.Get("extension"), Extensions+"instrument").Text()
	in, ok := measure.Find(code)
	if !ok {
		return Answers{}, Report{{Path: "QuestionnaireResponse.questionnaire", Ours: "instrument", Kind: Refused, Severity: sp.Warning}}, sp.ErrInvalid
	}
	a, _, lost, err := d.QuestionnaireResponse(o, in)
	return a, lost, err
}
