package panel

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Worth is the measure by which [Greedy] orders projects.
type Worth string

// The worths. With scores and points, the votes are the points.
const (
	Votes        Worth = ""               // the most votes first
	VotesPerCost Worth = "votes per cost" // the most votes for the money first
)

// Greedy funds projects by their worth, whatever still fits, and skips what does
// not. The error is that of [Election.Check], or an [*sp.InvalidError] for an
// unknown worth. It takes time linear in the ballots.
func Greedy(e *Election, by Worth) (*Outcome, error) {
	t, err := count(e)
	if err != nil {
		return nil, err
	}
	rule := "greedy by votes"
	switch by {
	case Votes:
	case VotesPerCost:
		rule = "greedy by votes per cost"
	default:
		return nil, sp.Invalid("panel: greedy", "worth", sp.NotListed, "must be votes or votes per cost")
	}
	o := newOutcome(e, rule)
	funded := make([]bool, len(t.projects))
	had := t.fill(o, funded, by)
	t.refuse(o, funded, func(p int) (Why, int64) { return DoesNotFit, had[p] })
	return o, nil
}

// fill funds projects with votes that are not funded yet, by their worth, as long
// as they fit. It returns what was left when it was the turn of each.
func (t *tally) fill(o *Outcome, funded []bool, by Worth) []int64 {
	order := make([]int, 0, len(t.projects))
	for p := range t.projects {
		if !funded[p] && t.eligible(p) {
			order = append(order, p)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.compare(a, b, by) }) // stable: they stand by ID
	had := make([]int64, len(t.projects))
	for i, p := range order {
		had[p] = o.left()
		if t.cost[p] > o.left() {
			continue
		}
		var tied []ProjectID
		for _, q := range order[i+1:] {
			if t.compare(p, q, by) != 0 {
				break
			}
			tied = append(tied, t.projects[q].ID)
		}
		funded[p] = true
		t.fund(o, p, Round{Tied: tied})
	}
	return had
}

// compare returns a negative number if project a is worth more than b.
func (t *tally) compare(a, b int, by Worth) int {
	va, vb := uint64(t.points[a]), uint64(t.points[b])
	var hiA, hiB uint64
	if by == VotesPerCost { // va / cost a against vb / cost b
		hiA, va = bits.Mul64(va, uint64(t.cost[b]))
		hiB, vb = bits.Mul64(vb, uint64(t.cost[a]))
	}
	return cmp.Or(cmp.Compare(hiB, hiA), cmp.Compare(vb, va))
}
