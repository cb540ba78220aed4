package fhir

import (
	"html"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/feedback"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// messageBack is the type of the document. No code of SNOMED CT or LOINC for it is
// established, so it is one of this package's.
var messageBack = sp.Code{System: Extensions + "document-type", Code: "message-back", Display: "Social prescribing: message back"}

// Document writes the message to a referrer as a document: a bundle whose first entry is a
// Composition with a section for each paragraph, in text that anybody can read. What the
// message says was decided by its own permission; the reader is who it is for. That something
// was withheld is said, and not what: the report names it for whoever sends it.
func (e Encoder) Document(m *feedback.Message, of person.ID) (*resource.Bundle, Report) {
	e.bundled, e.present = true, nil
	w := e.begin("Composition", nil)
	identifier, _ := e.id("message", string(m.Referral)+" "+m.At.UTC().Format("20060102T150405Z"))
	w.o.Set("identifier", identifier)
	w.o.Set("status", resource.Text("final")).Set("type", concept("", messageBack))
	w.o.Set("subject", e.named("Patient", "person", string(of)))
	w.o.Set("date", e.moment(m.At))
	w.o.Set("author", resource.List(e.named("Organization", "organisation", string(e.Scheme))))
	w.o.Set("title", resource.Text(m.Title))
	event := object().Set("code", codes(m.Codes)).Set("detail", resource.List(e.named("ServiceRequest", "referral", string(m.Referral))))
	w.o.Set("event", resource.List(event.Value()))
	var sections []resource.Value
	for _, p := range m.Paragraphs {
		sections = append(sections, object().Set("title", resource.Text(p.Heading)).Set("text", narrative(p.Lines)).Value())
	}
	if len(m.Withheld) > 0 {
		why := concept("", sp.Code{System: "http://terminology.hl7.org/CodeSystem/list-empty-reason", Code: "withheld", Display: "Information Withheld"})
		sections = append(sections, object().Set("title", resource.Text("Not told")).
			Set("text", narrative([]string{"Some of what is known is not told."})).Set("emptyReason", why).Value())
	}
	w.o.Set("section", resource.List(sections...))
	for _, x := range m.Withheld {
		w.lose(Loss{Path: x.Field, Kind: Withheld})
	}
	w.drop("told", len(m.Told) > 0, false)
	w.drop("to", m.To != (sp.Actor{}), false)
	b := resource.NewBundle("document")
	b.Object.Set("identifier", identifier).Set("timestamp", e.moment(m.At))
	b.Add(e.url("Composition", "message", identifier.Get("value").Text()), w.o)
	return b, w.report
}

func codes(list []sp.Code) resource.Value {
	all := make([]resource.Value, len(list))
	for i, c := range list {
		all[i] = concept("", c)
	}
	return resource.List(all...)
}

// narrative writes lines as XHTML, with what could be taken for markup escaped.
func narrative(lines []string) resource.Value {
	var b strings.Builder
	b.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml">`)
	for _, line := range lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	b.WriteString("</div>")
	return object().Set("status", resource.Text("generated")).Set("div", resource.Text(b.String())).Value()
}

// Document reads a message from a document of anybody: its title, its sections as lines of
// text without their markup, and the codes that it states. Sections within sections follow
// each other. It is [sp.ErrInvalid] if the bundle is no document or its first entry no
// Composition.
func (d Decoder) Document(b *resource.Bundle) (*feedback.Message, Report, error) {
	if b.Type() != "document" || len(b.Entries) == 0 {
		return nil, Report{{Path: "Bundle.type", Kind: Refused, Severity: sp.Error}}, sp.Invalid("fhir: read a document", "Bundle.type", sp.WrongType, "must be document, with a Composition first")
	}
	d.index = b.Index()
	r, err := d.begin(b.Entries[0].Resource, "Composition")
	if err != nil {
		return nil, r.report, err
	}
	m := &feedback.Message{Title: r.o.Get("title").Text(), At: r.moment("date")}
	event := r.o.Get("event").First()
	id, _ := d.ours("referral", event.Get("detail").First())
	m.Referral = referral.ID(id)
	for _, one := range event.Get("code").All() {
		for c := range codesOf(one) {
			m.Codes = append(m.Codes, c)
		}
	}
	r.sections(m, r.o.Get("section"), "section")
	for i := range b.Entries {
		if i > 0 {
			r.lose(Loss{Path: at("Bundle.entry", i), Theirs: b.Entries[i].Resource.Type(), Kind: Dropped})
		}
	}
	return m, r.report, nil
}

// sections reads the paragraphs of a document.
func (r *in) sections(m *feedback.Message, list resource.Value, path string) {
	for i, one := range list.All() {
		div := one.Get("text", "div").Text()
		lines, plain := linesOf(div)
		switch {
		case !one.Get("emptyReason").IsZero():
			m.Withheld = append(m.Withheld, consent.Withheld{Field: one.Get("title").Text(), Why: sp.ErrDenied})
		case len(lines) > 0:
			m.Paragraphs = append(m.Paragraphs, feedback.Paragraph{Heading: one.Get("title").Text(), Lines: lines})
		}
		if !plain {
			r.lose(Loss{Path: r.path(at(path, i) + ".text.div"), Ours: "lines", Theirs: "markup", Kind: Coarsened})
		}
		if !one.Get("entry").IsZero() {
			r.lose(Loss{Path: r.path(at(path, i) + ".entry"), Kind: Dropped})
		}
		r.sections(m, one.Get("section"), at(path, i)+".section")
	}
}

// linesOf returns the text of XHTML in lines, one for each paragraph, and whether it has no
// other markup.
func linesOf(div string) (lines []string, plain bool) {
	plain = true
	line := ""
	end := func() {
		if said := strings.Join(strings.Fields(html.UnescapeString(line)), " "); said != "" {
			lines = append(lines, said)
		}
		line = ""
	}
	for div != "" {
		text, rest, tag := strings.Cut(div, "<")
		line += text
		if !tag {
			break
		}
		name, after, _ := strings.Cut(rest, ">")
		div = after
		name = strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(name), "/"), "/")
		switch name, _, _ = strings.Cut(name, " "); name {
		case "p", "div":
			end()
		case "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6":
			plain = false
			end()
		default:
			plain = false
			line += " "
		}
	}
	end()
	return lines, plain
}

