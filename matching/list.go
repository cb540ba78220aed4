package matching

import (
	"fmt"
	"slices"
	"strings"
)

// String returns the proposal for people to read, without points: what speaks for it and
// against it, what it warns of, and what is to be asked.
//
//	Walking group: 3 min by bus, free, 21 days wait; ask whether it can speak with them
func (p Proposal) String() string { return p.read(TermUnknown) } // the open questions follow in words

// read returns the proposal for people to read, without some of its terms.
func (p Proposal) read(without ...TermKind) string {
	var b strings.Builder
	b.WriteString(p.Offer.Name)
	lead := ": "
	for _, t := range p.Terms {
		if !slices.Contains(without, t.Kind) {
			b.WriteString(lead + t.Text)
			lead = ", "
		}
	}
	for _, q := range p.Questions() {
		if q.Warning {
			b.WriteString("; note that it " + q.Because)
		} else {
			b.WriteString("; ask whether " + q.Change.String())
		}
	}
	return b.String()
}

// List returns proposals for people to read, a line for each, without points. Its first line
// says in which order they stand.
func List(proposals []Proposal) string {
	if len(proposals) == 0 {
		return "nothing fits"
	}
	var b strings.Builder
	b.WriteString("nearest to what was asked first")
	for i, p := range proposals {
		fmt.Fprintf(&b, "\n%d. %s", i+1, p)
	}
	return b.String()
}
