// Package threesixty reads grants that funders publish to the 360Giving Data Standard,
// as JSON or as a CSV file, and makes contracts of them.
//
// Councils, the National Lottery and foundations publish each grant that they make: to
// whom, how much, from when to when. Read together, that says which community
// organisation loses its money on which day, before anybody has asked them.
//
//	grants, issues, err := threesixty.Read(file, "grants.json")
//	terms, more := threesixty.Terms(grants, threesixty.Options{})
//	book, err := contract.NewBook(terms)
//	for _, c := range book.Cliffs(today, today.AddMonths(12), nil) { ... }
//
// # The types to know
//
//   - [Grant] is one row or object: amounts and days as they are to be understood, and
//     zero where the file does not say.
//   - [Read] reads a file and reports whatever is odd as [sp.Issue], with line or path.
//   - [Terms] makes contracts of grants, and says of each other grant why it is none.
//
// # What is understood by the dates
//
// The last day of a grant is its end date: periods of this library end with the day
// after. A year or a month stands for its first day in a start and for its last day in
// an end. Where start, end and duration contradict each other by one day, the end was
// meant as the first day after, and the duration holds. Where they differ by less than
// a month, the duration was rounded to months, and the end holds. Where they differ by
// more, the duration holds, with a warning. Actual dates go before planned ones. An end
// that is nowhere stated is unknown, and so is a start: [Options] may let the day of the
// award stand for it.
//
// # What counts as money
//
// A grant of nothing, which is how publishers keep a withdrawn one, and one without an
// amount are no contract. A negative amount is an amendment: it is taken from the one
// grant of the same recipient that it names as related, and is an error where there is
// none. A grant whose identifier stands there twice is taken once: as it was last
// modified, if that is said, or where both say the same; otherwise neither is taken,
// as nobody can tell which holds.
//
// Names of people who got a grant are not read.
//
// Source: 360Giving Data Standard 1.1 (CC BY 4.0), https://standard.threesixtygiving.org.
package threesixty
