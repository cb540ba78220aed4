package referral

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// Visit is meeting the person, beside the channels of package person.
const Visit person.Channel = "visit"

// A try is one attempt to reach the person.
type try struct {
	at      time.Time
	channel person.Channel
}

// Attempt records that somebody tried in vain to reach the person.
func (r *Referral) Attempt(channel person.Channel, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidCode(channel), "channel", sp.Malformed, sp.CodeRule)
	return r.do(Attempt, "", s, e.Fields, Attempted{channel})
}

// Contact records a conversation with the person and how many minutes it took;
// 0 is unknown. The first one makes the referral active.
func (r *Referral) Contact(channel person.Channel, minutes int, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidCode(channel), "channel", sp.Malformed, sp.CodeRule)
	e.Check(minutes >= 0 && minutes <= 24*60, "minutes", sp.OutOfRange, "must be from 0 to 1440; 0 is unknown")
	return r.do(Contact, "", s, e.Fields, Contacted{channel, minutes})
}

// A CheckInAnswer is what somebody says who waits, and is rung meanwhile.
type CheckInAnswer string

// What somebody who waits can say when they are rung.
const (
	StillWanted    CheckInAnswer = "still-wanted"     // as it was
	GotWorse       CheckInAnswer = "worse"            // it should be sooner
	NoLongerWanted CheckInAnswer = "no-longer-wanted" // the link worker withdraws the referral
)

// CheckIn records that somebody rang the person while they wait to be spoken to, and what
// they said. It is not the first conversation, so that the wait goes on; a danger is a
// concern, see [Referral.Raise]. Package worklist lists who is to be rung.
func (r *Referral) CheckIn(channel person.Channel, answer CheckInAnswer, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidCode(channel), "channel", sp.Malformed, sp.CodeRule)
	e.Check(answer == StillWanted || answer == GotWorse || answer == NoLongerWanted, "answer", sp.NotListed, "must be still-wanted, worse or no-longer-wanted")
	return r.do(CheckIn, "", s, e.Fields, CheckedIn{channel, answer})
}

// CheckedIn returns what the person said when they were last rung while they waited, and
// when that was. It is empty if they were not.
func (r *Referral) CheckedIn() (CheckInAnswer, time.Time) { return r.standing.value, r.standing.since }

// Unreachable is a scheme's policy on when to stop trying to reach a person. It
// counts what was tried since the last conversation. There is no national norm,
// so there is no default: the zero policy is refused.
type Unreachable struct {
	Name     string // with its version, such as "bay-2026-1"; kept with the decision
	Attempts int    // at least so many, one or more
	Days     int    // on so many different days
	Channels int    // through so many different channels
	Span     int    // with so many days between the first and the last

	Zone *time.Location // whose days they are; nil is UTC
}

func (u Unreachable) check(e *sp.InvalidError) {
	e.Check(sp.ValidCode(u.Name), "policy.name", sp.Malformed, sp.CodeRule)
	e.Check(u.Attempts >= 1, "policy.attempts", sp.OutOfRange, "must be 1 or more")
}

// missing is what was left to do at a moment before the policy was met.
func (u Unreachable) missing(r *Referral, at time.Time) []string {
	zone := u.Zone
	if zone == nil {
		zone = time.UTC
	}
	attempts, days, channels := 0, make(map[sp.Date]bool), make(map[person.Channel]bool)
	var first, last sp.Date
	for _, t := range r.attempts {
		if t.at.After(at) {
			continue
		}
		attempts++
		day := sp.DateOf(t.at.In(zone))
		days[day], channels[t.channel] = true, true
		last = max(last, day)
		if first.IsZero() || day < first {
			first = day
		}
	}
	var missing []string
	need := func(got, want int, what string) {
		if got < want {
			missing = append(missing, fmt.Sprintf("%s number %d, not %d", what, want, got))
		}
	}
	need(attempts, u.Attempts, "attempts")
	need(len(days), u.Days, "days with an attempt")
	need(len(channels), u.Channels, "channels tried")
	need(last.Sub(first), u.Span, "days from the first attempt to the last")
	return missing
}
