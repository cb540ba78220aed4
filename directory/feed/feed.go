// Package feed has what the readers of directories have in common: the [Options] by which a
// program says about a feed what the feed does not say itself - its short name, its time zone,
// which of two readings of 03/04/2026 is meant - and what is to become of its faults.
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", feed.Options{Feed: "bay", Dates: feed.DayFirst, Fetched: now})
//
// Packages directory/hsds, ohana, mobilelibrary, flat, schemaorg, detect and walk take them.
package feed

import (
	"time"

	"github.com/socialprescribing/sp"
)

// Options say about a feed what it does not say about itself, and how its
// faults are treated. Every reader of directories takes them. The zero
// Options are for a feed from the United Kingdom that is named after its
// file, and take the safe choice everywhere: what is doubtful is read as unknown.
type Options struct {
	Feed      string      // short name, part of every [directory.ID]; the name of the file if empty
	Publisher string      // who publishes it
	URL       string      // where it was fetched
	Licence   string      // under which it may be used
	Fetched   time.Time   // when; it is also when the records were last seen
	Zone      string      // IANA time zone of its wall clocks; Europe/London if empty
	Currency  sp.Currency // of amounts that name none; pounds if empty

	// Progress, if not nil, is told from the reading goroutine how many records were read, of
	// how many: 0 while that is not known.
	Progress func(done, total int)

	// Room is how many bytes records may take for each byte of the input, and at least for a
	// megabyte: a few letters are a service of a kilobyte, so that an input that is meant to
	// do harm would take hundreds of times its size. What is beyond is reported as no-room and
	// left out. 0 is 18, which is room for 20,000 places or 11,000 services in half a
	// megabyte, and 64 for a sheet that is read by a mapping, of which each row may be a
	// service, its place and its organisation; real feeds need 2 to 10. Give a longer list of
	// names and hardly anything else more, or a negative number for no bound, where you trust
	// its publisher.
	Room int

	Endpoint   string          // which list of an API the input is, such as "organizations"; empty lets the records tell
	Dates      DateOrder       // of dates such as 03/04/2026
	IDs        IDPolicy        // whether an identifier means the same on every page
	Duplicates DuplicatePolicy // what becomes of two different records under one identifier
	Repairs    Repairs         // of texts and coordinates that were spoilt before they reached the importer
}

// A DateOrder says how dates in figures are read, such as 03/04/2026.
type DateOrder int8

// The orders. Where none is stated, only dates that have one reading are read.
const (
	OneReading DateOrder = iota // 31/03/2026 is a day in March, 03/04/2026 is unknown
	DayFirst                    // 03/04/2026 is a day in April
	MonthFirst                  // 03/04/2026 is a day in March
)

// An IDPolicy says how far the same identifier means the same record.
type IDPolicy int8

// The policies.
const (
	FeedIDs IDPolicy = iota // everywhere in the feed, as the standards ask
	PageIDs                 // on one page only: "org_1" of another page is somebody else
)

// A DuplicatePolicy says what becomes of two records that have the same
// identifier but cannot be the same thing, since their names or places contradict
// each other. Records that merely state different facts are merged under every
// policy.
type DuplicatePolicy int8

// The policies.
const (
	BelieveNeither DuplicatePolicy = iota // both are kept, under different IDs, and what refers to the identifier refers to neither: unknown rather than wrong
	BelieveFirst                          // the first is used, and the others are not
)

// Repairs are corrections of texts and numbers that were spoilt before they
// reached the importer. Each repair is reported as an [sp.Issue], and the
// original is kept.
type Repairs struct {
	Mojibake   bool // texts in UTF-8 that were read as Windows-1252, such as "CafÃ©"; reported also without it
	Swapped    bool // coordinates that lie in the United Kingdom the other way round; without it they are unknown
	StrictUTF8 bool // bytes that are not UTF-8 are marked; without it they are read as Windows-1252
}
