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

// money returns a column of sums of money that are all known.
func money(t *area.Table, column string, currency sp.Currency) (sums, error) {
	if _, err := t.Column(column); err != nil {
		return sums{}, err
	}
	minor, unknown, err := t.Money(column, currency)
	return sums{minor, unknown}, err
}

// fixedSums returns the fixed sums in a column and what they leave of the total.
func fixedSums(t *area.Table, column string, total sp.Money) (fixed sums, rest int64, err error) {
	rest = total.Minor()
	if fixed, err = money(t, column, total.Currency()); err != nil {
		return sums{}, 0, err
	}
	sum := small(fixed.minor).sum()
	if sum.Cmp(big.NewInt(max(rest, 0))) > 0 {
		return sums{}, 0, invalid("fixed sums", fmt.Sprintf("must add up to no more than the total, and pass it by %v", sp.NewMoney(exact.Saturated(sum.Sub(sum, big.NewInt(rest))), total.Currency())))
	}
	return fixed, rest - sum.Int64(), nil
}
