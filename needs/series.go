package needs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
)

// A Point is one of the times at which the questionnaires of a series are asked. The first
// is the baseline, from which the others are counted.
type Point struct {
	Code   string `json:"code"`             // such as "6-weeks"
	Months int    `json:"months,omitempty"` // after the baseline
	Days   int    `json:"days,omitempty"`   // after those months
	Early  int    `json:"early,omitempty"`  // so many days before it is due an answer counts for it already
}

// Points returns a baseline and follow-ups at six weeks, six and twelve months, as schemes
// are asked to report them. How early an answer counts is a proposal of this library.
func Points() []Point {
	return []Point{{Code: "baseline"}, {Code: "6-weeks", Days: 42, Early: 14}, {Code: "6-months", Months: 6, Early: 30}, {Code: "12-months", Months: 12, Early: 30}}
}

// Asked is a questionnaire of a series, with the version of the rules that every score of
// it is to be made under: scores under others do not compare.
type Asked struct {
	Instrument string `json:"instrument"`
	Version    string `json:"version"`
}

// A Series is a planned run of questionnaires: the same ones at each of its points.
type Series struct {
	ID      ID             `json:"id"`
	Planned sp.Date        `json:"planned"` // when the baseline is due
	Asks    []Asked        `json:"asks"`
	Points  []Point        `json:"points"`
	Answers []SeriesScores `json:"answers,omitempty"` // in the order of their points
	Skipped []string       `json:"skipped,omitempty"` // points at which nobody asks, by code
}

// SeriesScores are what was answered at a point.
type SeriesScores struct {
	Point  string         `json:"point"`
	At     time.Time      `json:"at"`
	Result measure.Result `json:"result"`
}

// A DuePoint is a point at which something is still to be asked.
type DuePoint struct {
	Series ID      `json:"series"`
	Point  string  `json:"point"`
	On     sp.Date `json:"on"`
	Asks   []Asked `json:"asks"` // what nobody has answered yet
}

// A SeriesAnswer is what was answered at one point of a series: the answers to a
// questionnaire, or a score that was computed elsewhere.
type SeriesAnswer struct {
	Series     ID
	Point      string
	Instrument *measure.Instrument // with Answers
	Answers    measure.Answers
	Score      measure.Score // instead of both, where a licence lets only its holder compute it
}

func (x Series) point(code string) int {
	return slices.IndexFunc(x.Points, func(p Point) bool { return p.Code == code })
}

// baseline returns when a questionnaire was first answered at the baseline.
func (x Series) baseline(instrument string) (time.Time, bool) {
	for _, a := range x.Answers {
		if a.Point == x.Points[0].Code && (instrument == "" || a.Result.Instrument == instrument) {
			return a.At, true
		}
	}
	return time.Time{}, false
}

// due returns the day of a point, which is unknown before there is a baseline.
func (x Series) due(i int) sp.Date {
	if i == 0 {
		return x.Planned
	}
	first, ok := x.baseline("")
	if !ok {
		return 0
	}
	return sp.DateOf(first.UTC()).AddMonths(x.Points[i].Months).Add(x.Points[i].Days)
}

// Due returns what is still to be asked, in the order of its day. As long as there is no
// baseline that is the baseline alone; where nobody asks at the baseline, nothing is due.
func (x Series) Due() (list []DuePoint) {
	for i, p := range x.Points {
		on := x.due(i)
		if slices.Contains(x.Skipped, p.Code) || on.IsZero() {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(x.Asks), func(q Asked) bool {
			_, asked := x.baseline(q.Instrument)
			return i > 0 && !asked || slices.ContainsFunc(x.Answers, func(a SeriesScores) bool { return a.Point == p.Code && a.Result.Instrument == q.Instrument })
		})
		if len(left) > 0 {
			list = append(list, DuePoint{x.ID, p.Code, on, left})
		}
	}
	return list
}

// A SeriesChange is how one score of one person differs between the baseline and a point.
type SeriesChange struct {
	Point         string
	Scale         string
	Before, After measure.Score
	measure.Change
}

// Changes compares what was answered to one questionnaire at each point with the baseline.
// It fails as [measure.Instrument.Change] does.
func (x Series) Changes(in *measure.Instrument) (list []SeriesChange, err error) {
	if in == nil || len(x.Points) == 0 {
		return nil, sp.Invalid("needs: changes", "instrument", sp.Missing, "must be one that the series asks")
	}
	before := make(map[string]measure.Score)
	for _, a := range x.Answers {
		if a.Result.Instrument != in.Code {
			continue
		}
		for _, score := range a.Result.Scores {
			first, ok := before[score.Scale]
			if a.Point == x.Points[0].Code {
				before[score.Scale] = score
				continue
			}
			if !ok {
				continue
			}
			change, err := in.Change(first, score)
			if err != nil {
				return nil, err
			}
			list = append(list, SeriesChange{a.Point, score.Scale, first, score, change})
		}
	}
	return list, nil
}

