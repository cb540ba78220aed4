package grant

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// total adds up parts of one currency within the range of a ledger.
func total(parts []contract.Part) sp.Money {
	var t sp.Money
	for _, p := range parts {
		t = sum(t, p.Amount)
	}
	return t
}

// more returns parts with others added, in order of their years.
func more(parts, others []contract.Part) []contract.Part {
	parts = slices.Clone(parts)
	for _, o := range others {
		i, found := slices.BinarySearchFunc(parts, o.Year, func(p contract.Part, y contract.Year) int { return int(p.Year - y) })
		if !found {
			parts = slices.Insert(parts, i, contract.Part{Year: o.Year})
		}
		parts[i].Amount = sum(parts[i].Amount, o.Amount)
	}
	return slices.DeleteFunc(parts, func(p contract.Part) bool { return p.Amount.IsZero() })
}

// less returns parts with others taken away.
func less(parts, others []contract.Part) []contract.Part {
	negative := slices.Clone(others)
	for i, o := range negative {
		negative[i].Amount = negated(o.Amount)
	}
	return more(parts, negative)
}

// oldest returns parts of the first years that make up amount.
func oldest(parts []contract.Part, amount sp.Money) []contract.Part {
	var taken []contract.Part
	left := amount.Minor()
	for _, p := range parts {
		if take := min(left, p.Amount.Minor()); take > 0 {
			taken = append(taken, contract.Part{Year: p.Year, Amount: sp.NewMoney(take, amount.Currency())})
			left -= take
		}
	}
	return taken
}

// newest returns parts of the last years that make up amount, in order of their years.
func newest(parts []contract.Part, amount sp.Money) []contract.Part {
	backwards := slices.Clone(parts)
	slices.Reverse(backwards)
	taken := oldest(backwards, amount)
	slices.Reverse(taken)
	return taken
}

// added returns c + d, which were checked to add up when they were recorded.
func added(c, d contract.Costs) contract.Costs {
	if s, err := c.Add(d); err == nil {
		return s
	}
	return c
}
