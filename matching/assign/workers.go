package assign

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Worker is a link worker who takes referrals, in points of a weighted caseload.
type Worker struct {
	ID   string `json:"id"`
	Load int    `json:"load"` // points that they carry already
	Cap  int    `json:"cap"`  // points that they carry at most
}

// A Referral is a request for a link worker, with the points that it weighs. Its options are workers.
type Referral struct {
	Request
	Weight int `json:"weight"` // 1 or more
}

// A Balance is how much an even load is worth: the cost, in the units of the options, of
// bringing a worker from no load to their cap. The cost grows with the square of the load as a
// share of the cap, so the last points cost the most. With 0 loads are not balanced.
type Balance int

// ToWorkers shares referrals out to link workers, so that nobody carries more than their cap.
// It takes the referrals of one weight after the other, the heaviest first, since they are
// the hardest to fit. Within a weight the answer is exact: who gets a worker goes by strict
// priority, and the cost of the options and of uneven loads is the least. Over all weights
// together this is a heuristic, since referrals cannot be split. A problem and its result are
// returned for each weight, so that each can be verified.
func ToWorkers(ctx context.Context, workers []Worker, referrals []Referral, policy Policy, even Balance) ([]Shared, error) {
	if err := checkWorkers(workers, referrals, even); err != nil {
		return nil, err
	}
	load := map[string]int{}
	for _, w := range workers {
		load[w.ID] = w.Load
	}
	byWeight := map[int][]Request{}
	var weights []int
	for _, r := range referrals {
		if byWeight[r.Weight] == nil {
			weights = append(weights, r.Weight)
		}
		byWeight[r.Weight] = append(byWeight[r.Weight], r.Request)
	}
	slices.SortFunc(weights, func(x, y int) int { return cmp.Compare(y, x) })
	var shared []Shared
	for _, weight := range weights {
		var providers []Provider
		for _, w := range workers {
			providers = append(providers, Provider{ID: w.ID, Parts: slots(load[w.ID], w.Cap, weight, len(byWeight[weight]), even)})
		}
		p, err := New(providers, slices.Values(byWeight[weight]))
		if err != nil {
			return nil, err
		}
		r, err := Solve(ctx, p, policy, Options{})
		if err != nil {
			return nil, err
		}
		for _, pl := range r.Placements {
			load[pl.Provider] += weight
		}
		shared = append(shared, Shared{weight, p, r})
	}
	return shared, nil
}

// A Shared holds the referrals of one weight, and which worker takes each.
type Shared struct {
	Weight  int
	Problem *Problem
	Result  *Result
}

func checkWorkers(workers []Worker, referrals []Referral, even Balance) error {
	e := &sp.InvalidError{Subject: "assign: workers"}
	e.Check(even >= 0 && even <= 1_000_000, "balance", sp.OutOfRange, "must be from 0 to 1000000")
	for _, w := range workers {
		e.Check(w.Load >= 0 && w.Load <= MaxPlaces && w.Cap >= 0 && w.Cap <= MaxPlaces, fmt.Sprintf("workers[%s]", shown(w.ID)), sp.OutOfRange,
			"must have a load and a cap from 0 to 1048576 points")
	}
	for _, r := range referrals {
		at := fmt.Sprintf("referrals[%s]", shown(r.ID))
		e.Check(r.Weight >= 1 && r.Weight <= MaxUnits, at+".weight", sp.OutOfRange, "must be from 1 to 1000")
		e.Check(r.Units <= 1, at+".units", sp.Unsupported, "must not be more than 1: a referral has its weight")
	}
	return e.Err()
}

// steps is in how many steps the cost of a worker's room rises at most: every one is a
// place of its own to the solver.
const steps = 10

// slots returns the room of a worker for referrals of one weight, in steps of which each
// is dearer than the one before: the square of the load as a share of the cap, times what
// balance is worth.
func slots(load, most, weight, wanted int, even Balance) []Part {
	n := min(max(most-load, 0)/weight, wanted)
	if even == 0 || n == 0 {
		return []Part{{Places: n}}
	}
	square := func(load int) int64 { return int64(even) * int64(load) * int64(load) / (int64(most) * int64(most)) }
	var parts []Part
	for from, step := 0, (n+steps-1)/steps; from < n; from += step {
		places := min(step, n-from)
		cost := (square(load+(from+places)*weight) - square(load+from*weight)) / int64(places)
		parts = append(parts, Part{Places: places, Cost: int(cost)})
	}
	return parts
}
