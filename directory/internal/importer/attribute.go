package importer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// attributes takes the attributes of a record: those with a link type that
// package hsds lists become facts, all others topics. Where only some link types
// are understood, attributes of others stay among the extra fields.
func (o *Object) attributes(f *directory.Facts, only ...string) {
	for _, field := range []string{"attributes", "service_attributes", "service_taxonomys", "service_taxonomies"} {
		for _, a := range o.list(field) {
			a.attribute(f, only...)
		}
	}
	if len(only) == 0 {
		for _, l := range o.list("link_taxonomies") {
			l.linked(f)
		}
	}
}

func (o *Object) attribute(f *directory.Facts, only ...string) {
	o.ownID()
	written, value := o.textOf("link_type", coded), o.Text("value")
	linkType := word(strings.ReplaceAll(written, "_", "-"))
	if strings.Contains(linkType, "confidential") && !isNo(value) {
		o.record.secret = true
	}
	understood := len(only) == 0 || slices.Contains(only, linkType)
	if !understood {
		o.keep("link_type", "value")
		return
	}
	if value != "" && o.fact(f, linkType, value) {
		if o.has("taxonomy_term") {
			return
		}
		o.drop("taxonomy_term_id")
		return
	}
	topic, found := o.term()
	if value == "" && found && o.fact(f, linkType, topic.Display) {
		return
	}
	o.keep("value")
	if linkType != "topic" {
		o.keep("link_type")
	}
	switch {
	case found && topic.Code != "":
		f.Topics = append(f.Topics, topic)
	case linkType == "topic" && value != "" && !found && !o.has("taxonomy_term_id", "taxonomy_id", "taxonomy_term"):
		o.report(sp.Note, "value", "unknown-term", "is a topic in words, of no taxonomy; it is kept as it is")
	}
}

// term takes the taxonomy term of an attribute, nested or referred to. One that
// the input has elsewhere is looked up when all of it was read; an identifier
// alone is no code, and never becomes a topic.
func (o *Object) term() (sp.Code, bool) {
	for _, field := range []string{"taxonomy_term", "taxonomy"} {
		if j := o.find(field); j == 0 || o.t.nodes[j+1].kind != object || !o.t.says(j+1) {
			continue
		}
		o.drop("taxonomy_term_id", "taxonomy_id")
		return o.object(field).topic(), true
	}
	var source, field string
	for _, field = range []string{"taxonomy_term_id", "taxonomy_id", "taxonomy_term"} {
		if source = o.textOf(field, identifier); source != "" {
			break
		}
	}
	if source == "" {
		return sp.Code{}, false
	}
	if t, ok := o.im.termOf(o.im.local(source)); ok {
		return o.im.code(t), true
	}
	o.keep(field)
	o.later(source, field)
	return sp.Code{}, false
}

// later notes a term that is looked up when all of the input was read.
func (o *Object) later(source, field string) {
	o.im.unresolved = append(o.im.unresolved, unresolved{
		key: o.record.key, term: o.im.local(source), field: o.path() + field, record: o.record.source, file: o.im.file, line: o.im.line,
	})
}

// A term is one of a taxonomy, as the input tells it.
type term struct {
	code, called, taxonomy, taxonomyID string
	page                               string // on which its identifiers mean something, if on one only
	parent, parentCalled               string // local identifier, and name, of the term that it is a kind of
	bare                               bool   // it is of no taxonomy, as an exporter says
	nested                             bool   // it was told only by something that is tagged with it

	file string // where it stands
	line int
}

// termOf returns the term of an identifier: the one that is written so, or else one
// that is the same but for its form. Codes such as 1 and 1.0 may be two terms.
func (im *Importer) termOf(id string) (term, bool) {
	t, known := im.terms[id]
	for _, form := range [...]func(string) string{canonical, withDecimals, strings.ToUpper} {
		if known {
			break
		}
		t, known = im.terms[form(id)]
	}
	return t, known
}

// withDecimals returns a whole number as spreadsheets write it.
func withDecimals(id string) string { return id + ".0" }

// A taxonomy is a list of terms.
type taxonomy struct{ called, uri string }

// code returns what a term is called outside of its feed.
func (im *Importer) code(t term) sp.Code {
	system := t.taxonomy
	taxonomyID := canonical(t.taxonomyID)
	if t.page != "" {
		taxonomyID += "~" + t.page
	}
	if x, ok := im.taxonomies[taxonomyID]; ok {
		if x.uri != "" {
			system = x.uri
		} else if system == "" {
			system = x.called
		}
	}
	if system == "" {
		system, _ = plainText(t.taxonomyID)
	}
	if system == "" && !t.bare {
		system = im.options.Feed + "/taxonomy"
	}
	return sp.Code{System: system, Code: t.code, Display: t.called}
}

