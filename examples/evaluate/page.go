package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/report"
)

// The steps of the way through the scheme, in their order.
const (
	referred     = "referred, and whose referral has ended"
	conversation = "first conversation"
	plan         = "plan"
	offer        = "offer of a place"
	firstSession = "first session"
	courseEnd    = "end of the course"
)

func steps() []string {
	return []string{referred, conversation, plan, offer, firstSession, courseEnd}
}

// farthest counts how far people came whose way is over. It is this program's own, as anybody may write one.
func farthest() evaluation.Indicator {
	return evaluation.Indicator{
		ID: "evaluate:farthest", Version: "1", Source: "this program", Name: "came as far as", Unit: facts.Referrals, Of: "referrals received",
		Numerator: "referrals that came as far as this step, and no farther", Denominator: "referrals received in the period that have ended",
		Excluded: "entered in error; still on the way", Statistic: evaluation.ByCode, Frame: "implementation",
		Cohort: facts.Received, Reads: []evaluation.Fact{facts.Ended, facts.Contacted, facts.Assessed, facts.Offered, facts.Started, facts.Completed},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case !r.Happened(facts.Ended):
				return evaluation.Out("still on the way") // who has not arrived yet is not lost
			case !r.First(facts.Completed).IsZero():
				return evaluation.Of(courseEnd)
			case !r.First(facts.Started).IsZero():
				return evaluation.Of(firstSession)
			case !r.First(facts.Offered).IsZero():
				return evaluation.Of(offer)
			case r.Happened(facts.Assessed):
				return evaluation.Of(plan)
			case r.Happened(facts.Contacted):
				return evaluation.Of(conversation)
			}
			return evaluation.Of(referred)
		},
	}
}

// A page is the report as people read it, of everybody together.
type page struct {
	title    string // of the log
	barriers barrier.Report
	run      *evaluation.Run
	sheet    *sheet
}

// newPage counts everybody together, whatever the figures are grouped by.
func newPage(title string, o evaluation.Options, s *sheet) (p page, err error) {
	o.By = evaluation.Grouping{}
	p.title, p.sheet = title, s
	p.run, err = evaluation.New(o, append(catalogue.All(catalogue.Standards{}), farthest())...)
	return p, err
}

// save writes the page into a file, whole or not at all.
func (p page) save(ctx context.Context, path string) (err error) {
	doc, err := p.document(ctx)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return err
	}
	err = errors.Join(doc.Write(f), f.Chmod(0o644), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

func (p page) document(ctx context.Context) (doc report.Page, err error) {
	policy := disclosure.HES()
	counts, err := p.run.Count(ctx)
	if err != nil {
		return doc, err
	}
	p.sheet.mark(counts, p.run.Indicators())
	about := chart.About{Of: "people referred", During: counts.Period, Source: p.title}
	became, err := p.became(counts, about, policy)
	if err != nil {
		return doc, err
	}
	figures, err := export.Figures(counts, export.About{Policy: policy}, p.run.Indicators()...)
	if err != nil {
		return doc, err
	}
	every := report.Section{Title: "All indicators", Parts: []report.Part{report.Numbers(figures)}}
	doc, err = report.Standard("How the scheme did", p.barriers, about, p.run.Indicators(), every)
	doc.About = "Until " + p.barriers.AsOf.String() + ", from " + p.title + "."
	doc.Sections = slices.Insert(doc.Sections, 0, report.Section{Title: "What became of people", Parts: became})
	doc.Basis = slices.Concat([]report.Term{{Name: "Log", Meaning: p.title}}, doc.Basis, []report.Term{{Name: "Library", Meaning: library()}})
	return doc, err
}

// library returns the version of the library that counted.
func library() string {
	const module = "github.com/socialprescribing/sp"
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, m := range info.Deps {
			if m.Path == module {
				return module + " " + m.Version
			}
		}
	}
	return module
}

// became draws how long people waited and how far they came. What is of too few people to be
// shown is said in words.
func (p page) became(counts *evaluation.Counts, about chart.About, policy disclosure.Policy) ([]report.Part, error) {
	way := disclosure.Table{Title: "How far people came", Columns: []string{"referrals"}}
	reached := counts.Tally(farthest().ID, "")
	for _, step := range steps() {
		way.Rows = append(way.Rows, disclosure.Row{Name: step, Counts: []int64{reached[evaluation.Of(step)]}})
	}
	waits := begun(chart.Bands(counts.Tally(catalogue.BeginID, "").Ends(), 0, policy))
	var parts []report.Part
	draw := func(id string, t disclosure.Table, as func(disclosure.Released[disclosure.Safe]) (chart.Picture, error)) error {
		if p.cannotTell(id) {
			parts = append(parts, report.Text(t.Title+": "+p.title+" cannot tell."))
			return nil
		}
		released, err := disclosure.Release(t, policy)
		if err == nil {
			var picture chart.Picture
			if picture, err = as(released); err == nil {
				parts = append(parts, report.Picture(picture))
				return nil
			}
		}
		if errors.Is(err, sp.ErrInvalid) || errors.Is(err, sp.ErrDenied) {
			parts = append(parts, report.Text(t.Title+": of too few people to be shown."))
			return nil
		}
		return err
	}
	err := errors.Join(
		draw(farthest().ID, way, func(t disclosure.Released[disclosure.Safe]) (chart.Picture, error) { return chart.Flow(t, about) }),
		draw(catalogue.BeginID, waits, func(t disclosure.Released[disclosure.Safe]) (chart.Picture, error) {
			return chart.Became(t, chart.WaitOptions{About: about})
		}),
	)
	return parts, err
}

// cannotTell reports whether a sheet in place of a log lacks what an indicator needs.
func (p page) cannotTell(id string) bool {
	return p.sheet.Sheet != nil && slices.ContainsFunc(p.run.Indicators(), func(i evaluation.Indicator) bool {
		return i.ID == id && len(p.sheet.CannotTell(i)) > 0
	})
}

// begun names what people waited for, and puts it before the other ends.
func begun(t disclosure.Table) disclosure.Table {
	if i := slices.Index(t.Columns, evaluation.Reached); i >= 0 {
		t.Columns[0], t.Columns[i] = "began", t.Columns[0]
		for _, r := range t.Rows {
			r.Counts[0], r.Counts[i] = r.Counts[i], r.Counts[0]
		}
	}
	return t
}
