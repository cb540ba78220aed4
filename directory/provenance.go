package directory

import (
	"time"

	"github.com/socialprescribing/sp"
)

// Provenance says where a record comes from, so that every fact can be checked
// and every mistake reported to those who can mend it.
type Provenance struct {
	Feed      string    `json:"feed,omitempty"`      // the feed's own short name, part of every [ID]
	Publisher string    `json:"publisher,omitempty"` // who publishes it
	SourceID  string    `json:"sourceId,omitempty"`  // the record's identifier in the feed
	URL       string    `json:"url,omitempty"`       // of the feed or the record
	Fetched   time.Time `json:"fetched,omitzero"`
	Hash      string    `json:"hash,omitempty"` // SHA-256 of the record as fetched, in hexadecimal
	Licence   string    `json:"licence,omitempty"`
}

// Clocks holds three times that are easily mistaken for each other. A record
// that was edited yesterday to mend a comma has not been checked yesterday, and
// one that still stands in its feed may have been wrong for years.
type Clocks struct {
	Assured  sp.Date   `json:"assured,omitzero"`  // somebody made sure that it is true
	Modified time.Time `json:"modified,omitzero"` // somebody edited it
	Seen     time.Time `json:"seen,omitzero"`     // an import found it in its feed
}

// Merge returns the later time of each clock on its own: what is learnt from a
// new import never turns back, or stands in for, another clock.
func (c Clocks) Merge(d Clocks) Clocks {
	return Clocks{
		Assured:  max(c.Assured, d.Assured),
		Modified: later(c.Modified, d.Modified),
		Seen:     later(c.Seen, d.Seen),
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Age returns how many days before a day the record was assured, and false if
// either is unknown. A record assured on a later day has the age 0. Open
// Referral UK advises to assure within three months.
func (c Clocks) Age(on sp.Date) (days int, ok bool) {
	if c.Assured.IsZero() || on.IsZero() {
		return 0, false
	}
	return max(0, on.Sub(c.Assured)), true
}
