package report

import (
	"bytes"
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/export"
)

// Numbers returns a table of figures, as [export.Figures] makes it, as a part of a page: a line for
// each with its interval and what it was counted from, or why it has no value.
func Numbers(t export.Table) Part { return numbers{t} }

type numbers struct{ export.Table }

func (n numbers) html(w Words, _ names) (template.HTML, []string, error) {
	if n.Schema().Name != export.FigureSchema().Name {
		return "", nil, sp.Invalid("report: numbers", "table", sp.Inconsistent, "must be one of figures")
	}
	var b bytes.Buffer
	if err := n.WriteJSON(&b); err != nil {
		return "", nil, err
	}
	g := grid{Title: n.Schema().Title, Columns: []string{w.say("figure"), w.say("value"), w.say("counted")}}
	for rows := json.NewDecoder(&b); rows.More(); {
		var f figure
		if err := rows.Decode(&f); err != nil {
			return "", nil, err
		}
		g.Rows = append(g.Rows, []string{f.name(), f.value(w), f.counted(w)})
	}
	return run("table", g.aligned(w)), nil, nil
}

// A figure is a row of a table of figures. What is not there is nil.
type figure struct {
	Name, Category, Group, Unit, Status         string
	Value, Lower, Upper, Numerator, Denominator *float64
}

func (f figure) name() string {
	parts := []string{f.Name, f.Category, f.Group}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// value returns the value with its interval, or why there is none.
func (f figure) value(w Words) string {
	if f.Value == nil {
		return f.Status
	}
	text := f.number(*f.Value)
	switch {
	case f.Lower != nil && f.Upper != nil:
		text += w.say("between", "{lower}", f.number(*f.Lower), "{upper}", f.number(*f.Upper))
	case f.Lower != nil:
		text += w.say("or more", "{lower}", f.number(*f.Lower))
	case f.Upper != nil:
		text += w.say("or less", "{upper}", f.number(*f.Upper))
	}
	if f.Unit != "share" && f.Unit != "" {
		text += ", " + f.Unit
	}
	return text
}

// number returns a number as people read it: a share in per cent, what is below a hundred with two decimals.
func (f figure) number(x float64) string {
	if f.Unit == "share" {
		return strconv.FormatFloat(100*x, 'f', 1, 64) + " %"
	}
	digits := 2
	if x >= 100 || x <= -100 {
		digits = 0
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', digits, 64), ".00")
}

func (f figure) counted(w Words) string {
	whole := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	switch {
	case f.Denominator == nil:
		return ""
	case f.Numerator == nil:
		return whole(*f.Denominator)
	}
	return w.say("cases of", "{cases}", whole(*f.Numerator), "{of}", whole(*f.Denominator))
}
