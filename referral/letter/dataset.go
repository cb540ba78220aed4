package letter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
)

// Fields that a permission is asked about for a [Row], beside those of letters. What the
// person needs to be understood, such as a language, is asked about as a need.
const (
	FieldIdentity = "identity" // age, gender, areas and practice: in bands, as a profile tells them
	FieldEquality = "equality" // the equality facts
	FieldMeasures = "measures" // scores of questionnaires
)

// What a cell of a [Row] holds where there is no value. They are apart: what nobody knows,
// what was asked and not said, what there is none of, what cannot be known before the
// end, and what the reader may not see.
const (
	Unknown   = "unknown"
	NotStated = "not-stated"
	None      = "none"
	NotYet    = "not-yet"
	Hidden    = "withheld"
)

// The parts of a [Row]. The set is one of four kinds of terms: who, what they need, what
// they were offered, what came of it. Source: Transformation Partners in Health and Care,
// reporting and measurement; "about me, what matters to me, what I was offered, what was the
// result" in the words of NHSX.
const (
	PartWho     = "who"
	PartNeed    = "need"
	PartOffered = "offered"
	PartOutcome = "outcome"
)

// A Cell is one fact of a [Row]. Its value is codes, numbers or a day, several of them
// separated by spaces, or one of the words of this package for no value: never empty.
type Cell struct {
	Part  string `json:"part"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Row is one referral in the minimum data set of social prescribing. Each row has the same
// cells in the same order: [Row.Header] and [Row.Record] are lines of a table. It names the
// person by nothing, and is personal data all the same.
//
// The headings of the national information standard (PRSB, version 1.1) could not be read,
// so a row follows the four parts that are known, with names of this library, and does not
// claim to conform to it.
type Row struct {
	Referral referral.ID
	Cells    []Cell
	Told     []consent.Told     // what its reader may see, and on which authority
	Withheld []consent.Withheld // for whoever hands the row over, and not for its reader
}

// Header returns the names of the columns, such as "who.age-band".
func (r Row) Header() []string {
	names := []string{"referral"}
	for _, c := range r.Cells {
		names = append(names, c.Part+"."+c.Name)
	}
	return names
}

// Record returns the values of the columns.
func (r Row) Record() []string {
	values := []string{string(r.Referral)}
	for _, c := range r.Cells {
		values = append(values, c.Value)
	}
	return values
}

// MinimumDataSet returns the row of a referral in the minimum data set: who, what they need,
// what they were offered, and what came of it. The profile is that of its person, or the
// zero Profile where nothing is known of them; another's is [sp.ErrInvalid].
//
// The permission is asked about each field as the reader, and nil withholds everything. What
// is sensitive is told only where it names it for the reader and their audience; a service
// that would tell it is left out, as if it had not been offered, and whoever sees no needs sees
// no services.
func MinimumDataSet(c *referral.Case, who person.Profile, reader sp.Actor, as consent.Audience, permission consent.Permission) (Row, error) {
	e := sp.InvalidError{Subject: "letter: minimum data set"}
	e.Check(c != nil && c.Referral != nil, "case", sp.Missing, "must have a referral")
	e.Check(c == nil || c.Referral == nil || who.ID == "" || who.ID == c.Referral.Person(), "profile", sp.Inconsistent, "must be that of the person of the referral")
	if err := e.Err(); err != nil {
		return Row{}, err
	}
	may, told, withheld := ask(permission, reader, c.Referral.Person(), FieldIdentity, FieldEquality, FieldStatus, FieldService, FieldNeeds, FieldReason, FieldResult, FieldContact, FieldMeasures)
	d := Wording{}.discretion(permission, reader, as, c.Referral.Person())
	b := &builder{may: may, discretion: d, row: Row{Referral: c.Referral.ID(), Withheld: append(append(withheld, d.withheld()...), d.names(may)...)}}
	b.row.Told = may.only(told)
	facts := gather(c, Wording{})
	b.who(who)
	b.need(c.Referral, facts)
	b.offered(d.without(c, may), facts)
	b.outcome(c)
	return b.row, nil
}

// A builder puts a row together.
type builder struct {
	may sight
	discretion
	row Row
}

// cell adds a fact about which a field of the permission decides. An empty value is unknown.
func (b *builder) cell(part, name, field, value string) {
	switch {
	case field != "" && !b.may[field]:
		value = Hidden
	case value == "":
		value = Unknown
	}
	b.row.Cells = append(b.row.Cells, Cell{part, name, value})
}

// characteristics are the equality facts of a row, each a column.
var characteristics = []person.Characteristic{
	person.EthnicCategory, person.GenderIdentity, person.Belief, person.MaritalStatus,
	person.GenderReassignment, person.SexualOrientation, person.Disability, person.Pregnancy,
}

func (b *builder) who(p person.Profile) {
	add := func(name, value string) { b.cell(PartWho, name, FieldIdentity, value) }
	age := ""
	if months, ok := p.Age.Lookup(); ok {
		age = ageBand(months.Years())
	}
	add("age-band", age)
	add("gender", string(p.Gender))
	b.cell(PartWho, "language", FieldNeeds, strings.Join(codes(p.Languages[:min(len(p.Languages), 1)]), ""))
	b.cell(PartWho, "interpreter", FieldNeeds, known(p.Interpreter))
	for _, c := range characteristics {
		b.cell(PartWho, string(c), FieldEquality, p.Equality[c])
	}
	var areas []string
	for _, a := range p.Home.Areas {
		areas = append(areas, a.Code)
	}
	add("areas", strings.Join(areas, " "))
	add("practice", string(p.Practice))
	add("heard", p.Heard)
}

// ageBands are from how old on, and until what.
var ageBands = []struct {
	from int
	band string
}{{80, "80-plus"}, {65, "65-79"}, {50, "50-64"}, {30, "30-49"}, {18, "18-29"}, {0, "0-17"}}

func ageBand(years int) string {
	for _, b := range ageBands {
		if years >= b.from {
			return b.band
		}
	}
	return ""
}

func (b *builder) need(r *referral.Referral, f facts) {
	b.cell(PartNeed, "received", FieldStatus, day(r.Received()))
	b.cell(PartNeed, "urgency", FieldStatus, string(f.received.Urgency))
	b.cell(PartNeed, "source", FieldStatus, f.received.Source)
	b.cell(PartNeed, "reasons", FieldNeeds, b.list(f.received.Reasons))
	found := NotYet // nobody has asked
	if f.assessed {
		found = b.list(r.Needs())
	} else if !r.State().Open() {
		found = Unknown
	}
	b.cell(PartNeed, "found", FieldNeeds, found)
}

// list writes the needs that may be told.
func (b *builder) list(all []needs.Code) string {
	told := b.told(all)
	if len(told) == 0 && len(all) > 0 {
		return Hidden
	}
	return strings.Join(codes(told), " ")
}

func (b *builder) offered(c *referral.Case, f facts) {
	r := c.Referral
	first := NotYet
	if !r.FirstContact().IsZero() {
		first = day(r.FirstContact())
	} else if !r.State().Open() {
		first = None
	}
	b.cell(PartOffered, "first-contact", FieldContact, first)
	b.cell(PartOffered, "conversations", FieldContact, strconv.Itoa(f.conversations))
	minutes := "" // of a conversation whose length was not noted
	switch {
	case f.minutes > 0:
		minutes = strconv.Itoa(f.minutes)
	case f.conversations == 0:
		minutes = None
	}
	b.cell(PartOffered, "minutes", FieldContact, minutes)
	options, chosen := b.choices(f.shown)
	b.cell(PartOffered, "options", FieldService, options)
	b.cell(PartOffered, "chosen", FieldService, chosen)
	var services []string
	for _, p := range c.Placements {
		if p == nil || p.State() == placement.StateInError {
			continue
		}
		said := string(p.Service())
		if b.may[FieldStatus] {
			said += "=" + string(p.State())
		}
		services = append(services, said)
	}
	b.cell(PartOffered, "services", FieldService, orNone(services))
	var nowhere []needs.Code
	for _, x := range f.nowhere {
		if !slices.Contains(nowhere, x.Need) {
			nowhere = append(nowhere, x.Need)
		}
	}
	b.cell(PartOffered, "nothing-found", FieldNeeds, orNone(codes(b.told(nowhere))))
}

// choices returns how many services were shown, and those that were chosen. Where no choice
// was recorded nobody knows whether there was one.
func (b *builder) choices(shown []referral.OptionsShown) (options, chosen string) {
	n, told := 0, 0
	var picked []string
	for _, x := range shown {
		if b.may[FieldNeeds] && len(b.told(x.Needs)) < len(x.Needs) {
			continue
		}
		told++
		n += len(x.Options)
		picked = append(picked, codes(x.Chosen)...)
	}
	if told == 0 {
		return Unknown, Unknown
	}
	return strconv.Itoa(n), orNone(picked)
}

func (b *builder) outcome(c *referral.Case) {
	r := c.Referral
	ended, outcome, unmet, why, whose := NotYet, NotYet, NotYet, NotYet, NotYet
	if !r.State().Open() {
		result := r.Result()
		ended, outcome, unmet, why, whose = day(r.View().Ended), string(result.Outcome), None, None, None
		if r.State() != referral.StateClosed {
			outcome, unmet = None, Unknown
		}
		if len(result.Unmet) > 0 {
			unmet = b.list(result.Unmet)
		} else if result.Outcome == needs.UnknownOutcome {
			unmet = Unknown
		}
		if x := r.Reason(); x.Code != "" {
			why, whose = x.Code, string(x.Whose)
		}
	}
	b.cell(PartOutcome, "state", FieldStatus, string(r.State()))
	b.cell(PartOutcome, "ended", FieldStatus, ended)
	b.cell(PartOutcome, "outcome", b.beside(FieldResult), outcome)
	b.cell(PartOutcome, "unmet", b.both(FieldResult, FieldNeeds), unmet)
	b.cell(PartOutcome, "reason", b.beside(FieldReason), why)
	b.cell(PartOutcome, "whose", b.beside(FieldReason), whose)
	b.cell(PartOutcome, "measures", FieldMeasures, b.measures(c))
}

// both returns a field that may not be seen of those that a cell needs beside the status.
func (b *builder) both(fields ...string) string {
	for _, f := range append([]string{FieldStatus}, fields...) {
		if !b.may[f] {
			return f
		}
	}
	return FieldStatus
}

func (b *builder) beside(field string) string { return b.both(field) }

// measures returns the first and the last score of each scale that was asked since the
// referral was received, such as "ons4/satisfied=4>7", or one alone: "ucla-3/total=8".
func (b *builder) measures(c *referral.Case) string {
	type span struct{ first, last *needs.Measurement }
	var order, said []string
	seen := make(map[string]span)
	for _, a := range c.Assessments {
		if a == nil {
			continue
		}
		list := a.Measurements()
		slices.SortStableFunc(list, func(x, y needs.Measurement) int { return x.At.Compare(y.At) })
		for i := range list {
			m := &list[i]
			if m.At.Before(c.Referral.Received()) {
				continue
			}
			s := seen[m.Result.Instrument]
			if s.first == nil {
				s.first = m
				order = append(order, m.Result.Instrument)
			}
			s.last = m
			seen[m.Result.Instrument] = s
		}
	}
	for _, name := range order {
		s := seen[name]
		for _, score := range s.first.Result.Scores {
			var line strings.Builder
			fmt.Fprintf(&line, "%s/%s=%s", name, score.Scale, number(score.Value))
			for _, again := range s.last.Result.Scores {
				if s.first != s.last && again.Scale == score.Scale && s.first.Result.Version == s.last.Result.Version {
					line.WriteString(">" + number(again.Value))
				}
			}
			said = append(said, line.String())
		}
	}
	return orNone(said)
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return sp.DateOf(t.UTC()).String()
}

func known(t sp.Truth) string {
	if !t.Known() {
		return ""
	}
	return t.String()
}

func codes[C ~string](list []C) []string {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = string(c)
	}
	return texts
}

func orNone(list []string) string {
	if len(list) == 0 {
		return None
	}
	return strings.Join(list, " ")
}
