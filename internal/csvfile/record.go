package csvfile

import (
	"slices"
	"strings"
)

// largestRecord is how many bytes a record of several lines may have. Beyond
// it, its quotation mark is taken for one that nothing closes.
const largestRecord = 1 << 20

// mostLines bounds the lines of a record, likewise: a cell of a spreadsheet has at most
// 32,767 characters.
const mostLines = 1 << 15

// A reading says how the fields of a record were found.
type reading int8

const (
	asWritten reading = iota // by RFC 4180
	asMeant                  // with quotation marks that stand for themselves
	unclosed                 // with one that nothing closes
	unreadable
	tooWide
)

// mostFields bounds the fields of a row: no spreadsheet has more columns. A line of
// millions of separators is no row.
const mostFields = 16384

// record returns the fields of the record that begins with line, which may take
// more lines along. Where it breaks the rules of quoting, it is a single line, read
// so that it has want fields, or any number where want is 0 or no field begins
// with a quotation mark.
func record(line string, sep byte, want int, more *lines) ([]string, reading) {
	if strings.IndexByte(line, '"') < 0 {
		if len(line) >= mostFields && strings.Count(line, string(sep)) >= mostFields {
			return nil, tooWide
		}
		fields := unquoted(line, sep, more.cells(want))
		if more.reuse {
			more.room = fields
		}
		return fields, asWritten
	}
	fields, how := strict(line, sep, want, more)
	if how != unreadable {
		return fields, how
	}
	return broken(line, sep, want)
}

// broken returns the fields of a line that breaks the rules of quoting.
func broken(line string, sep byte, want int) ([]string, reading) {
	meant := lazy(line, sep)
	fields, marked, open := literal(line, sep)
	if !marked && len(fields) != want {
		meant = orPaired(meant, line, sep, want)
	}
	switch {
	case len(meant) > mostFields || len(fields) > mostFields:
		return nil, tooWide
	case meant != nil && (want == 0 || len(meant) == want || !marked):
		return meant, asMeant
	case want != 0 && len(fields) != want:
		return nil, unreadable
	case open:
		return fields, unclosed
	default:
		return fields, asMeant
	}
}

// orPaired returns the fields that a line has if they are parted as in [paired], should
// they be as many as are wanted, or else those that it was meant to have.
func orPaired(meant []string, line string, sep byte, want int) []string {
	if pairs := paired(line, sep); len(meant) != want && len(pairs) == want {
		return pairs
	}
	return meant
}

// paired returns the fields of a line in which no separator between two quotation marks
// parts fields, wherever in a field these stand: The "Hub, and more" Tea. It returns nil
// if a mark is alone.
func paired(line string, sep byte) (fields []string) {
	inside, from := false, 0
	for i := range len(line) {
		switch {
		case line[i] == '"':
			inside = !inside
		case line[i] == sep && !inside:
			if fields = append(fields, line[from:i]); len(fields) > mostFields {
				return nil
			}
			from = i + 1
		}
	}
	if inside {
		return nil
	}
	return append(fields, line[from:])
}

// unquoted returns the fields of a line without quotation marks, in the room of fields.
func unquoted(line string, sep byte, fields []string) []string {
	for {
		i := strings.IndexByte(line, sep)
		if i < 0 {
			return append(fields, line)
		}
		fields = append(fields, line[:i])
		line = line[i+1:]
	}
}

// strict reads a record as RFC 4180 has it. If it is none, the lines that were
// taken along are given back.
func strict(line string, sep byte, want int, more *lines) ([]string, reading) {
	fields := more.cells(want)
	more.taken = more.taken[:0]
	taken := &more.taken
	for {
		var field string
		var last, ok bool
		if strings.HasPrefix(line, `"`) {
			field, line, last, ok = quoted(line, sep, more, taken)
		} else {
			var rest bool
			field, line, rest = strings.Cut(line, string(sep))
			last, ok = !rest, strings.IndexByte(field, '"') < 0
		}
		if !ok {
			more.back(*taken)
			return nil, unreadable
		}
		if len(fields) == mostFields {
			more.back(*taken)
			return nil, tooWide
		}
		fields = append(fields, field)
		if last {
			return fields, asWritten
		}
	}
}

