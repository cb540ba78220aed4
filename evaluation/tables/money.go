package tables

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/funding/contract"
)

// funded are the days on which each provider has a contract, merged and in order.
func funded(b *contract.Book) map[directory.ID][]sp.Period {
	all := map[directory.ID][]sp.Period{}
	for t := range b.All() {
		all[t.Provider] = append(all[t.Provider], t.Period)
	}
	for id, periods := range all {
		slices.SortFunc(periods, func(a, b sp.Period) int { return a.Start.Sub(b.Start) })
		merged := periods[:1]
		for _, p := range periods[1:] {
			if last := &merged[len(merged)-1]; p.Start <= last.End {
				last.End = max(last.End, p.End)
			} else {
				merged = append(merged, p)
			}
		}
		all[id] = merged
	}
	return all
}

// ProviderSurvival returns indicator 61: the share of providers that are still funded 365 days
// after their first contract began, by the estimator of Kaplan and Meier. Providers whose
// contract still runs on the day are censored on it. Funding ends on the first day without a
// contract, unless another begins within so many days, the gap (0 is 31). Contracts that begin
// after the day do not count.
func ProviderSurvival(b *contract.Book, on sp.Date, gap int) (evaluation.Figure, error) {
	if gap <= 0 {
		gap = 31
	}
	var times survival.Durations
	out := leaving{}
	providers := funded(b)
	for _, id := range keys(providers) {
		periods := providers[id]
		if periods[0].Start > on {
			out.add("begins later", 1)
			continue
		}
		end := periods[0].End
		for _, p := range periods[1:] {
			if p.Start.Sub(end) <= gap && p.Start <= on {
				end = p.End
			} else {
				break
			}
		}
		var err error
		if lived := periods[0].Start; end > on || on.Sub(end) < gap { // another may begin yet
			err = times.Waiting(min(end, on).Sub(lived))
		} else {
			err = times.Ended(end.Sub(lived))
		}
		if err != nil {
			return evaluation.Figure{}, fmt.Errorf("tables: survival of provider %s: %w", id, err)
		}
	}
	e, err := times.Curve().Left(365, Level)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: survival of providers: %w", err)
	}
	e.Of, e.Per = "providers", 1
	return out.figure("provider-survival", "still funded after 365 days", "", evaluation.Share, e), nil
}

// LongContract is the number of months from which on a contract counts as long: two years.
const LongContract = 24

// ContractLength returns indicator 62: the median length of contracts in months, in which each
// contract counts once, and the share of their money that is in contracts of [LongContract]
// months or more, which has no interval as it is no sample. For the median weighted by money
// see [contract.Book.MedianMonths].
func ContractLength(b *contract.Book) ([]evaluation.Figure, error) {
	var months []float64
	for t := range b.All() {
		months = append(months, t.Months())
	}
	median, err := leaving{}.median("contract-months", "length of contracts", "contracts", "months, median", months)
	if err != nil {
		return nil, err
	}
	_, short := b.Short(LongContract)
	share := known("contract-long", fmt.Sprintf("money in contracts of %d months or more", LongContract), "minor units of money", b.Total().Minor()-short.Minor(), b.Total().Minor())
	return []evaluation.Figure{median, share}, nil
}

// ShortNotice is the number of days below which notice of the end of money is short: the
// three months that a post needs to be filled or given up.
const ShortNotice = 90

// Notice returns indicator 64, of the contracts that end by a day: the median number of days
// from the day on which the provider was told whether it is renewed until its end, and the share
// with less than [ShortNotice]. A contract whose provider was told after its end, or has not
// been told although it is over, counts with 0 days. A contract that is not over and of which no
// decision is recorded is counted as left out, since its provider may yet be told.
func Notice(b *contract.Book, by, on sp.Date) ([]evaluation.Figure, error) {
	out := leaving{}
	var days []float64
	var short int64
	for t := range b.All() {
		told := t.RenewalDecided
		if told > on {
			told = 0 // that was not known then
		}
		switch {
		case t.Period.End > by:
			continue
		case told == 0 && t.Period.End > on:
			out.add("not told yet", 1)
			continue
		case told == 0:
			told = t.Period.End
		}
		notice := max(0, t.Period.End.Sub(told))
		days = append(days, float64(notice))
		short += b2i(notice < ShortNotice)
	}
	median, err := out.median("notice-days", "notice before money ends", "contracts", "days, median", days)
	if err != nil {
		return nil, err
	}
	share, err := out.share("notice-short", fmt.Sprintf("less than %d days' notice before money ends", ShortNotice), "", "contracts", short, int64(len(days)))
	return []evaluation.Figure{median, share}, err
}

