package search

import (
	"iter"
	"math/bits"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Fact is something that offers state. Offers that state the same of it are numbered
// alike, so that a question which depends on nothing else is asked once for all of them;
// see [Snapshot.Judge].
type Fact int

// The facts, by the fields of [directory.Offer].
const (
	Organisation  Fact = iota
	Opening            // Status, FundedUntil, and the last days of Schedules
	Assurance          // Freshness.Assured
	Ages               // Eligibility.Ages
	Cost               // Cost without its texts
	Capacity           // Capacity.Available and Updated
	Topic              // Topics
	Eligibility        // Eligibility without Ages and its text
	Modes              // Delivery
	Spoken             // Languages
	Accessibility      // Access
	WaysIn             // Routes
	Schedules          // Schedules without their texts
	Area               // Area without its text
	factCount
)

// A Row is the number of an offer in one snapshot.
type Row int

// At returns the offer of a row. It belongs to the snapshot: do not write to it.
func (s *Snapshot) At(r Row) *directory.Offer {
	if int(r) >= len(s.offers) {
		return s.extra[int(r)-len(s.offers)]
	}
	return s.offer(uint32(r))
}

// Rows yields the rows of all offers that a query found, whatever its limit and its
// cursor, as long as nothing else is asked with a.
func (s *Snapshot) Rows(a *Answer) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for w, left := range a.left {
			for ; left != 0; left &= left - 1 {
				if !yield(Row(w<<6 + bits.TrailingZeros64(left))) {
					return
				}
			}
		}
		for _, i := range a.extra {
			if !yield(Row(len(s.offers) + i)) {
				return
			}
		}
	}
}

// A Judgement is the answer of every offer to one question.
type Judgement struct {
	rows  int
	fits  answer
	extra []sp.Truth
}

// Of returns the answer of the offer of a row.
func (j *Judgement) Of(r Row) sp.Truth {
	switch row := uint32(r); {
	case int(r) >= j.rows:
		return j.extra[int(r)-j.rows]
	case j.fits.yes.has(row):
		return sp.Yes
	case j.fits.maybe.has(row):
		return sp.Unknown
	}
	return sp.No
}

// Judge asks a question about a fact of every offer: once for each different statement,
// of which there are hundreds where there are a hundred thousand offers. The question must
// look at nothing but the fact, and not keep the offer. It is what a ranking is made of:
// the offers are neither copied nor looked at one by one.
//
//	snapshot.Find(search.Query{Query: profile.Query()}, &answer)
//	suits := snapshot.Judge(search.Ages, func(o *directory.Offer) sp.Truth { return o.Eligibility.Ages.Include(age) })
//	for row := range snapshot.Rows(&answer) { ... suits.Of(row) ... }
func (s *Snapshot) Judge(f Fact, ask func(o *directory.Offer) sp.Truth) *Judgement {
	j := &Judgement{rows: len(s.offers), fits: s.judge(f, ask)}
	for _, o := range s.extra {
		j.extra = append(j.extra, ask(o))
	}
	return j
}
