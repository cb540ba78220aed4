package funding

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A LevelBound is a floor and a cap for what each group of a level gets, as [Policy] has them
// for areas. Growth is that of the sum of the opening amounts of the group's areas, money per
// head is that of the group's people, and a column is added up over its areas. Where the areas
// have bounds too, both hold.
type LevelBound struct {
	Level string `json:"level"` // a column of the policy's Levels
	Floor Bound  `json:"floor,omitzero"`
	Cap   Bound  `json:"cap,omitzero"`
}

// A stage is the groups of one level, with bounds that leave room for all below them.
type stage struct {
	table     *area.Table
	in        []int32 // of each area, its group
	need      weights
	low, high []int64

	level       string  // its name; empty for the areas
	floor, caps []int64 // its own bounds, before they are narrowed to what the levels below leave room for
	shares      []int64 // what each group gets, once it is divided
}

// A hierarchy is the stages of a policy, the largest groups first and the areas last.
type hierarchy []*stage

// hierarchy works out the bounds of all levels.
func (c *Calculator) hierarchy(w work) (hierarchy, error) {
	levels := w.policy.Levels
	if err := c.areas.Nested(levels...); err != nil {
		return nil, fmt.Errorf("funding: levels: %w", err)
	}
	h := make(hierarchy, len(levels)+1)
	for k, level := range levels {
		s, err := newStage(c.areas, w, level)
		if err != nil {
			return nil, err
		}
		h[k] = s
	}
	h[len(levels)] = &stage{table: c.areas, need: w.need, low: w.low, high: w.high}
	for k := range slices.Backward(h) {
		if err := h.room(k); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// newStage adds areas up by the groups of a level and works out their own bounds.
func newStage(areas *area.Table, w work, level string) (*stage, error) {
	var bound LevelBound
	for _, b := range w.policy.Bounds {
		if b.Level == level {
			bound = b
		}
	}
	codes, err := areas.Group(level)
	if err != nil {
		return nil, err
	}
	var added []string // columns of numbers of which the bounds know that they are money
	for _, column := range [...]string{bound.Floor.Column, bound.Cap.Column} {
		if m, ok := areas.Meaning(column); ok && m.Kind == area.Number {
			added = append(added, column)
		}
	}
	s := &stage{level: level, in: make([]int32, len(codes))}
	if s.table, err = areas.By(level, added...); err != nil {
		return nil, err
	}
	n := s.table.Len()
	for i, code := range codes {
		k, _ := s.table.Place(code)
		s.in[i] = int32(k)
	}
	s.need = weights{big: make([]*big.Int, n)}
	for k := range n {
		s.need.big[k] = new(big.Int)
	}
	var one big.Int
	for i, k := range s.in {
		s.need.big[k].Add(s.need.big[k], w.need.at(i, &one))
	}
	for _, need := range s.need.big {
		s.need.bits = max(s.need.bits, need.BitLen())
	}
	group := work{
		policy: Policy{Opening: w.policy.Opening, Floor: bound.Floor, Cap: bound.Cap}, total: w.total, rest: w.rest,
		need: s.need, opening: sums{minor: s.add(w.opening)}, fixed: sums{minor: s.add(w.fixed)},
	}
	b := bounding{areas: s.table, money: &treasury{areas: s.table, read: map[moneyColumn]sums{}}}
	if err := b.limits(&group); err != nil {
		return nil, fmt.Errorf("level %s: %w", level, err)
	}
	s.low, s.high, s.floor, s.caps = group.low, group.high, group.low, group.high
	return s, nil
}

// add returns what the areas of each group have together; what is not known is nothing.
func (s *stage) add(of sums) []int64 {
	if of.minor == nil {
		return nil
	}
	out := make([]int64, s.table.Len())
	for i, v := range of.minor {
		if of.unknown == nil || !of.unknown[i] {
			out[s.in[i]] += v
		}
	}
	return out
}

// parent returns which group of stage k-1 holds each group of stage k; all are in one at
// the top.
func (h hierarchy) parent(k int) []int32 {
	out := make([]int32, h[k].table.Len())
	if k == 0 {
		return out
	}
	for i := range h[len(h)-1].table.Len() {
		out[h.group(k, i)] = int32(h.group(k-1, i))
	}
	return out
}

// group returns which group of stage k holds area i.
func (h hierarchy) group(k, i int) int {
	if h[k].in == nil {
		return i
	}
	return int(h[k].in[i])
}

// room narrows the bounds of stage k to what the stage below leaves room for.
func (h hierarchy) room(k int) error {
	s, n := h[k], h[k].table.Len()
	low, high := make([]int64, n), make([]int64, n)
	for i := range n {
		low[i], high[i] = 0, math.MaxInt64
	}
	if k < len(h)-1 {
		clear(high)
		for i, p := range h.parent(k + 1) {
			low[p] = saturated(low[p], h[k+1].low[i])
			high[p] = saturated(high[p], h[k+1].high[i])
		}
	}
	for i := range n {
		if s.low != nil {
			low[i] = max(low[i], s.low[i])
		}
		if s.high != nil {
			high[i] = min(high[i], s.high[i])
		}
		if s.in == nil && s.need.at(i, new(big.Int)).Sign() == 0 {
			high[i] = low[i] // no need, and no more than its floor
		}
		if low[i] > high[i] {
			return &apportion.InfeasibleError{ID: s.table.Codes()[i], Floor: low[i], Cap: high[i]}
		}
	}
	s.low, s.high = low, high
	return nil
}

// bound returns what a group of the stage had to get or could get, in the words of a step.
func (s *stage) bound(group int) string {
	name := s.level + " " + s.table.Codes()[group]
	switch got := s.shares[group]; {
	case s.floor != nil && got == s.floor[group]:
		return "floor of " + name
	case s.caps != nil && got == s.caps[group]:
		return "cap of " + name
	default:
		return "bounds beside " + name
	}
}

// saturated returns a + b of numbers that are not negative, or the largest of 64 bits.
func saturated(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// divide divides total through the stages: clamp(lambda x need, floor, cap) for the groups
// of the first, for what each of them gets among its groups of the second, and so on.
func (h hierarchy) divide(dst []int64, total int64) ([]int64, error) {
	above := []int64{total}
	for k, s := range h {
		members := make([][]int32, len(above))
		for i, p := range h.parent(k) {
			members[p] = append(members[p], int32(i))
		}
		shares := make([]int64, s.table.Len())
		for p, rows := range members {
			d, err := apportion.New(picked(s.table.Codes(), rows, new([]string)))
			if err != nil {
				return nil, err
			}
			var need weights
			got, err := share(d, nil, above[p], s.need.pick(rows, &need), picked(s.low, rows, new([]int64)), picked(s.high, rows, new([]int64)), apportion.Hamilton)
			if err != nil {
				return nil, err
			}
			for j, i := range rows {
				shares[i] = got[j]
			}
		}
		above, s.shares = shares, shares
	}
	return append(dst[:0], above...), nil
}
