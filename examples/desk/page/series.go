package page

import (
	"fmt"
	"strings"
)

// A Point is one value of a series; unknown where it was not asked.
type Point struct {
	On    string
	Value float64
	Asked bool
}

// A Series is a measure over time. It is drawn, and stands beside it in numbers.
type Series struct {
	Name      string // "PHQ-9, less is better"
	Finding   string // no surer than the numbers are
	Low, High float64
	Points    []Point
}

// A Mark is where a point stands in the picture.
type Mark struct {
	X, Y   float64
	On, At string
}

const left, right, top, bottom = 40.0, 320.0, 24.0, 150.0

// Marks returns where the points are drawn. What was not asked has no place.
func (s Series) Marks() (all []Mark) {
	span := s.High - s.Low
	for i, p := range s.Points {
		if !p.Asked || span <= 0 {
			continue
		}
		x := (left + right) / 2
		if n := len(s.Points); n > 1 {
			x = left + 20 + (right-left-40)*float64(i)/float64(n-1)
		}
		all = append(all, Mark{x, bottom - (bottom-top)*(min(max(p.Value, s.Low), s.High)-s.Low)/span, p.On, fmt.Sprint(p.Value)})
	}
	return all
}

// Line joins the points; a single one has no line.
func (s Series) Line() string {
	marks := s.Marks()
	if len(marks) < 2 {
		return ""
	}
	var all []string
	for _, m := range marks {
		all = append(all, fmt.Sprintf("%.1f,%.1f", m.X, m.Y))
	}
	return strings.Join(all, " ")
}