// known returns a share of what was counted in full, and is no sample: its limits are itself.
func known(id, name, of string, n, all int64) evaluation.Figure {
	e := stat.Estimate{Level: Level, Method: Whole, Numerator: float64(n), Denominator: float64(all), Of: of, Per: 1}
	if all == 0 {
		e.Undefined, e.Interval = stat.NoCases, stat.Interval{Lower: 0, Upper: 1}
	} else {
		e.Value = float64(n) / float64(all)
		e.Interval = stat.Interval{Lower: e.Value, Upper: e.Value}
	}
	return leaving{}.figure(id, name, "", evaluation.Share, e)
}

// Whole is the method of a share that was counted of everything there is, and so has no
// sampling error.
const Whole stat.Method = "whole count"

// Continuity returns indicator 63: of all days from the first day of a provider's first
// contract to the last day of its last, or to the given day if that is earlier, the share on
// which it was funded. What comes after the last contract is for [ProviderSurvival].
func Continuity(b *contract.Book, on sp.Date) evaluation.Figure {
	var with, all int64
	for _, periods := range funded(b) {
		first, last := periods[0].Start, min(periods[len(periods)-1].End, on.Add(1))
		if first >= last {
			continue
		}
		all += int64(last.Sub(first))
		for _, p := range periods {
			with += int64(max(0, min(p.End, last).Sub(p.Start)))
		}
	}
	return known("funding-continuity", "funded without a gap", "days of providers", with, all)
}

// An Equality says how evenly money is spread over areas.
type Equality struct {
	PerHead map[string]float64 // by area, in whole units of money for each of the people
	// Concentration is the concentration index, from -1 to 1 and negative if the more deprived
	// get more, with robust limits.
	Concentration evaluation.Figure
	Slope         inequality.Slope // in units of money a head
	MostToLeast   float64          // the most that any area has a head, divided by the least; 0 where one has none
}

// FundingEquity returns indicator 65: how the money of each area, per head of a group (empty is
// everybody), goes with its deprivation, where rank 1 is the most deprived. For money per head
// of need, pass a weighted population. Areas whose people or rank are not known are counted as
// left out. It fails if fewer than three areas remain.
func FundingEquity(p Population, stratum string, amounts map[string]sp.Money, rank map[string]float64) (Equality, error) {
	counts := map[string]int64{}
	var unit sp.Currency
	for _, area := range keys(amounts) {
		counts[area] = 1
		if unit = amounts[area].Currency(); amounts[area].Sign() < 0 || unit != amounts[keys(amounts)[0]].Currency() {
			return Equality{}, sp.Invalid("tables: money of "+area, "amount", sp.OutOfRange, "must not be negative, and in the currency of the others")
		}
	}
	areas, out, err := p.join(stratum, counts)
	if err != nil {
		return Equality{}, err
	}
	all := Equality{PerHead: map[string]float64{}}
	var position, people, values []float64
	for _, a := range areas {
		at, ranked := rank[a.area]
		if !ranked {
			out.add("no rank of deprivation", 1)
			continue
		}
		amount, _ := amounts[a.area].Decimal().Float64()
		all.PerHead[a.area] = amount / float64(a.people)
		position, people, values = append(position, at), append(people, float64(a.people)), append(values, all.PerHead[a.area])
	}
	ranking, err := inequality.Rank(position, people)
	if err != nil {
		return Equality{}, fmt.Errorf("tables: equity of funding: %w", err)
	}
	c, err := ranking.EstimateConcentration(values, nil, Level)
	if err == nil {
		all.Slope, err = ranking.Slope(values, nil, inequality.SlopeOptions{Level: Level})
	}
	if err != nil {
		return Equality{}, fmt.Errorf("tables: equity of funding: %w", err)
	}
	c.Index.Of = "areas"
	all.Concentration = out.figure("funding-equity", "concentration of money by deprivation", "", "index", c.Index)
	if least := slices.Min(values); least > 0 {
		all.MostToLeast = slices.Max(values) / least
	}
	return all, nil
}
