package fhir

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const systemAchievement = "http://terminology.hl7.org/CodeSystem/goal-achievement"

// wordsField is the field that a permission is asked about before the person's own words are
// told: what matters to them is no code.
const wordsField = "note-shared"

// A Goal is a goal with the assessment in which it was set, whose IDs are unique within it
// alone, and what the person calls it.
type Goal struct {
	Person     person.ID          `json:"person"`
	Assessment needs.AssessmentID `json:"assessment"`
	needs.Goal
	Words sp.Personal[string] `json:"words,omitzero"` // of the [needs.Item] of their plan; zero if there is none
}

// achieved are the status and the achievement of R4 for how a goal ended. That it was partly
// reached R4 says as "improving".
var achieved = map[needs.Outcome][2]string{
	"": {"active", "in-progress"}, needs.Met: {"completed", "achieved"}, needs.PartlyMet: {"completed", "improving"}, needs.NotMet: {"completed", "not-achieved"},
	needs.Withdrawn: {"cancelled", "not-attainable"},
}

// Goal writes a goal, if the permission lets the reader see goals. What the person calls it
// is written only where they permitted that too: R4 asks for a description, so otherwise it
// says that there is one which is masked.
func (e Encoder) Goal(g Goal, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(g.Person, "goal", "") {
		return nil, Report{{Path: "goal", Theirs: "Goal", Kind: Withheld}}
	}
	w := e.begin("Goal", onto)
	w.identify("goal", partOf(g.Assessment, g.ID))
	word, listed := achieved[g.Outcome]
	if !listed {
		word = [2]string{"completed", "no-progress"}
	}
	if !listed || g.Outcome == needs.PartlyMet || g.Outcome == needs.Withdrawn {
		w.lose(Loss{Path: "outcome", Ours: string(g.Outcome), Theirs: word[1], Kind: Coarsened, Recoverable: e.Own != ""})
	}
	w.o.Set("lifecycleStatus", resource.Text(word[0])).Set("achievementStatus", concept("", sp.Code{System: systemAchievement, Code: word[1]})).
		Set("description", w.description(g)).Set("subject", e.ref("Patient", "person", string(g.Person)))
	about := make([]resource.Value, len(g.Needs))
	for i, n := range g.Needs {
		about[i] = e.ref("Condition", "need", partOf(g.Assessment, n))
	}
	w.o.Set("addresses", resource.List(about...)).
		Set("target", resource.List(object().Set("dueDate", resource.Day(g.Review)).Value()))
	w.reviews(g)
	return w.done()
}

func (w *out) description(g Goal) resource.Value {
	switch {
	case g.Words.IsZero():
		w.lose(Loss{Path: "words", Theirs: "Goal.description", Kind: Defaulted})
		return absent("unknown")
	case !w.may("words", g.Person, wordsField):
		return absent("masked")
	}
	return concept(g.Words.Reveal())
}

// reviews writes when the goal was last looked at, and for a reader who knows our extension
// how far it had come each time.
func (w *out) reviews(g Goal) {
	var x rest
	x.text("outcome", string(g.Outcome))
	for _, r := range g.Reviews {
		w.o.Set("statusDate", resource.Day(sp.DateOf(r.At.In(zoneOf(w.e.Zone)))))
		var one rest
		one.moment("at", r.At)
		one.add("reached", "valueInteger", resource.Int(r.Reached))
		one.text("outcome", string(r.Outcome))
		one.day("next", r.Next)
		x.add("review", "extension", resource.List(one.parts...))
	}
	kept := x.write(w, "goal")
	w.drop("reviews", len(g.Reviews) > 0, kept)
}

func zoneOf(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

// Goal reads a goal. One that was entered in error, is proposed or was rejected is refused:
// nobody agreed to it.
func (d Decoder) Goal(o *resource.Object) (Goal, Report, error) {
	r, err := d.begin(o, "Goal")
	if err != nil {
		return Goal{}, r.report, err
	}
	g := Goal{Person: person.ID(r.refers("person", "subject"))}
	a, own := parted(r.identity("goal"))
	g.Assessment, g.ID = needs.AssessmentID(a), needs.ID(own)
	status := o.Get("lifecycleStatus").Text()
	r.refuse(status != "entered-in-error" && status != "rejected" && status != "proposed", "lifecycleStatus", "must be of a goal that somebody agreed to")
	if words := o.Get("description", "text").Text(); words != "" {
		g.Words = sp.Hide(words)
	}
	t, _ := o.Get("target").First().Get("dueDate").Time()
	due, exact := t.Day()
	if g.Review = due; !exact && !t.IsZero() {
		r.lose(Loss{Path: r.path("target[0].dueDate"), Ours: "review", Kind: Coarsened})
	}
	for i, v := range o.Get("addresses").All() {
		if id, known := d.ours("need", v); known {
			_, need := parted(id)
			g.Needs = append(g.Needs, needs.ID(need))
		} else {
			r.lose(Loss{Path: r.path(at("addresses", i)), Ours: "needs", Kind: Dropped, Severity: sp.Warning})
		}
	}
	x := r.recover("goal")
	for _, part := range x.parts.All() {
		if part.Get("url").Is("review") {
			one := recovered{part.Get("extension")}
			g.Reviews = append(g.Reviews, needs.Review{At: one.moment("at"), Reviewed: needs.Reviewed{
				Goal: g.ID, Reached: one.count("reached"), Outcome: needs.Outcome(one.text("outcome")), Next: one.day("next"),
			}})
		}
	}
	g.Outcome = r.achieved(status, needs.Outcome(x.text("outcome")))
	return g, r.report, r.faults.Err()
}

// achieved reads how a goal ended: what the extension says, if it goes with the status.
func (r *in) achieved(status string, said needs.Outcome) needs.Outcome {
	word, listed := achieved[said]
	if !listed {
		word = [2]string{"completed", "no-progress"}
	}
	if said != "" && word[0] == status && codeIn(r.o.Get("achievementStatus"), systemAchievement, word[1]) {
		return said
	}
	switch status {
	case "completed":
		for _, o := range []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet} {
			if codeIn(r.o.Get("achievementStatus"), systemAchievement, achieved[o][1]) {
				return o
			}
		}
		r.lose(Loss{Path: r.path("achievementStatus"), Ours: "outcome", Kind: Coarsened, Severity: sp.Warning})
		return needs.UnknownOutcome
	case "cancelled":
		return needs.Withdrawn
	case "on-hold":
		r.lose(Loss{Path: r.path("lifecycleStatus"), Ours: "outcome", Theirs: status, Kind: Coarsened})
	}
	return ""
}
