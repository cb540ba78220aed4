package svg

import "math"

// A Scale maps values to pixels, in equal steps or, if Log, in equal factors. Values beyond its ends are
// mapped to them.
type Scale struct {
	From, To   float64 // values
	Start, End float64 // pixels
	Log        bool
}

// At returns the pixel of a value.
func (s Scale) At(v float64) float64 {
	from, to := s.From, s.To
	if s.Log {
		from, to, v = math.Log(from), math.Log(to), math.Log(max(v, math.SmallestNonzeroFloat64))
	}
	if !(to > from) || math.IsNaN(v) {
		return s.Start
	}
	return s.Start + min(max((v-from)/(to-from), 0), 1)*(s.End-s.Start)
}

// Ticks returns about n round values from a to b.
func Ticks(a, b float64, n int) (ticks []float64) {
	if !(b > a) || math.IsInf(b-a, 0) {
		return []float64{a}
	}
	step := Step(b-a, n)
	for i := math.Ceil(a/step - 1e-9); i*step <= b+step*1e-9 && len(ticks) < 100; i++ {
		ticks = append(ticks, i*step+0) // no minus before 0
	}
	return ticks
}

// Step returns the round step of which about n make up a width.
func Step(width float64, n int) float64 {
	step := math.Pow(10, math.Floor(math.Log10(width/float64(n))))
	for _, m := range []float64{1, 2, 5, 10} {
		if width/(step*m) <= float64(n)+0.5 {
			return step * m
		}
	}
	return step * 10
}

// Round returns a scale's end: the next round value from v up, in about n steps from 0.
func Round(v float64, n int) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	step := Step(v, n)
	return math.Ceil(v/step-1e-9) * step
}
