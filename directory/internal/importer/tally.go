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
	last   issueKind // that was asked for, and its count: floods are of one kind
	count  *sp.Issue
}

type issueKind struct {
	file     string
	severity sp.Severity
	code     string
}

// of returns what is counted of a kind, or nil.
func (y *tally) of(kind issueKind) *sp.Issue {
	if kind != y.last || y.count == nil {
		y.last, y.count = kind, y.counts[kind]
	}
	return y.count
}

// full reports whether enough issues like one are kept.
func (im *Importer) full(s sp.Severity, code string) bool {
	c := im.of(issueKind{im.file, s, code})
	return c != nil && c.Count >= mostAlike
}

// report adds an issue of the record that is being read.
func (im *Importer) report(s sp.Severity, record, field, code, detail string) {
	kind := issueKind{im.file, s, code}
	c := im.of(kind)
	if c == nil {
		c = &sp.Issue{}
		im.counts[kind], im.count = c, c
		im.order = append(im.order, kind)
	}
	if c.Count++; c.Count == 1 {
		c.Field = field
	} else if c.Field != field {
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
	kind := issueKind{im.file, s, code}
	c := im.of(kind)
	if c == nil {
		c = &sp.Issue{Field: field}
		im.counts[kind], im.count = c, c
		im.order = append(im.order, kind)
	}
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
