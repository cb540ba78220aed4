package funding

import (
	"context"
	"iter"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/funding/area"
)

// An Index is a measure of an outcome, or the reason why there is none.
type Index struct {
	Value   float64
	Missing string // empty if there is a value
}

// An Outcome says in a few numbers what a policy does, against what the areas had before.
type Outcome struct {
	Policy string // its name

	Gainers, Losers, Same, New int      // numbers of areas; a new area that gets something is a gainer too
	Gained, Lost               sp.Money // the sums of all gains and of all losses: equal if the total is the same as before
	MostGained, MostLost       Change   // the largest gain and loss, of equal ones the first by code; zero if there is none

	Gini          Index // Gini coefficient of money per head: 0 if all people get the same
	GiniOfNeed    Index // Gini coefficient of money per head of need: 0 if all need is met alike
	Concentration Index // concentration index of money per head by deprivation, below 0 if the more deprived get more
	OfNeed        Index // concentration index of money per head of need: 0 if money follows need exactly
	SII           Index // slope index of inequality in major units a head: least deprived less most deprived
	Core20        Index // the share of the money, from 0 to 1, that the most deprived fifth of areas gets
}

// Judging says against what outcomes are judged.
type Judging struct {
	Before *Allocation // what the areas had before; gains and losses are counted from it
	Rank   string      // the column of ranks of deprivation; empty for none
	Need   string      // the column of weighted population, see [Formula.Weighted]; empty for none
	// Unsorted is Yes to leave out the Gini coefficients, which take most of the time: all areas
	// are sorted anew for each policy.
	Unsorted sp.Truth
}

// A Yardstick judges the outcomes of many policies over the same areas. It does not change, and
// may be used by several goroutines at once.
type Yardstick struct {
	judging Judging
	areas   *area.Table
	before  []int64
	unknown []bool
	people  []float64
	need    []float64 // nil if not stated
	core    []bool    // the most deprived fifth; nil if there is no rank

	byRank, byNeed *inequality.Ranking // of the people, and of their need, by deprivation
	noRank, noNeed string              // why there is none
}

// NewYardstick returns a yardstick for allocations of the areas. It fails if j has no Before, or
// one of other areas; if a column is missing or cannot be what j says it is; or if nobody has
// stated which column counts the people.
func NewYardstick(areas *area.Table, j Judging) (*Yardstick, error) {
	y := &Yardstick{judging: j, areas: areas}
	if j.Before == nil {
		return nil, invalid("yardstick", sp.Missing, "must have what the areas had before")
	}
	if err := areas.Matches(j.Before.areas); err != nil {
		return nil, err
	}
	y.before = make([]int64, areas.Len())
	for i, code := range areas.Codes() {
		k, _ := j.Before.areas.Place(code)
		y.before[i] = j.Before.amounts[k]
		if j.Before.unknown != nil && j.Before.unknown[k] {
			y.unknown = resize(y.unknown, areas.Len())
			y.unknown[i] = true
		}
	}
	var err error
	if y.people, err = y.heads(areas.Population()); err != nil {
		return nil, err
	}
	if y.noNeed = "no column of need is stated"; j.Need != "" {
		if y.need, err = y.heads(j.Need); err != nil {
			return nil, err
		}
		y.noNeed = ""
	}
	if y.noRank = "no column of ranks of deprivation is stated"; j.Rank == "" {
		return y, nil
	}
	y.noRank = ""
	return y, y.rank()
}

// heads returns a column that counts people.
func (y *Yardstick) heads(column string) ([]float64, error) {
	if _, err := y.areas.People(column); err != nil {
		return nil, err
	}
	return y.areas.Floats(column)
}

// rank puts the areas in the order of their deprivation.
func (y *Yardstick) rank() error {
	c, err := y.areas.Column(y.judging.Rank)
	if err != nil {
		return err
	}
	r, err := ruleOf(Factor{Name: "the most deprived fifth", Column: y.judging.Rank, Core20: "1"}, c, &scratch{})
	if err != nil {
		return err
	}
	positions := make([]float64, y.areas.Len())
	y.core = make([]bool, y.areas.Len())
	for i, v := range c.Values {
		place := r.place(v, r.ranks)
		if place == outside {
			return invalid(y.areas.Codes()[i], sp.OutOfRange, "must have a rank in column "+y.judging.Rank)
		}
		positions[i], y.core[i] = float64(place), place*5 <= r.ranks
	}
	if y.byRank, err = inequality.Rank(positions, y.people); err != nil {
		return err
	}
	if y.need != nil {
		y.byNeed, err = inequality.Rank(positions, y.need)
	}
	return err
}

// Judge returns the outcome of an allocation. It fails if that is of another table of areas than
// the yardstick's, or in another currency than what the areas had before.
func (y *Yardstick) Judge(a *Allocation) (Outcome, error) {
	if a.areas != y.areas {
		return Outcome{}, invalid("allocation", sp.Inconsistent, "must be of the table that the yardstick was made for")
	}
	return y.judge(a.policy.Name, a.amounts, a.total, &judging{})
}

// judging is memory for outcomes.
type judging struct {
	perHead      []float64
	distribution *inequality.Distribution
}

