package barrier

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// A Plan says how barriers are followed. The zero Plan follows them by quarter, between no
// groups, by the standards and lists that ship with this library.
type Plan struct {
	Standards catalogue.Standards
	Over      Span                // of time, by the day of receipt, or on which something was said
	Groups    evaluation.Grouping // of referrals, such as by age or by a lookup of deprivation; zero compares no groups
	// Ordered is the groups of Groups from the most disadvantaged to the least, if they have such an
	// order, as the fifths of deprivation have. With it shares have a gradient: see [Gap].
	Ordered []string
	Voice   *voice.List // that codes of the diary are of; nil is [voice.Standard]
	Lost    Attribution // nil is [DefaultAttribution]
}

// A Span is over what length of time what is measured and what is said is put together.
type Span string

// The spans. Financial years, and their quarters, begin in April.
const (
	Quarters Span = "" // the default: "2025/26 Q1"
	Years    Span = "years"
	Months   Span = "months"
)

// of returns the name of the span in which a day lies, in the order of time.
func (s Span) of(d sp.Date) string {
	if d.IsZero() {
		return evaluation.UnknownGroup
	}
	if s == Months {
		return d.String()[:len("2026-04")]
	}
	year := d.FinancialYear(time.April)
	name := fmt.Sprintf("%d/%02d", year, (year+1)%100)
	if s == Quarters {
		_, month, _ := d.Civil()
		name += fmt.Sprintf(" Q%d", (int(month)+8)%12/3+1)
	}
	return name
}

// between stands between the span and the group in the name of a group.
const between = " | "

// By returns the grouping of a run whose counts a report is made of: spans of time, and within
// each the groups of the plan.
func (p Plan) By() evaluation.Grouping {
	g := evaluation.Grouping{Name: "barrier: " + string(p.Over) + between + p.Groups.Name, Reads: append([]evaluation.Fact{facts.Received}, p.Groups.Reads...)}
	name := p.namer()
	if p.Groups.Of == nil {
		g.Of = func(r evaluation.Row) string { return name(r.Day(facts.Received)) }
		return g
	}
	g.Of = func(r evaluation.Row) string { return name(r.Day(facts.Received)) + between + p.Groups.Of(r) }
	return g
}

// namer returns what names spans without making a text anew for each row.
func (p Plan) namer() func(sp.Date) string {
	first := sp.NewDate(1990, time.January, 1)
	var known [120 * 12]string // by month
	for m := range known {
		known[m] = p.Over.of(first.AddMonths(m))
	}
	return func(d sp.Date) string {
		if d.IsZero() {
			return evaluation.UnknownGroup
		}
		year, month, _ := d.Civil()
		if m := (year-1990)*12 + int(month) - 1; m >= 0 && m < len(known) {
			return known[m]
		}
		return p.Over.of(d)
	}
}

func (p Plan) orDefault() Plan {
	if p.Voice == nil {
		p.Voice = voice.Standard()
	}
	if p.Lost == nil {
		p.Lost = DefaultAttribution()
	}
	return p
}

// Indicators returns all indicators that a report is made of: those of package catalogue, and
// those that only a report of barriers needs. Others may stand beside them in a run.
func (p Plan) Indicators() []evaluation.Indicator {
	p = p.orDefault()
	return append(catalogue.All(p.Standards), p.own()...)
}

// Read counts a log in one pass and returns the report: [Plan.Indicators], [Plan.By] and
// [Plan.Make] in one call. The grouping of the options is that of the plan. It fails as
// [evaluation.New] and [evaluation.Run.Read] do, and as Make does.
func (p Plan) Read(ctx context.Context, log iter.Seq2[store.RecordedEvent, error], o evaluation.Options, s Sources, policy disclosure.Policy) (Report, error) {
	o.By = p.By()
	run, err := evaluation.New(o, p.Indicators()...)
	if err != nil {
		return Report{}, err
	}
	if err := run.Read(ctx, log, nil); err != nil {
		return Report{}, err
	}
	counts, err := run.Count(ctx)
	if err != nil {
		return Report{}, err
	}
	return p.Make(counts, s, policy)
}

// split returns the span and the group of the name of a group.
func split(name string) (span, group string) {
	span, group, _ = strings.Cut(name, between)
	return span, group
}

// margin returns counts with groups put together: by is the name of the group into which
// each goes. Rows of one person that were in several groups stay apart in the interval of a
// clustered share.
func margin(c *evaluation.Counts, by func(name string) string) *evaluation.Counts {
	m := *c
	m.Of = make([]evaluation.Counted, len(c.Of))
	for i, of := range c.Of {
		m.Of[i] = of
		m.Of[i].Groups = map[string]evaluation.Tally{}
		for name, t := range of.Groups {
			into := by(name)
			if name == "" {
				into = "" // it has one figure of all
			}
			if m.Of[i].Groups[into] == nil {
				m.Of[i].Groups[into] = make(evaluation.Tally, len(t))
			}
			for a, n := range t {
				m.Of[i].Groups[into][a] += n
			}
		}
	}
	return &m
}