// topic takes a nested taxonomy term as a code of its taxonomy.
func (o *Object) topic() sp.Code {
	if topic, is := o.referred(); is {
		return topic
	}
	id, code := o.textOf("id", identifier), o.textOf("code", coded)
	taxonomyID, taxonomy := o.textOf("taxonomy_id", identifier), ""
	nested := o.objectIn("taxonomy")
	if nested == nil {
		taxonomy = o.first(coded, "taxonomy", "vocabulary")
	}
	called, other := o.textOf("name", called), o.textOf("term", called)
	if code == "" {
		code = o.clean("id", id)
	}
	system := taxonomy
	if system == "" {
		system = o.clean("taxonomy_id", taxonomyID)
	}
	if called == "" {
		called = other
	}
	if nested != nil { // by its name, if it says no more
		system = nested.first(coded, "uri", "url", "name", "id")
	} else if detail := o.object("taxonomy_detail"); detail != nil {
		if uri := detail.clean("uri", detail.peek("uri")); uri != "" {
			if uri != taxonomy {
				o.keep("taxonomy")
			}
			system = uri
		}
		o.record.parts = o.record.parts[:len(o.record.parts)-1]
		o.keep("taxonomy_detail")
	} else if x, ok := o.im.taxonomies[o.im.local(canonical(taxonomyID))]; ok && x.uri != "" {
		system = x.uri
	}
	if other != called {
		o.keep("term")
	}
	if code == "" {
		o.keep("name", "taxonomy", "vocabulary", "taxonomy_id")
	} else {
		o.tells(id, term{code: code, called: called, taxonomy: system, bare: system == ""})
	}
	return sp.Code{System: system, Code: code, Display: called}
}

// tells notes a term that was told by what is tagged with it, since others may refer to it.
func (o *Object) tells(id string, t term) {
	if _, known := o.im.terms[o.im.local(id)]; known || id == "" {
		return
	}
	t.nested, t.file, t.line = true, o.im.file, o.im.line
	if parent := o.peek("parent_id"); parent != "" && !isNullWord(parent) { // it stays among the extra fields: its term may be nowhere
		t.parent = o.im.local(parent)
	}
	o.im.terms[o.im.local(id)] = t
}

// fact notes what an attribute states, and reports whether its link type is one
// that states facts.
func (o *Object) fact(f *directory.Facts, linkType, value string) bool {
	answer, stated := sp.Yes, value
	if denied, ok := strings.CutPrefix(value, "no:"); ok {
		answer, value = sp.No, denied
	} else if open, ok := strings.CutPrefix(value, "unknown:"); ok {
		answer, value = sp.Unknown, open
	}
	item := word(value)
	switch linkType {
	case "delivery", "access", "referral-route":
	case "eligibility-group", "eligibility-excluded", "eligibility-restricted", "funded-until", "wait-days",
		"activity", "group-size", "drop-in", "first-contact", "intake-point":
		if answer != sp.Yes { // there is no such thing as the contrary of a day or a group
			o.keep("value")
			o.report(sp.Warning, "value", "bad-answer", "cannot be denied; it is unknown")
			return true
		}
		value = stated
	default:
		return false
	}
	if item == "" || isNullWord(value) || isNotAvailable(value) {
		o.keep("value")
		o.report(sp.Warning, "value", "empty-attribute", "states nothing")
		return true
	}
	o.noteFact(f, linkType, item, value, answer)
	return true
}

// noteFact notes a fact of a link type, whose value is also written as one word.
func (o *Object) noteFact(f *directory.Facts, linkType, item, value string, answer sp.Truth) {
	switch linkType {
	case "delivery":
		f.Delivery = set(o, f.Delivery, directory.Mode(item), answer)
	case "access":
		f.Access = set(o, f.Access, directory.Access(item), answer)
	case "referral-route":
		f.Routes = set(o, f.Routes, directory.Route(item), answer)
	case "eligibility-group":
		f.Eligibility.Groups = append(f.Eligibility.Groups, directory.Group(item))
	case "eligibility-excluded":
		f.Eligibility.Excluded = append(f.Eligibility.Excluded, directory.Group(item))
	case "eligibility-restricted":
		f.Eligibility.Restricted = o.answer(f.Eligibility.Restricted, item)
	case "drop-in":
		f.DropIn = o.answer(f.DropIn, item)
	case "activity":
		f.Format = once(o, f.Format, directory.Format(item))
	case "first-contact":
		f.Welcome = once(o, f.Welcome, value)
	case "intake-point":
		f.Intake = once(o, f.Intake, value)
	case "group-size":
		o.groupSize(f, value)
	case "funded-until":
		d, byRule, ok := o.im.dateOf(value)
		if f.FundedUntil = d; !ok {
			o.keep("value")
			o.report(sp.Warning, "value", "bad-date", "is no day that can be read in one way only, such as 2026-11-23")
		} else if byRule {
			o.report(sp.Note, "value", "date-form", "was read as a day, which has one form only: 2026-11-23")
		}
	default:
		o.wait(f, value)
	}
}

