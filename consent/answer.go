package consent

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
)

// An Ask is a question to a [Policy]: may this be told to them, for that?
type Ask struct {
	To       string    `json:"to"`                 // ID of who is told: a worker, an organisation, a person
	As       Recipient `json:"as"`                 // in which capacity
	Audience Audience  `json:"audience,omitempty"` // of a referrer: one of [Health] reads the row of the GP
	Purpose  Purpose   `json:"purpose"`
	Kind     Kind      `json:"kind,omitempty"`    // what; if it is empty, the policy knows the kind of Field
	Field    string    `json:"field,omitempty"`   // such as "telephone-number"
	Code     string    `json:"code,omitempty"`    // of the need or the flag, such as "debt" or "crisis"
	Service  string    `json:"service,omitempty"` // ID of the service that it is for, which may need less
	Area     Area      `json:"area,omitempty"`    // of a looked-after child; empty follows from the kind
	Stage    Stage     `json:"stage,omitempty"`   // of an offer; empty is no offer

	Own        bool `json:"own,omitempty"`        // the recipient recorded it itself
	Designated bool `json:"designated,omitempty"` // the recipient is the designated safeguarding lead of a school
	Outside    bool `json:"outside,omitempty"`    // the recipient supervises from outside the team
	Aggregate  bool `json:"aggregate,omitempty"`  // counted with others, small numbers suppressed

	At time.Time `json:"at,omitzero"`
}

// area returns the area of life that is asked about.
func (q *Ask) area(k Kind) Area {
	switch {
	case q.Area != "":
		return q.Area
	case k == Needs || k == SensitiveNeeds || k == Flags || k == Measures:
		return HealthArea
	}
	return OtherArea
}

// A Stage is how far an offer has come.
type Stage string

// The stages of an offer at which something is told.
const (
	WithQuestion Stage = "with-question" // the provider is asked whether there is a place
	OnceYes      Stage = "once-yes"      // the provider has said yes
)

// An Answer is what a [Policy] answers. It says why, so that whoever doubts it can check.
type Answer struct {
	Allow      bool       `json:"allow"`
	Reason     Reason     `json:"reason"`
	Letter     Letter     `json:"letter"` // that applied, once everything was looked at
	Authority  Authority  `json:"authority,omitempty"`
	Source     string     `json:"source,omitempty"` // ID of the choice, override, order or broken glass
	Basis      Basis      `json:"basis,omitzero"`   // lawful basis of the purpose, whatever the authority
	Principles Principles `json:"principles"`
	Rules      Rules      `json:"rules"`
	Conditions Conditions `json:"conditions,omitempty"`
	Policy     string     `json:"policy"`         // version
	Until      time.Time  `json:"until,omitzero"` // when the authority ends by itself; zero is not known to
}

// Err returns nil if it is allowed, and otherwise a [*DeniedError].
func (a Answer) Err() error {
	if a.Allow {
		return nil
	}
	return &DeniedError{a}
}

// A DeniedError says that something may not be told. It is [sp.ErrDenied]. Errors are
// logged and shown to whoever asked, so its text has no reason that would itself tell
// something about the person, such as that the reader may have harmed them or that a child
// has refused: it says "not-for-this" instead. The Answer has the true reason, for the
// scheme.
type DeniedError struct{ Answer Answer }

// Error says why, as far as it tells nothing of the person.
func (e *DeniedError) Error() string {
	why := e.Answer.Reason
	switch why {
	case SourceOfHarm, HasDied, Objected, Refused, Disputed:
		why = NotForThis
	default:
	}
	return fmt.Sprintf("consent: %s (policy %s)", why, e.Answer.Policy)
}

// Unwrap returns [sp.ErrDenied].
func (e *DeniedError) Unwrap() error { return sp.ErrDenied }

// A Reason is why something may be told or not.
type Reason string

// The reasons for which something is told or withheld. Their words for people are in package referral/words.
const (
	WithinCare   Reason = "within-care" // allowed, as implied
	Agreed       Reason = "agreed"      // allowed, by an agreement
	Overridden   Reason = "overridden"  // allowed, by an override
	Compelled    Reason = "compelled"   // allowed, by a duty
	Counted      Reason = "counted"     // allowed, as nobody alone can be seen
	NotKnown     Reason = "not-known"   // there is no such person, or they were erased: nobody learns which
	NotListed    Reason = "not-listed"  // recipient, purpose or kind is not known
	SourceOfHarm Reason = "source-of-harm"
	NotForThis   Reason = "not-for-this" // the table says never
	OnlyCounted  Reason = "only-counted" // the table says aggregated
	AskFirst     Reason = "ask-first"    // who decides has to be found
	NoAgreement  Reason = "no-agreement"
	NotTheirs    Reason = "not-theirs" // somebody agreed who does not decide, or no longer
	Expired      Reason = "expired"
	Withdrawn    Reason = "withdrawn"
	Refused      Reason = "refused"
	Disputed     Reason = "disputed" // of those who decide, one agrees and another refuses
	Objected     Reason = "objected"
	NeedsGround  Reason = "needs-override" // neither override nor duty is on record
	NotNeeded    Reason = "not-needed"     // by this service
	NotYet       Reason = "not-yet"        // but once they have said yes
	HasDied      Reason = "has-died"
)

// Conditions is a set of what has to be done with what is told.
type Conditions uint8

// The conditions under which something may be told. Several can hold at once.
const (
	Pseudonymise   Conditions = 1 << iota // no name, and a pseudonym with a key of its own: [Research], [Billing]
	FilterOptOut                          // the national data opt-out is applied first
	HideOnline                            // not to be shown in the person's record online
	TellFirst                             // the young person hears of it before
	DesignatedOnly                        // to nobody but the designated lead
	Suppress                              // small numbers
)

// Has reports whether the set has a condition.
func (c Conditions) Has(one Conditions) bool { return c&one != 0 }

// String lists the conditions.
func (c Conditions) String() string {
	s := ""
	for i, name := range [...]string{"pseudonymise", "filter-opt-out", "hide-online", "tell-first", "designated-only", "suppress"} {
		if c&(1<<i) != 0 {
			if s != "" {
				s += " "
			}
			s += name
		}
	}
	return s
}
