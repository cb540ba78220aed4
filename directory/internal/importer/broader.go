package importer

import (
	"cmp"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// relateTerms notes which terms are kinds of others, in the order of their codes.
func (im *Importer) relateTerms() {
	said := map[directory.Link]bool{}
	numbered := im.numberedTerms()
	for _, source := range slices.Sorted(maps.Keys(im.terms)) {
		t := im.terms[source]
		if t.parent == "" {
			continue
		}
		above, known := im.parentOf(t, numbered)
		if !known && t.nested { // where its parent stays among the extra fields
			continue
		}
		if !known {
			im.once("parent "+t.parent, func() {
				im.file, im.line = t.file, t.line
				im.report(sp.Note, source, "parent_id", "unknown-term", "the input has no such term to be a kind of, or two")
			})
			continue
		}
		if l := (directory.Link{From: im.code(t), To: im.code(above)}); !l.From.Is(l.To) && !said[l] {
			said[l] = true
			im.catalogue.Broader = append(im.catalogue.Broader, l)
		}
	}
	slices.SortStableFunc(im.catalogue.Broader, func(a, b directory.Link) int {
		return cmp.Or(compareTerms(a.From, b.From), compareTerms(a.To, b.To))
	})
}

// parentOf returns the term that another is a kind of: the one with that identifier or
// that number. Where these are two, the name of the parent decides, if it is stated.
func (im *Importer) parentOf(t term, numbered map[string]string) (term, bool) {
	byID, known := im.termOf(t.parent)
	byNumber, alsoKnown := im.terms[numbered[t.parent]]
	switch {
	case !alsoKnown:
		return byID, known
	case !known || byID == byNumber:
		return byNumber, true
	case t.parentCalled == "" || byID.called == byNumber.called:
		return term{}, false
	case t.parentCalled == byID.called:
		return byID, true
	}
	return byNumber, t.parentCalled == byNumber.called
}

// numberedTerms returns the terms by their numbers, where each has one of its own: tables
// of the Ohana API have a column taxonomy_id beside id, and parents are named by it.
func (im *Importer) numberedTerms() map[string]string {
	numbered := map[string]string{}
	for source, t := range im.terms {
		if t.page != "" || t.taxonomyID == "" {
			continue
		}
		if _, taken := numbered[t.taxonomyID]; taken {
			source = ""
		}
		numbered[t.taxonomyID] = source
	}
	return numbered
}

// termNumbered returns the term that has a number of its own, in tables, where all terms
// are read before services. A column taxonomy_ids lists these numbers, and not the
// identifiers beside them; where a number is that of a taxonomy, it is none.
func (im *Importer) termNumbered(number string) (term, bool) {
	if im.numbered == nil {
		im.numbered = im.numberedTerms()
	}
	source, known := im.numbered[number]
	if _, taken := im.taxonomies[canonical(number)]; taken || !known {
		return term{}, false
	}
	t, known := im.terms[source]
	return t, known
}

func compareTerms(a, b sp.Code) int {
	return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Display, b.Display))
}
