package economics

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// CostPerOutcome returns the cost of one outcome, such as a person who improved
// reliably, if a total was spent on so many people of whom reached had it. The total is
// known; how many would have it next time is not, so the limits are those of the share
// by [stat.Wilson], inverted. Without any outcome it is undefined ([stat.NoEvents]) and
// has a lower limit all the same. The total should include what partners spent: leaving
// out the voluntary sector's own costs is the commonest fault of such figures. It fails
// with an error that is [sp.ErrInvalid] unless 0 <= reached <= people and the total is
// at least 0.
func CostPerOutcome(total Price, reached, people, level float64) (stat.Estimate, error) {
	e := &sp.InvalidError{Subject: "economics: cost per outcome"}
	total.check(e, "total")
	e.Check(total.Amount.Sign() >= 0, "total.amount", sp.OutOfRange, "must be at least 0")
	if err := e.Err(); err != nil {
		return stat.Estimate{}, err
	}
	share, err := stat.Wilson(reached, people, level)
	if err != nil {
		return stat.Estimate{}, fmt.Errorf("economics: cost per outcome: %w", err)
	}
	cost := total.value()
	r := stat.Estimate{
		Level: level, Method: stat.MethodWilson, Numerator: cost, Denominator: reached, Of: "people reached",
		Interval: stat.Interval{Lower: over(cost, people*share.Upper), Upper: over(cost, people*share.Lower)},
	}
	if reached == 0 {
		r.Undefined = stat.NoEvents
		return r, nil
	}
	r.Value = cost / reached
	return r, nil
}

// over returns a/b, without an end where b is nothing.
func over(a, b float64) float64 {
	if v := a / b; !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}

// A Person is the cost and the effect of one person.
type Person struct {
	Cost   float64 // in whole units of one currency, at the prices of one year
	Effect float64 // QALYs, WELLBYs, points, or 1 for reached and 0 for not
}

// A Ratio is a cost for each unit of effect. Where the data are compatible with
// no effect at all, the confidence set is no interval: Fieller's limits then
// exclude a range instead ([Shape]).
type Ratio struct {
	stat.Estimate
	Shape    Shape
	Excluded stat.Interval // of [OutsideRange]: what the data rule out; zero otherwise
}

// A Shape says what the limits of a ratio look like.
type Shape string

// The shapes.
const (
	Bounded      Shape = "between two limits"
	OutsideRange Shape = "anything outside a range" // the effect may be 0: all ratios but those in a range are compatible with the data
	Anything     Shape = "anything"                 // effect and cost may both be 0: the data rule out no ratio
)

// CostRatio returns the mean cost over the mean effect of persons, with Fieller's
// limits, which allow for both being uncertain and for costs and effects being
// correlated. With fewer than two persons it is undefined, as it is where no effect at
// all was seen. It fails with an error that is [sp.ErrInvalid] if a number is not one
// from -1e100 to 1e100, and for a level out of range.
//
// Source: Fieller 1954, doi 10.1111/j.2517-6161.1954.tb00159.x.
func CostRatio(persons []Person, level float64) (Ratio, error) {
	m, err := momentsOf("cost ratio", persons)
	if err != nil {
		return Ratio{}, err
	}
	if _, err := stat.Wilson(1, 2, level); err != nil {
		return Ratio{}, fmt.Errorf("economics: cost ratio: %w", err)
	}
	if m.n < 2 {
		return Ratio{Estimate: stat.Estimate{Level: level, Method: stat.MethodFieller, Denominator: m.n, Of: "people", Interval: anything(), Undefined: stat.TooFewValues}, Shape: Anything}, nil
	}
	return fieller(m.cost, m.effect, m.varCost/m.n, m.varEffect/m.n, m.cov/m.n, m.n, level), nil
}

func anything() stat.Interval { return stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)} }

// fieller returns the ratio of a to b with the variances and covariance of both.
func fieller(a, b, varA, varB, cov, n, level float64) Ratio {
	r := Ratio{Estimate: stat.Estimate{Level: level, Method: stat.MethodFieller, Denominator: n, Of: "people", Interval: anything()}, Shape: Anything}
	z2 := special.Normal(level) * special.Normal(level)
	// The ratios t for which a - t b may be 0: those where A t^2 + B t + C <= 0.
	A, B, C := b*b-z2*varB, -2*(a*b-z2*cov), a*a-z2*varA
	discriminant := B*B - 4*A*C
	if b == 0 {
		r.Undefined = stat.NoEvents
		return r
	}
	r.Value = a / b
	if math.IsInf(r.Value, 0) || math.IsNaN(discriminant) || math.IsInf(discriminant, 0) {
		r.Value, r.Undefined = 0, stat.Unbounded
		return r
	}
	if A == 0 || discriminant < 0 || A < 0 && discriminant <= 1e-9*B*B { // the range left out is a point
		return r // Anything
	}
	// Without taking the difference of two large numbers.
	q := -(B + math.Copysign(math.Sqrt(discriminant), B)) / 2
	low, high := q/A, r.Value
	if q != 0 {
		high = C / q
	}
	if math.IsInf(low, 0) {
		return r
	}
	roots := stat.Interval{Lower: min(low, high), Upper: max(low, high)}
	if A > 0 {
		r.Shape, r.Interval = Bounded, roots
	} else {
		r.Shape, r.Excluded = OutsideRange, roots
	}
	return r
}

// A moment is what two columns of persons have in common.
type moment struct {
	n, cost, effect         float64
	varCost, varEffect, cov float64 // over n - 1
}

func momentsOf(function string, persons []Person) (moment, error) {
	m := moment{n: float64(len(persons))}
	for i, p := range persons {
		if !finite(p.Cost) || !finite(p.Effect) {
			return moment{}, sp.Invalid("economics: "+function, fmt.Sprintf("persons[%d]", i), sp.OutOfRange, "must have numbers from -1e100 to 1e100")
		}
		m.cost += p.Cost / m.n
		m.effect += p.Effect / m.n
	}
	for _, p := range persons {
		dc, de := p.Cost-m.cost, p.Effect-m.effect
		m.varCost += dc * dc / max(1, m.n-1)
		m.varEffect += de * de / max(1, m.n-1)
		m.cov += dc * de / max(1, m.n-1)
	}
	return m, nil
}
