package csvfile

import (
	"cmp"
	"strconv"
	"strings"
)

// A sample is the first rows of a file, from which is told how to read it.
type sample struct {
	end    byte // of a line
	stated bool // there is a line "sep=;"
	sep    byte
	titles int // records above the header
	header []string
	rows   [][]string // below it
}

// separators in the order in which they are tried: the first of equals is taken.
const separators = ",;\t|"

// look reads the head of a file.
func look(head string, whole bool) sample {
	s := sample{end: '\n'}
	if !strings.Contains(head, "\n") && strings.Contains(head, "\r") {
		s.end = '\r'
	}
	var first []string
	for line := range strings.SplitSeq(head, string(s.end)) {
		first = append(first, strings.TrimSuffix(line, "\r"))
	}
	if !whole || first[len(first)-1] == "" { // the last may be cut off
		first = first[:max(1, len(first)-1)]
	}
	if sep, ok := statedSeparator(first[0]); ok {
		s.stated, s.sep = true, sep
		all, _ := records(first[1:], sep, !whole)
		s.divide(all)
		return s
	}
	var best fit
	for _, sep := range []byte(separators) {
		if sep != ',' && !strings.Contains(head, string(sep)) {
			continue
		}
		all, paired := records(first, sep, !whole)
		fit := fitOf(all, paired)
		if s.sep == 0 || fit.compare(best) > 0 {
			best, s.sep = fit, sep
			s.divide(all)
		}
		if fit.paired == len(all) && len(all) >= enough {
			break // it divides all of them alike, and lines within quotation marks are none
		}
	}
	return s
}

// statedSeparator returns the separator that a line "sep=;" states, which Excel
// writes and reads.
func statedSeparator(line string) (byte, bool) {
	rest, ok := strings.CutPrefix(strings.Trim(line, `"`), "sep=")
	if !ok || len(rest) != 1 || rest[0] == '"' {
		return 0, false
	}
	return rest[0], true
}

// A fit says how well a separator divides records, the weightiest first.
type fit struct {
	paired int // rows with as many fields as most have, and quotation marks in pairs
	torn   int // rows whose quotation marks are not: a separator within marks that is taken for one tears them
	rows   int // with as many fields as most have, whatever their marks
	fields int // that these have
}

func (f fit) compare(o fit) int {
	return cmp.Or(cmp.Compare(f.paired, o.paired), cmp.Compare(o.torn, f.torn), cmp.Compare(f.rows, o.rows), cmp.Compare(f.fields, o.fields))
}

func fitOf(all [][]string, paired []bool) fit {
	var f fit
	f.rows, f.fields = even(all)
	for i, record := range all {
		switch {
		case !paired[i]:
			f.torn++
		case len(record) == f.fields:
			f.paired++
		}
	}
	return f
}

// enough is how many records tell how a file is to be read.
const enough = 8

// mostSampled bounds how many of them are asked.
const mostSampled = 256

// records returns the records that lines hold and that are not empty, and whether the
// quotation marks of each are in pairs. The last of them may be cut off within a
// quoted field, and is none then.
func records(all []string, sep byte, cut bool) (out [][]string, paired []bool) {
	source := &lines{}
	source.back(all)
	source.n = 0
	for !cut || !source.ended || len(out) < enough {
		line, err := source.next()
		if err != nil || len(out) == mostSampled {
			return out, paired
		}
		if fields, how := record(line, sep, 0, source); how != unreadable && how != tooWide && filled(fields) > 0 {
			if cut && source.ended && len(out) >= enough {
				break
			}
			out, paired = append(out, fields), append(paired, how == asWritten)
		}
	}
	return out, paired
}

// even returns how many of the records have the number of fields that most of
// them have, and that number; none if most have one field.
func even(all [][]string) (rows, fields int) {
	counts := map[int]int{}
	for _, record := range all {
		n := len(record)
		if counts[n]++; n > 1 && (counts[n] > rows || counts[n] == rows && n > fields) {
			rows, fields = counts[n], n
		}
	}
	return rows, fields
}

// filled returns how many fields hold something.
func filled(fields []string) int {
	n := 0
	for _, field := range fields {
		if strings.TrimSpace(field) != "" {
			n++
		}
	}
	return n
}

// divide finds the header among the records: the first, or in a table of several
// columns the first that is no title. A title stands alone in its row, and not
// behind a column without a name.
func (s *sample) divide(all [][]string) {
	wide := 0
	for _, record := range all {
		if filled(record) > 1 {
			wide++
		}
	}
	s.titles, s.header, s.rows = 0, nil, nil
	for i, record := range all {
		alone := filled(record) == 1 && (len(record) != 2 || strings.TrimSpace(record[0]) != "")
		if !alone || 2*wide <= len(all) {
			s.titles, s.header, s.rows = i, trimmed(record), all[i+1:]
			return
		}
	}
}

// trimmed returns fields without the space around them.
func trimmed(fields []string) []string {
	out := make([]string, len(fields))
	for i, field := range fields {
		out[i] = strings.TrimSpace(field)
	}
	return out
}

// short reports whether the rows have one field more than the header, as where R
// writes their names in front of them without a name for the column.
func (s *sample) short() bool {
	for _, row := range s.rows {
		if len(row) != len(s.header)+1 || strings.TrimSpace(row[len(row)-1]) == "" {
			return false
		}
	}
	return len(s.rows) > 0
}

// blank returns how many columns at the end have neither a name nor anything in them.
func (s *sample) blank() int {
	width := len(s.header)
	for width > 1 && s.header[width-1] == "" {
		for _, row := range s.rows {
			if width <= len(row) && strings.TrimSpace(row[width-1]) != "" {
				return len(s.header) - width
			}
		}
		width--
	}
	return len(s.header) - width
}

// index reports whether the first of the columns is one in which the rows are
// numbered: it has no name of its own and counts from 0 or 1, or it has different
// whole numbers, those of the rows that were left of a larger table, in front of a
// column that is none of numbers.
func (s *sample) index() bool {
	if len(s.header) < 2 || s.header[0] != "" && !strings.HasPrefix(s.header[0], "Unnamed: 0") || len(s.rows) == 0 {
		return false
	}
	seen := map[int]bool{}
	counts, words := true, false
	start := -1
	for i, row := range s.rows {
		if len(row) < 2 {
			return false
		}
		n, err := strconv.Atoi(strings.TrimSpace(row[0]))
		if err != nil || n < 0 || seen[n] {
			return false
		}
		if i == 0 {
			start = n
		}
		seen[n] = true
		counts = counts && n == start+i && start <= 1
		if _, err := strconv.ParseFloat(strings.TrimSpace(row[1]), 64); err != nil {
			words = true
		}
	}
	return counts || words
}
