package main

import (
	"context"

	"github.com/socialprescribing/sp/matching/assign"
)

// A decision is a list that has been placed and verified.
type decision struct {
	problem *assign.Problem
	result  *assign.Result
	reading *assign.Reading
	people  map[string]waiting
}

// policy is what was published: a class moves up after so many days, and the urgent weigh more.
func policy() assign.Policy {
	return assign.Policy{
		Version: "2026-11", Seed: "drawn in public on 20 November",
		Ageing: []int{0, 60, 90, 120}, ClassWeights: []int{8, 4, 2, 1},
	}
}

// decide places people, beginning with the prices of an earlier result if there is one.
func (w *world) decide(ctx context.Context, people []waiting, before *assign.Result) (*decision, error) {
	d := &decision{people: map[string]waiting{}}
	var providers []assign.Provider
	for _, o := range w.offers {
		providers = append(providers, assign.Provider{ID: string(o.ID), Places: w.places[o.ID]})
	}
	var err error
	d.problem, err = assign.New(providers, func(yield func(assign.Request) bool) {
		for _, p := range people {
			d.people[p.id] = p
			r := assign.Request{ID: p.id, Class: p.class, Waited: p.waited, Bonus: p.bonus, Held: p.held, Units: p.places, Options: w.options(p)}
			if !yield(r) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if d.result, err = assign.Solve(ctx, d.problem, policy(), assign.Options{Warm: before}); err != nil {
		return nil, err
	}
	d.reading, err = assign.Read(d.problem, d.result) // verifies it
	return d, err
}
