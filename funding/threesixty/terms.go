package threesixty

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// Options say how [Terms] makes contracts of grants.
type Options struct {
	File     string      // the name of the file, for issues
	Currency sp.Currency // of the contracts; empty is GBP, and grants in others are left out
	// AwardStarts is Yes if a grant without a start begins on the day of the award. That
	// is an assumption, which a note states of each.
	AwardStarts sp.Truth
	// Parties says which provider and service of a directory a grant is for. Where it is
	// nil the provider is the identifier of the recipient, and the grant is for its core
	// costs. A provider without an ID is nobody's, and the grant is left out.
	Parties func(Grant) (provider, service directory.ID)
}

// Terms makes a contract of each grant that can be one, in the order of the grants, for
// [contract.NewBook]. An issue says of each other grant why it is none, with an error
// where money may be missing for it, and a note where there is none: see the package's
// documentation.
func Terms(grants []Grant, o Options) ([]contract.Terms, []sp.Issue) {
	m := &maker{options: o, grants: slices.Clone(grants)}
	if m.options.Currency == "" {
		m.options.Currency = sp.GBP
	}
	m.once()
	m.amend()
	var terms []contract.Terms
	for i, g := range m.grants {
		if m.out[i] {
			continue
		}
		if t, ok := m.terms(g); ok {
			terms = append(terms, t)
		}
	}
	m.overlaps(terms)
	return terms, m.issues
}

// overlaps notes which contracts pay the same recipient on the same days. They all count.
func (m *maker) overlaps(terms []contract.Terms) {
	b, err := contract.NewBook(terms)
	if err != nil {
		return // whoever makes the book is told
	}
	for _, o := range b.Overlaps() {
		last := len(o.Contracts) - 1
		m.report(m.grants[m.at[o.Contracts[last]]], sp.Note, "plannedDates", "overlap",
			fmt.Sprintf("pays the same recipient as another from %v to %v, as %d contracts do, and all count", o.Period.Start, o.Period.End.Add(-1), last+1))
	}
}

// A maker makes contracts of grants.
type maker struct {
	options Options
	grants  []Grant
	out     []bool // of each grant, whether it is none
	at      map[contract.ID]int
	issues  []sp.Issue
}

func (m *maker) report(g Grant, severity sp.Severity, field, code, detail string) {
	m.issues = append(m.issues, g.where(severity, m.options.File, field, code, detail))
}

// once leaves out grants that stand there more than once.
func (m *maker) once() {
	m.out, m.at = make([]bool, len(m.grants)), make(map[contract.ID]int, len(m.grants))
	unclear := map[contract.ID]bool{}
	for i, g := range m.grants {
		if g.ID == "" {
			m.report(g, sp.Error, "id", "no-identifier", "has no identifier that can be one of a contract, and is left out")
			m.out[i] = true
			continue
		}
		j, twice := m.at[g.ID]
		if !twice {
			m.at[g.ID] = i
			continue
		}
		before := m.grants[j]
		switch {
		case g.same(before):
			m.report(g, sp.Note, "id", "duplicate", "stands there twice and says the same, and counts once")
			m.out[i] = true
		case g.Modified != "" && before.Modified != "" && g.Modified != before.Modified:
			late := i
			if before.Modified > g.Modified {
				late = j
			}
			m.report(m.grants[i+j-late], sp.Note, "id", "amended", "was amended: as it was last modified it counts")
			m.out[i+j-late], m.at[g.ID] = true, late
		default:
			m.report(g, sp.Error, "id", "contradictory-duplicate", "stands there twice and says different things, and neither counts")
			m.out[i], unclear[g.ID] = true, true
		}
	}
	for id := range unclear {
		m.out[m.at[id]] = true
	}
}

// amend takes negative amounts from the grants that they amend.
func (m *maker) amend() {
	for i, g := range m.grants {
		if m.out[i] || g.Amount.Sign() >= 0 {
			continue
		}
		m.out[i] = true
		j, known := m.at[g.Related]
		if !known || g.Related == "" || m.out[j] || m.grants[j].Recipient.ID != g.Recipient.ID || m.grants[j].Amount.Sign() <= 0 {
			m.report(g, sp.Error, "relatedActivity", "amends-nothing", "has a negative amount and names no grant to the same recipient in this file that it amends, and is left out")
			continue
		}
		sum, err := m.grants[j].Amount.Add(g.Amount)
		if err != nil || sum.Sign() < 0 {
			m.report(g, sp.Error, "amountAwarded", "amends-too-much", "takes back more than was awarded, or another currency, and is left out")
			continue
		}
		m.grants[j].Amount = sum
		m.report(g, sp.Note, "amountAwarded", "amendment", "is taken from the grant that it names")
	}
}

// terms returns the contract that a grant is.
func (m *maker) terms(g Grant) (contract.Terms, bool) {
	if g.Period.Start.IsZero() && !g.Awarded.IsZero() && m.options.AwardStarts == sp.Yes {
		m.report(g, sp.Note, "awardDate", "assumed-start", "is taken for the start, which is not stated")
		if g.Period.Start = g.Awarded; g.Period.End.IsZero() && g.Months > 0 {
			g.Period.End = g.Awarded.AddMonths(g.Months)
		}
		if g.Period.End <= g.Period.Start {
			g.Period.End = 0
		}
	}
	provider, service := g.Recipient.ID, directory.ID("")
	if m.options.Parties != nil {
		provider, service = m.options.Parties(g)
	}
	why := func(severity sp.Severity, field, code, detail string) (contract.Terms, bool) {
		m.report(g, severity, field, code, detail+", and is no contract")
		return contract.Terms{}, false
	}
	switch {
	case g.Stated != sp.Yes:
		return why(sp.Error, "amountAwarded", "no-amount", "has no amount that is known")
	case g.Amount.IsZero():
		return why(sp.Note, "amountAwarded", "zero-award", "comes to nothing")
	case g.Amount.Currency() != m.options.Currency:
		return why(sp.Error, "currency", "other-currency", fmt.Sprintf("is in %s and not in %s", g.Amount.Currency(), m.options.Currency))
	case provider == "":
		return why(sp.Error, "recipientOrganization", "no-recipient", "has no organisation that gets it")
	case g.Period.Start.IsZero():
		return why(sp.Error, "plannedDates", "no-start", "has no start that is known")
	case g.Period.End.IsZero():
		return why(sp.Error, "plannedDates", "no-end", "has no end that is known")
	}
	t := contract.Terms{ID: g.ID, Provider: provider, Service: service, Period: g.Period, Amount: g.Amount}
	if err := t.Check(); err != nil {
		return why(sp.Error, "", "bad-terms", "breaks a rule of contracts")
	}
	return t, true
}
