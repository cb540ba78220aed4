package assign_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp/matching/assign"
)

// Four people, two groups with three places. Ali can only go to the garden, so Bea, who is
// before him, is moved to the choir; Dan is last, and there is a proof that he cannot be placed.
func Example() {
	providers := []assign.Provider{{ID: "choir", Places: 1}, {ID: "garden", Places: 2}}
	requests := []assign.Request{
		{ID: "Ali", Class: 1, Waited: 40, Options: []assign.Option{{Provider: "garden", Cost: 12}}},
		{ID: "Bea", Class: 0, Waited: 10, Options: []assign.Option{{Provider: "garden", Cost: 5}, {Provider: "choir", Cost: 9}}},
		{ID: "Cyd", Class: 0, Waited: 30, Options: []assign.Option{{Provider: "garden", Cost: 7}}},
		{ID: "Dan", Class: 1, Waited: 20, Options: []assign.Option{{Provider: "garden", Cost: 3}}},
	}
	problem, err := assign.New(providers, slices.Values(requests))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := assign.Solve(context.Background(), problem, assign.Policy{Version: "2026-11", Seed: "drawn in public"}, assign.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range result.Placements {
		fmt.Println(p.Request, "to the", p.Provider, "for", p.Cost)
	}
	fmt.Println("cost", result.Cost, "verified", assign.Verify(problem, result) == nil)

	reading, err := assign.Read(problem, result)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ask := range [][2]string{{"Bea", "garden"}, {"Dan", "garden"}} {
		why, err := reading.WhyNot(ask[0], ask[1])
		fmt.Println(why, err)
	}
	for _, g := range reading.OneMore() {
		fmt.Println("one more place at the", g.Provider, "would reach", g.Request)
	}
	// Output:
	// Ali to the garden for 12
	// Bea to the choir for 9
	// Cyd to the garden for 7
	// cost 28 verified true
	// garden would cost Bea 4 less, but a place there saves others 4 more in all <nil>
	// all 2 places at the 1 provider that Dan could be referred to, directly or by moving somebody, are held by 2 requests ahead of it (it is number 4 in line), and none of them can go elsewhere <nil>
	// one more place at the garden would reach Dan
}

// Two link workers share five referrals: the heavy one goes where it fits, and the light
// ones are spread so that neither is much fuller than the other.
func ExampleToWorkers() {
	workers := []assign.Worker{{ID: "ann", Load: 2, Cap: 10}, {ID: "ben", Load: 6, Cap: 10}}
	var referrals []assign.Referral
	for i, weight := range []int{1, 1, 2, 1, 1} {
		referrals = append(referrals, assign.Referral{Weight: weight, Request: assign.Request{
			ID: fmt.Sprint("R-", i), Options: []assign.Option{{Provider: "ann"}, {Provider: "ben"}},
		}})
	}
	shared, err := assign.ToWorkers(context.Background(), workers, referrals, assign.Policy{}, 1000)
	if err != nil {
		fmt.Println(err)
		return
	}
	load := map[string]int{"ann": 2, "ben": 6}
	for _, s := range shared {
		for _, p := range s.Result.Placements {
			load[p.Provider] += s.Weight
		}
	}
	fmt.Println(load)
	// Output: map[ann:7 ben:7]
}