// quoted returns the field at the start of line, which begins with a quotation
// mark, and what follows it on the line where it ends. It adds the further lines
// that it took to taken.
func quoted(line string, sep byte, more *lines, taken *[]string) (field, rest string, last, ok bool) {
	before, size := len(*taken), 0 // lines of the field that are complete stand in taken, but for the first
	first := line[1:]
	line = first
	escaped := false
	for i := 0; ; {
		at := strings.IndexByte(line[i:], '"')
		if at < 0 {
			size += len(line) + 1
			next, err := more.next()
			if err != nil { // it comes again
				return "", "", false, false
			}
			if len(*taken) == cap(*taken) {
				*taken = slices.Grow(*taken, max(16, len(*taken))) // append would move a long cell five times
			}
			*taken = append(*taken, next)
			if size+len(next) > largestRecord || len(*taken) > mostLines {
				return "", "", false, false
			}
			line, i = next, 0
			continue
		}
		i += at
		switch last = i+1 == len(line); {
		case last || line[i+1] == sep:
			field = line[:i]
			if size > 0 {
				field = joined(first, (*taken)[before:len(*taken)-1], field, size+len(field))
			}
			if escaped {
				field = strings.ReplaceAll(field, `""`, `"`)
			}
			if !last {
				rest = line[i+2:]
			}
			return field, rest, last, true
		case line[i+1] == '"':
			escaped = true
			i += 2
		default:
			return "", "", false, false
		}
	}
}

// joined returns lines as one text of a known size.
func joined(first string, more []string, last string, size int) string {
	var b strings.Builder
	b.Grow(size)
	b.WriteString(first)
	b.WriteByte('\n')
	for _, line := range more {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	b.WriteString(last)
	return b.String()
}

// lazy reads a line in which quotation marks may stand within a field and
// spaces around a quoted one: a mark closes a field if the field ends there. It
// returns nil if one is not closed.
func lazy(line string, sep byte) []string {
	var fields []string
	for {
		if len(fields) > mostFields {
			return fields
		}
		start := strings.TrimLeft(line, " ")
		if !strings.HasPrefix(start, `"`) {
			field, rest, more := strings.Cut(line, string(sep))
			fields = append(fields, field)
			if !more {
				return fields
			}
			line = rest
			continue
		}
		field, rest, last, ok := lazyField(start, sep)
		if !ok {
			return nil
		}
		fields = append(fields, field)
		if last {
			return fields
		}
		line = rest
	}
}

// lazyField returns the quoted field at the start of s and what follows it.
func lazyField(s string, sep byte) (field, rest string, last, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		after := strings.TrimLeft(s[i+1:], " ")
		switch {
		case after == "":
			return b.String(), "", true, true
		case after[0] == sep:
			return b.String(), after[1:], false, true
		case s[i+1] == '"':
			i++
		}
		b.WriteByte('"')
	}
	return "", "", false, false
}

// literal reads a line in which every separator ends a field. Marks around a
// whole field are taken off, others stand for themselves. It tells whether a
// field begins with a mark, and whether one does that is not closed.
func literal(line string, sep byte) (fields []string, marked, open bool) {
	for field := range strings.SplitSeq(line, string(sep)) {
		trimmed := strings.TrimSpace(field)
		marked = marked || strings.HasPrefix(trimmed, `"`)
		switch {
		case len(trimmed) >= 2 && strings.HasPrefix(trimmed, `"`) && strings.HasSuffix(trimmed, `"`):
			field = strings.ReplaceAll(trimmed[1:len(trimmed)-1], `""`, `"`)
		case strings.HasPrefix(trimmed, `"`):
			open = open || strings.Count(trimmed, `"`)%2 == 1
		}
		if fields = append(fields, field); len(fields) > mostFields {
			break
		}
	}
	return fields, marked, open
}
