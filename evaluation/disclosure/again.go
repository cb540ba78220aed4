package disclosure

import (
	"cmp"
	"slices"
)

// showAgain shows what was left out to protect other cells and is not needed any longer:
// what was left out for one small count may have been made good by what was left out
// for a later one. The largest cells are tried first. At the end, none of those that
// stay out could be shown without some small count becoming too well known.
//
// It remembers by which cells each small count can vary. Showing a cell again changes
// nothing for the counts that can vary without it, so only the others are looked at.
func (r *release) showAgain() {
	var extra []int
	for arc, hidden := range r.hidden {
		if hidden && !r.policy.Small(r.flow[arc]) {
			extra = append(extra, arc)
		}
	}
	if len(extra) == 0 {
		return
	}
	slices.SortFunc(extra, func(a, b int) int { return cmp.Or(cmp.Compare(r.flow[b], r.flow[a]), cmp.Compare(a, b)) })
	by := make(map[int][]int32, len(r.small))  // what each small count varies by
	users := make(map[int32][]int, len(extra)) // which small counts vary by a cell, or did
	note := func(arc int, used []int32) {
		by[arc] = used
		for _, u := range used {
			users[u] = append(users[u], arc)
		}
	}
	for _, arc := range r.small {
		used, _ := r.variation(arc)
		note(arc, used)
	}
	for _, x := range extra {
		r.know(x, r.policy.Reveals(r.flow[x]))
		if found, ok := r.without(int32(x), users[int32(x)], by); ok {
			r.hidden[x] = false
			for arc, used := range found {
				note(arc, used)
			}
			continue
		}
		r.know(x, r.policy.hidden())
	}
}

// without returns by which other cells the small counts can vary that vary by one which
// is shown now, and whether all of them can.
func (r *release) without(shown int32, users []int, by map[int][]int32) (map[int][]int32, bool) {
	found := map[int][]int32{}
	for _, arc := range users {
		if _, done := found[arc]; done || !slices.Contains(by[arc], shown) {
			continue
		}
		used, safe := r.variation(arc)
		if !safe {
			return nil, false
		}
		found[arc] = used
	}
	return found, true
}

// variation returns by which cells that are left out for others a small count can vary
// enough, and whether it can.
func (r *release) variation(arc int) (used []int32, safe bool) {
	for _, way := range r.ways(arc) {
		used = used[:0]
		enough := r.policy.safe(Range{r.flow[arc] - way.less, r.flow[arc] + way.more})
		if !enough || r.slack(arc, true, way.more) < way.more {
			continue
		}
		used = r.extras(used)
		if r.slack(arc, false, way.less) == way.less {
			return r.extras(used), true
		}
	}
	want := r.policy.SmallTo
	more := r.slack(arc, true, want)
	used = r.extras(used[:0])
	less := r.slack(arc, false, want)
	return r.extras(used), r.policy.safe(Range{r.flow[arc] - less, r.flow[arc] + more})
}

// extras adds the cells, left out for others, by which the flow was moved.
func (r *release) extras(used []int32) []int32 {
	for _, t := range r.touched {
		if r.moved[t] != 0 && r.hidden[t] && !r.policy.Small(r.flow[t]) && !slices.Contains(used, t) {
			used = append(used, t)
		}
	}
	return used
}

// A way is how far a small count can go up and down to be safe.
type way struct{ more, less int64 }

// ways returns two, the nearer one first: to the largest small count, or to the least.
func (r *release) ways(arc int) [2]way {
	low, top := r.flow[arc]-r.low[arc], r.top[arc]-r.flow[arc] // as far as it can go by itself
	up := way{top, max(0, min(low, leastValues-1-top))}
	down := way{max(0, min(top, leastValues-1-low)), low}
	if r.low[arc] > 0 || top < low { // where 0 is shown, or the largest is nearer
		return [2]way{up, down}
	}
	return [2]way{down, up}
}
