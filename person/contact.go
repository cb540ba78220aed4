package person

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Channel is a way to reach a person.
type Channel string

// The ways to reach a person.
const (
	Phone  Channel = "phone"
	Text   Channel = "text"
	Email  Channel = "email"
	Letter Channel = "letter"
)

// A Contact is a telephone number, an e-mail address, or whatever else reaches a
// person, and whether it may be used: through which channel, at which times, and what may
// be said to whoever answers. A call can put somebody in danger, so where
// nobody has asked it is unknown, and unknown permits neither a call nor a message.
type Contact struct {
	Value sp.Personal[string] `json:"value"`

	// Safe has the channels for which this contact can be used, and whether that is
	// safe. For a mobile number that is shared with a partner it may be {Phone:
	// sp.No, Text: sp.No}.
	Safe map[Channel]sp.Truth `json:"safe"`

	// Times are when it is safe, by the clock of where the person lives: none is at any
	// time. See [Person.MayAt].
	Times []Window `json:"times,omitempty"`

	// Message is what may be left with whoever or whatever answers, and Answers where that
	// differs for some who may: {Partner: LeaveNothing, Voicemail: LeaveName}.
	Message Leave              `json:"message,omitempty"`
	Answers map[Answerer]Leave `json:"answers,omitempty"`

	// Review is the day on which somebody has to ask again whether this is still safe; the
	// zero day is never. From that day on safety is unknown, and no message is left.
	Review sp.Date `json:"review,omitzero"`

	// Note says more, such as "after six, ask for Jo".
	Note sp.Personal[string] `json:"note,omitzero"`
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (c Contact) Format(f fmt.State, _ rune) { c.Value.Format(f, 'v') }

// A Leave is what may be left with somebody who is not the person, or with a machine.
type Leave string

// What may be left. Empty is unknown, and then it is nothing.
const (
	LeaveNothing Leave = "no"
	LeaveName    Leave = "name-only" // the name of who rang, and nothing of from where or why
	LeaveMessage Leave = "yes"
)

// An Answerer is who may answer in the person's place. The list is open.
type Answerer string

// Who may answer.
const (
	Partner   Answerer = "partner"
	Parent    Answerer = "parent"
	Child     Answerer = "child"
	Household Answerer = "household" // anybody else who lives there
	Carer     Answerer = "carer"
	Workplace Answerer = "workplace"
	Voicemail Answerer = "voicemail"
)

// Leaves returns what may be left with whoever answers, on a day: LeaveNothing where nobody
// has asked, where the answer is not one of this package, or where it is due to be asked
// anew. On the zero day no review is due.
func (c Contact) Leaves(with Answerer, on sp.Date) Leave {
	leave, named := c.Answers[with]
	if !named || leave == "" {
		leave = c.Message
	}
	if c.stale(on) || leave != LeaveName && leave != LeaveMessage {
		return LeaveNothing
	}
	return leave
}

func (c Contact) stale(on sp.Date) bool { return !c.Review.IsZero() && on >= c.Review }

// A Window is a time of some days of the week, by the clock on the wall: from From until
// Until, which is no longer in it.
type Window struct {
	Days  []time.Weekday      `json:"days,omitempty"` // none is every day; in JSON by number, 0 is Sunday
	From  directory.TimeOfDay `json:"from"`
	Until directory.TimeOfDay `json:"until"` // 24:00 is the end of the day; it must be later than From
}

// contains reports whether a moment lies in the window.
func (w Window) contains(at time.Time) bool {
	today := len(w.Days) == 0
	for _, d := range w.Days {
		today = today || d == at.Weekday()
	}
	clock := directory.TimeOfDay(at.Hour()*60 + at.Minute())
	return today && w.From <= clock && clock < w.Until
}

// A moment is when a contact would be used. The zero moment is any.
type moment struct {
	on sp.Date
	at time.Time // by the clock of where the person lives; zero is any time of the day
}

// safe reports whether the contact may be used through a channel, of which whole says what
// holds whatever the contact, and whether it serves that channel at all.
func (c Contact) safe(channel Channel, whole sp.Truth, m moment) (answer sp.Truth, serves bool) {
	answer, serves = c.Safe[channel]
	if answer == sp.Unknown {
		answer = whole
	}
	if answer != sp.Yes {
		return answer, serves
	}
	if c.stale(m.on) {
		return sp.Unknown, serves
	}
	inside := len(c.Times) == 0 || m.at.IsZero()
	for _, w := range c.Times {
		inside = inside || w.contains(m.at)
	}
	return sp.TruthOf(inside), serves
}

// May reports whether p may safely be reached through c at some time: No if it is ruled out
// as a whole or for every contact that serves it; Yes if a contact that serves
// it is safe, or is not unsafe while the channel as a whole is; and otherwise
// Unknown. A letter needs no contact, only the address.
func (p Person) May(c Channel) sp.Truth { return p.may(c, moment{}) }

// MayAt reports whether p may safely be reached through c at a moment, by the clock of the
// calendar: what [Person.May] says, but No outside the times at which it is safe, and
// Unknown once the review of a contact is due. Whoever finds afterwards that it was No, and
// that somebody tried, has an incident to note; see package breach.
func (p Person) MayAt(c Channel, at time.Time, calendar sp.Calendar) sp.Truth {
	return p.may(c, momentOf(at, calendar))
}

func momentOf(at time.Time, calendar sp.Calendar) moment {
	return moment{calendar.Date(at), at.In(calendar.Zone())}
}

func (p Person) may(c Channel, m moment) sp.Truth {
	whole := p.Channels[c]
	if whole == sp.No {
		return sp.No
	}
	answer, served := sp.No, false
	for _, contact := range p.Contacts {
		if safe, serves := contact.safe(c, whole, m); serves {
			answer, served = answer.Or(safe), true
		}
	}
	switch {
	case served:
		return answer
	case c == Letter:
		return whole
	}
	return sp.Unknown
}

// Reach returns the contacts that may safely be used through c at some time, the best
// first. It is empty where safety is unknown: ask the person first.
func (p Person) Reach(c Channel) []Contact { return reach(p.Contacts, p.Channels[c], c, moment{}) }

// ReachAt returns the contacts that may safely be used through c at a moment, by the clock
// of the calendar, the best first. It is empty where safety is unknown, as where its review
// is due.
func (p Person) ReachAt(c Channel, at time.Time, calendar sp.Calendar) []Contact {
	return reach(p.Contacts, p.Channels[c], c, momentOf(at, calendar))
}

func reach(contacts []Contact, whole sp.Truth, c Channel, m moment) []Contact {
	if whole == sp.No {
		return nil
	}
	var safe []Contact
	for _, contact := range contacts {
		if answer, serves := contact.safe(c, whole, m); serves && answer == sp.Yes {
			safe = append(safe, contact)
		}
	}
	return safe
}
