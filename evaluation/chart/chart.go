package chart

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A Picture is a finding that can be drawn, with the numbers behind it.
type Picture struct {
	Name string // begins the IDs in the drawing: set another one to put two of a kind on a page

	Title    string // the finding
	Subtitle string // what, of whom, when, in which unit
	Desc     string // the main values, for those who do not see the drawing
	Foot     string // method, level, source, what is hidden, and on what grounds the rest is shown
	Table    Table

	within disclosure.Audience // for whom alone it is; empty is everybody
	lang   string
	draw   func(*svg.Sheet)
}

// A Form is how wide a drawing is.
type Form string

// The forms.
const (
	Wide   Form = "wide"   // 760 pixels: screens, print
	Narrow Form = "narrow" // 328 pixels: telephones of 360
)

// width returns that of a form, in pixels.
func (f Form) width() float64 {
	if f == Narrow {
		return 328
	}
	return 760
}

// Public returns nil if everybody may see the picture, and an error that is [sp.ErrDenied] if it
// stays within care or the team. Whatever is published asks it.
func (p Picture) Public() error {
	if p.within != "" {
		return fmt.Errorf("chart: %s: for %s only: %w", p.Name, p.within, sp.ErrDenied)
	}
	return nil
}

// SVG returns the drawing as a file of its own, with its style: light, or dark where the reader's screen is.
func (p Picture) SVG(f Form) []byte { return p.render(f, svg.Style()) }

// Inline returns the drawing as an element of a page that has the rules of [Style]. Put both forms
// beside each other, and the reader sees the one that fits.
func (p Picture) Inline(f Form) []byte { return p.render(f, "") }

// Style returns the style sheet of inline drawings, for the head of a page. Its rules are for
// classes that begin with "sp-".
func Style() string { return svg.Style() }

func (p Picture) render(f Form, style string) []byte {
	class := "sp-wide"
	if style != "" {
		class = "sp-file" // shown whatever the width of the screen
	} else if f == Narrow {
		class = "sp-narrow"
	}
	return p.sheet(f).Finish(p.Title, p.Desc, class, cmp.Or(p.lang, "en"), style)
}

// sheet draws everything between the first line and the last.
func (p Picture) sheet(f Form) *svg.Sheet {
	id := identifier(p.Name) + "-" + string(cmp.Or(f, Wide))
	s := svg.New(id, f.width())
	title := 18.0
	if f == Narrow {
		title = 16
	}
	s.Lines(12, s.W-24, p.Title, svg.T{Size: title, Bold: true})
	s.Y += 2
	s.Lines(12, s.W-24, p.Subtitle, svg.T{Size: 13, Colour: svg.Mute})
	s.Y += 8
	if p.draw != nil {
		p.draw(s)
	}
	s.Y += 6
	s.Lines(12, s.W-24, p.Foot, svg.T{Size: 11, Colour: svg.Mute})
	return s
}

// identifier returns a name as an ID of XML: letters, digits and hyphens.
func identifier(name string) string {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name)
	return "sp-" + id
}

// A Table is the numbers of a picture, a row for each, for whoever reads them or draws them anew.
type Table struct {
	Columns []string
	Rows    [][]string // numbers without separators; what has none says why in the column status
}

// WriteCSV writes the table with its header. Texts are guarded against formulas as package
// evaluation/export guards them.
func (t Table) WriteCSV(w io.Writer) error {
	text := csvfile.AppendRow(nil, t.Columns)
	for _, row := range t.Rows {
		text = csvfile.AppendRow(text, row)
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("chart: table: %w", err)
	}
	return nil
}

// An About says what no number says of itself. It stands in the subtitle and the foot.
type About struct {
	Of     string    // whom or what the numbers are of, and where: "people referred in Sandholme"
	During sp.Period // when; zero is not said
	Source string    // where they are from
	Words  Words     // nil is [English]; a word that it lacks is English too
	Lang   string    // the language of the words, as BCP 47 has it; empty is en
}
