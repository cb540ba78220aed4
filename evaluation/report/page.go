package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // the form of the page and its style are files
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/chart"
)

// A Page is one report.
type Page struct {
	Title    string // of the report: "Sandholme social prescribing"
	About    string // of whom it tells, and when: one sentence below the title
	Sections []Section

	// Basis says what the numbers rest on, at the foot of the page: the last day of the
	// log, the version of the library, the policy of disclosure.
	Basis []Term

	Words    Words  // what the page says by itself; what is missing is English
	Language string // of the page, as HTML names it; empty is "en-GB"
}

// A Section is a part of a page under a heading of its own.
type Section struct {
	Title string
	// Found are its findings in a sentence each, for the top of the page. Nil are those
	// of its parts: the titles of pictures, and of barriers the worst.
	Found []string
	Parts []Part
}

// Write writes the page as HTML. Nothing is written if it fails: with an error that is
// [sp.ErrInvalid] and names every fault by its path, such as a section without a title, or
// [sp.ErrDenied] for a picture or a table that may not be published.
func (p Page) Write(w io.Writer) error {
	v, err := p.view()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := form.Execute(&b, v); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

var (
	//go:embed page.html
	page string
	//go:embed page.css
	style string

	form = template.Must(template.New("page").Parse(page))
)

// A view is a page as its form takes it.
type view struct {
	Page
	Style  template.CSS
	Policy string // of content security
	Found  []string
	Shown  []shownSection
}

type shownSection struct {
	ID, Title string
	Parts     []template.HTML
}

// Say returns what the page says by itself, with values in the place of names in braces.
func (v view) Say(key string, values ...string) string { return v.Words.say(key, values...) }

// view returns the page for its form, or every fault of it.
func (p Page) view() (v view, err error) {
	p.Language = cmp.Or(p.Language, "en-GB")
	css := style + chart.Style()
	sum := sha256.Sum256([]byte(css))
	v = view{
		Page:   p,
		Style:  template.CSS(css), //nolint:gosec // it is our own
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
	e := &sp.InvalidError{Subject: "report"}
	e.Check(strings.TrimSpace(p.Title) != "", "title", sp.Missing, "must say what the report is about")
	e.Check(len(p.Sections) > 0, "sections", sp.Missing, "must have one section or more")
	var denied []error
	ids := make(names)
	for i, s := range p.Sections {
		path := "sections[" + strconv.Itoa(i) + "]"
		e.Check(strings.TrimSpace(s.Title) != "", path+".title", sp.Missing, "must have a title, by which it is found")
		shown := shownSection{ID: ids.of(s.Title), Title: s.Title}
		for k, part := range s.Parts {
			at := fmt.Sprintf("%s.parts[%d]", path, k)
			if part == nil {
				e.Check(false, at, sp.Missing, "must be a part")
				continue
			}
			html, found, err := part.html(p.Words, ids)
			if err != nil {
				denied = append(denied, fmt.Errorf("report: %s: %w", at, err))
			}
			shown.Parts = append(shown.Parts, html)
			if s.Found == nil {
				v.Found = append(v.Found, found...)
			}
		}
		v.Found = append(v.Found, s.Found...)
		v.Shown = append(v.Shown, shown)
	}
	return v, errors.Join(append(denied, e.Err())...)
}

// names counts what the IDs of a page are made of, so that each stands there once.
type names map[string]int

// of returns an ID that is made of a title. It begins as no other ID of the page does.
func (n names) of(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	id := "s-" + strings.Join(words, "-")
	id = id[:min(len(id), longestID)]
	if n[id]++; n[id] > 1 {
		return id + "." + strconv.Itoa(n[id])
	}
	return id
}

// longestID is how much of a title an address repeats.
const longestID = 40
