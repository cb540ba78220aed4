// Package page draws the pages of the desk: what a practice, a link worker, a provider, a lead, a
// board and the person themself see. It knows no HTTP, no storage and no rules. A view holds what
// stands on a page, in the order in which it is read, and Pages write it.
//
//	pages, err := page.New("en-GB", nil)
//	err = pages.Write(w, page.Frame{Site: "Sandholme Link", Who: "Ann Archer"}, page.Today{
//		Title: "Start with June: you hold her risk",
//		Now:   []page.Step{{Who: page.Link{Text: "June Moon", To: "/people/R-1"}, Why: "...", Next: "...", By: "9:15"}},
//	})
//
// # What holds on every page
//
// The title is the finding or the question. What is about safety stands first, with who holds it.
// Red is for danger to a person and for an input to put right; what is late or bad is amber, and a
// word always says it too. Nothing changes by following a link: a form posts its token. Whatever
// may not be done yet is a sentence that says what must come first, and never a dead button.
//
// There is no script. Under the content policy of package gate a page asks for one style sheet
// ([Style]) and nothing else. A tick in the head veils who people are, for a screen that others see.
//
// # Words
//
// The words of the pages stand in the templates in English and are looked up in [Words] by
// themselves, as gettext does, so that a translation is one table: [English] lists what it needs.
// What a view holds, comes in the language of the reader.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed desk.css
var style string

// Style returns the style sheet of all pages.
func Style() string { return style }

// Words are the words of the pages in another language, by those in English. Where one is not
// there, it stands in English.
type Words map[string]string

var spoken = regexp.MustCompile(`\(?\bt ("(?:[^"\\]|\\.)*")`)

// English returns everything that the templates say, in order and once: what a translation needs.
func English() ([]string, error) {
	var all []string
	files, err := templates.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		text, err := templates.ReadFile("templates/" + f.Name())
		if err != nil {
			return nil, err
		}
		for _, found := range spoken.FindAllStringSubmatch(string(text), -1) {
			all = append(all, strings.Trim(found[1], `"`))
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// A Link leads to another page.
type Link struct {
	Text string
	To   string
	Here bool // it is this page
}

// A Frame is what is around every page.
type Frame struct {
	Site   string // the name of the scheme
	Style  string // path of the style sheet; empty is /desk.css
	Who    string // who has signed in
	Out    string // the path that signs them out
	Pages  []Link
	Back   Link   // one page up; zero is none
	Token  string // of package gate, for the forms of the page
	Seen   int64  // version of what is shown, which a form sends back
	Veil   string // the path that hides names on every page, or shows them again; empty is none
	Veiled bool   // names are hidden when the page opens

	Key string // by which what a form sends is known again, so that twice pressed saves once
}

// A View is one of the views of this package.
type View interface {
	template() string
	heading() string
}

// Pages write views in one language. They are safe for use by many goroutines.
type Pages struct {
	lang string
	all  *template.Template
}

// New returns pages in a language, as BCP 47 has it. Nil words are English.
func New(lang string, w Words) (*Pages, error) {
	say := func(english string, args ...any) string {
		if other := w[english]; other != "" {
			english = other
		}
		if len(args) == 0 {
			return english
		}
		return fmt.Sprintf(english, args...)
	}
	all, err := template.New("").Funcs(template.FuncMap{
		"t": say, "in": with, "plus": func(a, b int) int { return a + b }, "dial": dial, "quieter": quieter,
		"step": func(s Step, first bool) lit { return lit{s, first && s.Tag.Kind == Risk} },
	}).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("page: templates: %w", err)
	}
	return &Pages{lang: lang, all: all}, nil
}

// part is a piece of a page with the frame that it stands in.
type part struct {
	Frame Frame
	It    any
}

// wrong returns what there is to put right on a page, which its title says first.
func wrong(v View) (all []Field) {
	for _, f := range asks(v) {
		all = append(all, f.Wrong()...)
	}
	return all
}

// asks returns the forms of a view in which something can be wrong.
func asks(v View) []Form {
	switch v := v.(type) {
	case Refer:
		return []Form{v.Form}
	case Person:
		return []Form{v.Do, v.Goal, v.Note, v.Ask}
	case Provider:
		return []Form{v.Form, v.Attend, v.Finish}
	case Lead:
		return []Form{v.Over}
	case HandOver:
		return []Form{v.Form}
	case Crisis:
		return []Form{v.Form}
	case Mine:
		return []Form{v.Stop}
	case Stop:
		return []Form{v.Form}
	case Ask:
		return []Form{v.Form, v.Other}
	case People:
		return []Form{v.Find}
	}
	return nil
}

// own reports whether a view is one of a person's own pages.
func own(v View) bool {
	switch v := v.(type) {
	case Mine, Stop:
		return true
	case Ask:
		return v.Own
	case Notice:
		return v.Own
	}
	return false
}

// A lit is a step, of which one may be the first button of its page.
type lit struct {
	Step
	Lit bool
}

// dial returns a number as a telephone dials it.
func dial(number string) string { return strings.NewReplacer(" ", "", "-", "").Replace(number) }

// quieter returns a form whose button is not the first of the page.
func quieter(f Form, quiet bool) Form {
	f.Quiet, f.Risk = f.Quiet || quiet, f.Risk && !quiet
	return f
}

func with(f Frame, it any) part { return part{f, it} }

// Write writes the page of a view, or nothing if it cannot be drawn.
func (p *Pages) Write(w io.Writer, f Frame, v View) error {
	if f.Style == "" {
		f.Style = "/desk.css"
	}
	var content, whole bytes.Buffer
	if err := p.all.ExecuteTemplate(&content, v.template()+".html", part{f, v}); err != nil {
		return fmt.Errorf("page: %s: %w", v.template(), err)
	}
	err := p.all.ExecuteTemplate(&whole, "frame.html", struct {
		Lang, Heading, Kind string
		Own                 bool
		Wrong               []Field
		Frame               Frame
		Content             template.HTML
	}{p.lang, v.heading(), v.template(), own(v), wrong(v), f, template.HTML(content.String())}) //nolint:gosec // html/template has just written it
	if err != nil {
		return fmt.Errorf("page: frame of %s: %w", v.template(), err)
	}
	_, err = w.Write(whole.Bytes())
	return err
}
