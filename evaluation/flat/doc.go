// Package flat reads the cases of a scheme from one sheet: the spreadsheet of a council, or the
// export of a case system, with a row for each case and a column for each day.
//
// Most schemes have no log of events, and every sheet is another. A [Mapping] says what its
// columns mean, as a value that can be kept as JSON beside the sheet; nothing is guessed, not
// even whether 03/04/2026 is in March or in April. [Open] reads the sheet as the events that it
// tells of, so that whatever counts a log counts a sheet, and the same cases give the same
// estimates:
//
//	mapping, err := flat.ParseMapping(text)
//	sheet, err := flat.Open(file, "cases.csv", mapping)
//	err = run.Read(ctx, sheet.Log(), nil)
//	counts, err := run.Count(ctx)
//	sheet.Mark(counts, run.Indicators()...)
//	figures, err := counts.Figures(evaluation.Precision{}, run.Indicators()...)
//
// # What a sheet cannot tell
//
// Where no column says on which day help began, nobody has "not begun": it cannot be told.
// [Sheet.CannotTell] names the columns that an indicator lacks, and [Sheet.Mark] marks its
// counts so that its figure is stat.NotRecorded and not 0 %.
//
// # What is wrong with a sheet
//
// [Sheet.Issues] tells it line by line, without a word of what stands in the cell. A case with
// a day that cannot be read, or that comes before the day of receipt, is left out whole and
// counted ([Sheet.Report]): with one of its days missing it would count as one that still waits.
// A code that cannot be read is not known, and its case counts. A column in which some day
// would only be one with day and month exchanged is in doubt, and tells nothing.
//
// A code or an ID must have a digit, or be listed in the mapping. What has none may be
// somebody's name: it is refused, and neither kept nor repeated.
package flat
