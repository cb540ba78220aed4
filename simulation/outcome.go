package simulation

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/simulation/queue"
)

// An Outcome is a questionnaire that people are asked in the first conversation and once more
// later, and how their answers behave. Nobody has to be helped for answers to change: people are
// referred when they feel worse than they mostly do, and feel better another day. How far they
// come back is 1 - Retest of the way from Start to Mean; what help adds to that is Effect.
type Outcome struct {
	Instrument string // its code in package measure, such as "ons4"
	Scale      string // one that is the answer to a single question, such as "satisfied"

	Mean   float64 // of people like these at any time
	SD     float64 // among them; 0 is that they are all alike
	Retest float64 // correlation of two answers of one person, if nothing is done between them; from 0 to 1
	Start  float64 // mean of those who are referred, in the first conversation

	Days    int     // from the first answer to the second
	Replies float64 // share of people who answer a second time
	Effect  float64 // points that a finished course adds; below 0 where fewer points are better
}

// Regression returns how many points people change on average without any help, before answers are
// rounded to whole points and kept within the scale: (1 - Retest) (Mean - Start).
func (o *Outcome) Regression() float64 { return float64((1 - o.Retest) * (o.Mean - o.Start)) }

// Scores are what people answered.
type Scores struct {
	First  int // how many answered in the first conversation
	Twice  int // of them, answered again
	Helped int // of these, had finished a course before they did
	Before int // points of all who answered twice, the first time
	After  int // and the second time
}

// Change returns the mean change of those who answered twice, in points: help, regression to
// the mean and chance together. It is unknown if there are none.
func (s Scores) Change() sp.Known[float64] {
	if s.Twice == 0 {
		return sp.Known[float64]{}
	}
	return sp.Know(float64(s.After-s.Before) / float64(s.Twice))
}

// An asking is a second answer that is still to come, also of somebody whose case is closed.
type asking struct {
	entity  uint64
	number  uint32
	group   int32
	version int64   // of the assessment
	state   float64 // how the person felt the first time
	first   int     // which they answered
	helped  bool
}

// measure asks somebody for the first time.
func (r *run) measure(slot int32) {
	o := r.s.Way.Outcome
	if o == nil {
		return
	}
	c := &r.people[slot]
	a := asking{entity: c.entity, number: c.number, group: c.group}
	a.state = queue.Normal{Mean: o.Start, SD: o.SD}.Quantile(r.streams.ways.Unit(c.entity, forScore))
	a.first = r.points(a.state)
	r.of(c).Scores.First++
	at := int32(len(r.askings))
	if n := len(r.freeAskings); n > 0 {
		at, r.freeAskings = r.freeAskings[n-1], r.freeAskings[:n-1]
		r.askings[at] = a
	} else {
		r.askings = append(r.askings, a)
	}
	c.asking = at + 1
	r.log.opened(r, &r.askings[at], person.ID(c.id("P")))
	r.cal.Put(r.now+queue.Time(o.Days)*day, usual, event{kind: askedAgain, slot: at})
}

// secondAnswer asks somebody a second time. What they answer hangs together with the first answer as
// two of one person do, and is better by the effect of a course if they have finished one.
func (r *run) secondAnswer(at int32) {
	o, a := r.s.Way.Outcome, &r.askings[at]
	if r.streams.ways.Unit(a.entity, forSecond) < o.Replies {
		spread := o.SD * math.Sqrt(1-float64(o.Retest*o.Retest))
		state := queue.Normal{Mean: o.Mean + float64(o.Retest*(a.state-o.Mean)), SD: spread}.Quantile(r.streams.ways.Unit(a.entity, forScore+1))
		if a.helped {
			state += o.Effect
		}
		second := r.points(state)
		s := &r.result.Groups[a.group].Scores
		s.Twice++
		s.Before += a.first
		s.After += second
		if a.helped {
			s.Helped++
		}
		r.log.measured(r, a, "end", second)
	} else {
		r.log.assessment(r, a, needs.PointsSkipped{Series: series, Points: []string{"end"}, Reason: "not-reached"})
	}
	r.freeAskings = append(r.freeAskings, at)
}

