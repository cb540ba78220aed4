package barrier

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/voice"
)

// String returns the report for people: a line for each of the 25, then what people were lost to, where the two
// sides contradict each other, and what could not be told.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "BARRIERS  the 25 of the study, until %s, with 95 %% intervals; small numbers are not shown, and others may be rounded (%s)\n", r.AsOf, r.Policy)
	fmt.Fprint(&b, "no.  evidence  what is measured, what is said, who was lost\n")
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "%-4s %-9s %s\n", l.No, l.Evidence, l.text())
	}
	b.WriteString(r.lost())
	for _, l := range r.Lines {
		if l.Changes.Opposed {
			fmt.Fprintf(&b, "CONTRADICTS  %s: those who were heard say that it got %s, and the log says %s (%s)\n", l.No, l.Changes.Said, l.Changes.Measured, l.Measured[0].Name)
		}
	}
	for i, lack := range r.Lacks {
		if i == 0 {
			b.WriteString("LACKS\n")
		}
		fmt.Fprintf(&b, "  %s\n", lack)
	}
	return b.String()
}

// lost compares the barriers by the share of people who were lost to them, most first.
func (r Report) lost() string {
	var b strings.Builder
	b.WriteString("LOST  to which barriers, as coded reasons say; somebody may be lost to several\n")
	if people, known := r.Lost.Referred.Lookup(); known && people > 0 {
		fmt.Fprintf(&b, "  of %s people referred: lost %s, helped %s, still there %s\n", thousands(float64(people)), brief(r.Lost.Lost), brief(r.Lost.Helped), brief(r.Lost.GoesOn))
	}
	lines := slices.DeleteFunc(slices.Clone(r.Lines), func(l Line) bool { return !l.Lost.Share.Defined() })
	slices.SortStableFunc(lines, func(x, y Line) int { return cmp.Compare(y.Lost.Share.Value, x.Lost.Share.Value) })
	for _, l := range lines {
		fmt.Fprintf(&b, "  %s of them to %s, %s", brief(l.Lost.Share), l.No, l.Name)
		if l.Lost.Alone.Defined() {
			fmt.Fprintf(&b, "; to nothing else %s", brief(l.Lost.Alone))
		}
		b.WriteString("\n")
	}
	if r.Lost.NoReason.Defined() {
		fmt.Fprintf(&b, "  %s of them for reasons that name no barrier\n", brief(r.Lost.NoReason))
	}
	for _, o := range r.Lost.Overlaps {
		if n, shown := o.People.Count.Lookup(); shown {
			fmt.Fprintf(&b, "  %s people to %s at once\n", thousands(float64(n)), strings.Join(o.Barriers, " and "))
		}
	}
	return b.String()
}

// String returns the line: "6-1 fair a long chain, and waiting: still waiting after 84 days 25 % (21 to 29), ...".
func (l Line) String() string { return fmt.Sprintf("%s %s %s", l.No, l.Evidence, l.text()) }

func (l Line) text() string {
	var parts []string
	if len(l.Measured) > 0 && l.Measured[0].Defined() {
		parts = append(parts, l.Measured[0].text())
	}
	if s := l.heard(); s != "" {
		parts = append(parts, s)
	}
	if v := l.Changes.Said; v != Silent {
		parts = append(parts, "said over time: "+string(v))
	}
	if l.Lost.Share.Defined() {
		parts = append(parts, "lost to it "+brief(l.Lost.Share)+" of the people referred")
	}
	if len(l.Ask) > 0 {
		why := "cannot be told from the log: "
		switch {
		case l.Evidence != None:
			why = "nobody was heard: "
		case l.withheld():
			why = "the log tells it of too few people to be shown: "
		}
		parts = append(parts, why+l.Ask[0].String())
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing can be shown")
	}
	return l.Name + ": " + strings.Join(parts, "; ")
}

// heard says by whom the barrier is named: in the diary, or where there is none in the
// questionnaire, or what is answered to questions.
func (l Line) heard() string {
	for _, how := range []voice.Kind{voice.Diary, voice.Barrier} {
		var by []string
		for _, s := range l.Said {
			if s.How == how && s.Figure.Defined() {
				by = append(by, fmt.Sprintf("%.0f %% of %s by %s", 100*s.Figure.Estimate.Value, thousands(s.Figure.Estimate.Denominator), plural(s.By)))
			}
		}
		if len(by) > 0 {
			return "named in " + entries(how) + ": " + strings.Join(by, ", ")
		}
	}
	for _, s := range l.Said {
		if s.Question != "" && s.Figure.Defined() {
			return s.text()
		}
	}
	return ""
}

// withheld reports whether something is measured that is not shown.
func (l Line) withheld() bool {
	return slices.ContainsFunc(l.Measured, func(x Measured) bool {
		return x.Estimate.Undefined == Withheld || x.Estimate.Undefined == Told
	})
}

// String returns the figure with its change, its groups and its target.
func (x Measured) String() string { return x.text() }

