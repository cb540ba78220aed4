package panel

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
)

// WritePB writes e in the format of Pabulib, so that [ReadPB] reads the same
// again: the description as it stands, with the counts, the budget, its currency
// and the kind of vote as they are; then projects and ballots in their order. The
// error is that of [Election.Check], of a text that the format cannot hold - a line
// break, or a comma in a category - or of w.
func (e *Election) WritePB(w io.Writer) error {
	if err := e.Check(); err != nil {
		return err
	}
	if err := e.checkTexts(); err != nil {
		return err
	}
	kind := e.Kind
	if kind == "" {
		kind = Approval
	}
	b := new(bytes.Buffer)
	e.writeMeta(b, kind)
	e.writeProjects(b)
	e.writeVotes(b, kind)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("panel: write: %w", err)
	}
	return nil
}

func (e *Election) writeMeta(b *bytes.Buffer, kind Kind) {
	row(b, "META")
	row(b, "key", "value")
	counted := []Fact{
		{"num_projects", strconv.Itoa(len(e.Projects))},
		{"num_votes", strconv.Itoa(len(e.Ballots))},
		{"budget", e.Budget.Decimal().String()},
		{"currency", string(e.Budget.Currency())},
		{"vote_type", string(kind)},
	}
	for _, f := range e.Meta {
		if e.Threshold > 0 && strings.EqualFold(f.Key, thresholdKey) {
			continue
		}
		if !slices.ContainsFunc(counted, func(c Fact) bool { return strings.EqualFold(c.Key, f.Key) }) {
			row(b, f.Key, f.Value)
		}
	}
	for _, f := range counted {
		row(b, f.Key, f.Value)
	}
	if e.Threshold > 0 {
		row(b, thresholdKey, strconv.FormatInt(e.Threshold, 10))
	}
}

func (e *Election) writeProjects(b *bytes.Buffer) {
	row(b, "PROJECTS")
	row(b, "project_id", "cost", "name", "category", "beneficiaries", "selected")
	for _, p := range e.Projects {
		selected := map[sp.Truth]string{sp.Yes: "1", sp.No: "0", sp.Unknown: p.SelectedCode}[p.Selected]
		row(b, string(p.ID), p.Cost.Decimal().String(), p.Name, strings.Join(p.Categories, ","), strings.Join(p.Targets, ","), selected)
	}
}

func (e *Election) writeVotes(b *bytes.Buffer, kind Kind) {
	row(b, "VOTES")
	points := kind == Scoring || kind == Cumulative
	if points {
		row(b, "voter_id", "vote", "points")
	} else {
		row(b, "voter_id", "vote")
	}
	for _, ballot := range e.Ballots {
		var ids, given []string
		for _, c := range ballot.Choices {
			ids = append(ids, string(c.Project))
			given = append(given, strconv.FormatInt(c.Points, 10))
		}
		if points {
			row(b, string(ballot.Voter), strings.Join(ids, ","), strings.Join(given, ","))
		} else {
			row(b, string(ballot.Voter), strings.Join(ids, ","))
		}
	}
}

// row writes one line.
func row(b *bytes.Buffer, fields ...string) {
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(';')
		}
		if strings.ContainsAny(f, `;"`) || strings.TrimSpace(f) != f {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		b.WriteString(f)
	}
	b.WriteByte('\n')
}

// checkTexts reports whether every text fits into a line, and every item into a list.
func (e *Election) checkTexts() error {
	invalid := sp.InvalidError{Subject: "panel: write"}
	line := func(s string) bool { return !strings.ContainsAny(s, "\r\n") }
	item := func(s string) bool {
		return line(s) && s != "" && strings.TrimSpace(s) == s && !strings.Contains(s, ",")
	}
	for i, f := range e.Meta {
		invalid.Check(line(f.Key) && line(f.Value), fmt.Sprintf("meta[%d]", i), sp.Malformed, "must not hold a line break")
	}
	for i, p := range e.Projects {
		invalid.Check(line(p.Name), fmt.Sprintf("projects[%d].name", i), sp.Malformed, "must not hold a line break")
		invalid.Check(p.SelectedCode == "" || p.SelectedCode == "2" || p.SelectedCode == "3", fmt.Sprintf("projects[%d].selectedCode", i), sp.NotListed, "must be 2 or 3, or nothing")
		for _, s := range slices.Concat(p.Categories, p.Targets) {
			invalid.Check(item(s), fmt.Sprintf("projects[%d]", i), sp.Malformed, "must have categories and targets without line breaks, commas and space around them")
		}
	}
	return invalid.Err()
}
