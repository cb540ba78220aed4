package threesixty

import (
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// titles are the columns of the standard's spreadsheet template for the members that
// are read. A file may have the paths of the members for them.
var titles = map[string]string{
	"id": "Identifier", "title": "Title", "description": "Description", "currency": "Currency", "amountAwarded": "Amount Awarded",
	"awardDate": "Award Date", "dateModified": "Last modified",
	"plannedDates[0].startDate": "Planned Dates:Start Date", "plannedDates[0].endDate": "Planned Dates:End Date", "plannedDates[0].duration": "Planned Dates:Duration (months)",
	"actualDates[0].startDate": "Actual Dates:Start Date", "actualDates[0].endDate": "Actual Dates:End Date", "actualDates[0].duration": "Actual Dates:Duration (months)",
	"recipientOrganization[0].id": "Recipient Org:Identifier", "recipientOrganization[0].name": "Recipient Org:Name", "recipientIndividual[0].id": "Recipient Ind:Identifier",
	"fundingOrganization[0].id": "Funding Org:Identifier", "fundingOrganization[0].name": "Funding Org:Name",
	"grantProgramme[0].title": "Grant Programme:Title", "relatedActivity[0]": "Related Activity",
}

// columns finds the columns of a file: the place of each member, and its name there.
type columns struct {
	at   map[string]int
	name map[string]string
}

func columnsOf(f *csvfile.File) columns {
	c := columns{map[string]int{}, map[string]string{}}
	for member, title := range titles {
		c.name[member] = title
		path := strings.NewReplacer("[", "/", "]", "", ".", "/").Replace(member)
		for _, name := range [...]string{title, path, strings.ReplaceAll(path, "/0", ""), strings.TrimSuffix(title, " (months)")} {
			if i, ok := f.Column(name); ok {
				c.at[member], c.name[member] = i, f.Header[i]
				break
			}
		}
	}
	return c
}

func (c columns) of(row []string, member string) string {
	if i, ok := c.at[member]; ok {
		return strings.TrimSpace(row[i])
	}
	return ""
}

func (c columns) dates(row []string, member string) dates {
	return dates{c.of(row, member+"[0].startDate"), c.of(row, member+"[0].endDate"), c.of(row, member+"[0].duration")}
}

func (c columns) organisation(row []string, member string) Organisation {
	return Organisation{directory.ID(c.of(row, member+"[0].id")), c.of(row, member+"[0].name")}
}

// csv reads a row for each grant.
func (in *source) csv(r io.Reader) error {
	f, err := csvfile.Open(r, in.file)
	if err != nil {
		return err
	}
	c := columnsOf(f)
	e := sp.InvalidError{Subject: "header"}
	for _, member := range [...]string{"id", "amountAwarded"} {
		_, ok := c.at[member]
		e.Check(ok, titles[member], sp.NotListed, "must be a column")
	}
	if err := e.Err(); err != nil {
		return err
	}
	for row, err := range f.Rows() {
		if err != nil {
			return err
		}
		if n := len(row.Fields); n != len(f.Header) {
			in.issues.Add(sp.Issue{Severity: sp.Error, File: in.file, Line: row.Line, Code: "wrong-length", Detail: fmt.Sprintf("has %d fields and the header %d, and is no grant", n, len(f.Header))})
			continue
		}
		individual := c.of(row.Fields, "recipientIndividual[0].id") != ""
		in.add(&published{
			id: c.of(row.Fields, "id"), title: c.of(row.Fields, "title"), description: c.of(row.Fields, "description"),
			currency: c.of(row.Fields, "currency"), amount: c.of(row.Fields, "amountAwarded"), awarded: c.of(row.Fields, "awardDate"),
			modified: c.of(row.Fields, "dateModified"), planned: c.dates(row.Fields, "plannedDates"), actual: c.dates(row.Fields, "actualDates"),
			recipient: c.organisation(row.Fields, "recipientOrganization"), funder: c.organisation(row.Fields, "fundingOrganization"),
			individual: individual, programme: c.of(row.Fields, "grantProgramme[0].title"), related: c.of(row.Fields, "relatedActivity[0]"),
		}, row.Line, "", func(member string) string { return c.name[member] })
	}
	for _, issue := range f.Issues.List() {
		in.issues.Add(issue)
	}
	return nil
}
