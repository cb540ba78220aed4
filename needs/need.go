package needs

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// An ID names one need, strength or goal within an assessment.
type ID string

// A Severity is how much a need weighs on a person's life, as judged with them.
// The zero Severity is not rated.
type Severity int8

// The severities, in rising order.
const (
	Mild     Severity = iota + 1 // a nuisance
	Moderate                     // limits daily life
	Severe                       // governs daily life
	Crisis                       // danger to health or home within days
)

// String returns "mild", "moderate", "severe", "crisis" or "not rated".
func (s Severity) String() string {
	names := [...]string{"not rated", "mild", "moderate", "severe", "crisis"}
	if s < 0 || int(s) >= len(names) {
		return "severity out of range"
	}
	return names[s]
}

// A Need is something that a person lacks, or a strength that they can build
// upon, as it stands now.
type Need struct {
	ID       ID       `json:"id"`
	Code     Code     `json:"code"`
	Taxonomy string   `json:"taxonomy"`           // that the code was taken from, as [Taxonomy.Canonical] writes it
	Strength bool     `json:"strength,omitempty"` // a strength has no severity
	Source   sp.Role  `json:"source,omitempty"`   // who named it; empty is unknown
	Since    sp.Date  `json:"since,omitzero"`     // when it began in the person's life
	Severity Severity `json:"severity,omitempty"` // by the latest rating
	Rank     int      `json:"rank,omitempty"`     // its place in the person's own order, from 1; 0 is not placed
	Outcome  Outcome  `json:"outcome,omitempty"`  // empty while it is open
	MetBy    Means    `json:"metBy,omitempty"`    // by what it was met; empty where it was not, or nobody recorded it
	Ratings  []Rating `json:"ratings,omitempty"`  // every rating, by when it was made
}

// A Rating is a severity as judged at one time.
type Rating struct {
	At       time.Time `json:"at"`
	Severity Severity  `json:"severity"`
}

// Open reports whether n is a need that is not yet resolved.
func (n Need) Open() bool { return !n.Strength && n.Outcome == "" }

// An Outcome is what became of a need, of a goal, or of the needs that something
// such as a referral was for.
type Outcome string

// The outcomes. Withdrawn is for single needs and goals; UnknownOutcome is for a
// [Result], which may be about several needs. Signposted and SelfReferred say nothing
// about the need itself: the person gets in touch with a service themself, and nobody
// expects to hear what came of it.
const (
	Met            Outcome = "met"
	PartlyMet      Outcome = "partly-met"
	NotMet         Outcome = "not-met"       // nothing was found, or nothing helped
	Withdrawn      Outcome = "withdrawn"     // no longer wanted, or never was
	UnknownOutcome Outcome = "unknown"       // nobody could find out
	Signposted     Outcome = "signposted"    // the person was told where to go
	SelfReferred   Outcome = "self-referred" // the person gets in touch with a service themself
)

// Told reports whether an outcome tells what came of a need: where nobody could find out,
// or the person took it into their own hands, it does not.
func (o Outcome) Told() bool {
	return o != "" && o != UnknownOutcome && o != Signposted && o != SelfReferred
}

func (o Outcome) valid() bool {
	return slices.Contains([]Outcome{Met, PartlyMet, NotMet, Withdrawn}, o)
}

// A Goal is something that a person wants to reach, in codes. What they call it
// is in their [Plan].
type Goal struct {
	ID      ID       `json:"id"`
	Needs   []ID     `json:"needs"`             // that it is for; at least one
	Review  sp.Date  `json:"review,omitzero"`   // when to look at it again; unknown once it has ended
	Outcome Outcome  `json:"outcome,omitempty"` // empty while it goes on
	Reviews []Review `json:"reviews,omitempty"` // by when they were held
}

func (g Goal) open() bool { return g.Outcome == "" }

// A Review is what was found about a goal at one time.
type Review struct {
	At time.Time `json:"at"`
	Reviewed
}
