package barrier

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/voice"
)

// A maker makes a report.
type maker struct {
	Plan
	Sources
	gate *release.Gate

	all       map[string][]evaluation.Figure // of everybody, by indicator
	over      map[string][]evaluation.Figure // by span
	grouped   map[string][]evaluation.Figure // by group
	clusters  map[string]int64               // how many people the rows of a clustered share are of
	indicator map[string]evaluation.Indicator
	beside    map[string][]evaluation.Figure // figures of the caller
	heard     heard
	fates     fates
	whom      map[string][]voice.Speaker // can be asked about a barrier, in order
	released  map[string]Measured        // an indicator that measures several barriers is let out once
	responses map[string]stat.Estimate
	twice     map[string]bool // of whom there are more answers than were asked
	lacks     []string
}

// Make returns the report of counts that a run of [Plan.Indicators] has made, grouped by [Plan.By];
// without that grouping nothing is told of change over time and of groups. Counts of several runs
// can be merged before. It fails with an error that is [sp.ErrInvalid] if an indicator of the plan was not counted,
// for a policy that is malformed and for a margin or a level out of range; whatever else is missing or contradicts
// itself is told in the report.
func (p Plan) Make(counts *evaluation.Counts, s Sources, policy disclosure.Policy) (Report, error) {
	if counts == nil {
		return Report{}, sp.Invalid("barrier: make", "counts", sp.Missing, "must be given")
	}
	m := &maker{Plan: p.orDefault(), Sources: s, gate: release.New(policy, s.Ledger, counts.AsOf), released: map[string]Measured{}, responses: map[string]stat.Estimate{}, twice: map[string]bool{}}
	m.whom = askable(m.Voice)
	if err := m.read(counts); err != nil {
		return Report{}, fmt.Errorf("barrier: make: %w", err)
	}
	r := Report{AsOf: counts.AsOf, Period: counts.Period, Policy: m.gate.Policy().Name}
	var err error
	if r.Lost, err = m.losses(); err != nil {
		return Report{}, err
	}
	for _, b := range All() {
		line, err := m.line(b)
		if err != nil {
			return Report{}, err
		}
		r.Lines = append(r.Lines, line)
	}
	m.missing(r.Lost)
	r.Lacks = m.lacks
	return r, nil
}

// read reads the counts: of all, by span and by group.
func (m *maker) read(counts *evaluation.Counts) error {
	indicators := m.needed()
	mine, err := only(counts, indicators)
	if err != nil {
		return err
	}
	grouped := counts.By == m.By().Name
	if m.all, err = figures(mine, indicators, func(string) string { return "" }); err != nil {
		return err
	}
	if grouped {
		if m.over, err = figures(mine, indicators, func(name string) string { span, _ := split(name); return span }); err != nil {
			return err
		}
	}
	if grouped && m.Groups.Of != nil {
		if m.grouped, err = figures(mine, indicators, func(name string) string { _, group := split(name); return group }); err != nil {
			return err
		}
	}
	m.indicator, m.clusters = map[string]evaluation.Indicator{}, map[string]int64{}
	for n, i := range indicators {
		m.indicator[i.ID] = i
		if i.Statistic == evaluation.Clustered {
			for _, t := range mine.Of[n].Groups {
				m.clusters[i.ID] += release.People(t)
			}
		}
	}
	m.fates = readFates(m.all[FateID])
	m.heard = m.hear(m.all[saidID])
	m.beside = map[string][]evaluation.Figure{}
	for _, f := range m.Figures {
		m.beside[f.Indicator] = append(m.beside[f.Indicator], f)
	}
	return nil
}

// needed returns the indicators that the report shows, and those that it is made of.
func (m *maker) needed() []evaluation.Indicator {
	shown := map[string]bool{FateID: true, saidID: true}
	for _, b := range barriers() {
		for _, id := range b.Figures {
			shown[id] = true
		}
	}
	return slices.DeleteFunc(m.Indicators(), func(i evaluation.Indicator) bool { return !shown[i.ID] })
}

