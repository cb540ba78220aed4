package lab

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A fileTime is a distribution of days.
type fileTime struct {
	Never       bool      `json:"never,omitempty"`
	Constant    *float64  `json:"constant,omitempty"`
	Exponential *float64  `json:"exponential,omitempty"` // its mean
	Uniform     []float64 `json:"uniform,omitempty"`     // from, to
	Triangular  []float64 `json:"triangular,omitempty"`  // from, most often, to
}

// over puts the distribution in the place of another, if it is given.
func (t *fileTime) over(e *sp.InvalidError, path string, of *queue.Distribution) {
	if t == nil {
		return
	}
	var all []queue.Distribution
	if t.Never {
		all = append(all, nil)
	}
	if t.Constant != nil {
		all = append(all, queue.Constant(*t.Constant))
	}
	if t.Exponential != nil {
		all = append(all, queue.Exponential(*t.Exponential))
	}
	if len(t.Uniform) == 2 {
		all = append(all, queue.Uniform{Low: t.Uniform[0], High: t.Uniform[1]})
	}
	if len(t.Triangular) == 3 {
		all = append(all, queue.Triangular{Low: t.Triangular[0], Mode: t.Triangular[1], High: t.Triangular[2]})
	}
	if e.Check(len(all) == 1, path, sp.Inconsistent, "must be one of never, constant, exponential (its mean), uniform [from, to] and triangular [from, most often, to]"); len(all) == 1 {
		*of = all[0]
	}
}

// A fileWay is what a file says of a [simulation.Way].
type fileWay struct {
	TriageDays    *fileTime `json:"triageDays,omitempty"`
	Declined      *float64  `json:"declined,omitempty"`
	Patience      *fileTime `json:"patience,omitempty"`
	Answers       *float64  `json:"answers,omitempty"`
	Attempts      *int      `json:"attempts,omitempty"`
	AttemptDays   *fileTime `json:"attemptDays,omitempty"`
	Contacts      *fileTime `json:"contacts,omitempty"`
	ContactDays   *fileTime `json:"contactDays,omitempty"`
	WantsService  *float64  `json:"wantsService,omitempty"`
	Options       *int      `json:"options,omitempty"`
	PlacePatience *fileTime `json:"placePatience,omitempty"`
	ReplyDays     *fileTime `json:"replyDays,omitempty"`
	Accepts       *float64  `json:"accepts,omitempty"`
	Base          *float64  `json:"attendance,omitempty"`
	PerWeek       *float64  `json:"attendancePerWeekWaited,omitempty"`
	PerTen        *float64  `json:"attendancePerTenMinutes,omitempty"`
	PerTenPounds  *float64  `json:"attendancePerTenPounds,omitempty"`
	OtherMode     *float64  `json:"attendanceOtherMode,omitempty"`
	AfterCut      *float64  `json:"attendanceAfterCut,omitempty"`
	StopAfter     *int      `json:"stopAfter,omitempty"`
	Met           *float64  `json:"met,omitempty"`
	Tenure        *fileTime `json:"tenure,omitempty"`
	Vacancy       *fileTime `json:"vacancy,omitempty"`
	Closure       *fileTime `json:"closure,omitempty"`

	Concerns []fileConcern `json:"concerns,omitempty"`
	Outcome  *fileOutcome  `json:"outcome,omitempty"`
}

// A fileConcern is a [simulation.Concern].
type fileConcern struct {
	Kind  concern.Kind `json:"kind"`
	Share float64      `json:"share"`
	Days  *fileTime    `json:"days,omitempty"`
}

// A fileOutcome is a [simulation.Outcome].
type fileOutcome struct {
	Instrument string  `json:"instrument"`
	Scale      string  `json:"scale"`
	Mean       float64 `json:"mean"`
	SD         float64 `json:"sd"`
	Retest     float64 `json:"retest"`
	Start      float64 `json:"start"`
	Days       int     `json:"days"`
	Replies    float64 `json:"replies"`
	Effect     float64 `json:"effect,omitempty"`
}

func (f *fileWay) over(e *sp.InvalidError, w simulation.Way) simulation.Way {
	for _, t := range []struct {
		name string
		from *fileTime
		to   *queue.Distribution
	}{
		{"triageDays", f.TriageDays, &w.TriageDays},
		{"patience", f.Patience, &w.Patience},
		{"attemptDays", f.AttemptDays, &w.AttemptDays},
		{"contacts", f.Contacts, &w.Contacts},
		{"contactDays", f.ContactDays, &w.ContactDays},
		{"placePatience", f.PlacePatience, &w.PlacePatience},
		{"replyDays", f.ReplyDays, &w.ReplyDays},
		{"tenure", f.Tenure, &w.Tenure},
		{"vacancy", f.Vacancy, &w.Vacancy},
		{"closure", f.Closure, &w.Closure},
	} {
		t.from.over(e, "way."+t.name, t.to)
	}
	set(&w.Declined, f.Declined)
	set(&w.Answers, f.Answers)
	set(&w.Attempts, f.Attempts)
	set(&w.WantsService, f.WantsService)
	set(&w.Options, f.Options)
	set(&w.Accepts, f.Accepts)
	set(&w.Attendance.Base, f.Base)
	set(&w.Attendance.PerWeekWaited, f.PerWeek)
	set(&w.Attendance.PerTenMinutes, f.PerTen)
	set(&w.Attendance.PerTenPounds, f.PerTenPounds)
	set(&w.Attendance.OtherMode, f.OtherMode)
	set(&w.Attendance.AfterCut, f.AfterCut)
	set(&w.StopAfter, f.StopAfter)
	set(&w.Met, f.Met)
	for i, c := range f.Concerns {
		one := simulation.Concern{Kind: c.Kind, Share: c.Share}
		c.Days.over(e, fmt.Sprintf("way.concerns[%d].days", i), &one.Days)
		w.Concerns = append(w.Concerns, one)
	}
	if f.Outcome != nil {
		o := simulation.Outcome(*f.Outcome)
		w.Outcome = &o
	}
	return w
}

// set takes a value over, if there is one.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
