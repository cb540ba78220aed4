package importer

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// mostAlike is how many issues of one severity and code are kept for each file.
// The others are counted: a file that is something else altogether has millions.
const mostAlike = 1000

// A tally collects issues, and counts those that are like many others.
type tally struct {
	issues []sp.Issue
	counts map[issueKind]*sp.Issue
	order  []issueKind
	recent [2]counted // the kinds that were asked for last: floods are of one kind, or of two by turns
}

// A counted kind is one with its count.
type counted struct {
	kind  issueKind
	count *sp.Issue
}

type issueKind struct {
	file     string
	severity sp.Severity
	code     string
}

// of returns what is counted of a kind, or nil.
func (y *tally) of(kind issueKind) *sp.Issue {
	switch {
	case y.recent[0].count != nil && y.recent[0].kind == kind:
	case y.recent[1].count != nil && y.recent[1].kind == kind:
		y.recent[0], y.recent[1] = y.recent[1], y.recent[0]
	default:
		y.recent[0], y.recent[1] = counted{kind, y.counts[kind]}, y.recent[0]
	}
	return y.recent[0].count
}

// counting returns what is counted of a kind, from the first that there is.
func (y *tally) counting(kind issueKind, field string) *sp.Issue {
	c := y.of(kind)
	if c == nil {
		c = &sp.Issue{Field: field}
		y.counts[kind], y.recent[0].count = c, c
		y.order = append(y.order, kind)
	}
	return c
}

// full reports whether enough issues like one are kept.
func (im *Importer) full(s sp.Severity, code string) bool {
	c := im.of(issueKind{im.file, s, code})
	return c != nil && c.Count >= mostAlike
}

// report adds an issue of the record that is being read.
func (im *Importer) report(s sp.Severity, record, field, code, detail string) {
	c := im.counting(issueKind{im.file, s, code}, field)
	if c.Count++; c.Field != field {
		c.Field = ""
	}
	if c.Count <= mostAlike {
		im.issues = append(im.issues, sp.Issue{
			Severity: s, File: im.file, Line: im.line, Record: record, Field: field, Code: code, Detail: detail,
		})
		return
	}
	if c.Line == 0 {
		c.Line = im.line
	}
}

// more counts issues of a kind of which [csvfile.Issues] has listed the first thousand.
func (im *Importer) more(s sp.Severity, field, code string, n int) {
	c := im.counting(issueKind{im.file, s, code}, field)
	if c.Count += n; c.Field != field {
		c.Field = ""
	}
	if c.Line == 0 {
		c.Line = im.line
	}
}

// Report adds an issue of the record that is being read.
func (im *Importer) Report(s sp.Severity, record, field, code, detail string) {
	im.report(s, record, field, code, detail)
}

// all returns the issues, and one for each kind of which not all are kept.
func (im *Importer) all() []sp.Issue {
	for _, kind := range im.order {
		c := im.counts[kind]
		if more := c.Count - mostAlike; more > 0 {
			im.issues = append(im.issues, sp.Issue{
				Severity: kind.severity, File: kind.file, Line: c.Line, Field: c.Field, Code: kind.code, Count: more,
				Detail: fmt.Sprintf("and %d more of this kind", more),
			})
		}
	}
	return im.issues
}