// String returns who says what, and how many of those who were asked have answered.
func (s Said) String() string { return s.text() }

func (x Measured) text() string {
	s := name(x.Figure) + " " + value(x.Figure)
	if x.Change.Verdict != Silent {
		s += fmt.Sprintf(", %s from %s to %s", x.Change.Verdict, x.Change.First, x.Change.Last)
	}
	if x.Gap.Lowest != "" {
		s += fmt.Sprintf(", lowest in %s, highest in %s", x.Gap.Lowest, x.Gap.Highest)
	}
	if t := x.Target; t != nil && t.Verdict != Silent {
		than := " than "
		if t.Verdict == Unsure {
			than = " from "
		}
		s += ", " + string(t.Verdict) + than + target(x)
	}
	return s
}

func target(x Measured) string {
	v := strconv.FormatFloat(x.Target.Value, 'f', -1, 64)
	if x.Unit == evaluation.Share {
		v = strconv.FormatFloat(math.Round(1000*x.Target.Value)/10, 'f', -1, 64) + " %"
	}
	return fmt.Sprintf("%s (%s)", v, x.Target.Source)
}

func (s Said) text() string {
	out := name(s.Figure) + " " + value(s.Figure)
	if s.Response.Defined() {
		out += fmt.Sprintf(" (%.0f %% of those who were asked answered)", 100*s.Response.Value)
	} else {
		out += " (" + string(s.Response.Undefined) + ")"
	}
	return out
}

func name(f evaluation.Figure) string {
	if f.Category != "" {
		return f.Name + ": " + f.Category
	}
	return f.Name
}

// value writes a figure with its interval and what it is of.
func value(f evaluation.Figure) string {
	e := f.Estimate
	switch {
	case e.Undefined == Withheld || e.Undefined == Told:
		return "not shown"
	case !e.Defined():
		return "undefined: " + string(e.Undefined)
	case f.Unit == evaluation.Share:
		return fmt.Sprintf("%s, %s of %s", brief(e), thousands(e.Numerator), strings.TrimSpace(thousands(e.Denominator)+" "+e.Of))
	default:
		unit := string(f.Unit)
		if short(e.Value) == "1" && !strings.HasPrefix(unit, "per ") {
			unit = strings.TrimSuffix(unit, "s")
		}
		return fmt.Sprintf("%s %s (%s), of %s", short(e.Value), unit, limits(e, 1), strings.TrimSpace(thousands(e.Denominator)+" "+e.Of))
	}
}

// brief writes a share: "25 % (21 to 29)".
func brief(e stat.Estimate) string {
	if !e.Defined() {
		return "not shown"
	}
	return fmt.Sprintf("%.0f %% (%s)", 100*e.Value, limits(e, 100))
}

func limits(e stat.Estimate, scale float64) string {
	format := short
	if scale == 100 {
		format = func(v float64) string { return fmt.Sprintf("%.0f", v) }
	}
	if e.Interval.OpenAbove() {
		return format(scale*e.Interval.Lower) + " or more"
	}
	return format(scale*e.Interval.Lower) + " to " + format(scale*e.Interval.Upper)
}

func short(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// thousands writes a whole number with commas.
func thousands(v float64) string {
	s := strconv.FormatInt(int64(v), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Details returns everything that the line holds, for whoever asks why.
func (l Line) Details() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n  the study: %s\n  evidence: %s\n", l.No, l.Name, l.Found, l.Evidence)
	for _, x := range l.Measured {
		fmt.Fprintf(&b, "  measured: %s\n", x.text())
		list := func(what string, figures []evaluation.Figure) {
			for _, f := range figures {
				fmt.Fprintf(&b, "    %s %s: %s\n", what, f.Group, value(f))
			}
		}
		list("in", x.Over)
		list("of", x.Groups)
		if x.Gap.Disparity.Defined() {
			fmt.Fprintf(&b, "    groups lie %s of the mean away from it\n", brief(x.Gap.Disparity))
		}
		if s := x.Gap.Slope; s.Defined() {
			fmt.Fprintf(&b, "    from the most to the least disadvantaged it changes by %.0f percentage points (%s)\n", s.Value, limits(s, 1))
		}
	}
	for _, s := range l.Said {
		fmt.Fprintf(&b, "  said, %s: %s\n", s.How, s.text())
		if s.Hindered.Defined() {
			fmt.Fprintf(&b, "    less or nothing came of it in %s of them\n", brief(s.Hindered))
		}
	}
	if l.Lost.Share.Defined() {
		fmt.Fprintf(&b, "  lost to it: %s of the people referred, to nothing else %s\n", brief(l.Lost.Share), brief(l.Lost.Alone))
	}
	for _, a := range l.Ask {
		fmt.Fprintf(&b, "  %s, to know a share to within %.0f points at %.0f %% confidence\n", a, 100*a.Within, 100*a.Level)
	}
	for _, why := range slices.Concat(l.Because, l.Lacks) {
		fmt.Fprintf(&b, "  - %s\n", why)
	}
	return b.String()
}
