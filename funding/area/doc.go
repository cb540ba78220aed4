// Package area holds tables of those among whom public money is divided: small
// areas, neighbourhoods, general practices.
//
// A table is no better than what is known about its columns. A rank looks like a
// number of people, and money that follows it goes to the least deprived. So a
// [Table] knows what each column is - people, a rank of how many of which 1 is the
// most deprived, a score, a sum of money - and which column counts the people.
// Nothing of that is guessed from a name or from the order of the columns: it is
// said by whoever makes the table, by a [Layout], or by the header of a file that
// is recognised as a published one.
//
// # The types to know
//
//   - [Table] has a code for each area, columns of exact numbers, and columns of
//     groups, the codes of larger areas.
//   - [Meaning] says what the numbers of a column are.
//   - [Layout] says the same about the columns of a file. Package
//     [github.com/socialprescribing/sp/funding/england] has those of files as
//     they are published.
//   - [Read] reads a CSV file and reports every odd row.
//
// For example, a file whose header does not say which column counts people:
//
//	table, issues, err := area.Read(file, area.Layout{Population: "residents"})
//	table, err = table.Describe("rank", area.Meaning{Kind: area.Rank, Of: 33755})
//	table, err = table.Without(table.Totals()...) // "England", which is no area beside the others
//
// # Exactness
//
// Numbers are whole numbers of a power of ten, as they stand in the file. Where
// one has more digits than fit beside the others, as the 17 of a floating-point
// number, the column is rounded, which an issue says. Codes belong to the
// boundaries of one year, and tables of two years do not join.
package area
