package csvfile

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// mostIssues is how many issues of one kind are kept. A file of five million odd
// lines has as many faults, and nobody reads more than the first of them.
const mostIssues = 1000

// Issues collects what is odd in a file, in memory that does not grow with it:
// issues with the same file, severity, code and field are of one kind, of which the
// first thousand are kept and the others counted. The zero Issues is empty.
type Issues struct {
	file   string // of issues that name none
	kept   []sp.Issue
	counts map[kind]int
}

type kind struct {
	file        string
	severity    sp.Severity
	code, field string
}

func kindOf(i sp.Issue) kind { return kind{i.File, i.Severity, i.Code, i.Field} }

// Add adds an issue, or counts it where there are a thousand of its kind.
func (s *Issues) Add(issue sp.Issue) {
	if s.counts == nil {
		s.counts = map[kind]int{}
	}
	if issue.File == "" {
		issue.File = s.file
	}
	k := kindOf(issue)
	s.counts[k]++
	if s.counts[k] <= mostIssues {
		s.kept = append(s.kept, issue)
	}
}

// Count returns how many issues of a severity were added, those that are only
// counted included.
func (s *Issues) Count(severity sp.Severity) int {
	n := 0
	for k, count := range s.counts {
		if k.severity == severity {
			n += count
		}
	}
	return n
}

// List returns the issues by line, those of the whole file first. Behind the last
// of a kind that is not complete stands one that says how many more there are, in
// its Count too.
func (s *Issues) List() []sp.Issue {
	var out []sp.Issue
	last := map[kind]int{}
	for i, issue := range s.kept {
		last[kindOf(issue)] = i
	}
	for i, issue := range s.kept {
		out = append(out, issue)
		k := kindOf(issue)
		if more := s.counts[k] - mostIssues; more > 0 && last[k] == i {
			issue.Record, issue.Count, issue.Detail = "", more, fmt.Sprintf("and %d more of this kind, which are not listed", more)
			out = append(out, issue)
		}
	}
	slices.SortStableFunc(out, func(x, y sp.Issue) int { return x.Line - y.Line })
	return out
}
