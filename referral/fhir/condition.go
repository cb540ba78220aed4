package fhir

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemClinical     = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	systemCondition    = "http://terminology.hl7.org/CodeSystem/condition-category"
	systemUSCondition  = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
	systemVerification = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
)

// A Need is a need or a strength with the assessment that found it, whose IDs are unique
// within it alone.
type Need struct {
	Person     person.ID          `json:"person"`
	Assessment needs.AssessmentID `json:"assessment"`
	needs.Need
}

// partOf names a need, a goal or a score among all of them, by what it belongs to. IDs
// hold no blanks.
func partOf[A, B ~string](whole A, part B) string { return string(whole) + " " + string(part) }

// parted reads what partOf makes. What is none of ours is a part of nothing.
func parted(id string) (whole, part string) {
	if whole, part, ours := strings.Cut(id, " "); ours {
		return whole, part
	}
	return "", id
}

// severities are the concepts of R4 for how much a need weighs. It has none for a crisis.
var severities = map[needs.Severity]string{needs.Mild: "255604002", needs.Moderate: "6736007", needs.Severe: "24484000", needs.Crisis: "24484000"}

// Condition writes a need or a strength, if the permission lets the reader know of it, and
// nothing otherwise: nobody learns from an empty resource that there is a need that they may
// not hear of.
func (e Encoder) Condition(n Need, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(n.Person, "need", string(n.Code)) {
		return nil, Report{{Path: "need", Theirs: "Condition", Kind: Withheld}}
	}
	w := e.begin("Condition", onto)
	w.identify("need", partOf(n.Assessment, n.ID))
	w.o.Set("clinicalStatus", w.clinical(n.Need)).Set("code", w.need("code", n.Code)).Set("subject", e.ref("Patient", "person", string(n.Person))).
		Set("onsetDateTime", resource.Day(n.Since)).Set("category", w.conditionCategories(n))
	var severity resource.Value
	if code := severities[n.Severity]; code != "" {
		severity = concept("", sp.Code{System: snomed, Code: code})
	}
	w.o.Set("severity", severity)
	var x rest
	x.yes("strength", n.Strength)
	x.text("taxonomy", n.Taxonomy)
	x.text("source", string(n.Source))
	x.text("outcome", string(n.Outcome))
	x.text("metBy", string(n.MetBy))
	x.count("rank", n.Rank)
	if n.Severity == needs.Crisis {
		x.text("severity", n.Severity.String())
	}
	kept := x.write(w, "need")
	w.drop("taxonomy", n.Taxonomy != "", kept)
	w.drop("source", n.Source != "", kept)
	w.drop("metBy", n.MetBy != "", kept)
	w.drop("rank", n.Rank != 0, kept)
	if n.Severity == needs.Crisis {
		w.lose(Loss{Path: "severity", Ours: n.Severity.String(), Theirs: "severe", Kind: Coarsened, Severity: sp.Warning, Recoverable: kept})
	}
	w.drop("ratings", len(n.Ratings) > 0, false) // the severity is the last of them
	return w.done()
}

// clinical writes what became of a need.
func (w *out) clinical(n needs.Need) resource.Value {
	code := "active"
	switch n.Outcome {
	case "":
	case needs.Met:
		code = "resolved"
	default:
		code = "inactive"
		w.lose(Loss{Path: "outcome", Ours: string(n.Outcome), Theirs: code, Kind: Coarsened, Recoverable: w.e.Own != ""})
	}
	return concept("", sp.Code{System: systemClinical, Code: code})
}

// conditionCategories writes what kind of a thing it is: a concern of the person, about the
// social side of life in SDOHCC, and of the domain that SDOHCC has for the need.
func (w *out) conditionCategories(n Need) resource.Value {
	if !w.e.Profile.sdohcc() {
		return resource.List(concept("", sp.Code{System: systemCondition, Code: "problem-list-item"}))
	}
	all := []resource.Value{concept("", w.e.Profile.Category[1]), concept("", sp.Code{System: systemUSCondition, Code: "health-concern"})}
	if n.Strength {
		all = append(all, concept("", sp.Code{System: systemTemporary, Code: "protective-factor"}))
	}
	term, _ := needs.Standard().Term(n.Code)
	for _, m := range term.Mappings {
		if m.Concept.System == systemTemporary {
			all = append(all, concept("", m.Concept))
			break
		}
	}
	return resource.List(all...)
}

// Condition reads a need. What a partner found has no assessment here, and a condition that
// was refuted or entered in error is refused.
func (d Decoder) Condition(o *resource.Object) (Need, Report, error) {
	r, err := d.begin(o, "Condition")
	if err != nil {
		return Need{}, r.report, err
	}
	found, _ := d.needsIn(resource.List(o.Get("code")))
	if len(found) == 0 { // what a clinician finds is mostly none, and is no fault of theirs
		r.lose(Loss{Path: r.path("code"), Ours: "need", Kind: Refused})
		return Need{}, r.report, sp.Invalid("fhir: read Condition", "code", sp.NotListed, "must be a need or a strength that is known here")
	}
	n := Need{Person: person.ID(r.refers("person", "subject"))}
	a, id := parted(r.identity("need"))
	n.Assessment, n.ID = needs.AssessmentID(a), needs.ID(id)
	for _, code := range []string{"refuted", "entered-in-error"} {
		r.refuse(!codeIn(o.Get("verificationStatus"), systemVerification, code), "verificationStatus", "must not be "+code)
	}
	if err := r.faults.Err(); err != nil {
		return Need{}, r.report, err
	}
	if n.Code = found[0]; len(found) > 1 {
		r.lose(Loss{Path: r.path("code"), Ours: "code", Kind: Coarsened})
	}
	t, _ := o.Get("onsetDateTime").Time()
	since, exact := t.Day()
	if n.Since = since; !exact && !t.IsZero() {
		r.lose(Loss{Path: r.path("onsetDateTime"), Ours: "since", Kind: Coarsened})
	}
	for _, severity := range []needs.Severity{needs.Mild, needs.Moderate, needs.Severe} {
		if codeIn(o.Get("severity"), snomed, severities[severity]) {
			n.Severity = severity
		}
	}
	x := r.recover("need")
	n.Strength, n.Taxonomy, n.Source, n.Rank, n.MetBy = x.yes("strength"), x.text("taxonomy"), sp.Role(x.text("source")), x.count("rank"), needs.Means(x.text("metBy"))
	n.Outcome = r.outcome(x)
	if x.text("severity") == needs.Crisis.String() && n.Severity == needs.Severe {
		n.Severity = needs.Crisis
	}
	for _, category := range o.Get("category").All() {
		n.Strength = n.Strength || codeIn(category, systemTemporary, "protective-factor")
	}
	return n, r.report, nil
}

// outcome reads what became of a need: what the extension says, if it goes with the status.
func (r *in) outcome(x recovered) needs.Outcome {
	status := r.o.Get("clinicalStatus")
	said := needs.Outcome(x.text("outcome"))
	switch {
	case codeIn(status, systemClinical, "resolved"):
		return needs.Met
	case codeIn(status, systemClinical, "inactive"), codeIn(status, systemClinical, "remission"):
		if said != "" && said != needs.Met {
			return said
		}
		r.lose(Loss{Path: r.path("clinicalStatus"), Ours: "outcome", Kind: Coarsened, Severity: sp.Warning})
		return needs.UnknownOutcome
	}
	return ""
}
