package written

import (
	"math/rand/v2"

	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// Case returns everything that is written of a case: a bundle in which it travels, of a type
// by chance, and each resource in it, the message back as a document and in short, and who did what and
// was told what.
func Case(r *rand.Rand, k *referral.Case, e fhir.Encoder) (all []*resource.Object) {
	add := func(o *resource.Object, _ fhir.Report) {
		if o != nil {
			all = append(all, o)
		}
	}
	of := k.Referral.Person()
	out := Known(r, fhir.CaseOf(k))
	who := specimen.Person(r)
	who.ID, out.Person = of, &who
	as := []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message}[r.IntN(3)]
	bundle, _ := e.Case(out, as)
	add(bundle.Whole(), nil)
	for _, entry := range bundle.Entries {
		add(entry.Resource, nil)
	}
	m := letter.MessageBack(k, letter.Wording{}, e.May, e.At)
	document, _ := e.Document(m, of)
	add(document.Whole(), nil)
	add(document.Entries[0].Resource, nil)
	add(e.Communication(m, of, nil))
	for _, h := range k.Timeline() {
		add(e.Provenance(h, of))
		told := register.Told{ID: "T-1", To: "bay/green", As: "provider", Purpose: "direct-care", Policy: "standard", Items: []register.ToldItem{{Field: "name", Authority: "agreement"}, {Field: "need", Code: "loneliness", Authority: "agreement"}}}
		add(e.AuditEvent(told, of, h.Stamp))
	}
	return all
}

// Known adds what may be known of the person beside the referral.
func Known(r *rand.Rand, c fhir.Case) fhir.Case {
	of := c.Referral.Person
	c.Flags = append(c.Flags, specimen.Concern(r))
	c.Choices = append(c.Choices, specimen.Choice(r, of))
	c.Needs = append(c.Needs, fhir.Need{Person: of, Assessment: "A-7", Need: specimen.Need(r)})
	plan := specimen.Plan(r)
	plan.Person = of
	c.Plans = append(c.Plans, plan)
	for _, item := range plan.Items {
		g := fhir.Goal{Person: of, Assessment: "A-7", Goal: specimen.Goal(r), Words: item.Words}
		g.ID = item.Goal
		for i := range g.Reviews {
			g.Reviews[i].Goal = g.ID
		}
		c.Goals = append(c.Goals, g)
	}
	at := referraltest.Day(9)
	for i, scale := range []string{"depression", "functioning"} {
		c.Scores = append(c.Scores, fhir.Score{Filled: "M-1", Person: of, At: at, Score: measure.Score{Instrument: "phq-9", Version: "1", Scale: scale, Value: float64(i + r.IntN(20))}})
	}
	c.Answers = append(c.Answers, fhir.Answers{Filled: "M-1", Person: of, At: at, Instrument: "phq-9", Items: measure.Answers{"1": r.IntN(4), "9": 0}})
	return c
}

// Cases are of a world in which a referral, a placement and a session is in every state.
func Cases() []*referral.Case { return referraltest.NewWorld(7).Cases }

// OfCase are the types of what [Case] returns.
func OfCase() []string {
	return []string{
		"Appointment", "AuditEvent", "Bundle", "CarePlan", "Communication", "Composition", "Condition", "Consent", "Encounter", "Flag", "Goal", "MessageHeader",
		"Observation", "Patient", "Provenance", "QuestionnaireResponse", "ServiceRequest", "Task",
	}
}
