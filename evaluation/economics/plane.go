package economics

import (
	"fmt"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Plane holds the differences of cost and effect in bootstrap samples: points
// of the cost-effectiveness plane.
type Plane struct {
	Draws []Person // each a difference of the means of two groups
}

// Resample draws each group anew with replacement (bootstrap) and returns the
// differences between the means of the two. The result is the same for any number
// of workers. It fails with an error that is [sp.ErrInvalid] for a group without
// persons, for numbers out of range, and as [stat.Replicate] does.
//
// Source: Briggs, Wonderling & Mooney 1997, doi
// 10.1002/(SICI)1099-1050(199707)6:4<327::AID-HEC282>3.0.CO;2-W.
func Resample(stream *rand.Rand, helped, control []Person, o stat.Resampling) (Plane, error) {
	for _, group := range [][]Person{helped, control} {
		if _, err := momentsOf("resample", group); err != nil {
			return Plane{}, err
		}
		if len(group) == 0 {
			return Plane{}, sp.Invalid("economics: resample", "persons", sp.WrongLength, "needs at least one in each group")
		}
	}
	if o.Replicates == 0 {
		o.Replicates = 10_000
	}
	p := Plane{}
	if o.Replicates > 0 && o.Replicates <= 1_000_000 { // anything else Replicate refuses
		p.Draws = make([]Person, o.Replicates)
	}
	err := stat.Replicate(stream, o, func() func(int, stat.Draw) {
		inHelped, inControl := make([]int, len(helped)), make([]int, len(control))
		return func(i int, draw stat.Draw) {
			draw(inHelped)
			draw(inControl)
			h, c := meanOf(helped, inHelped), meanOf(control, inControl)
			p.Draws[i] = Person{Cost: h.Cost - c.Cost, Effect: h.Effect - c.Effect}
		}
	})
	if err != nil {
		return Plane{}, fmt.Errorf("economics: resample: %w", err)
	}
	return p, nil
}

func meanOf(persons []Person, sample []int) Person {
	var m Person
	for _, i := range sample {
		m.Cost += persons[i].Cost
		m.Effect += persons[i].Effect
	}
	n := float64(len(sample))
	return Person{Cost: m.Cost / n, Effect: m.Effect / n}
}

// Quadrants returns which share of the draws has which verdict. The shares add up to
// 1; without draws there are none.
func (p Plane) Quadrants() map[Verdict]float64 {
	shares := map[Verdict]float64{}
	for _, d := range p.Draws {
		shares[verdict(d.Cost, d.Effect)]++
	}
	for v := range shares {
		shares[v] /= float64(len(p.Draws))
	}
	return shares
}

// A Worth is the result of a resampling for one value of a unit of effect.
type Worth struct {
	Worth      float64
	NetBenefit stat.Estimate // mean over the draws, with their percentiles (type 7)
	Acceptable float64       // share of the draws in which help is worth its cost
	EVPI       float64       // expected value of perfect information, for one person: what it would be worth to know
}

// At returns the result for one value of a unit of effect. Without draws the
// error is [stat.NoCases]. It fails with an error that is [sp.ErrInvalid] if
// worth or a draw is not a number from -1e100 to 1e100, and for a level out of
// range.
func (p Plane) At(worth, level float64) (Worth, error) {
	if !finite(worth) {
		return Worth{}, sp.Invalid("economics: plane", "worth", sp.OutOfRange, "must be a number from -1e100 to 1e100")
	}
	if _, err := stat.Wilson(1, 2, level); err != nil {
		return Worth{}, fmt.Errorf("economics: plane: %w", err)
	}
	if len(p.Draws) == 0 {
		return Worth{}, stat.NoCases
	}
	n, net := float64(len(p.Draws)), make([]float64, len(p.Draws))
	w := Worth{Worth: worth, NetBenefit: stat.Estimate{Level: level, Method: stat.MethodPercentile, Denominator: n, Of: "replicates"}}
	var gains float64
	for i, d := range p.Draws {
		net[i] = worth*d.Effect - d.Cost
		w.NetBenefit.Value += net[i] / n
		if net[i] > 0 {
			w.Acceptable += 1 / n
			gains += net[i] / n
		}
	}
	w.EVPI = gains - max(0, w.NetBenefit.Value)
	low, err := stat.Quantile(net, (1-level)/2, level)
	if err != nil {
		return Worth{}, fmt.Errorf("economics: plane: %w", err)
	}
	high, err := stat.Quantile(net, (1+level)/2, level)
	if err != nil {
		return Worth{}, fmt.Errorf("economics: plane: %w", err)
	}
	w.NetBenefit.Interval = stat.Interval{Lower: low.Value, Upper: high.Value}
	return w, nil
}
