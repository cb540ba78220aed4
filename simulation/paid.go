package simulation

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// PaidBy returns supplies that are there when contracts pay for them: Funded is the days on
// which a contract of the book, of any provider, is for the service of the offer. Contracts that
// overlap or follow one another at once are one time. An offer whose contracts have all ended
// before the first day that is played is not there in the run.
//
// Where the book does not say, nothing is concluded. A supply whose service no contract names
// keeps its Funded, and so does one whose service is in open: those are known to have a contract
// whose end is not known. The services that no contract names are returned as unknown, in the
// order of their supplies, each once. A contract for core costs names no service. Nothing that is
// passed in is changed.
func PaidBy(book *contract.Book, supply []Supply, open ...directory.ID) (paid []Supply, unknown []directory.ID) {
	periods := map[directory.ID][]sp.Period{}
	if book != nil {
		for t := range book.All() {
			periods[t.Service] = append(periods[t.Service], t.Period)
		}
	}
	delete(periods, "") // core costs
	paid = slices.Clone(supply)
	for i := range paid {
		service := paid[i].Offer.Service
		times := periods[service]
		switch {
		case slices.Contains(open, service):
		case len(times) > 0:
			paid[i].Funded = joined(times)
		case !slices.Contains(unknown, service):
			unknown = append(unknown, service)
		}
	}
	return paid, unknown
}

// joined returns the days of closed periods, in order, with those as one that overlap or meet.
func joined(periods []sp.Period) (times []Funded) {
	slices.SortFunc(periods, func(a, b sp.Period) int { return a.Start.Sub(b.Start) })
	for _, p := range periods {
		until := p.End.Add(-1)
		if last := len(times) - 1; last >= 0 && p.Start <= times[last].Until.Add(1) {
			times[last].Until = max(times[last].Until, until)
			continue
		}
		times = append(times, Funded{From: p.Start, Until: until})
	}
	return times
}
