package person

import (
	"fmt"

	"github.com/socialprescribing/sp"
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
// person, and whether it may be used. A call can put somebody in danger, so where
// nobody has asked it is unknown, and unknown does not permit a call.
type Contact struct {
	Value sp.Personal[string] `json:"value"`

	// Safe has the channels for which this contact can be used, and whether that is
	// safe. For a mobile number that is shared with a partner it may be {Phone:
	// sp.No, Text: sp.No}.
	Safe map[Channel]sp.Truth `json:"safe"`

	// Message is Yes if a message may be left with whoever or whatever answers.
	Message sp.Truth `json:"message,omitzero"`

	// Note says more, such as "after six, ask for Jo".
	Note sp.Personal[string] `json:"note,omitzero"`
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (c Contact) Format(f fmt.State, _ rune) { c.Value.Format(f, 'v') }

// May reports whether p may safely be reached through c: No if it is ruled out
// as a whole or for every contact that serves it; Yes if a contact that serves
// it is safe, or is not unsafe while the channel as a whole is; and otherwise
// Unknown. A letter needs no contact, only the address.
func (p Person) May(c Channel) sp.Truth {
	whole := p.Channels[c]
	if whole == sp.No {
		return sp.No
	}
	answer, served := sp.No, false
	for _, contact := range p.Contacts {
		safe, serves := contact.Safe[c]
		if !serves {
			continue
		}
		if safe == sp.Unknown {
			safe = whole
		}
		answer, served = answer.Or(safe), true
	}
	switch {
	case served:
		return answer
	case c == Letter:
		return whole
	}
	return sp.Unknown
}

// Reach returns the contacts that may safely be used through c, the best first.
// It is empty where safety is unknown: ask the person first.
func (p Person) Reach(c Channel) []Contact { return reach(p.Contacts, p.Channels[c], c) }

// reach returns the contacts that are safe for a channel, of which whole says
// what holds whatever the contact.
func reach(contacts []Contact, whole sp.Truth, c Channel) []Contact {
	if whole == sp.No {
		return nil
	}
	var safe []Contact
	for _, contact := range contacts {
		answer, serves := contact.Safe[c]
		if answer == sp.Yes || serves && answer == sp.Unknown && whole == sp.Yes {
			safe = append(safe, contact)
		}
	}
	return safe
}
