package grant

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// An Account is a place in the ledger of one financial year.
type Account string

// The accounts. Money comes in through the first four, and all of it stands on
// one of the others.
const (
	Allocated Account = "allocated"  // put into the fund
	CarriedIn Account = "carried-in" // from the year before
	Drawn     Account = "drawn"      // from the reserve
	ViredIn   Account = "vired-in"   // from another fund

	Free       Account = "free"        // promised to nobody
	Committed  Account = "committed"   // promised and not paid; it stays in its year until it is
	Paid       Account = "paid"        // less what came back
	ViredOut   Account = "vired-out"   // to another fund
	CarriedOut Account = "carried-out" // into the next year
	Reserved   Account = "reserved"    // into the reserve
	Lapsed     Account = "lapsed"      // lost to the fund
	ClawedBack Account = "clawed-back" // back to whoever gave it
)

// A Move is money that goes from one account to another.
type Move struct {
	Year   contract.Year
	From   Account
	To     Account
	Amount sp.Money
	Award  AwardID // whom it concerns, if it is an award
}

// A Balance is one financial year of a fund. What came in equals what it became:
//
//	Allocated + CarriedIn + Drawn + ViredIn
//	  = Free + Committed + Paid + ViredOut + CarriedOut + Reserved + Lapsed + ClawedBack
//
// Free is never negative, and nothing once the year is closed.
type Balance struct {
	Year   contract.Year `json:"year"`
	Closed bool          `json:"closed,omitempty"`

	// What came in.
	Allocated sp.Money `json:"allocated,omitzero"`
	CarriedIn sp.Money `json:"carriedIn,omitzero"`
	Drawn     sp.Money `json:"drawn,omitzero"`
	ViredIn   sp.Money `json:"viredIn,omitzero"`

	// What it became.
	Free       sp.Money `json:"free,omitzero"`
	Committed  sp.Money `json:"committed,omitzero"`
	Paid       sp.Money `json:"paid,omitzero"`
	ViredOut   sp.Money `json:"viredOut,omitzero"`
	CarriedOut sp.Money `json:"carriedOut,omitzero"`
	Reserved   sp.Money `json:"reserved,omitzero"`
	Lapsed     sp.Money `json:"lapsed,omitzero"`
	ClawedBack sp.Money `json:"clawedBack,omitzero"`
}

// In returns what came in: the left side.
func (b Balance) In() sp.Money { return sum(b.Allocated, b.CarriedIn, b.Drawn, b.ViredIn) }

// Out returns what it became: the right side.
func (b Balance) Out() sp.Money {
	return sum(b.Free, b.Committed, b.Paid, b.ViredOut, b.CarriedOut, b.Reserved, b.Lapsed, b.ClawedBack)
}

// most is the most minor units that an account may hold, and that may come into a
// fund in all its years, so that no sum of accounts leaves the range of [sp.Money].
const most = 1 << 59

const beyondLedger = "is beyond what a ledger can count"

// sum adds amounts of one currency that are each within most.
func sum(amounts ...sp.Money) sp.Money {
	var minor int64
	var currency sp.Currency
	for _, m := range amounts {
		if !m.IsZero() {
			currency = m.Currency()
		}
		minor += m.Minor()
	}
	return sp.NewMoney(minor, currency)
}

// account returns the account of b, and whether money comes in through it.
func account(b *Balance, a Account) (amount *sp.Money, source bool) {
	switch a {
	case Allocated:
		return &b.Allocated, true
	case CarriedIn:
		return &b.CarriedIn, true
	case Drawn:
		return &b.Drawn, true
	case ViredIn:
		return &b.ViredIn, true
	case Free:
		return &b.Free, false
	case Committed:
		return &b.Committed, false
	case Paid:
		return &b.Paid, false
	case ViredOut:
		return &b.ViredOut, false
	case CarriedOut:
		return &b.CarriedOut, false
	case Reserved:
		return &b.Reserved, false
	case Lapsed:
		return &b.Lapsed, false
	default:
		return &b.ClawedBack, false
	}
}

