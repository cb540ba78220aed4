package panel

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
)

// Reading are the options of [ReadPB].
type Reading struct {
	File     string      // name of the file, for issues
	Currency sp.Currency // of the amounts, where the file does not say
}

// ReadPB reads an election in the format of Pabulib, version 1: the sections
// META, PROJECTS and VOTES, a line for each record, fields separated by
// semicolons. Costs may have decimals, after a point or a comma.
//
// Every fault is an issue with its line: a record that cannot be used is left
// out, a choice of a project that does not exist is left out of its ballot, counts
// that disagree are noted. What is known of voters beside their ballots - age, sex,
// neighbourhood - is not kept, which is noted too. The error is for files that
// cannot be read at all, or that have no budget, no currency or no known kind of
// vote; it is then [sp.ErrInvalid].
func ReadPB(r io.Reader, o Reading) (*Election, []sp.Issue, error) {
	p := &reader{file: o.File, election: &Election{}, currency: o.Currency}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		p.line++
		text := strings.TrimSuffix(lines.Text(), "\r")
		if p.line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if !utf8.ValidString(text) {
			p.issue(sp.Warning, "", "", "bad-encoding", "is not UTF-8; what cannot be read is marked")
			text = strings.ToValidUTF8(text, "\uFFFD")
		}
		if err := p.record(p.split(text)); err != nil {
			return nil, p.issues, err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, p.issues, &sp.InvalidError{
			Subject: "panel: read " + o.File, Fields: []sp.Field{{Path: fmt.Sprintf("line %d", p.line+1), Rule: "must be shorter than 16 MB"}},
		}
	}
	if err := lines.Err(); err != nil {
		return nil, p.issues, fmt.Errorf("panel: read %s: line %d: %w", o.File, p.line+1, err)
	}
	if err := p.finish(); err != nil {
		return nil, p.issues, err
	}
	return p.election, p.issues, nil
}

// A reader is what has been read so far.
type reader struct {
	file     string
	line     int
	section  string // "META", "PROJECTS" or "VOTES"
	header   []string
	election *Election
	currency sp.Currency
	issues   []sp.Issue
	settled  bool // budget, currency and kind are known
	projects map[ProjectID]bool
	voters   map[VoterID]bool
}

func (p *reader) issue(s sp.Severity, record, field, code, detail string) {
	p.issues = append(p.issues, sp.Issue{
		Severity: s, File: p.file, Line: p.line, Record: record, Field: field, Code: code, Detail: detail,
	})
}

// split separates the fields of a line. A field in quotation marks may hold
// semicolons, and a quotation mark as two.
func (p *reader) split(line string) []string {
	var fields []string
	for {
		rest, quoted := strings.CutPrefix(line, `"`)
		if !quoted {
			field, after, more := strings.Cut(line, ";")
			fields = append(fields, strings.TrimSpace(field))
			if !more {
				return fields
			}
			line = after
			continue
		}
		var field strings.Builder
		for {
			text, after, closed := strings.Cut(rest, `"`)
			field.WriteString(text)
			if !closed {
				p.issue(sp.Warning, "", "", "open-quote", "a quotation mark is never closed; the field ends with the line")
				return append(fields, field.String())
			}
			if rest = after; !strings.HasPrefix(rest, `"`) {
				break
			}
			field.WriteByte('"')
			rest = rest[1:]
		}
		text, after, more := strings.Cut(rest, ";")
		field.WriteString(strings.TrimSpace(text)) // stray text behind the mark is kept
		fields = append(fields, field.String())
		if !more {
			return fields
		}
		line = after
	}
}

