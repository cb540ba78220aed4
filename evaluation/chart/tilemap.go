package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// poisson returns a count with its interval.
func poisson(n int64) (value, lower, upper float64) {
	i, err := stat.Poisson(float64(n), level)
	if err != nil {
		return float64(n), 0, math.Inf(1)
	}
	return float64(n), i.Lower, i.Upper
}

// mostTiles is how many tiles a map is wide and high at most. What lies farther out is counted below it.
const mostTiles = 20

// mostTips is up to how many tiles each has a tip, as a drawing of many would be too large.
const mostTips = 150

// frame returns the corners of the map: all tiles, or as many as can be drawn around the one with most.
func (d tiles) frame() (x0, y0, x1, y1 int) {
	first, _ := d.most()
	x0, y0, x1, y1 = first.x, first.y, first.x, first.y
	for _, t := range d.all {
		if !t.placed {
			continue
		}
		x0, x1 = min(x0, max(t.x, first.x-mostTiles/2)), max(x1, min(t.x, first.x+mostTiles/2-1))
		y0, y1 = min(y0, max(t.y, first.y-mostTiles/2)), max(y1, min(t.y, first.y+mostTiles/2-1))
	}
	return x0, y0, x1, y1
}

func (d tiles) draw(s *svg.Sheet) {
	x0, y0, x1, y1 := d.frame()
	side := min((s.W-24)/float64(x1-x0+1), pick(s, 420.0, 420)/float64(y1-y0+1), 64)
	top, left := s.Y+6, 12.0
	highest := 0.0
	for _, t := range d.placed() {
		highest = max(highest, t.value)
	}
	step := svg.Step(max(highest, 1e-9), 5)
	for step*5 < highest {
		step *= 2
	}
	beyond := 0
	for _, t := range d.all {
		if !t.placed {
			continue
		}
		if t.x < x0 || t.x > x1 || t.y < y0 || t.y > y1 {
			beyond++
			continue
		}
		x, y := left+float64(t.x-x0)*side, top+float64(y1-t.y)*side
		d.square(s, t, svg.Box{X0: x + 1, Y0: y + 1, X1: x + side - 1, Y1: y + side - 1}, step)
	}
	s.Y = top + float64(y1-y0+1)*side + 8
	d.scale(s, left, side)
	d.key(s, step, highest)
	d.places(s)
	if beyond > 0 {
		s.Lines(12, s.W-24, d.w.say("tiles.beyond", "n", count(beyond)), svg.T{Colour: svg.Mute})
	}
}

// square draws one tile.
func (d tiles) square(s *svg.Sheet, t tile, b svg.Box, step float64) {
	x, y, w := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2+4, b.X1-b.X0
	switch t.look {
	case hidden:
		s.Rect(b.X0, b.Y0, w, w, svg.Paper, svg.Grid, d.w.say("tip.suppressed", "name", named(d.name(t))))
		if w > 12 {
			s.Text(x, y+2, "*", svg.T{Anchor: svg.Middle, Colour: svg.Mute})
		}
	case unmeasured:
		s.Hatch(b.X0, b.Y0, w, w, d.w.say("tip.not-measured", "name", named(d.name(t))))
	case nobody:
		s.Rect(b.X0, b.Y0, w, w, svg.Paper, svg.Grid, d.w["key.no-cases"])
		if w > 12 {
			s.Text(x, y, "–", svg.T{Anchor: svg.Middle, Colour: svg.Mute})
		}
	default:
		c := svg.Steps()[min(max(int(t.value/step), 0), 4)]
		tip := ""
		if len(d.all) <= mostTips {
			tip = d.w.say("tiles.tip", "name", named(d.name(t)), "value", d.number(t.value), "lower", d.number(t.lower), "upper", d.number(t.upper))
		}
		s.Rect(b.X0, b.Y0, w, w, c, svg.Axis, tip)
		if text := decimals(t.value, 0); svg.Width(text, 12, false) < w-2 {
			s.Text(x, y, text, svg.T{Anchor: svg.Middle, Colour: svg.On(c)})
		}
	}
}

// scale draws how long a tile is, and where north is.
func (d tiles) scale(s *svg.Sheet, left, side float64) {
	s.Line(left, s.Y+8, left+side, s.Y+8, svg.Ink, 2, "")
	s.Line(left, s.Y+4, left, s.Y+12, svg.Ink, 2, "")
	s.Line(left+side, s.Y+4, left+side, s.Y+12, svg.Ink, 2, "")
	s.Text(left+side+8, s.Y+12, d.w.say("tiles.scale", "size", d.of.Size.String()), svg.T{Colour: svg.Mute})
	s.Y += 22
}

// key says what the steps and looks mean.
func (d tiles) key(s *svg.Sheet, step, highest float64) {
	var signs []svg.Sign
	for i, c := range svg.Steps() {
		if float64(i)*step <= highest {
			text := d.w.say("tiles.key", "from", round(float64(i)*step), "to", round(float64(i+1)*step))
			if d.shares {
				text = d.w.say("percent", "n", text)
			}
			signs = append(signs, svg.Sign{Shape: svg.Area, Colour: c, Text: text})
		}
	}
	seen := map[look]bool{}
	for _, t := range d.all {
		seen[t.look] = true
	}
	for _, k := range []struct {
		look  look
		shape svg.Shape
		key   string
	}{{hidden, svg.Star, "key.suppressed"}, {unmeasured, svg.Hatched, "key.not-measured"}} {
		if seen[k.look] {
			signs = append(signs, svg.Sign{Shape: k.shape, Text: d.w[k.key]})
		}
	}
	s.Key(signs...)
}

// mostPlaces is how many names of places stand below a map.
const mostPlaces = 8

// places writes the places that have a name and are shown, those with most first.
func (d tiles) places(s *svg.Sheet) {
	all := slices.DeleteFunc(d.placed(), func(t tile) bool { return d.of.Names[t.name] == "" })
	slices.SortStableFunc(all, func(a, b tile) int { return cmpFloat(b.value, a.value) })
	text := ""
	for _, t := range all[:min(len(all), mostPlaces)] {
		text = sentences(text, d.w.say("tiles.place", "name", named(d.name(t)), "value", d.number(t.value), "lower", d.number(t.lower), "upper", d.number(t.upper)))
	}
	s.Lines(12, s.W-24, text, svg.T{})
}
