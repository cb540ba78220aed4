package lab

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Table is a result as tidy data: a row for each observation, a column for each variable. Numbers have all
// their digits; what is unknown is empty. [Table.Schema] and [Table.Values] hand it to package evaluation/export.
type Table struct {
	Name   string // to name a file after
	Header []string
	Rows   [][]string
}

// Tables returns the comparison as tables: outcomes, differences and the checklist.
func (c *Comparison) Tables() []Table {
	outcomes := Table{Name: "outcomes", Header: []string{"study", "policy", "measure", "by", "group", "value", "lower", "upper", "level", "pairs", "undefined"}}
	for _, o := range c.Outcomes {
		outcomes.Rows = append(outcomes.Rows, append([]string{c.Study, o.Policy, string(o.Measure), o.By, o.Group}, estimate(o.Mean, o.Constant)...))
	}
	differences := Table{Name: "differences", Header: []string{"study", "policy", "compared_with", "measure", "by", "group", "value", "lower", "upper", "level", "pairs", "undefined", "p", "verdict", "left_out", "variance_ratio"}}
	for _, d := range c.Differences {
		row := append([]string{c.Study, d.Policy, c.policies[0], string(d.Measure), d.By, d.Group}, estimate(d.Mean, d.Constant)...)
		differences.Rows = append(differences.Rows, append(row, number(d.P), string(d.Verdict), strconv.Itoa(d.Without), known(d.Variance)))
	}
	stress := Table{Name: "stress-des", Header: []string{"item", "name", "says"}}
	for _, i := range c.Stress {
		stress.Rows = append(stress.Rows, []string{i.Number, i.Name, i.Says})
	}
	return []Table{outcomes, differences, stress}
}

// estimate returns the columns of a value with its interval.
func estimate(e stat.Estimate, constant sp.Known[float64]) []string {
	out := []string{"", "", "", number(e.Level), number(e.Denominator), string(e.Undefined)}
	if v, is := constant.Lookup(); is {
		out[0] = number(v)
	}
	if e.Defined() {
		out[0], out[1], out[2] = number(e.Value), number(e.Interval.Lower), number(e.Interval.Upper)
	}
	return out
}

func number(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func known(v sp.Known[float64]) string {
	if v, is := v.Lookup(); is {
		return number(v)
	}
	return ""
}

// Decision returns the table to decide by, for people: what the first policy comes to, and below
// it what each other changes, with intervals. An interval that holds 0 is marked "?": these
// pairs cannot tell. Of measures that do not exist nothing is said.
func (c *Comparison) Decision(measures ...Measure) string {
	var rows strings.Builder
	row := func(name string, cell func(Info) string) {
		rows.WriteString(name)
		for _, m := range measures {
			if info, is := InfoOf(m); is {
				rows.WriteString("\t" + cell(info))
			}
		}
		rows.WriteString("\t\n")
	}
	row("", func(i Info) string { return i.Name })
	row(c.policies[0], func(i Info) string {
		for _, o := range c.Outcomes {
			if o.Policy == c.policies[0] && o.Measure == i.Measure && o.By == "" {
				return value(o.Mean, o.Constant, i.Unit, false)
			}
		}
		return "unknown"
	})
	for _, p := range c.policies[1:] {
		row("  "+p, func(i Info) string {
			d, _ := c.Difference(p, i.Measure)
			return d.cell(i)
		})
	}
	return aligned(rows.String())
}

// aligned puts columns that are divided by tabs below each other.
func aligned(rows string) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, rows); err != nil || w.Flush() != nil {
		return rows // a builder takes everything
	}
	lines := strings.Split(out.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// cell is a difference with its interval: "+12.3 (10.1 to 14.5)".
func (d Difference) cell(i Info) string {
	switch v, constant := d.Constant.Lookup(); {
	case constant && v == 0:
		return "the same"
	case constant:
		return written(v, i.Unit, true) + ", always"
	case !d.Mean.Defined():
		return "cannot be told"
	}
	cell := fmt.Sprintf("%s (%s to %s)", written(d.Mean.Value, i.Unit, true), written(d.Mean.Interval.Lower, i.Unit, false), written(d.Mean.Interval.Upper, i.Unit, false))
	if d.Verdict == Unsure {
		cell += " ?"
	}
	return cell
}

// value is a value without its interval.
func value(e stat.Estimate, constant sp.Known[float64], unit evaluation.Unit, signed bool) string {
	if v, is := constant.Lookup(); is {
		return written(v, unit, signed)
	}
	if !e.Defined() {
		return "unknown"
	}
	return written(e.Value, unit, signed)
}

// written is a number with as many digits as somebody reads, by its unit; signed is with a plus in
// front of what is above 0.
func written(v float64, unit evaluation.Unit, signed bool) string {
	plus := ""
	if signed && v > 0 {
		plus = "+"
	}
	switch {
	case math.IsInf(v, 0):
		return "unknown"
	case unit == evaluation.Share:
		return plus + tidy(strconv.FormatFloat(100*v, 'f', 1, 64)) + " %"
	case unit == pence:
		return plus + thousands(math.Round(v/100))
	default:
		return plus + tidy(strconv.FormatFloat(v, 'f', 1, 64))
	}
}

// tidy takes the sign off a zero.
func tidy(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// thousands groups the digits of a whole number: "-1,234".
func thousands(v float64) string {
	s := tidy(strconv.FormatFloat(v, 'f', 0, 64))
	digits, negative := strings.CutPrefix(s, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if negative {
		return "-" + digits
	}
	return digits
}
