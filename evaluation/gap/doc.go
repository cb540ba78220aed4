// Package gap says what is missing: which needs are not met, where, for whom and why, what
// people ask for, how much choice there is, and which groups could form if somebody began them.
//
// Commissioners see what is used, and never what is not there. What is not there stands in the
// unmet-need ledger (referral/unmet), in the requests that people make (package
// voice), in the directory's thin places, and in the regions of a waiting list that are full for
// good (matching/assign). Brought together and counted in people, that is the gap report.
//
//	lacks, err := gap.Lacks(unmet.Ledger(log))
//	report, err := gap.Make(gap.Sources{Lacks: lacks, Who: who, Said: said, Reach: reach, Missing: missing}, disclosure.HES())
//	for _, t := range report.Tables {
//		fmt.Println(t.Foot())
//	}
//
//	groups, err := gap.Groups(people, gap.Rules{Within: 1600 * geo.Metre})
//	fmt.Println(groups[0]) // 9 people within 1600 m would walk on weekday mornings
//
// In words:
//
//   - [Lacks] are the lines of the ledger that stand: not retracted, and with a consequence.
//   - [Make] counts them by need and reason, area and age band, beside the requests, the places
//     that a waiting list lacks and the diversity of options ([Shannon]). It returns nothing
//     but tables that a policy has released: small numbers do not leave.
//   - [Groups] finds people with the same unmet need who like the same, live near each other and
//     are free at the same time, among those who agreed to be asked. Who they are is for the
//     team alone ([Group.Invite]); what leaves is a released table ([Release]), and a
//     project for a citizens' panel ([Group.Project]).
//
// The package decides nothing, keeps nothing, and reads no clock.
package gap
