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

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// Reading are the options of [ReadPB].
type Reading struct {
	File     string      // name of the file, for issues
	Currency sp.Currency // of the amounts, where the file does not say
}

// ReadPB reads an election in the format of Pabulib, version 1: the sections
// META, PROJECTS and VOTES, a line for each record, fields separated by
// semicolons. Amounts may have decimals after a point or a comma, and thousands
// parted by the other; "1,000" is a thousand, which is noted, and "1.000" is
// refused, as it may be either.
//
// Every fault is an issue with its line, at most a thousand of a kind: a record that
// cannot be used is left out, and so is a choice of a project that does not exist.
// Counts that disagree with what was read are reported, and so are ballots against
// the rules that the file states for them - how many projects, what they may cost
// together, how many points - which are counted all the same. The threshold of votes
// becomes [Election.Threshold]; the score that a scoring ballot gives to projects it
// does not name is written into the ballots. What is known of voters beside their
// ballots - age, sex, neighbourhood - is not kept, which is noted too.
//
// The error is for files that cannot be read at all, or that have no budget, no
// currency or no known kind of vote; it is then [sp.ErrInvalid].
func ReadPB(r io.Reader, o Reading) (*Election, []sp.Issue, error) {
	p := &reader{file: o.File, election: &Election{}, currency: o.Currency, facts: map[string]string{}}
	decoded, err := csvfile.Decode(r)
	if issue, ok := errors.AsType[sp.Issue](err); ok {
		issue.File = o.File
		return nil, nil, issue
	}
	if err != nil {
		return nil, nil, fmt.Errorf("panel: read %s: line 1: %w", o.File, err)
	}
	lines := bufio.NewScanner(decoded)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		p.line++
		text := strings.TrimSuffix(lines.Text(), "\r")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if !utf8.ValidString(text) {
			var lost bool
			if text, lost = csvfile.Repair(text); lost {
				p.issue(sp.Warning, "", "", "bad-encoding", "is neither UTF-8 nor Windows-1252; what cannot be read is marked")
			} else {
				p.issue(sp.Note, "", "", "windows-1252", "is not UTF-8, and read as Windows-1252")
			}
		}
		if err := p.record(p.split(text)); err != nil {
			return nil, p.issues.List(), err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, p.issues.List(), &sp.InvalidError{
			Subject: "panel: read " + o.File, Fields: []sp.Field{{Path: fmt.Sprintf("line %d", p.line+1), Code: sp.WrongLength, Rule: "must be shorter than 16 MB"}},
		}
	}
	if err := lines.Err(); err != nil {
		return nil, p.issues.List(), fmt.Errorf("panel: read %s: line %d: %w", o.File, p.line+1, err)
	}
	if err := p.finish(); err != nil {
		return nil, p.issues.List(), err
	}
	return p.election, p.issues.List(), nil
}

// A reader is what has been read so far.
type reader struct {
	file     string
	line     int
	section  string // "META", "PROJECTS" or "VOTES"
	header   []string
	election *Election
	currency sp.Currency
	issues   csvfile.Issues
	facts    map[string]string // of META, by the key in lower case
	settled  bool              // budget, currency and kind are known
	rules    rules
	projects map[ProjectID]*counted
	voters   map[VoterID]bool
}

