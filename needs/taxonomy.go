package needs

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
	"github.com/socialprescribing/sp/internal/nearest"
)

// A Term is one entry of a taxonomy: a need, or a strength to build upon.
type Term struct {
	Code       Code
	Domain     Domain
	Strength   bool // something the person has, rather than lacks
	Display    string
	Definition string

	// Sensitivity says how carefully it is told.
	Sensitivity Sensitivity
	Mappings    []Mapping // to other code systems
}

// A Sensitivity is how carefully it is told that somebody has a need.
type Sensitivity string

// The sensitivities. The empty one is unknown, and counts as Sensitive.
const (
	Ordinary  Sensitivity = "ordinary"
	Sensitive Sensitivity = "sensitive" // told only where a permission names it, such as domestic abuse
)

// A Relation says how the meaning of a foreign concept compares with ours, in the
// words of a FHIR R4 ConceptMap: "equivalent" means the same; "wider" means more,
// so translating there loses detail; "narrower" means less, so translating there
// claims too much; "related" overlaps.
type Relation string

func (r Relation) valid() bool {
	return slices.Contains([]Relation{"equivalent", "wider", "narrower", "related"}, r)
}

// A Mapping leads from a term to a concept of another code system.
type Mapping struct {
	Relation Relation
	Concept  sp.Code
	Source   string // where the concept was found
}

// A Taxonomy is an immutable, versioned list of terms. It may be used by several
// goroutines at once.
type Taxonomy struct {
	system, version string
	terms           []Term
	index           map[Code]int
	foreign         map[[2]string][]Code // by system and code
}

//go:embed data/taxonomy.csv data/crosswalk.csv
var tables embed.FS

var standard = sync.OnceValue(func() *Taxonomy {
	terms, crosswalk := mustOpen("data/taxonomy.csv"), mustOpen("data/crosswalk.csv")
	t, issues := ReadTaxonomy(System, "2026-11", terms, crosswalk)
	if len(issues) > 0 {
		panic("needs: " + issues[0].Error())
	}
	return t
})

func mustOpen(name string) io.Reader {
	f, err := tables.Open(name)
	if err != nil {
		panic("needs: " + err.Error())
	}
	return f
}

// Standard returns the taxonomy that this package ships: needs and strengths in
// three domains, in the words of the field, with crosswalks to the categories of
// the HL7 SDOH Clinical Care guide 3.0.0 and to the few SNOMED CT concepts that
// a published source confirms. England's own reference sets are available on
// request only: read them with [ReadTaxonomy].
func Standard() *Taxonomy { return standard() }

// ReadTaxonomy reads a taxonomy from two CSV files with header rows: terms with
// the columns code (lower-case letters, digits, hyphens, dots and colons), kind
// (need or strength), domain, display and definition; and, unless nil, a
// crosswalk with code, relation, system, target, display and source. The column
// sensitivity (ordinary or sensitive) may be missing, and then all of them count as
// sensitive. Every fault
// is an issue that leaves out the row it stands in; a note says what was odd about
// the file and could be read all the same. SNOMED CT identifiers must pass their
// check digit.
func ReadTaxonomy(system, version string, terms, crosswalk io.Reader) (*Taxonomy, []sp.Issue) {
	t := &Taxonomy{system: system, version: version, index: map[Code]int{}, foreign: map[[2]string][]Code{}}
	var issues []sp.Issue
	issues = append(issues, readRows("taxonomy", terms, []string{"code", "kind", "domain", "display", "definition", "sensitivity?"}, t.addTerm)...)
	if crosswalk != nil {
		issues = append(issues, readRows("crosswalk", crosswalk, []string{"code", "relation", "system", "target", "display", "source"}, t.addMapping)...)
	}
	return t, issues
}

