// Package funding divides public money among areas by population and need, exact
// to the penny, and explains every amount.
//
// Who decides on the money for social prescribing meets the same complaint
// everywhere: some areas are lucky and others are not. The remedy is a formula -
// people, their age, how deprived the place is - and it only helps if it is
// exact, can be explained to those who lose by it, and does not change from one
// year to the next faster than services can follow. The health service calls this
// weighted capitation: a population, weighted by need, gives each area a target, and
// a pace-of-change policy says how fast its money may move there.
//
// # The types to know
//
//   - [area.Table], of package [github.com/socialprescribing/sp/funding/area], holds
//     the areas with exact numbers and knows what each column is: people, ranks,
//     deciles, money. It is read from a file; those that are published for England
//     are known to package [github.com/socialprescribing/sp/funding/england].
//   - [Formula] says what each area needs, as data: a population x [Factor] x
//     [Factor], or a mix of several by spending, each a [Programme].
//   - [Policy] adds how it is rounded, through which levels, and within which
//     floors, caps and pace of change ([Bound]).
//   - [Allocate] gives an [Allocation], which always adds up. It says what each
//     area and group gets, and explains each amount as a waterfall of factors that
//     multiplies out exactly ([Explanation]).
//   - [Compare] says who gains and who loses, and [Variants] tries thousands of
//     policies.
//
// For example, with half as much again for the most deprived tenth of areas as
// for the least deprived, and no area more than 1 % below what it had:
//
//	areas, issues, err := area.Read(file, england.IoD2025())
//	areas, err = areas.With("last_year", area.Meaning{Kind: area.Money}, 2, pence) // what each area had, in hundredths of a pound
//	a, err := funding.Allocate(sp.Pounds(1_000_000_000), areas, funding.Policy{
//		Formula: funding.Formula{Factors: []funding.Factor{{Column: "imd_decile", DecileGradient: "0.5"}}},
//		Opening: "last_year", Floor: funding.Bound{Growth: "-0.01"},
//	})
//	why, err := a.Explain("E01012682")
//	fmt.Println(why) // a line for each step: population, deprivation, floor, rounding
//
// Whether money follows deprivation is a question for package
// [github.com/socialprescribing/sp/evaluation/inequality], which takes three
// columns in the order of the areas:
//
//	deciles, err := areas.Floats("imd_decile") // 1 is the most deprived
//	residents, err := areas.Floats(areas.Population())
//	poundsPerHead, err := a.PerHead()
//
//	byDeprivation, err := inequality.Rank(deciles, residents)
//	c, err := byDeprivation.Concentration(poundsPerHead) // c.Index is below 0 if it does
//
// # Exactness
//
// Money is whole pence, weights are whole numbers of any size, and shares are
// rounded once, at the end, by package
// [github.com/socialprescribing/sp/funding/apportion]. Ties are decided by the
// code of the area. Floating point is found only in measures that are not money:
// [Allocation.PerHead], distances, and need to the power of 1/Alpha, which is
// rounded to nine decimals before it is used.
//
// # How an amount is computed
//
// [Allocate] computes every amount by the same steps, each in a file of its own: the
// policy is checked (policy.go), the need of each area is multiplied up (need.go,
// index.go, rule.go), floors and caps are computed (limits.go, bound.go, distance.go)
// beside fixed sums (sums.go), and what is left is divided through the levels
// (division.go). An [Explanation] and a [Distance] take the same steps up to the
// division.
//
// # Boundaries and sources
//
// Codes of small areas belong to the boundaries of one year, and tables of two
// years do not join. Formulas and data are those of reference tables under the
// Open Government Licence; the constants of formulas that could not be confirmed,
// such as Carr-Hill's, are for the caller to supply.
package funding
