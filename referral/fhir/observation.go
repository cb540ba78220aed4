package fhir

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemMeasure     = "https://github.com/socialprescribing/sp/needs/measure"
	systemObservation = "http://terminology.hl7.org/CodeSystem/observation-category"
	systemUnits       = "http://unitsofmeasure.org"
	systemAbsent      = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

// A FilledID names one time that somebody filled in a questionnaire.
type FilledID string

// A Score is one number of a questionnaire that was filled in at a time, or that there is
// none.
type Score struct {
	Filled FilledID  `json:"filled"`
	Person person.ID `json:"person"`
	At     time.Time `json:"at"`
	measure.Score
	Missing []string `json:"unanswered,omitempty"` // items without an answer, for which there is no score; see [measure.Refusal]
}

// Observation writes a score, if the permission lets the reader see measures. It is coded as
// the scale of an instrument here, and as also says, such as the SNOMED CT concepts for
// which a scheme has a licence. An alert has no element: whoever must act on one is told by
// other means.
func (e Encoder) Observation(s Score, also []sp.Code, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(s.Person, "measures", s.Instrument) {
		return nil, Report{{Path: "score", Theirs: "Observation", Kind: Withheld}}
	}
	w := e.begin("Observation", onto)
	w.identify("score", partOf(s.Filled, s.Scale))
	scale := sp.Code{System: systemMeasure, Version: s.Version, Code: s.Instrument + "/" + s.Scale}
	categories := []resource.Value{concept("", sp.Code{System: systemObservation, Code: "survey"})}
	if e.Profile.sdohcc() {
		categories = append(categories, concept("", e.Profile.Category[1]))
	}
	w.keep("status", resource.Text("final"))
	w.o.Set("category", resource.List(categories...)).Set("code", concept("", append([]sp.Code{scale}, also...)...)).
		Set("subject", e.ref("Patient", "person", string(s.Person)))
	w.setMoment("effectiveDateTime", s.At)
	var value, absent resource.Value
	if s.Missing != nil {
		absent = concept("", sp.Code{System: systemAbsent, Code: "not-asked"})
	} else {
		value = object().Set("value", resource.Number(s.Value)).Set("unit", resource.Text("score")).Set("system", resource.Text(systemUnits)).Set("code", resource.Text("{score}")).Value()
	}
	w.o.Set("valueQuantity", value).Set("dataAbsentReason", absent).Set("interpretation", resource.List(concept(s.Band)))
	var x rest
	for _, crossed := range s.Crossed {
		x.text("crossed", crossed)
	}
	for _, item := range s.Missing {
		x.text("missing", item)
	}
	x.count("allowed", s.Score.Missing)
	x.text("valueSet", s.ValueSet)
	kept := x.write(w, "score")
	w.drop("crossed", len(s.Crossed) > 0, kept)
	w.drop("missing", len(s.Missing) > 0, kept)
	w.drop("allowed", s.Score.Missing > 0, kept)
	w.drop("valueSet", s.ValueSet != "", kept)
	return w.done()
}

// Observation reads the score of an instrument here. One of another code, and one that is
// preliminary, cancelled or in error, is refused: a number is nothing without its rules.
func (d Decoder) Observation(o *resource.Object) (Score, Report, error) {
	r, err := d.begin(o, "Observation")
	if err != nil {
		return Score{}, r.report, err
	}
	filled, scale := parted(r.identity("score"))
	s := Score{Filled: FilledID(cmp.Or(filled, scale)), Person: person.ID(r.refers("person", "subject")), At: r.moment("effectiveDateTime")}
	for c := range codesOf(o.Get("code")) {
		if instrument, scale, found := strings.Cut(c.Code, "/"); found && c.System == systemMeasure {
			s.Instrument, s.Scale, s.Version = instrument, scale, c.Version
		}
	}
	r.refuse(s.Instrument != "", "code", "must be a scale of an instrument that is known here")
	status := o.Get("status")
	r.refuse(status.Is("final") || status.Is("amended") || status.Is("corrected"), "status", "must be final, amended or corrected")
	x := r.recover("score")
	s.Missing, s.Crossed, s.ValueSet, s.Score.Missing = listOf[string](x, "missing"), listOf[string](x, "crossed"), x.text("valueSet"), x.count("allowed")
	if text := o.Get("valueQuantity", "value").Number(); text != "" {
		value, err := strconv.ParseFloat(text, 64)
		s.Value = value
		r.refuse(err == nil, "valueQuantity", "must be a number")
	} else {
		r.refuse(!o.Get("dataAbsentReason").IsZero(), "valueQuantity", "must be there, or why it is not")
		if s.Missing == nil {
			s.Missing = []string{}
			r.lose(Loss{Path: r.path("dataAbsentReason"), Ours: "missing", Kind: Coarsened})
		}
	}
	s.Band = o.Get("interpretation").First().Get("text").Text()
	return s, r.report, r.faults.Err()
}

