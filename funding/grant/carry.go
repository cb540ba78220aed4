package grant

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// A Carry says what becomes of money that is still free when its year is closed.
type Carry string

// The rules, each with an example. Sources: NHS England's contract for primary care
// networks 2025/26 on unused reimbursement of roles, and the conditions of the
// public health grant 2025/26.
const (
	Lapse     Carry = "lapse"       // it is lost to the fund: reimbursement of additional roles
	CarryAll  Carry = "carry"       // it is there in the next year: a fund held by a community body
	CarryUpTo Carry = "carry-up-to" // up to a limit for each year; the rest by another rule
	Reserve   Carry = "reserve"     // it goes into the fund's reserve: the public health grant
	ClawBack  Carry = "claw-back"   // it goes back to whoever gave it
)

// A CarryOver is the rule of one fund. It must be stated: there is no default.
type CarryOver struct {
	Rule  Carry    `json:"rule"`
	Limit sp.Money `json:"limit,omitzero"` // with CarryUpTo, the most that a year passes on
	Rest  Carry    `json:"rest,omitempty"` // with CarryUpTo, what becomes of the rest: Lapse, Reserve or ClawBack
}

func (c CarryOver) check(e *sp.InvalidError, currency sp.Currency) {
	switch c.Rule {
	case Lapse, CarryAll, Reserve, ClawBack:
		e.Check(c.Limit.IsZero() && c.Rest == "", "carryOver", sp.Inconsistent, "has a limit and a rest only with carry-up-to")
	case CarryUpTo:
		e.Check(c.Limit.Sign() > 0 && c.Limit.Currency() == currency, "carryOver.limit", sp.Inconsistent, "must be more than nothing, in the currency of the fund")
		e.Check(c.Rest == Lapse || c.Rest == Reserve || c.Rest == ClawBack, "carryOver.rest", sp.NotListed, "must be lapse, reserve or claw-back")
	default:
		e.Check(false, "carryOver.rule", sp.NotListed, "must be lapse, carry, carry-up-to, reserve or claw-back")
	}
}

// A Disposal is what became of free money of a year that is closed.
type Disposal struct {
	Year       contract.Year `json:"year"`
	Carried    sp.Money      `json:"carried,omitzero"` // into the next year
	Reserved   sp.Money      `json:"reserved,omitzero"`
	Lapsed     sp.Money      `json:"lapsed,omitzero"`
	ClawedBack sp.Money      `json:"clawedBack,omitzero"`
}

// dispose says what becomes of an amount that is free in a year that has passed
// on as much as carried before.
func (c CarryOver) dispose(year contract.Year, amount, carried sp.Money) Disposal {
	d := Disposal{Year: year}
	if c.Rule == CarryUpTo {
		room := c.Limit.Minor() - carried.Minor() // both are from nothing to the limit
		d.Carried = sp.NewMoney(min(amount.Minor(), room), amount.Currency())
		rest := sp.NewMoney(amount.Minor()-d.Carried.Minor(), amount.Currency())
		return d.with(c.Rest, rest)
	}
	return d.with(c.Rule, amount)
}

func (d Disposal) with(rule Carry, amount sp.Money) Disposal {
	switch rule {
	case CarryAll:
		d.Carried = amount
	case Reserve:
		d.Reserved = amount
	case Lapse:
		d.Lapsed = amount
	case ClawBack:
		d.ClawedBack = amount
	default: // no fund is opened with another rule
	}
	return d
}

// moves returns the movements that d stands for.
func (d Disposal) moves() []Move {
	var moves []Move
	add := func(year contract.Year, from, to Account, amount sp.Money) {
		if !amount.IsZero() {
			moves = append(moves, Move{Year: year, From: from, To: to, Amount: amount})
		}
	}
	add(d.Year, Free, CarriedOut, d.Carried)
	add(d.Year+1, CarriedIn, Free, d.Carried)
	add(d.Year, Free, Reserved, d.Reserved)
	add(d.Year, Free, Lapsed, d.Lapsed)
	add(d.Year, Free, ClawedBack, d.ClawedBack)
	return moves
}
