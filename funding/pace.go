package funding

import (
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// finest is how many decimals a distance of a [Pace] can have.
const finest = 18

// A point is a [Pace] worked out: a distance in units of the finest, and 1 + growth in
// units of nine decimals.
type point struct {
	distance big.Int
	growth   int64
}

// pace takes the bounds of a growth that depends on the distance from target.
func (b *bounding) pace(rule Bound, l *limit) error {
	if len(rule.Pace) == 0 {
		return invalid("pace", sp.Missing, "must have a point")
	}
	if err := b.setPoints(rule.Pace); err != nil {
		return err
	}
	b.targeting.of(b.work)
	return b.grown(l, b.growthAt)
}

// setPoints works out the points of a pace.
func (b *bounding) setPoints(pace []Pace) (err error) {
	b.points = resize(b.points, len(pace))
	for k, p := range pace {
		if b.points[k].growth, err = growthFactor(p.Growth); err != nil {
			return err
		}
		d, places, ok := exact.Parse(p.Distance)
		if !ok {
			return invalid("distance", sp.Malformed, "must be a decimal number")
		}
		b.points[k].distance.Mul(b.a.SetInt64(d), b.b.SetInt64(exact.Pow10(finest-places)))
		if k > 0 && b.points[k].distance.Cmp(&b.points[k-1].distance) < 0 {
			return invalid("pace", sp.OutOfRange, "must have its distances in rising order")
		}
	}
	return nil
}

// growthAt returns 1 + growth at the distance of area i from its target. Between two
// points it is before + (distance - from) / (to - from) x (after - before), rounded.
func (b *bounding) growthAt(i int) int64 {
	points := b.points
	last := len(points) - 1
	num, den := b.targeting.distance(i, b.work.opening.minor[i])
	if num == nil {
		return points[last].growth
	}
	at := b.b.Mul(num, b.a.SetInt64(exact.Pow10(finest))) // over den, as all that follows
	k := 0
	for k <= last && at.Cmp(b.c.Mul(&points[k].distance, den)) >= 0 {
		k++
	}
	switch k {
	case 0:
		return points[0].growth
	case last + 1:
		return points[last].growth
	}
	from, to := &points[k-1], &points[k]
	at.Sub(at, b.c.Mul(&from.distance, den))
	width := b.d.Mul(b.c.Sub(&to.distance, &from.distance), den)
	rise := b.rise.Mul(at, b.c.SetInt64(to.growth-from.growth))
	rise.Add(rise, b.at.Mul(width, b.c.SetInt64(from.growth)))
	return b.quotient.Round(rise, width).Int64()
}
