package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/words"
)

func board(v *visit) (answer, error) {
	f, err := v.desk.Board(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	view := page.Board{Title: v.say("There is nothing to count yet"), AsOf: v.date(f.AsOf), Report: page.Link{Text: v.say("The whole report"), To: "/board/report"}}
	for _, x := range f.Headlines {
		view.Headlines = append(view.Headlines, v.headline(x))
	}
	if i := slices.IndexFunc(f.Headlines, evaluation.Figure.Defined); i >= 0 { // what one cannot tell is no finding
		view.Title = view.Headlines[i].Name + ": " + view.Headlines[i].Value
	}
	for _, t := range f.Tables {
		table, err := v.table(t)
		if err != nil {
			return answer{}, err
		}
		view.Tables = append(view.Tables, table)
	}
	if len(f.Cliffs) > 0 {
		view.Tables = append(view.Tables, v.cliffs(f.Cliffs))
	}
	return show(view), nil
}

// cliffs are the days on which services lose money.
func (v *visit) cliffs(of []contract.Cliff) page.Table {
	t := page.Table{
		Name: v.say("Money that ends within a year"), Text: v.say("If nothing is renewed, the earliest first"),
		Columns: []string{v.say("Service"), v.say("Paid until"), v.say("Lost each month"), v.say("What is left each month")},
	}
	for _, c := range of {
		t.Rows = append(t.Rows, []string{v.desk.Service(cmp.Or(c.Service, c.Provider)), v.date(c.Date.Add(-1)), c.Lost().String(), c.After.String()})
	}
	return t
}

// headline is one number, with what it is a share of and its interval.
func (v *visit) headline(x evaluation.Figure) page.Headline {
	h := page.Headline{Name: v.library(x.Name), Value: v.say("cannot tell"), Of: v.library(string(x.Estimate.Undefined))}
	if !x.Defined() {
		return h
	}
	e := x.Estimate
	h.Value, h.Between = v.value(x.Unit, e.Value), v.say("%s to %s", v.value(x.Unit, e.Interval.Lower), v.value(x.Unit, e.Interval.Upper))
	h.Of = v.say("%s of %s", v.number(int(e.Numerator)), v.number(int(e.Denominator)))
	if x.Unit == evaluation.Days {
		h.Of = v.say("of %s", v.number(int(e.Denominator)))
	}
	return h
}

func (v *visit) value(u evaluation.Unit, x float64) string {
	if u == evaluation.Days {
		return v.say("%.0f days", x)
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

// number writes a count.
func (v *visit) number(n int) string { return fmt.Sprint(n) }

// table is one that was released.
func (v *visit) table(r disclosure.Released[disclosure.Safe]) (page.Table, error) {
	safe, foot, err := r.Draw()
	if err != nil {
		return page.Table{}, err
	}
	t := page.Table{Name: v.library(safe.Title), Columns: []string{""}, Note: v.library(foot)}
	for _, c := range safe.Columns {
		t.Columns = append(t.Columns, v.column(c))
	}
	for _, row := range safe.Rows {
		line := []string{v.need(needs.Code(row.Name))}
		for _, c := range row.Cells {
			cell := c.String()
			if cell == "*" {
				cell = v.say("not shown")
			}
			line = append(line, cell)
		}
		t.Rows = append(t.Rows, line)
	}
	return t, nil
}

// report is the whole report, as the library draws it: one file that needs nothing else, with
// its own style, of which it carries the hash.
func report(v *visit) (answer, error) {
	p, err := v.desk.Report(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	v.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return answer{}, p.Write(v.w)
}

// column is the head of a column, which a code names.
func (v *visit) column(code string) string {
	said := words.Of(v.site.words, unmet.Kind(code))
	if said == code {
		said = v.site.words.Reason(reason.Because(code))
	}
	if said == code {
		said = v.library(strings.ReplaceAll(code, "-", " "))
	}
	return strings.TrimSuffix(v.sentence(said), ".")
}
