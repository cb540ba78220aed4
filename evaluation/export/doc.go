// Package export writes tables for other programs: R, pandas, a spreadsheet, a database.
//
// Numbers that are copied out of a report by hand lose their units, their intervals and
// sometimes their small-number rules. Here a [Table] carries what each column is - its
// type, its unit and its meaning ([Schema]) - and holds nothing but what may be
// published: it is made of a [disclosure.Released], or by [Figures], which releases the
// figures of an evaluation itself.
//
//	counts, err := run.Count(ctx)
//	table, err := export.Figures(counts, export.About{Policy: disclosure.HES()}, run.Indicators()...)
//	err = table.WriteCSV(file)
//	err = export.WritePackage(beside, "Sandholme, 2025/26", table) // datapackage.json
//
// Tables are tidy: a row for each number and a column for each thing that is said of it.
// [Table.WriteCSV] writes CSV, [Table.WriteJSON] an object a line; [WritePackage]
// describes the CSV files in datapackage.json, so that a program reads types and units
// instead of guessing them. Parquet is in the module evaluation/parquet.
//
// A [Within] holds rows for one audience, such as those of package extract, and is no Table.
//
// What is not known is an empty cell. In tables of figures the column status says why:
// a limit that is open is empty, and so is a value that is withheld.
package export
