package main

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// pot is the award from which the practice pays vouchers for the way and small budgets.
const pot = grant.AwardID("vouchers-2026")

// vouchers opens a small fund of the council, from which the practice pays people's way to
// the places that they accepted: £9.50 there and back for each, and £40 for the first so
// that they can buy what they need. When it is empty it is empty.
func (c *clinic) vouchers() error {
	council := sp.By(sp.Actor{ID: "lee", Role: grant.RoleFunder, For: "sandholme/council"}, march(1))
	practice := sp.By(sp.Actor{ID: ann, Role: sp.RoleProvider, For: "sandholme/practice"}, march(30))
	fund, award := grant.NewFund("vouchers", transition.TableOnly{}), grant.NewAward(pot, transition.TableOnly{})
	err := fund.Open(grant.Opening{Funder: "sandholme/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.CarryAll}}, council)
	if err == nil {
		err = fund.Allocate(2025, sp.Pounds(100), council)
	}
	if err == nil {
		err = fund.Offer(award, contract.Terms{ID: contract.ID(pot), Provider: "sandholme/practice", Period: sp.NewDate(2026, 3, 1).Months(1), Amount: sp.Pounds(100)}, council)
	}
	if err == nil {
		err = award.Agree(council)
	}
	if err == nil {
		err = fund.Pay(award, 1, council)
	}
	if err != nil {
		return err
	}
	day, awards := sp.NewDate(2026, 3, 30), grant.NewAwards(c.db, nil)
	give := func(help grant.Help, p *placement.Placement, amount sp.Money) {
		if err == nil {
			v := grant.Voucher{Help: help, Placement: string(p.ID()), On: day, Amount: amount}
			err = awards.SpendFor(c.ctx, award, v, string(p.Person()), practice)
		}
	}
	first := true
	for p, failed := range c.placements.All(c.ctx, placement.Query{States: []placement.State{placement.StateAccepted, placement.StateStarted}}) {
		if failed != nil {
			return failed
		}
		if first {
			give(grant.PersonalBudget, p, sp.Pounds(40))
			first = false
		}
		give(grant.TransportVoucher, p, sp.Pence(950))
	}
	if err != nil {
		c.refused = append(c.refused, "A voucher is to be given for one person more.\n    "+err.Error())
	}
	return store.Save(c.ctx, c.db, fund, award)
}

// spent writes what was spent on whose place.
func (c *clinic) spent(p *page) error {
	award, err := grant.NewAwards(c.db, nil).Load(c.ctx, pot)
	if err != nil {
		return err
	}
	p.head("Vouchers for the way, and small budgets")
	var rows [][]any
	for _, v := range grant.ByPlacement(award.Vouchers()) {
		rows = append(rows, []any{v.Placement, words.Of(wording.Words, v.Help), v.Amount})
	}
	p.table(nil, rows)
	p.print("%v of %v is left.\n", award.Unspent(), award.Terms().Amount)
	return nil
}
