// Package quality says how good a directory is: how many of its services state
// what somebody who looks for help has to know, and what was wrong with the feed
// that it was read from. A council can score a feed by it, and its publisher can
// see what to mend first.
//
//   - [Of] makes the [Report] of an import.
//   - A [Measure] is how many of so many state something, a [Fault] is one kind of
//     issue with its number and samples.
//   - A [Code] names a kind of issue; [Codes] lists all that the readers of this
//     library report.
//
// From a feed to its report:
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", feed.Options{Feed: "bay", Fetched: now})
//	report := quality.Of(catalogue, issues, sp.DateOf(now))
//	fmt.Print(report) // ... 46 services ... assured-lately 12 of 46 ...
package quality

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Report says how good a directory is. It holds no personal data, only numbers,
// codes and identifiers of records.
type Report struct {
	Organisations int       `json:"organisations"`
	Services      int       `json:"services"`
	Places        int       `json:"places"`
	Offers        int       `json:"offers"` // services at places, and services alone
	Measures      []Measure `json:"measures"`
	Faults        []Fault   `json:"faults,omitempty"` // the gravest first, then the most frequent
}

// A Measure is how many services or offers state something.
type Measure struct {
	Name    string `json:"name"`    // stable and greppable: "charge", "assured-lately"
	Meaning string `json:"meaning"` // what those that count have
	Have    int    `json:"have"`
	Of      int    `json:"of"` // how many there are
}

// A Fault is all issues of one severity and code.
type Fault struct {
	Severity sp.Severity `json:"severity"`
	Code     string      `json:"code"`
	Count    int         `json:"count"`
	Samples  []sp.Issue  `json:"samples"` // the first few
}

// mostSamples is how many issues of a kind a report repeats.
const mostSamples = 3

// Lately is how many days back a record counts as assured lately: three months,
// which is what Open Referral UK advises.
const Lately = 92

// Of returns the report of what was imported, on a day.
func Of(c directory.Catalogue, issues []sp.Issue, on sp.Date) Report {
	offers := c.Offers()
	return Report{
		Organisations: len(c.Organisations), Services: len(c.Services), Places: len(c.Places), Offers: len(offers),
		Measures: measures(c, offers, on), Faults: faults(issues),
	}
}

// Score returns what share of all that the measures ask for the directory has, in
// per cent rounded down, so that 100 means all of it; it is not ok without services.
func (r Report) Score() (percent int, ok bool) {
	have, of := 0, 0
	for _, m := range r.Measures {
		have, of = have+m.Have, of+m.Of
	}
	if of == 0 {
		return 0, false
	}
	return have * 100 / of, true
}

// Count returns how many issues of a severity there were.
func (r Report) Count(s sp.Severity) int {
	n := 0
	for _, f := range r.Faults {
		if f.Severity == s {
			n += f.Count
		}
	}
	return n
}

// counts says how much there is: "3 organisations, 1 service, 2 places, 2 offers".
func (r Report) counts() string {
	of := func(n int, what string) string {
		if n != 1 {
			what += "s"
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	return strings.Join([]string{of(r.Organisations, "organisation"), of(r.Services, "service"), of(r.Places, "place"), of(r.Offers, "offer")}, ", ")
}

// String writes the report for people, one line for each number.
func (r Report) String() string {
	var b strings.Builder
	b.WriteString(r.counts() + "\n")
	if score, ok := r.Score(); ok {
		fmt.Fprintf(&b, "states %d %% of what somebody who looks for help has to know\n", score)
	}
	for _, m := range r.Measures {
		fmt.Fprintf(&b, "  %-16s %6d of %-6d %s\n", m.Name, m.Have, m.Of, m.Meaning)
	}
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "  %-7s %-24s %7d  %s\n", f.Severity, f.Code, f.Count, first(f))
	}
	return b.String()
}

// first says where the first issue of a kind stands, and what it says.
func first(f Fault) string {
	if len(f.Samples) == 0 {
		return ""
	}
	i := f.Samples[0]
	place := i.File
	if i.Line > 0 {
		place += fmt.Sprintf(":%d", i.Line)
	}
	return strings.Join(slices.DeleteFunc([]string{place, i.Record, i.Field, i.Detail}, func(s string) bool { return s == "" }), ": ")
}

// faults gathers issues by severity and code.
func faults(issues []sp.Issue) []Fault {
	type kind struct {
		severity sp.Severity
		code     string
	}
	found := map[kind]int{}
	var all []Fault
	for _, i := range issues {
		k := kind{i.Severity, i.Code}
		n, known := found[k]
		if !known {
			n = len(all)
			found[k] = n
			all = append(all, Fault{Severity: i.Severity, Code: i.Code})
		}
		f := &all[n]
		f.Count += max(1, i.Count)
		if len(f.Samples) < mostSamples && i.Count == 0 {
			f.Samples = append(f.Samples, i)
		}
	}
	slices.SortStableFunc(all, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code))
	})
	return all
}
