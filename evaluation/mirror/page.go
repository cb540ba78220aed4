package mirror

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/funding/contract"
)

// A Page is what one practice, provider or worker is shown. All counts have been through
// disclosure control, so it may be sent.
type Page struct {
	Of       Of                `json:"of"`
	ID       string            `json:"id"`
	Period   sp.Period         `json:"period,omitzero"`
	AsOf     sp.Date           `json:"asOf"`
	Reach    *Reach            `json:"reach,omitempty"` // of practices
	Sections []Section         `json:"sections"`
	Money    *contract.Horizon `json:"money,omitempty"` // of providers, if contracts were given
	Around   *Around           `json:"around,omitempty"`
	Policy   disclosure.Policy `json:"policy"`
}

// A Section is one line of a page: how many there are, by kind.
type Section struct {
	Title    string          `json:"title"`
	Of       string          `json:"of"` // what it counts, in the plural
	Lines    []Line          `json:"lines,omitempty"`
	Total    disclosure.Cell `json:"total"`
	Withheld string          `json:"withheld,omitempty"` // why the whole section is not shown; empty if it is
}

// A Line is how many there are of a kind.
type Line struct {
	Kind  string          `json:"kind"`
	Count disclosure.Cell `json:"count"`
}

// most returns the line with the highest count that is shown, none if no count is shown or all
// are 0.
func most(lines []Line) (top []Line) {
	for _, l := range lines {
		if l.Count.Count.Or(0) > 0 && (top == nil || l.Count.Count.Or(0) > top[0].Count.Count.Or(0)) {
			top = []Line{l}
		}
	}
	return top
}

// fund says until when providers are funded.
func (m *Mirrors) fund(o Options, asOf sp.Date) {
	if o.Contracts == nil || m.of != OfProviders {
		return
	}
	for _, h := range o.Contracts.ProviderHorizons(asOf) {
		if p, known := m.pages[string(h.Provider)]; known {
			p.Money = &h
			m.pages[p.ID] = p
		}
	}
}

// String returns a page for people, to be read in a minute.
func (p Page) String() string {
	var b strings.Builder
	since := "of the whole log"
	if !p.Period.Start.IsZero() {
		since = "from " + p.Period.Start.String()
		if last := p.Period.End.Add(-1); !p.Period.End.IsZero() && last < p.AsOf {
			since += " to " + last.String()
		}
	}
	fmt.Fprintf(&b, "%s %s, %s, as it stood on %s\n", strings.ToUpper(string(p.Of)), p.ID, since, p.AsOf)
	if p.Reach != nil {
		line(&b, "reach", p.Reach.String())
	}
	for _, s := range p.Sections {
		line(&b, s.Title, s.String())
	}
	if p.Of == OfProviders {
		line(&b, "its money", p.until())
	}
	if p.Around != nil {
		line(&b, "around it", p.Around.String())
	} else {
		line(&b, "around it", "nothing is known of the area")
	}
	line(&b, "counts", p.foot())
	return b.String()
}

func line(b *strings.Builder, title, text string) { fmt.Fprintf(b, "  %-26s%s\n", title, text) }

// until says until when a provider is funded.
func (p Page) until() string {
	switch {
	case p.Money == nil:
		return "nobody said until when"
	case p.Money.Until.IsZero() && p.Money.Next.IsZero():
		return "no contract runs"
	case p.Money.Until.IsZero():
		return "no contract runs; the next begins on " + p.Money.Next.String()
	}
	s := fmt.Sprintf("is there until before %s, %d whole months", p.Money.Until, p.Money.Months)
	if !p.Money.Next.IsZero() {
		s += ", and again from " + p.Money.Next.String()
	}
	return s
}

// foot says how counts are shown.
func (p Page) foot() string {
	s := "by " + p.Policy.Name
	switch {
	case p.Policy.Midpoint > 0:
		s += fmt.Sprintf(": each the middle of a band of %d", p.Policy.Midpoint)
	case p.Policy.RoundTo > 1:
		s += fmt.Sprintf(": from %d to %d not shown (*), others to the nearest %d", p.Policy.SmallFrom, p.Policy.SmallTo, p.Policy.RoundTo)
	default:
		s += fmt.Sprintf(": from %d to %d not shown (*)", p.Policy.SmallFrom, p.Policy.SmallTo)
	}
	if p.hidden() {
		s += "; here all are too small to show"
	}
	return s
}

// hidden reports whether no count is shown at all.
func (p Page) hidden() bool {
	for _, s := range p.Sections {
		if s.Total.Count.Or(0) > 0 || len(most(s.Lines)) > 0 {
			return false
		}
	}
	return !p.blank()
}

// blank reports whether there is nothing to count.
func (p Page) blank() bool {
	return !slices.ContainsFunc(p.Sections, func(s Section) bool { return s.Withheld != "" || s.Total.Count.IsZero() })
}

// String returns a section in a line: "help began 45 (60 %), ended without it 10 (13 %), still
// waiting *, of 75 referrals".
func (s Section) String() string {
	total, shown := s.Total.Count.Lookup()
	switch {
	case s.Withheld != "":
		return s.Withheld
	case shown && total == 0, len(s.Lines) == 0 && shown:
		return "no " + s.Of
	case len(s.Lines) == 0:
		return "too few to show"
	}
	words := make([]string, len(s.Lines))
	for i, l := range s.Lines {
		words[i] = l.Kind + " " + l.Count.String()
		if n, known := l.Count.Count.Lookup(); known && shown && n > 0 && n < total {
			words[i] += fmt.Sprintf(" (%.0f %%)", 100*float64(n)/float64(total))
		}
	}
	return strings.Join(words, ", ") + ", of " + s.Total.String() + " " + s.Of
}