// book books one movement: what comes in through a source counts up there.
func book(b *Balance, m Move) error {
	from, source := account(b, m.From)
	to, _ := account(b, m.To)
	less, err := from.Sub(m.Amount)
	if source {
		less, err = from.Add(m.Amount)
	}
	if err != nil {
		return err
	}
	more, err := to.Add(m.Amount)
	if err != nil {
		return err
	}
	if outside(less) || outside(more) {
		return sp.Invalid("amount", "", sp.OutOfRange, beyondLedger)
	}
	*from, *to = less, more
	return nil
}

// negated returns -m, of an amount within the range of a ledger.
func negated(m sp.Money) sp.Money { return sp.NewMoney(-m.Minor(), m.Currency()) }

func outside(m sp.Money) bool { return m.Minor() > most || m.Minor() < -most }

// A ledger is the balances of a fund by year, and its reserve.
type ledger struct {
	balances []Balance
	reserve  sp.Money
}

// post returns the ledger after the movements, or an error if one cannot be
// booked; l stays as it is.
func (l ledger) post(moves []Move) (ledger, error) {
	next := ledger{slices.Clone(l.balances), l.reserve}
	for _, m := range moves {
		if err := book(balance(&next, m.Year), m); err != nil {
			return l, fmt.Errorf("%s to %s in %v: %w", m.From, m.To, m.Year, err)
		}
	}
	var reserved, drawn, in sp.Money
	for _, b := range next.balances {
		reserved, drawn = sum(reserved, b.Reserved), sum(drawn, b.Drawn)
		if outside(reserved) || outside(drawn) {
			return l, sp.Invalid("reserve", "", sp.OutOfRange, beyondLedger)
		}
		if in = sum(in, b.Allocated, b.ViredIn); outside(in) { // and so what goes out, or becomes of it
			return l, sp.Invalid("amount of all years", "", sp.OutOfRange, beyondLedger)
		}
	}
	next.reserve = sum(reserved, negated(drawn))
	return next, nil
}

// balance returns the balance of y in l, which it adds if there is none.
func balance(l *ledger, y contract.Year) *Balance {
	i, found := slices.BinarySearchFunc(l.balances, y, func(b Balance, y contract.Year) int { return int(b.Year - y) })
	if !found {
		l.balances = slices.Insert(l.balances, i, Balance{Year: y})
	}
	return &l.balances[i]
}

// at returns the balance of y, zero if there is none.
func (l ledger) at(y contract.Year) Balance {
	i, found := slices.BinarySearchFunc(l.balances, y, func(b Balance, y contract.Year) int { return int(b.Year - y) })
	if !found {
		return Balance{Year: y}
	}
	return l.balances[i]
}

// closed reports whether y is closed, or lies before one that is.
func (l ledger) closed(y contract.Year) bool {
	for _, b := range l.balances {
		if b.Closed && b.Year >= y {
			return true
		}
	}
	return false
}

// firstOpen returns the year that has to be closed next, and false if there was no
// money in any yet. After the first with money every year counts, even without a
// movement: what is released in one before it may be carried there.
func (l ledger) firstOpen() (contract.Year, bool) {
	first := slices.IndexFunc(l.balances, func(b Balance) bool { return b != Balance{Year: b.Year, Closed: b.Closed} })
	if first < 0 {
		return 0, false
	}
	y := l.balances[first].Year
	for l.at(y).Closed {
		y++
	}
	return y, true
}

// dispose says what becomes of money that has just become free in years that
// are closed. What is carried into another closed year is disposed of there.
func (l ledger) dispose(rule CarryOver) ([]Disposal, error) {
	var disposals []Disposal
	i := 0
	for i < len(l.balances) { // post may add the next year
		b := l.balances[i]
		i++
		if !b.Closed || b.Free.IsZero() {
			continue
		}
		d := rule.dispose(b.Year, b.Free, b.CarriedOut)
		disposals = append(disposals, d)
		var err error
		if l, err = l.post(d.moves()); err != nil {
			return nil, err
		}
	}
	return disposals, nil
}
