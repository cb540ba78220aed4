// Package report writes what an evaluation has found as one HTML page that people read:
// a board before its meeting, a commissioner on a phone, whoever prints it.
//
// Numbers that only analysts can open change nothing. A page begins with what was found,
// in a few sentences; then come the pictures, each with its numbers behind it; then the
// 25 barriers of the study; and at the end what every indicator means and what all of
// it rests on.
//
//	page := report.Page{
//		Title: "Sandholme social prescribing",
//		About: "People referred from April 2026 to March 2027",
//		Sections: []report.Section{
//			{Title: "Against the targets", Parts: []report.Part{report.Picture(targets)}},
//			{Title: "The 25 barriers", Parts: []report.Part{report.Barriers(barriers)}},
//			{Title: "What the indicators mean", Parts: []report.Part{report.Meanings(indicators...)}},
//		},
//	}
//	err := page.Write(file)
//
// In words:
//
//   - [Standard] makes the page that most schemes begin with.
//   - A [Page] is an ordered list of sections. Leave one out, put one of your own in, and
//     the contents, the headings and the findings at the top follow.
//   - A [Section] has parts: a [Text], a [Picture] of package chart, a [Table],
//     [Terms], the [Barriers], or the [Meanings] of indicators.
//   - Tables and pictures have been released by package disclosure, so that what stays
//     within care or a team cannot be published by mistake: [Page.Write] refuses it.
//   - [English] holds all words that the page itself says, for whoever translates them.
//
// # The file
//
// It is one file that needs nothing else: no script, no font, no picture from anywhere,
// and a content security policy that would stop them. It can be mailed, kept for ten years, and opened
// without a network. It is light or dark as the reader's screen is, fits a phone and A4,
// and in print the numbers behind the pictures are shown. It follows WCAG 2.2, level AA,
// as far as a program can tell (axe-core finds nothing in it). There is no time of
// writing in it: the same findings are the same bytes.
package report
