package funding

import (
	"context"
	"iter"
	"math"
	"math/bits"

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

	// The Gini coefficients are exact, or at most 0.0000001 too high where there are 512 areas or
	// more, which are not sorted anew for each policy.
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
	Rank   string      // the column of ranks or deciles of deprivation; empty for none
	Need   string      // the column of weighted population, see [Formula.Weighted]; empty for none
}

// A Yardstick judges the outcomes of many policies over the same areas. It does not change, and
// may be used by several goroutines at once.
type Yardstick struct {
	judging Judging
	areas   *area.Table
	before  []int64
	unknown []bool
	people  heads
	need    heads   // zero if not stated
	core    []int32 // the most deprived fifth; nil if there is no rank

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
	if y.people, err = headsOf(areas, areas.Population()); err != nil {
		return nil, err
	}
	if y.noNeed = "no column of need is stated"; j.Need != "" {
		if y.need, err = headsOf(areas, j.Need); err != nil {
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

// heads are a column that counts people.
type heads struct {
	count []float64
	each  []float64 // 1/count, or 0 where there is nobody
}

func headsOf(t *area.Table, column string) (heads, error) {
	if _, err := t.People(column); err != nil {
		return heads{}, err
	}
	count, err := t.Floats(column)
	h := heads{count, make([]float64, len(count))}
	for i, n := range count {
		if n > 0 {
			h.each[i] = 1 / n
		}
	}
	return h, err
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
	y.core = []int32{}
	for i, v := range c.Values {
		place := r.place(v, r.ranks)
		if place == outside {
			return invalid(y.areas.Codes()[i], sp.OutOfRange, "must have a rank in column "+y.judging.Rank)
		}
		if positions[i] = float64(place); place*5 <= r.ranks {
			y.core = append(y.core, int32(i))
		}
	}
	if y.byRank, err = inequality.Rank(positions, y.people.count); err != nil {
		return err
	}
	if y.need.count != nil {
		y.byNeed, err = inequality.Rank(positions, y.need.count)
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
	perHead []float64 // in minor units
	lorenz  lorenz
}

// share writes amounts per head to m.perHead, and returns the least and the most.
func (m *judging) share(amounts []int64, among heads) (low, high float64) {
	m.perHead = resize(m.perHead, len(amounts))
	perHead, each := m.perHead[:len(amounts)], among.each[:len(amounts)]
	low, high = math.Inf(1), math.Inf(-1)
	for i, v := range amounts {
		y := float64(v) * each[i]
		if y < low {
			low = y
		}
		if y > high {
			high = y
		}
		perHead[i] = y
	}
	return low, high
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
	y.byPeople(&o, amounts, total, m)
	y.byTheirNeed(&o, amounts, m)
	return o, nil
}

// byPeople measures money per head.
func (y *Yardstick) byPeople(o *Outcome, amounts []int64, total sp.Money, m *judging) {
	low, high := m.share(amounts, y.people)
	o.Gini = m.lorenz.gini(m.perHead, y.people.count, low, high)
	if y.byRank == nil {
		o.Concentration, o.SII, o.Core20 = Index{Missing: y.noRank}, Index{Missing: y.noRank}, Index{Missing: y.noRank}
		return
	}
	c, err := y.byRank.Concentration(m.perHead)
	o.Concentration = indexOf(c.Index, err)
	g, err := y.byRank.Gradient(m.perHead)
	o.SII = indexOf(g.SII()/math.Pow10(total.Currency().Digits()), err)
	o.Core20 = Index{Value: y.coreShare(amounts, total)}
}

// byTheirNeed measures money per head of need.
func (y *Yardstick) byTheirNeed(o *Outcome, amounts []int64, m *judging) {
	if y.need.count == nil {
		o.GiniOfNeed, o.OfNeed = Index{Missing: y.noNeed}, Index{Missing: y.noNeed}
		return
	}
	low, high := m.share(amounts, y.need)
	o.GiniOfNeed = m.lorenz.gini(m.perHead, y.need.count, low, high)
	if o.OfNeed = (Index{Missing: y.noRank}); y.byNeed != nil {
		c, err := y.byNeed.Concentration(m.perHead)
		o.OfNeed = indexOf(c.Index, err)
	}
}

// indexOf returns a value, or the reason why there is none.
func indexOf(v float64, err error) Index {
	if err != nil {
		return Index{Missing: err.Error()}
	}
	return Index{Value: v}
}

// coreShare returns which part of the total the most deprived fifth of areas gets.
func (y *Yardstick) coreShare(amounts []int64, total sp.Money) float64 {
	var sum int64 // within the total
	for _, i := range y.core {
		sum += amounts[i]
	}
	return float64(sum) / float64(total.Minor())
}

// manyMoves are looked at together, so that they stay in the fastest memory.
const manyMoves = 1 << 10

// movement counts who gains and who loses. No branch depends on who does, since it would be
// guessed wrongly for every other area; and its loops are short enough for the registers.
func (y *Yardstick) movement(o *Outcome, amounts []int64, currency sp.Currency) error {
	var moves [manyMoves]int64
	var beyond, gainers, losers int64
	var gained, gainedMore, lost, lostMore, carry uint64 // each sum in 128 bits
	best := extremes{most: -1, least: -1}
	for from := 0; from < len(amounts); from += manyMoves {
		some := amounts[from:min(from+manyMoves, len(amounts))]
		before, moves := y.before[from:][:len(some)], moves[:len(some)]
		for i, v := range some {
			was := before[i]
			d := v - was
			beyond |= (v ^ was) & (v ^ d)
			moves[i] = d
		}
		for _, d := range moves {
			loses, gains := d>>63, -d>>63 // -1 or 0
			losers, gainers = losers-loses, gainers-gains
			gained, carry = bits.Add64(gained, uint64(d&gains), 0)
			gainedMore += carry
			lost, carry = bits.Add64(lost, uint64(-d&loses), 0)
			lostMore += carry
		}
		best.look(moves, from, y.areas.Codes())
	}
	if beyond < 0 {
		return y.tooFar(amounts)
	}
	if gainedMore|lostMore != 0 || max(gained, lost) > math.MaxInt64 {
		return invalid(named("policy", o.Policy), sp.OutOfRange, "must move money within the range of money")
	}
	for _, unknown := range y.unknown {
		if unknown {
			o.New++
		}
	}
	o.Gainers, o.Losers, o.Same = int(gainers), int(losers), len(amounts)-int(gainers+losers)
	o.Gained, o.Lost = sp.NewMoney(int64(gained), currency), sp.NewMoney(int64(lost), currency)
	o.MostGained, o.MostLost = y.change(best.most, amounts, currency), y.change(best.least, amounts, currency)
	return nil
}

// extremes are the areas that gain and lose most, of equal ones the first by code; below 0 if none does.
type extremes struct {
	up, down    int64
	most, least int
}

// look looks at the moves of the areas from some area on.
func (x *extremes) look(moves []int64, from int, codes []string) {
	up, down := x.up, x.down
	for i, d := range moves {
		if d < up && d > down || d == 0 {
			continue
		}
		at := from + i
		if d > 0 && (d > up || codes[at] < codes[x.most]) {
			x.most, up = at, d
		}
		if d < 0 && (d < down || codes[at] < codes[x.least]) {
			x.least, down = at, d
		}
	}
	x.up, x.down = up, down
}

// tooFar is the error of the first area whose difference is beyond the range of money.
func (y *Yardstick) tooFar(amounts []int64) error {
	i := 0
	for ; i+1 < len(amounts); i++ {
		if v, was := amounts[i], y.before[i]; (v^was)&(v^(v-was)) < 0 {
			break
		}
	}
	return invalid(y.areas.Codes()[i], sp.OutOfRange, "must have a difference within the range of money")
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
