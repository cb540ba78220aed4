// Package chart draws what the library computes, as SVG that needs nothing else: for commissioners, boards and
// partners, who look before they read.
//
// A picture that leaves the reader to find out what it says is read wrongly, and one that shows a
// difference which chance explains does harm. So the title of each picture is its finding, computed from the numbers
// shown and no surer than their interval; where nothing can be told, it says so.
//
//	p, err := chart.Funnel(chart.Cases{Table: referralsByPractice, Of: listSizes}, chart.FunnelOptions{})
//	fmt.Println(p.Title) // 8 of 200 practices have fewer people referred than chance and usual differences explain, 6 more
//	err = os.WriteFile("funnel.svg", p.SVG(chart.Wide), 0o644)
//
// # What a picture is
//
// A [Picture] has a title, a subtitle (what, of whom, when), a description for those who do not see
// it, a foot (method, level, source, what is hidden), and the [Table] of the same numbers, tidy, for
// whoever draws them anew. It is drawn in two forms, [Wide] and [Narrow]: as a file of its own
// ([Picture.SVG]) or as an element of a page that has the rules of [Style] ([Picture.Inline]). Both are light or
// dark as the reader's screen is, hold no script, and are the same bytes each time.
//
// Meaning is never in colour alone. A number that is suppressed, one that was not measured and a rate of
// nobody are three things, and look like three.
//
// All texts are [Words], a table that can be translated.
//
// # What goes in
//
// Counts of people come as tables that package disclosure has released ([Cases]), and pictures are made
// from what is shown in them: rates, limits and tests as well. [Shares] makes such a table of the figures of
// an evaluation by month or by group, [NewAim] an indicator with its target, and [Bands] one of waits. Money and capacity are released by name as
// counting no people ([disclosure.NotPeople]). What stays within care or the team ([disclosure.Within]) is drawn
// too, says so in its foot, and is refused by [Picture.Public], which whoever publishes asks.
//
// # Pictures
//
//   - Units and time: [Funnel], [Control], [Targets].
//   - People: [Flow], [Became], [Waiting], [Barriers], [Gaps], [Tiles].
//   - Fairness and money: [Gradient], [PerNeed], [Concentration], [Waterfall], [Cliff], [Policies].
//   - For the team's lead: [Caseloads].
//
// docs/pictures.md says how to read each of them.
package chart