// only returns the counts of some indicators, in their order.
func only(counts *evaluation.Counts, indicators []evaluation.Indicator) (*evaluation.Counts, error) {
	byID := map[string]evaluation.Counted{}
	for _, c := range counts.Of {
		byID[c.ID] = c
	}
	mine := *counts
	mine.Of = nil
	for _, i := range indicators {
		c, ok := byID[i.ID]
		if !ok {
			return nil, sp.Invalid("counts", i.ID, sp.Missing, "must have been counted: see Plan.Indicators")
		}
		mine.Of = append(mine.Of, c)
	}
	return &mine, nil
}

// figures returns the figures of counts whose groups are put together.
func figures(c *evaluation.Counts, indicators []evaluation.Indicator, by func(string) string) (map[string][]evaluation.Figure, error) {
	all, err := margin(c, by).Figures(evaluation.Precision{}, indicators...)
	byID := map[string][]evaluation.Figure{}
	for _, f := range all {
		byID[f.Indicator] = append(byID[f.Indicator], f)
	}
	return byID, err
}

// line makes one line.
func (m *maker) line(b Barrier) (Line, error) {
	l := Line{Barrier: b}
	var err error
	if l.Measured, err = m.measured(b, &l); err != nil {
		return Line{}, err
	}
	if l.Said, err = m.said(b, &l); err != nil {
		return Line{}, err
	}
	if l.Lost, err = m.loss(b.No); err != nil {
		return Line{}, err
	}
	m.changes(&l)
	if err := m.judge(&l); err != nil {
		return Line{}, err
	}
	return l, nil
}

// changes puts both sides beside each other.
func (m *maker) changes(l *Line) {
	if len(l.Measured) > 0 {
		l.Changes.Measured = l.Measured[0].Change.Verdict
	}
	l.Changes.Said = m.heard.change[l.No]
	a, b := l.Changes.Measured, l.Changes.Said
	l.Changes.Opposed = a == Better && b == Worse || a == Worse && b == Better
}

// askable returns who can be asked about each barrier, in order.
func askable(list *voice.List) map[string][]voice.Speaker {
	all := map[string][]voice.Speaker{}
	for _, s := range speakers {
		for _, t := range Questionnaire(list, s) {
			if !slices.Contains(all[t.Theme], s) {
				all[t.Theme] = append(all[t.Theme], s)
			}
		}
	}
	return all
}

// missing says what the report as a whole lacks.
func (m *maker) missing(l Losses) {
	lack := func(is bool, format string, args ...any) {
		if is {
			m.lacks = append(m.lacks, fmt.Sprintf(format, args...))
		}
	}
	lack(m.fates.all == 0, "nobody was referred, so nothing is measured")
	lack(m.over == nil, "counted without spans of time: no change is told (Plan.By)")
	lack(m.over != nil && m.grouped == nil, "counted without groups: no inequality is told (Plan.Groups)")
	lack(len(m.grouped[YoungID]) == 1, "there is one group only, so nothing is told of inequality")
	lack(!m.heard.any(voice.Diary), "nobody kept a diary of barriers")
	lack(!m.heard.any(voice.Barrier), "nobody answered the questionnaire of barriers")
	lack(m.heard.unknown > 0, "%d entries of the diary or the questionnaire are in codes that the list does not have, and count to no barrier", m.heard.unknown)
	lack(m.heard.untold > 0, "%d answers are of a role that is not asked, and count nowhere", m.heard.untold)
	lack(len(m.twice) > 0, "more answers than were asked for: %s", strings.Join(slices.Sorted(maps.Keys(m.twice)), ", "))
	lack((m.heard.any(voice.Diary) || m.heard.any(voice.Barrier)) && len(m.Asked) == 0, "nobody said how many were asked, so no response rate is known")
	lack(m.fates.all > 0 && !l.Lost.Defined(), "how many people were lost is not shown, nor to what: %s", string(l.Lost.Undefined))
	for _, id := range slices.Sorted(maps.Keys(m.Targets)) {
		_, known := m.released[id]
		lack(!known, "there is a target for %s, which measures no barrier here", id)
	}
}
