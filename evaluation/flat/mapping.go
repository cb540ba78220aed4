package flat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/internal/csvfile"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
)

// A Mapping says what the columns of a sheet mean. Columns that it does not name are not
// looked at.
type Mapping struct {
	Version string `json:"version,omitempty"` // for whoever keeps it
	Source  string `json:"source,omitempty"`  // who made it, for what sheet

	Dates    Format   `json:"dates,omitempty"`   // how days are written, in columns that do not say their own
	Earliest sp.Date  `json:"earliest,omitzero"` // no day of the sheet is before it
	Latest   sp.Date  `json:"latest,omitzero"`   // and none is after it
	Several  bool     `json:"several,omitempty"` // a case may have several rows, such as one for each service; otherwise the second is an issue
	Nothing  []string `json:"nothing,omitempty"` // words for an empty cell: "n/a", "tbc"

	Columns []Column `json:"columns"`
}

// A Column says what one column means.
type Column struct {
	Column string            `json:"column"`           // its name in the header, in any case
	To     Field             `json:"to"`               // what it holds
	Dates  Format            `json:"dates,omitempty"`  // how its days are written
	Values map[string]string `json:"values,omitempty"` // what stands in a cell, in any case, and the code that it means
	Codes  []string          `json:"codes,omitempty"`  // codes that stand in it as they are, though they have no digit
	Merged bool              `json:"merged,omitempty"` // cells were merged: an empty one says what the one above says
	Scale  string            `json:"scale,omitempty"`  // of Before and After: instrument and scale, such as "swemwbs/metric"
}

// ParseMapping reads a mapping from JSON. The error is an [*sp.InvalidError] that lists
// everything that is wrong by its path, such as "columns[3].dates". See package decode.
func ParseMapping(text []byte) (Mapping, error) {
	m, err := decode.JSON[Mapping](text, decode.Options{Subject: "mapping of cases"})
	if err != nil {
		return Mapping{}, fmt.Errorf("flat: %w", err)
	}
	return m, m.Validate()
}

// Validate fails with an [*sp.InvalidError] that lists what is wrong with m.
func (m Mapping) Validate() error {
	e := &sp.InvalidError{Subject: "mapping of cases"}
	e.Check(m.Dates == "" || m.Dates.known(), "dates", sp.NotListed, formatRule)
	e.Check(m.Latest.IsZero() || m.Earliest <= m.Latest, "latest", sp.Inconsistent, "must not be before the earliest day")
	e.Check(m.has(Received), "columns", sp.Missing, "must say which column holds the day of receipt: received")
	seen := map[string]bool{}
	for i, c := range m.Columns {
		at := fmt.Sprintf("columns[%d].", i)
		e.Check(csvfile.Fold(c.Column) != "", at+"column", sp.Missing, "must be the name of a column")
		what := string(c.To) + " " + c.Scale
		e.Check(!seen[what], at+"to", sp.Duplicate, "must not be what another column holds already")
		seen[what] = true
		m.check(e, at, c)
	}
	for _, need := range requires() {
		e.Check(!m.has(need.field) || m.has(need.needs), "columns", sp.Inconsistent, fmt.Sprintf("must say which column is %s where one is %s", need.needs, need.field))
	}
	return e.Err()
}

// check notes what is wrong with a column.
func (m Mapping) check(e *sp.InvalidError, at string, c Column) {
	kind := c.To.kind()
	e.Check(kind != 0, at+"to", sp.NotListed, "must be one of the fields that package flat lists")
	e.Check(kind != aDay || m.format(c).known(), at+"dates", sp.Missing, formatRule)
	e.Check(c.Dates == "" || kind == aDay, at+"dates", sp.Unsupported, "must not be stated of what is no day")
	serial := kind == aDay && m.format(c).serial()
	e.Check(!serial || !m.Earliest.IsZero() && !m.Latest.IsZero(), "earliest", sp.Missing, "and latest must be stated where days are numbers: those of 1900 and of 1904 are told apart by nothing else")
	e.Check(len(c.Values)+len(c.Codes) == 0 || kind == aCode || kind == codes, at+"values", sp.Unsupported, "and codes must not be stated of what holds no codes")
	e.Check((c.Scale != "") == (kind == aScore), at+"scale", sp.Inconsistent, "must be stated of scores, and of nothing else")
	e.Check(kind != aScore || isScale(c.Scale), at+"scale", sp.NotListed, "must be the codes of an instrument and of its scale, such as swemwbs/metric")
	of := c.To.listed()
	means := slices.Clone(c.Codes)
	for _, said := range sortedKeys(c.Values) {
		means = append(means, c.Values[said])
	}
	for _, code := range means {
		e.Check(of == nil && sp.ValidID(code) || slices.Contains(of, code), at+"values", sp.NotListed, "must be codes that the field can have: "+allowed(of))
	}
}

// format returns how the days of a column are written.
func (m Mapping) format(c Column) Format {
	if c.Dates != "" {
		return c.Dates
	}
	return m.Dates
}

func (m Mapping) has(f Field) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.To == f })
}

// isScale reports whether a name is written as "swemwbs/metric".
func isScale(name string) bool {
	code, scale, both := strings.Cut(name, "/")
	return both && sp.ValidCode(code) && sp.ValidCode(scale)
}

// outcomes and urgencies are the codes of these fields.
func outcomes() []string {
	return []string{string(needs.Met), string(needs.PartlyMet), string(needs.NotMet), string(needs.Withdrawn), string(needs.UnknownOutcome), string(needs.Signposted), string(needs.SelfReferred)}
}

func urgencies() []string {
	return []string{string(referral.Routine), string(referral.Soon), string(referral.Urgent)}
}

func media() (all []string) {
	for _, m := range referral.Media() {
		all = append(all, string(m))
	}
	return all
}
