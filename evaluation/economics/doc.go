// Package economics says what a service costs, what it achieves, and how sure that
// is: discounting, cost per outcome, cost-effectiveness, WELLBYs, QALYs and social
// return on investment.
//
// "£3.42 for every £1" is how social prescribing is sold, and nobody can check it:
// the ratio hides what would have happened anyway, what others did, and how far the
// prices are guesses. Here a price is a [Price] with its year and its source, a
// ratio of two uncertain numbers carries its interval or the statement that there is
// none, and a social return ([NewSROI]) is a table of what was taken off and why, with
// the range that its assumptions allow.
//
// # The functions
//
//   - Time: a [Curve] of discount rates ([GreenBook], [GreenBookHealth]) and
//     [NPV].
//   - Cost per outcome: [CostPerOutcome] of a total, [CostRatio] of persons.
//   - Two groups: [Compare] gives the [Comparison] of costs and effects with Fieller's
//     limits of the ICER, net benefit and the acceptability curve; [Resample] the same
//     without assuming normality, on the [Plane].
//   - Wellbeing: [Wellbys] and [WellbyPrice.Value]. Quality of life: [QALYs] from
//     utilities, which the caller must have computed with a value set of their choice.
//   - Everything social: [NewSROI].
//
// # What it does not do
//
// It holds no unit costs, deflators or value sets: they age, and most may not be
// passed on. Rates of the Green Book and the WELLBY of HM Treasury are values with
// their edition, passed in like any other. Nothing here is an effect unless the
// comparison behind it was fair.
//
// Where a result has no value it is a [stat.Estimate] with the reason, or the error is
// a [stat.Undefined]; impossible input is [sp.ErrInvalid].
package economics
