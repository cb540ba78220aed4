package tables

import (
	"fmt"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/funding/grant"
)

// Costs are what a programme costs in all: salaries, rent and software of the scheme as well as
// what it pays to others. Awards hold the last alone, so it is a table of the caller.
type Costs struct {
	Source string // the accounts that they are from
	Items  []Cost
}

// A Cost is a line of the accounts.
type Cost struct {
	Item   string
	Amount sp.Money // more than nothing
}

// ReadCosts reads costs from CSV: the columns item and amount, as in "£1,234.50" or "1234.50
// GBP". The source must not be empty. It fails as [ReadList] does, and for an amount that cannot be read, is not
// more than nothing or is in another currency than the first.
func ReadCosts(r io.Reader, name, source string) (Costs, error) {
	if err := checkSource(source); err != nil {
		return Costs{}, err
	}
	rows, into, err := lines(r, name, "item", "amount")
	if err != nil {
		return Costs{}, err
	}
	c := Costs{Source: source}
	for _, l := range rows {
		amount, err := sp.ParseMoney(l.text("amount"))
		switch {
		case l.text("item") == "":
			into.fault(l, "item", "missing-id", "must say what it is")
		case err != nil || amount.Sign() <= 0:
			into.fault(l, "amount", "bad-number", "must be an amount above 0 with its currency, such as 1234.50 GBP")
		case len(c.Items) > 0 && amount.Currency() != c.Items[0].Amount.Currency():
			into.fault(l, "amount", "bad-number", "must be in the currency of the first")
		default:
			c.Items = append(c.Items, Cost{l.text("item"), amount})
		}
	}
	return c, into.err(name)
}

// Total returns the sum of the items. It fails if they are of several currencies, or too much.
func (c Costs) Total() (total sp.Money, err error) {
	for _, item := range c.Items {
		if total, err = total.Add(item.Amount); err != nil {
			return sp.Money{}, fmt.Errorf("tables: costs: %w", err)
		}
	}
	return total, nil
}

// VoluntaryShare returns indicator 66: of what a programme costs in all, the share that its funds
// paid to voluntary, community and social enterprise organisations. It is a whole count, without
// a sampling error. What was paid to providers of which nobody knows whether they are such is
// left out of both, and told in minor units of money. It fails with an error that is
// [sp.ErrInvalid] if the funds paid out more than the programme costs, or in another currency.
func VoluntaryShare(c Costs, passed ...grant.Passing) (evaluation.Figure, error) {
	total, err := c.Total()
	if err != nil {
		return evaluation.Figure{}, err
	}
	var vcse, unsure, reached sp.Money
	for _, p := range passed {
		for _, add := range []struct {
			into *sp.Money
			more sp.Money
		}{{&vcse, p.VCSE}, {&unsure, p.Unknown}, {&reached, p.Reached}} {
			if *add.into, err = add.into.Add(add.more); err != nil {
				return evaluation.Figure{}, fmt.Errorf("tables: share of the voluntary sector: fund %s: %w", p.Fund, err)
			}
		}
	}
	left, err := total.Sub(reached)
	if err != nil || left.Sign() < 0 {
		return evaluation.Figure{}, sp.Invalid("tables: share of the voluntary sector", "costs", sp.OutOfRange, "must be in the currency of the funds, and not less than what they paid out")
	}
	f := known("voluntary-share", "paid to the voluntary sector", "minor units of money", vcse.Minor(), total.Minor()-unsure.Minor())
	leaving(f.LeftOut).add("not known whether it is voluntary", unsure.Minor())
	f.Excluded = unsure.Minor()
	return f, nil
}
