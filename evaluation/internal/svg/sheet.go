// Package svg draws the pictures of package chart: text that stays text, colours for light and
// dark screens, no script, and the same bytes each time.
//
// A Sheet is drawn from the top down. It remembers where text stands, so that a test can say
// whether any is cut or overlaps another.
package svg

import (
	"bytes"
	"math"
	"strconv"
)

// A Sheet is one drawing.
type Sheet struct {
	W float64 // width in pixels
	Y float64 // everything below is free

	Boxes []Box // of all text, and of marks that no label may cover

	id      string
	b       bytes.Buffer
	hatched bool
}

// A Box is a place that is taken.
type Box struct {
	X0, Y0, X1, Y1 float64
	Text           string // empty for a mark
}

// touches reports whether two boxes overlap.
func (a Box) touches(b Box) bool { return a.X0 < b.X1 && b.X0 < a.X1 && a.Y0 < b.Y1 && b.Y0 < a.Y1 }

// New returns an empty sheet. The ID begins those of everything in it.
func New(id string, width float64) *Sheet { return &Sheet{W: width, Y: 6, id: id} }

// Number writes a length with at most one decimal.
func Number(v float64) string {
	s := strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
	if s == "-0" || math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return s
}

// put writes parts as they are.
func (s *Sheet) put(parts ...string) {
	for _, p := range parts {
		s.b.WriteString(p)
	}
}

// attribute writes a name with a number.
func (s *Sheet) attribute(name string, v float64) { s.put(" ", name, `="`, Number(v), `"`) }

// paint writes the colour of an area and of its rim as a class, for style sheets, and as attributes, for
// programs that have none.
func (s *Sheet) paint(fill, stroke Colour, width float64, dash string) {
	class := ""
	if fill != "" {
		class = "sp-f-" + string(fill)
	}
	if stroke != "" {
		if class != "" {
			class += " "
		}
		class += "sp-s-" + string(stroke)
	}
	s.put(` class="`, class, `"`)
	if fill == "" {
		s.put(` fill="none"`)
	} else {
		s.put(` fill="`, light(fill), `"`)
	}
	if stroke != "" {
		s.put(` stroke="`, light(stroke), `"`)
		s.attribute("stroke-width", width)
	}
	if dash != "" {
		s.put(` stroke-dasharray="`, dash, `"`)
	}
}

// end closes an element, with a tip if there is one.
func (s *Sheet) end(element, tip string) {
	if tip == "" {
		s.put("/>\n")
		return
	}
	s.put("><title>", escape(tip), "</title></", element, ">\n")
}

// Line draws a line.
func (s *Sheet) Line(x1, y1, x2, y2 float64, c Colour, width float64, dash string) {
	s.put("<line")
	s.attribute("x1", x1)
	s.attribute("y1", y1)
	s.attribute("x2", x2)
	s.attribute("y2", y2)
	s.paint("", c, width, dash)
	s.end("line", "")
}

// Rect draws a filled rectangle, with a rim if one is given.
func (s *Sheet) Rect(x, y, w, h float64, fill, rim Colour, tip string) {
	s.put("<rect")
	s.box(x, y, w, h)
	s.paint(fill, rim, 1, "")
	s.end("rect", tip)
}

func (s *Sheet) box(x, y, w, h float64) {
	s.attribute("x", x)
	s.attribute("y", y)
	s.attribute("width", max(w, 0))
	s.attribute("height", max(h, 0))
}

// Hatch draws what was not measured: stripes that no colour has.
func (s *Sheet) Hatch(x, y, w, h float64, tip string) {
	if !s.hatched {
		s.hatched = true
		s.put(`<defs><pattern id="`, s.id, `-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6"`)
		s.paint(Paper, "", 0, "")
		s.put(`/><line x1="0" y1="0" x2="0" y2="6"`)
		s.paint("", Axis, 1.4, "")
		s.put("/></pattern></defs>\n")
	}
	s.put("<rect")
	s.box(x, y, w, h)
	s.put(` fill="url(#`, s.id, `-hatch)"`)
	s.end("rect", tip)
}

// A Point is a place on a sheet.
type Point struct{ X, Y float64 }

// Path draws a line through points, or fills what they enclose.
func (s *Sheet) Path(points []Point, fill, stroke Colour, width float64, dash string) {
	if len(points) == 0 {
		return
	}
	s.put(`<path d="`)
	for i, p := range points {
		if i == 0 {
			s.put("M")
		} else {
			s.put("L")
		}
		s.put(Number(p.X), " ", Number(p.Y))
	}
	if fill != "" {
		s.put("Z")
	}
	s.put(`"`)
	s.paint(fill, stroke, width, dash)
	s.end("path", "")
}
