// Package csvfile opens CSV files as other people's programs write them:
// spreadsheets of several countries, pandas, R, and people by hand. Every reader
// of CSV in this library stands on it, so that a file which one of them reads is
// read by all, and so that nothing in it is lost without an issue that says so.
//
//	f, err := csvfile.Open(r, "services.csv")
//	if err != nil {
//		return err // an sp.Issue if this is no CSV file, otherwise the error of r
//	}
//	name, ok := f.Column("name") // also "Name"
//	for row, err := range f.Rows() {
//		if err != nil {
//			return err // the error of r
//		}
//		if len(row.Fields) != len(f.Header) {
//			f.Issues.Add(sp.Issue{Line: row.Line, ...}) // what that means is for the reader to decide
//			continue
//		}
//		use(row.Fields[name])
//	}
//	return f.Issues.List()
//
// # What is done with a file
//
//   - Encoding. A byte order mark is taken off. UTF-16 is recognised with and
//     without one. Bytes that are not UTF-8 are read as Windows-1252, the code page
//     in which Excel saves "CSV", with one note for the file.
//   - Lines end with a line feed, with carriage return and line feed, or with a
//     carriage return alone.
//   - Separator. Comma, semicolon, tab or bar, whichever divides most of the first
//     rows evenly; a first line "sep=;" decides. Anything but a comma is noted.
//   - Quoting is that of RFC 4180. A row that breaks it is read as it was meant if
//     there is one reading that has as many fields as the header, which is noted.
//     Otherwise the row is an error of its own and the next line is read as usual:
//     a quotation mark that nothing closes takes no other row along.
//   - A row has at most 16,384 fields, as in a spreadsheet. One with more is an error.
//   - Header. Title lines of one field above it are passed over. Names are
//     trimmed, and [File.Column] finds them whatever their case and whether words
//     are parted by spaces, hyphens or underscores.
//   - Index columns, in which pandas and R number the rows, are left out. Their
//     name is empty or "Unnamed: 0", or is lacking so that the header is one field
//     shorter than the rows. There may be several.
//   - Rows without anything in them, and the header where it stands again, are
//     passed over and counted.
//
// A workbook, an archive or a web page saved under the name of a CSV file is
// refused with the words to say so.
//
// # What is written
//
// [AppendText] and [AppendRow] write fields for every writer of CSV: a text that a spreadsheet would
// run has an apostrophe before it, and a number is left as it is.
package csvfile
