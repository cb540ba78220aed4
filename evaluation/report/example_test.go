package report_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/evaluation/report"
)

// A page of one section, as a board reads it.
func Example() {
	page := report.Page{
		Title: "Sandholme social prescribing",
		About: "People referred from April 2026 to March 2027",
		Sections: []report.Section{{
			Title: "How to read this",
			Found: []string{"Nobody who was referred is left out"},
			Parts: []report.Part{report.Text("Shares stand with the range that chance alone would explain.")},
		}},
		Basis: []report.Term{{Name: "Data", Meaning: "the log of events until 2027-03-31"}},
	}
	var html strings.Builder
	if err := page.Write(&html); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(html.String()) {
		if strings.Contains(line, "<h1>") || strings.Contains(line, "<h2") || strings.Contains(line, "<li>") {
			fmt.Print(line)
		}
	}
	// Output:
	// <h1>Sandholme social prescribing</h1>
	// <li><a href="#s-how-to-read-this">How to read this</a></li>
	// <h2 id="found">In short</h2>
	// <li>Nobody who was referred is left out</li>
	// <h2 id="s-how-to-read-this">How to read this</h2>
	// <h2>What this rests on</h2>
}