// Series returns the planned series of questionnaires, in the order in which they were
// planned.
func (a *Assessment) Series() []Series {
	all := slices.Clone(a.series)
	for i := range all {
		x := &all[i]
		x.Asks, x.Points, x.Answers, x.Skipped = slices.Clone(x.Asks), slices.Clone(x.Points), slices.Clone(x.Answers), slices.Clone(x.Skipped)
		for k := range x.Answers {
			x.Answers[k].Result = cloned(x.Answers[k].Result)
		}
	}
	return all
}

// Due returns what is still to be asked by the series of the assessment, in the order of
// its day.
func (a *Assessment) Due() (list []DuePoint) {
	for _, x := range a.series {
		list = append(list, x.Due()...)
	}
	slices.SortStableFunc(list, func(x, y DuePoint) int { return cmp.Compare(x.On, y.On) })
	return list
}

func (a *Assessment) seriesAt(id ID) int {
	return slices.IndexFunc(a.series, func(x Series) bool { return x.ID == id })
}

// PlanSeries plans the same questionnaires at a baseline and at follow-ups; nil points are
// those of [Points]. The baseline is due at once. What is due is on a list
// ([Repository.MeasuresDue]), also when the assessment is closed, since most follow-ups
// fall due then.
func (a *Assessment) PlanSeries(id ID, ask []*measure.Instrument, points []Point, s sp.Stamp) error {
	if points == nil {
		points = Points()
	}
	var e sp.InvalidError
	e.CheckID(string(id), "id")
	e.Check(a.seriesAt(id) < 0, "id", sp.Duplicate, "must be new in this assessment")
	e.Check(len(ask) > 0 && len(ask) <= 16, "instruments", sp.WrongLength, "must be from 1 to 16")
	planned := SeriesPlanned{Series: id, Points: slices.Clone(points)}
	for i, in := range ask {
		path := fmt.Sprintf("instruments[%d]", i)
		if err := in.Check(); err != nil {
			e.Check(false, path, sp.Malformed, "must be an instrument that passes its Check")
			continue
		}
		e.Check(!slices.ContainsFunc(planned.Asks, func(q Asked) bool { return q.Instrument == in.Code }), path, sp.Duplicate, "must not be named twice")
		planned.Asks = append(planned.Asks, Asked{in.Code, in.Version})
	}
	e.Check(len(points) >= 2 && len(points) <= 32, "points", sp.WrongLength, "must be a baseline and at least one follow-up")
	for i, p := range points {
		path := fmt.Sprintf("points[%d]", i)
		e.Check(sp.ValidCode(p.Code), path+".code", sp.Malformed, sp.CodeRule)
		e.Check(slices.IndexFunc(points, func(o Point) bool { return o.Code == p.Code }) == i, path+".code", sp.Duplicate, "must not be named twice")
		inRange := p.Months >= 0 && p.Months <= 120 && p.Days >= 0 && p.Days <= 3650 && p.Early >= 0
		e.Check(inRange && (i == 0) == (p.Months+p.Days == 0), path, sp.OutOfRange, "must be the baseline if it is the first, and otherwise within ten years after it")
		e.Check(i == 0 || !inRange || 31*p.Months+p.Days > p.Early, path+".early", sp.OutOfRange, "must not reach back to the baseline")
		e.Check(i == 0 || !inRange || p.offset() > points[i-1].offset(), path, sp.Inconsistent, "must come after the one before")
	}
	return a.root.Do(view{a: a}, PlanSeries, "", s, e.Fields, planned)
}

// offset orders points: a month is at least 28 days.
func (p Point) offset() int { return 30*p.Months + p.Days }

// Answer keeps what was answered at a point of a series. It is refused before there is a
// baseline, earlier than the point allows, to a questionnaire of another version than was
// planned, and twice. One that raises an alert does so as with [Assessment.Measure], also
// in an assessment that is closed.
func (a *Assessment) Answer(x SeriesAnswer, s sp.Stamp) (measure.Result, error) {
	result, fault := measure.Result{Instrument: x.Score.Instrument, Version: x.Score.Version, Scores: []measure.Score{x.Score}}, error(nil)
	var e sp.InvalidError
	if x.Instrument != nil {
		e.Check(x.Score.Instrument == "", "score", sp.Inconsistent, "must be empty where there are answers")
		result, fault = x.Instrument.Score(x.Answers)
		if fault != nil {
			result = measure.Result{Instrument: x.Instrument.Code, Version: x.Instrument.Version}
		}
	} else {
		e.Check(len(x.Answers) == 0, "answers", sp.Inconsistent, "must be empty where there is no instrument to score them")
		e.Check(!slices.Contains(alarming(), x.Score.Instrument), "score.instrument", sp.Missing, "must be measured with its answers, since one of them may raise an alert")
	}
	checkResult(&e, result)
	a.checkAnswer(&e, x, result, s)
	measured := Measured{Answers: maps.Clone(x.Answers), Result: cloned(result), Series: x.Series, Point: x.Point}
	p, err := a.root.Prepare(view{a: a}, Answer, "", s, e.Fields, measured)
	if err == nil && fault != nil {
		err = fmt.Errorf("needs: answer %s: %w", a.id, fault)
	}
	if err != nil {
		return measure.Result{}, err
	}
	p.Record()
	return result, nil
}

