package contract

import (
	"cmp"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"sort"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Book is many contracts, read-only. It may be used by several goroutines.
type Book struct {
	terms []Terms // by provider, service, start and ID
	lines []line
	total sp.Money
}

// A line is what one provider gets for one service: contracts by their start.
type line struct {
	provider, service directory.ID
	terms             []Terms
	steps             []step
}

// A step is from when on so much comes in each month.
type step struct {
	from sp.Date
	rate sp.Money
}

// NewBook returns the book of terms, in any order. Each must pass
// [Terms.Check], no ID may be there twice, and all amounts must be in one
// currency. The error is an [*sp.InvalidError] that lists every fault with the
// place and the ID of its contract. It takes n log n time.
func NewBook(terms []Terms) (*Book, error) {
	e := sp.InvalidError{Subject: "contract: book"}
	b := &Book{terms: make([]Terms, 0, len(terms))}
	var rates sp.Money // of all contracts, as if they ran together
	seen := make(map[ID]bool, len(terms))
	for i, t := range terms {
		faults := sp.InvalidError{}
		t.check(&faults)
		faults.Check(!seen[t.ID], "id", sp.Duplicate, "is there twice")
		seen[t.ID] = true
		if len(faults.Fields) == 0 {
			total, err := b.total.Add(t.Amount)
			faults.Check(err == nil, "amount", sp.OutOfRange, "must be in the currency of the others, and the sum within the range of money")
			rate, ok := monthly(t)
			sum, overflow := rates.Add(rate)
			faults.Check(ok && overflow == nil, "amount", sp.OutOfRange, "must come to an amount each month that the range of money holds, with the others")
			if err == nil && overflow == nil {
				b.total, rates = total, sum
			}
		}
		name := ""
		if sp.ValidID(t.ID) {
			name = " (" + string(t.ID) + ")"
		}
		for _, f := range faults.Fields {
			e.Check(false, fmt.Sprintf("terms[%d]%s.%s", i, name, f.Path), f.Code, f.Rule)
		}
		b.terms = append(b.terms, t.Clone())
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(b.terms, func(a, b Terms) int {
		return cmp.Or(strings.Compare(string(a.Provider), string(b.Provider)), strings.Compare(string(a.Service), string(b.Service)),
			a.Period.Start.Sub(b.Period.Start), cmp.Compare(a.ID, b.ID))
	})
	for start := 0; start < len(b.terms); {
		end := start + 1
		for end < len(b.terms) && b.terms[end].Provider == b.terms[start].Provider && b.terms[end].Service == b.terms[start].Service {
			end++
		}
		b.lines = append(b.lines, newLine(b.terms[start:end]))
		start = end
	}
	return b, nil
}

// monthly returns the amount of t for each month, rounded to the nearest minor
// unit, and false where that is beyond the range of money. Days beyond whole
// months count as a part of the month that they lie in.
func monthly(t Terms) (sp.Money, bool) {
	whole, days, length := months(t.Period)
	hi, lo := bits.Mul64(uint64(t.Amount.Minor()), uint64(length))
	den := uint64(whole*length + days)
	if hi >= den {
		return sp.Money{}, false
	}
	q, r := bits.Div64(hi, lo, den)
	if r > den/2 || r == den-r && q%2 == 1 {
		q++
	}
	return sp.NewMoney(int64(q), t.Amount.Currency()), q < 1<<62
}

// newLine adds up what contracts of one service pay. No sum can overflow, as
// that of all contracts does not.
func newLine(terms []Terms) line {
	l := line{provider: terms[0].Provider, service: terms[0].Service, terms: terms}
	type change struct {
		on    sp.Date
		minor int64
	}
	changes := make([]change, 0, 2*len(terms))
	for _, t := range terms {
		rate, _ := monthly(t)
		changes = append(changes, change{t.Period.Start, rate.Minor()}, change{t.Period.End, -rate.Minor()})
	}
	slices.SortFunc(changes, func(a, b change) int { return a.on.Sub(b.on) })
	var rate int64
	for i, c := range changes {
		rate += c.minor
		if i+1 == len(changes) || changes[i+1].on != c.on {
			l.steps = append(l.steps, step{c.on, sp.NewMoney(rate, terms[0].Amount.Currency())})
		}
	}
	return l
}

// at returns what comes in each month on d.
func (l line) at(d sp.Date) sp.Money {
	i := sort.Search(len(l.steps), func(i int) bool { return l.steps[i].from > d })
	if i == 0 {
		return sp.Money{}
	}
	return l.steps[i-1].rate
}

// covered returns the days on which the line has a contract, merged and in order.
func covered(terms []Terms) []sp.Period {
	var periods []sp.Period
	for _, t := range terms {
		if last := len(periods) - 1; last >= 0 && t.Period.Start <= periods[last].End {
			periods[last].End = max(periods[last].End, t.Period.End)
			continue
		}
		periods = append(periods, t.Period)
	}
	return periods
}

// All returns the contracts by provider, service, start and ID.
func (b *Book) All() iter.Seq[Terms] {
	return func(yield func(Terms) bool) {
		for _, t := range b.terms {
			if !yield(t.Clone()) {
				return
			}
		}
	}
}

// Total returns the sum of all amounts.
func (b *Book) Total() sp.Money { return b.total }

// Short returns the contracts that run for fewer than so many months, in the
// order of [Book.All], and the money in them. It is what a rule of a minimum term
// forbids, and, as a share of [Book.Total], how much of the money is short.
func (b *Book) Short(than int) ([]Terms, sp.Money) {
	var short []Terms
	var money sp.Money
	for _, t := range b.terms {
		if t.Months() < float64(than) {
			short = append(short, t.Clone())
			money = sp.NewMoney(money.Minor()+t.Amount.Minor(), b.total.Currency()) // within the total
		}
	}
	return short, money
}

// MedianMonths returns the median length of contracts, weighted by their money: half
// of the money or more is in contracts that run for at most so many months. It is
// false for an empty book.
func (b *Book) MedianMonths() (months float64, ok bool) {
	byLength := slices.Clone(b.terms)
	slices.SortStableFunc(byLength, func(s, t Terms) int { return cmp.Compare(s.Months(), t.Months()) })
	var sum int64
	for _, t := range byLength {
		sum += t.Amount.Minor()
		if sum >= b.total.Minor()-sum {
			return t.Months(), true
		}
	}
	return 0, false
}

// RunRate returns what comes in each month if nothing is renewed: the monthly amounts
// of the contracts that run on a day, of those that run a month later, and so on for
// n months or to the end of the calendar. The amount of each contract is rounded to
// the penny.
func (b *Book) RunRate(from sp.Date, n int) []sp.Money {
	var rates []sp.Money
	for i := range max(n, 0) {
		month := from.AddMonths(i)
		if month.IsZero() {
			break
		}
		var sum int64
		for _, l := range b.lines {
			sum += l.at(month).Minor()
		}
		rates = append(rates, sp.NewMoney(sum, b.total.Currency()))
	}
	return rates
}
