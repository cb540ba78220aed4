package needs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/printable"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// A Plan is the person's own: what matters to them, how to support them well,
// and what they have agreed to try, in their words. It belongs to an assessment
// and is kept apart from it, in a record that can be erased. A Plan prints as
// "plan of A-7"; JSON can be read into one, and one that is marshalled is redacted.
type Plan struct {
	Assessment AssessmentID          `json:"assessment"`
	Person     person.ID             `json:"person"`
	Matters    []sp.Personal[string] `json:"matters,omitempty"` // what matters to me, first things first
	Support    sp.Personal[string]   `json:"support,omitzero"`  // how best to support me
	Items      []Item                `json:"items,omitempty"`
}

// An Item is what a goal of the assessment means in the person's words, and the
// steps towards it.
type Item struct {
	Goal  ID                  `json:"goal"`
	Words sp.Personal[string] `json:"words"`
	Steps []Step              `json:"steps,omitempty"`
}

// A Step is something that somebody has agreed to do.
type Step struct {
	Words   sp.Personal[string] `json:"words"`
	Who     sp.Role             `json:"who"`               // the person, the link worker ...
	By      sp.Date             `json:"by,omitzero"`       // when it should be done
	Done    sp.Date             `json:"done,omitzero"`     // when it was
	Carrier string              `json:"carrier,omitempty"` // ID of the placement that carries it, if one does
}

// Check reports what is wrong with p beside its assessment. Each item must
// belong to a goal there, and so to at least one need: nobody is planned for
// without a reason.
func (p Plan) Check(a *Assessment) error {
	e := &sp.InvalidError{Subject: p.String()}
	e.Check(p.Assessment == a.ID(), "assessment", sp.Inconsistent, "must be the one that the plan is checked beside")
	e.Check(p.Person == a.Person(), "person", sp.Inconsistent, "must be that of the assessment")
	for i, m := range append([]sp.Personal[string]{p.Support}, p.Matters...) {
		e.Check(m.Reveal() == "" || said(m), []string{"support", "matters"}[min(i, 1)], sp.Missing, saidRule)
	}
	for i, item := range p.Items {
		path := fmt.Sprintf("items[%d]", i)
		e.Check(a.goal(item.Goal) >= 0, path+".goal", sp.NotListed, "must be a goal of the assessment: say which need it is for")
		e.Check(said(item.Words), path+".words", sp.Missing, saidRule)
		e.Check(slices.IndexFunc(p.Items, func(o Item) bool { return o.Goal == item.Goal }) == i, path+".goal", sp.WrongLength, "must have one item only")
		for j, step := range item.Steps {
			path := fmt.Sprintf("%s.steps[%d]", path, j)
			e.Check(said(step.Words), path+".words", sp.Missing, saidRule)
			e.Check(sp.ValidID(step.Who), path+".who", sp.Missing, "must say in which role somebody does it")
			e.CheckOptionalID(step.Carrier, path+".carrier")
		}
	}
	return e.Err()
}

const saidRule = "must be there, in UTF-8, and not a redacted copy"

// said reports whether words are there and can be stored without loss.
func said(words sp.Personal[string]) bool {
	text := words.Reveal()
	return text != "" && utf8.ValidString(text) && text != words.String()
}

// Needs returns the needs and strengths that an item is for, in the person's
// own order.
func (i Item) Needs(a *Assessment) []Need {
	at := a.goal(i.Goal)
	if at < 0 {
		return nil
	}
	return slices.DeleteFunc(a.Needs(), func(n Need) bool { return !slices.Contains(a.goals[at].Needs, n.ID) })
}

// String returns "plan of A-7".
func (p Plan) String() string { return "plan of " + printable.ID(p.Assessment) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (p Plan) Format(f fmt.State, _ rune) { f.Write([]byte(p.String())) }

// LogValue implements [slog.LogValuer].
func (p Plan) LogValue() slog.Value { return slog.StringValue(p.String()) }

// The wire types mirror the types that they store, with words in the open.
type (
	wirePlan struct {
		Version    int                `json:"v"`
		Assessment AssessmentID       `json:"assessment"`
		Person     person.ID          `json:"person,omitempty"`
		Erased     bool               `json:"erased,omitempty"` // and nothing else is left
		Matters    []sp.Plain[string] `json:"matters,omitempty"`
		Support    sp.Plain[string]   `json:"support,omitzero"`
		Items      []wireItem         `json:"items,omitempty"`
	}
	wireItem struct {
		Goal  ID               `json:"goal"`
		Words sp.Plain[string] `json:"words"`
		Steps []wireStep       `json:"steps,omitempty"`
	}
	wireStep struct {
		Words   sp.Plain[string] `json:"words"`
		Who     sp.Role          `json:"who"`
		By      sp.Date          `json:"by,omitzero"`
		Done    sp.Date          `json:"done,omitzero"`
		Carrier string           `json:"carrier,omitempty"`
	}
)

// wireVersion is the form in which plans are stored.
const wireVersion = 1

func plain(p sp.Personal[string]) sp.Plain[string] { return sp.Plain[string]{Personal: p} }

func (p Plan) encode() ([]byte, error) {
	w := wirePlan{Version: wireVersion, Assessment: p.Assessment, Person: p.Person, Support: plain(p.Support)}
	for _, m := range p.Matters {
		w.Matters = append(w.Matters, plain(m))
	}
	for _, item := range p.Items {
		wi := wireItem{Goal: item.Goal, Words: plain(item.Words)}
		for _, s := range item.Steps {
			wi.Steps = append(wi.Steps, wireStep{plain(s.Words), s.Who, s.By, s.Done, s.Carrier})
		}
		w.Items = append(w.Items, wi)
	}
	return json.Marshal(w)
}

func decodePlan(body []byte) (Plan, error) {
	var w wirePlan
	if err := store.Unmarshal(body, &w); err != nil {
		return Plan{}, fmt.Errorf("body is not a plan: %w", sp.ErrInvalid)
	}
	if w.Version != wireVersion {
		return Plan{}, fmt.Errorf("body has version %d, not %d: %w", w.Version, wireVersion, sp.ErrInvalid)
	}
	if w.Erased {
		return Plan{}, fmt.Errorf("was erased: %w", sp.ErrNotFound)
	}
	p := Plan{Assessment: w.Assessment, Person: w.Person, Support: w.Support.Personal}
	for _, m := range w.Matters {
		p.Matters = append(p.Matters, m.Personal)
	}
	for _, wi := range w.Items {
		item := Item{Goal: wi.Goal, Words: wi.Words.Personal}
		for _, s := range wi.Steps {
			item.Steps = append(item.Steps, Step{s.Words.Personal, s.Who, s.By, s.Done, s.Carrier})
		}
		p.Items = append(p.Items, item)
	}
	return p, nil
}
