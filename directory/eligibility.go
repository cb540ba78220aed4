package directory

import (
	"strconv"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
)

// A Group is a sort of people that a service is for, or that a person belongs to.
// The list is open, since
// nobody has ever completed it: feeds keep their own words, in lower case with
// hyphens, and the constants are those that other packages need to agree on.
type Group string

// Groups that services are often restricted to.
const (
	Women       Group = "women"
	Men         Group = "men"
	Carers      Group = "carers" // unpaid
	YoungCarers Group = "young-carers"
	Parents     Group = "parents"
	Veterans    Group = "veterans"
)

// Eligibility says whom a service is for, as far as its feed says so.
type Eligibility struct {
	Ages   Ages    `json:"ages,omitzero"`
	Groups []Group `json:"groups,omitempty"` // one of them is enough

	Excluded []Group `json:"excluded,omitempty"` // for whom it is not, whoever else they are

	// Restricted is Yes if only people of Groups are served, No if anybody is.
	Restricted sp.Truth `json:"restricted,omitzero"`

	Text string `json:"text,omitempty"` // what the feed says in words; nothing is derived from it
}

// Admits reports whether somebody may use the service, judged by the groups that
// they belong to and nothing else. The argument says what is known of their
// groups. A restriction to groups that are not named is Unknown for everybody,
// and so is one that is not stated, unless the person belongs to a group that is
// named. Nobody is admitted who belongs to an excluded group, and of somebody who may
// belong to one it is never Yes.
func (e Eligibility) Admits(groups Truths[Group]) sp.Truth {
	return e.admits(groups).And(groups.Any(e.Excluded...).Not())
}

func (e Eligibility) admits(groups Truths[Group]) sp.Truth {
	member := sp.Unknown
	if len(e.Groups) > 0 {
		member = groups.Any(e.Groups...)
	}
	switch {
	case e.Restricted == sp.No:
		return sp.Yes
	case e.Restricted == sp.Yes || member == sp.Yes:
		return member
	}
	return sp.Unknown
}

// Months counts completed months of age. Services for small children state ages
// such as six months or two and a half years.
type Months int

// Years returns the age of n completed years.
func Years(n int) Months { return Months(12 * n) }

// Years returns the completed years in m.
func (m Months) Years() int { return int(m) / 12 }

// Ages is the range of ages served: From belongs to it, Before does not. If only
// one end is stated the other has no limit, since that is how feeds write "18 and
// over"; if neither is stated, the range is unknown.
type Ages struct {
	From   sp.Known[Months] `json:"from,omitzero"`
	Before sp.Known[Months] `json:"before,omitzero"`

	// Incomplete means that the feed states an end which could not be read. For an
	// age that the other end does not rule out, the answer is then unknown.
	Incomplete bool `json:"incomplete,omitempty"`
}

// Bounds of ages: so that typing errors do not become limits, and so that no
// exponent of a million is written out digit by digit.
const (
	maxYears    = 150
	maxDecimals = 32
	agesRule    = "must be from 0 to 150 years with at most 32 decimals"
)

// NewAges returns the range from youngest to oldest, in years; nil is not stated.
// An oldest age in whole years includes the whole year, as people count: 25 ends
// with the 26th birthday. An oldest age with a fraction includes the month that
// the fraction falls in. A youngest age that falls within a month is rounded up
// to the next month, unless the range would then be empty. It fails if an age
// lies outside 0 to 150 or has more than 32 decimals, or if youngest is above
// oldest. Source: HSDS 3, service.minimum_age and maximum_age.
func NewAges(youngest, oldest *decimal.Decimal) (Ages, error) {
	e := &sp.InvalidError{Subject: "ages"}
	inRange := func(d *decimal.Decimal) bool {
		return d == nil || d.Exponent() >= -maxDecimals && d.Exponent() <= maxDecimals &&
			d.Sign() >= 0 && d.LessThanOrEqual(decimal.NewFromInt(maxYears))
	}
	e.Check(inRange(youngest), "youngest", sp.OutOfRange, agesRule)
	e.Check(inRange(oldest), "oldest", sp.OutOfRange, agesRule)
	if err := e.Err(); err != nil {
		return Ages{}, err
	}
	e.Check(youngest == nil || oldest == nil || youngest.LessThanOrEqual(*oldest), "youngest", sp.Inconsistent, "must not be above oldest")
	if err := e.Err(); err != nil {
		return Ages{}, err
	}
	var a Ages
	twelve := decimal.NewFromInt(12)
	if youngest != nil {
		a.From = sp.Know(Months(youngest.Mul(twelve).Ceil().IntPart()))
	}
	if oldest != nil {
		before := Months(oldest.Mul(twelve).Floor().IntPart()) + 1
		if oldest.IsInteger() {
			before = Years(int(oldest.IntPart()) + 1)
		}
		a.Before = sp.Know(before)
		if from, stated := a.From.Lookup(); stated && from >= before {
			a.From = sp.Know(before - 1)
		}
	}
	return a, nil
}

// IsZero reports whether the range is unknown.
func (a Ages) IsZero() bool { return a.From.IsZero() && a.Before.IsZero() }

// Include reports whether somebody of age m is served.
func (a Ages) Include(m Months) sp.Truth {
	if a.IsZero() {
		return sp.Unknown
	}
	before, limited := a.Before.Lookup()
	within := sp.TruthOf(m >= a.From.Or(0) && (!limited || m < before))
	if a.Incomplete && within == sp.Yes {
		return sp.Unknown
	}
	return within
}

// String returns a in completed years where it can: "18 and over", "11 to 25",
// "under 5", "2.5 to 4", or "unknown".
func (a Ages) String() string {
	before, limited := a.Before.Lookup()
	from := a.From.Or(0)
	switch {
	case a.IsZero():
		return "unknown"
	case !limited && from == 0:
		return "all ages"
	case !limited:
		return from.String() + " and over"
	case from == 0:
		return "under " + before.String()
	case before%12 == 0:
		return from.String() + " to " + (before - 12).String()
	}
	return from.String() + " to " + (before - 1).String()
}

// String returns m in years, "18" or "2.5", or in months if they are no half
// years, "4 months".
func (m Months) String() string {
	switch m % 12 {
	case 0:
		return strconv.Itoa(int(m / 12))
	case 6:
		return strconv.Itoa(int(m/12)) + ".5"
	default:
		return strconv.Itoa(int(m)) + " months"
	}
}