func (p *reader) issue(s sp.Severity, record, field, code, detail string) {
	p.issues.Add(sp.Issue{
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
	if p.section == "META" {
		p.describe(fields)
		return nil
	}
	if p.header == nil {
		p.head(fields)
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
	"PROJECTS": {"project_id", "cost", "name", "category", "beneficiaries", "target", "votes", "score", "selected"},
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
		case !slices.Contains(known, name):
			p.issue(sp.Note, "", name, "column-left-out", "is not kept")
		}
	}
	for _, name := range known[:2] {
		if !slices.Contains(p.header, name) {
			p.issue(sp.Error, "", name, "missing-column", "must be a column")
		}
	}
}

// describe reads a line of META. Its header, key and value, is often missing.
func (p *reader) describe(fields []string) {
	if p.header == nil {
		p.header = []string{"key", "value"}
		if len(fields) == 2 && strings.EqualFold(fields[0], "key") && strings.EqualFold(fields[1], "value") {
			return
		}
		p.issue(sp.Warning, "", "", "missing-header", "the line key;value is missing; every line is taken for a fact")
	}
	f := Fact{fields[0], strings.Join(fields[1:], ";")}
	key := strings.ToLower(f.Key)
	_, twice := p.facts[key]
	switch {
	case twice:
		p.issue(sp.Warning, "", key, "duplicate", "is there twice; the first counts")
	case p.settled:
		p.issue(sp.Warning, "", key, "late", "stands behind the projects, which were read without it")
	}
	if !twice {
		p.facts[key] = f.Value
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
	p.projects, p.voters = make(map[ProjectID]*counted), make(map[VoterID]bool)
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
	e.Check(err == nil, "currency", sp.Missing, "must be stated by the file or by the caller, as an ISO 4217 code")
	if err == nil {
		p.election.Budget, err = p.amount("", "budget", p.meta("budget"))
		e.Check(err == nil && countable(p.election.Budget), "budget", sp.OutOfRange, amountRule(err))
	}
	p.election.Kind = Kind(strings.ToLower(p.meta("vote_type")))
	switch p.election.Kind {
	case Approval, Scoring, Cumulative, Ordinal:
	case "choose-1":
		p.election.Kind = Approval
	default:
		e.Check(false, "vote_type", sp.NotListed, "must be approval, scoring, cumulative, ordinal or choose-1")
	}
	if err := e.Err(); err != nil {
		return err
	}
	p.rules = p.stated()
	return nil
}

// meta returns a line of the description, by its key in lower case.
func (p *reader) meta(key string) string { return p.facts[key] }

func (p *reader) project(fields []string) {
	id := ProjectID(p.column(fields, "project_id"))
	if !validID(id) {
		p.issue(sp.Error, "", "project_id", "bad-id", idRule)
		return
	}
	if p.projects[id] != nil {
		p.issue(sp.Error, string(id), "project_id", "duplicate", "is there twice; the first counts")
		return
	}
	cost, err := p.amount(string(id), "cost", p.column(fields, "cost"))
	if err != nil || !countable(cost) {
		p.issue(sp.Error, string(id), "cost", "bad-cost", amountRule(err))
		return
	}
	project := Project{
		ID: id, Cost: cost, Name: p.column(fields, "name"),
		Categories: list(p.column(fields, "category")), Targets: list(p.column(fields, "beneficiaries")),
	}
	if older := list(p.column(fields, "target")); project.Targets == nil {
		project.Targets = older
	} else if older != nil && !slices.Equal(older, project.Targets) {
		p.issue(sp.Warning, string(id), "target", "contradiction", "differs from the beneficiaries, which are used")
	}
	switch selected := p.column(fields, "selected"); selected {
	case "0":
		project.Selected = sp.No
	case "1":
		project.Selected = sp.Yes
	case "2", "3":
		project.SelectedCode = selected
		p.issue(sp.Note, string(id), "selected", "selected-otherwise", "is kept as the code "+selected+", which is neither yes nor no by the votes alone")
	case "":
	default:
		p.issue(sp.Warning, string(id), "selected", "bad-selected", "must be 0, 1, 2 or 3")
	}
	p.rules.price(p, project)
	p.projects[id] = &counted{stated: [2]string{p.column(fields, "votes"), p.column(fields, "score")}}
	p.election.Projects = append(p.election.Projects, project)
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	all := make([]string, 0, strings.Count(s, ",")+1)
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			all = append(all, item)
		}
	}
	if len(all) == 0 {
		return nil
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
	number := len(p.election.Ballots) + 1
	if len(choices) > 0 {
		ballot.Choices = make([]Choice, 0, len(choices))
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
		project := p.projects[choice.Project]
		if project == nil {
			p.issue(sp.Warning, string(voter), "vote", "unknown-project", "names no project of the election; the choice is left out")
			continue
		}
		if project.ballot == number {
			p.issue(sp.Warning, string(voter), "vote", "duplicate-choice", "names a project twice; the first counts")
			continue
		}
		project.add(number, choice.Points)
		ballot.Choices = append(ballot.Choices, choice)
	}
	if len(ballot.Choices) == 0 {
		ballot.Choices = nil
	}
	p.rules.check(p, ballot)
	p.voters[voter] = true
	p.election.Ballots = append(p.election.Ballots, ballot)
}
