package flat

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
	"github.com/socialprescribing/sp/needs/measure"
)

// A known is what is remembered of a case.
type known struct {
	line     int
	says     string // what its first row says of the case itself
	referral int64  // events so far
	measures int64
	services int
}

// A fault is why a row is left out.
type fault struct {
	field, code, detail string
}

// row reads a row into events, and reports whether its case counts.
func (s *Sheet) row(row csvfile.Row) bool {
	f := s.read(row)
	if f == nil {
		f = s.order()
	}
	if f == nil {
		f = s.take(row)
	}
	if f != nil {
		s.issue(sp.Error, row.Line, f.field, f.code, f.detail+"; the row is left out")
		s.report.LeftOut[f.code]++
		return false
	}
	return true
}

// read reads the cells of a row.
func (s *Sheet) read(row csvfile.Row) *fault {
	w := &s.write
	w.reset()
	s.days = [slots]sp.Date{}
	if len(row.Fields) != len(s.file.Header) {
		return &fault{"", "field-count", "has more or fewer fields than the header"}
	}
	var first *fault
	for i := range s.columns {
		c := &s.columns[i]
		cell := strings.TrimSpace(row.Fields[c.place])
		if c.Merged {
			if cell == "" {
				cell = c.above
			} else if cell != c.above {
				c.above = strings.Clone(cell)
			}
		}
		if cell == "" || s.nothing(cell) {
			continue
		}
		if f := s.cell(c, cell, row.Line); f != nil && first == nil {
			first = f
		}
	}
	return first
}

// nothing reports whether a cell holds a word for nothing.
func (s *Sheet) nothing(cell string) bool {
	return len(s.mapping.Nothing) > 0 && slices.ContainsFunc(s.mapping.Nothing, func(word string) bool { return strings.EqualFold(word, cell) })
}

// cell reads a cell, and fails where the row cannot count with it.
func (s *Sheet) cell(c *column, cell string, line int) *fault {
	w := &s.write
	switch c.kind {
	case anID:
		if !sp.ValidPersonID(cell) || !digit(cell) {
			return &fault{c.Column.Column, "bad-id", "is no identifier: it must have a digit and no spaces, and be neither an NHS number nor an e-mail address"}
		}
		w.text[c.slot] = cell
	case aDay:
		return s.day(c, cell)
	case aCode:
		if code, ok := c.code(cell); ok {
			w.text[c.slot] = code
		} else {
			s.noCode(c, line)
		}
	case codes:
		for part := range strings.SplitSeq(cell, ";") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			if code, ok := c.code(part); ok {
				w.lists[c.slot] = append(w.lists[c.slot], code)
			} else {
				s.noCode(c, line)
			}
		}
	case aScore:
		n, ok := hundredths(cell)
		if !ok || n < c.least || n > c.most {
			s.issue(sp.Error, line, c.Column.Column, "bad-score", "is no score of the scale; it counts as not measured")
			return nil
		}
		w.scores = append(w.scores, score{c.slot == afterAt, c.Scale, n})
	}
	return nil
}

func (s *Sheet) noCode(c *column, line int) {
	s.issue(sp.Error, line, c.Column.Column, "bad-code", "is none of the codes of the mapping, and may be a name: it is not kept, and counts as not stated")
}

// code returns the code that a cell says.
func (c *column) code(cell string) (string, bool) {
	if code, ok := c.means[cell]; ok {
		return code, true
	}
	if code, ok := c.means[strings.ToLower(cell)]; ok {
		return code, true
	}
	if c.open && digit(cell) && sp.ValidPersonID(cell) {
		return cell, true
	}
	return "", false
}

// digit reports whether a text has a digit: what has none may be a name.
func digit(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return false
}

// day reads a day.
func (s *Sheet) day(c *column, cell string) *fault {
	m := &s.mapping
	d := c.format.parse(cell)
	if within := m.Earliest <= d && (m.Latest.IsZero() || d <= m.Latest); d != 0 && within {
		s.days[c.slot] = d
		return nil
	}
	inside := func(f Format) bool {
		o := f.parse(cell)
		return f != "" && o != 0 && m.Earliest <= o && (m.Latest.IsZero() || o <= m.Latest)
	}
	name := c.Column.Column
	switch {
	case inside(c.format.exchanged()):
		s.wrong[name]++
		return &fault{name, "exchanged-day", "is a day only with day and month exchanged"}
	case inside(c.format.other()):
		return &fault{name, "other-system", "is outside the days of the mapping, and inside by the other system of spreadsheets (1900 or 1904)"}
	case d != 0:
		return &fault{name, "day-outside", "is before the earliest or after the latest day of the mapping"}
	case !c.format.serial() && inside(SerialOf1900):
		return &fault{name, "serial-day", "is the number of a day, as spreadsheets keep it, and not " + string(c.format)}
	default:
		return &fault{name, "bad-day", "is no day written as " + string(c.format)}
	}
}

