package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Barriers returns the 25 barriers of the study as a part of a page: of each what was found, what is
// measured and said here, who was lost to it, and how good the evidence is. Its findings are the
// barriers to which most people were lost, and those that are worse than they were.
func Barriers(r barrier.Report) Part { return barriers{r} }

type barriers struct{ barrier.Report }

func (b barriers) html(w Words, _ names) (template.HTML, []string, error) {
	var all []line
	for _, l := range b.Lines {
		all = append(all, lineOf(w, l))
	}
	return run("barriers", all), b.findings(w), nil
}

// mostLost is how many of the barriers that people were lost to are findings.
const mostLost = 3

func (b barriers) findings(w Words) (found []string) {
	lost := slices.DeleteFunc(slices.Clone(b.Lines), func(l barrier.Line) bool { return !l.Lost.Share.Defined() })
	slices.SortStableFunc(lost, func(x, y barrier.Line) int { return cmp.Compare(y.Lost.Share.Value, x.Lost.Share.Value) })
	for _, l := range lost[:min(len(lost), mostLost)] {
		found = append(found, w.say("lost to", "{no}", l.No, "{barrier}", l.Name, "{share}", share(l.Lost.Share)))
	}
	for _, l := range b.Lines {
		for _, m := range l.Measured {
			if m.Change.Verdict == barrier.Worse {
				found = append(found, w.say("got worse", "{no}", l.No, "{barrier}", l.Name, "{figure}", m.String()))
				break
			}
		}
	}
	return found
}

// share returns a share with its interval, as a sentence takes it.
func share(e stat.Estimate) string {
	return fmt.Sprintf("%.0f %% (%.0f to %.0f)", 100*e.Value, 100*e.Interval.Lower, 100*e.Interval.Upper)
}

// A line is a barrier as its form takes it.
type line struct {
	No, Name, Grade, Evidence, Says string
	Terms                           Terms
}

func lineOf(w Words, l barrier.Line) line {
	shown := line{No: l.No, Name: l.Name, Grade: string(l.Evidence), Evidence: w.say("evidence " + string(l.Evidence)), Says: w.say("nothing")}
	add := func(key string, texts ...string) {
		if len(texts) > 0 {
			shown.Terms = append(shown.Terms, Term{w.say(key), strings.Join(texts, "; ")})
		}
	}
	measured, said := texts(l.Measured, barrier.Measured.Defined), texts(l.Said, func(s barrier.Said) bool { return s.Figure.Defined() })
	if told := append(measured, said...); len(told) > 0 {
		shown.Says = told[0]
	}
	add("study", l.Found)
	add("measured", measured...)
	add("said", said...)
	if l.Lost.Share.Defined() {
		add("lost", l.Lost.Share.String())
	}
	add("why", l.Because...)
	add("ask", texts(l.Ask, func(barrier.Ask) bool { return true })...)
	return shown
}

func texts[T fmt.Stringer](all []T, is func(T) bool) (said []string) {
	for _, x := range all {
		if is(x) {
			said = append(said, x.String())
		}
	}
	return said
}

// Meanings returns what each indicator counts, what it leaves out, and where it comes from,
// as a part of a page.
func Meanings(indicators ...evaluation.Indicator) Part { return meanings(indicators) }

type meanings []evaluation.Indicator

func (ms meanings) html(w Words, ids names) (template.HTML, []string, error) {
	var all Terms
	for _, i := range ms {
		says := []string{w.say("part of", "{what}", i.Numerator, "{of}", i.Denominator)}
		if i.Denominator == "" {
			says[0] = i.Numerator + "."
		}
		if i.Excluded != "" {
			says = append(says, w.say("left out", "{what}", i.Excluded))
		}
		if i.Source != "" {
			says = append(says, w.say("source", "{what}", i.Source))
		}
		all = append(all, Term{i.Name, strings.Join(says, " ")})
	}
	return all.html(w, ids)
}
