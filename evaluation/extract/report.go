package extract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// A Reason is why a referral is not in the table.
type Reason string

// The reasons.
const (
	InError   Reason = "entered in error"
	NotOpened Reason = "its beginning is not in the log, or after the last day"
	Outside   Reason = "received outside the period"
	Nobody    Reason = "names nobody"
	OptedOut  Reason = "opted out, or nobody can say whether they have"
	TooFew    Reason = "too few people alike"
)

// A Report says what an extract holds and what of the log it does not. Its numbers are exact and
// small ones can tell of one person: it is for the controller and goes nowhere with the table.
type Report struct {
	Referrals  int                   // in the log
	Rows       int                   // of them in the table
	People     int                   // in the table
	LeftOut    map[Reason]int        // referrals that are not in it; Rows and these add up to Referrals
	OptedOut   map[optout.Reason]int // people
	Withheld   map[string]int        // people by column whose value is withheld, since too few are alike
	Unlisted   map[string]int        // values by column that are no code of the list and stand as "other", or days and scores that cannot be and stand empty
	Unreadable int                   // events

	Before, After disclosure.Anonymity // of people by what others may know of them, as recorded and as in the table
	Diversity     int                  // the least number of different needs among people who look alike in the table; 1 tells them
}

// String returns the report, a line for each thing that it counts.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d referrals, of %d people\n", r.Rows, r.Referrals, r.People)
	lines(&b, "left out", "referrals", r.LeftOut)
	lines(&b, "opted out", "people", r.OptedOut)
	lines(&b, "withheld", "people", r.Withheld)
	lines(&b, "not on the list", "values", r.Unlisted)
	if r.Unreadable > 0 {
		fmt.Fprintf(&b, "events that cannot be read: %d\n", r.Unreadable)
	}
	fmt.Fprintf(&b, "alike as recorded: %v\nalike in the table: %v; at least %d kinds of needs\n", r.Before, r.After, r.Diversity)
	return b.String()
}

func lines[K ~string](b *strings.Builder, what, of string, counts map[K]int) {
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if counts[key] > 0 {
			fmt.Fprintf(b, "%s, %s: %d %s\n", what, key, counts[key], of)
		}
	}
}
