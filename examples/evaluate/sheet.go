package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/flat"
	"github.com/socialprescribing/sp/store"
)

// A sheet is a spreadsheet of cases in place of a log; without a file there is none.
type sheet struct {
	csv, mapping string
	suggest      bool
	*flat.Sheet
}

func (s *sheet) declare(flags *flag.FlagSet) {
	flags.StringVar(&s.csv, "csv", "", "`file` of cases in place of a log: a spreadsheet saved as CSV, with -map")
	flags.StringVar(&s.mapping, "map", "", "JSON `file` that says what the columns of -csv mean: see package evaluation/flat")
	flags.BoolVar(&s.suggest, "suggest", false, "print a mapping for the header of -csv, to be completed by hand, and nothing else")
}

// check fails for flags that do not go together.
func (s *sheet) check(page string, log bool) error {
	switch {
	case s.csv == "" && (s.mapping != "" || s.suggest):
		return errors.New("-map and -suggest need -csv")
	case s.csv == "":
		return nil
	case log:
		return errors.New("-csv stands in place of -events and -db: name one")
	case page != "":
		return errors.New("-mirror reads a log three times, and a sheet can be read once: use a log")
	case !s.suggest && s.mapping == "":
		return errors.New("-csv needs -map FILE, or -suggest, which proposes one")
	}
	return nil
}

// proposal prints a mapping for the header of a file, and beside it which columns it leaves out.
func (s *sheet) proposal(w, stderr io.Writer) (err error) {
	file, err := os.Open(s.csv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	m, others, err := flat.Suggest(file, filepath.Base(s.csv))
	if err != nil {
		return err
	}
	m.Dates = "name one: " + flat.Format(fmt.Sprint(flat.Formats()))
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err = out.Encode(m); err == nil && len(others) > 0 {
		_, err = fmt.Fprintf(stderr, "not mapped, since nothing says what they hold, or it has no place in a count: %s\n", strings.Join(others, ", "))
	}
	return err
}

// open opens the sheet as a log.
func (s *sheet) open() (log iter.Seq2[store.RecordedEvent, error], title string, done func() error, err error) {
	text, err := os.ReadFile(s.mapping)
	if err != nil {
		return nil, "", nil, err
	}
	m, err := flat.ParseMapping(text)
	if err != nil {
		return nil, "", nil, fmt.Errorf("%s: %w", s.mapping, err)
	}
	file, err := os.Open(s.csv)
	if err != nil {
		return nil, "", nil, err
	}
	if s.Sheet, err = flat.Open(file, filepath.Base(s.csv), m); err != nil {
		return nil, "", nil, errors.Join(err, file.Close())
	}
	return s.Log(), s.csv, file.Close, nil
}

// mark marks in counts what a sheet cannot tell. What became of people it can where it says when and
// why cases ended.
func (s *sheet) mark(counts *evaluation.Counts, indicators []evaluation.Indicator) {
	if s.Sheet == nil {
		return
	}
	says := map[flat.Field]bool{}
	for _, f := range s.Tells() {
		says[f] = true
	}
	s.Mark(counts, slices.DeleteFunc(slices.Clone(indicators), func(i evaluation.Indicator) bool {
		return i.ID == barrier.FateID && says[flat.Ended] && says[flat.Outcome] && says[flat.Reason]
	})...)
}

// silent reports of a figure whether the sheet cannot tell it: then it stands below with what it would
// take, and not among the others.
func (s *sheet) silent(indicators []evaluation.Indicator) func(evaluation.Figure) bool {
	lacks := map[string]bool{}
	for _, i := range indicators {
		lacks[i.ID] = s.Sheet != nil && len(s.CannotTell(i)) > 0
	}
	return func(f evaluation.Figure) bool { return lacks[f.Indicator] }
}

// rows returns what became of the rows, as text.
func (s *sheet) rows() string {
	if s.Sheet == nil {
		return ""
	}
	b := new(strings.Builder)
	r := s.Report()
	fmt.Fprintf(b, "\nSHEET  %d rows, %d cases\n", r.Rows, r.Cases)
	for _, code := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(b, "%10d  left out: %s\n", r.LeftOut[code], code)
	}
	for _, issue := range s.Issues() {
		fmt.Fprintf(b, "  %s\n", issue)
	}
	return b.String()
}

// report prints what became of the rows, and what the sheet cannot tell.
func (s *sheet) report(w io.Writer, indicators []evaluation.Indicator) error {
	if s.Sheet == nil {
		return nil
	}
	b := bytes.NewBufferString(s.rows())
	fmt.Fprint(b, "\nCANNOT BE TOLD  by this sheet; what it would take\n")
	never := 0
	for _, i := range indicators {
		switch lacks := s.CannotTell(i); {
		case slices.Contains(lacks, ""):
			never++
		case len(lacks) > 0:
			fmt.Fprintf(b, "  %s: %s\n", i.Name, join(lacks))
		}
	}
	fmt.Fprintf(b, "  %d others, which a sheet of cases has no columns for\n", never)
	_, err := w.Write(b.Bytes())
	return err
}

func join(fields []flat.Field) string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = string(f)
	}
	return strings.Join(texts, ", ")
}