// addTerm adds the term of one row. It returns the field at fault, a stable code
// and what is wrong, or nothing.
func (t *Taxonomy) addTerm(row []string) (field, code, detail string) {
	term := Term{Code: Code(row[0]), Domain: Domain(row[2]), Strength: row[1] == "strength", Display: row[3], Definition: row[4], Sensitivity: Sensitivity(row[5])}
	_, exists := t.index[term.Code]
	switch {
	case term.Code == "":
		return "code", "missing-code", "must not be empty"
	case !sp.ValidCode(term.Code):
		return "code", "bad-code", sp.CodeRule
	case exists:
		return "code", "duplicate-code", "stands in an earlier row"
	case row[1] != "need" && row[1] != "strength":
		return "kind", "unknown-kind", "must be need or strength"
	case !slices.Contains([]Domain{Biological, Psychological, Social}, term.Domain):
		return "domain", "unknown-domain", "must be biological, psychological or social"
	case !slices.Contains([]Sensitivity{"", Ordinary, Sensitive}, term.Sensitivity):
		return "sensitivity", "unknown-sensitivity", "must be ordinary or sensitive"
	}
	t.index[term.Code] = len(t.terms)
	t.terms = append(t.terms, term)
	return "", "", ""
}

func (t *Taxonomy) addMapping(row []string) (field, code, detail string) {
	i, ok := t.index[Code(row[0])]
	m := Mapping{
		Relation: Relation(row[1]),
		Concept:  sp.Code{System: row[2], Code: row[3], Display: row[4]},
		Source:   row[5],
	}
	switch {
	case !ok:
		return "code", "dangling-reference", "names no term of the taxonomy"
	case !m.Relation.valid():
		return "relation", "unknown-relation", "must be equivalent, wider, narrower or related"
	case m.Concept.System == "" || m.Concept.Code == "":
		return "target", "missing-target", "needs a system and a code"
	}
	if m.Concept.InSNOMED() {
		if _, err := sp.ParseSCTID(m.Concept.Code); err != nil {
			return "target", "bad-sctid", "fails the check digit of SNOMED CT"
		}
	}
	t.terms[i].Mappings = append(t.terms[i].Mappings, m)
	key := [2]string{m.Concept.System, m.Concept.Code}
	t.foreign[key] = append(t.foreign[key], t.terms[i].Code)
	return "", "", ""
}

// readRows reads the named columns of every row of a CSV file, in any order of
// columns, and makes an issue of whatever add objects to. A column whose name ends with a
// question mark may be missing, and is empty then.
func readRows(file string, r io.Reader, columns []string, add func(row []string) (field, code, detail string)) []sp.Issue {
	f, err := csvfile.Open(r, file)
	if issue, ok := errors.AsType[sp.Issue](err); ok {
		return []sp.Issue{issue}
	}
	if err != nil {
		return []sp.Issue{{Severity: sp.Error, File: file, Code: "unreadable", Detail: "cannot be read"}}
	}
	report := func(line int, record, field, code, detail string) {
		f.Issues.Add(sp.Issue{Severity: sp.Error, Line: line, Record: record, Field: field, Code: code, Detail: detail})
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		name, optional := strings.CutSuffix(name, "?")
		var ok bool
		if at[i], ok = f.Column(name); !ok {
			at[i] = -1
		}
		if !ok && !optional {
			report(1, "", name, "missing-column", "is not in the header")
		}
	}
	if f.Issues.Count(sp.Error) > 0 {
		return f.Issues.List()
	}
	row := make([]string, len(columns))
	for read, err := range f.Rows() {
		if err != nil {
			report(0, "", "", "unreadable", "cannot be read to its end")
			break
		}
		if len(read.Fields) != len(f.Header) {
			report(read.Line, "", "", "malformed-row", "has another number of fields than the header")
			continue
		}
		for i := range row {
			if row[i] = ""; at[i] >= 0 {
				row[i] = read.Fields[at[i]]
			}
		}
		if field, code, detail := add(row); code != "" {
			report(read.Line, row[0], field, code, detail)
		}
	}
	return f.Issues.List()
}

