// Package inequality measures how unevenly something is spread over a
// population: money per head, minutes of travel, days of waiting, rates of use.
//
// It answers three questions, with a type for each.
//
// How unequal is it? A [Distribution] holds one value per person, area or
// group, weighted by population, and answers with the Gini coefficient, Theil's
// T and the mean log deviation, Atkinson's index, the Hoover index, the Palma
// ratio and the 20:20 ratio. If the items are a sample, [Distribution.EstimateGini] and
// [Distribution.Jackknife] say how sure that is. [TheilBy] splits the inequality into what lies
// between groups, such as boards, and what lies within them.
//
// Does it follow disadvantage? A [Ranking] puts the population on a scale from
// the most to the least disadvantaged and is computed once; its
// [Ranking.Concentration] and [Ranking.Gradient] (the slope and relative index
// of inequality) then take a nanosecond or so per area, so that thousands of
// policies can be compared. [Ranking.Slope] gives both indices with their limits, as
// the public health indicators of England have them.
//
// How far apart are groups without an order, such as ethnic groups? [Groups] hold one
// value for each, and a [Gap] compares two that were estimated. With the standard errors
// of the groups, [Groups.Estimates] and [Groups.EstimateAttributable] have limits in
// closed form, and [Groups.Simulate] has those of any other measure.
//
//	byDeprivation, err := inequality.Rank(imdRank, residents) // rank 1 is the most deprived area
//	c, err := byDeprivation.Concentration(poundsPerHead)
//	fmt.Printf("%.3f", c.Index)                               // -0.073: more for the deprived
//	s, err := byDeprivation.Slope(lifeExpectancy, standardErrors, inequality.SlopeOptions{})
//	fmt.Println(s.SII)                                        // 7.90 (6.67 to 9.13), closed form 95 %
//
// # Input
//
// Columns are slices with one entry per item, in any order and never changed.
// Populations are weights: nil counts every item once, and an item of weight
// zero counts for nothing. A NaN, an infinity, a negative where none may be, or,
// in a distribution and in any population, a number beyond 1e100 or, short of 0,
// below 1e-100 is an [*ItemError] that names its index. Nothing is dropped from
// the data; a measure that the data do not define, such as the Gini coefficient of
// a population in which nobody has anything, is an [*UndefinedError] and never NaN.
//
// # Where other software differs
//
// WHO's healthequal multiplies Theil's T and the mean log deviation by 1,000
// and counts populations twice in its regression indices. R's ineq drops zeros
// from Theil's T before it takes the mean. R's rineq gives tied items different
// ranks. Here T and the mean log deviation are in nats, populations count once,
// zeros count, and ties share their rank.
package inequality