// record reads one line.
func (p *reader) record(fields []string) error {
	if name := strings.ToUpper(fields[0]); len(fields) == 1 && (name == "META" || name == "PROJECTS" || name == "VOTES") {
		p.section, p.header = name, nil
		if name != "META" {
			return p.settle()
		}
		return nil
	}
	if p.section == "" {
		p.issue(sp.Warning, "", "", "no-section", "stands before the first section, and is left out")
		return nil
	}
	if p.header == nil {
		p.head(fields)
		return nil
	}
	if p.section == "META" {
		p.fact(fields)
		return nil
	}
	if len(fields) != len(p.header) {
		p.issue(sp.Warning, "", "", "field-count", fmt.Sprintf("the header has %d fields and this row %d", len(p.header), len(fields)))
	}
	if p.section == "PROJECTS" {
		p.project(fields)
	} else {
		p.vote(fields)
	}
	return nil
}

// columns are those that are known, the first two of which a section must have.
var columns = map[string][]string{
	"META":     {"key", "value"},
	"PROJECTS": {"project_id", "cost", "name", "category", "target", "votes", "score", "selected"},
	"VOTES":    {"voter_id", "vote", "points"},
}

// head reads the first line of a section.
func (p *reader) head(fields []string) {
	p.header = fields
	known := columns[p.section]
	for i, name := range p.header {
		name = strings.ToLower(name)
		switch p.header[i] = name; {
		case slices.Contains(p.header[:i], name):
			p.issue(sp.Warning, "", name, "duplicate-column", "is there twice; the first counts")
		case p.section != "META" && !slices.Contains(known, name):
			p.issue(sp.Note, "", name, "column-left-out", "is not kept")
		}
	}
	for _, name := range known[:2] {
		if !slices.Contains(p.header, name) {
			p.issue(sp.Error, "", name, "missing-column", "must be a column")
		}
	}
}

// fact reads a line of the description.
func (p *reader) fact(fields []string) {
	f := Fact{fields[0], strings.Join(fields[1:], ";")}
	switch {
	case slices.ContainsFunc(p.election.Meta, func(o Fact) bool { return strings.EqualFold(o.Key, f.Key) }):
		p.issue(sp.Warning, "", strings.ToLower(f.Key), "duplicate", "is there twice; the first counts")
	case p.settled:
		p.issue(sp.Warning, "", strings.ToLower(f.Key), "late", "stands behind the projects, which were read without it")
	}
	p.election.Meta = append(p.election.Meta, f)
}

// column returns a field by the name of its column, empty where there is none.
func (p *reader) column(fields []string, name string) string {
	if i := slices.Index(p.header, name); i >= 0 && i < len(fields) {
		return fields[i]
	}
	return ""
}

// settle takes from the description what the other sections are read by.
func (p *reader) settle() error {
	if p.settled {
		return nil
	}
	p.settled = true
	p.projects, p.voters = make(map[ProjectID]bool), make(map[VoterID]bool)
	e := sp.InvalidError{Subject: "panel: read " + p.file}
	if stated := p.meta("currency"); stated != "" {
		c := sp.Currency(strings.ToUpper(stated))
		if _, err := sp.NewMoney(1, c).MarshalText(); err == nil {
			p.currency = c
		} else {
			p.issue(sp.Warning, "", "currency", "bad-currency", "is not an ISO 4217 code")
		}
	}
	_, err := sp.NewMoney(1, p.currency).MarshalText()
	e.Check(err == nil, "currency", "must be stated by the file or by the caller, as an ISO 4217 code")
	if err == nil {
		p.election.Budget, err = p.amount(p.meta("budget"))
		e.Check(err == nil && countable(p.election.Budget), "budget", costRule)
	}
	p.election.Kind = Kind(strings.ToLower(p.meta("vote_type")))
	switch p.election.Kind {
	case Approval, Scoring, Cumulative, Ordinal:
	case "choose-1":
		p.election.Kind = Approval
	default:
		e.Check(false, "vote_type", "must be approval, scoring, cumulative, ordinal or choose-1")
	}
	return e.Err()
}

// meta returns a line of the description, by its key.
func (p *reader) meta(key string) string { return p.election.about(key) }

func (e *Election) about(key string) string {
	for _, f := range e.Meta {
		if strings.EqualFold(f.Key, key) {
			return f.Value
		}
	}
	return ""
}

