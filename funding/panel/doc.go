// Package panel turns the votes of a citizens' panel into a list of projects to
// fund, and says who paid for what.
//
// Community funds for social prescribing are often decided by local people. How
// their votes are counted matters as much as that they vote: if the projects with
// the most votes are funded until the money is gone, 51 in 100 people can take all
// of it, every year, and the walking group of a village never gets a penny.
//
// # The rules
//
//   - [Greedy] funds by votes, or by votes per pound, whatever still fits. It is
//     what most cities do, and guarantees nothing to anyone but the majority.
//   - [EqualShares], the method of equal shares, gives every voter the same share
//     of the budget. A project is funded if those who voted for it can pay for it
//     together, the cheapest for them first. A tenth of the people who agree decide
//     on a tenth of the money. It leaves money over, and what is to be done with
//     that is stated in [Shares]: cities and programs differ in it.
//   - [Phragmen] lets money flow to all voters evenly over time; a project is
//     funded when its supporters can pay for it.
//
// # The types to know
//
// An [Election] is a budget, projects (each a [Project]), and what each voter says
// (a [Ballot]): approvals, scores, or points to be distributed. [ReadPB] and
// [Election.WritePB] speak the format of Pabulib, in which elections are
// published. An [Outcome] lists what was funded, [Round] by round, why everything
// else was not ([Refusal]), and what each voter paid for a project
// ([Outcome.Payments]).
//
// For example:
//
//	outcome, err := panel.EqualShares(election, panel.Shares{Raise: panel.UntilOver})
//	for _, round := range outcome.Rounds {
//		fmt.Println(round)
//	}
//
// # Exactness
//
// Every comparison is exact. Shares and payments are rational numbers; they are
// worked with in floating point with a bound on the error, and wherever that
// cannot tell two of them apart, in rationals of any size. Ties go to the lower
// project ID, byte by byte, never by the order of the input.
//
// Sources: D. Peters, G. Pierczynski and P. Skowron, "Proportional Participatory
// Budgeting with Additive Utilities", NeurIPS 2021, for equal shares and its
// guarantees; M. Brill, R. Freeman, S. Janson and M. Lackner, "Phragmen's voting
// methods and justified representation", Mathematical Programming 203 (2024), for
// Phragmen; the documentation of Pabulib for the file format.
package panel
