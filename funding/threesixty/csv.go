package threesixty

import (
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A member is one of the standard that is read.
type member int

const (
	id member = iota
	title
	description
	currency
	amount
	awarded
	modified
	plannedStart
	plannedEnd
	plannedMonths
	actualStart
	actualEnd
	actualMonths
	recipientID
	recipientName
	individualID
	funderID
	funderName
	programme
	related
	members // how many they are
)

// paths and titles are the paths of the members in JSON, and the columns of the standard's
// spreadsheet template for them. A file may have the paths for the titles.
var (
	paths = [members]string{
		"id", "title", "description", "currency", "amountAwarded", "awardDate", "dateModified",
		"plannedDates[0].startDate", "plannedDates[0].endDate", "plannedDates[0].duration",
		"actualDates[0].startDate", "actualDates[0].endDate", "actualDates[0].duration",
		"recipientOrganization[0].id", "recipientOrganization[0].name", "recipientIndividual[0].id",
		"fundingOrganization[0].id", "fundingOrganization[0].name", "grantProgramme[0].title", "relatedActivity[0]",
	}
	titles = [members]string{
		"Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date", "Last modified",
		"Planned Dates:Start Date", "Planned Dates:End Date", "Planned Dates:Duration (months)",
		"Actual Dates:Start Date", "Actual Dates:End Date", "Actual Dates:Duration (months)",
		"Recipient Org:Identifier", "Recipient Org:Name", "Recipient Ind:Identifier",
		"Funding Org:Identifier", "Funding Org:Name", "Grant Programme:Title", "Related Activity",
	}
)

// columns are the columns of a file: the place of each member, below 0 for none, and what
// the file calls it.
type columns struct {
	at   [members]int
	name map[string]string // by path
}

func columnsOf(f *csvfile.File) columns {
	c := columns{name: map[string]string{}}
	for m, title := range titles {
		c.at[m], c.name[paths[m]] = -1, title
		path := strings.NewReplacer("[", "/", "]", "", ".", "/").Replace(paths[m])
		for _, name := range [...]string{title, path, strings.ReplaceAll(path, "/0", ""), strings.TrimSuffix(title, " (months)")} {
			if i, ok := f.Column(name); ok {
				c.at[m], c.name[paths[m]] = i, f.Header[i]
				break
			}
		}
	}
	return c
}

// of returns what a row has for a member.
func (c *columns) of(row []string, m member) string {
	if i := c.at[m]; i >= 0 {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// published returns the grant of a row.
func (c *columns) published(row []string) published {
	return published{
		id: c.of(row, id), title: c.of(row, title), description: c.of(row, description),
		currency: c.of(row, currency), amount: c.of(row, amount), awarded: c.of(row, awarded), modified: c.of(row, modified),
		planned:    dates{c.of(row, plannedStart), c.of(row, plannedEnd), c.of(row, plannedMonths)},
		actual:     dates{c.of(row, actualStart), c.of(row, actualEnd), c.of(row, actualMonths)},
		recipient:  Organisation{directory.ID(c.of(row, recipientID)), c.of(row, recipientName)},
		funder:     Organisation{directory.ID(c.of(row, funderID)), c.of(row, funderName)},
		individual: c.of(row, individualID) != "", programme: c.of(row, programme), related: c.of(row, related),
	}
}

// csv reads a row for each grant.
func (in *source) csv(r io.Reader) error {
	f, err := csvfile.Open(r, in.file)
	if err != nil {
		return err
	}
	c := columnsOf(f)
	e := sp.InvalidError{Subject: "header"}
	for _, m := range [...]member{id, amount} {
		e.Check(c.at[m] >= 0, titles[m], sp.NotListed, "must be a column")
	}
	if err := e.Err(); err != nil {
		return err
	}
	name := func(path string) string { return c.name[path] }
	f.Reuse = true // the fields are parts of the text, and stay
	for row, err := range f.Rows() {
		if err != nil {
			return err
		}
		if n := len(row.Fields); n != len(f.Header) {
			in.issues.Add(sp.Issue{Severity: sp.Error, File: in.file, Line: row.Line, Code: "wrong-length", Detail: fmt.Sprintf("has %d fields and the header %d, and is no grant", n, len(f.Header))})
			continue
		}
		p := c.published(row.Fields)
		in.add(&p, row.Line, "", name)
	}
	for _, issue := range f.Issues.List() {
		in.issues.Add(issue)
	}
	return nil
}
