package chart

import (
	"strconv"

	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// A frame is the inside of a plot, with its scales.
type frame struct {
	*svg.Sheet
	x, y                     svg.Scale
	left, right, top, bottom float64
}

// narrow reports whether a sheet is for a telephone.
func narrow(s *svg.Sheet) bool { return s.W < 500 }

// pick returns what suits the width of a sheet.
func pick[T any](s *svg.Sheet, wide, small T) T {
	if narrow(s) {
		return small
	}
	return wide
}

// plot takes a place of a height below the cursor, with the unit of the upright axis above it.
func plot(s *svg.Sheet, left, right, height float64, unit string) frame {
	s.Lines(12, s.W-24, unit, svg.T{Colour: svg.Mute})
	f := frame{Sheet: s, left: left, right: s.W - right, top: s.Y + 10}
	f.bottom = f.top + height
	f.x = svg.Scale{To: 1, Start: f.left, End: f.right}
	f.y = svg.Scale{To: 1, Start: f.bottom, End: f.top}
	s.Y = f.bottom
	return f
}

// rulers draws lines across at round values.
func (f frame) rulers(ticks []float64, text func(float64) string) {
	for _, t := range ticks {
		y := f.y.At(t)
		f.Line(f.left, y, f.right, y, svg.Grid, 1, "")
		f.Text(f.left-6, y+4, text(t), svg.T{Anchor: svg.End, Colour: svg.Mute})
	}
}

// A tick is a place of the level axis and what stands below it.
type tick struct {
	at   float64
	text string
}

// below draws ticks of the level axis and its unit, and leaves out texts that would touch.
func (f frame) below(ticks []tick, unit string) {
	free := -1.0
	for _, t := range ticks {
		x := f.x.At(t.at)
		w := svg.Width(t.text, 12, false) / 2
		f.Line(x, f.bottom, x, f.bottom+5, svg.Axis, 1, "")
		if left := min(max(x-w, 2), f.W-2*w-2); left > free {
			f.Text(left+w, f.bottom+19, t.text, svg.T{Anchor: svg.Middle, Colour: svg.Mute})
			free = left + 2*w + 8
		}
	}
	f.Line(f.left, f.bottom, f.right, f.bottom, svg.Axis, 1, "")
	f.Y = f.bottom + 25
	f.Lines(f.left, f.right-f.left, unit, svg.T{Colour: svg.Mute})
}

// numbers returns ticks with their numbers.
func numbers(at []float64, text func(float64) string) (ticks []tick) {
	for _, v := range at {
		ticks = append(ticks, tick{v, text(v)})
	}
	return ticks
}

// round writes the round number of a tick.
func round(v float64) string {
	if v >= 1000 || v <= -1000 {
		return decimals(v, 0)
	}
	return strconv.FormatFloat(v+0, 'g', 6, 64) // no minus before 0
}

// column is a place across, in which numbers or bars stand.
type column struct{ left, right float64 }

// mostRows is how many rows are drawn of a picture that has one for each unit. The others are counted
// below it, and stand in its table.
const mostRows = 40