// Answers are what a person answered to a questionnaire at a time.
type Answers struct {
	Filled     FilledID        `json:"filled"`
	Person     person.ID       `json:"person"`
	At         time.Time       `json:"at"`
	Instrument string          `json:"instrument"`          // code, such as "phq-9"
	Canonical  string          `json:"canonical,omitempty"` // address of the questionnaire as the caller's partners know it
	Items      measure.Answers `json:"items"`
}

// QuestionnaireResponse writes answers as numbers by the IDs of items, if the permission lets
// the reader see measures. The wording of an instrument belongs to whoever has the rights in
// it, and is never written.
func (e Encoder) QuestionnaireResponse(a Answers, onto *resource.Object) (*resource.Object, Report) {
	if !e.sees(a.Person, "measures", a.Instrument) {
		return nil, Report{{Path: "answers", Theirs: "QuestionnaireResponse", Kind: Withheld}}
	}
	w := e.begin("QuestionnaireResponse", onto)
	own, logical := e.id("answers", string(a.Filled)) // one identifier, and no list
	if w.o.ID() == "" {
		w.o.Set("id", resource.Text(logical))
	}
	w.o.Set("identifier", own).Set("questionnaire", resource.Text(a.Canonical)).Set("subject", e.ref("Patient", "person", string(a.Person)))
	w.setMoment("authored", a.At)
	w.keep("status", resource.Text("completed"))
	items := make([]resource.Value, 0, len(a.Items))
	for _, id := range inOrder(a.Items) {
		answer := object().Set("valueInteger", resource.Int(a.Items[id])).Value()
		items = append(items, object().Set("linkId", resource.Text(id)).Set("answer", resource.List(answer)).Value())
	}
	w.o.Set("item", resource.List(items...))
	if !w.extend("instrument", "valueString", resource.Text(a.Instrument)) {
		w.missing("instrument", a.Instrument != "")
	}
	return w.done()
}

// QuestionnaireResponse reads answers to an instrument: whole numbers, by the IDs of its
// items, at whatever depth they stand. Whoever reads them scores them, which raises the
// alerts that they give rise to, whatever the status; what is no whole number is reported,
// since an answer that nobody scored may have been one about suicide.
func (d Decoder) QuestionnaireResponse(o *resource.Object, in *measure.Instrument) (Answers, measure.Result, Report, error) {
	r, err := d.begin(o, "QuestionnaireResponse")
	if err != nil {
		return Answers{}, measure.Result{}, r.report, err
	}
	a := Answers{Person: person.ID(r.refers("person", "subject")), At: r.moment("authored"), Instrument: in.Code, Canonical: o.Get("questionnaire").Text(), Items: measure.Answers{}}
	if id := o.Get("identifier"); id.Get("system").Is(d.Own + "/answers") {
		a.Filled = FilledID(id.Get("value").Text())
	} else {
		a.Filled = FilledID(r.identity("answers"))
	}
	r.refuse(!o.Get("status").Is("entered-in-error"), "status", "must not be entered-in-error")
	if said := r.extension("instrument").Text(); said != "" {
		r.refuse(said == in.Code, "extension", "must be answers to this instrument")
	}
	r.answers(a.Items, r.o.Type(), o.Get("item"))
	result, err := in.Score(a.Items)
	if err != nil {
		r.refuse(false, "item", "must be answers that the instrument has")
	}
	for _, alert := range result.Alerts {
		if alert.Raised != sp.No {
			r.lose(Loss{Path: r.path("item"), Ours: alert.Code, Kind: Coarsened, Severity: sp.Error})
		}
	}
	return a, result, r.report, r.faults.Err()
}

func (r *in) answers(into measure.Answers, path string, items resource.Value) {
	for i, item := range items.All() {
		here := at(path+".item", i)
		r.answers(into, here, item.Get("item"))
		for j, answer := range item.Get("answer").All() {
			n, whole := answer.Get("valueInteger").Int()
			_, twice := into[item.Get("linkId").Text()]
			if !whole || twice {
				r.lose(Loss{Path: at(here+".answer", j), Ours: "items", Kind: Dropped, Severity: sp.Error})
				continue
			}
			into[item.Get("linkId").Text()] = n
			r.answers(into, here, answer.Get("item"))
		}
	}
}

// inOrder returns the IDs of items, numbers by their value.
func inOrder(a measure.Answers) []string {
	return slices.SortedFunc(maps.Keys(a), func(x, y string) int {
		m, err := strconv.Atoi(x)
		n, also := strconv.Atoi(y)
		if err == nil && also == nil && m != n {
			return m - n
		}
		return strings.Compare(x, y)
	})
}
