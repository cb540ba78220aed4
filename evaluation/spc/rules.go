package spc

// The lengths of the rules.
const (
	trendLength = 7
	shiftLength = 7
)

// side returns 1 above the mean, -1 below and 0 on it.
func (p Point) side() int { return sign(p.Value - p.Mean) }

// near returns on which side p is beyond two thirds of the way to a limit, and 0 if
// it is not. Beyond the limit itself is not near it.
func (p Point) near() int {
	switch {
	case p.outside() != 0:
		return 0
	case p.Value > p.NearUpper:
		return 1
	case p.Value < p.NearLower:
		return -1
	}
	return 0
}

func (p Point) outside() int {
	switch {
	case p.Value > p.Upper:
		return 1
	case p.Value < p.Lower:
		return -1
	}
	return 0
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// signals finds the signals of the points of one stretch, each by a pass over runs.
func signals(points []Point) {
	trend, shift, near := make([]int, len(points)), make([]int, len(points)), make([]int, len(points))
	steps, stepSide, run, runSide := 0, 0, 0, 0 // how many differences, and points, are alike so far
	for i, p := range points {
		if i > 0 {
			if d := sign(p.Value - points[i-1].Value); d != stepSide || d == 0 {
				steps, stepSide = 0, d
			}
			steps++
			if stepSide != 0 && steps >= trendLength-1 {
				fill(trend[i-trendLength+1:i+1], stepSide) // a later trend claims the point where both meet
			}
		}
		if side := p.side(); side != runSide || side == 0 {
			run, runSide = 0, side
		}
		run++
		if runSide != 0 && run >= shiftLength {
			fill(shift[i-shiftLength+1:i+1], runSide)
		}
		if i >= 2 {
			twoOfThree(points[i-2:i+1], near[i-2:i+1])
		}
	}
	for i := range points {
		p := &points[i]
		for _, r := range []struct {
			rule Rule
			side int
		}{{Outside, p.outside()}, {Trend, trend[i]}, {NearLimit, near[i]}, {Shift, shift[i]}} {
			if r.side != 0 {
				p.Signals = append(p.Signals, Signal{Rule: r.rule, High: r.side > 0})
			}
		}
	}
}

func fill(s []int, v int) {
	for i := range s {
		s[i] = v
	}
}

// twoOfThree marks those of three points that are near a limit, if there are two on
// one side and the third is on that side of the mean.
func twoOfThree(three []Point, marks []int) {
	for _, side := range [...]int{1, -1} {
		beyond := 0
		for _, p := range three {
			if p.side() != side {
				beyond = -3
			}
			if p.near() == side {
				beyond++
			}
		}
		if beyond < 2 {
			continue
		}
		for i, p := range three {
			if p.near() == side {
				marks[i] = side
			}
		}
	}
}
