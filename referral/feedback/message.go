package feedback

import (
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral"
)

// A Message tells a referrer what became of a person they referred. It holds
// identifiers and codes, and no name: whoever sends it adds whom it is about.
type Message struct {
	Title      string
	Referral   referral.ID
	To         sp.Actor
	At         time.Time
	Paragraphs []Paragraph
	Codes      []sp.Code      // for the record of the recipient
	Told       []consent.Told // what the recipient may read, and on which authority
	Withheld   []consent.Withheld
}

// A Paragraph is one part of a message.
type Paragraph struct {
	Heading string
	Lines   []string
}

// Items returns what the recipient is told, as a register of permissions notes it.
func (m *Message) Items() (all []consent.Item) {
	for _, t := range m.Told {
		all = append(all, consent.Item{Field: t.Field})
	}
	return all
}

// Add puts lines under a heading: into the last paragraph if it has that heading, or else
// into one more. No lines are no paragraph.
func (m *Message) Add(heading string, lines ...string) {
	switch last := len(m.Paragraphs) - 1; {
	case len(lines) == 0:
	case last >= 0 && m.Paragraphs[last].Heading == heading:
		m.Paragraphs[last].Lines = append(m.Paragraphs[last].Lines, lines...)
	default:
		m.Paragraphs = append(m.Paragraphs, Paragraph{heading, lines})
	}
}

// String returns the message as plain text.
func (m *Message) String() string {
	var b strings.Builder
	b.WriteString(m.Title + "\n")
	for _, p := range m.Paragraphs {
		b.WriteString("\n" + p.Heading + "\n")
		for _, line := range p.Lines {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}
