package barrier

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/voice"
)

// heard is what was said, as it was counted.
type heard struct {
	statements map[said]int64 // of a kind and speaker, by span
	named      map[about]int64
	hindered   map[about]int64 // in which less or nothing came of it
	good       map[question]int64
	answered   map[question]int64
	unknown    int64              // items in codes that are not on the list
	untold     int64              // items of a role that is not asked for them
	change     map[string]Verdict // of how often a barrier is named
}

type said struct {
	span string
	kind voice.Kind
	by   voice.Speaker
}

// about is what was said of a barrier.
type about struct {
	said
	no string
}

// question is a question that was answered.
type question struct {
	span string
	by   voice.Speaker
	code string
}

// hear reads what [Plan.said] counted.
func (m *maker) hear(figures []evaluation.Figure) heard {
	h := heard{map[said]int64{}, map[about]int64{}, map[about]int64{}, map[question]int64{}, map[question]int64{}, 0, 0, map[string]Verdict{}}
	for _, f := range figures {
		part := strings.Split(f.Category, field)
		if len(part) != 4 {
			continue // nothing was said
		}
		h.take(m.Voice, said{part[0], voice.Kind(part[1]), voice.Speaker(part[2])}, strings.Split(part[3], item), int64(f.Estimate.Numerator))
	}
	return h
}

// take takes n statements that say the same.
func (h *heard) take(list *voice.List, s said, items []string, n int64) {
	h.statements[s] += n
	named, hindered := map[string]bool{}, map[string]bool{}
	for _, i := range items {
		if code, answer, ok := strings.Cut(i, "="); ok {
			q := question{s.span, s.by, code}
			if points, ok := voice.Answer(answer).Points(); ok {
				h.answered[q] += n
				h.good[q] += n * int64(b2i(points >= 3))
			}
			continue
		}
		code, effect, _ := cutLast(i, ":")
		term, known := list.Term(voice.Code(code))
		switch {
		case !known:
			h.unknown += n
		case !slices.Contains(term.Asked, s.by):
			h.untold += n
		default:
			named[term.Theme] = true
			if e := voice.Effect(effect); e == voice.Less || e == voice.Stopped {
				hindered[term.Theme] = true
			}
		}
	}
	for no := range named {
		h.named[about{s, no}] += n
	}
	for no := range hindered {
		h.hindered[about{s, no}] += n
	}
}

// cutLast cuts at the last separator: codes of a scheme have a colon of their own.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// any reports whether anything of a kind was said.
func (h heard) any(k voice.Kind) bool {
	for s := range h.statements {
		if s.kind == k {
			return true
		}
	}
	return false
}

