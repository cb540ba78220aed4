package extend

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
)

// ReadNoticeBoard reads the notice board of an invented village: a line for each group, with
// its number, name, how many people may come, and price, and a bar between them. Lines that begin with # are
// remarks. Every fault of a line is an issue; the error is of reading alone.
func ReadNoticeBoard(ctx context.Context, r io.Reader, file string, o feed.Options) (c directory.Catalogue, issues []sp.Issue, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return c, issues, err
		}
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			issues = append(issues, sp.Issue{Severity: sp.Error, File: file, Line: n, Code: "bad-line", Detail: "has not 4 cells; the group is left out"})
			continue
		}
		note := func(field, code, detail string) {
			issues = append(issues, sp.Issue{Severity: sp.Warning, File: file, Line: n, Record: strings.TrimSpace(cells[0]), Field: field, Code: code, Detail: detail})
		}
		c.Services = append(c.Services, group(cells, o, note))
	}
	return c, issues, lines.Err()
}

// group makes a service of the cells of a line. What is not stated or cannot be read stays unknown.
func group(cells []string, o feed.Options, note func(field, code, detail string)) directory.Service {
	cell := func(i int) string { return strings.TrimSpace(cells[i]) }
	s := directory.Service{
		ID: directory.NewID(o.Feed, cell(0)), Name: cell(1),
		Provenance: directory.Provenance{Feed: o.Feed, SourceID: cell(0), Fetched: o.Fetched},
	}
	s.Freshness.Seen = o.Fetched // that it was found says nothing of whether it is true
	if most := cell(2); most != "" {
		if n, err := strconv.Atoi(most); err == nil && n > 0 {
			s.GroupSize = sp.Know(n)
		} else {
			note("most", "bad-number", "is no number of people; how many may come is unknown")
		}
	}
	switch cell(3) {
	case "": // nobody said that it is free
	case "free":
		s.Cost.Charge = directory.Free
	default:
		note("price", "unread-price", "is not \"free\"; what it costs is unknown")
	}
	return s
}
