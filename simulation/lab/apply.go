package lab

import (
	"hash/fnv"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// under returns the scenario and the options of matching as a policy makes them, in one
// replication. It leaves the study as it is.
func (s *Study) under(p *Policy, seed string, replication int) (simulation.Scenario, matching.Options) {
	world, match := s.Scenario, s.Match
	match.Travel = s.travelOf(p)
	if p.Believe > 0 {
		match.CapacityLife = time.Duration(p.Believe) * 24 * time.Hour
	}
	world.Teams = slices.Clone(world.Teams)
	for i := range world.Teams {
		world.Teams[i].Posts += p.Workers
	}
	world.Supply = slices.Clone(world.Supply)
	for i := range world.Supply {
		world.Supply[i].Places += p.Places
		if p.Contracts.Months > 0 {
			world.Supply[i].Funded = s.contracts(p.Contracts, string(world.Supply[i].Offer.ID), seed, replication)
		}
	}
	w, e := &world.Way, &s.Effects
	if p.Vouchers {
		w.Attendance.PerTenMinutes *= 1 - e.VoucherKeeps
	}
	if p.Feedback {
		w.Declined *= 1 - e.FeedbackFewer
		w.WantsService += e.FeedbackWants * (1 - w.WantsService)
	}
	if days, set := p.Vacancy.Lookup(); set {
		w.Vacancy = queue.Constant(float64(days))
	}
	return world, match
}

// contracts draws the times for which an offer is paid. Contracts of any length begin at a random
// point of their first term, so that not all end on one day; the luck of an offer is the same
// whatever their length.
func (s *Study) contracts(c Contracts, offer, seed string, replication int) (paid []simulation.Funded) {
	h := fnv.New64a()
	h.Write([]byte(offer)) // never fails
	stream, entity := queue.NewStream(seed, replication, "contracts"), h.Sum64()
	first, last := s.Scenario.Start, s.Scenario.Start.Add(s.Scenario.Days-1)
	length := first.AddMonths(c.Months).Sub(first)
	from := first.Add(-int(stream.Unit(entity, 0) * float64(length)))
	for n := uint64(1); from <= last; n++ {
		until, gap := from.AddMonths(c.Months).Add(-1), 0
		if s.Effects.Gap != nil {
			gap = int(min(s.Effects.Gap.Quantile(stream.Unit(entity, n)), 3650))
		}
		next := until.Add(1 + gap)
		if c.CarryOver {
			left := int(s.Effects.Unspent * float64(until.Sub(from)+1))
			until = until.Add(min(left, gap))
		}
		if until >= first {
			paid = append(paid, simulation.Funded{From: from, Until: until})
		}
		from = next
	}
	return paid
}

// cost is what a policy has cost in a run, in minor units.
func (s *Study) cost(p *Policy, r *simulation.Result) int64 {
	worked, open, attended, settled := 0, 0, 0, 0
	for _, t := range r.Teams {
		worked += t.Worked
	}
	for _, o := range r.Supply {
		open += o.Open
	}
	for _, g := range r.Groups {
		attended += g.Attended
		settled += g.Referred - g.InHand
	}
	year := func(days int, price sp.Money) int64 { return (int64(days)*price.Minor() + 182) / 365 }
	total := year(worked, s.Prices.Worker) + year(open, s.Prices.Place)
	if p.Vouchers {
		total += int64(attended) * s.Prices.Voucher.Minor()
	}
	if p.Feedback {
		total += int64(settled) * s.Prices.Feedback.Minor()
	}
	return total
}
