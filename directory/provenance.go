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

// Freshness says how old what a record states is, by times that are easily
// mistaken for each other. A record that was edited yesterday to mend a comma has
// not been checked yesterday, and one that still stands in its feed may have been
// wrong for years.
type Freshness struct {
	Assured  sp.Date   `json:"assured,omitzero"`  // somebody made sure that it is true
	Modified time.Time `json:"modified,omitzero"` // somebody edited it
	Seen     time.Time `json:"seen,omitzero"`     // an import found it in its feed

	First    time.Time `json:"first,omitzero"`     // an import found it in its feed for the first time
	Missing  time.Time `json:"missing,omitzero"`   // since when its feed lacks it; zero is not missing
	Absences int       `json:"absences,omitempty"` // imports in a row that lacked it
}

// Merge returns the later of each of the times, and the earlier of First and Missing. An
// older import never sets one of them back, and none of them ever takes the place of
// another. What was seen after it went missing is missing no more.
func (f Freshness) Merge(g Freshness) Freshness {
	m := Freshness{
		Assured:  max(f.Assured, g.Assured),
		Modified: later(f.Modified, g.Modified),
		Seen:     later(f.Seen, g.Seen),
		First:    earlier(f.First, g.First),
		Missing:  earlier(f.Missing, g.Missing),
		Absences: max(f.Absences, g.Absences),
	}
	if m.Seen.After(m.Missing) {
		m.Missing, m.Absences = time.Time{}, 0
	}
	return m
}

// earlier returns the earlier of two times that are known.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Age returns how many days ago, seen from a day, somebody last made sure that
// the record is true, and false if either day is unknown. It is 0 if that was on a
// later day. Open Referral UK advises publishers to check each record every three
// months.
func (f Freshness) Age(on sp.Date) (days int, ok bool) {
	if f.Assured.IsZero() || on.IsZero() {
		return 0, false
	}
	return max(0, on.Sub(f.Assured)), true
}
