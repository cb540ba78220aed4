package area

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/socialprescribing/sp"
)

// footnotes leaves out the rows below the table that hold a text and nothing else,
// such as the source of the figures, and notes each. An area of which only the code is
// known is no footnote: it stays.
func (s *source) footnotes() {
	end := len(s.rows) // of the table
	for end > 0 && alone(s.rows[end-1]) >= 0 {
		end--
	}
	rows := make([][]string, 0, len(s.rows))
	lines := make([]int, 0, len(s.lines))
	for i, row := range s.rows {
		at := alone(row)
		switch {
		case end > 0 && i >= end && isFootnote(row[at], at, s.rows[:end]):
			s.issues.Add(sp.Issue{Severity: sp.Note, Line: s.lines[i], Code: "footnote", Detail: "a text below the table, which is no area"})
		case len(row) != len(s.names):
			s.wrongLength(s.lines[i], len(row))
		default:
			rows, lines = append(rows, row), append(lines, s.lines[i])
		}
	}
	s.rows, s.lines = rows, lines
}

func (s *source) wrongLength(line, fields int) {
	s.issues.Add(sp.Issue{Severity: sp.Error, Line: line, Code: "wrong-length", Detail: fmt.Sprintf("has another number of fields, %d, than the header, %d", fields, len(s.names))})
}

// alone returns the place of the only field of a row that holds something, or -1.
func alone(row []string) int {
	at := -1
	for i, field := range row {
		if field == "" {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// isFootnote reports whether a text is no code or name like those of the areas in the
// same column. Among codes, which are one word each, several words are a footnote;
// among names, they must be longer than any name, or begin as footnotes do.
func isFootnote(text string, at int, areas [][]string) bool {
	lower := strings.ToLower(text)
	for _, start := range [...]string{"source:", "sources:", "note:", "notes", "footnote", "crown copyright", "©", "*", "†"} {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	words, longest := false, 0
	for _, row := range areas {
		if at >= len(row) {
			continue
		}
		words = words || strings.ContainsFunc(row[at], unicode.IsSpace)
		longest = max(longest, len(row[at]))
	}
	if !strings.ContainsFunc(text, unicode.IsSpace) || !strings.ContainsFunc(text, unicode.IsLetter) {
		return false
	}
	return !words || len(text) > 2*longest
}
