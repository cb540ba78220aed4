package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/words"
)

// printFigures prints the figures, group by group, and what was not counted.
func printFigures(ctx context.Context, stdout io.Writer, title string, run *evaluation.Run, s *sheet) error {
	counts, err := run.Count(ctx)
	if err != nil {
		return err
	}
	s.mark(counts, run.Indicators())
	figures, err := counts.Figures(evaluation.Precision{}, run.Indicators()...)
	if err != nil {
		return err
	}
	figures = slices.DeleteFunc(figures, s.silent(run.Indicators()))
	headline := map[string]bool{}
	for _, i := range run.Indicators() {
		headline[i.ID] = i.Headline
	}
	w := new(bytes.Buffer)
	read := run.Report()
	fmt.Fprintf(w, "LOG  %s, %d events\n", title, read.Read)
	heading, grouped := "", slices.ContainsFunc(figures, func(f evaluation.Figure) bool { return f.Group != "" })
	for _, f := range figures {
		h := "\nON THE WAY  of those who came so far"
		if headline[f.Indicator] {
			h = "\nHEADLINES  of everybody who was referred and of every need, with 95 % intervals"
		}
		switch {
		case f.Group != "":
			h += ": " + f.Group
		case grouped:
			h += "; all together, as what is counted names no group"
		}
		if h != heading {
			fmt.Fprintln(w, h)
			heading = h
		}
		f.Group, f.Category = "", inWords(f) // the group stands above
		fmt.Fprintf(w, "  %s\n", f)
		for _, why := range slices.Sorted(maps.Keys(f.LeftOut)) {
			fmt.Fprintf(w, "%10d  %s\n", f.LeftOut[why], why)
		}
	}
	printReport(w, read)
	if _, err = stdout.Write(w.Bytes()); err != nil {
		return err
	}
	return s.report(stdout, run.Indicators())
}

// inWords says the category of a figure as people do: why, and who said so.
func inWords(f evaluation.Figure) string {
	code, who, both := strings.Cut(strings.TrimSuffix(f.Category, ")"), " (")
	if !both {
		return f.Category
	}
	if f.Indicator == catalogue.DeclinedByID {
		return words.Table(nil).Say(words.Reasons, code) + " (" + words.Of(nil, reason.Party(who)) + ")"
	}
	return strings.ReplaceAll(code+" of a "+who, "-", " ")
}

func printReport(w *bytes.Buffer, r evaluation.Report) {
	fmt.Fprint(w, "\nNOT COUNTED\n")
	fmt.Fprintf(w, "%10d  events after the last day\n%10d  events that cannot be read\n", r.Later, r.Unreadable)
	for _, fault := range r.Faults {
		fmt.Fprintf(w, "            %s\n", fault)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Orphans)) {
		fmt.Fprintf(w, "%10d  %s without the event that opens it\n", r.Orphans[name], name)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Ignored)) {
		fmt.Fprintf(w, "%10d  %s: no indicator reads it\n", r.Ignored[name], name)
	}
}
