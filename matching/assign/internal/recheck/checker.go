package recheck

import (
	"fmt"
	"maps"
	"slices"
)

const most = 1 << 30 // of a cost

// A checker holds a decision, and what is found out about it.
type checker struct {
	p problem
	r result

	slots []slot // in order
	part  map[slot]part
	room  map[slot]int64 // without those who are pinned
	pins  map[string]slot
	rank  map[string]int64
	of    map[string][]slot // where each request may go
	cost  map[string]map[slot]int64

	at     map[string]slot
	left   map[slot]int64
	closed map[slot]int64
	price  map[slot][2]int64
	own    map[string]bool // requests whose refusal has a proof of its own, or none
}

// read lists the parts, and lets those who are pinned take their places.
func (c *checker) read() error {
	last := ""
	for _, p := range c.p.Providers {
		if p.ID <= last || p.Places < 0 {
			return fmt.Errorf("the providers are not in order, or have places below 0")
		}
		last = p.ID
		for k, part := range append([]part{{Places: p.Places}}, p.Parts...) {
			s := slot{p.ID, k}
			if part.Places < 0 || part.Cost < 0 || part.Cost > most {
				return fmt.Errorf("%s has a number out of range", p.ID)
			}
			c.slots, c.part[s], c.room[s] = append(c.slots, s), part, part.Places
		}
	}
	c.pins, last = map[string]slot{}, ""
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		if r.ID <= last {
			return fmt.Errorf("the requests are not in order")
		}
		last = r.ID
		if r.Class < 0 || r.Waited < 0 || r.Bonus < 0 || r.Units < 0 || r.Held != "" && r.Pinned != "" || slices.Contains(r.Forbidden, r.Pinned) {
			return fmt.Errorf("%s makes no sense", r.ID)
		}
		if r.Pinned != "" && !c.pin(r) {
			return fmt.Errorf("%s is pinned where there is no room", r.ID)
		}
	}
	return nil
}

func units(r *request) int64 { return max(r.Units, 1) }

func (c *checker) may(r *request, s slot) bool {
	group := c.part[s].Group
	return group == "" || slices.Contains(r.Groups, group)
}

// pin takes a place of the request's group before one of everybody.
func (c *checker) pin(r *request) bool {
	for _, own := range []bool{true, false} {
		for _, s := range c.slots {
			if s.Provider == r.Pinned && (c.part[s].Group != "") == own && c.may(r, s) && c.room[s] >= units(r) {
				c.room[s] -= units(r)
				c.pins[r.ID] = s
				return true
			}
		}
	}
	return false
}

// arcs lists where each request may go, and what that costs.
func (c *checker) arcs() error {
	c.cost = map[string]map[slot]int64{}
	penalty := c.r.Policy.MovePenalty
	switch penalty {
	case 0:
		penalty = 10
	case -1:
		penalty = 0
	}
	for k := range c.p.Requests {
		r, seen := &c.p.Requests[k], ""
		c.cost[r.ID] = map[slot]int64{}
		weight := int64(1)
		if w := c.r.Policy.ClassWeights; c.class(r) < int64(len(w)) && w[c.class(r)] > 1 {
			weight = w[c.class(r)]
		}
		for _, o := range r.Options {
			if o.Provider <= seen || o.Cost < 0 || o.Cost > most || weight > most {
				return fmt.Errorf("the options of %s are not in order, or out of range", r.ID)
			}
			seen = o.Provider
			if r.Pinned != "" || slices.Contains(r.Forbidden, o.Provider) {
				continue
			}
			cost := o.Cost * weight
			if r.Held != "" && r.Held != o.Provider {
				cost += penalty
			}
			n := len(c.of[r.ID])
			for s := (slot{o.Provider, 0}); ; s.Part++ {
				part, there := c.part[s]
				if !there {
					break
				}
				if c.may(r, s) {
					c.of[r.ID], c.cost[r.ID][s] = append(c.of[r.ID], s), cost+part.Cost
				}
			}
			for _, s := range c.of[r.ID][n:] {
				if c.cost[r.ID][s] > most {
					return fmt.Errorf("%s costs too much at %s", r.ID, o.Provider)
				}
			}
			if _, there := c.part[slot{o.Provider, 0}]; !there {
				return fmt.Errorf("%s has an option that is no provider", r.ID)
			}
		}
	}
	return nil
}

// placements checks that everybody is placed or refused once, that nobody has more than their
// places, and that the costs add up.
func (c *checker) placements() error {
	told, last := map[string]bool{}, ""
	c.left = maps.Clone(c.room)
	requests := map[string]*request{}
	for k := range c.p.Requests {
		requests[c.p.Requests[k].ID] = &c.p.Requests[k]
	}
	cost, score := int64(0), int64(0)
	for _, pl := range c.r.Placements {
		r := requests[pl.Request]
		if r == nil || pl.Request <= last {
			return fmt.Errorf("a placement is of nobody, or out of order")
		}
		last, told[r.ID], c.at[r.ID] = r.ID, true, pl.slot
		own := int64(0)
		for _, o := range r.Options {
			if o.Provider == pl.Provider {
				own = o.Cost
			}
		}
		full, may := c.cost[r.ID][pl.slot]
		pin, pinned := c.pins[r.ID]
		if own != pl.Cost || pinned && pin != pl.slot || !pinned && !may {
			return fmt.Errorf("%s is where it may not be, or at another cost", r.ID)
		}
		if pinned {
			continue
		}
		cost, score = cost+own, score+full
		if c.left[pl.slot] -= units(r); c.left[pl.slot] < 0 {
			return fmt.Errorf("%s has fewer places", pl.Provider)
		}
	}
	last = ""
	for _, id := range c.r.Refused {
		_, pinned := c.pins[id]
		if requests[id] == nil || id <= last || told[id] || pinned {
			return fmt.Errorf("a refusal is of nobody, out of order, or of somebody who has a place")
		}
		last, told[id] = id, true
	}
	if len(told) != len(requests) || cost != c.r.Cost || score != c.r.Score {
		return fmt.Errorf("somebody is neither placed nor refused, or the costs do not add up")
	}
	return nil
}
