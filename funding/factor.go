package funding

import (
	"maps"

	"github.com/socialprescribing/sp"
)

// A Factor multiplies the need of each area by an index. One of the fields below
// Column says how the index follows from the column; if none is set, the column
// is the index itself, as for market forces or sparsity. What the table says about
// the column must allow it: ranks and deciles are no index, as the least deprived
// would get most, and a rule for deciles takes no ranks. An index is an exact
// decimal; only where a rule divides it is rounded, as the field says, and the
// rounded number is the index.
//
// Numbers are decimals in strings. A multiplier or weight is not negative. A
// gradient may be, down to where the index would fall below nothing: with a
// DecileGradient of "-1" the most deprived tenth gets nothing.
type Factor struct {
	Name   string `json:"name,omitempty"` // for explanations; empty for the name of the column
	Column string `json:"column,omitempty"`

	// Table gives a multiplier for each value that the column has. A number is one
	// value however it is written: "1" and "1.0" cannot both be there.
	Table map[string]string `json:"table,omitempty"`
	// DecileGradient raises the index from 1 for the least deprived decile to
	// 1 + DecileGradient for the most deprived, in thousandths rounded down. The most
	// deprived is decile 1, unless the table says that it is decile 10.
	DecileGradient string `json:"decileGradient,omitempty"`
	// RankGradient raises it from 1 for the least deprived rank to 1 + RankGradient
	// for the most deprived, rounded to nine decimals. The column must be one of ranks,
	// so that the table knows of how many.
	RankGradient string `json:"rankGradient,omitempty"`
	// ScoreGradient is the slope of the index: 1 + ScoreGradient x the column.
	ScoreGradient string `json:"scoreGradient,omitempty"`
	// Core20 is the multiplier of the most deprived 20 % of areas by a column of
	// ranks or deciles (NHS England, Core20PLUS5). It is 1 for the others.
	Core20 string `json:"core20,omitempty"`
	// AgeSex gives a weight for each head by the column that counts them, such as
	// a band of age. The index is the mean over the population, to nine decimals.
	AgeSex map[string]string `json:"ageSex,omitempty"`
	// AboveMinimum gives a weight for each column of need per head. The index is
	// their weighted sum, each less the lowest that any area has (DCLG, Local
	// Government Finance Report 2008/09, relative needs formulae).
	AboveMinimum map[string]string `json:"aboveMinimum,omitempty"`
}

func (f Factor) name() string {
	if f.Name != "" {
		return f.Name
	}
	return f.Column
}

// clone returns f with maps of its own.
func (f Factor) clone() Factor {
	f.Table, f.AgeSex, f.AboveMinimum = maps.Clone(f.Table), maps.Clone(f.AgeSex), maps.Clone(f.AboveMinimum)
	return f
}

func (f Factor) invalid(code sp.Fault, rule string) error {
	return invalid(named("factor", f.name()), code, rule)
}

// rules returns how many rules the factor has.
func (f Factor) rules() int {
	n := 0
	for _, set := range [...]bool{f.Table != nil, f.DecileGradient != "", f.RankGradient != "", f.ScoreGradient != "", f.Core20 != "", f.AgeSex != nil, f.AboveMinimum != nil} {
		if set {
			n++
		}
	}
	return n
}
