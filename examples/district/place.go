package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
)

// weekly is the day on which places are given out, and patience for how many days people wait.
const (
	weekly   = time.Monday
	patience = 120
)

// A list is who waits on a Monday, and where each of them could go.
type list struct {
	requests []assign.Request
	clients  map[string]*client
}

// place gives the free places out to all who wait, and offers what was decided.
func (d *district) place(ctx context.Context) error {
	l, err := d.list(ctx)
	if err != nil || len(l.requests) == 0 {
		return err
	}
	providers, err := d.free(ctx)
	if err != nil {
		return err
	}
	problem, err := assign.New(providers, slices.Values(l.requests))
	if err != nil {
		return err
	}
	result, err := assign.Solve(ctx, problem, assign.Policy{
		Version: "2026-11", Seed: "district " + d.today.String(), Ageing: []int{0, 60, 90}, ClassWeights: []int{4, 2, 1},
	}, assign.Options{})
	if err != nil {
		return err
	}
	reading, err := assign.Read(problem, result) // which checks the proof
	if err != nil {
		return err
	}
	d.tally.runs++
	for _, id := range result.Refused {
		if _, err := reading.Refusal(id); err != nil {
			return err
		}
		d.tally.proven++
	}
	for _, p := range result.Placements {
		if err := d.offer(ctx, l.clients[p.Request], directory.ID(p.Provider)); err != nil {
			return fmt.Errorf("offer to %s: %w", p.Request, err)
		}
		d.tally.placed++
	}
	d.waiting = slices.DeleteFunc(d.waiting, func(c *client) bool {
		_, placed := result.Of(string(c.arrival.Referral))
		return placed
	})
	return nil
}

// list ranks for everybody who waits what fits them. Who has waited too long leaves, and who has
// nothing to go to is a line in the ledger of unmet needs.
func (d *district) list(ctx context.Context) (list, error) {
	l := list{clients: make(map[string]*client)}
	for _, c := range slices.Clone(d.waiting) {
		options := d.options(c)
		waited := d.today.Sub(c.since)
		if len(options) > 0 && waited <= patience {
			id := string(c.arrival.Referral)
			l.clients[id] = c
			l.requests = append(l.requests, assign.Request{ID: id, Class: class(c.arrival.Urgency), Waited: waited, Options: options})
			continue
		}
		why := reason.NotSuitable
		if len(options) > 0 {
			why = reason.NoCapacity
			d.tally.gaveUp++
		} else {
			d.tally.nowhere++
		}
		if err := d.change(ctx, c, func(file *referral.Case) error {
			return file.Referral.NothingFound(c.arrival.Need, reason.Because(why), d.worker(c))
		}); err != nil {
			return l, err
		}
		if err := d.end(ctx, c, needs.Result{Outcome: needs.NotMet, Unmet: []needs.Code{c.arrival.Need}}); err != nil {
			return l, err
		}
		d.waiting = slices.DeleteFunc(d.waiting, func(w *client) bool { return w == c })
	}
	return l, nil
}

// class is how urgent somebody is, for the line.
func class(u referral.Urgency) int {
	return max(0, slices.Index([]referral.Urgency{referral.Urgent, referral.Soon, referral.Routine}, u))
}

// options are the best services that fit, have money, and were not tried before.
func (d *district) options(c *client) (options []assign.Option) {
	var offers []directory.Offer
	for _, o := range d.byNeed[c.arrival.Need] {
		if !slices.Contains(c.tried, o.Service) && d.paid(o.Service) {
			offers = append(offers, o)
		}
	}
	found := matching.Rank(c.person.Profile(d.today), d.book.Fund(offers, d.today), matching.Options{
		At: moment(d.today, 0), Needs: []needs.Code{c.arrival.Need}, Crosswalk: d.crosswalk, Travel: byBus, Limit: 8,
	})
	for _, p := range found {
		options = append(options, assign.Option{Provider: string(p.Offer.ID), Cost: int(min(max(p.Score, 0), assign.MaxCost))})
	}
	return options
}

// free counts the places that nobody holds.
func (d *district) free(ctx context.Context) (all []assign.Provider, err error) {
	for p, err := range place.NewRepository(d.db).All(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, assign.Provider{ID: string(p.Offer()), Places: max(0, p.Left().Available.Or(0))})
	}
	return all, nil
}