func (a *Assessment) checkAnswer(e *sp.InvalidError, x SeriesAnswer, r measure.Result, s sp.Stamp) {
	at := a.seriesAt(x.Series)
	e.Check(at >= 0, "series", sp.NotListed, "must be one of this assessment")
	if at < 0 {
		return
	}
	of := a.series[at]
	i := of.point(x.Point)
	e.Check(i >= 0, "point", sp.NotListed, "must be one of the series")
	q := slices.IndexFunc(of.Asks, func(q Asked) bool { return q.Instrument == r.Instrument })
	e.Check(q >= 0, "instrument", sp.NotListed, "must be one that the series asks")
	if i < 0 || q < 0 {
		return
	}
	e.Check(of.Asks[q].Version == r.Version, "instrument.version", sp.Inconsistent, "must be the one that was planned: scores under other rules do not compare")
	e.Check(!slices.Contains(of.Skipped, x.Point), "point", sp.WrongState, "must not be one at which nobody asks")
	first, asked := of.baseline(r.Instrument)
	e.Check(i == 0 || asked && !s.At.Before(first), "point", sp.Untimely, "must not come before its baseline")
	e.Check(i == 0 || !asked || sp.DateOf(s.At.UTC()) >= of.due(i).Add(-of.Points[i].Early), "stamp.at", sp.Untimely, fmt.Sprintf("must not be more than %d days before it is due", of.Points[i].Early))
	for _, o := range of.Answers {
		if o.Result.Instrument != r.Instrument {
			continue
		}
		k := of.point(o.Point)
		e.Check(k != i || !overlap(o.Result, r), "point", sp.Duplicate, "must not be answered twice")
		e.Check(k >= i || !s.At.Before(o.At), "stamp.at", sp.Untimely, "must not come before what was answered at an earlier point")
		e.Check(k <= i || !s.At.After(o.At), "stamp.at", sp.Untimely, "must not come after what was answered at a later point")
	}
}

// overlap reports whether two results of one questionnaire have a scale in common, or one
// was scored from answers.
func overlap(a, b measure.Result) bool {
	return len(a.Scores) == 0 || len(b.Scores) == 0 || slices.ContainsFunc(a.Scores, func(x measure.Score) bool {
		return slices.ContainsFunc(b.Scores, func(y measure.Score) bool { return x.Scale == y.Scale })
	})
}

// Skip records that nobody asks at some points of a series, and why, as a code such as
// "declined", "not-reached" or "died". What was missed stays visible as missed. Without a
// baseline there is nothing to compare, and nothing more is due.
func (a *Assessment) Skip(series ID, points []string, why string, s sp.Stamp) error {
	var e sp.InvalidError
	at := a.seriesAt(series)
	e.Check(at >= 0, "series", sp.NotListed, "must be one of this assessment")
	e.Check(len(points) > 0, "points", sp.Missing, "must not be empty")
	e.Check(sp.ValidCode(why), "reason", sp.Malformed, sp.CodeRule)
	for i, code := range points {
		path := fmt.Sprintf("points[%d]", i)
		e.Check(at < 0 || a.series[at].point(code) >= 0, path, sp.NotListed, "must be one of the series")
		e.Check(at < 0 || !slices.Contains(a.series[at].Skipped, code), path, sp.WrongState, "is skipped already")
		e.Check(slices.Index(points, code) == i, path, sp.Duplicate, "must not be named twice")
	}
	return a.root.Do(view{a: a}, Skip, "", s, e.Fields, PointsSkipped{Series: series, Points: slices.Clone(points), Reason: why})
}

func (e SeriesPlanned) apply(a *Assessment, s sp.Stamp) {
	if len(e.Points) > 0 {
		a.series = append(a.series, Series{ID: e.Series, Planned: sp.DateOf(s.At.UTC()), Asks: e.Asks, Points: e.Points})
	}
}

func (e PointsSkipped) apply(a *Assessment, _ sp.Stamp) {
	if i := a.seriesAt(e.Series); i >= 0 {
		a.series[i].Skipped = append(a.series[i].Skipped, e.Points...)
	}
}

// answered notes what was answered at a point of a series.
func (a *Assessment) answered(e Measured, s sp.Stamp) {
	i := a.seriesAt(e.Series)
	if i < 0 {
		return
	}
	x := &a.series[i]
	x.Answers = append(x.Answers, SeriesScores{e.Point, s.At, e.Result})
	slices.SortStableFunc(x.Answers, func(a, b SeriesScores) int { return cmp.Compare(x.point(a.Point), x.point(b.Point)) })
}