// help notes that somebody has finished a course, for what they are asked later.
func (r *run) help(c *client) {
	if c.asking > 0 && r.askings[c.asking-1].number == c.number {
		r.askings[c.asking-1].helped = true
	}
}

// points rounds how somebody feels to a point of the scale.
func (r *run) points(state float64) int {
	return int(math.Floor(max(r.lowest, min(r.highest, state)) + 0.5))
}

// openOutcome looks up the scale of the questionnaire.
func (r *run) openOutcome() {
	if o := r.s.Way.Outcome; o != nil {
		in, scale := o.scale()
		r.instrument, r.lowest, r.highest = in, scale.Min, scale.Max
	}
}

// scale returns the questionnaire and the scale of it, nil if there is none of a single question.
func (o *Outcome) scale() (*measure.Instrument, *measure.Scale) {
	in, ok := measure.Find(o.Instrument)
	if !ok {
		return nil, nil
	}
	for i := range in.Scales {
		if s := &in.Scales[i]; s.Code == o.Scale && s.Method == measure.Sum && s.Table == nil && len(s.Items) == 1 {
			return in, s
		}
	}
	return in, nil
}

func (o *Outcome) validate(e *sp.InvalidError) {
	const path = "way.outcome."
	in, scale := o.scale()
	e.Check(in != nil, path+"instrument", sp.NotListed, "must be the code of a questionnaire of package measure")
	e.Check(in == nil || scale != nil, path+"scale", sp.NotListed, "must be a scale of the questionnaire that is the answer to a single question")
	if scale != nil {
		e.Check(o.Mean >= scale.Min && o.Mean <= scale.Max, path+"mean", sp.OutOfRange, "must be within the scale")
		e.Check(o.Start >= scale.Min && o.Start <= scale.Max, path+"start", sp.OutOfRange, "must be within the scale")
	}
	e.Check(o.SD >= 0 && o.SD <= 1e6, path+"sd", sp.OutOfRange, "must be from 0 to 1000000")
	e.Check(share(o.Retest), path+"retest", sp.OutOfRange, "must be from 0 to 1")
	e.Check(o.Days >= 1 && o.Days <= 3650, path+"days", sp.OutOfRange, "must be from 1 to 3650")
	e.Check(share(o.Replies), path+"replies", sp.OutOfRange, "must be from 0 to 1")
	e.Check(o.Effect >= -1e6 && o.Effect <= 1e6, path+"effect", sp.OutOfRange, "must be from -1000000 to 1000000")
}

// series is the ID of the one series of an assessment.
const series needs.ID = "S-1"

// opened writes that a questionnaire was planned and answered for the first time.
func (j *journal) opened(r *run, a *asking, p person.ID) {
	if j.to == nil {
		return
	}
	o := r.s.Way.Outcome
	j.assessment(r, a, needs.Opened{Person: p})
	j.assessment(r, a, needs.SeriesPlanned{
		Series: series, Asks: []needs.Asked{{Instrument: r.instrument.Code, Version: r.instrument.Version}},
		Points: []needs.Point{{Code: "baseline"}, {Code: "end", Days: o.Days}},
	})
	j.measured(r, a, "baseline", a.first)
}

// measured writes an answer.
func (j *journal) measured(r *run, a *asking, point string, points int) {
	if j.to == nil || j.failed != nil {
		return
	}
	_, scale := r.s.Way.Outcome.scale()
	answers := measure.Answers{scale.Items[0]: points}
	result, err := r.instrument.Score(answers)
	if err != nil {
		j.failed = err
		return
	}
	j.assessment(r, a, needs.Measured{Answers: answers, Result: result, Series: series, Point: point})
}

// assessment writes an event of somebody's assessment.
func (j *journal) assessment(r *run, a *asking, e needs.Event) {
	if j.to == nil {
		return
	}
	a.version++
	c := client{number: a.number}
	j.write(r.now, needs.AssessmentKind, c.id("A"), a.version, e)
}
