package fhir

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/reason"
)

// reasons writes the needs that the reader may know, each with its code here and those of
// other systems that mean it.
func (w *out) reasons(path string, of person.ID, list []needs.Code) {
	var all []resource.Value
	withheld := false
	for i, n := range list {
		if !w.mayCode(at(path, i), of, "need", string(n)) {
			withheld = true
			continue
		}
		all = append(all, w.need(at(path, i), n))
	}
	if was, _ := (Decoder{}).needsIn(w.o.Get("reasonCode")); !withheld && slices.Equal(was, list) {
		return // as whoever sent it said it
	}
	w.o.Set("reasonCode", resource.List(all...))
}

// need returns a need as a concept.
func (w *out) need(path string, n needs.Code) resource.Value {
	t := needs.Standard()
	codes := []sp.Code{t.Concept(n)}
	term, known := t.Term(n)
	if !known {
		w.lose(Loss{Path: path, Ours: string(n), Theirs: "ServiceRequest.reasonCode", Kind: UnknownCode, Recoverable: true})
		return concept("", codes...)
	}
	for _, m := range term.Mappings {
		if m.Relation == "equivalent" || m.Relation == "wider" {
			codes = append(codes, m.Concept)
		}
	}
	return concept(term.Display, codes...)
}

// needsFound writes the needs that were found since, where they are not those for which the
// person was referred.
func (w *out) needsFound(r Referral, x *rest) {
	if slices.Equal(r.Needs, r.Reasons) {
		return
	}
	for i, n := range r.Needs {
		if w.mayCode(at("needs", i), r.Person, "need", string(n)) {
			x.text("need", string(n))
		}
	}
	w.lose(Loss{Path: "needs", Ours: "needs", Theirs: "Condition", Kind: Dropped, Recoverable: w.e.Own != ""})
}

// reasons reads the needs for which somebody was referred.
func (r *in) reasons() []needs.Code {
	list, missing := r.d.needsIn(r.o.Get("reasonCode"))
	for _, path := range missing {
		r.lose(Loss{Path: r.path(path), Kind: UnknownCode, Severity: sp.Warning})
	}
	if n := len(list); n == 0 && !r.o.Get("reasonReference").IsZero() {
		r.lose(Loss{Path: r.path("reasonReference"), Ours: "reasons", Kind: Dropped, Severity: sp.Warning})
	}
	return list
}

// needsIn returns the needs that a list of concepts means, and the paths of those that mean
// none. A concept with a code of ours is just that; others mean what the crosswalk says.
func (d Decoder) needsIn(concepts resource.Value) (list []needs.Code, missing []string) {
	for i, one := range concepts.All() {
		var codes []sp.Code
		for c := range codesOf(one) {
			if c.System == needs.System {
				codes = []sp.Code{c}
				break
			}
			codes = append(codes, c)
		}
		found, _ := d.Terms.Translate(codes)
		if len(found) == 0 && len(codes) == 1 && codes[0].System == needs.System {
			found = []needs.Code{needs.Code(codes[0].Code)}
		}
		if len(found) == 0 {
			missing = append(missing, at("reasonCode", i))
		}
		for _, n := range found {
			if !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return list, missing
}

// because returns the coding of a reason in the list of the NHS, if it has one, and ours.
func because(r reason.Reason) []sp.Code {
	var codes []sp.Code
	for _, listed := range reason.List() {
		if listed.Code == r.Code && !listed.NHS.IsZero() {
			codes = append(codes, listed.NHS)
		}
	}
	return append(codes, sp.Code{System: Extensions + "reason", Code: r.Code})
}
