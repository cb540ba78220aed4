package barrier

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/voice"
)

// By which evidence is sound: the rules of [Evidence], which are this library's.
const (
	soundCases    = 30   // cases at least
	soundWidth    = 0.2  // of the interval of a share at most
	soundLeft     = 0.33 // of the cases left out at most
	soundResponse = 0.5  // of those who were asked at least
)

// judge grades the evidence of a line, and says whom to ask where nothing is told.
func (m *maker) judge(l *Line) error {
	measured, soundMeasured := m.judgeMeasured(l)
	said, soundSaid := judgeSaid(l)
	switch {
	case !measured && !said:
		l.Evidence = None
	case soundMeasured && soundSaid:
		l.Evidence = Strong
	case l.Perception && !soundSaid:
		l.Evidence = Weak
		l.Because = append(l.Because, "it is how somebody sees it, so what is measured says little by itself")
	case soundMeasured || soundSaid:
		l.Evidence = Fair
	default:
		l.Evidence = Weak
	}
	if l.Changes.Opposed {
		l.Because = append(l.Because, "what is said and what is measured changed in opposite ways")
		if l.Evidence == Strong {
			l.Evidence = Fair
		}
	}
	if l.Evidence == None || l.Perception && !said {
		return m.ask(l)
	}
	return nil
}

// judgeMeasured reports whether a line shows anything that is measured, and whether that is sound.
func (m *maker) judgeMeasured(l *Line) (told, sound bool) {
	switch {
	case slices.ContainsFunc(l.Measured, func(x Measured) bool { return x.Defined() }):
		why := m.unsound(l.Measured[0])
		l.Because = append(l.Because, why...)
		return true, len(why) == 0
	case l.Lost.Share.Defined():
		l.Because = append(l.Because, "nothing is measured but who was lost to it, as far as reasons were coded")
		return true, false
	}
	l.Because = append(l.Because, "nothing that is measured can be shown")
	return false, false
}

// judgeSaid reports whether a line shows anything that somebody said, and whether some of it is sound.
func judgeSaid(l *Line) (told, sound bool) {
	var why []string
	for _, s := range l.Said {
		if !s.Figure.Defined() {
			continue
		}
		told = true
		if why = thin(s); len(why) == 0 {
			return true, true // one that is sound will do
		}
	}
	if !told {
		why = []string{"nothing that anybody said can be shown"}
	}
	l.Because = append(l.Because, why...)
	return told, false
}

// unsound says what is wrong with a figure.
func (m *maker) unsound(x Measured) (why []string) {
	e := x.Estimate
	if e.Denominator < soundCases {
		why = append(why, fmt.Sprintf("%s: of fewer than %d", x.Name, soundCases))
	}
	if x.Unit == evaluation.Share && e.Interval.Upper-e.Interval.Lower > soundWidth {
		why = append(why, fmt.Sprintf("%s: known to within %.0f points only", x.Name, 100*(e.Interval.Upper-e.Interval.Lower)))
	}
	if left := float64(x.Excluded); left > soundLeft*(left+e.Denominator) {
		why = append(why, x.Name+": more than a third left out")
	}
	return why
}

// thin says what is wrong with what is said.
func thin(s Said) (why []string) {
	by := plural(s.By)
	switch {
	case !s.Response.Defined() && s.Response.Undefined != Withheld && s.Response.Undefined != Told:
		why = append(why, by+": "+string(s.Response.Undefined))
	case s.Response.Defined() && s.Response.Value < soundResponse:
		why = append(why, fmt.Sprintf("%s: fewer than half of those who were asked answered", by))
	}
	if s.Figure.Estimate.Denominator < soundCases {
		why = append(why, fmt.Sprintf("%s: fewer than %d %s", by, soundCases, s.Figure.Estimate.Of))
	}
	return why
}

// ask says how many to ask, of each who can be asked.
func (m *maker) ask(l *Line) error {
	for _, by := range m.whom[l.No] {
		n := m.People[by]
		if by == voice.Person && n == 0 {
			n = int(m.fates.all)
		}
		a := Ask{Whom: by, Level: m.Sample.Level, Within: m.Sample.Margin}
		of := n
		if n > 0 {
			a.Of = m.gate.Count(int64(n))
			of = int(a.Of.Or(0)) // N is worked out from what is shown, lest it tell the rest
		}
		var err error
		if a.N, err = SampleSize(of, m.Sample); err != nil {
			return fmt.Errorf("barrier: make: %w", err)
		}
		if a.Level == 0 {
			a.Level = 0.95
		}
		if a.Within == 0 {
			a.Within = 0.1
		}
		l.Ask = append(l.Ask, a)
	}
	return nil
}