// Communication writes the message to a referrer in its short form, as text about the
// request. The codes have no place in it.
func (e Encoder) Communication(m *feedback.Message, of person.ID, onto *resource.Object) (*resource.Object, Report) {
	w := e.begin("Communication", onto)
	w.identify("message", string(m.Referral)+" "+m.At.UTC().Format("20060102T150405Z"))
	w.o.Set("status", resource.Text("completed"))
	w.keep("subject", e.ref("Patient", "person", string(of)))
	w.keep("about", resource.List(e.ref("ServiceRequest", "referral", string(m.Referral))))
	w.setMoment("sent", m.At)
	w.keep("recipient", resource.List(e.named("PractitionerRole", "actor", m.To.ID)))
	w.keep("sender", e.named("Organization", "organisation", string(e.Scheme)))
	w.o.Set("payload", resource.List(object().Set("contentString", resource.Text(m.String())).Value()))
	for _, x := range m.Withheld {
		w.lose(Loss{Path: x.Field, Kind: Withheld})
	}
	w.drop("codes", len(m.Codes) > 0, false)
	w.drop("told", len(m.Told) > 0, false)
	w.lose(Loss{Path: "paragraphs", Ours: "headings", Theirs: "Communication.payload", Kind: Coarsened})
	return w.done()
}

// Communication reads what somebody wrote about a referral, each text a paragraph.
// Attachments and references are reported.
func (d Decoder) Communication(o *resource.Object) (*feedback.Message, Report, error) {
	r, err := d.begin(o, "Communication")
	if err != nil {
		return nil, r.report, err
	}
	m := &feedback.Message{At: r.moment("sent"), Referral: referral.ID(r.part("referral", "about"))}
	for i, one := range o.Get("payload").All() {
		text := one.Get("contentString").Text()
		if text == "" {
			r.lose(Loss{Path: r.path(at("payload", i)), Kind: Dropped, Severity: sp.Warning})
			continue
		}
		m.Paragraphs = append(m.Paragraphs, feedback.Paragraph{Lines: strings.Split(strings.TrimSpace(text), "\n")})
	}
	return m, r.report, nil
}
