package report

import (
	"fmt"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// Standard returns the page that most schemes begin with: the 25 barriers in a picture and one by
// one, then sections of a scheme's own, what the indicators mean, and what all of it rests on.
// About says to the picture whom it tells of, and from where. The page is the caller's to change.
//
//	page, err := report.Standard("Sandholme", barriers, chart.About{Of: "people referred", Source: "its log"}, indicators,
//		report.Section{Title: "What is missing", Parts: report.Tables(gaps.Tables...)})
func Standard(title string, barriers barrier.Report, about chart.About, indicators []evaluation.Indicator, own ...Section) (Page, error) {
	picture, err := chart.Barriers(barriers, about)
	if err != nil {
		return Page{}, fmt.Errorf("report: picture of the barriers: %w", err)
	}
	p := Page{Title: title, About: "Until " + barriers.AsOf.String() + "."}
	p.Sections = append(p.Sections, Section{Title: "The 25 barriers", Parts: []Part{Picture(picture), Barriers(barriers)}})
	p.Sections = append(p.Sections, own...)
	p.Sections = append(p.Sections, Section{Title: "What the indicators mean", Parts: []Part{Meanings(indicators...)}})
	p.Basis = []Term{{Name: "Last day that counts", Meaning: barriers.AsOf.String()}, {Name: "Small numbers", Meaning: barriers.Policy}}
	return p, nil
}

// Tables returns a part for each of some tables, or one that says that there is nothing to be
// shown.
func Tables(all ...disclosure.Released[disclosure.Safe]) (parts []Part) {
	for _, t := range all {
		parts = append(parts, Table(t))
	}
	if len(parts) == 0 {
		parts = []Part{Text("There is nothing to count yet, or too little to be shown.")}
	}
	return parts
}
