package concern

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// A Standard says how soon a concern must be with a team whose task it is, and what
// the scheme does afterwards.
type Standard struct {
	Name string // with its version, such as "bay-2026-1"

	// Reply is how long a team may take to say yes. With SameDay it is the rest of the
	// working day, if that is longer.
	Reply   time.Duration
	SameDay bool

	// Escalate says after how long without a yes somebody of more weight is asked: each
	// time that has passed since the concern was raised is one level.
	Escalate []time.Duration

	// NextDay has the person spoken to by the end of the working day after the concern
	// was taken over, and Days once more so many days after it. Zero is not at all.
	NextDay bool
	Days    int

	Calendar sp.Calendar // whose days and working days they are
}

// Proposed returns the standard that this library proposes for a kind of concern, made
// from local procedures, since no national clock for link workers could be found. A
// crisis is with somebody within two hours, and is escalated after two and after four; a
// safeguarding concern is with somebody on the same working day. After a crisis the
// person is spoken to on the next working day, and after a week. A scheme agrees its
// own with its safeguarding lead.
func Proposed(k Kind, c sp.Calendar) Standard {
	if k == Crisis {
		return Standard{
			Name: "proposed-crisis-1", Reply: 2 * time.Hour, Escalate: []time.Duration{2 * time.Hour, 4 * time.Hour},
			NextDay: true, Days: 7, Calendar: c,
		}
	}
	return Standard{Name: "proposed-safeguarding-1", SameDay: true, Calendar: c}
}

// A Step is what is to be done about a concern.
type Step string

// What has to be done about a concern, in the order in which it falls due.
const (
	StepOffer    Step = "offer"    // ask a team to take it over: nobody was asked yet
	StepChase    Step = "chase"    // a team was asked, and is to answer by then
	StepEscalate Step = "escalate" // ask another team, or somebody of more weight: it came back, or no yes came in time
	StepSpeak    Step = "speak"    // speak to the person: it was taken over
)

// A Due is the next step of a concern.
type Due struct {
	Step  Step      `json:"step"`
	By    time.Time `json:"by"`
	Level int       `json:"level,omitempty"` // how many times of [Standard.Escalate] have passed
}

// Next returns what is to be done about a concern at a moment, and by when. Of one that
// was taken over, spoken is when the person was last spoken to. It is false if nothing
// is left to do.
func (s Standard) Next(c Concern, spoken, at time.Time) (Due, bool) {
	if !c.Open() {
		return s.after(c, spoken)
	}
	d := Due{Step: StepOffer, By: c.Raised}
	for _, after := range s.Escalate {
		if !at.Before(c.Raised.Add(after)) {
			d.Level++
		}
	}
	var awaited, back time.Time // by when the next answer is due; since when it is with its holder again
	for _, o := range c.Offers {
		by := s.answerBy(o.At)
		switch {
		case o.Answer.Bounces():
			back = later(back, o.Answered)
		case !by.After(at):
			back = later(back, by)
		case awaited.IsZero() || by.Before(awaited):
			awaited = by
		}
	}
	if !awaited.IsZero() {
		d.Step, d.By = StepChase, awaited
	} else if !back.IsZero() {
		d.Step, d.By = StepEscalate, back
	}
	return d, true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// answerBy returns until when a team that was asked at a moment may take.
func (s Standard) answerBy(at time.Time) time.Time {
	by := at.Add(s.Reply)
	if s.SameDay {
		day := s.Calendar.AddWorkdays(s.Calendar.Date(at).Add(-1), 1) // today, if it is one
		if end := s.endOf(day); end.After(by) {
			return end
		}
	}
	return by
}

// after returns by when the person is to be spoken to after a concern was taken over.
// One that was a mistake asks for nothing.
func (s Standard) after(c Concern, spoken time.Time) (Due, bool) {
	if c.Answer == RaisedByMistake {
		return Due{}, false
	}
	day := s.Calendar.Date(c.Ended)
	if s.NextDay && !spoken.After(c.Ended) {
		return Due{Step: StepSpeak, By: s.endOf(s.Calendar.AddWorkdays(day, 1))}, true
	}
	if s.Days > 0 && s.Calendar.Date(spoken) < day.Add(s.Days) {
		return Due{Step: StepSpeak, By: s.endOf(day.Add(s.Days))}, true
	}
	return Due{}, false
}

// endOf returns the last moment of a day.
func (s Standard) endOf(day sp.Date) time.Time {
	return day.Add(1).In(s.Calendar.Zone()).Add(-time.Microsecond)
}

// Check adds to e what is wrong with s.
func (s Standard) Check(e *sp.InvalidError, path string) {
	e.Check(sp.ValidCode(s.Name), path+"name", sp.Malformed, sp.CodeRule)
	e.Check(s.Reply >= 0, path+"reply", sp.OutOfRange, "must not be negative")
	e.Check(s.Reply > 0 || s.SameDay, path+"reply", sp.Missing, "must say how soon, or the same day")
	e.Check(s.Days >= 0 && s.Days <= 366, path+"days", sp.OutOfRange, "must be from 0 to 366")
	e.Check(slices.IsSorted(s.Escalate) && (len(s.Escalate) == 0 || s.Escalate[0] > 0), path+"escalate", sp.OutOfRange, "must rise from more than 0")
}
