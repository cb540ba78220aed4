// Package measure makes all figures of a team at once, from the records that are kept of it.
//
// Each package below workforce counts what it keeps. A return to a funder, or an engine of
// indicators, wants all of them, of one period, by one call.
//
//   - [Read] reads the [Records] of a period.
//   - A [Scheme] is what the records do not say: how many posts there are, who the partners
//     are, what is required, how many people were carried.
//   - [Records.Figures] are indicators 51 to 56, 69 and 73 to 75, in the order of their numbers.
//
// In a line each:
//
//	records, err := measure.Read(ctx, db, november)
//	figures, err := records.Figures(measure.Scheme{Posts: 5, Partners: partners, Required: training.Proposed()}, november)
package measure
