package directory

import (
	"time"

	"github.com/socialprescribing/sp"
)

// ImportOptions say about a feed what it does not say about itself. Every reader
// of directories takes them. The zero ImportOptions are those of a feed named after
// its file, from the United Kingdom.
type ImportOptions struct {
	Feed      string      // short name, part of every [ID]; the name of the file if empty
	Publisher string      // who publishes it
	URL       string      // where it was fetched
	Licence   string      // under which it may be used
	Fetched   time.Time   // when; it is also when the records were last seen
	Zone      string      // IANA time zone of its wall clocks; Europe/London if empty
	Currency  sp.Currency // of amounts that name none; pounds if empty
	Progress  sp.Progress // is told how many records were read
}
