package svg

// A Shape is the form of a mark. Meaning is in the shape as well as in the colour.
type Shape string

// The shapes.
const (
	Circle  Shape = "circle"
	Ring    Shape = "ring"
	Square  Shape = "square"
	Diamond Shape = "diamond"
	Up      Shape = "up"
	Down    Shape = "down"
	Cross   Shape = "cross"
	Tick    Shape = "tick"
	Star    Shape = "star" // not shown
	Hatched Shape = "hatched"
	Stroke  Shape = "stroke"
	Dashed  Shape = "dashed"
	Dotted  Shape = "dotted"
	Area    Shape = "area"
)

// Mark draws a shape of about a radius around a place. The tip is what a pointer or a screen reader finds
// there.
func (s *Sheet) Mark(shape Shape, x, y, r float64, c Colour, tip string) {
	s.Boxes = append(s.Boxes, Box{X0: x - r, Y0: y - r, X1: x + r, Y1: y + r})
	switch shape {
	case Circle:
		s.circle(x, y, r, c, Paper, 0.8, tip)
	case Ring:
		s.circle(x, y, r, Paper, c, 1.6, tip)
	case Square:
		s.Rect(x-r, y-r, 2*r, 2*r, c, Paper, tip)
	case Area:
		s.Rect(x-1.6*r, y-r, 3.2*r, 2*r, c, Axis, tip)
	case Hatched:
		s.Hatch(x-1.6*r, y-r, 3.2*r, 2*r, tip)
	case Diamond:
		r *= 1.3
		s.shape([]Point{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, c, tip)
	case Up:
		r *= 1.25
		s.shape([]Point{{x, y - r}, {x + r, y + 0.8*r}, {x - r, y + 0.8*r}}, c, tip)
	case Down:
		r *= 1.25
		s.shape([]Point{{x, y + r}, {x + r, y - 0.8*r}, {x - r, y - 0.8*r}}, c, tip)
	case Cross:
		s.Path([]Point{{x - r, y - r}, {x + r, y + r}}, "", c, 2, "")
		s.Path([]Point{{x - r, y + r}, {x + r, y - r}}, "", c, 2, "")
	case Tick:
		s.Line(x, y-1.6*r, x, y+1.6*r, c, 2.2, "")
	case Star:
		s.Boxes = s.Boxes[:len(s.Boxes)-1]
		s.Text(x, y+5, "*", T{Anchor: Middle, Colour: Mute, Tip: tip})
	case Stroke, Dashed, Dotted:
		s.Line(x-2*r, y, x+2*r, y, c, 2, map[Shape]string{Dashed: "5 3", Dotted: "1.5 3"}[shape])
	}
}

func (s *Sheet) circle(x, y, r float64, fill, rim Colour, width float64, tip string) {
	s.put("<circle")
	s.attribute("cx", x)
	s.attribute("cy", y)
	s.attribute("r", r)
	s.paint(fill, rim, width, "")
	s.end("circle", tip)
}

func (s *Sheet) shape(points []Point, c Colour, tip string) {
	s.put(`<path d="`)
	for i, p := range points {
		s.put([]string{"M", "L", "L", "L"}[i], Number(p.X), " ", Number(p.Y))
	}
	s.put(`Z"`)
	s.paint(c, Paper, 0.8, "")
	s.end("path", tip)
}
