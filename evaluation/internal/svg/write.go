package svg

import "bytes"

// An Anchor says which part of a text stands at its place.
type Anchor string

// The anchors.
const (
	Start  Anchor = ""
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// T says how a text looks. Zero is 12 pixels in ink from its place on.
type T struct {
	Size   float64
	Anchor Anchor
	Colour Colour
	Bold   bool
	Halo   bool // of paper around it, where it may cross a line
	Tip    string
}

func (t T) size() float64 {
	if t.Size == 0 {
		return 12
	}
	return t.Size
}

// place returns the box of a text whose base line begins at a place.
func (t T) place(x, y float64, text string) Box {
	w := Width(text, t.size(), t.Bold)
	switch t.Anchor {
	case Middle:
		x -= w / 2
	case End:
		x -= w
	case Start:
	}
	return Box{X0: x, Y0: y - 0.78*t.size(), X1: x + w, Y1: y + 0.2*t.size(), Text: text}
}

// Text writes one line.
func (s *Sheet) Text(x, y float64, text string, t T) {
	if text == "" {
		return
	}
	s.Boxes = append(s.Boxes, t.place(x, y, text))
	c := t.Colour
	if c == "" {
		c = Ink
	}
	s.put("<text")
	s.attribute("x", x)
	s.attribute("y", y)
	if t.Halo {
		s.paint(c, Paper, 3, "")
		s.put(` paint-order="stroke" stroke-linejoin="round"`)
	} else {
		s.paint(c, "", 0, "")
	}
	s.attribute("font-size", t.size())
	if t.Anchor != Start {
		s.put(` text-anchor="`, string(t.Anchor), `"`)
	}
	if t.Bold {
		s.put(` font-weight="700"`)
	}
	s.put(">", escape(text))
	if t.Tip != "" {
		s.put("<title>", escape(t.Tip), "</title>")
	}
	s.put("</text>\n")
}

// Label writes a name beside a mark where it touches nothing, and reports whether there was room.
func (s *Sheet) Label(x, y, r float64, name string, within Box) bool {
	for _, o := range []struct {
		dx, dy float64
		a      Anchor
	}{{r + 3, 4, Start}, {-r - 3, 4, End}, {0, -r - 4, Middle}, {0, r + 11, Middle}, {r, -r - 2, Start}, {-r, -r - 2, End}, {r, r + 9, Start}, {-r, r + 9, End}} {
		t := T{Size: 11, Anchor: o.a, Halo: true}
		b := t.place(x+o.dx, y+o.dy, name)
		if b.X0 < within.X0 || b.X1 > within.X1 || b.Y0 < within.Y0 || b.Y1 > within.Y1 {
			continue
		}
		free := true
		for _, taken := range s.Boxes {
			own := taken.Text == "" && taken.X0 <= x && x <= taken.X1 && taken.Y0 <= y && y <= taken.Y1
			free = free && (own || !b.touches(taken))
		}
		if free {
			s.Text(x+o.dx, y+o.dy, name, t)
			return true
		}
	}
	return false
}

// Lines writes a text in lines of at most a width, at the cursor, and moves it below.
func (s *Sheet) Lines(x, width float64, text string, t T) {
	for _, line := range Wrap(text, t.size(), t.Bold, width) {
		s.Y += 1.3 * t.size()
		s.Text(x, s.Y-0.3*t.size(), line, t)
	}
}

// A Sign is an entry of a key.
type Sign struct {
	Shape  Shape
	Colour Colour
	Text   string
}

// Key writes what marks mean, at the cursor, in as many lines as they need.
func (s *Sheet) Key(signs ...Sign) {
	x, y := 12.0, s.Y+12
	for _, k := range signs {
		lines := Wrap(k.Text, 12, false, s.W-36-12)
		if len(lines) == 0 {
			continue
		}
		w := 24 + Width(lines[0], 12, false) + 16
		if x > 12 && x+w-16 > s.W-12 {
			x, y = 12, y+18
		}
		s.Mark(k.Shape, x+9, y-4, 4.5, k.Colour, "")
		for i, line := range lines {
			s.Text(x+24, y+float64(i)*15, line, T{Colour: Mute})
		}
		x += w
		if len(lines) > 1 {
			x, y = 12, y+15*float64(len(lines)-1)+18
		}
	}
	if x == 12 {
		y -= 18
	}
	s.Y = y + 6
}

// Finish returns the drawing. Its title and description are for those who do not see it; a
// sheet of its own has the style, one within a page does not.
func (s *Sheet) Finish(title, desc, class, lang, style string) []byte {
	var b bytes.Buffer
	h := s.Y + 6
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="sp-chart ` + class + `" viewBox="0 0 ` + Number(s.W) + " " + Number(h) + `" width="` + Number(s.W) + `" height="` + Number(h) +
		`" role="img" lang="` + escape(lang) + `" aria-labelledby="` + s.id + `-title" aria-describedby="` + s.id + `-desc" font-family="Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif">` + "\n")
	b.WriteString(`<title id="` + s.id + `-title">` + escape(title) + "</title>\n" + `<desc id="` + s.id + `-desc">` + escape(desc) + "</desc>\n")
	if style != "" {
		b.WriteString("<style>" + style + "</style>\n")
	}
	b.WriteString(`<rect width="` + Number(s.W) + `" height="` + Number(h) + `" class="sp-f-paper" fill="` + light(Paper) + `"/>` + "\n")
	b.Write(s.b.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}