func (p *reader) amount(s string) (sp.Money, error) {
	if len(s) > 40 || strings.ContainsAny(s, "eE") {
		return sp.Money{}, sp.Invalid("amount", "", costRule)
	}
	d, err := decimal.NewFromString(strings.Replace(s, ",", ".", 1))
	if err != nil {
		return sp.Money{}, sp.Invalid("amount", "", costRule)
	}
	return sp.MoneyOf(d, p.currency, sp.Exact)
}

func (p *reader) project(fields []string) {
	id := ProjectID(p.column(fields, "project_id"))
	if !validID(id) {
		p.issue(sp.Error, "", "project_id", "bad-id", idRule)
		return
	}
	if p.projects[id] {
		p.issue(sp.Error, string(id), "project_id", "duplicate", "is there twice; the first counts")
		return
	}
	cost, err := p.amount(p.column(fields, "cost"))
	if err != nil || !countable(cost) {
		p.issue(sp.Error, string(id), "cost", "bad-cost", costRule)
		return
	}
	project := Project{
		ID: id, Cost: cost, Name: p.column(fields, "name"),
		Categories: list(p.column(fields, "category")), Targets: list(p.column(fields, "target")),
	}
	switch selected := p.column(fields, "selected"); selected {
	case "0":
		project.Selected = sp.No
	case "1", "2": // 2 is selected, but not for the votes alone
		project.Selected = sp.Yes
	case "":
	default:
		p.issue(sp.Warning, string(id), "selected", "bad-selected", "must be 0 or 1")
	}
	p.projects[id] = true
	p.election.Projects = append(p.election.Projects, project)
}

func list(s string) []string {
	var all []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

func (p *reader) vote(fields []string) {
	voter := VoterID(p.column(fields, "voter_id"))
	if !validID(voter) {
		p.issue(sp.Error, "", "voter_id", "bad-id", idRule)
		return
	}
	if p.voters[voter] {
		p.issue(sp.Error, string(voter), "voter_id", "duplicate", "has voted before; the first ballot counts")
		return
	}
	ballot := Ballot{Voter: voter}
	choices, points := list(p.column(fields, "vote")), list(p.column(fields, "points"))
	given := p.election.Kind == Scoring || p.election.Kind == Cumulative
	if given && len(points) != len(choices) {
		p.issue(sp.Error, string(voter), "points", "points-missing", "must be as many as projects")
		return
	}
	for i, c := range choices {
		choice := Choice{Project: ProjectID(c), Points: 1}
		if given {
			n, err := strconv.ParseInt(points[i], 10, 64)
			if err != nil || n < 0 || n > MaxPoints {
				p.issue(sp.Warning, string(voter), "points", "bad-points", "must be whole numbers, not negative; the choice is left out")
				continue
			}
			choice.Points = n
		}
		if !p.projects[choice.Project] {
			p.issue(sp.Warning, string(voter), "vote", "unknown-project", "names no project of the election; the choice is left out")
			continue
		}
		if slices.ContainsFunc(ballot.Choices, func(other Choice) bool { return other.Project == choice.Project }) {
			p.issue(sp.Warning, string(voter), "vote", "duplicate-choice", "names a project twice; the first counts")
			continue
		}
		ballot.Choices = append(ballot.Choices, choice)
	}
	p.voters[voter] = true
	p.election.Ballots = append(p.election.Ballots, ballot)
}

// finish compares the counts, and checks the whole.
func (p *reader) finish() error {
	if err := p.settle(); err != nil { // a file without projects
		return err
	}
	p.line = 0
	p.agrees("num_projects", len(p.election.Projects))
	p.agrees("num_votes", len(p.election.Ballots))
	return p.election.Check()
}

// agrees notes where the description counts other than what was read.
func (p *reader) agrees(key string, got int) {
	stated := p.meta(key)
	if n, err := strconv.Atoi(stated); stated != "" && (err != nil || n != got) {
		p.issue(sp.Warning, "", key, "count", fmt.Sprintf("does not agree with what was read, %d", got))
	}
}