// answer takes a yes or a no, beside what was said before.
func (o *Object) answer(before sp.Truth, item string) sp.Truth {
	answer, ok := map[string]sp.Truth{"yes": sp.Yes, "no": sp.No}[item]
	if !ok {
		o.report(sp.Warning, "value", "bad-answer", "must be yes or no")
		o.keep("value")
		return before
	}
	if before.Known() {
		answer = o.agreed(before, answer)
	}
	return answer
}

// once takes a fact that a record states once; another is kept as it is.
func once[T ~string](o *Object, before, value T) T {
	if before == "" || before == value {
		return value
	}
	o.keep("value")
	o.report(sp.Warning, "value", "contradicting-fact", "is stated in two ways; the first is used")
	return before
}

// maxGroup bounds a group to one that fits into a hall.
const maxGroup = 100_000

func (o *Object) groupSize(f *directory.Facts, value string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxGroup {
		o.keep("value")
		o.report(sp.Warning, "value", "bad-size", "is no number of people")
		return
	}
	if before, stated := f.GroupSize.Lookup(); stated && before != n {
		o.keep("value")
		o.report(sp.Warning, "value", "contradicting-fact", "is stated in two ways; the first is used")
		return
	}
	f.GroupSize = sp.Know(n)
}

// maxWait bounds a wait, in days, to something that a person may live to see.
const maxWait = 36525

func (o *Object) wait(f *directory.Facts, value string) {
	d := numberOf(value)
	if d == nil || !d.IsInteger() || d.Sign() < 0 || d.GreaterThan(decimal.NewFromInt(maxWait)) {
		o.report(sp.Warning, "value", "bad-wait", "is not a number of whole days")
		o.keep("value")
		return
	}
	f.Capacity.WaitDays = sp.Know(int(d.IntPart()))
}

// Term takes a term of a taxonomy, which those that are tagged with it refer to.
func (im *Importer) term(o *Object) {
	t := term{
		code: o.textOf("code", coded), called: o.first(called, "name", "term"),
		taxonomy: o.first(coded, "taxonomy", "vocabulary"), taxonomyID: o.textOf("taxonomy_id", identifier),
		bare: o.yes("sp_bare") == sp.Yes, page: im.page, file: im.file, line: im.line,
	}
	if parent := o.textOf("parent_id", identifier); parent != "" {
		t.parent, t.parentCalled = im.local(parent), o.textOf("parent_name", called)
	}
	source := o.textOf("id", identifier)
	if source == "" { // Ohana numbers terms, not taxonomies
		source, t.taxonomyID = t.taxonomyID, ""
	}
	if source == "" {
		source = t.code
	}
	if source == "" {
		im.report(sp.Error, "", "id", "missing-id", "a term without an identifier cannot be referred to")
		return
	}
	if t.code == "" {
		t.code = o.clean("id", source)
	}
	before, known := im.terms[im.local(source)]
	if before.file, before.line = t.file, t.line; known && !before.nested && before != t {
		im.report(sp.Error, source, "id", "duplicate-id", "another term has the same id and says something else; the first is used")
		return
	}
	if !im.room.take(roomOfTerm) {
		im.noRoom(source, "")
		return
	}
	im.terms[im.local(source)] = t
	if o.states() {
		im.once("terms", func() {
			im.report(sp.Note, "", "", "not-imported", "of terms, what identifies them, their names and their parents are used; there is no place for more")
		})
	}
}

func (im *Importer) taxonomy(o *Object) {
	x := taxonomy{called: o.textOf("name", called), uri: o.first(coded, "uri", "url")}
	if source := o.textOf("id", identifier); source != "" {
		im.taxonomies[im.local(im.canonical(source))] = x
	}
	for _, t := range o.list("taxonomy_terms") {
		im.term(t)
	}
}
