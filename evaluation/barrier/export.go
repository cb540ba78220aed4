package barrier

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A Row is one number of a report, for a table, a chart or a statistics program.
type Row struct {
	Barrier   string `json:"barrier"`
	Side      string `json:"side"`                // measured, said, response, hindered, lost or lost alone
	Indicator string `json:"indicator,omitempty"` // ID, or the code of a question
	Name      string `json:"name,omitempty"`
	Kind      string `json:"kind,omitempty"`  // of what is said
	By        string `json:"by,omitempty"`    // who said it
	Span      string `json:"span,omitempty"`  // of time; empty is all
	Group     string `json:"group,omitempty"` // empty is all
	Unit      string `json:"unit"`
	Evidence  string `json:"evidence"` // of the line

	Estimate stat.Estimate `json:"estimate"`
}

// header names the columns that [Report.WriteCSV] writes.
func header() []string {
	return []string{"barrier", "side", "indicator", "name", "kind", "by", "span", "group", "unit", "value", "lower", "upper", "numerator", "denominator", "undefined", "evidence"}
}

// Rows yields every number of the report, line by line. What is not shown is there, and says why.
func (r Report) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, l := range r.Lines {
			for _, row := range l.rows() {
				row.Barrier, row.Evidence = l.No, string(l.Evidence)
				if !yield(row) {
					return
				}
			}
		}
	}
}

func (l Line) rows() (all []Row) {
	for _, x := range l.Measured {
		base := Row{Side: "measured", Indicator: x.Indicator, Name: name(x.Figure), Unit: string(x.Unit), Estimate: x.Estimate}
		all = append(all, base)
		for _, f := range x.Over {
			row := base
			row.Span, row.Estimate = f.Group, f.Estimate
			all = append(all, row)
		}
		for _, f := range x.Groups {
			row := base
			row.Group, row.Estimate = f.Group, f.Estimate
			all = append(all, row)
		}
	}
	for _, s := range l.Said {
		base := Row{Side: "said", Indicator: s.Question, Name: s.Figure.Name, Kind: string(s.How), By: string(s.By), Unit: string(evaluation.Share), Estimate: s.Figure.Estimate}
		all = append(all, base)
		base.Side, base.Estimate = "response", s.Response
		all = append(all, base)
		if s.Question == "" {
			base.Side, base.Estimate = "hindered", s.Hindered
			all = append(all, base)
		}
	}
	share := string(evaluation.Share)
	return append(all, Row{Side: "lost", Unit: share, Estimate: l.Lost.Share}, Row{Side: "lost alone", Unit: share, Estimate: l.Lost.Alone})
}

// WriteCSV writes the rows with a header. What is not shown is empty, with the reason in the column undefined.
// Texts are guarded against formulas as package evaluation/export guards them.
func (r Report) WriteCSV(w io.Writer) error {
	text := csvfile.AppendRow(nil, header())
	for row := range r.Rows() {
		e := row.Estimate
		number := func(v float64) string {
			if !e.Defined() {
				return ""
			}
			return strconv.FormatFloat(v, 'g', 6, 64)
		}
		limit := func(v float64, open bool) string {
			if open {
				return ""
			}
			return number(v)
		}
		text = csvfile.AppendRow(text, []string{
			row.Barrier, row.Side, row.Indicator, row.Name, row.Kind, row.By, row.Span, row.Group, row.Unit,
			number(e.Value), limit(e.Interval.Lower, e.Interval.OpenBelow()), limit(e.Interval.Upper, e.Interval.OpenAbove()),
			number(e.Numerator), number(e.Denominator), string(e.Undefined), row.Evidence,
		})
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("barrier: write: %w", err)
	}
	return nil
}

// shownFigure is how a figure stands in JSON.
type shownFigure struct {
	Indicator string          `json:"indicator,omitempty"`
	Name      string          `json:"name"`
	Category  string          `json:"category,omitempty"`
	Group     string          `json:"group,omitempty"`
	Unit      evaluation.Unit `json:"unit"`
	Estimate  stat.Estimate   `json:"estimate"`
	LeftOut   int64           `json:"leftOut,omitempty"`
}

func toJSON(f evaluation.Figure) shownFigure {
	return shownFigure{f.Indicator, f.Name, f.Category, f.Group, f.Unit, f.Estimate, f.Excluded}
}

func allToJSON(figures []evaluation.Figure) (all []shownFigure) {
	for _, f := range figures {
		all = append(all, toJSON(f))
	}
	return all
}

// MarshalJSON writes the figure with its spans, groups and comparisons.
func (x Measured) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		shownFigure
		Better evaluation.Direction `json:"better,omitempty"`
		Over   []shownFigure        `json:"over,omitempty"`
		Groups []shownFigure        `json:"groups,omitempty"`
		Change Change               `json:"change"`
		Gap    Gap                  `json:"gap"`
		Target *Judged              `json:"target,omitempty"`
	}{toJSON(x.Figure), x.Better, allToJSON(x.Over), allToJSON(x.Groups), x.Change, x.Gap, x.Target})
}

// MarshalJSON writes what is said with its response rate.
func (s Said) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		How      string        `json:"how"`
		By       string        `json:"by"`
		Question string        `json:"question,omitempty"`
		Figure   shownFigure   `json:"figure"`
		Hindered stat.Estimate `json:"hindered"`
		Response stat.Estimate `json:"response"`
		Change   Change        `json:"change"`
	}{string(s.How), string(s.By), s.Question, toJSON(s.Figure), s.Hindered, s.Response, s.Change})
}