// Version returns the version of the taxonomy, such as "2026-11".
func (t *Taxonomy) Version() string { return t.version }

// Canonical returns "system|version", as FHIR refers to one version of a code
// system. It is what decisions record.
func (t *Taxonomy) Canonical() string { return t.system + "|" + t.version }

// Len returns the number of terms.
func (t *Taxonomy) Len() int { return len(t.terms) }

// All returns the terms in the order of their file.
func (t *Taxonomy) All() iter.Seq[Term] {
	return func(yield func(Term) bool) {
		for _, term := range t.terms {
			if !yield(term.clone()) {
				return
			}
		}
	}
}

// Term returns the term of c, and false if the taxonomy has none.
func (t *Taxonomy) Term(c Code) (Term, bool) {
	i, ok := t.index[c]
	if !ok {
		return Term{}, false
	}
	return t.terms[i].clone(), true
}

// Check notes in e what [CheckCodes] does, and every code that the taxonomy does not
// have, with the term that was probably meant, so that somebody who has mistyped a code is
// asked. A nil taxonomy is the [Standard].
func (t *Taxonomy) Check(e *sp.InvalidError, path string, list []Code) {
	if t == nil {
		t = Standard()
	}
	CheckCodes(e, path, list)
	for i, c := range list {
		if _, known := t.index[c]; !known && sp.ValidCode(c) {
			e.Check(false, fmt.Sprintf("%s[%d]", path, i), sp.NotListed, t.rule(c))
		}
	}
}

// rule says what a code must be that the taxonomy does not have.
func (t *Taxonomy) rule(c Code) string {
	codes := make([]Code, len(t.terms))
	for i := range t.terms {
		codes[i] = t.terms[i].Code
	}
	if meant := nearest.To(string(c), codes); meant != "" {
		return fmt.Sprintf("must be a term of the taxonomy; the nearest is %q", meant)
	}
	return "must be a term of the taxonomy"
}

// Sensitive reports whether it is told only where a permission names it that somebody has
// the need c. A code that the taxonomy lacks counts as sensitive, since nobody knows what
// it means.
func (t *Taxonomy) Sensitive(c Code) bool {
	i, ok := t.index[c]
	return !ok || t.terms[i].Sensitivity != Ordinary
}

// clone returns a copy that shares no memory with t.
func (t Term) clone() Term {
	t.Mappings = slices.Clone(t.Mappings)
	return t
}

// Concept returns c as a concept of this taxonomy, or a code without a system
// if it has no such term.
func (t *Taxonomy) Concept(c Code) sp.Code {
	i, ok := t.index[c]
	if !ok {
		return sp.Code{Code: string(c)}
	}
	return sp.Code{System: t.system, Version: t.version, Code: string(c), Display: t.terms[i].Display}
}

// Codes returns the terms that a concept leads to: itself if it is of this
// taxonomy, or those that the crosswalk maps to it. It is the way in for
// referrals and directories that speak another code system.
func (t *Taxonomy) Codes(concept sp.Code) []Code {
	if concept.System == t.system {
		if _, ok := t.index[Code(concept.Code)]; ok {
			return []Code{Code(concept.Code)}
		}
	}
	return slices.Clone(t.foreign[[2]string{concept.System, concept.Code}])
}

// Translate returns the terms that concepts lead to, each once and in the order of the
// concepts, and the concepts that lead nowhere, which somebody has to look at. It takes
// the reasons of a referral that came in the words of another system to where needs are
// asked for, such as Options.Needs of package matching. A nil taxonomy is the [Standard].
func (t *Taxonomy) Translate(concepts []sp.Code) (codes []Code, missing []sp.Code) {
	if t == nil {
		t = Standard()
	}
	for _, concept := range concepts {
		found := t.Codes(concept)
		if len(found) == 0 {
			missing = append(missing, concept)
		}
		for _, c := range found {
			if !slices.Contains(codes, c) {
				codes = append(codes, c)
			}
		}
	}
	return codes, missing
}
