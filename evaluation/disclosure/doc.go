// Package disclosure (statistical disclosure control) keeps published figures
// from revealing anything about one person: it suppresses, rounds and audits
// tables, and what publishes accepts nothing that has not been through it.
//
// "Three women of 80 to 84 in this village were referred for debt" might as well
// give their names. Leaving the three out is not enough: beside a total of the
// row and one of the column they are a subtraction away. Of a thousand small
// counts that are only starred out, a sixth can be worked out exactly.
//
//	table := disclosure.Table{
//		Title: "Referrals by practice and need", Columns: []string{"debt", "housing", "loneliness"},
//		Rows: []disclosure.Row{{Name: "Hill Surgery", Counts: []int64{3, 12, 40}}, {Name: "Dale Surgery", Counts: []int64{9, 15, 22}}},
//	}
//	released, err := disclosure.Release(table, disclosure.HES())
//
// # How a table gets out
//
// A [Table] holds counts of people: those who are served and those who work. Its
// totals, over columns and up the hierarchy of its rows, are part of it. [Release]
// applies a [Policy]: counts in its range are not shown, the others are rounded or shown
// as they are; then, where a reader could narrow a small count down by the totals, more
// cells are left out (secondary suppression); then the audit looks at the result as a
// reader would, and what fails is an [UnsafeError] and not released.
//
// A [Released] is what writers, charts and reports take. It can only be made here:
//
//   - by Release, or [ReleaseShare] for one share,
//   - by [NotPeople], for what counts no people, such as money and places offered, with
//     the reason on record,
//   - by [Within], for what stays within care or the team: charts draw it with its
//     audience in the foot; reports, exports and files refuse it.
//
// A [Ledger] remembers what was released, so that the difference between two releases
// does not tell what neither of them does.
//
// [KAnonymity] is for files of one row for each person.
//
// # What it does not do
//
// A table may have two hierarchies, of its rows and of its columns ([Group]); more than
// two need specialised software. With two, what is left out is more than need be: the
// rule by which small counts are proved safe is sufficient and not necessary. Tables
// that share cells but not totals are not audited together, unless the ledger is told
// how they nest. A reader who is one of three people knows more than the audit assumes;
// the policy's range is what allows for them. Shares of 0 and 100 per cent reveal
// something about everybody in the group: [ReleaseShare] refuses them, but a table does
// not know which of its counts are shares of which.
package disclosure
