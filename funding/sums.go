package funding

import (
	"fmt"
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// sums are sums of money of the areas in minor units, and which of them are not
// known, nil if all are.
type sums struct {
	minor   []int64
	unknown []bool
}

// lacks reports whether an area has no sum, or none that is known.
func (s sums) lacks(i int) bool { return s.minor[i] == 0 || s.unknown != nil && s.unknown[i] }

// A treasury reads columns of sums of money, each once in a currency.
type treasury struct {
	areas *area.Table
	read  map[moneyColumn]sums
	all   sum // memory
}

// A moneyColumn is a column read as sums of money of a currency.
type moneyColumn struct {
	name     string
	currency sp.Currency
}

// sums returns a column of sums of money, of which some may not be known.
func (t *treasury) sums(name string, currency sp.Currency) (sums, error) {
	key := moneyColumn{name, currency}
	if read, ok := t.read[key]; ok {
		return read, nil
	}
	minor, unknown, err := t.areas.Money(name, currency)
	if err != nil {
		return sums{}, err
	}
	t.read[key] = sums{minor, unknown}
	return t.read[key], nil
}

// known returns a column of sums of money that are all known.
func (t *treasury) known(name string, currency sp.Currency) (sums, error) {
	if _, err := t.areas.Column(name); err != nil {
		return sums{}, err
	}
	return t.sums(name, currency)
}

// before reads what the areas had before, and the fixed sums that they get before
// anything is divided; rest is what those leave of the total.
func (t *treasury) before(p Policy, total sp.Money) (opening, fixed sums, rest int64, err error) {
	rest = total.Minor()
	if p.Opening != "" {
		if opening, err = t.sums(p.Opening, total.Currency()); err != nil {
			return sums{}, sums{}, 0, err
		}
	}
	if p.Formula.Fixed == "" {
		return opening, fixed, rest, nil
	}
	if fixed, err = t.known(p.Formula.Fixed, total.Currency()); err != nil {
		return sums{}, sums{}, 0, err
	}
	if sum := small(fixed.minor).sum(&t.all); sum.Cmp(t.all.term.SetInt64(max(rest, 0))) > 0 {
		return sums{}, sums{}, 0, invalid("fixed sums", sp.OutOfRange, fmt.Sprintf("must add up to no more than the total, and pass it by %v", sp.NewMoney(exact.Saturated(sum.Sub(sum, big.NewInt(rest))), total.Currency())))
	}
	return opening, fixed, rest - t.all.value().Int64(), nil
}
