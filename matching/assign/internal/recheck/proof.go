package recheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

const never = int64(1) << 40

// proof reads the proof.
func (c *checker) proof() error {
	c.closed, c.price = map[slot]int64{}, map[slot][2]int64{}
	if len(c.r.Proof.Parts) != len(c.slots) {
		return errors.New("the proof does not have every part once")
	}
	const far = int64(1) << 60
	for k, s := range c.r.Proof.Parts {
		if s.slot != c.slots[k] || s.Closed < -1 || s.Closed > int64(len(c.rank)) || s.Price < 0 || s.Price > far || s.Tie < -far || s.Tie > far {
			return errors.New("the proof is out of order, or a number in it out of range")
		}
		if c.closed[s.slot] = s.Closed; s.Closed < 0 {
			c.closed[s.slot] = never
		}
		c.price[s.slot] = [2]int64{s.Price, s.Tie}
		if c.closed[s.slot] != never && c.left[s.slot] > 0 {
			return fmt.Errorf("%s closed with places left", s.Provider)
		}
		if none := c.price[s.slot] == [2]int64{}; s.Price == 0 && s.Tie < 0 || !none && c.left[s.slot] > 0 {
			return fmt.Errorf("%s has a price with places left", s.Provider)
		}
	}
	if c.r.Policy.Precedence == "open" {
		for id, s := range c.at {
			if c.part[s].Group == "" {
				c.of[id] = slices.DeleteFunc(c.of[id], func(s slot) bool { return c.part[s].Group != "" })
			}
		}
	}
	return nil
}

// who checks that closed parts are held by those who can go nowhere else, and that those who are
// refused can only go to parts that had closed by their turn.
func (c *checker) who() error {
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		rank, inLine := c.rank[r.ID]
		s, placed := c.at[r.ID]
		if !inLine || c.own[r.ID] {
			continue
		}
		by := rank
		if placed {
			by = c.closed[s]
			if by != never && rank >= by {
				return fmt.Errorf("%s came after its place had gone", r.ID)
			}
			for _, other := range c.of[r.ID] {
				if c.r.Policy.Precedence == "open" && c.part[s].Group != "" && c.part[other].Group == "" && c.closed[other] > rank {
					return fmt.Errorf("%s could have had an open place", r.ID)
				}
			}
		}
		for _, other := range c.of[r.ID] {
			if c.closed[other] > by && c.room[other] >= units(r) {
				return fmt.Errorf("%s could have gone elsewhere", r.ID)
			}
		}
	}
	return nil
}

// where checks that at the prices nobody would be better off elsewhere.
func (c *checker) where() error {
	single := maps.Clone(c.room) // without what households have
	for k := range c.p.Requests {
		if r := &c.p.Requests[k]; units(r) > 1 && r.Pinned == "" {
			if s, placed := c.at[r.ID]; placed {
				single[s] -= units(r)
			}
		}
	}
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		own, placed := c.at[r.ID]
		if !placed || units(r) > 1 || r.Pinned != "" {
			continue
		}
		for _, s := range c.of[r.ID] {
			if s == own || single[s] == 0 {
				continue
			}
			there, here := c.cost[r.ID][s]+c.price[s][0], c.cost[r.ID][own]+c.price[own][0]
			if there < here || there == here && c.tie(r.ID, s)+c.price[s][1] < c.tie(r.ID, own)+c.price[own][1] {
				return fmt.Errorf("%s would be better off at %s", r.ID, s.Provider)
			}
		}
	}
	return nil
}

// tie is FNV-1a of the IDs, mixed by the finaliser of SplitMix64: 30 bits.
func (c *checker) tie(id string, s slot) int64 {
	row := mix(fnv(id) ^ fnv(c.r.Policy.Seed))
	place := mix(fnv(s.Provider) + uint64(s.Part)*0x9e3779b97f4a7c15)
	return int64(mix(row^place) >> 34)
}

func fnv(id string) uint64 {
	h := uint64(14695981039346656037)
	for k := range len(id) {
		h ^= uint64(id[k])
		h *= 1099511628211
	}
	return mix(h)
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