// spans returns the spans in which anything was said, in order.
func (h heard) spans() []string {
	all := map[string]bool{}
	for s := range h.statements {
		all[s.span] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// said returns what is said of a barrier: the diary and the questionnaire by role, then answers to
// questions.
func (m *maker) said(b Barrier, l *Line) (all []Said, err error) {
	for _, how := range []voice.Kind{voice.Diary, voice.Barrier} {
		for _, by := range m.whom[b.No] {
			x, some, err := m.namedBy(b, how, by)
			if err != nil {
				return nil, err
			}
			if some {
				all = append(all, x)
			}
		}
		if err := m.namedByAll(b, how); err != nil {
			return nil, err
		}
	}
	for _, code := range b.Questions {
		answers, err := m.answers(code)
		if err != nil {
			return nil, err
		}
		all = append(all, answers...)
	}
	if len(all) == 0 {
		l.Lacks = append(l.Lacks, "nobody was heard on it")
	}
	return all, nil
}

// namedBy returns how often one kind of speaker names a barrier.
func (m *maker) namedBy(b Barrier, how voice.Kind, by voice.Speaker) (x Said, some bool, err error) {
	var over []evaluation.Figure
	var named, hindered, all int64
	for _, span := range m.heard.spans() {
		s := said{span, how, by}
		n := m.heard.statements[s]
		if n == 0 {
			continue
		}
		over = append(over, evaluation.Figure{
			Indicator: saidID, Name: "named by " + plural(by), Group: span, Unit: evaluation.Share,
			Estimate: stat.Estimate{Numerator: float64(m.heard.named[about{s, b.No}]), Denominator: float64(n), Of: entries(how)},
		})
		named, hindered, all = named+m.heard.named[about{s, b.No}], hindered+m.heard.hindered[about{s, b.No}], all+n
	}
	if all == 0 {
		return x, false, nil
	}
	x = Said{How: how, By: by}
	key := "barrier/" + b.No + "/" + string(how) + "/" + string(by)
	spans, total, err := m.gate.Shares(key+"/"+string(m.Over), over)
	if err != nil {
		return x, false, err
	}
	x.Figure, x.Change = total, change(spans, evaluation.Lower, release.Level)
	if x.Hindered, err = m.gate.One(key+"/hindered", hindered, named, "entries that name it"); err != nil {
		return x, false, err
	}
	x.Response, err = m.response(how, by, "", all)
	return x, true, err
}

// namedByAll compares over time how often a barrier is named by all who are asked.
func (m *maker) namedByAll(b Barrier, how voice.Kind) error {
	if m.heard.change[b.No] != Silent {
		return nil // the diary told it
	}
	var over []evaluation.Figure
	for _, span := range m.heard.spans() {
		f := evaluation.Figure{Name: "named", Group: span, Unit: evaluation.Share, Estimate: stat.Estimate{Of: entries(how)}}
		for _, by := range m.whom[b.No] {
			s := said{span, how, by}
			f.Estimate.Numerator += float64(m.heard.named[about{s, b.No}])
			f.Estimate.Denominator += float64(m.heard.statements[s])
		}
		if f.Estimate.Denominator > 0 {
			over = append(over, f)
		}
	}
	if len(over) < 2 {
		return nil
	}
	spans, _, err := m.gate.Shares("barrier/"+b.No+"/"+string(how)+"/all/"+string(m.Over), over)
	m.heard.change[b.No] = change(spans, evaluation.Lower, release.Level).Verdict
	return err
}

func entries(how voice.Kind) string {
	if how == voice.Diary {
		return "diaries"
	}
	return "questionnaires"
}

// answers returns how many answer one of the two best of five to a question, by who was asked.
func (m *maker) answers(code string) (all []Said, err error) {
	term, _ := m.Voice.Term(voice.Code(code))
	for _, by := range speakers {
		var over []evaluation.Figure
		var answered int64
		for _, span := range m.heard.spans() {
			q := question{span, by, code}
			n := m.heard.answered[q]
			if n == 0 {
				continue
			}
			over = append(over, evaluation.Figure{
				Indicator: saidID, Name: "\"" + term.Display + "\", say " + plural(by), Group: span, Unit: evaluation.Share,
				Estimate: stat.Estimate{Numerator: float64(m.heard.good[q]), Denominator: float64(n), Of: "answers"},
			})
			answered += n
		}
		if answered == 0 {
			continue
		}
		x := Said{How: cmp.Or(term.Kinds[0], voice.Experience), By: by, Question: code, Hindered: stat.Estimate{Undefined: stat.NoCases}}
		spans, total, err := m.gate.Shares("barrier/"+code+"/"+string(by)+"/"+string(m.Over), over)
		if err != nil {
			return nil, err
		}
		x.Figure, x.Change = total, change(spans, evaluation.Higher, release.Level)
		if x.Response, err = m.response(x.How, by, code, answered); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

// Why there is no response rate.
const (
	NotStated stat.Undefined = "nobody said how many were asked"
	TooMany   stat.Undefined = "there are more answers than were asked for"
)

// response returns the response rate of those who were asked.
func (m *maker) response(how voice.Kind, by voice.Speaker, code string, n int64) (stat.Estimate, error) {
	asked, known := m.Asked[Asking{how, by}]
	e := stat.Estimate{Interval: stat.Interval{Lower: 0, Upper: 1}, Level: release.Level, Per: 1, Of: "asked"}
	switch {
	case !known:
		e.Undefined = NotStated
	case n > int64(asked):
		e.Undefined = TooMany
		m.twice[string(how)+" of "+plural(by)] = true
	default:
		key := "barrier/response/" + string(how) + "/" + string(by) + "/" + code
		if let, done := m.responses[key]; done {
			return let, nil
		}
		var err error
		if e, err = m.gate.One(key, n, int64(asked), "asked"); err != nil {
			return e, err
		}
		m.responses[key] = e
	}
	return e, nil
}
