package directory

import (
	"time"

	"github.com/socialprescribing/sp"
)

// ImportOptions say about a feed what it does not say about itself, and what is to
// become of its faults. Every reader of directories takes them. The zero
// ImportOptions are those of a feed named after its file, from the United Kingdom,
// and the safe ones: what is doubtful is not believed.
type ImportOptions struct {
	Feed      string      // short name, part of every [ID]; the name of the file if empty
	Publisher string      // who publishes it
	URL       string      // where it was fetched
	Licence   string      // under which it may be used
	Fetched   time.Time   // when; it is also when the records were last seen
	Zone      string      // IANA time zone of its wall clocks; Europe/London if empty
	Currency  sp.Currency // of amounts that name none; pounds if empty
	Progress  sp.Progress // is told how many records were read

	Endpoint   string          // the list of an API that the input is, such as "organizations"; empty leaves it to the records
	Dates      DateOrder       // of dates such as 03/04/2026
	IDs        IDPolicy        // whether an identifier means the same on every page
	Duplicates DuplicatePolicy // what becomes of two different records under one identifier
	Repairs    Repairs         // of what was spoilt before it came here
}

// A DateOrder says how dates in figures are read, such as 03/04/2026.
type DateOrder int8

// The orders. Where none is stated, only dates that have one reading are read.
const (
	OneReading DateOrder = iota // 31/03/2026 is a day in March, 03/04/2026 is unknown
	DayFirst                    // 03/04/2026 is a day in April
	MonthFirst                  // 03/04/2026 is a day in March
)

// An IDPolicy says where an identifier means the same record.
type IDPolicy int8

// The policies.
const (
	FeedIDs IDPolicy = iota // everywhere in the feed, as the standards ask
	PageIDs                 // on one page only: "org_1" of another page is somebody else
)

// A DuplicatePolicy says what becomes of two records that have one identifier and
// cannot be the same, as their names or places clash. Records that merely say
// different things complete each other under every policy.
type DuplicatePolicy int8

// The policies.
const (
	BelieveNeither DuplicatePolicy = iota // both stand apart, and what refers to them stands without: unknown, never the wrong one
	BelieveFirst                          // the first is used, and the others are not
)

// Repairs are changes to texts and numbers that were spoilt before they came here.
// Whatever is changed is reported, and the original kept.
type Repairs struct {
	Mojibake   bool // texts in UTF-8 that were read as Windows-1252, such as "CafÃ©"; reported also without it
	Swapped    bool // coordinates that lie in the United Kingdom the other way round; without it they are unknown
	StrictUTF8 bool // bytes that are not UTF-8 are marked; without it they are read as Windows-1252
}
