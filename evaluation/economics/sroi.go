package economics

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Kind says what sort of value an outcome is: money that somebody saves is not
// money's worth.
type Kind string

// The kinds.
const (
	Social            Kind = "social value"       // people's lives are better; nobody's budget is
	CashReleasing     Kind = "cash releasing"     // a budget is smaller
	CapacityReleasing Kind = "capacity releasing" // staff or rooms are free for others
)

// An Outcome is one line of a social return: what came about, for how many, at what
// price, and what is to be taken off because the service did not do it.
type Outcome struct {
	Name     string
	Kind     Kind // "" is [Social]
	Quantity float64
	Proxy    Price // of one for one year

	Deadweight   float64 // share that would have come about anyway
	Attribution  float64 // share of the rest that others brought about
	Displacement float64 // share of that again that was only moved from elsewhere
	DropOff      float64 // share by which it fades from year to year
	Years        int     // that it lasts, from the first
}

// A Line is an [Outcome] with what was taken off, in money. Gross less the three
// deductions is Impact, of the first year; Lasting is what it adds up to over the years
// before discounting, and Present after it.
type Line struct {
	Outcome
	Gross        float64
	Deadweight   float64
	Attribution  float64
	Displacement float64
	Impact       float64
	Faded        float64 // lost to drop-off over the years
	Lasting      float64
	Discounted   float64 // lost to discounting
	Present      float64
}

// A Scenario is what the return would be under another assumption.
type Scenario struct {
	Name   string
	Return float64 // present value for each unit of investment
}

// An SROI is a social return on investment. It has no field for the ratio alone:
// Central stands beside Low and High, the least and the most of the scenarios.
type SROI struct {
	Lines      []Line
	Present    map[Kind]float64 // value by kind; kinds differ in who gains
	Total      float64          // present value of all lines
	Investment Price
	Net        float64    // Total less Investment
	Scenarios  []Scenario // each assumption moved on its own, and all deductions together
	Curve      string

	Low, Central, High float64 // present value for each unit of investment
}

// How far the scenarios move an assumption.
const (
	deductionStep = 0.2 // percentage points, each deduction
	proxyStep     = 0.3 // of the price
)

// NewSROI returns the social return of outcomes over an investment, which is spent
// now; the first year's value counts as one year from now. Scenarios move each kind of
// deduction by 20 percentage points and all prices by 30 per cent, up and down, as a
// table of sensitivity must stand beside every return. It fails with an error that is
// [sp.ErrInvalid] for an investment that is not above 0, a price without year or source
// or in another currency or year than the investment's, shares outside 0 to 1, and
// years outside 1 to 100.
//
// Source: Cabinet Office 2009 and Social Value UK 2012, A Guide to Social Return on
// Investment.
func NewSROI(outcomes []Outcome, investment Price, curve Curve) (SROI, error) {
	if err := checkSROI(outcomes, investment, curve); err != nil {
		return SROI{}, err
	}
	r := SROI{Investment: investment, Present: map[Kind]float64{}, Curve: curve.Name + " (" + curve.Source + ")"}
	for _, o := range outcomes {
		if o.Kind == "" {
			o.Kind = Social
		}
		l := o.line(curve)
		r.Lines = append(r.Lines, l)
		r.Present[o.Kind] += l.Present
		r.Total += l.Present
	}
	spent := investment.value()
	r.Net, r.Central = r.Total-spent, r.Total/spent
	r.Scenarios = scenarios(outcomes, curve, spent)
	r.Low, r.High = r.Central, r.Central
	for _, s := range r.Scenarios {
		r.Low, r.High = min(r.Low, s.Return), max(r.High, s.Return)
	}
	return r, nil
}

