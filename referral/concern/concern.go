package concern

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// An ID names a concern within its referral. Whoever raises it chooses one: pseudonymous
// and without spaces, see [sp.ValidID].
type ID string

// A TeamID names whoever is asked to take a concern over: the ID that the people of a
// safeguarding or crisis team act for ([sp.Actor].For), or that of one person.
type TeamID string

// A Kind is what somebody is worried about.
type Kind string

// The kinds of concern.
const (
	Crisis       Kind = "crisis"       // a danger to life, such as thoughts of suicide
	Safeguarding Kind = "safeguarding" // harm or neglect by others, or of oneself
)

// Kinds returns all kinds, the one that waits least first.
func Kinds() []Kind { return []Kind{Crisis, Safeguarding} }

// An Answer is what came of asking a team to take a concern over.
type Answer string

// The answers. They follow what children's and adults' safeguarding teams and crisis
// lines are known to say; there is no national list.
const (
	Accepted          Answer = "accepted"            // the team has it now, in its own word
	Unconfirmed       Answer = "told-unconfirmed"    // somebody was told, and nobody has said that the team has it
	BelowThreshold    Answer = "refused-threshold"   // not serious enough for this team
	NotTheirs         Answer = "refused-not-ours"    // another area, age or service
	Incomplete        Answer = "refused-incomplete"  // the team needs to know more first
	AlreadyKnown      Answer = "already-known"       // the team works with the person, which does not say that it has this
	AssessedNoConcern Answer = "assessed-no-concern" // the team has looked, and found nothing
	RaisedByMistake   Answer = "raised-by-mistake"   // the wrong person, or a misunderstanding; a second person says so
	Unreachable       Answer = "unreachable"         // nobody answers
)

// Answers returns all answers.
func Answers() []Answer {
	return []Answer{
		Accepted, Unconfirmed, BelowThreshold, NotTheirs, Incomplete, AlreadyKnown, AssessedNoConcern, RaisedByMistake, Unreachable,
	}
}

// Ends reports whether the answer ends the duty of whoever carries the concern.
func (a Answer) Ends() bool { return a == Accepted || a == AssessedNoConcern || a == RaisedByMistake }

// Bounces reports whether the concern is back with whoever carries it, so that somebody
// else must be asked: it was refused, or nobody was reached.
func (a Answer) Bounces() bool {
	return a == BelowThreshold || a == NotTheirs || a == Incomplete || a == Unreachable
}

// A Concern is what the history of one adds up to.
type Concern struct {
	ID     ID        `json:"id"`
	Kind   Kind      `json:"kind"`
	Reason Reason    `json:"reason,omitempty"`
	By     sp.Actor  `json:"by"` // who raised it
	Raised time.Time `json:"raised"`

	Offers  []Offer   `json:"offers,omitempty"`  // in the order in which teams were asked
	Holders []Holding `json:"holders,omitempty"` // the ledger, in the order of time

	Ended  time.Time `json:"ended,omitzero"`  // when the duty ended; zero as long as it is open
	Answer Answer    `json:"answer,omitzero"` // which ended it
	To     TeamID    `json:"to,omitempty"`    // the team that has it now, or found nothing
}

// An Offer is a team that was asked to take a concern over.
type Offer struct {
	To        TeamID    `json:"to"`
	By        string    `json:"by"` // the ID of the actor who asked
	At        time.Time `json:"at"`
	Answer    Answer    `json:"answer,omitempty"` // the latest; empty as long as there is none
	Answered  time.Time `json:"answered,omitzero"`
	Reference string    `json:"reference,omitempty"` // the team's own, by which to ask again
}

// A Holding is a line of the ledger: who carried a concern, and from when to when.
// Who is the ID of an actor, or of a team once it has taken the concern over. An empty
// Who is nobody: the concern was raised and no link worker has the referral yet.
type Holding struct {
	Who  string    `json:"who,omitempty"`
	Role sp.Role   `json:"role,omitempty"` // empty for a team, which has taken it over
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"` // zero as long as they carry it
}

// Open reports whether somebody must still take the concern over.
func (c Concern) Open() bool { return c.Answer == "" }

// Holder returns who carries the concern; after a hand-over, that is the team.
func (c Concern) Holder() Holding {
	if len(c.Holders) == 0 {
		return Holding{From: c.Raised}
	}
	return c.Holders[len(c.Holders)-1]
}

// Offered reports whether a team was asked and may still answer. A team that refused may
// change its mind.
func (c Concern) Offered(team TeamID) bool {
	return c.Open() && team != "" && slices.ContainsFunc(c.Offers, func(o Offer) bool { return o.To == team })
}

// Bounces returns how often the concern came back.
func (c Concern) Bounces() (n int) {
	for _, o := range c.Offers {
		if o.Answer.Bounces() {
			n++
		}
	}
	return n
}

// Took returns how long it took from raising the concern to a team's yes. It is false
// if no team has said yes.
func (c Concern) Took() (time.Duration, bool) {
	return c.Ended.Sub(c.Raised), c.Answer == Accepted
}

// Nights returns over how many midnights the concern was carried by nobody or by
// somebody who is no clinician, until at. Clinician says of whom it is known that they
// are one; nil is nobody. Link workers are none by their role, and a team that has
// taken the concern over is not asked about. Nil for a zone is UTC.
func (c Concern) Nights(at time.Time, zone *time.Location, clinician func(who string) bool) (nights int) {
	if zone == nil {
		zone = time.UTC
	}
	for _, h := range c.Holders {
		if h.Role == "" && h.Who != "" || clinician != nil && h.Who != "" && clinician(h.Who) {
			continue
		}
		to := h.To
		if to.IsZero() || to.After(at) {
			to = at
		}
		if to.After(h.From) {
			nights += sp.DateOf(to.In(zone)).Sub(sp.DateOf(h.From.In(zone)))
		}
	}
	return nights
}

// Clone returns a copy that shares no memory with c.
func (c Concern) Clone() Concern {
	c.Offers, c.Holders = slices.Clone(c.Offers), slices.Clone(c.Holders)
	return c
}