// order fails unless receipt comes first and the end of a case and of a service come last.
func (s *Sheet) order() *fault {
	received := s.days[receivedAt]
	if received == 0 {
		return s.fault(receivedAt, "no-receipt", "has no day of receipt")
	}
	for _, at := range s.later {
		if d := s.days[at]; d != 0 && d < received {
			return s.fault(at, "negative-wait", "comes before the day of receipt")
		}
	}
	for _, pair := range [...]struct {
		later, earlier slot
		than           string
	}{
		{begunAt, offeredAt, "the place was asked for"},
		{finishedAt, begunAt, "the person was first there"},
		{stoppedAt, begunAt, "the person was first there"},
		{feedbackAt, endedAt, "the end of the case"},
		{endedAt, contactedAt, "the first contact"},
		{endedAt, assessedAt, "needs were found"},
		{endedAt, begunAt, "the person was first there"},
		{endedAt, acceptedAt, "the scheme's yes"},
	} {
		if d := s.days[pair.later]; d != 0 && d < s.days[pair.earlier] {
			return s.fault(pair.later, "negative-wait", "comes before "+pair.than)
		}
	}
	if s.days[feedbackAt] != 0 && s.days[endedAt] == 0 {
		return s.fault(feedbackAt, "no-end", "stands beside no day on which the case ended")
	}
	return nil
}

// fault returns why a row is left out, with the name of the column.
func (s *Sheet) fault(at slot, code, detail string) *fault { return &fault{s.name(at), code, detail} }

// name returns the name of the column of a field.
func (s *Sheet) name(at slot) string {
	for _, c := range s.columns {
		if c.slot == at {
			return c.Column.Column
		}
	}
	return string(table()[at].Field)
}

// take writes the events of a row that counts.
func (s *Sheet) take(row csvfile.Row) *fault {
	w := &s.write
	id, mapped := w.text[caseAt], s.cases
	if mapped && id == "" {
		return s.fault(caseAt, "no-case", "does not say of which case it is: cells that were merged have to be filled, or the mapping to say merged")
	}
	if !mapped {
		id = "row-" + strconv.Itoa(row.Line)
	}
	k := s.known[id]
	says := s.says()
	switch {
	case k == nil:
		id = strings.Clone(id)
		k = &known{line: row.Line, says: says}
		s.known[id] = k
		s.report.Cases++
	case !s.mapping.Several:
		return s.fault(caseAt, "several-rows", "is a case of line "+strconv.Itoa(k.line)+" already, and the mapping does not say that a case may have several rows")
	case k.says != says:
		return s.fault(caseAt, "different-case", "says something else of the case than line "+strconv.Itoa(k.line))
	}
	w.row(id, k, &s.days)
	return nil
}

// says returns what a row says of the case itself, where several rows may say it.
func (s *Sheet) says() string {
	if !s.mapping.Several {
		return ""
	}
	var b strings.Builder
	for _, f := range []slot{personAt, urgencyAt, routeAt, mediumAt, practiceAt, ageBandAt, groupAt} {
		b.WriteString(s.write.text[f] + "\x00")
	}
	for _, f := range []slot{receivedAt, declinedAt, endedAt} {
		b.WriteString(strconv.Itoa(int(s.days[f])) + "\x00")
	}
	return b.String()
}

// hundredths reads a score.
func hundredths(s string) (int64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e6 {
		return 0, false
	}
	return int64(math.Round(100 * f)), true
}

// rangeOf returns the least and the greatest value of a scale, in hundredths, and of one that is not
// shipped what no scale passes.
func rangeOf(name string) (least, most int64) {
	code, scale, _ := strings.Cut(name, "/")
	if instrument, shipped := measure.Find(code); shipped {
		for _, s := range instrument.Scales {
			if s.Code == scale {
				return int64(math.Round(100 * s.Min)), int64(math.Round(100 * s.Max))
			}
		}
	}
	return -100_000, 100_000
}
