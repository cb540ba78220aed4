package grant

import (
	"cmp"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// FundBroughtForward stands in the record of a fund for the events of its awards on earlier
// pages, as the balance at the top of a new page of a ledger does. It is never in the log,
// which has the events themselves.
type FundBroughtForward struct {
	Events int64         `json:"events"` // how many events the fund had in all
	Pages  int           `json:"pages"`  // how many pages these fill
	Totals []FundForward `json:"totals"` // what they moved, in order of year and accounts
}

// A FundForward is the sum that awards moved from one account of a year to another.
type FundForward struct {
	Year   contract.Year `json:"year"`
	From   Account       `json:"from"`
	To     Account       `json:"to"`
	Amount sp.Money      `json:"amount"`
}

// Before implements [store.Summary].
func (e FundBroughtForward) Before() (events int64, pages int) { return e.Events, e.Pages }

func (e FundBroughtForward) moves() []Move {
	moves := make([]Move, len(e.Totals))
	for i, t := range e.Totals {
		moves[i] = Move{Year: t.Year, From: t.From, To: t.To, Amount: t.Amount}
	}
	return moves
}

// pages keep the record of a fund short, however many awards it makes. What happens to
// awards is asked about in the awards; what happens to the fund itself stays, so that a
// request that comes twice is known again.
var pages = store.Fold[FundEvent]{
	Kind: FundPageKind, Every: 64,
	Leaves: func(e FundEvent) bool {
		switch e.(type) {
		case FundCommitted, FundPaid, FundReleased, FundRecovered:
			return true
		}
		return false
	},
	Sum: broughtForward,
}

// broughtForward adds up the movements of events. Between two accounts in which money
// stands, what went back is taken from what went there.
func broughtForward(left iter.Seq[FundEvent], events int64, pages int) FundEvent {
	totals := map[FundForward]int64{} // of amount nothing
	var currency sp.Currency
	for e := range left {
		for _, m := range e.moves() {
			t, minor := FundForward{Year: m.Year, From: m.From, To: m.To}, m.Amount.Minor()
			if _, source := account(&Balance{}, m.From); !source && m.From > m.To {
				t.From, t.To, minor = m.To, m.From, -minor
			}
			totals[t] += minor
			currency = cmp.Or(currency, m.Amount.Currency())
		}
	}
	sum := FundBroughtForward{Events: events, Pages: pages}
	for t, minor := range totals {
		if minor < 0 {
			t.From, t.To, minor = t.To, t.From, -minor
		}
		t.Amount = sp.NewMoney(minor, currency)
		sum.Totals = append(sum.Totals, t) // of nothing too, since the year has a balance
	}
	slices.SortFunc(sum.Totals, func(a, b FundForward) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return sum
}
