// Package barrier measures in one's own programme the 25 barriers that a study of social
// prescribing found.
//
// The study was made of interviews: link workers, people who had been helped, practices and
// charities said what stands in the way. A commissioner who has read it asks: is it so here,
// how do you know, and is it getting better? This package answers with one report of 25
// lines. Each says what the study found, what is measured here from the log of events, what
// people here say ([voice]: a questionnaire and a diary, in the study's own codes), how many
// people were lost to it, how good the evidence is, and where the log cannot tell, how many
// people would have to be asked.
//
//	plan := barrier.Plan{Over: barrier.Quarters, Groups: evaluation.By("age", facts.AgeBand)}
//	report, err := plan.Read(ctx, db.Log(ctx, "", ""), evaluation.Options{AsOf: today}, barrier.Sources{}, disclosure.HES())
//	fmt.Print(report)
//	// 6-1  fair    a long chain, and waiting: still waiting after 84 days 25 % (21 to 29) of 500 people referred; ...
//	// 2-4  none    paperwork: cannot be told from the log; ask 341 link workers (nobody said how many there are)
//
// The types to know:
//
//   - A [Plan] says over which spans of time, and between which groups, barriers are followed.
//     Its indicators count in the one pass that counts everything else ([Plan.Indicators],
//     [Plan.By]), so that a report is made of [evaluation.Counts], also of merged ones.
//   - [Sources] are what no log knows: how many were asked, targets with their source, figures
//     of the team and of tables, and the ledger of what was published before.
//   - A [Report] prints, is rows of a table ([Report.Rows], [Report.WriteCSV]) and JSON, and
//     has its points and groups as numbers, so that it can be drawn.
//   - [All] is the table of the 25: what the study found, what acts on it in this library, what
//     measures it, and where an example shows both. docs/barriers.md is made from it.
//
// # What is compared
//
// Waits, shares and pounds have no common unit, so the report never ranks barriers by their
// indicators. They are compared by the one thing that all have in common: the share of people
// who were lost to them, as the coded reasons of refusals and endings say ([Attribution]). Somebody
// may be lost to two barriers at once, so the shares overlap, and the overlaps are shown.
// A reason that names no barrier, such as the person's own choice, is attributed to none.
//
// # Two sides
//
// What is measured and what is said stand side by side, with how each changed over time. Where one
// says better and the other says worse, the report says so, and does not choose.
//
// # What may leave
//
// A report holds nothing that its policy withholds: counts are rounded, small ones left out,
// shares and intervals are made from what is shown. Indicators of one report are parts of each
// other, and reports follow each other, so counts are rounded to five at least whatever the
// policy says, and a [disclosure.Ledger] compares every table with those of earlier reports.
//
// Source of the 25: Rafiei, Honary & Mezes 2024, doi 10.3389/frhs.2024.1413711 (CC BY), in our words.
package barrier
