package lab

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation"
)

// check names every fault by its path. What is wrong with the
// scenario itself is told by [simulation.Run].
func (s *Study) check(e *sp.InvalidError, o *Options) {
	e.Check(len(s.Policies) > 0, "policies", sp.Missing, "must have at least one, with which the others are compared")
	_, known := InfoOf(cmp.Or(s.Decides, Began))
	e.Check(known, "decides", sp.NotListed, "must be one of Measures")
	for i, m := range s.Shows {
		_, known := InfoOf(m)
		e.Check(known, fmt.Sprintf("shows[%d]", i), sp.NotListed, "must be one of Measures")
	}
	names := map[string]bool{}
	for i := range s.Policies {
		p := &s.Policies[i]
		path := fmt.Sprintf("policies[%d]", i)
		e.Check(p.Name != "" && !names[p.Name], path+".name", sp.Duplicate, "must be there, and unlike all others")
		names[p.Name] = true
		s.checkPolicy(e, p, path)
	}
	s.Effects.check(e)
	s.checkAbout(e)
	for i, r := range s.Ranges {
		r.check(e, fmt.Sprintf("ranges[%d]", i))
	}
	e.Check(o.Pairs >= 2 && o.Pairs <= maxPairs, "pairs", sp.OutOfRange, "must be from 2, since one pair says nothing of chance, to 100000, which is more than any decision needs: name Until instead, and stop when enough is known")
	e.Check(o.Level >= 0 && o.Level < 1, "level", sp.OutOfRange, "must be between 0 and 1; 0 is 0.95")
	e.Check(o.Workers >= 0 && o.Workers <= 10_000, "workers", sp.OutOfRange, "must be from 0, which is 1, to 10000")
	e.Check(o.Until.Within >= 0, "until.within", sp.OutOfRange, "must be 0, which is never, or more")
	if o.Until.Within > 0 {
		_, known := InfoOf(o.Until.Measure)
		e.Check(known, "until.measure", sp.NotListed, "must be one of Measures")
	}
}

// checkPolicy names what a policy changes that the scenario does not have.
func (s *Study) checkPolicy(e *sp.InvalidError, p *Policy, path string) {
	for i, t := range s.Scenario.Teams {
		e.Check(t.Posts+p.Workers >= 0, path+".workers", sp.Inconsistent, fmt.Sprintf("must leave no team with fewer than 0 posts, as it does scenario.teams[%d]", i))
	}
	for i, o := range s.Scenario.Supply {
		e.Check(o.Places+p.Places >= 0, path+".places", sp.Inconsistent, fmt.Sprintf("must leave no offer with fewer than 0 places, as it does scenario.supply[%d]", i))
	}
	money := s.Scenario.Money
	e.Check(money == nil || p.Workers == 0, path+".workers", sp.Inconsistent, "must be 0 where money decides how many posts there are: change scenario.money")
	shares := p.Shares.Name != "" || len(p.Shares.Formula.Factors) > 0
	e.Check(money != nil || !shares, path+".shares", sp.Inconsistent, "divides money, and the scenario has none: give scenario.money")
	e.Check(!p.Vouchers || s.travelOf(&Policy{}) != nil, path+".vouchers", sp.Inconsistent, "pays for journeys, and the study has none: give travel")
	e.Check(p.Contracts.Months >= 0 && p.Contracts.Months <= 1200, path+".contracts.months", sp.OutOfRange, "must be from 0, which leaves those of the scenario, to 1200")
	e.Check(p.Contracts.Months > 0 || !p.Contracts.CarryOver, path+".contracts.carryOver", sp.Inconsistent, "needs the months of a contract")
	e.Check(p.Contracts.Months == 0 || len(s.Scenario.Supply) > 0, path+".contracts", sp.Inconsistent, "pay for offers, and the scenario has none")
	e.Check(p.Believe >= 0 && p.Believe <= 3650, path+".believe", sp.OutOfRange, "must be from 0 to 3650 days")
	e.Check(p.Believe <= 0 || p.Sharing == simulation.Learning, path+".believe", sp.Inconsistent, "is of a policy that learns: give sharing")
	days := p.Vacancy.Or(0)
	e.Check(days >= 0 && days <= 3650, path+".vacancy", sp.OutOfRange, "must be from 0 to 3650 days")
	e.Check(p.Vacancy == (sp.Known[int]{}) || s.Scenario.Way.Tenure != nil, path+".vacancy", sp.Inconsistent, "fills posts again, and nobody leaves in the scenario: give way.tenure")
}

func (x *Effects) check(e *sp.InvalidError) {
	for _, share := range []struct {
		path string
		of   float64
	}{{"unspent", x.Unspent}, {"voucherKeeps", x.VoucherKeeps}, {"feedbackFewer", x.FeedbackFewer}, {"feedbackWants", x.FeedbackWants}} {
		e.Check(share.of >= 0 && share.of <= 1, "effects."+share.path, sp.OutOfRange, "must be from 0 to 1")
	}
	if x.Gap != nil {
		low, high := x.Gap.Quantile(1e-9), x.Gap.Quantile(1-1e-9)
		e.Check(low >= 0 && high >= low, "effects.gap", sp.OutOfRange, "must be a distribution of days from 0 on")
	}
}

// checkAbout names groups that are described and do not exist.
func (s *Study) checkAbout(e *sp.InvalidError) {
	names := []string{}
	for _, g := range s.Scenario.Groups {
		names = append(names, g.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.About)) {
		e.Check(slices.Contains(names, name), "about", sp.NotListed, "must name groups of the scenario only")
		for _, by := range slices.Sorted(maps.Keys(s.About[name])) {
			group := s.About[name][by]
			e.Check(by != "" && by != Distance && group != "", "about", sp.Missing, "must say what a group is, by what; distance is worked out")
		}
	}
}
