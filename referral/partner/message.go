package partner

import (
	"fmt"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
)

// The codes that England records for social prescribing and that a published
// source confirms. Source: Transformation Partners in Health and Care, FAQs.
const (
	snomedReferred = "871731000000106" // first interaction of an episode only
	snomedDeclined = "871711000000103"
)

// A Message tells a referrer what became of a person they referred. It holds
// identifiers and codes, and no name: whoever sends it adds whom it is about.
type Message struct {
	Referral   referral.ID
	To         sp.Actor
	At         time.Time
	Paragraphs []Paragraph
	Codes      []sp.Code // for the record of the recipient
	Withheld   []Withheld
}

// A Paragraph is one part of a message.
type Paragraph struct {
	Heading string
	Lines   []string
}

// String returns the message as plain text.
func (m *Message) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Referral %s\n", m.Referral)
	for _, p := range m.Paragraphs {
		b.WriteString("\n" + p.Heading + "\n")
		for _, line := range p.Lines {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

// MessageBack renders the message to whoever referred, from what was recorded in
// the case. The permission is asked about each part as that reader; nil
// withholds everything but that the referral was received. Once it is sent,
// SendFeedback of the referral notes it.
func MessageBack(c *referral.Case, w Wording, permission pathway.Permission, at time.Time) *Message {
	r := c.Referral
	m := &Message{Referral: r.ID(), To: r.Requester(), At: at}
	ask := asker{permission, r.Requester(), r.Person(), &m.Withheld}
	facts := gather(c, w)
	m.add("Referral", fmt.Sprintf("Received on %s, %s, for %s.", w.day(r.Received()), r.Urgency(), w.needs(facts.reasons)))
	if ask.may(FieldContact) {
		m.add("Contact", facts.contact(r, w, at))
		if !r.FirstContact().IsZero() {
			m.Codes = append(m.Codes, sp.Code{System: sp.SystemSNOMED, Code: snomedReferred, Display: "Referral to social prescribing service"})
		}
	}
	if ask.may(FieldNeeds) && facts.assessed {
		m.add("Needs", "Found in conversation: "+w.needs(r.Needs())+".")
	}
	if ask.may(FieldService) {
		m.add("Support", support(c.Placements, w, ask)...)
		m.add("Nothing found", facts.nothing(w)...)
	}
	if ask.may(FieldFlags) {
		m.add("Concerns", facts.concerns...)
	}
	if !r.State().Open() && ask.may(FieldResult) {
		m.add("Outcome", ending(r, w))
		if why := r.Reason(); why.Whose == pathway.Person && why.Code == pathway.PersonsChoice {
			m.Codes = append(m.Codes, sp.Code{System: sp.SystemSNOMED, Code: snomedDeclined, Display: "Social prescribing declined"})
		}
	}
	return m
}

func (m *Message) add(heading string, lines ...string) {
	if len(lines) > 0 {
		m.Paragraphs = append(m.Paragraphs, Paragraph{heading, lines})
	}
}

func support(placements []*placement.Placement, w Wording, ask asker) []string {
	var lines []string
	for _, p := range placements {
		if p.State() == placement.StateInError {
			continue
		}
		line := fmt.Sprintf("%s, for %s: %s", w.service(p.Service()), w.needs(p.Needs()), standing(p))
		if why := p.Reason(); why.Code != "" && ask.may(FieldReason) {
			line += ", because " + why.Means()
		}
		lines = append(lines, line+".")
	}
	return lines
}

// standing says where a placement stands.
func standing(p *placement.Placement) string {
	_, waiting := p.Waiting()
	switch s := p.State(); {
	case waiting:
		return "on the provider's waiting list"
	case s == placement.StateProposed:
		return "proposed"
	case s == placement.StateOffered && p.Sent().Level == placement.FullReferral:
		return "asked, no answer yet"
	case s == placement.StateOffered:
		return "the person has the details"
	case s == placement.StateLapsed:
		return "nothing came of it"
	case s == placement.StateCompleted:
		return "completed; " + outcomeWords(p.Result().Outcome)
	default:
		return string(s)
	}
}

func ending(r *referral.Referral, w Wording) string {
	line := "Ended as " + string(r.State())
	if r.State() == referral.StateClosed {
		line = "Closed; " + outcomeWords(r.Result().Outcome)
	}
	if unmet := r.Result().Unmet; len(unmet) > 0 {
		line += "; still there: " + w.needs(unmet)
	}
	if why := r.Reason(); why.Code != "" {
		line += ", because " + why.Means()
	}
	return line + "."
}
