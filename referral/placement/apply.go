package placement

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

func (e Proposed) apply(p *Placement, s sp.Stamp) {
	p.proposed, p.step, p.stepped, p.state = e, e.Step, s.At, StateProposed
}
func (e Offered) apply(p *Placement, _ sp.Stamp)   { p.sent, p.state = e, StateOffered }
func (e Disclosed) apply(p *Placement, _ sp.Stamp) { p.told = append(p.told, e.Items...) }

func (Accepted) apply(p *Placement, s sp.Stamp) {
	p.waiting, p.answered, p.state = false, s.At, StateAccepted
}

func (e WaitListed) apply(p *Placement, s sp.Stamp) {
	if s.At.Before(p.answered) || s.At.Before(p.listed) { // noted late, there may be better news since
		return
	}
	p.waiting, p.expected, p.listed = true, e.Expected, s.At
}

func (e Declined) apply(p *Placement, s sp.Stamp) {
	if e.Reason.Whose != reason.Provider { // their own no may be noted by the link worker
		p.news(s)
	}
	p.reason, p.state = e.Reason, StateDeclined
}

func (e Lapsed) apply(p *Placement, s sp.Stamp) {
	p.news(s)
	p.reason, p.state = e.Reason, StateLapsed
}

func (e Withdrawn) apply(p *Placement, s sp.Stamp) {
	p.news(s)
	p.reason, p.state = e.Reason, StateWithdrawn
}

func (e Stepped) apply(p *Placement, s sp.Stamp) {
	if !s.At.Before(p.stepped) { // noted late, it may have changed since
		p.step, p.stepped = e.Step, s.At
	}
}

func (Started) apply(p *Placement, s sp.Stamp) {
	p.waiting, p.answered, p.state = false, s.At, StateStarted
}

func (e Completed) apply(p *Placement, s sp.Stamp) {
	p.news(s)
	p.result, p.state = e.Result, StateCompleted
}

func (e Stopped) apply(p *Placement, s sp.Stamp) {
	p.news(s)
	p.reason, p.state = e.Reason, StateStopped
}

func (FeedbackSent) apply(p *Placement, s sp.Stamp) {
	p.owed = slices.DeleteFunc(p.owed, func(news time.Time) bool { return !news.After(s.At) }) // noted late, there may be more since
}

func (e EnteredInError) apply(p *Placement, s sp.Stamp) {
	p.news(s)
	p.reason, p.state = e.Reason, StateInError
}

// news notes that the provider is owed word of what somebody else decided, if
// they knew of the placement at all. They did from when it was sent to them to
// for ever: that what they completed was a mistake is news as well.
func (p *Placement) news(s sp.Stamp) {
	if p.sent.Level == FullReferral && s.By.Role != sp.RoleProvider {
		p.owed = append(p.owed, s.At)
	}
}

// ID returns the placement's identifier.
func (p *Placement) ID() ID { return p.id }

// String returns "placement PL-7": whom it is about and why is nothing for a log.
func (p *Placement) String() string { return "placement " + string(p.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (p *Placement) Format(f fmt.State, _ rune) { f.Write([]byte(p.String())) }

// LogValue implements [slog.LogValuer].
func (p *Placement) LogValue() slog.Value { return slog.StringValue(p.String()) }

// State returns where the placement stands.
func (p *Placement) State() State { return p.state }

// Referral returns the ID of the referral behind it.
func (p *Placement) Referral() id.Referral { return p.proposed.Referral }

// Person returns whom it is for.
func (p *Placement) Person() person.ID { return p.proposed.Person }

// Service returns the service that was proposed.
func (p *Placement) Service() directory.ID { return p.proposed.Service }

// Venue returns where of the service the person was sent, such as the ID of an offer of
// the directory. It is empty if nobody has said.
func (p *Placement) Venue() directory.ID { return p.proposed.Venue }

// Provider returns the organisation that runs the service.
func (p *Placement) Provider() directory.ID { return p.proposed.Provider }

// Needs returns the needs that it is to meet.
func (p *Placement) Needs() []needs.Code { return slices.Clone(p.proposed.Needs) }

// Group returns the group of offers that it belongs to, if it does.
func (p *Placement) Group() GroupID { return p.proposed.Group }

// Step returns how much the next session asks of the person.
func (p *Placement) Step() session.Step { return p.step }

// Sent returns how it went to the provider, and what they were told. It is zero
// before.
func (p *Placement) Sent() Offered {
	sent := p.sent
	sent.Disclosed, sent.OnceYes = slices.Clone(sent.Disclosed), slices.Clone(sent.OnceYes)
	return sent
}

// Disclosed returns what the provider was told: with the question, and since their yes.
// What was told twice is there once.
func (p *Placement) Disclosed() []Item {
	all := slices.Clone(p.sent.Disclosed)
	for _, item := range p.told {
		if !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}

// Untold returns what the provider was to be told once they said yes, and has not been
// told; before the yes it is nothing, and so it is once the placement has ended.
func (p *Placement) Untold() []Item {
	if p.state != StateAccepted && p.state != StateStarted {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.sent.OnceYes), func(item Item) bool { return slices.Contains(p.told, item) })
}

// Waiting reports whether the provider has the person on a list of their own,
// and when a place is expected, if that is known.
func (p *Placement) Waiting() (expected sp.Date, waiting bool) {
	return p.expected, p.waiting && p.state.Open()
}

// Result returns the outcome of a placement that was completed.
func (p *Placement) Result() needs.Result {
	r := p.result
	r.Unmet = slices.Clone(r.Unmet)
	return r
}

// Reason returns why it ended, if it ended otherwise.
func (p *Placement) Reason() reason.Reason { return p.reason }

// OwedSince returns since when the provider is owed news, or the zero time.
func (p *Placement) OwedSince() time.Time {
	if len(p.owed) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(p.owed, time.Time.Compare)
}
