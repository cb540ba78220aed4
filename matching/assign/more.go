package assign

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// OneMore returns, for each provider in order of ID at which one more open place would
// reach somebody who is refused, the request that it would reach: the first in line of
// those who could go there, directly or by moving others. With that place exactly this
// request is placed too, and no other gains or loses a place. Requests that need several places
// together stay as they are, with or without places, and under [OpenFirst] OneMore returns nothing.
func (d *Reading) OneMore() []Placement {
	var gains []Placement
	if d.g.policy.Precedence == OpenFirst {
		return nil
	}
	for j, pr := range d.g.p.providers {
		if i := d.reached[d.g.parts.first[j]]; i >= 0 {
			own, _ := find(d.g.p.of(i), int32(j))
			gains = append(gains, Placement{Request: d.g.p.rows[i].id, Provider: pr.ID, Cost: int(own.cost)})
		}
	}
	return gains
}

// More returns the requests that would be placed too if providers had so many open places
// more, in order of the line: what several places at once would change, such as a new group, or
// a few places here and a few there. Nobody else gains or loses a place, though some may have to move. It
// is not the sum of [Reading.OneMore], since two places may reach the same request.
// Requests that need several places together stay as they are, with or without places.
//
// It fails with an error that is [sp.ErrNotFound] if the problem has no such provider, with
// one that is [sp.ErrInvalid] if a number is below 0 or makes more than [MaxPlaces], and under [OpenFirst].
func (d *Reading) More(places map[string]int) ([]string, error) {
	if d.g.policy.Precedence == OpenFirst {
		return nil, sp.Invalid("assign: more places", "precedence", sp.Unsupported, "must not be open")
	}
	room := slices.Clone(d.g.room)
	for id, n := range places {
		j, ok := d.g.p.index[id]
		if !ok {
			return nil, fmt.Errorf("assign: more places at %s: %w", shown(id), sp.ErrNotFound)
		}
		t := d.g.parts.first[j]
		if n < 0 || int64(n)+int64(room[t]) > MaxPlaces {
			return nil, sp.Invalid("assign: more places", id, sp.OutOfRange, "must be from 0 to what makes 1048576 places")
		}
		room[t] += int32(n)
	}
	wider := *d.g
	open := *d.g.parts
	open.room, wider.parts = room, &open
	for i, t := range d.at { // who stays where they are takes their places with them
		if t >= 0 && d.g.rank[i] >= 0 && d.g.p.units(int32(i)) > 1 {
			room[t] -= d.g.p.units(int32(i))
		}
	}
	f := newFilling(&wider, starts(room, wider.arcs))
	for i, t := range d.at {
		if t >= 0 && d.g.rank[i] >= 0 && d.g.p.units(int32(i)) == 1 {
			f.put(int32(i), t)
		}
	}
	var reached []string
	for _, i := range d.g.order {
		if f.now = d.g.rank[i]; d.at[i] < 0 && d.g.p.units(i) == 1 && f.place(i) {
			reached = append(reached, d.g.p.rows[i].id)
		}
	}
	return reached, nil
}