func (y *Yardstick) judge(name string, amounts []int64, total sp.Money, m *judging) (Outcome, error) {
	o := Outcome{Policy: name}
	if was := y.judging.Before.total; !was.IsZero() && !total.IsZero() && was.Currency() != total.Currency() {
		return o, invalid(named("policy", name), sp.Inconsistent, "must be in the currency of what the areas had before")
	}
	if err := y.movement(&o, amounts, total.Currency()); err != nil {
		return o, err
	}
	if total.Sign() <= 0 {
		none := Index{Missing: "it is measured only where there is money to give"}
		o.Gini, o.GiniOfNeed, o.Concentration, o.OfNeed, o.SII, o.Core20 = none, none, none, none, none, none
		return o, nil
	}
	unit := math.Pow10(total.Currency().Digits())
	m.perHead = resize(m.perHead, len(amounts))
	for i, v := range amounts {
		if m.perHead[i] = 0; y.people[i] > 0 {
			m.perHead[i] = float64(v) / unit / y.people[i]
		}
	}
	o.Gini = m.gini(m.perHead, y.people, "", y.judging.Unsorted)
	o.Concentration, o.SII, o.Core20 = Index{Missing: y.noRank}, Index{Missing: y.noRank}, Index{Missing: y.noRank}
	if y.byRank != nil {
		c, err := y.byRank.Concentration(m.perHead)
		o.Concentration = indexOf(c.Index, err)
		g, err := y.byRank.Gradient(m.perHead)
		o.SII = indexOf(g.SII(), err)
		o.Core20 = Index{Value: y.coreShare(amounts, total)}
	}
	o.OfNeed = Index{Missing: y.noNeed}
	if y.need == nil {
		o.GiniOfNeed = Index{Missing: y.noNeed}
		return o, nil
	}
	for i, v := range amounts {
		if m.perHead[i] = 0; y.need[i] > 0 {
			m.perHead[i] = float64(v) / unit / y.need[i]
		}
	}
	o.GiniOfNeed = m.gini(m.perHead, y.need, y.noNeed, y.judging.Unsorted)
	if o.OfNeed = (Index{Missing: y.noRank}); y.byNeed != nil {
		c, err := y.byNeed.Concentration(m.perHead)
		o.OfNeed = indexOf(c.Index, err)
	}
	return o, nil
}

// indexOf returns a value, or the reason why there is none.
func indexOf(v float64, err error) Index {
	if err != nil {
		return Index{Missing: err.Error()}
	}
	return Index{Value: v}
}

// gini returns the Gini coefficient.
func (m *judging) gini(values, population []float64, missing string, unsorted sp.Truth) Index {
	if unsorted == sp.Yes {
		missing = "it was left out"
	}
	if missing != "" {
		return Index{Missing: missing}
	}
	var err error
	if m.distribution == nil {
		m.distribution, err = inequality.NewDistribution(values, population)
	} else {
		err = m.distribution.Reset(values, population)
	}
	if err != nil {
		return Index{Missing: err.Error()}
	}
	return Index{Value: m.distribution.Gini()}
}

// coreShare returns which part of the total the most deprived fifth of areas gets.
func (y *Yardstick) coreShare(amounts []int64, total sp.Money) float64 {
	var sum int64 // within the total
	for i, v := range amounts {
		if y.core[i] {
			sum += v
		}
	}
	return float64(sum) / float64(total.Minor())
}

// movement counts who gains and who loses.
func (y *Yardstick) movement(o *Outcome, amounts []int64, currency sp.Currency) error {
	var gained, lost sum
	most, least := -1, -1
	var up, down int64
	for i, v := range amounts {
		d := v - y.before[i]
		if (v^y.before[i])&(v^d) < 0 {
			return invalid(y.areas.Codes()[i], sp.OutOfRange, "must have a difference within the range of money")
		}
		if y.unknown != nil && y.unknown[i] {
			o.New++
		}
		switch {
		case d > 0:
			o.Gainers++
			gained.plus(d)
			if d > up || d == up && y.areas.Codes()[i] < y.areas.Codes()[most] {
				most, up = i, d
			}
		case d < 0:
			o.Losers++
			lost.plus(-d)
			if d < down || d == down && y.areas.Codes()[i] < y.areas.Codes()[least] {
				least, down = i, d
			}
		default:
			o.Same++
		}
	}
	up2, down2 := gained.value(), lost.value()
	if !up2.IsInt64() || !down2.IsInt64() {
		return invalid(named("policy", o.Policy), sp.OutOfRange, "must move money within the range of money")
	}
	o.Gained, o.Lost = sp.NewMoney(up2.Int64(), currency), sp.NewMoney(down2.Int64(), currency)
	o.MostGained, o.MostLost = y.change(most, amounts, currency), y.change(least, amounts, currency)
	return nil
}

// change returns what changes for an area; i is below 0 for none.
func (y *Yardstick) change(i int, amounts []int64, currency sp.Currency) Change {
	if i < 0 {
		return Change{}
	}
	return Change{
		Code: y.areas.Codes()[i], Before: sp.NewMoney(y.before[i], currency), After: sp.NewMoney(amounts[i], currency),
		Difference: sp.NewMoney(amounts[i]-y.before[i], currency), New: sp.TruthOf(y.unknown != nil && y.unknown[i]),
	}
}

// Outcomes divides a total by each of many policies and ranges over the outcomes, in the order
// of the policies. It works side by side and reports progress as [Variants] does, but keeps no
// allocations.
func (y *Yardstick) Outcomes(ctx context.Context, total sp.Money, policies []Policy, o Options) iter.Seq2[Outcome, error] {
	return many(ctx, policies, o, func() func(Policy) (Outcome, error) {
		c := NewCalculator(y.areas)
		var amounts []int64
		var m judging
		return func(p Policy) (Outcome, error) {
			var err error
			if amounts, err = c.Amounts(amounts, total, p); err != nil {
				return Outcome{}, err
			}
			return y.judge(p.Name, amounts, total, &m)
		}
	})
}