func checkSROI(outcomes []Outcome, investment Price, curve Curve) error {
	e := &sp.InvalidError{Subject: "economics: sroi"}
	investment.check(e, "investment")
	e.Check(investment.Amount.Sign() > 0, "investment.amount", sp.OutOfRange, "must be above 0")
	curve.check(e, "curve")
	e.Check(len(outcomes) > 0, "outcomes", sp.WrongLength, "needs at least one")
	for i, o := range outcomes {
		at := fmt.Sprintf("outcomes[%d]", i)
		e.Check(slices.Contains([]Kind{"", Social, CashReleasing, CapacityReleasing}, o.Kind), at+".kind", sp.NotListed, "must be one of the constants")
		e.Check(o.Quantity >= 0 && o.Quantity <= 1e15, at+".quantity", sp.OutOfRange, "must be from 0 to 1e15")
		o.Proxy.check(e, at+".proxy")
		e.Check(o.Proxy.Amount.IsZero() || o.Proxy.Amount.Currency() == investment.Amount.Currency(), at+".proxy.amount", sp.Inconsistent, "must be in the currency of the investment")
		e.Check(o.Proxy.Year == investment.Year, at+".proxy.year", sp.Inconsistent, "must be the year of the investment: uprate it first")
		e.Check(o.Years >= 1 && o.Years <= 100, at+".years", sp.OutOfRange, "must be from 1 to 100")
		for n, share := range []float64{o.Deadweight, o.Attribution, o.Displacement, o.DropOff} {
			path := [...]string{".deadweight", ".attribution", ".displacement", ".dropOff"}[n]
			e.Check(share >= 0 && share <= 1, at+path, sp.OutOfRange, "must be a share from 0 to 1")
		}
	}
	return e.Err()
}

// line works an outcome out.
func (o Outcome) line(curve Curve) Line {
	l := Line{Outcome: o, Gross: o.Quantity * o.Proxy.value()}
	l.Deadweight = l.Gross * o.Deadweight
	l.Attribution = (l.Gross - l.Deadweight) * o.Attribution
	l.Displacement = (l.Gross - l.Deadweight - l.Attribution) * o.Displacement
	l.Impact = l.Gross * (1 - o.Deadweight) * (1 - o.Attribution) * (1 - o.Displacement)
	for year := 1; year <= o.Years; year++ {
		left := l.Impact * math.Pow(1-o.DropOff, float64(year-1))
		l.Faded += l.Impact - left
		l.Lasting += left
		l.Present += left * curve.factor(year)
	}
	l.Discounted = l.Lasting - l.Present
	return l
}

// scenarios returns the returns with each assumption moved.
func scenarios(outcomes []Outcome, curve Curve, spent float64) []Scenario {
	share := func(v, step float64) float64 { return min(1, max(0, v+step)) }
	var all []Scenario
	try := func(name string, change func(*Outcome), factor float64) {
		total := 0.0
		for _, o := range outcomes {
			change(&o)
			total += o.line(curve).Present * factor
		}
		all = append(all, Scenario{Name: name, Return: total / spent})
	}
	for _, way := range []struct {
		word string
		step float64
	}{{"higher", deductionStep}, {"lower", -deductionStep}} {
		try("deadweight "+way.word, func(o *Outcome) { o.Deadweight = share(o.Deadweight, way.step) }, 1)
		try("attribution "+way.word, func(o *Outcome) { o.Attribution = share(o.Attribution, way.step) }, 1)
		try("displacement "+way.word, func(o *Outcome) { o.Displacement = share(o.Displacement, way.step) }, 1)
		try("drop-off "+way.word, func(o *Outcome) { o.DropOff = share(o.DropOff, way.step) }, 1)
		try("all deductions "+way.word, func(o *Outcome) {
			o.Deadweight, o.Attribution = share(o.Deadweight, way.step), share(o.Attribution, way.step)
			o.Displacement, o.DropOff = share(o.Displacement, way.step), share(o.DropOff, way.step)
		}, 1)
	}
	try("only the first year", func(o *Outcome) { o.Years = 1 }, 1)
	try("prices higher", func(*Outcome) {}, 1+proxyStep)
	try("prices lower", func(*Outcome) {}, 1-proxyStep)
	return all
}
